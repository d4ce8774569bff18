#include "links/store/share.hpp"

#include <gtest/gtest.h>

#include <string>

namespace strait::links {
namespace {

Document number(std::string text)
{
    Document document;
    document.kind = Document::Kind::number;
    document.scalar = std::move(text);
    return document;
}

TEST(Share, ReadsWhatItWrites)
{
    for (const auto millionths : {0U, 1U, 10U, 50'000U, 290'000U, 999'999U, 1'000'000U}) {
        Share read;
        EXPECT_FALSE(read_value(number(written(Share{millionths})), read)) << millionths;
        EXPECT_EQ(read.millionths, millionths);
    }
    EXPECT_EQ(written(Share{50'000}), "0.05");
    EXPECT_EQ(written(Share{}), "1");
}

TEST(Share, ReadsANumberAsProgramsWriteIt)
{
    Share read;
    EXPECT_FALSE(read_value(number("2.9E-1"), read));
    EXPECT_EQ(read.millionths, 290'000U);
    for (const auto* const wrong : {"-0.1", "1.1", "1e400", "0.5x", ""}) {
        EXPECT_EQ(read_value(number(wrong), read)->code, "out_of_range") << wrong;
    }
    auto text = number("0.5");
    text.kind = Document::Kind::text;
    EXPECT_EQ(read_value(text, read)->code, "wrong_type");
}

}  // namespace
}  // namespace strait::links
