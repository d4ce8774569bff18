#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "exchange/demo/sides.hpp"
#include "exchange/demo/verdict.hpp"
#include "links/link_directory.hpp"

#include <boost/asio/awaitable.hpp>

namespace strait::exchange {

// What a verdict is found with; all of it outlives the call.
struct DemoWitnesses {
    DemoSide& source;
    DemoSide& target;
    links::LinkDirectory& links;
    const LinkName& link;
};

// REQUIRES: nobody writes, and the link has copied all below `ends`. Reads both sides as a reader
// of committed records does, and has the link translate every offset there and back.
boost::asio::awaitable<Result<DemoVerdict>> judge(DemoWitnesses witnesses,
                                                  Ends ends,
                                                  FeedCounts written);

}  // namespace strait::exchange
