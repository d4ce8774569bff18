#pragma once

#include "core/clock.hpp"
#include "core/ids.hpp"
#include "exchange/demo/feed.hpp"
#include "exchange/demo/screen.hpp"
#include "exchange/demo/sides.hpp"
#include "links/link_directory.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <map>

namespace strait::exchange {

// Reads off the demo's progress, and the rates since it did so last.
//
// Not thread-safe: control thread. What it is made of outlives it.
class DemoMeter {
  public:
    struct Parts {
        DemoSide& source;
        const OrderFeed& feed;
        links::LinkDirectory& links;
        const LinkName& link;
        Clock& clock;
    };

    explicit DemoMeter(Parts parts) : parts_{parts}, begun_{parts.clock.now()}, read_at_{begun_} {}

    boost::asio::awaitable<DemoProgress> read();

    [[nodiscard]] Clock::Time begun() const noexcept { return begun_; }

  private:
    Parts parts_;
    Clock::Time begun_;
    Clock::Time read_at_;
    std::uint64_t written_ = 0;
    std::uint64_t mirrored_ = 0;
    std::map<TopicPartition, Offset>
        last_;  // written by the last read(), so that they may be there
};

}  // namespace strait::exchange
