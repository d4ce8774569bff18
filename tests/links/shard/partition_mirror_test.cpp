#include "links/shard/partition_mirror.hpp"

#include "tests/links/shard/copied_batch.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string_view>
#include <vector>

namespace strait::links {
namespace {

const TransactionId transaction{LinkName{"oslo-to-bergen"}, ShardNumber{1}, Session{3}, TxnNo{9}};

PartitionFacts facts_at(std::int64_t source_low, std::int64_t target_end)
{
    PartitionFacts facts;
    facts.source_id = TopicId{{1}};
    facts.target_id = TopicId{{2}};
    facts.source_low = Offset{source_low};
    facts.source_end = Offset{1000};
    facts.target_end = Offset{target_end};
    return facts;
}

// A mirror that begins at source offset 10 and target offset 100.
PartitionMirror begun()
{
    PartitionMirror mirror{mirror_of()};
    Verdict verdict;
    verdict.from = Offset{10};
    verdict.new_generation = true;
    verdict.from_log_start = true;
    mirror.start(verdict, std::nullopt, facts_at(10, 100));
    return mirror;
}

std::vector<Copied> copied_of(const std::vector<std::int64_t>& offsets)
{
    std::vector<Copied> copied;
    for (const auto offset : offsets) copied.push_back({Offset{offset}, 1});
    return copied;
}

std::vector<Offset> offsets_of(const std::vector<std::int64_t>& values)
{
    std::vector<Offset> offsets;
    for (const auto value : values) offsets.emplace_back(value);
    return offsets;
}

TEST(PartitionMirror, WritesItsFirstPositionBeforeAnyRecord)
{
    const auto mirror = begun();

    const auto written = mirror.checkpoints(transaction, {}, {});

    EXPECT_TRUE(mirror.active());
    EXPECT_TRUE(mirror.moved());
    ASSERT_TRUE(written);
    ASSERT_EQ(written->size(), 1U);
    const auto& only = written->front();
    EXPECT_EQ(only.seq, PartitionSeq{1});
    EXPECT_EQ(only.block, block_at(Offset{10}, Offset{100}));
    EXPECT_EQ(only.source_id, TopicId{{1}});
    EXPECT_EQ(only.target_id, TopicId{{2}});
    EXPECT_TRUE(only.from_log_start);
    EXPECT_EQ(only.txn_no, TxnNo{9});
    EXPECT_EQ(only.session, Session{3});
}

// Behind the last record may lie markers and aborted records: then nothing is left to copy, and
// the position is not worth a transaction yet.
TEST(PartitionMirror, HasCaughtUpWithWhatItPassedButNotWithWhatItOnlyRead)
{
    auto mirror = begun();
    mirror.passed(Offset{15});
    EXPECT_EQ(mirror.caught_up_to(), Offset{15});
    EXPECT_EQ(mirror.position().block.next_source, Offset{10});

    ASSERT_TRUE(mirror.read(batch_at({15, 16})));
    mirror.passed(Offset{20});
    EXPECT_EQ(mirror.caught_up_to(), Offset{10});

    const auto written =
        mirror.checkpoints(transaction, copied_of({15, 16}), offsets_of({100, 101}));
    ASSERT_TRUE(written);
    mirror.committed(*written, {});
    EXPECT_EQ(mirror.caught_up_to(), Offset{20});

    ASSERT_TRUE(mirror.read(batch_at({20})));
    mirror.aborted();
    EXPECT_EQ(mirror.caught_up_to(), Offset{20});
}

// A deleted topic may be followed by another of its name, whose ends are told as well.
TEST(PartitionMirror, KnowsTheSourcesEndFromWhatWasConfirmedAlone)
{
    auto mirror = begun();
    EXPECT_EQ(mirror.source_end(), Offset{0});
    EXPECT_FALSE(mirror.confirmed());

    mirror.confirm();
    EXPECT_EQ(mirror.source_end(), Offset{1000});
    EXPECT_TRUE(mirror.confirmed());

    auto batch = batch_at({10, 11});
    batch.high_watermark = Offset{1500};
    ASSERT_TRUE(mirror.read(batch));
    mirror.heard(Offset{1400});
    mirror.aborted();
    EXPECT_EQ(mirror.source_end(), Offset{1000});

    mirror.confirm();
    EXPECT_EQ(mirror.source_end(), Offset{1500});
}

TEST(PartitionMirror, HasNothingToSayWhereNothingMoved)
{
    auto mirror = begun();
    mirror.committed(mirror.checkpoints(transaction, {}, {}).value(), {});

    EXPECT_FALSE(mirror.moved());
    EXPECT_TRUE(mirror.checkpoints(transaction, {}, {}).value().empty());
}

TEST(PartitionMirror, MapsRecordsAndPassesWhatHasNone)
{
    auto mirror = begun();
    ASSERT_TRUE(mirror.read(batch_at({10, 11, 14})));
    mirror.passed(Offset{20});

    const auto written =
        mirror.checkpoints(transaction, copied_of({10, 11, 14}), offsets_of({100, 101, 102}));

    ASSERT_TRUE(written);
    ASSERT_EQ(written->size(), 1U);
    const auto& block = written->front().block;
    EXPECT_EQ(block.runs,
              (std::vector{links::Run{Offset{10}, Offset{100}, 2},
                           links::Run{Offset{14}, Offset{102}, 1}}));
    EXPECT_EQ(block.next_source, Offset{20});
    EXPECT_EQ(block.next_target, Offset{103});
    EXPECT_EQ(written->front().epoch, LeaderEpoch{7});
}

TEST(PartitionMirror, CountsCheckpointsWithoutHolesOverFullBlocks)
{
    constexpr std::size_t runs = (2 * OffsetBlock::runs_max) + 1;
    auto mirror = begun();
    std::vector<std::int64_t> sources;
    std::vector<Offset> targets;
    for (std::size_t i = 0; i < runs; ++i) {
        sources.push_back(10 + (2 * static_cast<std::int64_t>(i)));
        targets.emplace_back(100 + static_cast<std::int64_t>(i));
    }
    ASSERT_TRUE(mirror.read(batch_at(sources)));

    const auto written = mirror.checkpoints(transaction, copied_of(sources), targets);
    ASSERT_TRUE(written);
    mirror.committed(*written, {});

    ASSERT_EQ(written->size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ((*written)[i].seq, PartitionSeq{i + 1});
    EXPECT_EQ((*written)[1].block.first_source, (*written)[0].block.next_source);
    EXPECT_EQ((*written)[2].block.first_target, (*written)[1].block.next_target);
    EXPECT_EQ((*written)[2].block.runs.size(), 1U);
    EXPECT_EQ(mirror.position().seq, PartitionSeq{3});
    EXPECT_EQ(mirror.runs(), runs);
}

TEST(PartitionMirror, KnowsWhenItsPositionWasStoredBeforeItsStart)
{
    Checkpoint position;
    position.wall_time_ms = 5;
    PartitionMirror mirror{mirror_of()};
    EXPECT_EQ(mirror.last_commit_ms(), 0);

    mirror.start({}, position, facts_at(10, 100));

    EXPECT_EQ(mirror.last_commit_ms(), 5);
}

// Commits records at these targets, which are all of the transaction; returns what others wrote.
std::uint64_t foreign_after(PartitionMirror& mirror,
                            std::int64_t source,
                            const std::vector<std::int64_t>& targets)
{
    std::vector<std::int64_t> sources;
    for (std::size_t i = 0; i < targets.size(); ++i) {
        sources.push_back(source + static_cast<std::int64_t>(i));
    }
    EXPECT_TRUE(mirror.read(batch_at(sources)));
    const auto written = mirror.checkpoints(transaction, copied_of(sources), offsets_of(targets));
    const auto foreign = mirror.foreign_writes(offsets_of(targets));
    mirror.committed(*written, {.newest_ms = source, .foreign_writes = foreign});
    return foreign;
}

TEST(PartitionMirror, KnowsItsOwnMarkersFromTheWritesOfOthers)
{
    auto mirror = begun();
    EXPECT_EQ(foreign_after(mirror, 10, {100, 101}), 0U);
    EXPECT_EQ(foreign_after(mirror, 20, {103}), 0U) << "the marker of the transaction before";
    EXPECT_EQ(foreign_after(mirror, 30, {107, 108}), 2U) << "104 is the marker";
    EXPECT_EQ(foreign_after(mirror, 40, {110, 113}), 2U) << "between two records of a transaction";
    EXPECT_EQ(mirror.foreign_writes(), 4U);
    EXPECT_EQ(mirror.newest_ms(), 40);
}

TEST(PartitionMirror, TakesNoRecordThatItGaveUpForThatOfAnother)
{
    auto mirror = begun();
    EXPECT_EQ(foreign_after(mirror, 10, {100}), 0U);
    mirror.gave_up(3);
    mirror.gave_up(2);
    // The marker, 3 records and their marker, 2 records and theirs.
    EXPECT_EQ(foreign_after(mirror, 20, {109}), 0U);
    EXPECT_EQ(foreign_after(mirror, 30, {119}), 8U) << "what was given up is behind";
}

TEST(PartitionMirror, RefusesASourceThatGoesBackAndStaysWhereItWas)
{
    auto mirror = begun();
    ASSERT_TRUE(mirror.read(batch_at({10, 11})));

    const auto again = mirror.read(batch_at({11}));

    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code(), Errc::data_loss);
    EXPECT_EQ(again.error().detail(), "orders-0: the source went back from offset 12 to 11");
    EXPECT_EQ(mirror.resume_at().offset, Offset{12});
}

TEST(PartitionMirror, RefusesATargetThatGoesBack)
{
    auto mirror = begun();
    ASSERT_TRUE(mirror.read(batch_at({10})));

    const auto written = mirror.checkpoints(transaction, copied_of({10}), offsets_of({99}));

    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code(), Errc::data_loss);
    EXPECT_EQ(written.error().detail(), "oslo.orders-0: the target answered offset 99 below 100");
}

TEST(PartitionMirror, ForgetsWhatItReadAfterAnAbort)
{
    auto mirror = begun();
    mirror.committed(mirror.checkpoints(transaction, {}, {}).value(), {});
    ASSERT_TRUE(mirror.read(batch_at({10, 11})));

    mirror.aborted();

    EXPECT_EQ(mirror.resume_at().offset, Offset{10});
    EXPECT_EQ(mirror.resume_at().epoch, LeaderEpoch{-1});
    EXPECT_FALSE(mirror.moved());
    EXPECT_TRUE(mirror.read(batch_at({10, 11})));
}

TEST(PartitionMirror, NeverPassesBackwards)
{
    auto mirror = begun();

    mirror.passed(Offset{3});

    EXPECT_EQ(mirror.resume_at().offset, Offset{10});
}

TEST(PartitionMirror, GoesOnFromACheckpointWithItsEpochAndSequence)
{
    auto mirror = begun();
    ASSERT_TRUE(mirror.read(batch_at({10, 11})));
    const auto written =
        mirror.checkpoints(transaction, copied_of({10, 11}), offsets_of({100, 101})).value();
    Verdict verdict;
    verdict.from = Offset{12};
    verdict.epoch = LeaderEpoch{7};
    PartitionMirror next{mirror_of()};

    next.start(verdict, written.back(), facts_at(10, 103));
    ASSERT_TRUE(next.read(batch_at({12})));
    const auto more = next.checkpoints(transaction, copied_of({12}), offsets_of({103})).value();

    EXPECT_TRUE(next.stored());
    EXPECT_EQ(next.position(), written.back());
    ASSERT_EQ(more.size(), 1U);
    EXPECT_EQ(more.front().seq, PartitionSeq{2});
    EXPECT_EQ(more.front().block.runs.size(), 2U);
}

TEST(PartitionMirror, DigestsTellApartWhatDiffersAnywhere)
{
    using Value = std::optional<std::string_view>;
    const auto digest = [](Value key, Value value, std::vector<kafka::Header> headers = {}) {
        kafka::Record record;
        record.key = key;
        record.value = value;
        record.headers = std::move(headers);
        return digest_of(record);
    };
    kafka::Record later;
    later.timestamp_ms = 1;

    const std::array digests{
        digest({}, {}),
        digest("", {}),
        digest({}, ""),
        digest("", ""),
        digest("ab", "c"),
        digest("a", "bc"),
        digest("c", "ab"),
        digest("", "", {{"a", Value{"b"}}}),
        digest("", "", {{"ab", Value{""}}}),
        digest("", "", {{"ab", Value{}}}),
        digest("", "", {{"a", Value{"b"}}, {"a", Value{"b"}}}),
        digest("", "", {{"a", Value{"b"}}, {"c", Value{"d"}}}),
        digest("", "", {{"c", Value{"d"}}, {"a", Value{"b"}}}),
        digest_of(later),
    };

    EXPECT_EQ(std::set(digests.begin(), digests.end()).size(), digests.size());
}

}  // namespace
}  // namespace strait::links
