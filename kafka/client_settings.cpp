#include "kafka/client_settings.hpp"

#include "kafka/handle.hpp"

#include <librdkafka/rdkafka.h>

#include <array>
#include <utility>

namespace strait::kafka {

namespace {

std::string to_setting(Protocol protocol)
{
    switch (protocol) {
        case Protocol::plaintext: return "plaintext";
        case Protocol::tls: return "ssl";
        case Protocol::sasl_plaintext: return "sasl_plaintext";
        case Protocol::sasl_tls: return "sasl_ssl";
    }
    std::unreachable();
}

std::string to_setting(Mechanism mechanism)
{
    switch (mechanism) {
        case Mechanism::plain: return "PLAIN";
        case Mechanism::scram_sha_256: return "SCRAM-SHA-256";
        case Mechanism::scram_sha_512: return "SCRAM-SHA-512";
        case Mechanism::oauthbearer: return "OAUTHBEARER";
    }
    std::unreachable();
}

void set_unless_empty(ClientSettings& settings, const char* name, const std::string& value)
{
    if (!value.empty()) settings[name] = value;
}

void add_tls(ClientSettings& settings, const TlsConfig& tls)
{
    set_unless_empty(settings, "ssl.ca.location", tls.ca_file);
    set_unless_empty(settings, "ssl.certificate.location", tls.cert_file);
    set_unless_empty(settings, "ssl.key.location", tls.key_file);
    set_unless_empty(settings, "ssl.ca.pem", tls.ca_pem);
    set_unless_empty(settings, "ssl.certificate.pem", tls.cert_pem);
    set_unless_empty(settings, "ssl.key.pem", tls.key_pem.reveal());
    set_unless_empty(settings, "ssl.key.password", tls.key_password.reveal());
    settings["ssl.endpoint.identification.algorithm"] = tls.verify_hostname ? "https" : "none";
}

void add_sasl(ClientSettings& settings, const SaslConfig& sasl, const OauthConfig& oauth)
{
    settings["sasl.mechanism"] = to_setting(sasl.mechanism);
    if (sasl.mechanism != Mechanism::oauthbearer) {
        settings["sasl.username"] = sasl.username;
        settings["sasl.password"] = sasl.password.reveal();
        return;
    }
    settings["sasl.oauthbearer.method"] = "oidc";
    settings["sasl.oauthbearer.token.endpoint.url"] = oauth.token_url;
    settings["sasl.oauthbearer.client.id"] = oauth.client_id;
    settings["sasl.oauthbearer.client.secret"] = oauth.client_secret.reveal();
    set_unless_empty(settings, "sasl.oauthbearer.scope", oauth.scope);
}

std::string joined(const std::vector<std::string>& names)
{
    std::string all;
    for (const auto& name : names) all += (all.empty() ? "" : ",") + name;
    return all;
}

}  // namespace

ClientSettings client_settings(const ClusterConfig& cluster)
{
    ClientSettings settings{
        {"bootstrap.servers", joined(cluster.bootstrap)},
        {"client.id", cluster.client_id},
        {"socket.timeout.ms", std::to_string(cluster.socket_timeout.count())},
        {"socket.keepalive.enable", "true"},
        {"topic.metadata.refresh.interval.ms", "30000"},
        {"allow.auto.create.topics", "false"},
        {"security.protocol", to_setting(cluster.protocol)},
    };
    settings.guard = cluster.guard;
    set_unless_empty(settings, "client.rack", cluster.rack);
    const auto protocol = cluster.protocol;
    if (protocol == Protocol::tls || protocol == Protocol::sasl_tls) {
        add_tls(settings, cluster.tls);
    }
    if (protocol == Protocol::sasl_plaintext || protocol == Protocol::sasl_tls) {
        add_sasl(settings, cluster.sasl, cluster.oauth);
    }
    return settings;
}

std::optional<std::string> why_refused(const std::string& name, const std::string& value)
{
    const ConfHandle conf{rd_kafka_conf_new()};
    std::array<char, 512> reason{};
    const auto code =
        rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), reason.data(), reason.size());
    if (code == RD_KAFKA_CONF_OK) return std::nullopt;
    std::string text{reason.data()};
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
}

std::string library_version() { return rd_kafka_version_str(); }

}  // namespace strait::kafka
