#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/reversal.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <optional>
#include <set>
#include <string>

namespace strait::links {

// What comes with an order.
struct OrderDetails {
    bool with_groups = true;           // of a cut: consumer groups are taken along
    std::set<TopicName> topics{};      // of these alone; the link goes on as it was told
    std::optional<Reversal> reversal;  // where it begins, instead of where it was
};

// Who waits for what reads a lot: it is told how far that is, and asked often whether it is over.
struct ReadWatch {
    std::function<void(std::string)> note;
    std::function<bool()> is_over;
};

// The same of who has topics made anew; `deleted` is told at once of each that is gone.
struct RebuildWatch {
    ReadWatch of;
    std::function<boost::asio::awaitable<Result<void>>(TopicName)> deleted;
};

}  // namespace strait::links
