#include "exchange/api_config.hpp"

#include "api/channel.hpp"
#include "core/document.hpp"
#include "core/secret_members.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <utility>

namespace strait::exchange {

namespace {

constexpr std::size_t secret_key_bytes_min = 32;

std::optional<ServerTls> read_tls(ObjectReader& reader, const SecretSource& secrets)
{
    SecretMembers members{reader, secrets};
    for (const auto* const name : {"cert_file", "key_file"}) reader.expect(name);
    ServerTls tls{.certificate = members.text("cert_file", false),
                  .key = Secret{members.text("key_file", true)}};
    for (const auto* const name : {"cert_file", "key_file"}) {
        if (reader.has_text(name, "")) reader.reject(name, "out_of_range", "it names no file");
    }
    if (tls.certificate.empty() || tls.key.empty()) return std::nullopt;
    if (auto made = api::make_tls(tls.certificate, tls.key.reveal()); !made) {
        reader.reject("key_file", "out_of_range", made.error().detail());
    }
    return tls;
}

// "https://x.example:8443", and nothing behind the authority.
bool is_base_url(std::string_view text)
{
    for (const std::string_view scheme : {"https://", "http://"}) {
        if (!text.starts_with(scheme)) continue;
        text.remove_prefix(scheme.size());
        constexpr auto authority = "abcdefghijklmnopqrstuvwxyz0123456789.-:[]";
        return !text.empty() && text.find_first_not_of(authority) == std::string_view::npos;
    }
    return false;
}

std::vector<Network> read_cluster_networks(ObjectReader& reader)
{
    constexpr std::size_t count_max = 64;
    std::vector<Network> networks;
    std::size_t count = 0;
    reader.texts("cluster_networks", [&](const std::string& text, const Spot& spot) {
        ++count;
        const auto network = Network::parse(text);
        if (network) {
            networks.push_back(*network);
        } else {
            reader.problems().add(
                spot, "wrong_type", in_quotes(text) + " is no network, like 10.0.0.0/8");
        }
    });
    if (count > count_max) {
        reader.reject("cluster_networks", "out_of_range", "at most " + std::to_string(count_max));
    }
    return networks;
}

}  // namespace

ApiConfig read_api(ObjectReader& reader, const SecretSource& secrets)
{
    ApiConfig api;
    const auto text = reader.optional<std::string>("listen", "");
    api.listen = address_of(text);
    if (!api.listen && !text.empty()) {
        reader.reject("listen",
                      "wrong_type",
                      in_quotes(text) + " is not ADDRESS:PORT, like 0.0.0.0:8443 or [::]:8443");
    }
    reader.object("tls", [&](ObjectReader& in) { api.tls = read_tls(in, secrets); });
    api.url = reader.optional<std::string>("url", "");
    if (!api.url.empty() && !is_base_url(api.url)) {
        reader.reject(
            "url", "out_of_range", in_quotes(api.url) + " is nothing like https://x.example:8443");
    }
    const auto count = [&](std::string_view name, api::RateLimit& limit) {
        limit.count = reader.optional(name, limit.count, Range<std::uint32_t>{1, 1'000'000});
    };
    count("reads_per_second", api.limits.reads);
    count("writes_per_second", api.limits.writes);
    count("organisation_reads_per_second", api.limits.organisation_reads);
    count("organisation_writes_per_second", api.limits.organisation_writes);
    count("anonymous_per_minute", api.limits.anonymous);
    if (!api.listen) return api;
    const auto ip = boost::asio::ip::make_address(api.listen->host);
    if (!ip.is_loopback() && !reader.has("tls")) {
        reader.reject("tls",
                      "missing",
                      "keys would cross the network in clear: say cert_file and key_file, or "
                      "listen on 127.0.0.1");
    }
    if (ip.is_unspecified() && api.url.empty()) {
        reader.reject(
            "url", "missing", "where others reach this door, like https://x.example:8443");
    }
    return api;
}

CatalogConfig read_catalog(ObjectReader& reader, const SecretSource& secrets)
{
    CatalogConfig catalog;
    const bool has_key = reader.has("secret_key_file") || reader.has("secret_key_env");
    auto key = SecretMembers{reader, secrets}.secret("secret_key");
    if (!key.empty() && key.reveal().size() < secret_key_bytes_min) {
        reader.reject("secret_key_file",
                      "out_of_range",
                      "less than 32 bytes can be guessed: head -c 32 /dev/urandom | base64");
    }
    if (has_key) catalog.secret_key = std::move(key);
    catalog.cluster_networks = read_cluster_networks(reader);
    catalog.partner_join = reader.optional("partner_join", catalog.partner_join);
    return catalog;
}

}  // namespace strait::exchange
