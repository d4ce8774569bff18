#include "links/rebuild.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace strait::links {
namespace {

const TopicId old_id{{1}};

ReversedPartition partition(std::int32_t number, std::int64_t end, std::int64_t diverged)
{
    return {.partition = Partition{number},
            .agreed = Offset{10},
            .tail = Offset{10},
            .target_end = Offset{end},
            .diverged = diverged,
            .target_start = Offset{4}};
}

ReversedTopic topic(const char* name)
{
    ReversedTopic topic;
    topic.owner.source = TopicName{std::string{"copy."} + name};
    topic.owner.target = TopicName{name};
    topic.owner.target_id = old_id;
    return topic;
}

// One that differs, one that does not, and one that is not there.
Reversal reversal()
{
    Reversal found;
    auto& orders = found.topics.emplace_back(topic("orders"));
    orders.partitions = {partition(0, 14, 3), partition(1, 10, 0)};
    orders.partitions[1].uncopied = 2;
    orders.whole = orders.replaces = true;
    found.topics.emplace_back(topic("payments")).partitions = {partition(0, 10, 0)};
    auto& absent = found.topics.emplace_back(topic("absent"));
    absent.partitions = {partition(0, 0, 0)};
    absent.whole = true;
    return found;
}

RebuiltTopic orders()
{
    return {.topic = TopicName{"orders"},
            .id = old_id,
            .offsets = 16,
            .end = 24,
            .lost = 3,
            .counted = true,
            .uncopied = 2};
}

TEST(Rebuild, CountsWhatIsDeletedAndOnlyThat)
{
    EXPECT_EQ(rebuilds_of(reversal()), std::vector{orders()});
    auto unclear = reversal();
    unclear.counted = false;
    EXPECT_FALSE(rebuilds_of(unclear).front().counted);
    EXPECT_TRUE(text_of(rebuilds_of(unclear).front()).contains("more than 3 records"));
}

TEST(Rebuild, DiffersWhereOneSideHasMoreOrMayHave)
{
    Reversal found;
    EXPECT_FALSE(found.differs(partition(0, 10, 0)));
    EXPECT_TRUE(found.differs(partition(0, 14, 3)));
    EXPECT_FALSE(found.differs(partition(0, 11, 0))) << "a marker";
    found.counted = false;
    EXPECT_TRUE(found.differs(partition(0, 11, 0))) << "nobody has looked";
    EXPECT_FALSE(found.differs(partition(0, 10, 0)));
    auto cut = partition(0, 8, 0);
    cut.missing = 2;
    EXPECT_TRUE(found.differs(cut));
}

TEST(Rebuild, GoesOnAfterARestartWithTheSameTopics)
{
    EXPECT_EQ(to_keep({}, {orders()}).value(), std::vector{orders()});
    EXPECT_EQ(to_keep({orders()}, {orders()}).value(), std::vector{orders()}) << "nothing happened";

    const auto gone = to_keep({orders()}, {}).value();
    ASSERT_EQ(gone.size(), 1U);
    EXPECT_TRUE(gone.front().deleted) << "before the restart";
    EXPECT_EQ(to_keep(gone, {}).value(), gone);
}

TEST(Rebuild, DeletesNothingThatNobodyHasAgreedToLose)
{
    auto more = orders();
    ++more.end;
    EXPECT_EQ(to_keep({orders()}, {more}).error().code(), Errc::conflict);
    auto other = orders();
    other.id = TopicId{{2}};
    EXPECT_EQ(to_keep({orders()}, {other}).error().code(), Errc::conflict);
    auto payments = orders();
    payments.topic = TopicName{"payments"};
    EXPECT_EQ(to_keep({orders()}, {orders(), payments}).error().code(), Errc::conflict);
    auto deleted = orders();
    deleted.deleted = true;
    EXPECT_EQ(to_keep({deleted}, {orders()}).error().code(), Errc::conflict);
}

TEST(Rebuild, TakesNoHoleBeforeTheFirstRecordForALoss)
{
    auto each = partition(0, 40, 0);
    each.agreed = Offset{30};
    Checkpoint first;
    first.from_log_start = true;
    first.block = block_at(Offset{5}, Offset{0});
    const auto from = [&](const std::optional<Checkpoint>& known, std::optional<Offset> at) {
        return copied_from(each, known, at).value();
    };
    EXPECT_EQ(from(first, Offset{20}), 5) << "the source was compacted before";
    first.block = block_at(Offset{0}, Offset{0});
    EXPECT_EQ(from(first, Offset{20}), 4) << "where the log begins by now";
    EXPECT_EQ(from(std::nullopt, std::nullopt), 30) << "nothing of it was mirrored";
    each.start = Offset{7};
    EXPECT_EQ(from(first, Offset{20}), 20) << "retention took the mirror's head";
    each.start = Offset{0};
    first.from_log_start = false;
    EXPECT_EQ(from(first, Offset{20}), 20) << "what is before the other link has mirrored";
    EXPECT_EQ(from(first, Offset{35}), 30);
}

TEST(Rebuild, CountsWhatWasGivenUpWhileItWasMirrored)
{
    const TopicPartition at{TopicName{"orders"}, Partition{1}};
    Gap gap;
    gap.topic = at.topic;
    gap.partition = at.partition;
    gap.old_id = old_id;
    gap.from = Offset{5};
    gap.to = Offset{9};
    const auto count = [&](GapCause cause, std::int64_t from, std::int64_t to) {
        gap.cause = cause;
        return given_up({gap}, at, old_id, Offset{from}, Offset{to});
    };
    EXPECT_EQ(count(GapCause::operator_skip, 0, 20), 4);
    EXPECT_EQ(count(GapCause::oversize, 7, 20), 2);
    EXPECT_EQ(count(GapCause::bad_record, 0, 6), 1);
    EXPECT_EQ(count(GapCause::bad_record, 9, 20), 0);
    EXPECT_EQ(count(GapCause::log_start_moved, 0, 20), 0) << "the source has lost it itself";
    gap.old_id = TopicId{{2}};
    EXPECT_EQ(count(GapCause::operator_skip, 0, 20), 0) << "of another incarnation";
}

TEST(Rebuild, SaysWhatItDeleted)
{
    EXPECT_EQ(text_of_deleted({orders()}), "") << "nothing yet";
    auto deleted = orders();
    deleted.deleted = true;
    EXPECT_EQ(text_of_deleted({deleted}),
              "; deleted: topic orders of id " + to_string(old_id) +
                  ", with 16 offsets, 3 records of it never mirrored, and 2 offsets before those "
                  "of which the other side has nothing");
}

VerbPlan plan_with(Reversal found, Result<void> rebuildable = {})
{
    LinkStatus link;
    link.name = LinkName{"l"};
    link.state = MirrorState::failed_over;
    link.source.cluster = ClusterName{"oslo"};
    link.target.cluster = ClusterName{"bergen"};
    VerbRequest request{.verb = Verb::reverse, .divergence = Divergence::rebuild};
    return plan_reversal(
        request,
        link,
        {LinkName{"back"}, false, false, std::move(found), true, std::move(rebuildable)});
}

TEST(Rebuild, IsPlannedTopicByTopic)
{
    const auto plan = plan_with(reversal());
    EXPECT_EQ(plan.refusal(), "");
    ASSERT_EQ(plan.steps.size(), 4U);
    EXPECT_EQ(plan.steps[0], "delete 1 topics of oslo");
    EXPECT_TRUE(plan.steps[1].starts_with("make 2 topics there anew")) << plan.steps[1];
    std::vector<std::string> texts;
    for (const auto& check : plan.checks) {
        if (check.name == "rebuild") texts.push_back(check.text);
    }
    ASSERT_EQ(texts.size(), 2U);
    EXPECT_EQ(texts[0], "deleted at oslo, and lost: " + text_of(orders()));
    EXPECT_EQ(texts[1], "1 topics are not at oslo any more");
}

TEST(Rebuild, IsRefusedWhereATopicIsAnotherOneOrInUse)
{
    auto partly = reversal();
    partly.left_out = {"orders at the target is not the topic any more that was mirrored"};
    EXPECT_TRUE(plan_with(partly).refusal().contains("--divergence keep"));
    EXPECT_EQ(plan_with(reversal(), fail(Errc::conflict, "link x mirrors it")).refusal(),
              "link x mirrors it");
    Reversal same;
    same.topics.push_back(topic("payments"));
    const auto plan = plan_with(same);
    EXPECT_EQ(plan.refusal(), "");
    EXPECT_EQ(plan.steps.size(), 2U) << "nothing differs, so nothing is deleted";
}

}  // namespace
}  // namespace strait::links
