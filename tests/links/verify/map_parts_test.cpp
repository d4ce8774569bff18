#include "links/verify/map_parts.hpp"

#include "links/verify/map_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace strait::links {
namespace {

// Transactions of so many records, with a marker behind each at the target.
OffsetBlock transactions(std::int64_t first, std::size_t count, std::int64_t records)
{
    auto block = block_at(Offset{first}, Offset{2 * first});
    auto source = first;
    auto target = 2 * first;
    for (std::size_t i = 0; i < count; ++i) {
        block.runs.push_back({Offset{source}, Offset{target}, records});
        source += records;
        target += records + 1;
    }
    block.next_source = Offset{source};
    block.next_target = Offset{target - 1};
    return block;
}

PartRules rules_for(const OffsetBlock& block, const VerifyScope& scope)
{
    return {.at = {TopicName{"orders"}, Partition{3}},
            .scope = scope,
            .by_blocks = false,
            .end = block.next_source};
}

std::vector<std::uint64_t> chosen_of(const std::vector<MapPart>& parts)
{
    std::vector<std::uint64_t> numbers;
    for (const auto& part : parts) {
        if (part.chosen) numbers.push_back(part.stretch);
    }
    return numbers;
}

TEST(MapParts, AreTheBlockItselfUnlessSomethingIsLeftOut)
{
    const auto block = transactions(40, 3, 10);
    const auto parts = parts_of(block, rules_for(block, {}));
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_TRUE(parts.front().chosen);
    EXPECT_EQ(parts.front().block, block);
    const auto empty = block_at(Offset{7}, Offset{9});
    EXPECT_EQ(parts_of(empty, rules_for(empty, {})).size(), 1U);
    EXPECT_TRUE(parts_of(empty, rules_for(empty, {.from = Offset{0}})).empty());
}

TEST(MapParts, AreCutWhereTheRangeBeginsAndEnds)
{
    const auto block = transactions(0, 3, 10);  // [0, 10) at 0, [10, 20) at 11, [20, 30) at 22
    const auto part = clipped(block, Offset{14}, Offset{25});
    EXPECT_EQ(part.runs,
              (std::vector<links::Run>{{Offset{14}, Offset{15}, 6}, {Offset{20}, Offset{22}, 5}}));
    EXPECT_EQ(part.first_source, Offset{14});
    EXPECT_EQ(part.first_target, Offset{15});
    EXPECT_EQ(part.next_source, Offset{25});
    EXPECT_EQ(part.next_target, Offset{27});
    // What lies between two runs at the target belongs to the second one.
    EXPECT_EQ(clipped(block, Offset{10}, Offset{20}).first_target, Offset{10});
    EXPECT_EQ(clipped(block, Offset{0}, Offset{10}).next_target, Offset{10});

    for (std::int64_t from = 0; from < 30; ++from) {
        for (auto to = from + 1; to <= 30; ++to) {
            const auto parts =
                parts_of(block, rules_for(block, {.from = Offset{from}, .to = Offset{to}}));
            ASSERT_EQ(parts.size(), 1U);
            EXPECT_EQ(trouble_in(parts.front().block), "");
            EXPECT_EQ(parts.front().block.first_source, Offset{from});
            EXPECT_EQ(parts.front().block.next_source, Offset{to});
        }
    }
    EXPECT_TRUE(parts_of(block, rules_for(block, {.from = Offset{30}})).empty());
    EXPECT_TRUE(parts_of(block, rules_for(block, {.to = Offset{0}})).empty());
}

TEST(MapParts, JoinAndLeaveNothingOut)
{
    const auto block = transactions(4'000, 100, 777);
    const auto parts = parts_of(block, rules_for(block, {.sample = Share{500'000}}));
    ASSERT_GT(parts.size(), 5U);
    EXPECT_EQ(parts.front().block.first_source, block.first_source);
    EXPECT_EQ(parts.front().block.first_target, block.first_target);
    std::int64_t records = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto& part = parts[i].block;
        EXPECT_EQ(trouble_in(part), "");
        for (const auto& run : part.runs) records += run.length;
        if (i == 0) continue;
        EXPECT_EQ(part.first_source.value() % stretch_offsets, 0);
        EXPECT_EQ(part.first_source, parts[i - 1].block.next_source);
        EXPECT_EQ(part.first_target, parts[i - 1].block.next_target);
    }
    EXPECT_EQ(records, 100 * 777);
    EXPECT_EQ(parts.back().block.next_source, block.next_source);
    EXPECT_EQ(parts.back().block.next_target, block.next_target);
}

TEST(MapParts, DrawTheSameStretchesWhateverHasComeSince)
{
    const VerifyScope scope{.sample = Share{200'000}, .seed = 17};
    const auto early = transactions(0, 200, 5'000);
    const auto late = transactions(0, 256, 5'000);
    auto before = chosen_of(parts_of(early, rules_for(early, scope)));
    const auto after = chosen_of(parts_of(late, rules_for(late, scope)));
    EXPECT_EQ(before.back(), 99U) << "the newest one always";
    EXPECT_EQ(after.back(), 127U);
    EXPECT_GT(before.size(), 8U);
    EXPECT_LT(before.size(), 40U);
    before.pop_back();
    EXPECT_TRUE(std::ranges::includes(after, before));

    const VerifyScope other{.sample = Share{200'000}, .seed = 18};
    EXPECT_NE(chosen_of(parts_of(late, rules_for(late, other))), after);
    auto neighbour = rules_for(late, scope);
    neighbour.at.partition = Partition{4};
    EXPECT_NE(chosen_of(parts_of(late, neighbour)), after);
}

TEST(MapParts, TakeALargerShareOfWhatASmallerOneHad)
{
    const auto block = transactions(0, 256, 5'000);
    std::vector<std::uint64_t> before;
    for (const auto share : {10'000U, 100'000U, 500'000U, 900'000U, 999'999U}) {
        const auto chosen =
            chosen_of(parts_of(block, rules_for(block, {.sample = Share{share}, .seed = 5})));
        EXPECT_TRUE(std::ranges::includes(chosen, before)) << share;
        before = chosen;
    }
    EXPECT_GT(before.size(), 120U);
}

TEST(MapParts, PutAHoleToWhatComesBeforeIt)
{
    auto block = transactions(0, 1, 15'000);
    block.runs.push_back({Offset{3'000'000'005}, Offset{15'001}, 10});
    block.next_source = Offset{9'000'000'000};
    block.next_target = Offset{15'011};
    const auto parts = parts_of(block, rules_for(block, {.sample = Share{1}}));
    ASSERT_EQ(parts.size(), 3U);
    EXPECT_EQ(parts[1].block.next_source, Offset{3'000'000'000});
    EXPECT_EQ(parts[2].stretch, 300'000U);
    EXPECT_EQ(parts[2].block.next_source, block.next_source);
}

TEST(MapParts, AreWholeBlocksForDigests)
{
    const auto block = transactions(0, 10, 5'000);
    auto rules = rules_for(block, {.from = Offset{7}, .to = Offset{9}, .sample = Share{1}});
    rules.by_blocks = true;
    rules.end = Offset{60'000};
    const auto parts = parts_of(block, rules);
    ASSERT_EQ(parts.size(), 1U);
    EXPECT_EQ(parts.front().block, block);
    EXPECT_FALSE(parts.front().chosen);
    rules.end = block.next_source;
    EXPECT_TRUE(parts_of(block, rules).front().chosen);
}

}  // namespace
}  // namespace strait::links
