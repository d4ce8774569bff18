#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "kafka/admin.hpp"
#include "links/store/gap.hpp"
#include "links/store/link_view.hpp"
#include "links/verify/comparison.hpp"
#include "links/verify/log_reader.hpp"
#include "links/verify/map_blocks.hpp"
#include "links/verify/map_check.hpp"
#include "links/verify/map_parts.hpp"
#include "links/verify/verify_report.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {

// What a verification works with; all of it outlives that.
struct VerifyPorts {
    LinkView view;
    boost::asio::any_io_executor pool;
    Clock& clock;
    kafka::Admin& source;
    kafka::Admin& target;
    LogReader* original = nullptr;           // absent: digests speak for the source
    LogReader* mirror = nullptr;             // absent: no records are read
    std::function<bool()> is_over;           // asked often: nobody waits for the answer any more
    std::function<void(std::int64_t)> note;  // how many records of a partition are compared
    VerifyScope scope{};                     // its records; the map is looked at as a whole
};

// A partition and its mirror, as they were when its verification began.
struct VerifiedPartition {
    TopicPartition source;
    TopicPartition target;
    Checkpoint position;    // up to which all is held against the map
    std::vector<Gap> gaps;  // of the topic, or of more
    LogBounds bounds;
    LinkName stamped_by{};  // as in Comparison::Range
    Offset source_end;      // of the logs, asked for after the position
    Offset target_end;
    Offset target_stable;  // absent: what others write behind the position is not ours to judge
    bool watches_tail = true;
    // How long a record behind the position may turn out to be the link's own; 0 at rest.
    std::chrono::milliseconds tail_time{};
};

// Holds one partition against its map, and its records as far as there are readers. Reads only.
//
// Not thread-safe: control thread. `ports` outlives it.
class Verification {
  public:
    Verification(const VerifyPorts& ports, VerifiedPartition partition);

    // Errc::cancelled once it is over, or the caller; Errc::timed_out if a side shows nothing for a
    // minute, Errc::corrupt if the view has to be made again.
    boost::asio::awaitable<Result<VerifiedUpTo>> run();

  private:
    boost::asio::awaitable<Result<void>> take_part();
    boost::asio::awaitable<Result<bool>> take_block();
    void keep_chosen(const Checkpoint& checkpoint);
    boost::asio::awaitable<Result<void>> look_at_parts();
    boost::asio::awaitable<Result<void>> compare(Comparison& comparison, Generation generation);
    boost::asio::awaitable<Result<void>> feed(Comparison& comparison, Comparison::Need need);
    boost::asio::awaitable<Result<void>> read_more(Comparison& comparison, LogReader& reader);
    boost::asio::awaitable<Result<bool>> explained(Comparison& comparison);
    boost::asio::awaitable<Result<void>> refresh_starts();
    boost::asio::awaitable<Result<void>> look_at_tail(Comparison& comparison);
    boost::asio::awaitable<Result<void>> judge_tail(Offset record);
    [[nodiscard]] Result<void> look_up(const OffsetBlock& block, Offset source_to);
    [[nodiscard]] Offset source_end_of(Generation generation) const;
    [[nodiscard]] std::vector<Stretch> skipped_in(Generation generation) const;
    [[nodiscard]] std::optional<Difference> difference_of_ends() const;

    const VerifyPorts& ports_;
    VerifiedPartition partition_;
    MapBlocks blocks_;
    MapCheck check_;
    std::vector<std::pair<Generation, Offset>> generations_;
    std::vector<MapPart> parts_;       // that are chosen, of one block
    std::size_t given_ = 0;            // of those
    std::optional<Checkpoint> block_;  // that they are of
    std::optional<Checkpoint> ahead_;  // the same, with the next one of them
    // The stretches that were counted last, of all and of those that are compared.
    std::optional<std::pair<Generation, std::uint64_t>> seen_;
    std::optional<std::pair<Generation, std::uint64_t>> sampled_;
    VerifiedUpTo result_;
};

}  // namespace strait::links
