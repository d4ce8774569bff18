#include "links/shard/partition_verdict.hpp"

#include "tests/links/shard/copied_batch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace strait::links {
namespace {

using enum MirrorState;

constexpr TopicId source_id{{1}};
constexpr TopicId source_again{{3}};
constexpr TopicId target_again{{4}};

// Position: source 50, target 500, generation 2. Source holds [10, 90), target ends at 510.
Checkpoint position()
{
    Checkpoint at;
    at.source_id = source_id;
    at.target_id = TopicId{{2}};
    at.generation = Generation{2};
    at.seq = PartitionSeq{8};
    at.epoch = LeaderEpoch{5};
    at.block = block_at(Offset{50}, Offset{500});
    return at;
}

PartitionFacts facts()
{
    PartitionFacts facts;
    facts.source_id = source_id;
    facts.target_id = TopicId{{2}};
    facts.source_low = Offset{10};
    facts.source_end = Offset{90};
    facts.source_start = Offset{10};
    facts.target_end = Offset{510};
    return facts;
}

LossPolicies all(GapPolicy policy) { return {policy, policy, policy}; }

struct Case {
    std::string name;
    PartitionFacts facts;
    GapPolicy policy;
    Mirror mirror = mirror_of();

    // what is expected
    MirrorState state = active;
    std::int64_t from = 0;            // if active
    std::uint32_t generation = 2;     // if active
    std::optional<GapCause> cause{};  // of the gap, if one
    std::int64_t gap_from = 0;
    std::int64_t gap_to = 0;
};

PartitionFacts with(auto change)
{
    auto changed = facts();
    change(changed);
    return changed;
}

// Where a topic is not the one that it was.
std::vector<Case> cases_of_ids()
{
    const auto recreated = with([](auto& it) { it.source_id = source_again; });
    const auto lost = with([](auto& it) { it.target_id = target_again; });
    const auto left = with([](auto& it) {
        it.source_id = source_again;
        it.at_source = false;
        it.source_low = it.source_end = it.target_end = Offset{0};
    });
    const auto left_without_ids = with([](auto& it) { it.at_source = false; });
    const auto all_at_once = with([](auto& it) {
        it.source_id = source_again;
        it.target_id = target_again;
        it.source_low = Offset{51};
    });
    auto wanted = mirror_of();
    wanted.source_id = source_again;
    wanted.previous_ids = {source_id};
    auto replaced = mirror_of();
    replaced.target_id = target_again;
    const auto same = mirror_of();
    using enum GapPolicy;
    return {
        {"recreated", recreated, halt, same, halted, 0, 0, GapCause::recreated, 50, 50},
        {"recreated", recreated, skip, same, source_gone, 0, 0, GapCause::recreated, 50, 50},
        {"recreated, not asked for", recreated, restart, same, starting, 0, 0, {}, 0, 0},
        {"recreated, asked for",
         recreated,
         halt,
         wanted,
         active,
         10,
         3,
         GapCause::recreated,
         50,
         50},
        {"left", left, halt, same, halted, 0, 0, GapCause::recreated, 50, 50},
        {"left", left, skip, same, source_gone, 0, 0, GapCause::recreated, 50, 50},
        {"left", left, restart, same, source_gone, 0, 0, GapCause::recreated, 50, 50},
        {"left", left, restart, wanted, source_gone, 0, 0, GapCause::recreated, 50, 50},
        {"left, no ids", left_without_ids, halt, same, halted, 0, 0, GapCause::recreated, 50, 50},
        {"target lost", lost, halt, same, halted, 0, 0, GapCause::target_lost, 4, 50},
        {"target lost, not replaced", lost, restart, same, starting, 0, 0, {}, 0, 0},
        {"target lost, replaced",
         lost,
         restart,
         replaced,
         active,
         10,
         3,
         GapCause::target_lost,
         4,
         10},
        {"all at once", all_at_once, halt, same, halted, 0, 0, GapCause::recreated, 50, 50},
    };
}

std::vector<Case> cases_of_offsets()
{
    const auto low_there = with([](auto& it) { it.source_low = Offset{50}; });
    const auto end_there = with([](auto& it) { it.source_end = Offset{50}; });
    const auto target_there = with([](auto& it) { it.target_end = Offset{500}; });
    const auto cut = with([](auto& it) { it.target_end = Offset{499}; });
    const auto overrun = with([](auto& it) { it.source_low = Offset{51}; });
    const auto shorter = with([](auto& it) { it.source_end = Offset{49}; });
    const auto same = mirror_of();
    using enum GapPolicy;
    return {
        {"all well", facts(), halt, same, active, 50, 2, {}, 0, 0},
        {"low at position", low_there, halt, same, active, 50, 2, {}, 0, 0},
        {"end at position", end_there, halt, same, active, 50, 2, {}, 0, 0},
        {"target end at position", target_there, halt, same, active, 50, 2, {}, 0, 0},
        {"target cut", cut, halt, same, halted, 0, 0, GapCause::target_lost, 46, 50},
        {"target cut", cut, restart, same, active, 10, 3, GapCause::target_lost, 46, 46},
        {"overrun", overrun, halt, same, halted, 0, 0, GapCause::log_start_moved, 50, 51},
        {"overrun", overrun, skip, same, active, 51, 2, GapCause::log_start_moved, 50, 51},
        {"overrun", overrun, restart, same, active, 51, 3, GapCause::log_start_moved, 50, 51},
        {"shorter", shorter, halt, same, active, 50, 2, {}, 0, 0},
    };
}

std::vector<Case> cases()
{
    auto all = cases_of_ids();
    std::ranges::move(cases_of_offsets(), std::back_inserter(all));
    return all;
}

TEST(PartitionVerdict, FollowsTheTable)
{
    for (const auto& it : cases()) {
        SCOPED_TRACE(it.name + ", " + std::string{to_string(it.policy)});

        const auto verdict = judge_partition(
            it.mirror, position(), it.facts, all(it.policy), {Offset{4}, Offset{46}});

        EXPECT_EQ(verdict.state, it.state);
        EXPECT_EQ(verdict.reason.empty(), it.state == active) << verdict.reason;
        if (it.state == active) {
            EXPECT_EQ(verdict.from, Offset{it.from});
            EXPECT_EQ(verdict.generation, Generation{it.generation});
            EXPECT_EQ(verdict.new_generation, it.generation == 3);
        }
        ASSERT_EQ(verdict.gap.has_value(), it.cause.has_value());
        if (!verdict.gap) continue;
        EXPECT_EQ(verdict.gap->cause, *it.cause);
        EXPECT_EQ(verdict.gap->from, Offset{it.gap_from});
        EXPECT_EQ(verdict.gap->to, Offset{it.gap_to});
        EXPECT_EQ(verdict.gap->open, it.state != active);
        EXPECT_EQ(verdict.gap->target, Offset{500});
        EXPECT_EQ(verdict.gap->old_id, source_id);
    }
}

TEST(PartitionVerdict, GoesOnWithTheEpochOfThePositionAndAsksNothingBehindAGap)
{
    const auto overrun = with([](auto& it) { it.source_low = Offset{51}; });

    EXPECT_EQ(judge_partition(mirror_of(), position(), facts(), {}).epoch, LeaderEpoch{5});
    EXPECT_EQ(judge_partition(mirror_of(), position(), overrun, all(GapPolicy::skip)).epoch,
              LeaderEpoch{-1});
}

TEST(PartitionVerdict, BeginsWhereTheLinkStartsOrWithTheLog)
{
    const auto later = with([](auto& it) { it.source_start = Offset{70}; });
    auto added = mirror_of();
    added.from_log_start = true;

    const auto whole = judge_partition(mirror_of(), std::nullopt, facts(), {});
    const auto latest = judge_partition(mirror_of(), std::nullopt, later, {});
    const auto grown = judge_partition(added, std::nullopt, later, {});

    EXPECT_EQ(whole.from, Offset{10});
    EXPECT_TRUE(whole.from_log_start);
    EXPECT_TRUE(whole.new_generation);
    EXPECT_EQ(whole.generation, Generation{0});
    EXPECT_EQ(latest.from, Offset{70});
    EXPECT_FALSE(latest.from_log_start);
    EXPECT_EQ(grown.from, Offset{10});
    EXPECT_TRUE(grown.from_log_start);
}

// Otherwise it would be copied under an id that the next start does not look for, and then again.
TEST(PartitionVerdict, BeginsOnlyWithTheIncarnationThatTheLinkAskedFor)
{
    const auto recreated = with([](auto& it) { it.source_id = source_again; });
    const auto judge = [&](GapPolicy policy) {
        return judge_partition(mirror_of(), std::nullopt, recreated, all(policy)).state;
    };

    EXPECT_EQ(judge(GapPolicy::halt), halted);
    EXPECT_EQ(judge(GapPolicy::skip), source_gone);
    EXPECT_EQ(judge(GapPolicy::restart), starting);
}

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

TEST(PartitionVerdict, BeginsNothingWhereTheSourceHasNoPartition)
{
    const auto left = with([](auto& it) { it.at_source = false; });

    EXPECT_EQ(judge_partition(mirror_of(), std::nullopt, left, all(GapPolicy::halt)).state, halted);
    const auto verdict = judge_partition(mirror_of(), std::nullopt, left, all(GapPolicy::restart));
    EXPECT_EQ(verdict.state, source_gone);
    EXPECT_FALSE(verdict.gap);
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

TEST(PartitionVerdict, TakesALogWithoutAnyOfItsEpochsForAnother)
{
    const auto halt = judge(facts(), GapPolicy::halt, failed(Errc::truncated));
    const auto skip = judge(facts(), GapPolicy::skip, failed(Errc::truncated));

    EXPECT_EQ(halt.state, halted);
    EXPECT_EQ(halt.gap->from, Offset{20});
    EXPECT_EQ(halt.gap->to, Offset{50});
    EXPECT_EQ(skip.from, Offset{20});
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
}  // namespace strait::links
