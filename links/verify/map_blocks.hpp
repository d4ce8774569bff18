#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/store/link_view.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace strait::links {

// The checkpoints of one partition up to a position, by generation and then by offset, a few at a
// time: other partitions' are written meanwhile, and its own grow beyond the position. Those that
// are about a mirror topic before the present one are left out: nothing of it is there any more.
//
// Not thread-safe. The view is read on `pool`.
class MapBlocks {
  public:
    static constexpr std::size_t read_max = 64;

    MapBlocks(LinkView view, boost::asio::any_io_executor pool, Checkpoint position)
        : view_{std::move(view)}, pool_{std::move(pool)}, position_{std::move(position)}
    {
    }

    // Absent behind the position.
    boost::asio::awaitable<Result<std::optional<Checkpoint>>> next();

    // Where each generation begins at the source, the oldest first.
    boost::asio::awaitable<Result<std::vector<std::pair<Generation, Offset>>>> generations();

  private:
    LinkView view_;
    boost::asio::any_io_executor pool_;
    Checkpoint position_;
    std::vector<Checkpoint> read_;
    std::size_t given_ = 0;  // of those
    bool complete_ = false;
};

}  // namespace strait::links
