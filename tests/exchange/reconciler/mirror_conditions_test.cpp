#include "exchange/reconciler/mirror_conditions.hpp"

#include "tests/exchange/reconciler/some_mirror.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace strait::exchange {
namespace {

using catalog::Condition;
using catalog::ConditionType;
using catalog::HoldBy;
using catalog::Subscription;
using links::MirrorState;

Subscription begun()
{
    auto subscription = some_mirrored().subscription;
    subscription.state = catalog::SubscriptionState::provisioning;
    return subscription;
}

// "source_ready=yes target_ready=no(not_connected) ..."
std::string text_of(const std::vector<Condition>& conditions)
{
    std::string text;
    for (const auto& each : conditions) {
        text += (text.empty() ? "" : " ") + to_string(each.type) + "=" +
                (each.status ? "yes" : "no") +
                (each.reason == "done" ? "" : "(" + each.reason + ")");
    }
    return text;
}

std::vector<Condition> told(const Subscription& subscription,
                            const std::vector<MirrorReport>& reports)
{
    return conditions_of(subscription, reports, before_its_end);
}

TEST(MirrorConditions, AreReadyWhenAllStreamsAreCopied)
{
    EXPECT_EQ(text_of(told(begun(), running_link())),
              "source_ready=yes target_ready=yes route_open=yes quota_set=yes ready=yes");
}

TEST(MirrorConditions, SayWhoseMoveItIs)
{
    auto reports = running_link();
    reports.front().status->source.reachable = false;
    auto conditions = told(begun(), reports);
    EXPECT_EQ(conditions.front().side, HoldBy::provider);
    EXPECT_FALSE(conditions.front().next_step.empty());
    EXPECT_EQ(text_of(conditions),
              "source_ready=no(not_connected) target_ready=yes route_open=yes quota_set=yes "
              "ready=no(not_connected)");

    reports = running_link();
    reports.front().status->target.cluster_id = {};
    conditions = told(begun(), reports);
    EXPECT_EQ(conditions.at(1).side, HoldBy::consumer);

    reports = running_link();
    reports.front().status->topics.pop_back();
    EXPECT_EQ(text_of(told(begun(), reports)),
              "source_ready=yes target_ready=yes route_open=no(starting) quota_set=yes "
              "ready=no(starting)");

    reports = running_link();
    reports.front().status->topics.front().state = MirrorState::halted;
    conditions = told(begun(), reports);
    EXPECT_EQ(conditions.at(2).side, HoldBy::operator_);
    EXPECT_EQ(conditions.at(2).message, "stream orders is not copied: halted");

    EXPECT_EQ(text_of(told(begun(), {MirrorReport{}})),
              "source_ready=no(not_connected) target_ready=no(not_connected) "
              "route_open=no(not_made) quota_set=yes ready=no(not_connected)");
}

// Both sides read them.
TEST(MirrorConditions, TellNothingOfTheOtherSide)
{
    auto reports = running_link();
    auto& link = *reports.front().status;
    link.state = MirrorState::halted;
    link.reason = "target: 10.0.0.1:9092: Connection refused";
    link.source.reachable = false;
    link.target.reachable = false;
    for (auto& topic : link.topics) {
        topic.state = MirrorState::halted;
        topic.reason = "sales.orders.v2 was deleted";
    }
    for (const auto& each : told(begun(), reports)) {
        for (const auto& text : {each.reason, each.message, each.next_step}) {
            EXPECT_FALSE(text.contains("10.0.0.1")) << text;
            EXPECT_FALSE(text.contains("sales.orders")) << text;
            EXPECT_FALSE(text.contains("clu-")) << text;
        }
    }
}

TEST(MirrorConditions, KeepTheirTimes)
{
    auto subscription = begun();
    subscription.conditions = told(subscription, running_link());
    auto reports = running_link();
    reports.front().status->target.reachable = false;
    subscription.state = catalog::SubscriptionState::active;

    const auto later = conditions_of(subscription, reports, {before_its_end.unix_ms + 5});

    EXPECT_EQ(later.at(0).since, before_its_end);
    EXPECT_EQ(later.at(1).since.unix_ms, before_its_end.unix_ms + 5);
    EXPECT_EQ(later.back().type, ConditionType::degraded);
    EXPECT_TRUE(later.back().status) << "it was ready once";
    EXPECT_EQ(later.back().side, HoldBy::consumer);
}

TEST(MirrorConditions, DoNotCountARestAsTrouble)
{
    auto subscription = begun();
    subscription.conditions = told(subscription, running_link());
    subscription.state = catalog::SubscriptionState::paused;
    subscription.holds = {{HoldBy::consumer, "night", before_its_end}};
    auto reports = running_link();
    reports.front().status->state = MirrorState::paused;
    for (auto& topic : reports.front().status->topics) topic.state = MirrorState::paused;

    EXPECT_EQ(told(subscription, reports), subscription.conditions);

    reports.front().status->topics.front().partitions.front().retention_headroom = 0.1;
    const auto warned = told(subscription, reports);
    EXPECT_EQ(warned.back().reason, "retention_near");
    EXPECT_EQ(warned.back().next_step, "resume it, or records are missed");
}

TEST(MirrorEnd, IsWhereTheTargetsKeepThatNothingIsCopied)
{
    auto reports = running_link();
    auto& link = *reports.front().status;
    EXPECT_FALSE(have_ended(reports));
    link.desired = links::Desired::failed_over;
    link.settled = false;
    EXPECT_FALSE(have_ended(reports)) << "it is only wanted";
    link.settled = true;
    EXPECT_TRUE(have_ended(reports));
    reports.emplace_back();
    EXPECT_FALSE(have_ended(reports)) << "nobody knows of the other one";
}

TEST(MirrorEnd, NamesTheLastOffsetsByStream)
{
    const auto end = end_of(some_mirrored().subscription, running_link());

    ASSERT_EQ(end.last_offsets.size(), 2U);
    EXPECT_EQ(end.last_offsets.front(), (catalog::LastOffset{"orders", 0, 1'046, 990}));
    EXPECT_EQ(end.last_offsets.back().stream, "prices");
    EXPECT_EQ(end.last_byte_at, catalog::some_time);
}

}  // namespace
}  // namespace strait::exchange
