#include "links/config/link_changes.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

namespace strait::links {
namespace {

using namespace std::chrono_literals;
using Kind = LinkChange::Kind;

kafka::ClusterConfig cluster(const std::string& name)
{
    kafka::ClusterConfig cluster;
    cluster.name = ClusterName{name};
    cluster.bootstrap = {name + ":9092"};
    return cluster;
}

LinkConfig link(const std::string& name, const std::string& topic = "orders")
{
    LinkConfig link;
    link.name = LinkName{name};
    link.source = ClusterName{"oslo"};
    link.target = ClusterName{"bergen"};
    link.topics.selection = TopicSelection{{*TopicPattern::parse(topic)}, {}};
    return link;
}

LinkSet set_of(std::vector<LinkConfig> links)
{
    LinkSet set;
    for (const auto* const name : {"oslo", "bergen", "tromso"}) {
        set.clusters.emplace(ClusterName{name}, cluster(name));
    }
    set.links = std::move(links);
    return set;
}

std::vector<LinkChange> changed(Kind kind, std::vector<std::string> keys)
{
    return {{LinkName{"a"}, kind, std::move(keys)}};
}

TEST(LinkChanges, AreNoneBetweenTheSameLinksInAnotherOrder)
{
    EXPECT_TRUE(
        changes_between(set_of({link("a"), link("b")}), set_of({link("b"), link("a")})).empty());
}

TEST(LinkChanges, NameWhatStartsAndWhatEnds)
{
    const auto changes =
        changes_between(set_of({link("a"), link("b")}), set_of({link("b"), link("c")}));

    EXPECT_EQ(changes,
              (std::vector<LinkChange>{{LinkName{"a"}, Kind::removed, {}},
                                       {LinkName{"c"}, Kind::added, {}}}));
}

TEST(LinkChanges, OfTopicsBreakNothing)
{
    const auto before = set_of({link("a", "orders")});
    const auto after = set_of({link("a", "orders-*")});

    EXPECT_EQ(changes_between(before, after), changed(Kind::adapted, {"topics.include"}));
}

TEST(LinkChanges, OfWhatFollowsTheSourceBreakNothing)
{
    auto after = set_of({link("a")});
    after.links.front().config_sync.also = {"preallocate"};

    after.links.front().acl_sync.enabled = true;

    EXPECT_EQ(changes_between(set_of({link("a")}), after),
              changed(Kind::adapted, {"config_sync", "acl_sync"}));
}

TEST(LinkChanges, OfTheDataPathRestartTheLink)
{
    auto after = set_of({link("a", "payments")});
    after.links.front().commit.linger = 5ms;

    EXPECT_EQ(changes_between(set_of({link("a")}), after),
              changed(Kind::restarted, {"topics.include", "commit"}));
}

TEST(LinkChanges, OfAClusterRestartTheLinksThatUseIt)
{
    auto after = set_of({link("a")});
    after.clusters.at(ClusterName{"bergen"}).sasl.password = Secret{"new"};
    after.clusters.at(ClusterName{"tromso"}).rack = "unused";

    EXPECT_EQ(changes_between(set_of({link("a")}), after),
              changed(Kind::restarted, {"clusters.bergen"}));
}

TEST(LinkChanges, ToAnotherClusterAreThatOfTheName)
{
    auto after = set_of({link("a")});
    after.links.front().target = ClusterName{"tromso"};

    EXPECT_EQ(changes_between(set_of({link("a")}), after), changed(Kind::restarted, {"target"}));
}

}  // namespace
}  // namespace strait::links
