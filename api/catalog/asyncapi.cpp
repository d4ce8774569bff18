#include "api/catalog/asyncapi.hpp"

#include "catalog/records/contract.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/people.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace strait::api {

namespace {

namespace json = boost::json;
using catalog::DataProduct;
using catalog::DeliveryKind;
using catalog::Draft;
using catalog::OutputPort;

std::optional<StreamSchema> schema_of(Draft& draft, const std::optional<catalog::Schema>& schema)
{
    if (!schema) return std::nullopt;
    auto text = draft.find_text(schema->sha256);
    if (!text) return std::nullopt;
    return StreamSchema{schema->type, *std::move(text), schema->references.empty()};
}

DescribedStream stream_of(Draft& draft, const OutputPort& port)
{
    DescribedStream stream;
    stream.alias = port.alias;
    stream.topic = port.alias;
    stream.in_kafka = std::ranges::find(port.kinds, DeliveryKind::kafka_mirror) != port.kinds.end();
    stream.rights = port.rights;
    stream.format = port.format;
    stream.key_format = port.key_format;
    if (const auto& observed = port.observed) stream.partitions = observed->partitions;
    const auto contract =
        port.contract ? draft.find<catalog::Contract>(*port.contract) : std::nullopt;
    if (contract) {
        stream.value = schema_of(draft, contract->schema);
        stream.key = schema_of(draft, contract->key_schema);
    }
    return stream;
}

// That of the file, as it is kept without its secrets.
std::string_view text_at(const json::object& object, std::string_view member)
{
    const auto* const value = object.if_contains(member);
    const auto* const text = value != nullptr ? value->if_string() : nullptr;
    return text != nullptr ? std::string_view{*text} : std::string_view{};
}

// A type of AsyncAPI's security schemes.
std::string_view scheme_of(const json::object& security)
{
    if (!text_at(security, "protocol").starts_with("sasl")) return "";
    const auto* const sasl = security.if_contains("sasl");
    if (sasl == nullptr || !sasl->is_object()) return "";
    const auto mechanism = text_at(sasl->get_object(), "mechanism");
    if (mechanism == "scram_sha_256") return "scramSha256";
    return mechanism == "scram_sha_512" ? "scramSha512" : "plain";
}

std::string name_of(Draft& draft, catalog::OrganisationId id)
{
    const auto organisation = draft.find<catalog::Organisation>(id);
    return organisation ? organisation->name : to_string(id);
}

}  // namespace

std::vector<DescribedStream> streams_of(Draft& draft, const std::vector<OutputPort>& ports)
{
    std::vector<DescribedStream> streams;
    streams.reserve(ports.size());
    for (const auto& port : ports) streams.push_back(stream_of(draft, port));
    return streams;
}

std::vector<DescribedServer> servers_of(const catalog::Cluster& cluster)
{
    const auto protocol = text_at(cluster.security, "protocol");
    const bool secure = protocol == "tls" || protocol == "sasl_tls";
    std::vector<DescribedServer> servers;
    servers.reserve(cluster.bootstrap.size());
    for (const auto& host : cluster.bootstrap) {
        servers.push_back({.host = host,
                           .protocol = secure ? "kafka-secure" : "kafka",
                           .security = std::string{scheme_of(cluster.security)}});
    }
    return servers;
}

DescribedStreams described_product(Draft& draft,
                                   const DataProduct& product,
                                   const catalog::ProductVersion& version)
{
    const auto owner = name_of(draft, product.organisation);
    const auto id = to_string(product.id);
    return {.id = "urn:strait:" + id,
            .title = owner + "/" + product.name,
            .version = to_string(version.version),
            .description = product.description.empty() ? product.summary : product.description,
            .tags = product.tags,
            .streams = streams_of(draft, version.ports),
            .extensions = {{"x-strait", json::object{{"product", id}, {"owner", owner}}}}};
}

DescribedStreams described_subscription(Draft& draft, const catalog::Subscription& subscription)
{
    const auto product = draft.find<DataProduct>(subscription.product);
    const auto version = draft.find<catalog::ProductVersion>(subscription.version);
    const auto application = draft.find<catalog::Application>(subscription.application);
    const auto id = to_string(subscription.id);
    DescribedStreams described{
        .id = "urn:strait:" + id,
        .title = name_of(draft, subscription.provider) + "/" + (product ? product->name : "") +
                 " for " + name_of(draft, subscription.organisation) + "/" +
                 (application ? application->name : ""),
        .version = version ? to_string(version->version) : "",
        .description = product ? product->summary : "",
        .tags = product ? product->tags : std::vector<std::string>{},
        .streams = streams_of(draft, subscription.ports),
        .extensions = {{"x-strait",
                        json::object{{"subscription", id},
                                     {"agreement", to_string(subscription.agreement)},
                                     {"ends_at", written(subscription.ends_at)}}}}};
    const bool mirrored = subscription.kind == DeliveryKind::kafka_mirror;
    for (auto& stream : described.streams) {
        stream.in_kafka = mirrored;
        stream.rights = subscription.rights;
        stream.topic = mirrored ? subscription.target.prefix + stream.alias : stream.alias;
    }
    const auto target = mirrored ? draft.find<catalog::Cluster>(
                                       subscription.target.cluster.value_or(catalog::ClusterId{}))
                                 : std::nullopt;
    if (target) described.servers = servers_of(*target);
    return described;
}

}  // namespace strait::api
