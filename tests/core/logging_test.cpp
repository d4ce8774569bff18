#include "core/logging.hpp"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>

namespace strait {
namespace {

struct LoggingTest : ::testing::Test {
    std::ostringstream out;

    spdlog::logger make(LogConfig config)
    {
        return Logging{config, std::make_shared<spdlog::sinks::ostream_sink_mt>(out)}.make_logger(
            "links/eu");
    }

    // The only line, without its time.
    std::string line() const
    {
        const auto text = out.str();
        EXPECT_EQ(text.find('\n'), text.size() - 1) << text;
        const std::string time = "2026-01-01T00:00:00.000Z";
        const auto start = text.find("20");
        return text.substr(0, start) + text.substr(std::min(start + time.size(), text.size()));
    }
};

TEST_F(LoggingTest, WritesTextLines)
{
    make({}).warn("retrying error={} detail={:?}", "unavailable", "all \"brokers\"\nare down");

    EXPECT_EQ(line(),
              " warn  links/eu: retrying error=unavailable "
              "detail=\"all \\\"brokers\\\"\\nare down\"\n");
}

TEST_F(LoggingTest, WritesJsonLines)
{
    make({.level = LogLevel::info, .format = LogFormat::json}).error("stopped detail={:?}", "a\"b");

    EXPECT_EQ(line(),
              R"({"time":"","level":"error","logger":"links/eu",)"
              R"("message":"stopped detail=\"a\\\"b\""})"
              "\n");
}

TEST_F(LoggingTest, KeepsAnEventOnItsLine)
{
    make({}).info("forged {}", "a\nb\x1b[31m\r");
    EXPECT_EQ(line(), " info  links/eu: forged a\\nb\\x1b[31m\\x0d\n");

    out.str("");
    make({.level = LogLevel::info, .format = LogFormat::json}).info("forged {}", "a\nb\x1b");
    EXPECT_TRUE(line().ends_with(R"("message":"forged a\nb\u001b"})"
                                 "\n"))
        << line();
}

TEST_F(LoggingTest, LeavesOutWhatIsBelowItsLevel)
{
    auto log = make({.level = LogLevel::warn, .format = LogFormat::text});
    log.info("a state changed");
    log.debug("a batch");

    EXPECT_EQ(out.str(), "");
    make({.level = LogLevel::debug, .format = LogFormat::text}).debug("a batch");
    EXPECT_EQ(line(), " debug links/eu: a batch\n");
}

}  // namespace
}  // namespace strait
