#include "links/salvage.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::links {
namespace {

const OriginLog orders{ClusterId{"oslo-id"}, "abc", {TopicName{"orders"}, Partition{3}}};
const TopicPartition to{TopicName{"left"}, Partition{1}};

std::vector<kafka::Record> records_at(const std::vector<std::int64_t>& offsets)
{
    std::vector<kafka::Record> records;
    for (const auto offset : offsets) {
        auto& record = records.emplace_back();
        record.offset = Offset{offset};
        record.timestamp_ms = 7;
        record.key = "k";
        record.headers = {{"h", "x"}, {"h", std::nullopt}};
    }
    return records;
}

TEST(Salvage, SaysWhereEachRecordWasAndLeavesTheRestOfIt)
{
    const auto records = records_at({40, 41, 44, 45});
    const auto copies = with_origin(records, orders, to, Offset{45});
    EXPECT_EQ(copies.at, to);
    ASSERT_EQ(copies.records.size(), 3U);
    for (std::size_t i = 0; i < 3; ++i) {
        const auto& copy = copies.records[i];
        EXPECT_EQ(copy.key, records[i].key);
        EXPECT_EQ(copy.value, std::nullopt);
        EXPECT_EQ(copy.timestamp_ms, 7);
        ASSERT_EQ(copy.headers.size(), 7U);
        EXPECT_EQ(copy.headers[0], records[i].headers[0]);
        EXPECT_EQ(copy.headers[1], records[i].headers[1]);
        EXPECT_EQ(copy.headers[3], (kafka::Header{"strait.topic", "orders"}));
        EXPECT_EQ(origin_of(copy), (Origin{orders, records[i].offset}));
    }
    EXPECT_TRUE(with_origin(records, orders, to, Offset{40}).records.empty());
}

TEST(Salvage, TakesTheLastOriginOfARecordThatWasSalvagedTwice)
{
    const auto records = records_at({40});
    const auto once = with_origin(records, orders, to, Offset{50});
    auto again = once.records;
    again.front().offset = Offset{9};
    const OriginLog left{ClusterId{"bergen-id"}, "def", to};
    const auto twice = with_origin(again, left, orders.at, Offset{50});
    EXPECT_EQ(origin_of(twice.records.front()), (Origin{left, Offset{9}}));
}

TEST(Salvage, DoesNotTakeWhatOthersWroteForItsOwn)
{
    const auto records = records_at({40});
    EXPECT_EQ(origin_of(records.front()), std::nullopt);
    const auto copies = with_origin(records, orders, to, Offset{50});
    const auto& copy = copies.records.front();
    for (std::size_t i = 2; i < copy.headers.size(); ++i) {
        auto changed = copy;
        changed.headers[i].name = "other";
        EXPECT_EQ(origin_of(changed), std::nullopt) << i;
        changed = copy;
        changed.headers[i].value = std::nullopt;
        EXPECT_EQ(origin_of(changed), std::nullopt) << i;
    }
    for (const auto* const wrong : {"", "-1", "4x", "99999999999999999999"}) {
        auto changed = copy;
        changed.headers.back().value = wrong;
        EXPECT_EQ(origin_of(changed), std::nullopt) << wrong;
    }
    auto behind = copy;
    behind.headers.push_back({"another", "x"});
    EXPECT_EQ(origin_of(behind), std::nullopt);
}

TEST(Salvage, GoesOnBehindTheLastOfEachLog)
{
    const auto records = records_at({40, 41, 44});
    Salvaged salvaged;
    const auto take = [&](const OriginLog& log) {
        const auto copies = with_origin(records, log, to, Offset{50});
        for (const auto& copy : copies.records) take_over(salvaged, copy);
    };
    take(orders);
    auto recreated = orders;
    recreated.topic_id = "def";
    EXPECT_EQ(salvaged, (Salvaged{{orders, Offset{45}}}));
    take(recreated);
    take_over(salvaged, records.front());
    EXPECT_EQ(salvaged, (Salvaged{{orders, Offset{45}}, {recreated, Offset{45}}}));
}

TEST(Salvage, MakesATopicThatKeepsWhatItGets)
{
    kafka::TopicDescription like;
    like.partitions = 12;
    like.replication_factor = 3;
    const auto bare = salvage_topic(TopicName{"left"}, like, {"", "no number"}, {});
    EXPECT_EQ(bare.partitions, 12U);
    EXPECT_EQ(bare.replication_factor, 3U);
    EXPECT_EQ(bare.configs,
              (std::map<std::string, std::string>{{"cleanup.policy", "delete"},
                                                  {"retention.ms", "-1"},
                                                  {"retention.bytes", "-1"},
                                                  {"message.timestamp.type", "CreateTime"}}));
    const auto topic = salvage_topic(TopicName{"left"},
                                     like,
                                     {"1000", "2000000"},
                                     {{"message.timestamp.after.max.ms", {"3600000"}}});
    EXPECT_EQ(topic.configs.at("max.message.bytes"), "2001024");
    EXPECT_EQ(topic.configs.at("message.timestamp.after.max.ms"), "9223372036854775807");
    EXPECT_FALSE(topic.configs.contains("message.timestamp.before.max.ms"));
    EXPECT_EQ(
        salvage_topic(TopicName{"left"}, like, {"2147483647"}, {}).configs.at("max.message.bytes"),
        "2147483647");
}

}  // namespace
}  // namespace strait::links
