#include "links/link_plan.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace strait::links {
namespace {

TopicId id(std::uint8_t number) { return {.bytes = {number}}; }

// A link of any source to any target; `topics` is what the file says.
LinkConfig link(const std::string& topics)
{
    Problems problems;
    const auto document = parse_yaml(
        "{name: l, source: a, target: b, topics: " + topics + "}", "strait.yaml", problems);
    LinkConfig config;
    {
        ObjectReader reader{document, "", problems};
        config = read_link(reader);
    }
    EXPECT_EQ(problems.text(), "");
    return config;
}

kafka::TopicDescription topic(const std::string& name, std::size_t partitions = 3)
{
    return {
        .name = TopicName{name}, .id = id(1), .partitions = partitions, .replication_factor = 2};
}

FoundTarget target(const std::string& name, bool empty, std::size_t partitions = 3)
{
    auto described = topic(name, partitions);
    described.id = id(2);
    return {described, empty};
}

TopicOwner owner(const std::string& link_name,
                 const std::string& source,
                 const std::string& target_name,
                 const std::string& source_cluster)
{
    return {.link = LinkName{link_name},
            .source = TopicName{source},
            .target = TopicName{target_name},
            .source_id = id(1),
            .target_id = id(2),
            .source_cluster = ClusterId{source_cluster},
            .partitions = 1,
            .previous_ids = {}};
}

// Clusters A with these topics, and B with three brokers.
LinkSurroundings between(std::vector<kafka::TopicDescription> topics)
{
    LinkSurroundings found;
    found.source_cluster = ClusterId{"A"};
    found.target_cluster = ClusterId{"B"};
    found.target_brokers = 3;
    found.source_topics = std::move(topics);
    return found;
}

// One line a topic: "orders -> o create x2", or "orders: excluded"; then problems.
std::string planned(const LinkConfig& config, const LinkSurroundings& found)
{
    const auto plan = plan_link(config, found);
    std::string out;
    for (const auto& [source, outcome] : plan.topics) {
        out += source.name.value();
        if (const auto* const refused = std::get_if<NotMirrored>(&outcome)) {
            out.append(": ").append(to_string(refused->obstacle));
        } else {
            const auto& mirror = std::get<Mirrored>(outcome);
            out.append(" -> ").append(mirror.target.value()).append(mirror.ours ? " ours " : " ");
            out.append(to_string(mirror.action));
            if (mirror.replication_factor) out += " x" + std::to_string(*mirror.replication_factor);
            if (mirror.adopted && mirror.ours) out += " adopted";
            for (const auto warning : mirror.warnings) out.append(" ").append(to_string(warning));
        }
        out += '\n';
    }
    for (const auto& problem : plan.problems) out.append(problem.code).append("!\n");
    return out;
}

TEST(LinkPlan, SelectsRenamesAndCreates)
{
    auto internal = topic("streams");
    internal.internal = true;

    EXPECT_EQ(planned(link("{include: ['*'], exclude: [tmp*], rename: {prefix: p.}}"),
                      between({topic("orders"),
                               internal,
                               topic("tmp1"),
                               topic("_schemas"),
                               topic("__consumer_offsets")})),
              "__consumer_offsets: never_mirrored\n"
              "_schemas: excluded\n"
              "orders -> p.orders create x2\n"
              "streams: never_mirrored\n"
              "tmp1: excluded\n");
    EXPECT_EQ(planned(link("{include: ['*'], rename: {map: {a: x}, others: refuse}}"),
                      between({topic("a"), topic("b")})),
              "a -> x create x2\n"
              "b: rename_refused\n");
    EXPECT_EQ(planned(link("{include: ['*'], rename: {prefix: p.}}"),
                      between({topic(std::string(248, 'a'))})),
              std::string(248, 'a') + ": illegal_topic_name\n");
}

TEST(LinkPlan, CountsWhatEachPatternMatches)
{
    const auto plan =
        plan_link(link("{include: [orders, 'order*', bills], exclude: ['*-old']}"),
                  between({topic("orders"), topic("orders-eu"), topic("orders-old")}));

    ASSERT_EQ(plan.patterns.size(), 3U);
    EXPECT_EQ(plan.patterns[0].topics, 1U);
    EXPECT_EQ(plan.patterns[1].topics, 2U);
    EXPECT_EQ(plan.patterns[2].pattern, "bills");
    EXPECT_EQ(plan.patterns[2].topics, 0U);
}

TEST(LinkPlan, NamesWhatAnIncludeNamesAndTheSourceDoesNotShow)
{
    auto found = between({topic("orders"), topic("tmp")});
    found.source_user = "user strait";
    const auto plan = plan_link(
        link("{include: [orders, bills, 'none*', 're:no-.*', tmp], exclude: ['tm*']}"), found);

    ASSERT_EQ(plan.absent.size(), 1U) << "a pattern may wait for its first topic";
    EXPECT_EQ(plan.absent[0].source, TopicName{"bills"});
    EXPECT_EQ(plan.absent[0].text,
              "nothing_matches: it does not exist at the source, or user strait may not DESCRIBE "
              "it: create it, grant DESCRIBE, or correct the name in topics.include");
}

TEST(LinkPlan, ReplicatesAsTheSourceOrAsTold)
{
    auto found = between({topic("orders")});
    found.target_brokers = 1;

    EXPECT_EQ(planned(link("{include: [orders]}"), found),
              "orders -> orders create x1 replication_reduced\n");
    EXPECT_EQ(planned(link("{include: [orders], create: {replication_factor: broker}}"), found),
              "orders -> orders create\n");
    EXPECT_EQ(planned(link("{include: [orders], create: {replication_factor: 2}}"), found),
              "orders: too_few_brokers\n");
    EXPECT_EQ(planned(link("{include: [orders], create: {enabled: false}}"), found),
              "orders: target_missing\n");
}

TEST(LinkPlan, AdoptsOnlyAnEmptyTargetUnlessTold)
{
    auto found = between({topic("empty"), topic("few"), topic("many"), topic("used")});
    found.target_topics = {target("empty", true),
                           target("few", true, 1),
                           target("many", true, 9),
                           target("used", false)};

    EXPECT_EQ(planned(link("{include: ['*']}"), found),
              "empty -> empty adopt\n"
              "few -> few grow\n"
              "many -> many adopt target_has_more_partitions\n"
              "used: existing_target\n");
    EXPECT_EQ(planned(link("{include: [used], existing_target: append}"), found),
              "empty: unmatched\nfew: unmatched\nmany: unmatched\n"
              "used -> used adopt records_in_target\n");
}

TEST(LinkPlan, TakesATargetForEmptyUntilItIsLookedInto)
{
    auto found = between({topic("seen"), topic("unclear"), topic("unseen")});
    found.target_topics = {
        target("seen", false), target("unclear", true), {topic("unseen"), std::nullopt}};
    found.target_topics[1].empty = fail(Errc::unavailable, "no leader");

    EXPECT_EQ(planned(link("{include: ['*']}"), found),
              "seen: existing_target\n"
              "unclear: unclear_target\n"
              "unseen -> unseen adopt\n");
    found.target_owners = {owner("l", "seen", "seen", "A"), owner("l", "unclear", "unclear", "A")};
    EXPECT_EQ(planned(link("{include: ['*']}"), found),
              "seen -> seen ours keep\n"
              "unclear -> unclear ours keep\n"
              "unseen -> unseen adopt\n");
}

TEST(LinkPlan, KnowsItsOwnTargetsAndThoseOfOthers)
{
    auto found = between({topic("mine"), topic("grown", 5), topic("other"), topic("stale")});
    found.target_topics = {target("mine", false),
                           target("grown", false),
                           target("other", true),
                           target("stale", true)};
    found.target_owners = {owner("l", "mine", "mine", "A"),
                           owner("l", "grown", "grown", "A"),
                           owner("another", "other", "other", "C"),
                           owner("another", "stale", "stale", "C")};
    found.target_owners.back().target_id = id(9);

    EXPECT_EQ(planned(link("{include: ['*']}"), found),
              "grown -> grown ours grow\n"
              "mine -> mine ours keep\n"
              "other: target_owned\n"
              "stale -> stale adopt\n");
}

TEST(LinkPlan, MirrorsNothingThatWasPromotedByItself)
{
    auto found = between({topic("orders"), topic("payments")});
    found.target_topics = {target("orders", false), target("payments", false)};
    for (const auto* const name : {"orders", "payments"}) {
        found.target_owners.push_back(owner("l", name, name, "A"));
    }
    found.target_owners.front().released = true;
    EXPECT_EQ(planned(link("{include: [\"*\"]}"), found),
              "orders: released\npayments -> payments ours keep\n");
}

TEST(LinkPlan, MirrorsNothingThatIsPausedByItself)
{
    auto found = between({topic("orders"), topic("payments")});
    found.target_topics = {target("orders", false), target("payments", false)};
    for (const auto* const name : {"orders", "payments"}) {
        found.target_owners.push_back(owner("l", name, name, "A"));
    }
    found.target_owners.front().order.desired = Desired::paused;
    EXPECT_EQ(planned(link("{include: [\"*\"]}"), found),
              "orders: paused\npayments -> payments ours keep\n");
    EXPECT_EQ(planned(link("{include: [\"*\"], exclude: [orders]}"), found),
              "orders: excluded\npayments -> payments ours keep\n");
}

TEST(LinkPlan, SeesThatATopicIsNoLongerTheOneThatItWas)
{
    auto found = between({topic("recreated"), topic("gone"), topic("replaced"), topic("older")});
    found.target_topics = {
        target("recreated", false), target("replaced", false), target("older", false)};
    found.target_owners = {owner("l", "recreated", "recreated", "A"),
                           owner("l", "gone", "gone", "A"),
                           owner("l", "replaced", "replaced", "A"),
                           owner("l", "older", "older", "A")};
    found.target_owners[0].source_id = id(9);
    found.target_owners[2].target_id = id(9);
    found.target_owners[3].source_id = {};  // brokers without topic ids

    EXPECT_EQ(planned(link("{include: ['*']}"), found),
              "gone -> gone ours create x2 target_lost\n"
              "older -> older ours keep\n"
              "recreated -> recreated ours keep source_recreated\n"
              "replaced -> replaced ours keep target_lost\n");

    found.source_topics = {topic("gone")};
    EXPECT_EQ(planned(link("{include: [gone], create: {enabled: false}}"), found),
              "gone -> gone ours create target_lost\n");
}

TEST(LinkPlan, AdoptsWhatStandsInThePlaceOfALostTarget)
{
    auto found = between({topic("bigger", 5), topic("empty"), topic("gone"), topic("used")});
    found.target_topics = {target("bigger", true), target("empty", true), target("used", false)};
    for (const auto& each : found.source_topics) {
        const auto& name = each.name.value();
        found.target_owners.push_back(owner("l", name, name, "A"));
        found.target_owners.back().target_id = id(9);
    }
    auto config = link("{include: ['*']}");

    EXPECT_EQ(planned(config, found),
              "bigger -> bigger ours grow target_lost\n"
              "empty -> empty ours keep target_lost\n"
              "gone -> gone ours create x2 target_lost\n"
              "used -> used ours keep target_lost\n");
    config.policies.on_target_lost = GapPolicy::restart;
    EXPECT_EQ(planned(config, found),
              "bigger -> bigger ours grow adopted target_lost\n"
              "empty -> empty ours adopt adopted target_lost\n"
              "gone -> gone ours create x2 target_lost\n"
              "used: existing_target\n");
}

TEST(LinkPlan, NeverMirrorsAMirrorBack)
{
    auto found = between({topic("orders"), topic("bills"), topic("news"), topic("again")});
    found.source_owners = {owner("back", "orders", "orders", "B"),
                           owner("in", "bills", "bills", "C"),
                           owner("in", "news", "news", "C"),
                           owner("back", "again", "again", "B")};
    for (auto& record : *found.source_owners) record.target_id = id(1);
    found.source_owners->back().target_id = id(9);  // deleted since, and made anew by somebody

    EXPECT_EQ(planned(link("{include: ['*', orders, news]}"), found),
              "again -> again create x2\n"
              "bills: mirror_of_mirror\n"
              "news -> news create x2\n"
              "orders: loop\n");
    EXPECT_EQ(planned(link("{include: [orders], loop_check: off}"), found),
              "again: unmatched\nbills: unmatched\nnews: unmatched\norders -> orders create x2\n");
}

TEST(LinkPlan, RefusesToRunWhereALoopCannotBeExcluded)
{
    auto found = between({topic("orders")});
    found.source_owners.reset();

    EXPECT_EQ(planned(link("{include: [orders]}"), found), "orders -> orders create x2\nloop!\n");
    EXPECT_EQ(planned(link("{include: [orders], loop_check: off}"), found),
              "orders -> orders create x2\n");
}

TEST(LinkPlan, CopiesNoTopicToItself)
{
    auto found = between({topic("bills"), topic("orders")});
    found.target_cluster = found.source_cluster;

    EXPECT_EQ(planned(link("{include: ['*'], rename: {map: {bills: b}}}"), found),
              "bills -> b create x2\norders: same_cluster\nsame_cluster!\n");
}

TEST(LinkPlan, MirrorsNothingToTheDeadLetterTopic)
{
    auto config = link("{include: ['*']}");
    config.policies.dead_letter_topic = TopicName{"dead"};
    auto found = between({topic("dead"), topic("orders")});
    found.target_topics = {target("dead", true)};
    found.target_owners = {owner("l", "dead", "dead", "A")};

    EXPECT_EQ(planned(config, found),
              "dead: rename_collision\n"
              "orders -> orders create x2\n");
    found.target_owners = {owner("another", "letters", "dead", "C")};
    EXPECT_EQ(planned(config, found),
              "dead: rename_collision\n"
              "orders -> orders create x2\n"
              "rename_collision!\n");
    found.target_owners.back().target_id = id(9);  // deleted since
    EXPECT_EQ(planned(config, found),
              "dead: rename_collision\n"
              "orders -> orders create x2\n");
}

TEST(LinkPlan, RefusesAnotherNameForWhatIsMirroredAlready)
{
    auto found = between({topic("orders"), topic("payments")});
    found.target_topics = {target("orders", false)};
    found.target_owners = {owner("l", "orders", "orders", "A"),
                           owner("another", "payments", "payments", "A")};

    EXPECT_EQ(planned(link("{include: ['*'], rename: {prefix: x.}}"), found),
              "orders: immutable_changed\n"
              "payments -> x.payments create x2\n");
}

TEST(LinkPlan, LetsNoNewTopicPushAnOldOneOut)
{
    auto found = between({topic("a.b"), topic("a_b"), topic("c.d"), topic("c_d"), topic("e.f")});
    found.target_topics = {target("a_b", false), target("e_f", true)};
    found.target_owners = {owner("l", "a_b", "a_b", "A")};

    EXPECT_EQ(planned(link("{include: ['*']}"), found),
              "a.b: rename_collision\n"
              "a_b -> a_b ours keep\n"
              "c.d: rename_collision\n"
              "c_d: rename_collision\n"
              "e.f: rename_collision\n");

    auto limited = link("{include: ['*']}");
    limited.limits.partitions = 4;
    found = between({topic("a"), topic("b"), topic("z")});
    found.target_topics = {target("z", false)};
    found.target_owners = {owner("l", "z", "z", "A")};
    EXPECT_EQ(planned(limited, found),
              "a: too_many_partitions\nb: too_many_partitions\nz -> z ours keep\n");
}

}  // namespace
}  // namespace strait::links
