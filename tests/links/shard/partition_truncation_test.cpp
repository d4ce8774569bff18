#include "tests/links/shard/verdict_cases.hpp"

#include <gtest/gtest.h>

#include <optional>

namespace strait::links::verdicts {
namespace {

using enum MirrorState;

// Epoch 5 is that of the position, and of nothing before it.
kafka::PartitionFailure truncated(std::int64_t end, std::int32_t epoch = 5)
{
    return {.at = {},
            .offset = {},
            .error = Error{Errc::truncated, "cut"},
            .epoch_end = kafka::EpochEnd{LeaderEpoch{epoch}, Offset{end}}};
}

kafka::PartitionFailure failed(Errc code)
{
    return {.at = {}, .offset = {}, .error = Error{code, "failed"}};
}

// As position(), with records up to 45; what followed to 50 was passed.
Checkpoint with_records()
{
    auto at = position();
    at.block = block_at(Offset{20}, Offset{475});
    for (std::int64_t i = 0; i < 25; ++i) {
        EXPECT_TRUE(extend(at.block, Offset{20 + i}, Offset{475 + i}));
    }
    skip_to(at.block, Offset{50});
    return at;
}

Verdict judge(const PartitionFacts& facts,
              GapPolicy policy,
              const std::optional<kafka::PartitionFailure>& failure,
              const Checkpoint& at = with_records())
{
    return judge_partition(mirror_of(), at, facts, all(policy), {Offset{20}, Offset{50}, failure});
}

TEST(PartitionVerdict, SkipsATruncationFromWhereTheLogsDiverge)
{
    const auto verdict = judge(facts(), GapPolicy::skip, truncated(30));

    EXPECT_EQ(verdict.from, Offset{30});
    EXPECT_EQ(verdict.epoch, LeaderEpoch{5});
    EXPECT_EQ(verdict.generation, Generation{3});
    ASSERT_TRUE(verdict.gap);
    EXPECT_EQ(verdict.gap->from, Offset{30});
    EXPECT_EQ(verdict.gap->to, Offset{50});
    EXPECT_FALSE(verdict.gap->open);
}

// To ask again would have the same answer, for ever.
TEST(PartitionVerdict, AsksForNoEpochBehindWhatRetentionTookOfATruncatedLog)
{
    const auto verdict = judge(facts(), GapPolicy::skip, truncated(5));

    EXPECT_EQ(verdict.from, Offset{10});
    EXPECT_EQ(verdict.epoch, LeaderEpoch{-1});
    EXPECT_EQ(verdict.gap->from, Offset{5});
}

TEST(PartitionVerdict, HaltsATruncatedLogWhateverItHasGrownTo)
{
    for (const std::int64_t end : {30, 40, 50, 90}) {
        const auto grown = with([&](auto& it) { it.source_end = Offset{end}; });

        const auto verdict = judge(grown, GapPolicy::halt, truncated(30));

        EXPECT_EQ(verdict.state, halted) << end;
        ASSERT_TRUE(verdict.gap) << end;
        EXPECT_EQ(verdict.gap->from, Offset{30}) << end;
        EXPECT_EQ(verdict.gap->to, Offset{50}) << end;
    }
}

TEST(PartitionVerdict, RestartsATruncatedLogAtItsBeginning)
{
    const auto verdict = judge(facts(), GapPolicy::restart, truncated(30));

    EXPECT_EQ(verdict.from, Offset{10});
    EXPECT_EQ(verdict.generation, Generation{3});
    EXPECT_EQ(verdict.epoch, LeaderEpoch{-1});
    EXPECT_EQ(verdict.gap->from, Offset{30});
    EXPECT_FALSE(verdict.gap->open);
}

// A log that ends too early may have grown again behind the cut, so its end is not where that was.
TEST(PartitionVerdict, AsksWhereAShorterLogWasCutBeforeItHalts)
{
    const auto shorter = with([](auto& it) { it.source_end = Offset{40}; });
    auto without_epoch = with_records();
    without_epoch.epoch = LeaderEpoch{-1};

    const auto first = judge(shorter, GapPolicy::halt, {});
    const auto unexplained = judge(shorter, GapPolicy::halt, failed(Errc::out_of_range));
    const auto never_asked = judge(shorter, GapPolicy::halt, {}, without_epoch);

    EXPECT_EQ(first.state, active);
    EXPECT_EQ(first.from, Offset{50});
    EXPECT_EQ(first.epoch, LeaderEpoch{5});
    EXPECT_FALSE(first.gap);
    for (const auto& verdict : {unexplained, never_asked}) {
        EXPECT_EQ(verdict.state, halted);
        ASSERT_TRUE(verdict.gap);
        EXPECT_EQ(verdict.gap->from, Offset{40});
    }
}

// It may have been cut below where the generation begins, where what is copied is of one before.
TEST(PartitionVerdict, TakesALogWithoutAnyOfItsEpochsForAnother)
{
    const auto judge = [](GapPolicy policy) {
        const Background background{
            Offset{20}, Offset{50}, failed(Errc::truncated), {}, Offset{12}};
        return judge_partition(mirror_of(), with_records(), facts(), all(policy), background);
    };
    const auto halt = judge(GapPolicy::halt);
    const auto skip = judge(GapPolicy::skip);

    EXPECT_EQ(halt.state, halted);
    EXPECT_EQ(halt.gap->from, Offset{12});
    EXPECT_EQ(halt.gap->to, Offset{50});
    EXPECT_EQ(skip.from, Offset{12});
    EXPECT_TRUE(skip.new_generation);
    EXPECT_EQ(skip.epoch, LeaderEpoch{-1});
}

// What was passed without a record may be of a later epoch than the record before it: the log need
// not have been cut at all, and whatever is there now is not at the target.
TEST(PartitionVerdict, ReadsAgainWhatWasPassedWithoutARecord)
{
    for (const auto policy : {GapPolicy::halt, GapPolicy::skip, GapPolicy::restart}) {
        for (const std::int64_t end : {45, 47}) {
            const auto verdict = judge(facts(), policy, truncated(end));

            EXPECT_EQ(verdict.state, active) << end;
            EXPECT_EQ(verdict.from, Offset{end});
            EXPECT_EQ(verdict.generation, Generation{3}) << end;
            EXPECT_FALSE(verdict.gap) << end;
        }
        EXPECT_TRUE(judge(facts(), policy, truncated(44)).gap);
    }
}

// The log was cut behind what is committed: nothing that the target has is concerned.
TEST(PartitionVerdict, GoesOnWhereTheLogWasCutBehindThePosition)
{
    for (const auto policy : {GapPolicy::halt, GapPolicy::skip, GapPolicy::restart}) {
        for (const std::int64_t end : {50, 60}) {
            const auto verdict = judge(facts(), policy, truncated(end));

            EXPECT_EQ(verdict.state, active) << end;
            EXPECT_EQ(verdict.from, Offset{50}) << end;
            EXPECT_FALSE(verdict.new_generation) << end;
            EXPECT_FALSE(verdict.gap) << end;
        }
    }
}

// It was under way when the partition was taken away, and has been acted on since.
TEST(PartitionVerdict, TakesNoAnswerAboutAnEpochBeforeThePosition)
{
    const auto verdict = judge(facts(), GapPolicy::halt, truncated(30, 4));

    EXPECT_EQ(verdict.state, active);
    EXPECT_FALSE(verdict.new_generation);
}

TEST(PartitionVerdict, FindsThatNothingIsLostWhenThePositionGetsThere)
{
    const auto at_offset = [](std::int64_t next) {
        auto at = position();
        at.block = block_at(Offset{next}, Offset{500});
        return at;
    };
    const auto before = at_offset(50);
    const auto gap_with = [&](GapCause cause, std::int64_t from, std::int64_t to) {
        return gap_of(mirror_of(), before, cause, Offset{from}, Offset{to});
    };
    const auto oversize = gap_with(GapCause::oversize, 60, 61);
    const auto cut = gap_with(GapCause::truncated, 30, 50);
    auto elsewhere = at_offset(90);
    elsewhere.generation = Generation{3};

    EXPECT_FALSE(arrived_after_all(oversize, before, at_offset(60)));
    EXPECT_TRUE(arrived_after_all(oversize, before, at_offset(61)));
    EXPECT_FALSE(arrived_after_all(oversize, at_offset(61), at_offset(62)));
    EXPECT_FALSE(arrived_after_all(oversize, before, elsewhere));
    EXPECT_FALSE(arrived_after_all(cut, before, at_offset(50)));
    EXPECT_TRUE(arrived_after_all(cut, before, at_offset(51)));
}

// What is written before its position, without a transaction, may not be true in the end.
TEST(PartitionVerdict, SettlesWhatWasOpenWhenThePartitionGoesOn)
{
    const auto at_offset = [](std::int64_t next, std::uint32_t generation = 2) {
        auto at = position();
        at.block = block_at(Offset{next}, Offset{500});
        at.generation = Generation{generation};
        return at;
    };
    const auto stored = at_offset(50);
    auto halting = gap_of(mirror_of(), stored, GapCause::oversize, Offset{50}, Offset{51});
    halting.open = true;
    auto ahead = halting;
    ahead.policy = GapPolicy::skip;
    auto closed = ahead;
    closed.open = false;
    auto none = closed;
    none.to = none.from;

    EXPECT_EQ(settled(halting, stored, stored), halting);
    EXPECT_FALSE(settled(halting, stored, at_offset(20, 3)).open);
    EXPECT_EQ(settled(halting, stored, at_offset(20, 3)).to, halting.to);

    EXPECT_EQ(settled(ahead, stored, stored), ahead);
    EXPECT_EQ(settled(ahead, at_offset(51), at_offset(51)), closed);
    EXPECT_EQ(settled(ahead, at_offset(20, 3), at_offset(20, 3)), closed);
    EXPECT_EQ(settled(ahead, stored, at_offset(20, 3)), none);
    auto arrived = none;
    arrived.open = true;
    EXPECT_EQ(settled(arrived, at_offset(51), at_offset(51)), none);
}

// The consumer says "truncated" of a topic that was created again, too.
TEST(PartitionVerdict, LooksAtIncarnationsAndRetentionBeforeATruncation)
{
    const auto recreated = with([](auto& it) { it.source_id = source_again; });
    const auto overrun = with([](auto& it) { it.source_low = Offset{51}; });
    const auto cause_of = [](const PartitionFacts& facts) {
        return judge(facts, GapPolicy::halt, truncated(30)).gap->cause;
    };

    EXPECT_EQ(cause_of(facts()), GapCause::truncated);
    EXPECT_EQ(cause_of(recreated), GapCause::recreated);
    EXPECT_EQ(cause_of(overrun), GapCause::log_start_moved);
}

}  // namespace
}  // namespace strait::links::verdicts
