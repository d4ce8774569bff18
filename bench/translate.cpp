#include "core/clock.hpp"
#include "links/store/local_view.hpp"
#include "links/store/offset_map.hpp"

#include <fmt/core.h>
#include <stdlib.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// How long one translation takes, from a view on disk that was closed and opened again. Every
// answer is compared with the pair of offsets that it was made from.
namespace strait::links {
namespace {

constexpr TopicId topic{{1}};
constexpr Partition partition{0};

struct Pair {
    Offset source;
    Offset target;
};

// A mirror whose transactions hold this many records each, one marker behind every one at the
// target, and a hole at the source before every one.
class History {
  public:
    History(LinkView& view, std::int64_t transaction_records)
        : view_{view}, transaction_records_{transaction_records}
    {
    }

    Result<std::vector<Pair>> write(std::int64_t records)
    {
        std::vector<Pair> pairs;
        for (std::int64_t i = 0; i < records; ++i) {
            if (i % transaction_records_ == 0) {
                ++source_;
                ++target_;
            }
            pairs.push_back({Offset{source_++}, Offset{target_++}});
            if (extend(block_, pairs.back().source, pairs.back().target)) continue;
            if (auto done = store(); !done) return fail(done.error());
            block_ = successor_of(block_);
            if (!extend(block_, pairs.back().source, pairs.back().target)) std::abort();
        }
        if (auto done = store(); !done) return fail(done.error());
        return pairs;
    }

  private:
    Result<void> store()
    {
        Checkpoint record;
        record.link = LinkName{"bench"};
        record.source_id = topic;
        record.partition = partition;
        record.seq = PartitionSeq{++seq_};
        record.block = block_;
        const std::vector<LinkRecord> records{record};
        return view_.apply(ShardNumber{0}, records, Offset{static_cast<std::int64_t>(seq_)});
    }

    LinkView& view_;
    std::int64_t transaction_records_;
    std::int64_t source_ = 0;
    std::int64_t target_ = 0;
    std::uint64_t seq_ = 0;
    OffsetBlock block_ = block_at(Offset{0}, Offset{0});
};

// Asks for random records, or for all in order where there are no more than `count`. False if an
// answer is wrong.
bool measure(const LinkView& view,
             const std::vector<Pair>& pairs,
             Direction direction,
             std::size_t count)
{
    const SystemClock clock;
    std::mt19937_64 random{1};
    std::vector<double> microseconds;
    std::size_t wrong = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const auto& pair = pairs[count == pairs.size() ? i : random() % pairs.size()];
        const bool forward = direction == Direction::forward;
        const auto begun = clock.now();
        const auto found =
            translate(view, topic, partition, direction, forward ? pair.source : pair.target);
        const std::chrono::duration<double, std::micro> taken = clock.now() - begun;
        microseconds.push_back(taken.count());
        const bool right = found && found->status == Translation::Status::exact &&
                           found->offset == (forward ? pair.target : pair.source);
        wrong += right ? 0 : 1;
    }
    std::ranges::sort(microseconds);
    const auto at = [&](std::size_t percent) {
        return microseconds[(microseconds.size() - 1) * percent / 100];
    };
    fmt::print("  {:8} {:9} lookups  p50 {:6.1f} us  p99 {:6.1f} us  max {:8.1f} us  wrong {}\n",
               to_string(direction),
               count,
               at(50),
               at(99),
               microseconds.back(),
               wrong);
    return wrong == 0;
}

Result<bool> run(const std::filesystem::path& folder,
                 std::int64_t records,
                 std::int64_t transaction_records)
{
    std::vector<Pair> pairs;
    {
        auto opened = LocalView::open(folder);
        if (!opened) return fail(opened.error());
        auto view = opened->view.link(LinkName{"bench"});
        if (!view) return fail(view.error());
        auto written = History{*view, transaction_records}.write(records);
        if (!written) return fail(written.error());
        pairs = *std::move(written);
    }
    auto opened = LocalView::open(folder);
    if (!opened) return fail(opened.error());
    const auto view = opened->view.link(LinkName{"bench"});
    if (!view) return fail(view.error());

    fmt::print("{} records in transactions of {}\n", records, transaction_records);
    bool good = true;
    for (const auto direction : {Direction::forward, Direction::inverse}) {
        good = measure(*view, pairs, direction, 200'000) && good;
        good = measure(*view, pairs, direction, pairs.size()) && good;
    }
    return good;
}

}  // namespace
}  // namespace strait::links

int main(int argc, char** argv)
{
    std::int64_t records = 1'000'000;
    if (argc > 1) {
        const std::string_view text = argv[1];
        const auto parsed = std::from_chars(text.data(), text.data() + text.size(), records);
        if (parsed.ec != std::errc{} || records < 1) {
            fmt::print(stderr, "usage: bench_translate [RECORDS]\n");
            return 2;
        }
    }

    auto name = (std::filesystem::temp_directory_path() / "strait-bench-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) return 1;
    bool good = true;
    for (const std::int64_t transaction_records : {1, 100, 10'000}) {
        const auto folder = std::filesystem::path{name} / std::to_string(transaction_records);
        const auto done = strait::links::run(folder, records, transaction_records);
        if (!done) fmt::print(stderr, "{}\n", done.error().detail());
        good = good && done && *done;
    }
    std::filesystem::remove_all(name);
    return good ? 0 : 1;
}
