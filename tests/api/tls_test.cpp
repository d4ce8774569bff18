#include "api/channel.hpp"
#include "api/listener.hpp"
#include "tests/api/door.hpp"
#include "tests/support/self_signed.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <utility>

namespace strait::api {
namespace {

namespace asio = boost::asio;
namespace ssl = asio::ssl;
using namespace std::chrono_literals;
using testing::Door;
using testing::make_self_signed;
using testing::SelfSigned;

constexpr auto close_link = "GET /v1/links/eu HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";

struct TlsTest : ::testing::Test {
    Door door;
    std::string answer;
    boost::system::error_code failure;

    TlsTest()
    {
        door.links.link.name = LinkName{"eu"};
        door.limits.connection.header_time_max = 500ms;
        door.open();
    }

    void use(const SelfSigned& known)
    {
        door.listener->use_tls(make_tls(known.certificate, known.key).value());
    }

    asio::ip::tcp::endpoint address() const
    {
        return {asio::ip::address_v4::loopback(), door.listener->port()};
    }

    // As somebody who trusts that certificate alone, and speaks no TLS older than `from`.
    asio::awaitable<void> ask(SelfSigned trusted, int newest = TLS1_3_VERSION)
    {
        ssl::context context{ssl::context::tls_client};
        context.add_certificate_authority(asio::buffer(trusted.certificate));
        context.set_verify_mode(ssl::verify_peer);
        ::SSL_CTX_set_security_level(context.native_handle(), 0);  // so that only the door refuses
        ::SSL_CTX_set_min_proto_version(context.native_handle(), 0);
        ::SSL_CTX_set_max_proto_version(context.native_handle(), newest);
        ssl::stream<asio::ip::tcp::socket> stream{door.io, context};
        stream.set_verify_callback(ssl::host_name_verification{"localhost"});
        stream.next_layer().connect(address());
        const auto [refused] = co_await stream.async_handshake(
            ssl::stream_base::client, asio::cancel_after(3s, asio::as_tuple));
        failure = refused;
        if (refused) co_return;
        co_await asio::async_write(stream, asio::buffer(std::string{close_link}), asio::as_tuple);
        for (;;) {
            std::array<char, 4096> piece{};
            const auto [ended, size] =
                co_await stream.async_read_some(asio::buffer(piece), asio::as_tuple);
            answer.append(piece.data(), size);
            if (ended) break;
        }
    }

    asio::awaitable<void> send_in_clear(std::string bytes)
    {
        auto client = door.connect();
        co_await client.send(std::move(bytes));
        answer = co_await client.receive_all();
    }
};

TEST_F(TlsTest, AnswersWhoTrustsIt)
{
    const auto known = make_self_signed();
    use(known);
    EXPECT_TRUE(door.with(ask(known)));
    EXPECT_FALSE(failure) << failure.message();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
}

TEST_F(TlsTest, TakesAnotherCertificateForConnectionsFromThenOn)
{
    const auto first = make_self_signed();
    const auto second = make_self_signed();
    use(first);
    use(second);
    EXPECT_TRUE(door.with(ask(second)));
    EXPECT_FALSE(failure) << failure.message();
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
}

TEST_F(TlsTest, SpeaksNothingOlderThanTls12)
{
    const auto known = make_self_signed();
    use(known);
    EXPECT_TRUE(door.with(ask(known, TLS1_1_VERSION)));
    EXPECT_TRUE(failure);
    EXPECT_EQ(answer, "");
}

TEST_F(TlsTest, AnswersNothingInClear)
{
    use(make_self_signed());
    EXPECT_TRUE(door.with(send_in_clear(close_link)));
    EXPECT_FALSE(answer.contains("HTTP")) << answer;
}

TEST_F(TlsTest, WaitsForAHandshakeOnlySoLong)
{
    use(make_self_signed());
    EXPECT_TRUE(door.with(send_in_clear("\x16\x03\x01")));
    EXPECT_EQ(answer, "");
    EXPECT_EQ(door.listener->connections(), 0U);
}

TEST(MakeTls, RefusesWhatIsNoCertificateAndTheKeyOfAnother)
{
    const auto one = make_self_signed();
    const auto other = make_self_signed();
    EXPECT_TRUE(make_tls(one.certificate, one.key));
    EXPECT_EQ(make_tls("x", one.key).error().code(), Errc::invalid_argument);
    EXPECT_EQ(make_tls(one.certificate, "x").error().code(), Errc::invalid_argument);
    EXPECT_EQ(make_tls(one.certificate, other.key).error().code(), Errc::invalid_argument);
}

}  // namespace
}  // namespace strait::api
