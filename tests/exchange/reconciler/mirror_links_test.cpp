#include "exchange/reconciler/mirror_links.hpp"

#include "tests/exchange/reconciler/some_mirror.hpp"

#include <gtest/gtest.h>

namespace strait::exchange {
namespace {

using catalog::SubscriptionState;
using links::Desired;

TEST(MirrorLinks, CopyWhatWasAgreedOnUnderItsAliases)
{
    auto mirrored = some_mirrored();
    mirrored.on_gap = catalog::OnGap::skip;
    mirrored.quota.bytes_s = 5'000'000;
    mirrored.quota.records_s = 5'000;

    const auto links = links_of(mirrored, some_clusters(), before_its_end);

    ASSERT_EQ(links.size(), 1U);
    const auto& link = links.front();
    auto name = to_string(mirrored.subscription.id);
    name[name.find('_')] = '-';
    EXPECT_EQ(link.name, LinkName{name});
    EXPECT_TRUE(is_config_name(name));
    EXPECT_EQ(link.managed_by, links::ManagedBy::catalog);
    EXPECT_EQ(link.desired, Desired::running);
    EXPECT_EQ(link.source, ClusterName{"clu-source"});
    EXPECT_EQ(link.target, ClusterName{"clu-target"});
    EXPECT_EQ(renamed(link.topics.rename, TopicName{"sales.orders.v2"}), TopicName{"acme.orders"});
    EXPECT_EQ(renamed(link.topics.rename, TopicName{"prices"}), TopicName{"acme.prices"});
    EXPECT_FALSE(renamed(link.topics.rename, TopicName{"other"}));
    EXPECT_TRUE(is_mirrored(link.topics.selection.decide(TopicName{"prices"}, false)));
    EXPECT_FALSE(is_mirrored(link.topics.selection.decide(TopicName{"other"}, false)));
    EXPECT_FALSE(link.groups.enabled) << "the provider's groups are its own";
    EXPECT_EQ(link.policies.on_gap, links::GapPolicy::skip);
    EXPECT_EQ(link.limits.bandwidth, ByteRate{Bytes{5'000'000}});
    EXPECT_EQ(link.limits.record_rate, RecordRate{5'000});
}

TEST(MirrorLinks, RestWhileSomebodyHoldsTheSubscriptionAndEndWithIt)
{
    const auto desired = [](auto change, Timestamp now = before_its_end) {
        auto mirrored = some_mirrored();
        change(mirrored.subscription);
        return links_of(mirrored, some_clusters(), now).front().desired;
    };
    EXPECT_EQ(desired([](auto& each) { each.state = SubscriptionState::provisioning; }),
              Desired::running);
    EXPECT_EQ(desired([](auto& each) {
                  each.holds = {{catalog::HoldBy::consumer, "night", catalog::some_time}};
              }),
              Desired::paused);
    EXPECT_EQ(desired([](auto&) {}, some_mirrored().subscription.ends_at), Desired::paused)
        << "also before the catalog says that it is over";
    EXPECT_EQ(desired([](auto& each) { each.state = SubscriptionState::terminating; }),
              Desired::failed_over);
}

TEST(MirrorLinks, AreOneForEachClusterOfTheProvider)
{
    auto clusters = some_clusters();
    const auto other = catalog::some_id<catalog::Noun::cluster>(42);
    clusters[other].name = ClusterName{"clu-other"};
    auto mirrored = some_mirrored();
    mirrored.subscription.ports.push_back(a_port("stock", "prices", other));

    const auto links = links_of(mirrored, clusters, before_its_end);

    ASSERT_EQ(links.size(), 2U);
    EXPECT_EQ(links.back().source, ClusterName{"clu-other"});
    EXPECT_EQ(links.back().name, LinkName{links.front().name.value() + "-2"});
    EXPECT_EQ(renamed(links.back().topics.rename, TopicName{"prices"}), TopicName{"acme.stock"});
    EXPECT_FALSE(renamed(links.back().topics.rename, TopicName{"sales.orders.v2"}));
}

TEST(MirrorLinks, AreNoneWhereAClusterCannotBeUsed)
{
    for (const auto& id : {the_source, the_target}) {
        auto clusters = some_clusters();
        clusters.erase(id);
        EXPECT_TRUE(links_of(some_mirrored(), clusters, before_its_end).empty());
    }
}

}  // namespace
}  // namespace strait::exchange
