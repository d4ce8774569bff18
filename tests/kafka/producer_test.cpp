#include "kafka/producer.hpp"

#include "core/clock.hpp"
#include "core/task_group.hpp"
#include "tests/kafka/mock_cluster.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <gtest/gtest.h>

namespace strait::kafka {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using testing::at;
using testing::batch_of;
using testing::silent;

constexpr std::int16_t produce_api = 0;
constexpr std::int16_t add_partitions_api = 24;
constexpr std::int16_t end_txn_api = 26;

struct ProducerTest : ::testing::Test {
    testing::MockCluster cluster;
    asio::io_context io{1};
    asio::thread_pool pool{1};
    SystemClock clock;

    ProducerTest() { cluster.create_topic("orders", 2); }

    [[nodiscard]] Producer::Time soon() const { return clock.now() + 20s; }

    std::unique_ptr<Producer> open(ClientSettings settings = {})
    {
        auto producer = Producer::open(
            io.get_executor(), pool.get_executor(), cluster.settings(settings), silent());
        EXPECT_TRUE(producer) << producer.error().detail();
        return *std::move(producer);
    }

    std::unique_ptr<Producer> open_transactional()
    {
        auto producer = open({{"transactional.id", "strait.test.0"}});
        const auto ready = strait::testing::run(io, producer->init_transactions(soon()));
        EXPECT_TRUE(ready && *ready) << (ready ? ready->error().detail() : "stuck");
        return producer;
    }

    template <class T>
    Result<T> run(asio::awaitable<Result<T>> task)
    {
        auto result = strait::testing::run(io, std::move(task));
        if (!result) return fail(Errc::timed_out, "the test's deadline");
        return *std::move(result);
    }
};

std::vector<Offset> offsets(std::initializer_list<std::int64_t> values)
{
    std::vector<Offset> all;
    for (const auto value : values) all.emplace_back(value);
    return all;
}

TEST_F(ProducerTest, RefusesSettingsThatLibrdkafkaDoesNotKnow)
{
    const auto producer = Producer::open(
        io.get_executor(), pool.get_executor(), {{"no.such.setting", "1"}}, silent());

    ASSERT_FALSE(producer);
    EXPECT_EQ(producer.error().code(), Errc::invalid_argument);
}

TEST_F(ProducerTest, ReportsTheOffsetOfEveryRecordInOrder)
{
    const auto producer = open_transactional();
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a", "b"}))));
    ASSERT_TRUE(run(producer->append(at("orders", 1), batch_of({"c"}))));
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"d"}))));

    const auto delivered = run(producer->flush(soon()));

    ASSERT_TRUE(delivered) << delivered.error().detail();
    EXPECT_FALSE(delivered->failed);
    EXPECT_EQ(delivered->offsets, offsets({0, 1, 0, 2}));
    EXPECT_EQ(producer->queued_bytes(), 0U);
    EXPECT_TRUE(run(producer->commit(soon())));
    EXPECT_FALSE(producer->disturbed());
}

TEST_F(ProducerTest, IsDisturbedByAConnectionThatBreaksBetweenTwoTransactions)
{
    const auto producer = open_transactional();
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));
    ASSERT_TRUE(run(producer->flush(soon())));
    ASSERT_TRUE(run(producer->commit(soon())));
    ASSERT_FALSE(producer->disturbed());

    cluster.stop_broker();

    const SystemClock clock;
    const auto deadline = soon();
    while (!producer->disturbed()) ASSERT_LT(clock.now(), deadline);
}

TEST_F(ProducerTest, CountsFromZeroInEveryTransaction)
{
    const auto producer = open_transactional();
    for (int i = 0; i < 2; ++i) {
        ASSERT_TRUE(producer->begin());
        ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));
        const auto delivered = run(producer->flush(soon()));
        ASSERT_TRUE(delivered);
        EXPECT_EQ(delivered->offsets.size(), 1U);
        ASSERT_TRUE(run(i == 0 ? producer->abort(soon()) : producer->commit(soon())));
    }
}

TEST_F(ProducerTest, WaitsWhileTheQueueIsFull)
{
    const auto producer = open({{"queue.buffering.max.messages", "2"}});

    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a", "b", "c", "d", "e"}))));

    const auto delivered = run(producer->flush(soon()));
    ASSERT_TRUE(delivered);
    EXPECT_EQ(delivered->offsets, offsets({0, 1, 2, 3, 4}));
}

TEST_F(ProducerTest, WaitsWhileAPartitionHasFourBatchesUnderWay)
{
    constexpr std::size_t batch_bytes = 1000;
    const auto producer = open({{"batch.size", std::to_string(batch_bytes)}});
    const std::string value(300, 'x');

    for (int i = 0; i < 50; ++i) {
        ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({value}))));
        ASSERT_LE(producer->queued_bytes(), 4 * batch_bytes);
    }

    const auto delivered = run(producer->flush(soon()));
    ASSERT_TRUE(delivered);
    EXPECT_EQ(delivered->offsets.size(), 50U);
}

TEST_F(ProducerTest, SendsWhatIsLargerThanFourBatches)
{
    const auto producer = open({{"batch.size", "1000"}});
    const std::string large(50'000, 'x');

    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a", large, "b"}))));

    const auto delivered = run(producer->flush(soon()));
    ASSERT_TRUE(delivered);
    EXPECT_EQ(delivered->offsets, offsets({0, 1, 2}));
}

TEST_F(ProducerTest, FlushesBatchesThatWaitForMore)
{
    const auto producer = open({{"linger.ms", "60000"}});
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a", "b"}))));
    ASSERT_TRUE(run(producer->append(at("orders", 1), batch_of({"c"}))));

    const auto delivered = run(producer->flush(soon()));

    ASSERT_TRUE(delivered) << delivered.error().detail();
    EXPECT_EQ(delivered->offsets, offsets({0, 1, 0}));
}

TEST_F(ProducerTest, RefusesTopicsThatLibrdkafkaCannotWriteTo)
{
    const auto producer = open({{"linger.ms", "900000"}});  // above message.timeout.ms

    const auto appended = run(producer->append(at("orders", 0), batch_of({"a"})));

    ASSERT_FALSE(appended);
}

TEST_F(ProducerTest, SaysWhichRecordIsTooLarge)
{
    const auto producer = open_transactional();
    const std::string large(2'000'000, 'x');
    ASSERT_TRUE(producer->begin());

    const auto appended = run(producer->append(at("orders", 0), batch_of({"a", large})));

    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code(), Errc::too_large);
    const auto delivered = run(producer->flush(soon()));
    ASSERT_TRUE(delivered && delivered->failed);
    EXPECT_EQ(delivered->failed->index, 1U);
    EXPECT_TRUE(delivered->failed->alone);
    EXPECT_TRUE(run(producer->abort(soon())));
}

TEST_F(ProducerTest, TakesNothingMoreWhenARecordWasRefusedAndNamesThat)
{
    const auto producer = open_transactional();
    cluster.fail_next(produce_api, {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE});
    ASSERT_TRUE(producer->begin());

    const auto deadline = soon();
    Result<void> appended;
    while (appended && clock.now() < deadline) {
        appended = run(producer->append(at("orders", 0), batch_of({"a"})));
    }

    ASSERT_FALSE(appended);
    const auto delivered = run(producer->flush(soon()));
    ASSERT_TRUE(delivered && delivered->failed);
    EXPECT_EQ(delivered->failed->index, 0U);
    EXPECT_EQ(delivered->failed->error.code(), Errc::too_large);
    EXPECT_TRUE(run(producer->abort(soon())));
    EXPECT_TRUE(producer->begin());
}

TEST_F(ProducerTest, RefusesARecordThatTheQueueCanNeverHold)
{
    const auto producer =
        open({{"queue.buffering.max.kbytes", "1"}, {"message.max.bytes", "100000"}});
    const std::string large(50'000, 'x');

    const auto appended = run(producer->append(at("orders", 0), batch_of({large})));

    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code(), Errc::too_large);
}

TEST_F(ProducerTest, SaysThatARecordIsAboveItsOwnLimitAndNotTheBrokers)
{
    const auto producer = open({{"message.max.bytes", "1000"}});

    const auto appended =
        run(producer->append(at("orders", 0), batch_of({std::string(2000, 'x')})));

    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code(), Errc::too_large);
    EXPECT_TRUE(appended.error().detail().ends_with("larger than message.max.bytes"))
        << appended.error().detail();
}

TEST_F(ProducerTest, RefusesATimestampThatWouldBecomeNow)
{
    const auto producer = open();
    auto batch = batch_of({"a"});
    batch.records[0].timestamp_ms = 0;

    const auto appended = run(producer->append(at("orders", 0), batch));

    ASSERT_FALSE(appended);
    EXPECT_EQ(appended.error().code(), Errc::refused);
    EXPECT_EQ(appended.error().detail(),
              "record of 1 bytes for orders-0: librdkafka cannot write the timestamp 0 "
              "(1970)");
}

TEST_F(ProducerTest, FailsARecordThatTheBrokerRefuses)
{
    const auto producer = open_transactional();
    cluster.fail_next(produce_api, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));

    const auto delivered = run(producer->flush(soon()));

    ASSERT_TRUE(delivered && delivered->failed);
    EXPECT_EQ(delivered->failed->index, 0U);
    EXPECT_EQ(delivered->failed->error.code(), Errc::forbidden);
    EXPECT_EQ(delivered->failed->error.detail(),
              "Broker: Topic authorization failed [TOPIC_AUTHORIZATION_FAILED]; grant our user "
              "WRITE on the topic")
        << "and nothing of the record";
    ASSERT_TRUE(run(producer->abort(soon())));
    EXPECT_TRUE(producer->begin());
}

TEST_F(ProducerTest, NamesThePartitionThatMayNotJoinTheTransaction)
{
    const auto producer = open_transactional();
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));
    ASSERT_TRUE(run(producer->flush(soon())));
    cluster.fail_next(add_partitions_api, {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED});
    ASSERT_TRUE(run(producer->append(at("orders", 1), batch_of({"b", "c"}))));

    const auto delivered = run(producer->flush(soon()));

    ASSERT_TRUE(delivered && delivered->failed);
    EXPECT_EQ(delivered->failed->index, 1U);
    EXPECT_EQ(delivered->failed->error.code(), Errc::forbidden);
    EXPECT_TRUE(delivered->failed->error.detail().starts_with("may not write to orders-1"));
}

TEST_F(ProducerTest, IsFinishedWhenASuccessorHasFencedIt)
{
    const auto producer = open_transactional();
    cluster.fail_next(end_txn_api, {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH});
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));
    ASSERT_TRUE(run(producer->flush(soon())));

    const auto committed = run(producer->commit(soon()));

    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code(), Errc::fatal) << committed.error().detail();
}

TEST_F(ProducerTest, GivesUpACommitAtItsDeadline)
{
    const auto producer = open_transactional();
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));
    ASSERT_TRUE(run(producer->flush(soon())));
    cluster.set_round_trip(5000);

    const auto committed = run(producer->commit(clock.now() + 100ms));

    ASSERT_FALSE(committed);
    EXPECT_EQ(committed.error().code(), Errc::timed_out);
    cluster.set_round_trip(0);
}

TEST_F(ProducerTest, GivesUpAFlushAtItsDeadline)
{
    const auto producer = open_transactional();
    ASSERT_TRUE(producer->begin());
    cluster.set_round_trip(5000);
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));

    const auto delivered = run(producer->flush(clock.now() + 50ms));

    ASSERT_FALSE(delivered);
    EXPECT_EQ(delivered.error().code(), Errc::timed_out);
    EXPECT_EQ(producer->queued_bytes(), 1U);
    cluster.set_round_trip(0);
}

asio::awaitable<void> flush_into(Producer& producer, Producer::Time deadline, Errc& code)
{
    const auto delivered = co_await producer.flush(deadline);
    code = delivered ? Errc::conflict : delivered.error().code();
}

asio::awaitable<bool> cancel_and_join(TaskGroup& group)
{
    co_await asio::post(asio::deferred);
    group.cancel();
    co_await group.join();
    co_return true;
}

TEST_F(ProducerTest, EndsAFlushWhenCancelled)
{
    const auto producer = open();
    cluster.set_round_trip(5000);
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));
    auto code = Errc::fatal;
    TaskGroup group{io.get_executor()};
    group.spawn(flush_into(*producer, soon(), code));

    EXPECT_TRUE(strait::testing::run(io, cancel_and_join(group)));

    EXPECT_EQ(code, Errc::cancelled);
    cluster.set_round_trip(0);
}

TEST_F(ProducerTest, IsDisturbedWhenAConnectionBreaks)
{
    const auto producer = open_transactional();
    ASSERT_TRUE(producer->begin());
    ASSERT_TRUE(run(producer->append(at("orders", 0), batch_of({"a"}))));
    ASSERT_TRUE(run(producer->flush(soon())));
    ASSERT_FALSE(producer->disturbed());
    cluster.stop_broker();

    ASSERT_FALSE(run(producer->commit(clock.now() + 300ms)));

    EXPECT_TRUE(producer->disturbed());
    ASSERT_TRUE(producer->trouble());
    EXPECT_EQ(producer->trouble()->code(), Errc::unavailable);
}

}  // namespace
}  // namespace strait::kafka
