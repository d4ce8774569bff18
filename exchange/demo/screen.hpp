#pragma once

#include "core/ids.hpp"
#include "exchange/demo/feed.hpp"
#include "links/store/translation.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace strait::exchange {

// The demo at one moment.
struct DemoProgress {
    struct Last {
        TopicPartition at;
        Offset source;  // of the last record that was written a moment ago
        links::Translation target;
    };

    std::chrono::milliseconds elapsed{0};
    FeedCounts written;
    std::uint64_t mirrored = 0;  // records that the link has committed
    double written_per_s = 0;
    double mirrored_per_s = 0;
    std::optional<std::int64_t> lag;  // in offsets, as consumers count it
    std::string trouble;              // what the link says of itself while it is not active
    std::vector<Last> last;
};

// One line, for a file or a pipe.
std::string progress_line(const DemoProgress& now);

// Several, for a terminal that shows them in place.
std::string progress_block(const DemoProgress& now);

// Where the progress is shown. `out` outlives it.
class DemoScreen {
  public:
    DemoScreen(std::ostream& out, bool terminal) : out_{out}, terminal_{terminal} {}

    // At a terminal in place of what was shown before, otherwise below it.
    void show(const DemoProgress& now);

    // A text that stays; the next show() begins below it.
    void say(const std::string& text);

  private:
    std::ostream& out_;
    bool terminal_;
    std::size_t drawn_ = 0;  // lines that the next show() replaces
};

}  // namespace strait::exchange
