#include "exchange/demo/setup.hpp"

#include "exchange/demo/screen.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <sstream>
#include <string>

namespace strait::exchange {
namespace {

using links::Translation;

TEST(DemoSetup, TakesOneAddressWithAPort)
{
    EXPECT_EQ(misfit_of("127.0.0.1:19092"), std::nullopt);
    EXPECT_EQ(misfit_of("[::1]:9092"), std::nullopt);
    EXPECT_EQ(misfit_of("kafka-1.oslo.example:9092"), std::nullopt);
    for (const auto* odd :
         {"", "host", ":9092", "host:", "host:0", "host:65536", "a:1,b:2", "h:9x"}) {
        EXPECT_TRUE(misfit_of(odd)) << odd;
    }
}

TEST(DemoSetup, CountsLagFromWhatTheLinkHasNotBegunToo)
{
    const TopicPartition begun{TopicName{"a"}, Partition{0}};
    const TopicPartition unknown{TopicName{"a"}, Partition{1}};
    links::LinkStatus status;
    auto& topic = status.topics.emplace_back();
    topic.source = TopicName{"a"};
    topic.partitions.emplace_back().next_source = Offset{7};

    EXPECT_EQ(lag_of(status, {{begun, Offset{10}}, {unknown, Offset{5}}}), 8);
    EXPECT_EQ(lag_of(status, {{begun, Offset{7}}}), 0);
    EXPECT_EQ(lag_of(status, {{begun, Offset{3}}}), 0);
}

TEST(DemoSetup, RemovesItsFolder)
{
    auto folder = DemoFolder::make();
    ASSERT_TRUE(folder);
    const auto path = (*folder)->path();
    EXPECT_TRUE(std::filesystem::is_directory(path));

    folder->reset();

    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(DemoSetup, SaysWhatToDoAboutAFailure)
{
    const Error error{Errc::timed_out, "source a:1: no answer"};

    EXPECT_EQ(failure_text("connecting", error, {"strait", "a:1", "b:2", {}, false, false}),
              "error: connecting: source a:1: no answer\n"
              "    remedy: check that both clusters run and can be reached from here: a:1 and b:2; "
              "`./dev kafka up` starts two\n");
}

TEST(DemoSetup, LetsNoForeignTextForgeALine)
{
    const auto text =
        failure_text("connecting", Error{Errc::fatal, "no\nVERDICT: perfect\x1b[2J"}, {});
    const auto header = header_text({}, {ClusterId{"a\x9b"}, 1}, {ClusterId{"b\r"}, 1});

    EXPECT_TRUE(text.starts_with("error: connecting: no\\nVERDICT: perfect\\x1b[2J\n")) << text;
    EXPECT_TRUE(header.contains("cluster a\\x9b, 1 broker\n")) << header;
    EXPECT_TRUE(header.contains("cluster b\\x0d, 1 broker\n")) << header;
}

struct DemoScreenTest : ::testing::Test {
    std::ostringstream out;
    DemoProgress now;

    DemoScreenTest()
    {
        now.elapsed = std::chrono::seconds{3};
        now.written.records = 960;
        now.mirrored = 936;
        now.lag = 41;
        Translation there;
        there.status = Translation::Status::exact;
        there.offset = Offset{150};
        now.last.push_back({{TopicName{"orders"}, Partition{0}}, Offset{161}, there});
    }
};

TEST_F(DemoScreenTest, AddsLinesToAFile)
{
    DemoScreen screen{out, false};
    screen.show(now);
    now.last.front().target = {std::nullopt, Translation::Status::clamped, {}, {}, 0};
    now.lag.reset();
    now.trouble = "halted: no right";
    screen.show(now);

    EXPECT_EQ(out.str(),
              "    3 s  written    960 (   0/s)  mirrored    936 (   0/s)  lag 41  "
              "offset 161 -> 150 (orders-0)\n"
              "    3 s  written    960 (   0/s)  mirrored    936 (   0/s)  lag ?  "
              "offset 161 -> on its way (orders-0)  halted: no right\n");
}

TEST_F(DemoScreenTest, ReplacesItsLinesAtATerminal)
{
    DemoScreen screen{out, true};
    screen.show(now);
    EXPECT_FALSE(out.str().contains('\x1b')) << "nothing to replace yet";
    screen.show(now);
    EXPECT_TRUE(out.str().contains("\x1b[7A\x1b[J")) << out.str();
    const auto before = out.str().size();

    screen.say("a text that stays\n");
    screen.show(now);

    EXPECT_FALSE(out.str().substr(before).contains('\x1b'));
}

}  // namespace
}  // namespace strait::exchange
