#include "kafka/deliveries.hpp"

#include <gtest/gtest.h>

namespace strait::kafka {
namespace {

constexpr auto fine = RD_KAFKA_RESP_ERR_NO_ERROR;

TopicPartition partition(std::int32_t number) { return {TopicName{"orders"}, Partition{number}}; }

TEST(Deliveries, KeepTheOrderOfTheRecordsNotOfTheReports)
{
    Deliveries deliveries;
    const auto place = deliveries.place_of(partition(0));
    const auto first = deliveries.expect(place, 10);
    const auto second = deliveries.expect(place, 5);

    deliveries.report(second, fine, "", Offset{7});
    EXPECT_EQ(deliveries.waiting(), 1U);
    EXPECT_EQ(deliveries.queued_bytes(), 10U);
    deliveries.report(first, fine, "", Offset{3});

    const std::vector expected{Offset{3}, Offset{7}};
    EXPECT_EQ(deliveries.result().offsets, expected);
    EXPECT_EQ(deliveries.queued_bytes(), 0U);
}

TEST(Deliveries, CountWhatIsQueuedForEachPartition)
{
    Deliveries deliveries;
    const auto place = deliveries.place_of(partition(0));
    const auto other = deliveries.place_of(partition(1));
    EXPECT_EQ(deliveries.place_of(partition(0)), place);

    const auto first = deliveries.expect(place, 10);
    deliveries.expect(other, 5);
    EXPECT_EQ(deliveries.queued_bytes(place), 10U);
    EXPECT_EQ(deliveries.queued_bytes(other), 5U);

    deliveries.report(first, fine, "", Offset{7});
    EXPECT_EQ(deliveries.queued_bytes(place), 0U);
    deliveries.reset();
    EXPECT_EQ(deliveries.queued_bytes(other), 0U);
}

TEST(Deliveries, NameTheGuiltyRecordAndNotItsBatchMates)
{
    Deliveries deliveries;
    const auto place = deliveries.place_of(partition(0));
    const auto a = deliveries.expect(place, 1);
    const auto b = deliveries.expect(place, 1);
    const auto c = deliveries.expect(place, 1);
    const auto d = deliveries.expect(place, 1);

    deliveries.report(a, RD_KAFKA_RESP_ERR__INVALID_DIFFERENT_RECORD, "", Offset{-1});
    deliveries.report(b, RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, "", Offset{-1});
    deliveries.report(d, RD_KAFKA_RESP_ERR_INVALID_RECORD, "", Offset{-1});
    deliveries.report(c, RD_KAFKA_RESP_ERR_INVALID_RECORD, "no key", Offset{-1});

    const auto failed = deliveries.result().failed;
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->index, 2U);
    EXPECT_EQ(failed->error.code(), Errc::refused);
    EXPECT_EQ(failed->error.detail(), "no key [INVALID_RECORD]");
}

TEST(Deliveries, NameTheRecordThatFailedAndNotThoseThatWereNotTakenAfterIt)
{
    Deliveries deliveries;
    const auto place = deliveries.place_of(partition(0));
    const auto queued = deliveries.expect(place, 1);
    const auto late = deliveries.expect(place, 1);

    deliveries.refuse(late, Error{Errc::abort_required, "not allowed in state abortable"});
    EXPECT_TRUE(deliveries.stopped());
    EXPECT_EQ(deliveries.failed()->index, 1U);
    deliveries.report(queued, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, "", Offset{-1});

    const auto failed = deliveries.result().failed;
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->index, 0U);
    EXPECT_EQ(failed->error.code(), Errc::too_large);
    EXPECT_FALSE(failed->alone);
}

TEST(Deliveries, GoOnBeingSentWhenARecordIsNotEvenQueued)
{
    Deliveries deliveries;
    const auto place = deliveries.place_of(partition(0));
    const auto queued = deliveries.expect(place, 1);
    const auto refused = deliveries.expect(place, 1);

    deliveries.refuse(refused, Error{Errc::refused, "the timestamp 0"});

    EXPECT_FALSE(deliveries.stopped());
    EXPECT_EQ(deliveries.waiting(), 1U);
    deliveries.report(queued, fine, "", Offset{4});
    const auto failed = deliveries.result().failed;
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->index, 1U);
    EXPECT_TRUE(failed->alone);
}

TEST(Deliveries, TakeASuccessWithoutOffsetForAFailure)
{
    Deliveries deliveries;
    const auto place = deliveries.place_of(partition(0));

    deliveries.report(deliveries.expect(place, 1), fine, "", Offset{-1001});

    const auto failed = deliveries.result().failed;
    ASSERT_TRUE(failed);
    EXPECT_EQ(failed->error.code(), Errc::abort_required);
}

TEST(Deliveries, IgnoreReportsOfAnAccountClosedBefore)
{
    Deliveries deliveries;
    const auto place = deliveries.place_of(partition(0));
    const auto old = deliveries.expect(place, 1);
    deliveries.reset();
    const auto fresh = deliveries.expect(place, 1);

    deliveries.report(old, RD_KAFKA_RESP_ERR__PURGE_QUEUE, "", Offset{-1});
    EXPECT_EQ(deliveries.waiting(), 1U);
    deliveries.report(fresh, fine, "", Offset{4});
    deliveries.report(fresh, RD_KAFKA_RESP_ERR__PURGE_QUEUE, "", Offset{-1});

    EXPECT_FALSE(deliveries.result().failed);
    EXPECT_EQ(deliveries.result().offsets, std::vector{Offset{4}});
}

}  // namespace
}  // namespace strait::kafka
