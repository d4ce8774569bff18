#include "links/store/offset_map.hpp"
#include "tests/links/store/memory_view.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <vector>

namespace strait::links {
namespace {

using enum Translation::Status;

constexpr TopicId orders{{1}};
constexpr Partition partition{0};

// A mirror as it could have been: random transactions with holes on both sides, blocks that fill
// up, new generations, pruning. What it says is worked out from the bare pairs of offsets.
class Model {
  public:
    explicit Model(std::uint32_t seed) : random_{seed} { begin_generation(0); }

    void transact()
    {
        std::vector<LinkRecord> records;
        for (auto left = 1 + below(40); left > 0; --left) {
            if (below(3) == 0) skip_to(block_, plus(block_.next_source, 1 + below(5)));
            const auto source = block_.next_source;
            const auto target = plus(target_end_, below(10) == 0 ? 1 + below(3) : 0);
            if (!extend(block_, source, target)) {
                records.push_back(checkpoint());
                block_ = successor_of(block_);
                ASSERT_TRUE(extend(block_, source, target));
            }
            by_source_.insert_or_assign(source, target);
            by_target_.insert_or_assign(target, source);
            target_end_ = plus(target, 1);
        }
        if (below(2) == 0) skip_to(block_, plus(block_.next_source, below(4)));
        records.push_back(checkpoint());
        target_end_ = plus(target_end_, 1);  // our marker
        ASSERT_TRUE(view.link.apply(ShardNumber{0}, records, Offset{0}));
        written.insert(written.end(), records.begin(), records.end());
    }

    // The source was cut, or begins again somewhere ahead.
    void begin_generation(std::int64_t source)
    {
        if (!written.empty()) ++generation_;
        by_source_.erase(by_source_.lower_bound(Offset{source}), by_source_.end());
        block_ = block_at(Offset{source}, target_end_);
    }

    // Every source offset until behind the end, forward and back.
    void check_forward(const LinkView& link)
    {
        const auto ask = [&](Direction direction, Offset offset) {
            return translate(link, orders, partition, direction, offset).value();
        };
        for (Offset source{0}; source <= plus(block_.next_source, 3); source = plus(source, 1)) {
            const auto found = ask(Direction::forward, source);
            const auto next = by_source_.lower_bound(source);
            if (next == by_source_.end()) {
                const bool beyond = source > block_.next_source;
                ASSERT_EQ(found.offset, block_.next_target) << source.value();
                ASSERT_EQ(found.status, beyond ? clamped : end) << source.value();
                continue;
            }
            ASSERT_EQ(found.offset, next->second) << source.value();
            const auto before = next == by_source_.begin();
            ASSERT_EQ(found.status, next->first == source || before ? exact : gap)
                << source.value();
            if (next->first == source) {
                ASSERT_EQ(ask(Direction::inverse, *found.offset).offset, source);
            }
        }
    }

    // Every target offset from the first record on.
    void check_inverse(const LinkView& link)
    {
        for (auto target = by_target_.begin()->first; target <= plus(block_.next_target, 3);
             target = plus(target, 1)) {
            const auto found =
                translate(link, orders, partition, Direction::inverse, target).value();
            const auto next = by_target_.lower_bound(target);
            if (next == by_target_.end()) {
                const bool beyond = target > block_.next_target;
                ASSERT_EQ(found.offset, block_.next_source) << target.value();
                ASSERT_EQ(found.status, beyond ? clamped : end) << target.value();
                continue;
            }
            ASSERT_EQ(found.offset, next->second) << target.value();
            ASSERT_EQ(found.status, next->first == target ? exact : gap) << target.value();
        }
    }

    // Drops what lies before a random offset of the target, and asks for all again.
    void check_pruning()
    {
        const Offset log_start{below(target_end_.value())};
        auto removals = view.link.prune(orders, partition, log_start);
        ASSERT_TRUE(removals);
        const std::vector<LinkRecord> records{removals->begin(), removals->end()};
        ASSERT_TRUE(view.link.apply(ShardNumber{0}, records, Offset{0}));

        for (const auto& [source, target] : by_source_) {
            const auto found =
                translate(view.link, orders, partition, Direction::forward, source).value();
            if (found.status == pruned) {
                ASSERT_EQ(found.offset, log_start);
                ASSERT_LT(target, log_start);
            } else {
                ASSERT_EQ(found.status, exact);
                ASSERT_EQ(found.offset, std::max(target, log_start)) << source.value();
            }
        }
    }

    [[nodiscard]] std::int64_t source_end() const { return block_.next_source.value(); }
    std::int64_t below(std::int64_t bound)
    {
        return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
    }
    std::mt19937& random() { return random_; }

    MemoryView view;
    std::vector<LinkRecord> written;  // all C records, in the order of the topic

  private:
    static Offset plus(Offset offset, std::int64_t by) { return Offset{offset.value() + by}; }

    Checkpoint checkpoint()
    {
        Checkpoint record;
        record.link = LinkName{"oslo-to-bergen"};
        record.source_id = orders;
        record.partition = partition;
        record.generation = Generation{generation_};
        record.seq = PartitionSeq{++seq_};
        record.from_log_start = true;
        record.block = block_;
        return record;
    }

    std::mt19937 random_;
    std::uint32_t generation_ = 0;
    std::uint64_t seq_ = 0;
    OffsetBlock block_;
    Offset target_end_{7};
    std::map<Offset, Offset> by_source_;
    std::map<Offset, Offset> by_target_;
};

TEST(OffsetMapModel, AgreesOnEveryOffsetOfRandomHistories)
{
    for (std::uint32_t seed = 1; seed <= 2; ++seed) {
        SCOPED_TRACE(seed);
        Model model{seed};
        for (int i = 0; i < 45; ++i) model.transact();

        ASSERT_NO_FATAL_FAILURE(model.check_forward(model.view.link));
        ASSERT_NO_FATAL_FAILURE(model.check_inverse(model.view.link));
        ASSERT_NO_FATAL_FAILURE(model.check_pruning());
    }
}

TEST(OffsetMapModel, AgreesAcrossGenerations)
{
    for (std::uint32_t seed = 1; seed <= 2; ++seed) {
        SCOPED_TRACE(seed);
        Model model{seed};
        for (int i = 0; i < 20; ++i) model.transact();
        model.begin_generation(model.source_end() + 100);  // skipped over a lost range
        for (int i = 0; i < 20; ++i) model.transact();
        model.begin_generation(model.source_end() - 50);  // the source was cut
        for (int i = 0; i < 20; ++i) model.transact();

        ASSERT_NO_FATAL_FAILURE(model.check_forward(model.view.link));
        ASSERT_NO_FATAL_FAILURE(model.check_inverse(model.view.link));
        ASSERT_NO_FATAL_FAILURE(model.check_pruning());
    }
}

TEST(OffsetMapModel, ComesOutTheSameWhateverTheOrderOfTheRecords)
{
    Model model{1};
    for (int i = 0; i < 45; ++i) model.transact();
    const auto position = model.view.link.position(orders, partition).value();

    MemoryView shuffled;
    auto records = model.written;
    std::ranges::shuffle(records, model.random());
    const auto half = std::span{records}.first(records.size() / 2);
    ASSERT_TRUE(shuffled.link.apply(ShardNumber{0}, half, Offset{0}));
    ASSERT_TRUE(shuffled.link.apply(ShardNumber{0}, records, Offset{0}));

    EXPECT_EQ(shuffled.link.position(orders, partition).value(), position);
    ASSERT_NO_FATAL_FAILURE(model.check_forward(shuffled.link));
    ASSERT_NO_FATAL_FAILURE(model.check_inverse(shuffled.link));
}

}  // namespace
}  // namespace strait::links
