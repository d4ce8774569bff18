#include "tests/links/shard/verdict_cases.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace strait::links::verdicts {
namespace {

using enum MirrorState;

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

TEST(PartitionVerdict, GivesUpWhatAnOperatorSays)
{
    const auto overrun = with([](auto& it) { it.source_low = Offset{51}; });
    const auto give_up = [](const PartitionFacts& facts, std::int64_t to) {
        Background background;
        background.given_up_to = Offset{to};
        return judge_partition(mirror_of(), position(), facts, all(GapPolicy::halt), background);
    };

    const auto ahead = give_up(facts(), 55);
    EXPECT_EQ(ahead.state, active);
    EXPECT_EQ(ahead.from, Offset{55});
    EXPECT_EQ(ahead.epoch, LeaderEpoch{-1});
    EXPECT_FALSE(ahead.gap);
    ASSERT_TRUE(ahead.skipped);
    EXPECT_EQ(ahead.skipped->cause, GapCause::operator_skip);
    EXPECT_EQ(ahead.skipped->from, Offset{50});
    EXPECT_EQ(ahead.skipped->to, Offset{55});
    EXPECT_FALSE(ahead.skipped->open);
    EXPECT_FALSE(ahead.skipped->is_news());

    const auto behind = give_up(overrun, 55);
    EXPECT_EQ(behind.from, Offset{55});
    ASSERT_TRUE(behind.gap && behind.skipped);
    EXPECT_EQ(behind.gap->to, Offset{51});
    EXPECT_FALSE(behind.gap->is_news());
    EXPECT_EQ(behind.skipped->from, Offset{51});

    const auto gone = give_up(overrun, 50);
    EXPECT_EQ(gone.from, Offset{51});
    EXPECT_TRUE(gone.gap);
    EXPECT_FALSE(gone.skipped);
}

TEST(PartitionVerdict, GivesUpNothingBehindTheEndOrOfWhatHaltsForAnotherReason)
{
    Background background;
    background.given_up_to = facts().source_end;
    const auto recreated = with([](auto& it) { it.source_id = source_again; });
    const auto shorter = with([](auto& it) { it.source_end = Offset{60}; });
    const auto judge = [&](const PartitionFacts& facts) {
        return judge_partition(mirror_of(), position(), facts, all(GapPolicy::halt), background);
    };

    EXPECT_EQ(judge(facts()).from, facts().source_end);
    EXPECT_EQ(judge(shorter).from, Offset{50});
    EXPECT_FALSE(judge(shorter).skipped);
    EXPECT_EQ(judge(recreated).state, halted);
    EXPECT_FALSE(judge(recreated).skipped);
    const auto begun =
        judge_partition(mirror_of(), std::nullopt, facts(), all(GapPolicy::halt), background);
    EXPECT_EQ(begun.from, facts().source_end);
    ASSERT_TRUE(begun.skipped);
    EXPECT_EQ(begun.skipped->from, facts().source_low);
    EXPECT_FALSE(begun.from_log_start);
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

TEST(PartitionVerdict, BeginsNothingWhereTheSourceHasNoPartition)
{
    const auto left = with([](auto& it) { it.at_source = false; });

    EXPECT_EQ(judge_partition(mirror_of(), std::nullopt, left, all(GapPolicy::halt)).state, halted);
    const auto verdict = judge_partition(mirror_of(), std::nullopt, left, all(GapPolicy::restart));
    EXPECT_EQ(verdict.state, source_gone);
    EXPECT_FALSE(verdict.gap);
}

}  // namespace
}  // namespace strait::links::verdicts
