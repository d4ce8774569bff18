#include "kafka/consumer.hpp"

#include "core/clock.hpp"
#include "core/task_group.hpp"
#include "kafka/producer.hpp"
#include "tests/kafka/mock_cluster.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

#include <array>
#include <string>

namespace strait::kafka {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::at;
using testing::silent;

constexpr std::int16_t fetch_api = 1;

struct ConsumerTest : ::testing::Test {
    testing::MockCluster cluster;
    asio::io_context io{1};
    asio::thread_pool pool{1};
    SystemClock clock;
    std::unique_ptr<Consumer> consumer;

    ConsumerTest()
    {
        cluster.create_topic("orders", 2);
        auto opened = Consumer::open(io.get_executor(),
                                     pool.get_executor(),
                                     cluster.settings({{"auto.offset.reset", "error"},
                                                       {"enable.partition.eof", "true"},
                                                       {"enable.auto.commit", "false"},
                                                       {"enable.auto.offset.store", "false"},
                                                       {"fetch.wait.max.ms", "10"}}),
                                     silent());
        EXPECT_TRUE(opened) << opened.error().detail();
        consumer = *std::move(opened);
    }

    // Records "0", "1", ... of a partition.
    void append(const TopicPartition& to, std::size_t count)
    {
        auto opened =
            Producer::open(io.get_executor(), pool.get_executor(), cluster.settings(), silent());
        std::vector<std::string> values;
        for (std::size_t i = 0; i < count; ++i) values.push_back(std::to_string(i));
        RecordBatch batch;
        for (const auto& value : values) {
            batch.records.push_back({.offset = Offset{0},
                                     .timestamp_ms = 1'700'000'000'000,
                                     .key = "key",
                                     .value = value,
                                     .headers = {{"h", "1"}, {"h", std::nullopt}, {"", ""}}});
        }
        auto& producer = **opened;
        EXPECT_TRUE(*strait::testing::run(io, producer.append(to, batch)));
        const auto delivered = strait::testing::run(io, producer.flush(clock.now() + 20s));
        EXPECT_TRUE(delivered && *delivered && !(*delivered)->failed);
    }

    // A record with so many headers.
    void append_headers(const TopicPartition& to, std::size_t count)
    {
        auto opened =
            Producer::open(io.get_executor(), pool.get_executor(), cluster.settings(), silent());
        auto batch = testing::batch_of({"v"});
        batch.records[0].headers.assign(count, {"h", std::nullopt});
        ASSERT_TRUE(*strait::testing::run(io, (*opened)->append(to, batch)));
        const auto delivered = strait::testing::run(io, (*opened)->flush(clock.now() + 20s));
        ASSERT_TRUE(delivered && *delivered && !(*delivered)->failed);
    }

    Result<Fetched> next(std::chrono::milliseconds patience = 20s)
    {
        auto fetched = strait::testing::run(io, consumer->next(clock.now() + patience));
        if (!fetched) return fail(Errc::fatal, "stuck");
        return *std::move(fetched);
    }

    void assign(const TopicPartition& to, std::int64_t offset, std::int32_t epoch = -1)
    {
        const std::array start{
            StartAt{.at = to, .offset = Offset{offset}, .epoch = LeaderEpoch{epoch}}};
        const auto assigned = consumer->assign(start);
        EXPECT_TRUE(assigned) << assigned.error().detail();
    }

    void unassign(const TopicPartition& from)
    {
        const std::array list{from};
        EXPECT_TRUE(consumer->unassign(list));
    }
};

TEST_F(ConsumerTest, ReturnsRecordsInOrderAndThenTheEnd)
{
    append(at("orders", 0), 2500);
    assign(at("orders", 0), 0);

    std::int64_t position = 0;
    while (position < 2500) {
        const auto fetched = next();
        ASSERT_TRUE(fetched) << fetched.error().detail();
        if (std::holds_alternative<EndOfPartition>(*fetched)) continue;
        const auto& batch = std::get<RecordBatch>(*fetched);
        EXPECT_EQ(batch.at, at("orders", 0));
        ASSERT_EQ(batch.first(), Offset{position});
        EXPECT_EQ(batch.high_watermark, Offset{2500});
        EXPECT_LE(batch.records.size(), Consumer::batch_records_max);
        for (const auto& record : batch.records) {
            ASSERT_EQ(record.offset, Offset{position});
            ASSERT_EQ(record.value, std::to_string(position));
            ++position;
        }
    }

    const auto end = next();
    ASSERT_TRUE(end && std::holds_alternative<EndOfPartition>(*end));
    EXPECT_EQ(std::get<EndOfPartition>(*end).offset, Offset{2500});
}

TEST_F(ConsumerTest, KeepsEveryPartOfARecord)
{
    append(at("orders", 1), 1);
    assign(at("orders", 1), 0);

    const auto fetched = next();

    ASSERT_TRUE(fetched && std::holds_alternative<RecordBatch>(*fetched));
    const auto& record = std::get<RecordBatch>(*fetched).records.front();
    EXPECT_EQ(record.key, "key");
    EXPECT_EQ(record.value, "0");
    EXPECT_EQ(record.timestamp_ms, 1'700'000'000'000);
    const std::vector<Header> expected{{"h", "1"}, {"h", std::nullopt}, {"", ""}};
    EXPECT_EQ(record.headers, expected);
}

TEST_F(ConsumerTest, FailsARecordOfWhichItCannotReadTheHeaders)
{
    append_headers(at("orders", 0), 1);
    append_headers(at("orders", 0), 100'001);
    append_headers(at("orders", 0), 100'000);
    assign(at("orders", 0), 0);

    const auto before = next();
    const auto failed = next();
    const auto behind = next();

    ASSERT_TRUE(before && std::holds_alternative<RecordBatch>(*before));
    EXPECT_EQ(std::get<RecordBatch>(*before).next(), Offset{1});
    ASSERT_TRUE(failed && std::holds_alternative<PartitionFailure>(*failed));
    const auto& failure = std::get<PartitionFailure>(*failed);
    EXPECT_EQ(failure.at, at("orders", 0));
    EXPECT_EQ(failure.offset, Offset{1});
    EXPECT_EQ(failure.error.code(), Errc::refused);
    ASSERT_TRUE(behind && std::holds_alternative<RecordBatch>(*behind));
    EXPECT_EQ(std::get<RecordBatch>(*behind).first(), Offset{2});
    EXPECT_EQ(std::get<RecordBatch>(*behind).records[0].headers.size(), 100'000U);
}

TEST_F(ConsumerTest, SeparatesPartitions)
{
    append(at("orders", 0), 10);
    append(at("orders", 1), 10);
    assign(at("orders", 0), 0);
    assign(at("orders", 1), 5);

    std::map<TopicPartition, std::size_t> records;
    for (std::size_t sum = 0; sum < 15;) {
        const auto fetched = next();
        ASSERT_TRUE(fetched) << fetched.error().detail();
        if (const auto* const batch = std::get_if<RecordBatch>(&*fetched)) {
            records[batch->at] += batch->records.size();
            sum += batch->records.size();
        }
    }
    EXPECT_EQ(records[at("orders", 0)], 10U);
    EXPECT_EQ(records[at("orders", 1)], 5U);
}

TEST_F(ConsumerTest, ReturnsNothingOfAPartitionThatWasTakenAway)
{
    append(at("orders", 0), 2500);
    assign(at("orders", 0), 0);
    ASSERT_TRUE(next());  // the first of several batches; the others wait

    unassign(at("orders", 0));

    EXPECT_EQ(next(100ms).error().code(), Errc::timed_out);
}

TEST_F(ConsumerTest, StartsAgainWhereItIsAssignedAgain)
{
    append(at("orders", 0), 2500);
    for (const std::int64_t offset : {0, 2000, 7, 2499, 1}) {
        assign(at("orders", 0), offset);
        const auto fetched = next();
        ASSERT_TRUE(fetched && std::holds_alternative<RecordBatch>(*fetched));
        EXPECT_EQ(std::get<RecordBatch>(*fetched).first(), Offset{offset});
        unassign(at("orders", 0));
    }
}

TEST_F(ConsumerTest, RefusesToAssignTwice)
{
    assign(at("orders", 0), 0);
    const std::array again{StartAt{.at = at("orders", 0), .offset = Offset{3}}};

    const auto assigned = consumer->assign(again);

    ASSERT_FALSE(assigned);
    EXPECT_EQ(assigned.error().code(), Errc::conflict);
}

TEST_F(ConsumerTest, ReportsAPositionBehindTheEnd)
{
    append(at("orders", 0), 3);
    assign(at("orders", 0), 10);

    const auto fetched = next();

    ASSERT_TRUE(fetched && std::holds_alternative<PartitionFailure>(*fetched));
    const auto& failure = std::get<PartitionFailure>(*fetched);
    EXPECT_EQ(failure.at, at("orders", 0));
    EXPECT_EQ(failure.offset, Offset{10});
    EXPECT_EQ(failure.error.code(), Errc::out_of_range) << failure.error.detail();
}

// Each time, and not only when the topic is new to the client.
TEST_F(ConsumerTest, ReportsWhereALogWasTruncatedWheneverItIsAssigned)
{
    append(at("orders", 0), 3);
    cluster.elect("orders", 0);
    append(at("orders", 0), 10);
    assign(at("orders", 1), 0);
    ASSERT_TRUE(next());  // end of partition: the topic is known

    for (int i = 0; i < 3; ++i) {
        SCOPED_TRACE(i);
        assign(at("orders", 0), 5, 0);
        const auto fetched = next();
        ASSERT_TRUE(fetched && std::holds_alternative<PartitionFailure>(*fetched));
        const auto& failure = std::get<PartitionFailure>(*fetched);
        EXPECT_EQ(failure.at, at("orders", 0));
        EXPECT_EQ(failure.error.code(), Errc::truncated) << failure.error.detail();
        EXPECT_EQ(failure.epoch_end, (EpochEnd{LeaderEpoch{0}, Offset{3}}));
        unassign(at("orders", 0));
    }

    assign(at("orders", 0), 3, 0);
    const auto fetched = next();
    ASSERT_TRUE(fetched && std::holds_alternative<RecordBatch>(*fetched));
    EXPECT_EQ(std::get<RecordBatch>(*fetched).first(), Offset{3});
    EXPECT_EQ(std::get<RecordBatch>(*fetched).epoch, LeaderEpoch{1});
}

TEST_F(ConsumerTest, ReportsAMissingRight)
{
    append(at("orders", 0), 3);
    cluster.fail_next(fetch_api, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
    assign(at("orders", 0), 0);

    const auto fetched = next();

    ASSERT_TRUE(fetched && std::holds_alternative<PartitionFailure>(*fetched));
    EXPECT_EQ(std::get<PartitionFailure>(*fetched).error.code(), Errc::forbidden);
}

TEST_F(ConsumerTest, GivesUpAtTheDeadline)
{
    assign(at("orders", 0), 0);
    ASSERT_TRUE(next());  // end of partition

    EXPECT_EQ(next(20ms).error().code(), Errc::timed_out);
    EXPECT_EQ(next(-1s).error().code(), Errc::timed_out) << "nor does a past one block";
}

asio::awaitable<void> next_into(Consumer& from, Clock::Time deadline, Errc& code)
{
    const auto fetched = co_await from.next(deadline);
    code = fetched ? Errc::conflict : fetched.error().code();
}

asio::awaitable<bool> cancel_and_join(TaskGroup& group)
{
    co_await asio::post(asio::deferred);
    group.cancel();
    co_await group.join();
    co_return true;
}

TEST_F(ConsumerTest, EndsWhenCancelledWhileNothingArrives)
{
    auto code = Errc::fatal;
    TaskGroup group{io.get_executor()};
    group.spawn(next_into(*consumer, clock.now() + 20s, code));

    EXPECT_TRUE(strait::testing::run(io, cancel_and_join(group)));

    EXPECT_EQ(code, Errc::cancelled);
}

TEST_F(ConsumerTest, NamesTheTroubleUntilItIsOver)
{
    EXPECT_FALSE(consumer->trouble());
    cluster.stop_broker();
    assign(at("orders", 0), 0);

    EXPECT_EQ(next(500ms).error().code(), Errc::timed_out);

    ASSERT_TRUE(consumer->trouble());
    EXPECT_EQ(consumer->trouble()->code(), Errc::unavailable);
    EXPECT_TRUE(consumer->trouble()->detail().contains("check bootstrap"))
        << consumer->trouble()->detail();
}

}  // namespace
}  // namespace strait::kafka
