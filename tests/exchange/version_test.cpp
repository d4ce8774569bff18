#include "exchange/version.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <string>

namespace strait::exchange {
namespace {

TEST(Version, NamesEveryLibraryWithItsVersion)
{
    const auto text = version_text();

    EXPECT_TRUE(text.starts_with("strait " + std::string{version()} + "\n")) << text;
    for (const auto* const library : {"librdkafka",
                                      "RocksDB",
                                      "Boost",
                                      "OpenSSL",
                                      "CLI11",
                                      "libcurl",
                                      "prometheus-cpp",
                                      "spdlog",
                                      "xxHash",
                                      "yaml-cpp"}) {
        EXPECT_TRUE(std::regex_search(text, std::regex{std::string{library} + " [0-9]"}))
            << library << " in\n"
            << text;
    }
    EXPECT_TRUE(text.contains("RE2")) << "which tells no version";
}

}  // namespace
}  // namespace strait::exchange
