#include "tests/support/child_process.hpp"
#include "tests/support/self_signed.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <gtest/gtest.h>

#include <charconv>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

// The program as whoever sets an exchange up knows it.
namespace strait::exchange {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using testing::SelfSigned;

constexpr auto open_door = "ops: {listen: ''}\napi: {listen: '127.0.0.1:0'}\n";

struct CatalogProgram : ::testing::Test {
    testing::CommandResult bootstrap(std::vector<std::string> words) const
    {
        words.insert(words.begin(), {"admin", "bootstrap", "--email", "ops@acme.example"});
        return program.run(std::move(words));
    }

    void start()
    {
        program.start();
        ASSERT_TRUE(program.wait_for_log("serving")) << program.log();
    }

    testing::StraitProcess program{open_door};
};

TEST_F(CatalogProgram, IsSetUpOnce)
{
    start();
    const auto made = bootstrap({"--organisation", "acme"});
    EXPECT_EQ(made.exit_code, 0) << made.output;
    EXPECT_TRUE(made.output.contains("\nhttp://127.0.0.1:")) << made.output;
    EXPECT_TRUE(made.output.contains("/activate#")) << made.output;
    EXPECT_FALSE(made.output.contains(":0/")) << "not the port that it listens on";
    EXPECT_EQ(bootstrap({"--organisation", "globex"}).exit_code, 1);

    ASSERT_EQ(program.terminate(), 0);
    start();
    const auto again = bootstrap({"--organisation", "acme"});
    EXPECT_EQ(again.exit_code, 1);
    EXPECT_TRUE(again.output.contains("--recover")) << again.output;
    EXPECT_EQ(bootstrap({}).exit_code, 2);
}

// Nobody has redeemed the first link: there is nobody to recover.
TEST_F(CatalogProgram, RecoversOnlyWhoWasThere)
{
    start();
    ASSERT_EQ(bootstrap({"--organisation", "acme"}).exit_code, 0);
    const auto nobody = bootstrap({"--recover"});
    EXPECT_NE(nobody.exit_code, 0) << nobody.output;
    EXPECT_FALSE(nobody.output.contains("/activate#")) << nobody.output;
}

TEST_F(CatalogProgram, DoesNotStartWithoutTheSecretOfItsKeys)
{
    start();
    ASSERT_EQ(program.terminate(), 0);
    const auto key = program.data_dir() / "catalog.key";
    const auto kept = testing::read_file(key);
    ASSERT_GE(kept.size(), 32U);

    fs::remove(key);
    program.start();
    EXPECT_TRUE(program.wait_for_end());
    EXPECT_TRUE(program.log().contains("restore it")) << program.log();
    EXPECT_FALSE(fs::exists(key)) << "a new one would refuse every key there is";

    testing::write_file(key, kept);
    fs::permissions(key, fs::perms::owner_read | fs::perms::others_read);
    program.start();
    EXPECT_TRUE(program.wait_for_end());
    EXPECT_TRUE(program.log().contains("chmod 600")) << program.log();

    fs::permissions(key, fs::perms::owner_read | fs::perms::owner_write);
    start();
}

struct TlsProgram : ::testing::Test {
    testing::TempFolder folder{"tls"};

    void keep(const SelfSigned& known) const
    {
        testing::write_file(folder.path() / "cert.pem", known.certificate);
        testing::write_file(folder.path() / "key.pem", known.key);
        fs::permissions(folder.path() / "key.pem", fs::perms::owner_read | fs::perms::owner_write);
    }

    // Whether the door is known by that certificate.
    static bool is_known_by(const SelfSigned& known, std::uint16_t port)
    {
        asio::io_context io;
        asio::ssl::context context{asio::ssl::context::tls_client};
        context.add_certificate_authority(asio::buffer(known.certificate));
        context.set_verify_mode(asio::ssl::verify_peer);
        asio::ssl::stream<asio::ip::tcp::socket> stream{io, context};
        stream.set_verify_callback(asio::ssl::host_name_verification{"localhost"});
        stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
        boost::system::error_code failure;
        static_cast<void>(stream.handshake(asio::ssl::stream_base::client, failure));
        return !failure;
    }

    static std::uint16_t port_in(const std::string& log)
    {
        constexpr std::string_view before = "api: listening address=127.0.0.1 port=";
        const auto at = log.find(before) + before.size();
        std::uint16_t port = 0;
        std::from_chars(log.data() + at, log.data() + log.size(), port);
        return port;
    }
};

TEST_F(TlsProgram, TakesOverARenewedCertificateWhileItRuns)
{
    const auto first = testing::make_self_signed();
    const auto renewed = testing::make_self_signed();
    keep(first);
    const auto path = folder.path().string();
    testing::StraitProcess program{
        "ops: {listen: ''}\napi: {listen: '127.0.0.1:0', tls: {cert_file: " + path +
        "/cert.pem, key_file: " + path + "/key.pem}}\n"};
    program.start();
    ASSERT_TRUE(program.wait_for_log("serving")) << program.log();
    const auto port = port_in(program.log());
    EXPECT_TRUE(is_known_by(first, port));
    EXPECT_FALSE(is_known_by(renewed, port));

    keep(renewed);
    program.signal(SIGHUP);
    EXPECT_TRUE(testing::wait_for([&] { return is_known_by(renewed, port); })) << program.log();
    EXPECT_FALSE(is_known_by(first, port));
}

}  // namespace
}  // namespace strait::exchange
