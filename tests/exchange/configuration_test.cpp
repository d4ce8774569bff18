#include "exchange/configuration.hpp"

#include "tests/exchange/known_secrets.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace strait::exchange {
namespace {

constexpr auto whole_file = R"(
data_dir: ./strait-data
log: {level: warn, format: json}
ops: {listen: "[::1]:9190"}
clusters:
  oslo:
    bootstrap: ["kafka-1.oslo.example:9093"]
    cluster_id: ""
    client: {id: strait, rack: "", socket_timeout: 10s, admin_timeout: 30s}
    security:
      protocol: sasl_tls
      tls: {ca_file: tls/ca.pem, cert_file: tls/ca.pem, key_file: tls/key.pem, key_password_file: secrets/good, verify_hostname: true}
      sasl: {mechanism: scram_sha_512, username: strait, password_env: STRAIT_PASSWORD}
      oauth: {token_url: "", client_id: "", client_secret_file: "", scope: ""}
    admin: {per_second: 20, in_flight: 4}
    links_topic: {partitions: 16, replication_factor: broker, min_insync_replicas: 2}
  bergen:
    bootstrap: ["10.0.0.1:9092", "[fd00::1]:9092"]
    security: {protocol: tls}
links:
  - name: oslo-to-bergen
    source: oslo
    target: bergen
    topics: {include: ["orders", "payments.*", "re:eu-[0-9]+"]}
  - name: bergen-to-oslo
    source: bergen
    target: oslo
    topics: {include: ["*"], rename: {prefix: bergen.}}
)";

auto read(const std::string& text, bool allow_insecure = false)
{
    return read_configuration(
        text, {.file = "strait.yaml", .allow_insecure = allow_insecure}, KnownSecrets{});
}

// The warnings of a cluster that says `security`, a line each.
std::string warnings_of(const std::string& security, bool allow_insecure)
{
    const auto all =
        read("data_dir: d\nclusters: {a: {bootstrap: [\"a:1\"], security: " + security + "}}",
             allow_insecure);
    if (!all) return all.error().text();
    std::string out;
    for (const auto& warning : all->warnings) out += to_string(warning) + "\n";
    return out;
}

TEST(Configuration, ReadsAWholeFile)
{
    const auto all = read(whole_file);

    ASSERT_TRUE(all) << all.error().text();
    EXPECT_TRUE(all->warnings.empty());
    EXPECT_EQ(all->data_dir, "/etc/strait/./strait-data");
    EXPECT_EQ(all->log.level, LogLevel::warn);
    EXPECT_EQ(all->log.format, LogFormat::json);
    EXPECT_EQ(all->ops.listen, (ListenAddress{"::1", 9190}));
    ASSERT_EQ(all->links.size(), 2U);
    EXPECT_EQ(all->links[0].name, LinkName{"oslo-to-bergen"});
    EXPECT_EQ(all->links[1].target, ClusterName{"oslo"});

    const auto& oslo = all->clusters.at(ClusterName{"oslo"});
    EXPECT_EQ(oslo.name, ClusterName{"oslo"});
    EXPECT_EQ(oslo.protocol, kafka::Protocol::sasl_tls);
    EXPECT_EQ(oslo.tls.ca_file, "/etc/strait/tls/ca.pem");
    EXPECT_EQ(oslo.tls.key_password.reveal(), "hunter2");
    EXPECT_EQ(oslo.sasl.username, "strait");
    EXPECT_EQ(oslo.sasl.password.reveal(), "swordfish");
    EXPECT_TRUE(oslo.oauth.client_secret.empty());

    const auto& bergen = all->clusters.at(ClusterName{"bergen"});
    EXPECT_EQ(bergen.bootstrap, (std::vector<std::string>{"10.0.0.1:9092", "[fd00::1]:9092"}));
    EXPECT_EQ(bergen.client_id, "strait");
    EXPECT_EQ(written(bergen.socket_timeout), "10s");
    EXPECT_EQ(written(bergen.admin_timeout), "30s");
    EXPECT_EQ(bergen.admin.per_second, 20U);
    EXPECT_EQ(bergen.admin.in_flight, 4U);
    EXPECT_EQ(bergen.links_topic.partitions, 16U);
    EXPECT_EQ(bergen.links_topic.replication_factor, 0U);
    EXPECT_EQ(bergen.links_topic.min_insync_replicas, 2U);
    EXPECT_TRUE(bergen.tls.verify_hostname);
}

TEST(Configuration, HasDefaultsForWhatIsLeftOut)
{
    const auto all = read("data_dir: /var/lib/strait");

    ASSERT_TRUE(all) << all.error().text();
    EXPECT_EQ(all->data_dir, "/var/lib/strait");
    EXPECT_EQ(all->log.level, LogLevel::info);
    EXPECT_EQ(all->log.format, LogFormat::text);
    EXPECT_EQ(all->ops.listen, (ListenAddress{"127.0.0.1", 9180}));
    EXPECT_TRUE(all->clusters.empty());
    EXPECT_TRUE(all->links.empty());
    EXPECT_EQ(read("{data_dir: d, ops: {listen: \"\"}}").value().ops.listen, std::nullopt);
}

TEST(Configuration, LimitsWhatCallersMayCost)
{
    using namespace std::chrono_literals;
    const auto all =
        read("{data_dir: d, http: {connections: 7, requests: 8, header_time: 1s, body_time: 2s, "
             "idle_time: 3s, write_time: 4s}, drain_time: 5s}");
    ASSERT_TRUE(all) << all.error().text();
    EXPECT_EQ(all->http.connections_max, 7U);
    EXPECT_EQ(all->http.connection.requests_max, 8U);
    EXPECT_EQ(all->http.connection.header_time_max, 1s);
    EXPECT_EQ(all->http.connection.body_time_max, 2s);
    EXPECT_EQ(all->http.connection.idle_time_max, 3s);
    EXPECT_EQ(all->http.connection.write_time_max, 4s);
    EXPECT_EQ(all->drain_time, 5s);

    const auto none = read("data_dir: d");
    ASSERT_TRUE(none);
    EXPECT_EQ(none->http.connections_max, 256U);
    EXPECT_EQ(none->http.connection.requests_max, 1'000U);
    EXPECT_FALSE(read("{data_dir: d, http: {connections: 0}}"));
    EXPECT_FALSE(read("{data_dir: d, http: {idle_time: 2h}}"));
    EXPECT_FALSE(read("{data_dir: d, drain_time: 999ms}"));
}

TEST(Configuration, NeedsADataDirectoryOnlyToServe)
{
    const ReadOptions check{.file = "strait.yaml", .data_dir_required = false};

    const auto without = read_configuration("log: {}", check, KnownSecrets{});

    ASSERT_TRUE(without) << without.error().text();
    ASSERT_EQ(without->warnings.size(), 1U);
    EXPECT_EQ(to_string(without->warnings[0]),
              "strait.yaml:1:1: missing: /data_dir: `strait serve` needs it");
    EXPECT_FALSE(read("log: {}"));
}

TEST(Configuration, WarnsOfWhatIsAllowedAndUnwise)
{
    EXPECT_EQ(warnings_of("{}", false),
              "strait.yaml:2:46: plaintext: /clusters/a/security: records travel readable: say "
              "security.protocol tls or sasl_tls\n");
    EXPECT_EQ(warnings_of("{protocol: sasl_plaintext, sasl: {username: s, password_file: "
                          "secrets/good}}",
                          false),
              "strait.yaml:2:46: sasl_plaintext: /clusters/a/security: records and passwords "
              "travel readable: say security.protocol tls or sasl_tls\n");
    EXPECT_EQ(warnings_of("{protocol: tls, tls: {verify_hostname: false}}", true),
              "strait.yaml:2:85: out_of_range: /clusters/a/security/tls/verify_hostname: anybody "
              "with a certificate of this authority can pose as the broker\n");
}

TEST(Configuration, LetsOppositeLinksBeAsLongAsOwnerRecordsKeepThemApart)
{
    const std::string file = R"(
data_dir: d
clusters: {a: {bootstrap: ["a:1"]}, b: {bootstrap: ["b:1"]}}
links:
  - {name: there, source: a, target: b, topics: {include: ["*"]}}
  - {name: back, source: b, target: a, topics: {include: [orders, "x*"]}}
)";

    EXPECT_TRUE(read(file)) << read(file).error().text();
}

TEST(Configuration, RefusesMoreThanAMebibyte)
{
    const auto all = read(std::string(Document::bytes_max + 1, '#'));

    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().text(), "strait.yaml: too_large: : more than 1MiB\n");
}

std::string data_dir_of(const std::string& text)
{
    const auto found = read_data_dir(text, "strait.yaml", KnownSecrets{});
    return found ? *found : found.error().text();
}

TEST(Configuration, TellsTheDataDirWhateverElseIsWrong)
{
    EXPECT_EQ(data_dir_of("data_dir: /var/lib/strait\ncolour: red\ncolour: blue\nclusters:\n"
                          "  a: {security: {sasl: {password_env: NOT_HERE}}}\n"),
              "/var/lib/strait");
    EXPECT_EQ(data_dir_of("data_dir: d"), "/etc/strait/d");
}

TEST(Configuration, SaysWhyItHasNoDataDir)
{
    EXPECT_EQ(data_dir_of("links: []"),
              "strait.yaml:1:1: missing: /data_dir: 'data_dir' is required\n");
    EXPECT_EQ(data_dir_of("data_dir: ''\nlinks: []"),
              "strait.yaml:1:11: out_of_range: /data_dir: it is not empty: say ./strait-data\n");
    EXPECT_TRUE(data_dir_of("[]").starts_with("strait.yaml:1:1: wrong_type: : "));
    EXPECT_TRUE(data_dir_of("data_dir: [").starts_with("strait.yaml:"))
        << data_dir_of("data_dir: [");
}

}  // namespace
}  // namespace strait::exchange
