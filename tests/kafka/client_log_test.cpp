#include "kafka/client_log.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <sstream>

namespace strait::kafka {
namespace {

using std::chrono::seconds;

struct ClientLogTest : ::testing::Test {
    std::ostringstream text;
    ClientLog log{make_logger(text)};
    ClientLog::Time start;

    static std::shared_ptr<spdlog::logger> make_logger(std::ostream& to)
    {
        auto logger = std::make_shared<spdlog::logger>(
            "kafka", std::make_shared<spdlog::sinks::ostream_sink_st>(to));
        logger->set_pattern("%l %v");
        return logger;
    }
};

TEST_F(ClientLogTest, RemembersWhyATransactionFailedUntilTheNext)
{
    log.line(3, "TXNERR", "Current transaction failed: (TOPIC_AUTHORIZATION_FAILED)", start);
    log.line(3, "TXNERR", "and then this", start);

    EXPECT_EQ(log.transaction_failure(),
              "Current transaction failed: (TOPIC_AUTHORIZATION_FAILED) "
              "[TOPIC_AUTHORIZATION_FAILED]; grant our user the missing right on the topic");
    log.calm();
    EXPECT_EQ(log.transaction_failure(), "");
}

TEST_F(ClientLogTest, WritesAtMostOneLineOfAFacilityAMinute)
{
    log.line(3, "FAIL", "broker\n1 is gone", start);
    log.line(3, "FAIL", "broker 2 is gone", start + seconds{1});
    log.line(5, "CONFWARN", "unused", start + seconds{2});
    log.line(3, "FAIL", "broker 3 is gone", start + seconds{59});
    log.line(3, "FAIL", "broker 4 is gone", start + seconds{60});

    EXPECT_EQ(text.str(),
              "warning librdkafka level=3 fac=FAIL suppressed=0 text=\"broker\\n1 is gone\"\n"
              "info librdkafka level=5 fac=CONFWARN suppressed=0 text=\"unused\"\n"
              "warning librdkafka level=3 fac=FAIL suppressed=2 text=\"broker 4 is gone\"\n");
}

TEST_F(ClientLogTest, RemembersTheNewestTroubleUntilItIsOver)
{
    log.error(RD_KAFKA_RESP_ERR__RESOLVE, "no such host", start);
    log.error(RD_KAFKA_RESP_ERR__TRANSPORT, "refused", start);
    ASSERT_TRUE(log.trouble(start));
    EXPECT_EQ(log.trouble(start)->detail(), "refused [_TRANSPORT]");

    log.error(RD_KAFKA_RESP_ERR__TRANSPORT, "Local: Broker transport failure", start + seconds{1});
    EXPECT_EQ(log.trouble(start)->detail(), "refused [_TRANSPORT]") << "that says no more";

    log.works();
    EXPECT_FALSE(log.trouble(start));

    log.error(RD_KAFKA_RESP_ERR__TRANSPORT, "refused", start);
    EXPECT_TRUE(log.trouble(start + seconds{44}));
    EXPECT_FALSE(log.trouble(start + seconds{45})) << "it was not repeated";
}

TEST_F(ClientLogTest, IsDisturbedByWhatMayDelayARequest)
{
    log.line(4, "OFFSET", "reset", start);
    log.error(RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, "group", start);
    EXPECT_FALSE(log.disturbed());
    EXPECT_FALSE(log.trouble(start));

    log.line(4, "REQTMOUT", "Timed out EndTxnRequest in flight", start);
    EXPECT_TRUE(log.disturbed());

    log.calm();
    EXPECT_FALSE(log.disturbed());
}

TEST_F(ClientLogTest, RemembersThePartitionThatMayNotBeWritten)
{
    log.line(
        3,
        "ADDPARTS",
        "b/1: Failed to add partition \"a\" [0] to transaction: Broker: Operation not attempted",
        start);
    EXPECT_FALSE(log.unwritable());

    log.line(
        3,
        "ADDPARTS",
        "b/1: Failed to add partition \"b.c\" [12] to transaction: Broker: Topic authorization "
        "failed",
        start);

    ASSERT_TRUE(log.unwritable());
    EXPECT_EQ(log.unwritable()->at, (TopicPartition{TopicName{"b.c"}, Partition{12}}));
    EXPECT_EQ(log.unwritable()->error.code(), Errc::forbidden);
    EXPECT_EQ(log.unwritable()->error.detail(),
              "may not write to b.c-12 [TOPIC_AUTHORIZATION_FAILED]; grant our user WRITE "
              "on the topic");
    log.calm();
    EXPECT_FALSE(log.unwritable());
}

TEST_F(ClientLogTest, TellsABrokerThatTurnsUsAwayFromOneThatGoes)
{
    log.line(6, "FAIL", "broker: Disconnected: closed by peer (after 90000ms in state UP)", start);
    EXPECT_FALSE(log.trouble(start));

    log.line(6, "FAIL", "broker: Disconnected: closed by peer (after 2ms in state UP)", start);
    ASSERT_TRUE(log.trouble(start));
    EXPECT_TRUE(log.trouble(start)->detail().ends_with("check security.protocol and bootstrap"));
}

TEST_F(ClientLogTest, TellsABrokerThatWantsTls)
{
    log.line(6,
             "FAIL",
             "broker: Disconnected: closed by peer (after 0ms in state APIVERSION_QUERY)",
             start);

    ASSERT_TRUE(log.trouble(start));
    EXPECT_TRUE(log.trouble(start)->detail().ends_with("check security.protocol and bootstrap"));
}

}  // namespace
}  // namespace strait::kafka
