#include "core/clock.hpp"
#include "kafka/admin.hpp"
#include "kafka/consumer.hpp"
#include "kafka/producer.hpp"
#include "tests/support/run.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>
#include <spdlog/sinks/null_sink.h>

#include <array>
#include <string>

namespace strait::kafka {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

std::shared_ptr<spdlog::logger> silent()
{
    return std::make_shared<spdlog::logger>("kafka",
                                            std::make_shared<spdlog::sinks::null_sink_st>());
}

// What the mock brokers cannot show: transactions, retention, topic ids, rights.
struct KafkaTest : ::testing::Test {
    asio::io_context io{1};
    asio::thread_pool pool{1};
    SystemClock clock;
    ClusterConfig cluster;
    std::unique_ptr<Admin> admin;
    TopicName topic = strait::testing::unique_topic("orders");

    KafkaTest()
    {
        cluster.bootstrap = {strait::testing::SharedClusters::source().bootstrap()};
        cluster.admin_timeout = 20s;
        auto opened = Admin::open(io.get_executor(), pool.get_executor(), cluster, silent());
        EXPECT_TRUE(opened);
        admin = *std::move(opened);
        create(1);
        EXPECT_TRUE(id());
    }

    [[nodiscard]] Clock::Time soon() const { return clock.now() + 20s; }
    [[nodiscard]] TopicPartition at(std::int32_t partition = 0) const
    {
        return {.topic = topic, .partition = Partition{partition}};
    }

    template <class T>
    Result<T> run(asio::awaitable<Result<T>> task)
    {
        auto result = strait::testing::run(io, std::move(task));
        if (!result) return fail(Errc::fatal, "stuck");
        return *std::move(result);
    }

    void create(std::size_t partitions)
    {
        const auto created = run(admin->create_topic({.name = topic,
                                                      .partitions = partitions,
                                                      .replication_factor = 1,
                                                      .configs = {{"retention.ms", "-1"}}}));
        EXPECT_TRUE(created) << created.error().detail();
    }

    // Asks until the broker has heard of what the controller has done to the topic.
    Result<TopicId> id(bool there = true)
    {
        const auto deadline = soon();
        for (;;) {
            auto ids = run(admin->describe_ids({topic}));
            if (!ids) return fail(ids.error());
            auto answer = ids->at(topic);
            if (answer.has_value() == there || clock.now() > deadline) return answer;
        }
    }

    Result<Offset> offset(OffsetQuery query, Isolation isolation = Isolation::read_committed)
    {
        auto offsets = run(admin->list_offsets({{at(), query}}, isolation));
        if (!offsets) return fail(offsets.error());
        return offsets->at(at());
    }

    std::unique_ptr<Producer> open_producer()
    {
        auto settings = client_settings(cluster);
        settings["transactional.id"] = topic.value();
        settings["linger.ms"] = "1";
        auto opened = Producer::open(io.get_executor(), pool.get_executor(), settings, silent());
        EXPECT_TRUE(opened) << opened.error().detail();
        const auto ready = run((*opened)->init_transactions(soon()));
        EXPECT_TRUE(ready) << ready.error().detail();
        return *std::move(opened);
    }

    // One transaction with these records; returns their offsets.
    std::vector<Offset> append(Producer& producer, const std::vector<Record>& records, bool commit)
    {
        RecordBatch batch;
        batch.records = records;
        EXPECT_TRUE(producer.begin());
        EXPECT_TRUE(run(producer.append(at(), batch)));
        auto delivered = run(producer.flush(soon()));
        EXPECT_TRUE(delivered && !delivered->failed);
        const auto ended = run(commit ? producer.commit(soon()) : producer.abort(soon()));
        EXPECT_TRUE(ended) << ended.error().detail();
        return delivered->offsets;
    }

    std::unique_ptr<Consumer> open_consumer()
    {
        auto settings = client_settings(cluster);
        settings.insert({{"isolation.level", "read_committed"},
                         {"check.crcs", "true"},
                         {"auto.offset.reset", "error"},
                         {"enable.auto.commit", "false"},
                         {"enable.auto.offset.store", "false"},
                         {"enable.partition.eof", "true"},
                         {"fetch.wait.max.ms", "50"}});
        auto opened = Consumer::open(io.get_executor(), pool.get_executor(), settings, silent());
        EXPECT_TRUE(opened) << opened.error().detail();
        return *std::move(opened);
    }

    void assign(Consumer& consumer, std::int64_t offset) const
    {
        const std::array start{StartAt{.at = at(), .offset = Offset{offset}}};
        EXPECT_TRUE(consumer.assign(start));
    }

    Result<Fetched> next(Consumer& consumer) { return run(consumer.next(soon())); }

    // Not the end that shows before the broker has written the markers of what is committed.
    Result<Fetched> next_below(Offset end, Consumer& consumer)
    {
        for (;;) {
            auto fetched = next(consumer);
            const auto* const shown = fetched ? std::get_if<EndOfPartition>(&*fetched) : nullptr;
            if (shown == nullptr || shown->offset >= end) return fetched;
        }
    }
};

Record record(std::string_view value)
{
    return {.offset = Offset{0},
            .timestamp_ms = 1'700'000'000'000,
            .key = std::nullopt,
            .value = value,
            .headers = {}};
}

std::vector<Offset> offsets(std::initializer_list<std::int64_t> values)
{
    std::vector<Offset> all;
    for (const auto value : values) all.emplace_back(value);
    return all;
}

TEST_F(KafkaTest, CopiesEveryKindOfRecordUnchanged)
{
    const auto producer = open_producer();
    const std::string large(900'000, 'x');
    std::vector<Record> sent{record("a"), record(""), record(large), record("d"), record("e")};
    sent[1].key = "";
    sent[3].value.reset();  // a tombstone
    sent[3].key = "key";
    sent[3].headers = {{"h", "1"}, {"h", std::nullopt}, {"", ""}, {"h", "1"}};
    sent[4].timestamp_ms = -1;
    EXPECT_EQ(append(*producer, sent, true), offsets({0, 1, 2, 3, 4}));

    const auto consumer = open_consumer();
    assign(*consumer, 0);
    std::size_t count = 0;
    while (count < sent.size()) {
        const auto fetched = next_below(Offset{6}, *consumer);
        ASSERT_TRUE(fetched && std::holds_alternative<RecordBatch>(*fetched));
        for (const auto& got : std::get<RecordBatch>(*fetched).records) {
            const auto& expected = sent[count++];
            EXPECT_EQ(got.timestamp_ms, expected.timestamp_ms) << count;
            EXPECT_EQ(got.key, expected.key) << count;
            EXPECT_EQ(got.value, expected.value) << count;
            EXPECT_EQ(got.headers, expected.headers) << count;
        }
    }
    const auto end = next_below(Offset{6}, *consumer);
    ASSERT_TRUE(end && std::holds_alternative<EndOfPartition>(*end));
    EXPECT_EQ(std::get<EndOfPartition>(*end).offset, Offset{6}) << "behind the marker";
}

TEST_F(KafkaTest, ShowsCommittedRecordsOnly)
{
    const auto producer = open_producer();
    EXPECT_EQ(append(*producer, {record("a"), record("b")}, true), offsets({0, 1}));
    EXPECT_EQ(append(*producer, {record("aborted")}, false), offsets({3}));
    EXPECT_EQ(append(*producer, {record("c")}, true), offsets({5}));

    const auto consumer = open_consumer();
    assign(*consumer, 0);
    std::vector<Offset> seen;
    while (seen.size() < 3) {
        const auto fetched = next_below(Offset{7}, *consumer);
        ASSERT_TRUE(fetched && std::holds_alternative<RecordBatch>(*fetched));
        for (const auto& got : std::get<RecordBatch>(*fetched).records) seen.push_back(got.offset);
    }
    EXPECT_EQ(seen, offsets({0, 1, 5}));
}

TEST_F(KafkaTest, FencesThePredecessor)
{
    const auto first = open_producer();
    RecordBatch batch;
    batch.records = {record("a")};
    ASSERT_TRUE(first->begin());
    ASSERT_TRUE(run(first->append(at(), batch)));
    ASSERT_TRUE(run(first->flush(soon())));

    const auto second = open_producer();

    const auto committed = run(first->commit(soon()));
    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code(), Errc::fatal) << committed.error().detail();
    EXPECT_EQ(append(*second, {record("b")}, true), offsets({2}));
}

TEST_F(KafkaTest, AbortsWhatWasJustQueued)
{
    const auto producer = open_producer();
    RecordBatch batch;
    batch.records.assign(10'000, record("a"));
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at(), batch)));

    const auto aborted = run(producer->abort(soon()));

    ASSERT_TRUE(aborted) << aborted.error().detail();
    EXPECT_EQ(append(*producer, {record("b")}, true), offsets({10'001}));
}

TEST_F(KafkaTest, ReportsAPositionThatRetentionHasOvertaken)
{
    const auto producer = open_producer();
    append(*producer, {record("a"), record("b"), record("c")}, true);
    const auto deleted = run(admin->delete_records(at(), Offset{2}));
    ASSERT_TRUE(deleted) << deleted.error().detail();
    EXPECT_EQ(offset(EarliestOffset{}).value(), Offset{2});

    const auto consumer = open_consumer();
    assign(*consumer, 1);
    const auto fetched = next(*consumer);

    ASSERT_TRUE(fetched && std::holds_alternative<PartitionFailure>(*fetched));
    const auto& failure = std::get<PartitionFailure>(*fetched);
    EXPECT_EQ(failure.error.code(), Errc::out_of_range) << failure.error.detail();
    EXPECT_EQ(failure.offset, Offset{1});
}

TEST_F(KafkaTest, TellsARecreatedTopicByItsId)
{
    const auto before = id();
    ASSERT_TRUE(before) << before.error().detail();
    EXPECT_TRUE(before->known());
    EXPECT_EQ(before.value(), id().value());

    ASSERT_TRUE(run(admin->delete_topic(topic)));
    EXPECT_EQ(id(false).error().code(), Errc::not_found);
    create(1);

    const auto after = id();
    ASSERT_TRUE(after) << after.error().detail();
    EXPECT_TRUE(after->known());
    EXPECT_NE(after.value(), before.value());
}

TEST_F(KafkaTest, ListsOffsetsOfEveryKind)
{
    const auto producer = open_producer();
    append(*producer, {record("a"), record("b")}, true);
    RecordBatch open;
    open.records = {record("c")};
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at(), open)));
    ASSERT_TRUE(run(producer->flush(soon())));

    EXPECT_EQ(offset(EarliestOffset{}).value(), Offset{0});
    EXPECT_EQ(offset(LatestOffset{}, Isolation::read_committed).value(), Offset{3});
    EXPECT_EQ(offset(LatestOffset{}, Isolation::read_uncommitted).value(), Offset{4});
    EXPECT_EQ(offset(OffsetAtTime{1'600'000'000'000}).value(), Offset{0});
    EXPECT_EQ(offset(OffsetAtTime{1'800'000'000'000}, Isolation::read_uncommitted).value(),
              Offset{4});
    EXPECT_TRUE(run(producer->abort(soon())));
}

TEST_F(KafkaTest, SaysWhatIsMissingAmongWhatIsThere)
{
    const TopicName missing{"missing-" + topic.value()};

    const auto topics = run(admin->describe_topics({topic, missing, topic}));
    const auto configs = run(admin->describe_configs({topic, missing}));
    const TopicPartition nowhere{.topic = missing, .partition = Partition{0}};
    const auto offsets_of = run(admin->list_offsets(
        {{at(), LatestOffset{}}, {nowhere, LatestOffset{}}}, Isolation::read_committed));

    ASSERT_TRUE(topics) << topics.error().detail();
    EXPECT_EQ(topics->at(topic)->partitions, 1U);
    EXPECT_EQ(topics->at(topic)->replication_factor, 1U);
    EXPECT_EQ(topics->at(missing).error().code(), Errc::not_found);
    ASSERT_TRUE(configs) << configs.error().detail();
    EXPECT_EQ(configs->at(topic)->at("retention.ms").value, "-1");
    EXPECT_FALSE(configs->at(topic)->at("retention.ms").is_default);
    EXPECT_TRUE(configs->at(topic)->at("cleanup.policy").is_default);
    EXPECT_EQ(configs->at(missing).error().code(), Errc::not_found)
        << configs->at(missing).error().detail();
    ASSERT_TRUE(offsets_of) << offsets_of.error().detail();
    EXPECT_EQ(offsets_of->at(at()).value(), Offset{0});
    EXPECT_EQ(offsets_of->at(nowhere).error().code(), Errc::not_found);
}

TEST_F(KafkaTest, SetsAndResetsConfigsOfSeveralTopics)
{
    const TopicName missing{"missing-" + topic.value()};
    const auto changed = run(admin->change_configs(
        {{topic, {{"retention.ms", std::nullopt}, {"max.message.bytes", "5000000"}}},
         {missing, {{"retention.ms", "1"}}}}));

    ASSERT_TRUE(changed) << changed.error().detail();
    EXPECT_TRUE(changed->at(topic)) << changed->at(topic).error().detail();
    EXPECT_EQ(changed->at(missing).error().code(), Errc::not_found);
    TopicConfig configs;
    ASSERT_TRUE(testing::wait_for([&] {
        configs = *run(admin->describe_configs({topic}))->at(topic);
        return configs.at("max.message.bytes").value == "5000000";
    }));
    const auto& retention = configs.at("retention.ms");
    EXPECT_TRUE(retention.is_default);
    EXPECT_EQ(retention.value, "604800000");
    EXPECT_EQ(retention.inherited, "604800000");
    const auto& limit = configs.at("max.message.bytes");
    EXPECT_FALSE(limit.is_default);
    EXPECT_EQ(limit.inherited, "1048588");
}

TEST_F(KafkaTest, CreatesSeveralTopicsAndNamesThoseThatItDoesNot)
{
    const TopicName fresh{"fresh-" + topic.value()};
    const TopicName bad{"bad-" + topic.value()};

    const auto created = run(admin->create_topics(
        {{topic, 1, 1, {}}, {fresh, 2, 1, {}}, {bad, 1, 1, {{"retention.ms", "long"}}}}));

    ASSERT_TRUE(created) << created.error().detail();
    ASSERT_EQ(created->size(), 3U);
    EXPECT_TRUE(created->at(fresh)) << created->at(fresh).error().detail();
    EXPECT_EQ(created->at(topic).error().code(), Errc::conflict);
    EXPECT_FALSE(created->at(bad));
    ASSERT_TRUE(testing::wait_for([&] {
        const auto described = run(admin->describe_topics({fresh}));
        return described && described->at(fresh);
    }));
    EXPECT_EQ(run(admin->describe_topics({fresh}))->at(fresh)->partitions, 2U);
}

TEST_F(KafkaTest, ChangesTopics)
{
    ASSERT_TRUE(run(admin->alter_configs(topic, {{"max.message.bytes", "5000000"}})));
    ASSERT_TRUE(run(admin->create_partitions(topic, 3)));

    const auto configs = run(admin->describe_configs({topic}));
    EXPECT_EQ(configs->at(topic)->at("max.message.bytes").value, "5000000");
    EXPECT_EQ(configs->at(topic)->at("retention.ms").value, "-1") << "left as it was";
    EXPECT_EQ(run(admin->describe_topics({topic}))->at(topic)->partitions, 3U);
    const auto names = run(admin->list_topics());
    ASSERT_TRUE(names);
    EXPECT_NE(std::ranges::find(*names, topic), names->end());
    EXPECT_EQ(run(admin->create_topic(NewTopic{topic, 1, 1, {}})).error().code(), Errc::conflict);
    EXPECT_EQ(run(admin->delete_topic(TopicName{"no-" + topic.value()})).error().code(),
              Errc::not_found);
    const auto described = run(admin->describe_cluster());
    ASSERT_TRUE(described);
    EXPECT_EQ(described->id, ClusterId{strait::testing::SharedClusters::source().cluster_id()});
    EXPECT_EQ(described->brokers, 1U);
}

}  // namespace
}  // namespace strait::kafka
