#include "api/body.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::api {
namespace {

namespace http = boost::beast::http;

constexpr std::size_t bytes_max = 64;

// What a reader makes of `bytes` that arrive in pieces of `size`: the body and what is left over,
// the detail of the refusal, or "more".
std::string read(Framing framing, std::string_view bytes, std::size_t size)
{
    BodyReader reader{framing, bytes_max};
    std::string buffer;
    for (;;) {
        const auto complete = reader.take(buffer);
        if (!complete) return complete.error().detail;
        if (*complete) return std::move(reader).body() + "|" + buffer + std::string{bytes};
        if (bytes.empty()) return "more";
        buffer += bytes.substr(0, size);
        bytes.remove_prefix(std::min(size, bytes.size()));
    }
}

void expect_read(Framing framing, const std::string& bytes, const std::string& result)
{
    for (const std::size_t size : {1U, 2U, 3U, 1000U}) {
        EXPECT_EQ(read(framing, bytes, size), result) << size << ": " << bytes;
    }
}

TEST(BodyReader, EndsWhereTheLengthSays)
{
    expect_read({.content_length = 5}, "helloGET", "hello|GET");
    expect_read({.content_length = 5}, "hell", "more");
    expect_read({}, "GET", "|GET");
    expect_read({.content_length = bytes_max}, std::string(64, 'x'), std::string(64, 'x') + "|");
    expect_read({.content_length = bytes_max + 1}, "", "the body is too large");
}

TEST(BodyReader, JoinsChunks)
{
    const Framing chunked{.chunked = true};

    expect_read(chunked, "5\r\nhello\r\n0\r\n\r\nGET", "hello|GET");
    expect_read(chunked, "1\r\nh\r\n4;a=b;c\r\nello\r\n0\r\n\r\n", "hello|");
    expect_read(chunked, "000000000000000A\r\n0123456789\r\n0000\r\n\r\n", "0123456789|");
    expect_read(chunked, "1;" + std::string(255, 'x') + "\r\nh\r\n0\r\n\r\n", "h|");
    expect_read(chunked, "5\r\nhello\r\n0\r\n", "more");
}

TEST(BodyReader, RefusesChunksThatReadersTakeDifferently)
{
    const Framing chunked{.chunked = true};
    for (const auto* size : {"", " 5", "5 ", "+5", "-5", "0x5", "g", "00000000000000005", ";a"}) {
        expect_read(chunked, std::string{size} + "\r\nhello\r\n0\r\n\r\n", "not a chunk size");
    }
    expect_read(chunked, "5;a\x01\r\nhello", "not a chunk size");
    expect_read(chunked, "5;a\rb\r\nhello", "not a chunk size");
    expect_read(chunked, "1;" + std::string(256, 'x') + "\r\n", "not a chunk size");
    expect_read(chunked, "5\nhello\r\n0\r\n\r\n", "a line ends in CR LF");
    expect_read(chunked, "5\r\nhelloX\n0\r\n\r\n", "a chunk ends in CR LF");
    expect_read(chunked, "5\r\nhello\n0\r\n\r\n", "a chunk ends in CR LF");
    expect_read(chunked, "0\r\nX: y\r\n\r\n", "trailers are not taken");
    EXPECT_EQ(read(chunked, "5;" + std::string(300, 'x'), 1000),
              "a chunk extension has at most 256 bytes");
}

TEST(BodyReader, RefusesChunksBeyondTheLimit)
{
    const Framing chunked{.chunked = true};

    expect_read(chunked, "41\r\n", "the body is too large");
    expect_read(chunked, "ffffffffffffffff\r\n", "the body is too large");
    expect_read(chunked,
                "3f\r\n" + std::string(63, 'x') + "\r\n2\r\nxx\r\n0\r\n\r\n",
                "the body is too large");
}

}  // namespace
}  // namespace strait::api
