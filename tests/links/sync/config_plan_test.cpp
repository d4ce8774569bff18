#include "links/sync/config_plan.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::links {
namespace {

using kafka::TopicConfig;
using enum ConfigClass;

constexpr auto unlimited = "9223372036854775807";

// A value of the topic's own, beside what it would be without.
kafka::ConfigEntry own(const std::string& value, const std::string& inherited)
{
    return {.value = value, .is_default = false, .inherited = inherited};
}

kafka::ConfigEntry inherited(const std::string& value)
{
    return {.value = value, .is_default = true, .inherited = value};
}

// As a broker of today has it, and a mirror that needs nothing.
TopicConfig topic()
{
    return {{"max.message.bytes", inherited("1048588")},
            {"cleanup.policy", inherited("delete")},
            {"delete.retention.ms", inherited("86400000")},
            {"min.compaction.lag.ms", inherited("0")},
            {"max.compaction.lag.ms", inherited(unlimited)},
            {"message.timestamp.type", inherited("CreateTime")},
            {"message.timestamp.before.max.ms", inherited(unlimited)},
            {"message.timestamp.after.max.ms", inherited(unlimited)},
            {"compression.type", inherited("producer")},
            {"retention.ms", inherited("604800000")},
            {"retention.bytes", inherited("-1")},
            {"min.insync.replicas", inherited("1")},
            {"segment.bytes", inherited("1073741824")},
            {"preallocate", inherited("false")}};
}

ConfigSyncConfig sync_of(bool enabled,
                         std::set<std::string> also = {},
                         std::set<std::string> never = {})
{
    ConfigSyncConfig sync;
    sync.enabled = enabled;
    sync.also = std::move(also);
    sync.never = std::move(never);
    return sync;
}

LinkConfig link_with(ConfigSyncConfig sync)
{
    LinkConfig link;
    link.config_sync = std::move(sync);
    return link;
}

std::vector<ConfigChange> changes(const TopicConfig& source,
                                  const TopicConfig& target,
                                  const ConfigSyncConfig& sync = {})
{
    return plan_configs(source, target, synced_configs(link_with(sync)));
}

using Changes = std::vector<ConfigChange>;

TEST(ConfigPlan, ChangesNothingThatIsTheSame) { EXPECT_TRUE(changes(topic(), topic()).empty()); }

TEST(ConfigPlan, TakesTheValueOfTheSource)
{
    struct Case {
        std::string name;
        std::string value;
        ConfigClass of;
    };
    for (const auto& [name, value, of] : {Case{"max.message.bytes", "2000000", required},
                                          Case{"cleanup.policy", "compact", required},
                                          Case{"compression.type", "zstd", synced},
                                          Case{"retention.ms", "1000", synced},
                                          Case{"retention.bytes", "4096", synced}}) {
        auto source = topic();
        source[name] = own(value, source.at(name).value);

        EXPECT_EQ(changes(source, topic()),
                  (Changes{{name, of, topic().at(name).value, value, false}}));
    }
}

TEST(ConfigPlan, ResetsWhatIsResetAtTheSource)
{
    auto target = topic();
    target["retention.ms"] = own("1000", "604800000");
    target["cleanup.policy"] = own("compact", "delete");

    EXPECT_EQ(changes(topic(), target),
              (Changes{{"cleanup.policy", required, "compact", "delete", true},
                       {"retention.ms", synced, "1000", "604800000", true}}));
}

// What counts is the value: a reset to another default would not be that of the source.
TEST(ConfigPlan, SetsWhatIsResetAtTheSourceWhereTheDefaultsDiffer)
{
    auto target = topic();
    target["retention.ms"] = own("1000", "86400000");
    target["retention.bytes"] = inherited("4096");
    target["compression.type"] = {.value = "zstd"};  // a broker that does not say what is below

    EXPECT_EQ(changes(topic(), target),
              (Changes{{"compression.type", synced, "zstd", "producer", false},
                       {"retention.bytes", synced, "4096", "-1", false},
                       {"retention.ms", synced, "1000", "604800000", false}}));
}

TEST(ConfigPlan, LearnsWhatAResetWouldMakeOfAValueFromAnotherTopic)
{
    TopicConfig target{{"retention.ms", {.value = "1000"}},
                       {"retention.bytes", {.value = "1000"}},
                       {"cleanup.policy", own("compact", "delete")},
                       {"preallocate", {.value = "true"}}};
    const TopicConfig other{{"retention.ms", inherited("604800000")},
                            {"retention.bytes", own("4096", "-1")},
                            {"cleanup.policy", inherited("other")}};

    complete_inherited(target, other);

    EXPECT_EQ(target.at("retention.ms").inherited, "604800000");
    EXPECT_FALSE(target.at("retention.bytes").inherited);
    EXPECT_EQ(target.at("cleanup.policy").inherited, "delete");
    EXPECT_FALSE(target.at("preallocate").inherited);
}

TEST(ConfigPlan, NeverLowersTheLimitOfRecords)
{
    auto target = topic();
    target["max.message.bytes"] = own("2000000", "1048588");

    EXPECT_TRUE(changes(topic(), target).empty());
}

TEST(ConfigPlan, ComparesNumbersAsNumbersAndListsAsSets)
{
    auto source = topic();
    auto target = topic();
    source["max.message.bytes"] = own("900000", "1048588");
    source["cleanup.policy"] = own("compact,delete", "delete");
    target["cleanup.policy"] = own("delete, compact", "delete");

    EXPECT_TRUE(changes(source, target).empty());
}

TEST(ConfigPlan, FollowsCompactionOnlyWhereTheSourceCompacts)
{
    auto source = topic();
    auto target = topic();
    for (const auto* const name :
         {"delete.retention.ms", "min.compaction.lag.ms", "max.compaction.lag.ms"}) {
        source[name] = own("77", "0");
    }
    EXPECT_TRUE(changes(source, target).empty());

    for (auto* const side : {&source, &target})
        (*side)["cleanup.policy"] = own("compact", "delete");

    EXPECT_EQ(changes(source, target),
              (Changes{{"delete.retention.ms", required, "86400000", "77", false},
                       {"min.compaction.lag.ms", required, "0", "77", false},
                       {"max.compaction.lag.ms", required, unlimited, "77", false}}));
}

TEST(ConfigPlan, HoldsTimestampsWhateverTheSourceHas)
{
    auto source = topic();
    auto target = topic();
    for (auto* const side : {&source, &target}) {
        (*side)["message.timestamp.type"] = own("LogAppendTime", "CreateTime");
        (*side)["message.timestamp.after.max.ms"] = inherited("3600000");
        (*side)["message.timestamp.difference.max.ms"] = inherited("1");
    }

    EXPECT_EQ(changes(source, target, sync_of(false)),
              (Changes{{"message.timestamp.type", held, "LogAppendTime", "CreateTime", false},
                       {"message.timestamp.after.max.ms", held, "3600000", unlimited, false},
                       {"message.timestamp.difference.max.ms", held, "1", unlimited, false}}));
}

TEST(ConfigPlan, KeepsWhatIsRequiredWhereNothingIsSynced)
{
    auto source = topic();
    for (const auto* const name : {"max.message.bytes", "retention.ms", "preallocate"}) {
        source[name] = own("2000000", "0");
    }

    EXPECT_EQ(changes(source, topic(), sync_of(false, {"preallocate"})),
              (Changes{{"max.message.bytes", required, "1048588", "2000000", false}}));
}

TEST(ConfigPlan, SyncsWhatIsAskedForBesidesAndLeavesWhatIsNot)
{
    auto source = topic();
    for (const auto* const name :
         {"retention.ms", "retention.bytes", "preallocate", "min.insync.replicas"}) {
        source[name] = own("1", "0");
    }

    EXPECT_EQ(changes(source, topic(), sync_of(true, {"preallocate"}, {"retention.ms"})),
              (Changes{{"preallocate", synced, "false", "1", false},
                       {"retention.bytes", synced, "-1", "1", false}}));
}

TEST(ConfigPlan, LeavesWhatWasChosenForTheTarget)
{
    auto link = link_with({});
    link.topics.create.configs = {{"retention.ms", "1000"}};
    EXPECT_FALSE(synced_configs(link).contains("retention.ms"));

    link.config_sync.also = {"retention.ms"};
    EXPECT_TRUE(synced_configs(link).contains("retention.ms"));
}

TEST(ConfigPlan, LeavesOutWhatOneOfThemDoesNotKnowOrKeepsSecret)
{
    auto source = topic();
    auto target = topic();
    source["retention.ms"] = own("1", "0");
    target.erase("retention.ms");
    target["retention.bytes"] = own("1", "0");
    source.erase("retention.bytes");
    source["preallocate"] = {.value = "", .sensitive = true};
    source["compression.type"] = own("zstd", "producer");
    target["compression.type"] = {.value = "", .sensitive = true};
    target.erase("message.timestamp.type");

    EXPECT_TRUE(changes(source, target, sync_of(true, {"preallocate"})).empty());
}

TEST(ConfigPlan, CreatesATopicThatTakesAndKeepsWhatTheSourceDoes)
{
    auto source = topic();
    source["cleanup.policy"] = own("compact", "delete");
    source["retention.ms"] = own("1000", "0");
    source["compression.type"] = own("zstd", "producer");
    auto link = link_with({});
    link.topics.create.configs = {{"retention.bytes", "4096"}, {"min.insync.replicas", "2"}};
    auto known = topic();
    known.erase("max.compaction.lag.ms");

    std::map<std::string, std::string> expected{{"max.message.bytes", "1048588"},
                                                {"cleanup.policy", "compact"},
                                                {"delete.retention.ms", "86400000"},
                                                {"min.compaction.lag.ms", "0"},
                                                {"message.timestamp.type", "CreateTime"},
                                                {"message.timestamp.before.max.ms", unlimited},
                                                {"message.timestamp.after.max.ms", unlimited},
                                                {"compression.type", "zstd"},
                                                {"retention.ms", "1000"},
                                                {"retention.bytes", "4096"},
                                                {"min.insync.replicas", "2"}};
    EXPECT_EQ(configs_to_create(source, known, link), expected);

    link.config_sync.enabled = false;
    expected.erase("compression.type");
    EXPECT_EQ(configs_to_create(source, known, link), expected);
    link.config_sync.never = {"retention.ms"};
    expected.erase("retention.ms");
    EXPECT_EQ(configs_to_create(source, known, link), expected);
}

TEST(ConfigPlan, GivesAPromotionTheValuesOfTheSource)
{
    auto source = topic();
    source["message.timestamp.type"] = own("LogAppendTime", "CreateTime");
    source["message.timestamp.after.max.ms"] = inherited("3600000");

    const auto seen = held_in(source);

    EXPECT_EQ(values_at_promotion(seen, topic()),
              (HeldValues{{"message.timestamp.type", "LogAppendTime"},
                          {"message.timestamp.before.max.ms", unlimited},
                          {"message.timestamp.after.max.ms", "3600000"}}));
    EXPECT_TRUE(values_at_promotion({}, topic()).empty());
}

TEST(ConfigPlan, GivesAPromotionTheNamesThatTheTargetKnows)
{
    const TopicConfig older{{"message.timestamp.type", inherited("CreateTime")},
                            {"message.timestamp.difference.max.ms", inherited("5")}};

    EXPECT_EQ(values_at_promotion(held_in(older), topic()),
              (HeldValues{{"message.timestamp.type", "CreateTime"},
                          {"message.timestamp.before.max.ms", "5"},
                          {"message.timestamp.after.max.ms", "5"}}));
    EXPECT_EQ(values_at_promotion({{"message.timestamp.before.max.ms", "5"},
                                   {"message.timestamp.after.max.ms", "7"}},
                                  older),
              (HeldValues{{"message.timestamp.difference.max.ms", "7"}}));
}

TEST(ConfigPlan, KnowsTheClassOfEveryName)
{
    struct Case {
        std::string name;
        ConfigClass of;
    };
    for (const auto& [name, of] : {Case{"max.message.bytes", required},
                                   Case{"min.compaction.lag.ms", required},
                                   Case{"message.timestamp.type", held},
                                   Case{"retention.ms", synced},
                                   Case{"preallocate", synced},
                                   Case{"min.insync.replicas", never},
                                   Case{"unclean.leader.election.enable", never},
                                   Case{"leader.replication.throttled.replicas", never},
                                   Case{"remote.storage.enable", never},
                                   Case{"segment.ms", never},
                                   Case{"flush.messages", never},
                                   Case{"confluent.tier.enable", never},
                                   Case{"redpanda.remote.read", never}}) {
        EXPECT_EQ(class_of_config(name), of) << name;
    }
}

}  // namespace
}  // namespace strait::links
