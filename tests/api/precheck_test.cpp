#include "api/precheck.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace strait::api {
namespace {

using namespace std::string_literals;

struct Case {
    std::string header;
    unsigned status;
    std::string detail;
};

std::string get(const std::string& fields) { return "GET /livez HTTP/1.1\r\n" + fields + "\r\n"; }
std::string post(const std::string& fields)
{
    return "POST /v1/links/a:translate HTTP/1.1\r\nHost: a\r\n" + fields + "\r\n";
}

std::string many_fields(int count)
{
    std::string fields = "Host: a\r\n";
    for (int i = 1; i < count; ++i) fields += "X-" + std::to_string(i) + ": b\r\n";
    return fields;
}

// A header block of that many bytes in all.
std::string long_header(std::size_t size)
{
    const auto bare = get("Host: a\r\nX: \r\n");
    return get("Host: a\r\nX: " + std::string(size - bare.size(), 'x') + "\r\n");
}

TEST(Precheck, LetsPlainRequestsThrough)
{
    const std::vector<std::string> corpus{
        get("Host: localhost\r\n"),
        get("Host: 127.0.0.1:9180\r\n"),
        get("Host: [::1]:9180\r\n"),
        get("Host: [fe80::1]\r\n"),
        get("host:a\r\nAccept:\t*/*  \r\nX-Empty:\r\n"),
        get("Host: a\r\nContent-Length: 0\r\n"),
        get("Host: a\r\nAccept: a\r\nAccept: b\r\n"),
        "GET / HTTP/1.0\r\nHost: a\r\n\r\n",
        get(many_fields(100)),
        long_header(header_bytes_max),
        "GET /" + std::string(target_bytes_max - 1, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
    };
    for (const auto& header : corpus) {
        const auto framing = precheck(header);
        EXPECT_TRUE(framing) << header << framing.error().detail;
        EXPECT_EQ(header_bytes(header + "GET"), header.size());
        if (framing) EXPECT_EQ(*framing, Framing{}) << header;
    }
}

TEST(Precheck, ReadsHowTheBodyIsDelimited)
{
    EXPECT_EQ(precheck(post("Content-Length: 12\r\n")).value(), (Framing{.content_length = 12}));
    EXPECT_EQ(precheck(post("transfer-encoding: chunked\r\n")).value(), (Framing{.chunked = true}));
    EXPECT_EQ(precheck(post("Content-Length: 9223372036854775807\r\n")).value(),
              (Framing{.content_length = 9223372036854775807}));
    EXPECT_EQ(precheck(post("Expect: 100-Continue\r\nContent-Length: 1\r\n")).value(),
              (Framing{.content_length = 1, .expects_continue = true}));
}

const std::vector<Case> request_lines{
    {"GET /\r\nHost: a\r\n\r\n", 400, "not a request line"},
    {"\r\n", 400, "not a request line"},
    {"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a request target"},
    {"GET / x HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a request target"},
    {"GET /\x01 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a request target"},
    {"GET /\t HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a request target"},
    {"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a request target"},
    {"G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a method"},
    {" / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a method"},
    {"GET / http/1.1\r\nHost: a\r\n\r\n", 400, "not an HTTP version"},
    {"GET / HTTP/11\r\nHost: a\r\n\r\n", 400, "not an HTTP version"},
    {"GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400, "not a request target"},
    {"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505, "this server speaks HTTP/1.1 and HTTP/1.0"},
    {"GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505, "this server speaks HTTP/1.1 and HTTP/1.0"},
    {"PRI * HTTP/2.0\r\n\r\n", 505, "this server speaks HTTP/1.1 and HTTP/1.0"},
    {"GET /" + std::string(target_bytes_max, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n",
     414,
     "a target has at most 4 KiB"},
};

const std::vector<Case> line_ends{
    {"GET / HTTP/1.1\nHost: a\n\n", 400, "a line ends in CR LF"},
    {"GET / HTTP/1.1\r\nHost: a\n\r\n", 400, "a line ends in CR LF"},
    {"GET / HTTP/1.1\r\nHost: a\r\n\n", 400, "a line ends in CR LF"},
    {"GET / HTTP/1.1\rX\r\nHost: a\r\n\r\n", 400, "a line ends in CR LF"},
    {"GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n", 400, "a line ends in CR LF"},
    {"GET / HTTP/1.1\r\nHost: a\r\r\n\r\n", 400, "a line ends in CR LF"},
    {"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "not a request line"},
};

const std::vector<Case> fields{
    {get(""), 400, "no Host"},
    {get("Host: a\r\nHost: a\r\n"), 400, "a header field sent twice: Host"},
    {get("Host: a\r\nhOST: b\r\n"), 400, "a header field sent twice: hOST"},
    {get("Host:\r\n"), 400, "not a Host"},
    {get("Host: a b\r\n"), 400, "not a Host"},
    {get("Host: a/b\r\n"), 400, "not a Host"},
    {get("Host: u@a\r\n"), 400, "not a Host"},
    {get("Host: a:b\r\n"), 400, "not a Host"},
    {get("Host: a:1:2\r\n"), 400, "not a Host"},
    {get("Host: a:123456\r\n"), 400, "not a Host"},
    {get("Host: [::1\r\n"), 400, "not a Host"},
    {get("Host: [::1]x\r\n"), 400, "not a Host"},
    {get("Host: []\r\n"), 400, "not a Host"},
    {get("Host: a\r\nX : b\r\n"), 400, "not a header field name"},
    {get("Host: a\r\nX\r\n"), 400, "not a header field name"},
    {get("Host: a\r\n: b\r\n"), 400, "not a header field name"},
    {get("Host: a\r\nContent_Length: 1\r\n"), 400, "not a header field name"},
    {get("Host: a\r\nX\x80: b\r\n"), 400, "not a header field name"},
    {get("Host: a\r\nX: b\r\n c\r\n"), 400, "folded header line"},
    {get("Host: a\r\nX: b\r\n\tc\r\n"), 400, "folded header line"},
    {get("Host: a\r\nX: b\0c\r\n"s), 400, "control byte in a header field"},
    {get("Host: a\r\nX: b\x7f\r\n"), 400, "control byte in a header field"},
    {get("Host: a\r\nX: b\x0b\r\n"), 400, "control byte in a header field"},
    {get(many_fields(101)), 431, "a request has at most 100 header fields"},
    {long_header(header_bytes_max + 1), 431, "a header block has at most 8 KiB"},
    {get("Host: a\r\nExpect: 200-ok\r\n"), 417, "the only expectation is 100-continue"},
    {post("Content-Encoding: gzip\r\n"), 415, "requests are not compressed"},
    {post("Authorization: a\r\nAuthorization: a\r\n"),
     400,
     "a header field sent twice: Authorization"},
    {post("Content-Type: a\r\nContent-Type: a\r\n"),
     400,
     "a header field sent twice: Content-Type"},
    {post("If-Match: a\r\nIf-Match: a\r\n"), 400, "a header field sent twice: If-Match"},
    {post("Idempotency-Key: a\r\nidempotency-key: a\r\n"),
     400,
     "a header field sent twice: idempotency-key"},
    {post("Last-Event-ID: a\r\nLast-Event-ID: a\r\n"),
     400,
     "a header field sent twice: Last-Event-ID"},
    {post("Origin: a\r\nOrigin: a\r\n"), 400, "a header field sent twice: Origin"},
    {post("Sec-WebSocket-Key: a\r\nSec-WebSocket-Key: a\r\n"),
     400,
     "a header field sent twice: Sec-WebSocket-Key"},
};

const std::vector<Case> bodies{
    {get("Host: a\r\nContent-Length: 1\r\n"), 400, "this method carries no body"},
    {get("Host: a\r\nTransfer-Encoding: chunked\r\n"), 400, "this method carries no body"},
    {"DELETE / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n",
     400,
     "this method carries no body"},
    {"HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 400, "this method carries no body"},
    {post("Content-Length: 5\r\nContent-Length: 5\r\n"),
     400,
     "a header field sent twice: Content-Length"},
    {post("Content-Length: 5, 5\r\n"), 400, "not a Content-Length"},
    {post("Content-Length: +5\r\n"), 400, "not a Content-Length"},
    {post("Content-Length: -5\r\n"), 400, "not a Content-Length"},
    {post("Content-Length: 0x5\r\n"), 400, "not a Content-Length"},
    {post("Content-Length:\r\n"), 400, "not a Content-Length"},
    {post("Content-Length: 5 5\r\n"), 400, "not a Content-Length"},
    {post("Content-Length: 9223372036854775808\r\n"), 400, "not a Content-Length"},
    {post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
     400,
     "Content-Length beside Transfer-Encoding"},
    {post("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"),
     400,
     "Content-Length beside Transfer-Encoding"},
    {post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
     400,
     "a header field sent twice: Transfer-Encoding"},
    {post("Transfer-Encoding: gzip\r\n"),
     400,
     "the only Transfer-Encoding is chunked, in HTTP/1.1"},
    {post("Transfer-Encoding: gzip, chunked\r\n"),
     400,
     "the only Transfer-Encoding is chunked, in HTTP/1.1"},
    {post("Transfer-Encoding: xchunked\r\n"),
     400,
     "the only Transfer-Encoding is chunked, in HTTP/1.1"},
    {post("Transfer-Encoding: chunked;x=1\r\n"),
     400,
     "the only Transfer-Encoding is chunked, in HTTP/1.1"},
    {"POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
     400,
     "the only Transfer-Encoding is chunked, in HTTP/1.1"},
};

void expect_refused(const std::vector<Case>& corpus)
{
    for (const auto& [header, status, detail] : corpus) {
        const auto framing = precheck(header);
        ASSERT_FALSE(framing) << header;
        EXPECT_EQ(static_cast<unsigned>(framing.error().status), status) << header;
        EXPECT_EQ(framing.error().detail, detail) << header;
        EXPECT_GT(header_bytes(header), 0U) << header;
    }
}

TEST(Precheck, RefusesRequestLinesThatReadersTakeDifferently) { expect_refused(request_lines); }
TEST(Precheck, RefusesLineEndsThatAreNotCrLf) { expect_refused(line_ends); }
TEST(Precheck, RefusesFieldsThatReadersTakeDifferently) { expect_refused(fields); }
TEST(Precheck, RefusesBodiesWhoseEndIsInDoubt) { expect_refused(bodies); }

TEST(Precheck, RefusesEveryPartOfABlock)
{
    const auto header = post("Content-Length: 5\r\n");
    for (std::size_t size = 0; size < header.size(); ++size) {
        EXPECT_FALSE(precheck(header.substr(0, size))) << size;
        EXPECT_EQ(header_bytes(header.substr(0, size)), 0U) << size;
    }
}

}  // namespace
}  // namespace strait::api
