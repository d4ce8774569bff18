#include "kafka/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::kafka {
namespace {

TEST(KafkaError, HasTheClassThatACallerCanActOn)
{
    struct Case {
        rd_kafka_resp_err_t code;
        Errc expected;
    };
    for (const auto& [code, expected] : {
             Case{RD_KAFKA_RESP_ERR__AUTHENTICATION, Errc::unauthenticated},
             Case{RD_KAFKA_RESP_ERR__SSL, Errc::unauthenticated},
             Case{RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, Errc::forbidden},
             Case{RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, Errc::not_found},
             Case{RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, Errc::not_found},
             Case{RD_KAFKA_RESP_ERR__NOENT, Errc::not_found},
             Case{RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS, Errc::conflict},
             Case{RD_KAFKA_RESP_ERR__TRANSPORT, Errc::unavailable},
             Case{RD_KAFKA_RESP_ERR_NOT_COORDINATOR, Errc::unavailable},
             Case{RD_KAFKA_RESP_ERR__TIMED_OUT, Errc::timed_out},
             Case{RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, Errc::too_large},
             Case{RD_KAFKA_RESP_ERR_INVALID_TIMESTAMP, Errc::refused},
             Case{RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE, Errc::out_of_range},
             Case{RD_KAFKA_RESP_ERR__LOG_TRUNCATION, Errc::truncated},
             Case{RD_KAFKA_RESP_ERR__BAD_MSG, Errc::corrupt},
             Case{RD_KAFKA_RESP_ERR__FENCED, Errc::fatal},
             Case{RD_KAFKA_RESP_ERR__FATAL, Errc::fatal},
             Case{RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE, Errc::fatal},
         }) {
        EXPECT_EQ(translated(code, "").code(), expected) << rd_kafka_err2name(code);
    }
}

TEST(KafkaError, FindsWhyAPositionWasReset)
{
    const auto code_of = [](const char* text) {
        return translated(RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET, text).code();
    };

    EXPECT_EQ(code_of("fetch failed due to requested offset not available on the broker: "
                      "Broker: Offset out of range (broker 1)"),
              Errc::out_of_range);
    EXPECT_EQ(code_of("Partition log truncation detected at offset 5 (leader epoch 1): broker end "
                      "offset is 3 (offset leader epoch 1). Reset to INVALID.: "
                      "Local: Partition log truncation detected (broker 1)"),
              Errc::truncated);
    EXPECT_EQ(code_of("Unable to validate offset and epoch: Broker: Topic authorization failed"),
              Errc::forbidden);
    EXPECT_EQ(code_of("something new"), Errc::fatal);
}

TEST(KafkaError, FindsWhereALogWasTruncated)
{
    EXPECT_EQ(epoch_end_in("Partition log truncation detected at offset 5 (leader epoch 1): broker "
                           "end offset is 3 (offset leader epoch 0). Reset to INVALID.: Local: "
                           "Partition log truncation detected by consumer (broker 1)"),
              (EpochEnd{LeaderEpoch{1}, Offset{3}}));
    EXPECT_EQ(epoch_end_in("No epoch found less or equal to offset 5 (leader epoch 1): broker end "
                           "offset is -1 (offset leader epoch -1). Reset using configured policy."),
              std::nullopt);
    EXPECT_EQ(epoch_end_in("fetch failed"), std::nullopt);
    EXPECT_EQ(epoch_end_in("(leader epoch 1): broker end offset is "), std::nullopt);
}

TEST(KafkaError, KeepsTheWordsOfTheLibraryAndAddsARemedy)
{
    const auto detail = [](rd_kafka_resp_err_t code, const char* text) {
        return translated(code, text).detail();
    };

    EXPECT_EQ(detail(RD_KAFKA_RESP_ERR__TRANSPORT, "localhost:9092/1: Connection refused"),
              "localhost:9092/1: Connection refused [_TRANSPORT]; check bootstrap, and that the "
              "broker runs and is reachable");
    EXPECT_EQ(detail(RD_KAFKA_RESP_ERR__TRANSPORT, "ipv4#10.0.0.1:9092 failed: Permission denied"),
              "ipv4#10.0.0.1:9092 failed: Permission denied [_TRANSPORT]; the address is not "
              "public, and catalog.cluster_networks does not list it");
    EXPECT_EQ(
        detail(RD_KAFKA_RESP_ERR__TRANSPORT, "connecting to a PLAINTEXT broker listener?"),
        "connecting to a PLAINTEXT broker listener? [_TRANSPORT]; check security.protocol and "
        "bootstrap");
    EXPECT_EQ(detail(RD_KAFKA_RESP_ERR__SSL, "certificate verify failed: broker is not trusted"),
              "certificate verify failed: broker is not trusted [_SSL]; check "
              "security.tls.ca_file: it does not hold the issuer of the broker's certificate");
    EXPECT_EQ(detail(RD_KAFKA_RESP_ERR__AUTHENTICATION, "invalid credentials"),
              "invalid credentials [_AUTHENTICATION]; check security.sasl.username and "
              "security.sasl.password_file");
    EXPECT_EQ(translated(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, "no", "READ").detail(),
              "no [TOPIC_AUTHORIZATION_FAILED]; grant our user READ on the topic");
    EXPECT_EQ(detail(RD_KAFKA_RESP_ERR__PURGE_QUEUE, ""), "Local: Purged in queue [_PURGE_QUEUE]");
}

TEST(KafkaError, OfAReportEndsTheTransactionUnlessItIsAboutTheRecord)
{
    const auto code_of = [](rd_kafka_resp_err_t code) {
        return translated_report(code, "").code();
    };

    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE), Errc::too_large);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_INVALID_RECORD), Errc::refused);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED), Errc::forbidden);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART), Errc::not_found);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR__MSG_TIMED_OUT), Errc::abort_required);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS), Errc::abort_required);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_DUPLICATE_SEQUENCE_NUMBER), Errc::abort_required);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR__CRIT_SYS_RESOURCE), Errc::abort_required);
    EXPECT_EQ(code_of(RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH), Errc::fatal);
}

}  // namespace
}  // namespace strait::kafka
