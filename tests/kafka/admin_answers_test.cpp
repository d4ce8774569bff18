#include "kafka/admin_requests.hpp"

#include <gtest/gtest.h>

#include <cstdint>

namespace strait::kafka {
namespace {

rd_kafka_topic_partition_t answer_with(std::int64_t offset, rd_kafka_resp_err_t code)
{
    rd_kafka_topic_partition_t answer{};
    answer.offset = offset;
    answer.err = code;
    return answer;
}

TEST(AdminAnswersTest, TellsAnOffsetFromAFailure)
{
    EXPECT_EQ(offset_in(answer_with(7, RD_KAFKA_RESP_ERR_NO_ERROR)), Offset{7});
    EXPECT_EQ(offset_in(answer_with(-1, RD_KAFKA_RESP_ERR_NO_ERROR)), Offset{-1});
    const auto failed = offset_in(answer_with(7, RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART));
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code(), Errc::not_found);
}

// Taken for the end of a target's log, it halted partitions as target_lost when a broker was
// killed.
TEST(AdminAnswersTest, TakesAnInvalidOffsetForNoAnswer)
{
    const auto found = offset_in(answer_with(RD_KAFKA_OFFSET_INVALID, RD_KAFKA_RESP_ERR_NO_ERROR));

    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code(), Errc::unavailable);
}

}  // namespace
}  // namespace strait::kafka
