#include "kafka/library_client.hpp"

#include "tests/kafka/mock_cluster.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <optional>

namespace strait::kafka {
namespace {

// librdkafka joins its threads then, and one of them may be waiting for a name server.
TEST(LibraryClient, EndsOnThePool)
{
    boost::asio::io_context pool;
    auto opened = open_client(RD_KAFKA_PRODUCER,
                              {{"bootstrap.servers", "127.0.0.1:1"}},
                              0,
                              pool.get_executor(),
                              testing::silent());
    ASSERT_TRUE(opened) << opened.error().detail();
    std::optional<LibraryClient> client{*std::move(opened)};
    const auto before = rd_kafka_thread_cnt();
    EXPECT_GT(before, 0);

    client.reset();
    EXPECT_GE(rd_kafka_thread_cnt(), before);  // one of them may be counted only now

    EXPECT_EQ(pool.poll(), 1U);
    EXPECT_LT(rd_kafka_thread_cnt(), before);
}

}  // namespace
}  // namespace strait::kafka
