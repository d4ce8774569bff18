#include "kafka/cluster_security.hpp"

#include <boost/json/serialize.hpp>

#include <array>
#include <utility>

namespace strait::kafka {

namespace json = boost::json;

namespace {

struct SecretMember {
    const char* object;
    const char* name;

    [[nodiscard]] std::string key() const { return std::string{object} + '.' + name; }
};

constexpr std::array secret_members{
    SecretMember{"sasl", "password"},
    SecretMember{"tls", "key"},
    SecretMember{"tls", "key_password"},
};

// Only texts are taken out: after a check there are no others.
ClusterSecrets take_secrets(json::object& security)
{
    ClusterSecrets secrets;
    for (const auto& member : secret_members) {
        auto* const object = security.if_contains(member.object);
        auto* const members = object == nullptr ? nullptr : object->if_object();
        const auto* const value = members == nullptr ? nullptr : members->if_contains(member.name);
        if (value == nullptr || !value->is_string()) continue;
        secrets.emplace(member.key(), Secret{std::string{value->get_string()}});
        members->erase(member.name);
    }
    return secrets;
}

json::object put_back(const ClusterSecurity& security)
{
    auto whole = security.open;
    for (const auto& member : secret_members) {
        const auto secret = security.secrets.find(member.key());
        if (secret == security.secrets.end()) continue;
        auto& object = whole[member.object];
        if (!object.is_object()) object.emplace_object();
        object.get_object().insert_or_assign(member.name, secret->second.reveal());
    }
    return whole;
}

void read(const json::object& security, ClusterConfig& cluster, Problems& problems)
{
    const auto text = json::serialize(json::object{{"security", security}});
    if (text.size() > security_bytes_max) {
        problems.add(Spot{.place = "body", .pointer = "/security"},
                     "too_large",
                     "at most " + std::to_string(security_bytes_max) + " bytes");
        return;
    }
    const auto document = parse_json(text, "body", problems);
    if (!problems.empty()) return;
    ObjectReader body{document, "", problems};
    body.object("security",
                [&](ObjectReader& reader) { read_security(reader, nullptr, false, cluster); });
}

}  // namespace

std::expected<ClusterSecurity, Problems> split_security(const json::object& security)
{
    ClusterConfig read_only;
    Problems problems;
    read(security, read_only, problems);
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    ClusterSecurity split{.open = security, .secrets = {}};
    split.secrets = take_secrets(split.open);
    return split;
}

Result<ClusterConfig> with_security(ClusterConfig cluster, const ClusterSecurity& security)
{
    Problems problems;
    read(put_back(security), cluster, problems);
    if (!problems.empty()) {
        const auto& first = problems.list().front();
        return fail(Errc::invalid_argument, first.pointer + ": " + first.code);
    }
    return cluster;
}

}  // namespace strait::kafka
