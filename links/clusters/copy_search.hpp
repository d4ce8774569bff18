#pragma once

#include "core/error.hpp"
#include "links/clusters/visible_records.hpp"
#include "links/shard/ports.hpp"

#include <boost/asio/awaitable.hpp>

namespace strait::links {

// Survey::find_copies() with a consumer of its own.
boost::asio::awaitable<Result<Survey::Chains>> find_copies(Survey::Tails tails, ReaderPorts ports);

}  // namespace strait::links
