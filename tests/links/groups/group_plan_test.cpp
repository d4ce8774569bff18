#include "links/groups/group_plan.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>

namespace strait::links {
namespace {

using Status = Translation::Status;

constexpr std::int64_t now = 1'000'000;
constexpr std::int64_t day = 86'400'000;

const TopicPartition orders{TopicName{"orders"}, Partition{0}};
const TopicPartition copy{TopicName{"copy.orders"}, Partition{0}};

TranslatedPosition at(std::int64_t offset, Status status, std::int64_t not_replicated = 0)
{
    TranslatedPosition position{copy.topic, copy.partition, {}};
    if (offset >= 0) position.translation.offset = Offset{offset};
    position.translation.status = status;
    position.translation.not_replicated = not_replicated;
    return position;
}

kafka::GroupOffsets committed(const TopicPartition& place,
                              std::int64_t offset,
                              std::string metadata = "")
{
    return {{place, {Offset{offset}, std::move(metadata)}}};
}

GroupAims aims_at(std::int64_t source, std::int64_t target, std::string metadata = "")
{
    return aims_of(committed(orders, source, std::move(metadata)),
                   {{orders, at(target, Status::exact)}});
}

GroupMarks marks_of(std::int64_t source, const GroupAims& aims)
{
    auto marks = after_read(committed(orders, source), {}, now);
    note_written(marks, aims, now);
    return marks;
}

TEST(GroupPlan, WritesWhatStandsForThePositionAndMarksIt)
{
    const auto aims = aims_at(10, 12);

    ASSERT_EQ(aims.at.size(), 1U);
    EXPECT_EQ(aims.at.at(orders), (GroupAim{copy, {Offset{12}, "strait"}, Offset{10}}));
    EXPECT_EQ(aims_at(10, 12, "mine").at.at(orders).position.metadata, "mine");
    const auto plan = writes_of(aims, {}, {}, OnDiverged::hold, now);
    EXPECT_EQ(plan.writes, committed(copy, 12, "strait"));
    EXPECT_FALSE(plan.diverged);
}

TEST(GroupPlan, NeverGoesBeyondWhatIsReplicated)
{
    const auto aims = aims_of(committed(orders, 10), {{orders, at(7, Status::clamped, 4)}});

    EXPECT_EQ(aims.at.at(orders).source, Offset{6});
    EXPECT_EQ(rereads_of(marks_of(10, aims)), 4);
}

TEST(GroupPlan, LeavesOutWhatIsNotMirroredOrLiesBeforeTheMirror)
{
    const auto before = aims_of(committed(orders, 1), {{orders, at(0, Status::before_first)}});
    EXPECT_TRUE(before.at.empty());
    EXPECT_TRUE(before.before_first);

    const auto unknown = aims_of(committed(orders, 1), {{orders, at(-1, Status::unknown)}});
    EXPECT_TRUE(unknown.at.empty());
    EXPECT_TRUE(unknown.before_first) << "there is something that the mirror does not have yet";
    const auto nothing = aims_of(committed(orders, 0), {{orders, at(-1, Status::unknown)}});
    EXPECT_FALSE(nothing.before_first) << "nothing is before it";
    EXPECT_TRUE(aims_of(committed(orders, 1), {}).at.empty());
}

TEST(GroupPlan, IsDueWhenThePositionIsAnotherOrWasWrittenLongAgo)
{
    const auto aims = aims_at(10, 12);
    const auto marks = marks_of(10, aims);

    EXPECT_TRUE(is_due(aims, {}, now));
    EXPECT_FALSE(is_due(aims, marks, now));
    EXPECT_TRUE(is_due(aims_at(11, 13), marks, now));
    EXPECT_TRUE(is_due(aims_at(9, 11), marks, now)) << "a rewind is followed";
    EXPECT_FALSE(is_due(aims, marks, now + day - 1));
    EXPECT_TRUE(is_due(aims, marks, now + day));
    const auto there = committed(copy, 12, "strait");
    EXPECT_TRUE(writes_of(aims, marks, there, OnDiverged::hold, now).writes.empty());
    EXPECT_EQ(writes_of(aims, marks, there, OnDiverged::hold, now + day).writes, there);
}

TEST(GroupPlan, KnowsItsOwnPositionsFromThoseOfConsumers)
{
    const auto marks = marks_of(10, aims_at(10, 12, "app"));
    const auto aims = aims_at(11, 13, "app");
    const auto diverged = [&](std::int64_t offset, const std::string& metadata) {
        return writes_of(aims, marks, committed(copy, offset, metadata), OnDiverged::hold, now)
            .diverged.has_value();
    };

    EXPECT_FALSE(diverged(12, "app")) << "what we wrote";
    EXPECT_FALSE(diverged(5, "strait")) << "what an earlier life of ours wrote";
    EXPECT_FALSE(diverged(13, "app")) << "what we would write";
    EXPECT_TRUE(diverged(12, ""));
    EXPECT_TRUE(diverged(14, "app"));
}

TEST(GroupPlan, HoldsOrOverwritesAGroupThatWasUsed)
{
    auto aims = aims_at(10, 12);
    const TopicPartition other{orders.topic, Partition{1}};
    aims.at.emplace(other, GroupAim{{copy.topic, Partition{1}}, {Offset{3}, "strait"}, Offset{3}});
    const auto used = committed(copy, 40);

    const auto held = writes_of(aims, {}, used, OnDiverged::hold, now);
    EXPECT_EQ(held.diverged, copy);
    EXPECT_TRUE(held.writes.empty()) << "also where nobody was";
    EXPECT_EQ(writes_of(aims, {}, used, OnDiverged::overwrite, now).writes.size(), 2U);
}

// After a reversal the target is what was the source.
TEST(GroupPlan, TakesWhatLiesAtTheNewTargetForItsOwn)
{
    auto before = marks_of(10, aims_at(10, 12));
    const TopicPartition unwritten{TopicName{"others"}, Partition{0}};
    before.marks.emplace(unwritten, GroupMark{{Offset{3}, ""}, std::nullopt});
    const std::map<TopicName, TopicName> source_of{{orders.topic, copy.topic},
                                                   {unwritten.topic, unwritten.topic}};

    const auto marks = turned(before, committed(orders, 14, "moved on"), source_of, now);
    ASSERT_EQ(marks.marks.size(), 1U) << "what was held stays held";
    const auto& mark = marks.marks.at(copy);
    EXPECT_EQ(mark.source.offset, Offset{12});
    EXPECT_EQ(mark.written, (WrittenMark{{Offset{14}, "moved on"}, Offset{12}, now}));
    EXPECT_FALSE(turned(before, {}, source_of, now).marks.at(copy).written) << "nothing is there";
    EXPECT_TRUE(turned(before, {}, {}, now).marks.empty());

    const auto rebuilt =
        turned(before, committed(orders, 14, "moved on"), source_of, now, {orders.topic});
    EXPECT_TRUE(is_ours(&*rebuilt.marks.at(copy).written, {Offset{14}, "moved on"}));
    EXPECT_EQ(rebuilt.marks.at(copy).written->wall_ms, 0) << "it is written anew, whatever it says";
}

TEST(GroupPlan, CountsWhatWouldBeReadAgain)
{
    auto marks = marks_of(10, aims_at(10, 12));
    EXPECT_EQ(rereads_of(marks), 0);

    marks = after_read(committed(orders, 25), marks, now + 1);
    EXPECT_EQ(rereads_of(marks), 15);
    EXPECT_EQ(rereads_of(after_read(committed(orders, 4), marks, now + 2)), 0) << "a rewind";
    note_written(marks, aims_at(25, 28), now + 3);
    EXPECT_EQ(rereads_of(marks), 0);
    EXPECT_EQ(marks.marks.at(orders).written->wall_ms, now + 3);
}

}  // namespace
}  // namespace strait::links
