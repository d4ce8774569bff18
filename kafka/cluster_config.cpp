#include "kafka/cluster_config.hpp"

#include "core/secret_members.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace strait::kafka {

namespace {

using std::chrono::milliseconds;

std::vector<std::string> read_bootstrap(ObjectReader& reader)
{
    constexpr std::size_t count_max = 32;
    std::vector<std::string> addresses;
    reader.expect("bootstrap");
    std::size_t count = 0;
    reader.texts("bootstrap", [&](const std::string& address, const Spot& spot) {
        ++count;
        const auto misfit = misfit_of_address(address);
        if (misfit) reader.problems().add(spot, misfit->code, misfit->text);
        if (!misfit) addresses.push_back(address);
    });
    if (count > count_max || reader.has_empty_list("bootstrap")) {
        reader.reject(
            "bootstrap", "out_of_range", std::to_string(count) + " addresses are not 1 to 32");
    }
    return addresses;
}

// A text in PEM, of a certificate or a key.
std::string read_pem(ObjectReader& reader, SecretMembers& members, const std::string& name)
{
    auto text = members.secret(name).reveal();
    if (!text.empty() && !text.contains("-----BEGIN ")) {
        reader.reject(name, "wrong_type", "it is not PEM, which begins with -----BEGIN");
    }
    return text;
}

TlsConfig read_tls(ObjectReader& reader, const SecretSource* source, bool allow_insecure)
{
    TlsConfig tls;
    SecretMembers members{reader, source};
    if (members.inlined()) {
        tls.ca_pem = read_pem(reader, members, "ca");
        tls.cert_pem = read_pem(reader, members, "cert");
        tls.key_pem = Secret{read_pem(reader, members, "key")};
    } else {
        tls.ca_file = members.path("ca_file", false);
        tls.cert_file = members.path("cert_file", false);
        tls.key_file = members.path("key_file", true);
    }
    tls.key_password = members.secret("key_password");
    tls.verify_hostname = reader.optional("verify_hostname", tls.verify_hostname);
    const std::string cert = members.inlined() ? "cert" : "cert_file";
    const std::string key = members.inlined() ? "key" : "key_file";
    const bool has_key = !tls.key_file.empty() || !tls.key_pem.empty();
    if (has_certificate(tls) != has_key) {
        reader.reject(has_key ? key : cert,
                      "cert_without_key",
                      "mutual TLS needs both " + cert + " and " + key);
    }
    const auto unused = members.given("key_password");
    if (unused && !has_key) reader.reject(*unused, "out_of_range", "unused without " + key);
    if (!tls.verify_hostname) {
        constexpr auto text = "anybody with a certificate of this authority can pose as the broker";
        if (allow_insecure) reader.warn("verify_hostname", "out_of_range", text);
        if (!allow_insecure) {
            const auto* const remedy =
                members.inlined() ? ": say true" : ": say true, or start with --allow-insecure";
            reader.reject("verify_hostname", "out_of_range", text + std::string{remedy});
        }
    }
    return tls;
}

// librdkafka fetches the token of OAUTHBEARER itself, from wherever it is told: that is for whoever
// has the file to say.
Mechanism read_mechanism(ObjectReader& reader, Mechanism fallback, bool fetches_tokens)
{
    using enum Mechanism;
    if (!fetches_tokens) {
        return reader.choice("mechanism", fallback, {plain, scram_sha_256, scram_sha_512});
    }
    return reader.choice("mechanism", fallback, {plain, scram_sha_256, scram_sha_512, oauthbearer});
}

SaslConfig read_sasl(ObjectReader& reader, const SecretSource* source)
{
    SaslConfig sasl;
    SecretMembers members{reader, source};
    sasl.mechanism = read_mechanism(reader, sasl.mechanism, !members.inlined());
    sasl.username = reader.optional("username", sasl.username);
    sasl.password = members.secret("password");
    if (sasl.mechanism == Mechanism::oauthbearer) {
        auto unused = members.given("password");
        if (!sasl.username.empty()) unused = "username";
        if (unused) {
            reader.reject(*unused,
                          "out_of_range",
                          "oauthbearer leaves it unused: say client_id and client_secret_file of "
                          "oauth");
        }
        return sasl;
    }
    if (sasl.username.empty()) {
        reader.reject("username", "missing", "this mechanism needs a username");
    }
    if (!members.given("password")) {
        const auto ways = members.ways("password");
        std::string remedy{"say"};
        for (const auto& way : ways) remedy += (remedy == "say" ? " " : " or ") + way;
        reader.reject(ways.front(), "secret_missing", remedy);
    }
    return sasl;
}

OauthConfig read_oauth(ObjectReader& reader, const SecretSource* source)
{
    OauthConfig oauth;
    oauth.token_url = reader.optional("token_url", oauth.token_url);
    oauth.client_id = reader.optional("client_id", oauth.client_id);
    oauth.client_secret = SecretMembers{reader, source}.secret("client_secret");
    oauth.scope = reader.optional("scope", oauth.scope);
    const auto scheme = oauth.token_url.find("://");
    const auto authority = oauth.token_url.substr(
        0, scheme == std::string::npos ? scheme : oauth.token_url.find_first_of("/?#", scheme + 3));
    if (authority.contains('@')) {
        reader.reject("token_url", "secret_inline", "no user or password in a URL");
        oauth.token_url.clear();
    } else if (!oauth.token_url.empty() && !oauth.token_url.starts_with("https://") &&
               !oauth.token_url.starts_with("http://")) {
        reader.reject(
            "token_url", "wrong_type", in_quotes(oauth.token_url) + " is not an https URL");
    } else if (oauth.token_url.starts_with("http://")) {
        reader.warn("token_url", "plaintext", "the client secret travels readable: say https");
    }
    return oauth;
}

// The members of `security` against each other: what would have no effect is a mistake.
void check_security(ObjectReader& reader, const ClusterConfig& cluster)
{
    const auto protocol = std::string{to_string(cluster.protocol)};
    const bool oauth = cluster.sasl.mechanism == Mechanism::oauthbearer;
    if (has_sasl(cluster.protocol) && !reader.has("sasl")) {
        reader.reject("sasl", "missing", "protocol " + protocol + " needs sasl");
    }
    if (!has_sasl(cluster.protocol) && reader.has("sasl")) {
        reader.reject("protocol",
                      "out_of_range",
                      protocol + " leaves sasl unused: say sasl_tls, or remove sasl");
    }
    if (!has_tls(cluster.protocol) && reader.has("tls")) {
        reader.reject("protocol",
                      "out_of_range",
                      protocol + " leaves tls unused: say tls or sasl_tls, or remove tls");
    }
    if (!oauth || !has_sasl(cluster.protocol)) {
        const auto& [token_url, client_id, secret, scope] = cluster.oauth;
        if (token_url.empty() && client_id.empty() && secret.empty() && scope.empty()) return;
        reader.reject("oauth",
                      "out_of_range",
                      "used by sasl.mechanism oauthbearer alone: say that, or remove oauth");
        return;
    }
    const bool complete = !cluster.oauth.token_url.empty() && !cluster.oauth.client_id.empty() &&
                          !cluster.oauth.client_secret.empty();
    if (complete) return;
    reader.reject("oauth",
                  "missing",
                  "oauthbearer needs token_url, client_id and client_secret_file of oauth");
}

void read_client(ObjectReader& reader, ClusterConfig& cluster)
{
    cluster.client_id = reader.optional("id", cluster.client_id);
    cluster.rack = reader.optional("rack", cluster.rack);
    cluster.socket_timeout =
        reader.optional("socket_timeout",
                        cluster.socket_timeout,
                        Range<milliseconds>{milliseconds{100}, std::chrono::minutes{5}});
    cluster.admin_timeout =
        reader.optional("admin_timeout",
                        cluster.admin_timeout,
                        Range<milliseconds>{milliseconds{1'000}, std::chrono::minutes{10}});
    if (cluster.client_id.empty() || cluster.client_id.size() > 200) {
        reader.reject("id", "out_of_range", "it has 1 to 200 characters");
    }
}

LinksTopicConfig read_links_topic(ObjectReader& reader)
{
    using Count = Range<std::uint32_t>;
    LinksTopicConfig topic;
    topic.partitions = reader.optional("partitions", topic.partitions, Count{1, 1'000});
    const bool given = reader.has("replication_factor");
    if (given && !reader.has_text("replication_factor", "broker")) {
        topic.replication_factor =
            reader.optional("replication_factor", std::uint32_t{1}, Count{1, 100});
    }
    topic.min_insync_replicas =
        reader.optional("min_insync_replicas", topic.min_insync_replicas, Count{1, 100});
    return topic;
}

}  // namespace

std::optional<Misfit> misfit_of_address(std::string_view address)
{
    if (address.contains('@')) {
        return Misfit{"secret_inline", "no user or password in an address: use security.sasl"};
    }
    Misfit malformed{"wrong_type",
                     in_quotes(address) + " is not host:port, like kafka-1.example:9093"};
    const auto colon = address.rfind(':');
    if (colon == std::string_view::npos || colon == 0) return malformed;
    const auto host = address.substr(0, colon);
    const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 4;
    const auto* const letters = bracketed ? "0123456789abcdefABCDEF:.%[]"
                                          : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                            "0123456789-._";
    if (host.find_first_not_of(letters) != std::string_view::npos) return malformed;
    const auto port = address.substr(colon + 1);
    int number = 0;
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
    if (end != port.data() + port.size() || failure == std::errc::invalid_argument) {
        return malformed;
    }
    if (failure == std::errc{} && number >= 1 && number <= 65'535) return std::nullopt;
    return Misfit{"out_of_range", "port " + in_quotes(port) + " is not 1 to 65535"};
}

std::string_view to_string(Protocol protocol) noexcept
{
    switch (protocol) {
        case Protocol::plaintext: return "plaintext";
        case Protocol::tls: return "tls";
        case Protocol::sasl_plaintext: return "sasl_plaintext";
        case Protocol::sasl_tls: return "sasl_tls";
    }
    std::unreachable();
}

std::string_view to_string(Mechanism mechanism) noexcept
{
    switch (mechanism) {
        case Mechanism::plain: return "plain";
        case Mechanism::scram_sha_256: return "scram_sha_256";
        case Mechanism::scram_sha_512: return "scram_sha_512";
        case Mechanism::oauthbearer: return "oauthbearer";
    }
    std::unreachable();
}

void read_security(ObjectReader& reader,
                   const SecretSource* source,
                   bool allow_insecure,
                   ClusterConfig& cluster)
{
    using enum Protocol;
    cluster.protocol =
        reader.choice("protocol", cluster.protocol, {plaintext, tls, sasl_plaintext, sasl_tls});
    reader.object(
        "tls", [&](ObjectReader& inner) { cluster.tls = read_tls(inner, source, allow_insecure); });
    reader.object("sasl", [&](ObjectReader& inner) { cluster.sasl = read_sasl(inner, source); });
    if (source != nullptr) {
        reader.object("oauth",
                      [&](ObjectReader& inner) { cluster.oauth = read_oauth(inner, source); });
    }
    check_security(reader, cluster);
}

ClusterConfig read_cluster(const std::string& name,
                           ObjectReader& reader,
                           const SecretSource& secrets,
                           bool allow_insecure)
{
    using Count = Range<std::uint32_t>;
    ClusterConfig cluster;
    cluster.name = ClusterName{name};
    cluster.bootstrap = read_bootstrap(reader);
    cluster.cluster_id = ClusterId{reader.optional<std::string>("cluster_id", "")};
    reader.object("client", [&](ObjectReader& inner) { read_client(inner, cluster); });
    reader.object("security", [&](ObjectReader& inner) {
        read_security(inner, &secrets, allow_insecure, cluster);
    });
    reader.object("admin", [&](ObjectReader& inner) {
        auto& admin = cluster.admin;
        admin.per_second = inner.optional("per_second", admin.per_second, Count{1, 10'000});
        admin.in_flight = inner.optional("in_flight", admin.in_flight, Count{1, 100});
    });
    reader.object("links_topic",
                  [&](ObjectReader& inner) { cluster.links_topic = read_links_topic(inner); });
    if (!has_tls(cluster.protocol)) {
        reader.warn("security",
                    to_string(cluster.protocol),
                    "records" + std::string{has_sasl(cluster.protocol) ? " and passwords" : ""} +
                        " travel readable: say security.protocol tls or sasl_tls");
    }
    if (!is_config_name(name)) {
        reader.reject("", "bad_name", in_quotes(name) + " is not 1 to 40 of a-z, 0-9 and -");
    }
    return cluster;
}

std::string principal_of(const ClusterConfig& cluster)
{
    const auto user = [](const std::string& name) { return "user " + name; };
    if (has_sasl(cluster.protocol)) {
        const bool oauth = cluster.sasl.mechanism == Mechanism::oauthbearer;
        return user(oauth ? cluster.oauth.client_id : cluster.sasl.username);
    }
    if (!has_tls(cluster.protocol) || !has_certificate(cluster.tls)) return user("ANONYMOUS");
    const auto& file = cluster.tls.cert_file;
    return file.empty() ? "the user of its certificate" : "the user of certificate " + file;
}

}  // namespace strait::kafka
