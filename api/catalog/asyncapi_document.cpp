#include "api/catalog/asyncapi_document.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace strait::api {

namespace {

namespace json = boost::json;
using catalog::Format;
using catalog::SchemaType;
using catalog::StreamRight;

constexpr auto binding_version = "0.5.0";
constexpr std::size_t schema_depth_max = 64;  // that of bodies, in which it came

std::string_view content_type_of(Format format)
{
    switch (format) {
        case Format::json: return "application/json";
        case Format::avro: return "application/vnd.apache.avro";
        case Format::protobuf: return "application/vnd.google.protobuf";
        case Format::text: return "text/plain";
        case Format::binary: break;
    }
    return "application/octet-stream";
}

std::string_view schema_format_of(SchemaType type)
{
    switch (type) {
        case SchemaType::json: return "application/schema+json;version=draft-07";
        case SchemaType::avro: return "application/vnd.apache.avro+json;version=1.9.0";
        case SchemaType::protobuf: break;
    }
    return "application/vnd.google.protobuf;version=3";
}

bool is_draft_07(const json::value& schema)
{
    const auto* const object = schema.if_object();
    const auto* const dialect = object != nullptr ? object->if_contains("$schema") : nullptr;
    if (dialect == nullptr) return true;
    const auto* const text = dialect->if_string();
    return text != nullptr && std::string_view{*text}.contains("/draft-07/");
}

// References count from the begin of the document that they are in, which is no longer the schema:
// `place` is where that stands in it. False if one leads out of the schema.
bool rebase_references(json::value& value, std::string_view place)
{
    if (auto* const list = value.if_array()) {
        return std::ranges::all_of(*list,
                                   [&](auto& each) { return rebase_references(each, place); });
    }
    auto* const object = value.if_object();
    if (object == nullptr) return true;
    object->erase("$id");  // it would move the place that references count from
    if (auto* const reference = object->if_contains("$ref")) {
        const auto* const text = reference->if_string();
        if (text == nullptr || !text->starts_with("#") ||
            (text->size() > 1 && text->at(1) != '/')) {
            return false;
        }
        *reference = std::string{"#"}.append(place).append(std::string_view{*text}.substr(1));
    }
    return std::ranges::all_of(
        *object, [&](auto& member) { return rebase_references(member.value(), place); });
}

// Nothing if AsyncAPI's tools could not read it.
std::optional<json::value> embedded(const StreamSchema& schema, std::string_view place)
{
    if (!schema.whole) return std::nullopt;
    if (schema.type == SchemaType::protobuf) return json::value(schema.text);
    boost::system::error_code wrong;
    auto value =
        json::parse(schema.text, wrong, {}, json::parse_options{.max_depth = schema_depth_max});
    if (wrong) return std::nullopt;
    if (schema.type == SchemaType::avro) return value;
    if (!is_draft_07(value) || !rebase_references(value, place)) return std::nullopt;
    return value;
}

void add_payload(const DescribedStream& stream, json::object& message)
{
    if (!stream.value) return;
    const auto place = "/components/messages/" + stream.alias + "/payload/schema";
    auto schema = embedded(*stream.value, place);
    if (!schema) {
        message.emplace(
            "x-strait-schema",
            json::object{{"type", to_string(stream.value->type)}, {"text", stream.value->text}});
        return;
    }
    message.emplace("payload",
                    json::object{{"schemaFormat", schema_format_of(stream.value->type)},
                                 {"schema", *std::move(schema)}});
}

// Bindings take the schema of a key as AsyncAPI's own, which is that of JSON.
void add_key(const DescribedStream& stream, json::object& binding)
{
    if (stream.key && stream.key->type == SchemaType::json) {
        const auto place = "/components/messages/" + stream.alias + "/bindings/kafka/key";
        if (auto schema = embedded(*stream.key, place)) {
            binding.emplace("key", *std::move(schema));
            return;
        }
    }
    if (stream.key_format == Format::text) {
        binding.emplace("key", json::object{{"type", "string"}});
    }
}

json::object message_of(const DescribedStream& stream)
{
    json::object message{{"name", stream.alias}, {"contentType", content_type_of(stream.format)}};
    add_payload(stream, message);
    if (stream.in_kafka) {
        json::object binding;
        add_key(stream, binding);
        binding.emplace("bindingVersion", binding_version);
        message.emplace("bindings", json::object{{"kafka", std::move(binding)}});
    }
    return message;
}

json::object reference_to(std::string path) { return {{"$ref", std::move(path)}}; }

json::object channel_of(const DescribedStream& stream, const json::array& servers)
{
    json::object channel{{"address", stream.topic}};
    if (!servers.empty()) channel.emplace("servers", servers);
    channel.emplace(
        "messages",
        json::object{{stream.alias, reference_to("#/components/messages/" + stream.alias)}});
    if (stream.in_kafka) {
        json::object binding{{"topic", stream.topic}};
        if (const auto partitions = stream.partitions) binding.emplace("partitions", *partitions);
        binding.emplace("bindingVersion", binding_version);
        channel.emplace("bindings", json::object{{"kafka", std::move(binding)}});
    }
    return channel;
}

// What whoever has the document does with the stream.
void add_operations(const DescribedStream& stream, json::object& operations)
{
    for (const auto right : stream.rights) {
        const bool reads = right == StreamRight::consume;
        const auto channel = "#/channels/" + stream.alias;
        operations.emplace(
            (reads ? "receive-" : "send-") + stream.alias,
            json::object{
                {"action", reads ? "receive" : "send"},
                {"channel", reference_to(channel)},
                {"messages", json::array{reference_to(channel + "/messages/" + stream.alias)}}});
    }
}

json::object info_of(const DescribedStreams& described)
{
    json::object info{{"title", described.title}, {"version", described.version}};
    if (!described.description.empty()) info.emplace("description", described.description);
    json::array tags;
    for (const auto& tag : described.tags) tags.push_back(json::object{{"name", tag}});
    if (!tags.empty()) info.emplace("tags", std::move(tags));
    return info;
}

// Brokers of one cluster: each is a server of its own.
void add_servers(const std::vector<DescribedServer>& servers,
                 json::object& document,
                 json::object& components,
                 json::array& references)
{
    json::object shown;
    json::object schemes;
    for (std::size_t i = 0; i < servers.size(); ++i) {
        const auto& server = servers[i];
        const auto name = i == 0 ? std::string{"mirror"} : "mirror-" + std::to_string(i + 1);
        json::object body{{"host", server.host}, {"protocol", server.protocol}};
        if (!server.security.empty()) {
            schemes.insert_or_assign(server.security, json::object{{"type", server.security}});
            body.emplace(
                "security",
                json::array{reference_to("#/components/securitySchemes/" + server.security)});
        }
        shown.emplace(name, std::move(body));
        references.push_back(reference_to("#/servers/" + name));
    }
    if (!shown.empty()) document.emplace("servers", std::move(shown));
    if (!schemes.empty()) components.emplace("securitySchemes", std::move(schemes));
}

}  // namespace

json::object asyncapi_document(const DescribedStreams& described)
{
    json::object document{
        {"asyncapi", "3.1.0"}, {"id", described.id}, {"info", info_of(described)}};
    json::object components;
    json::array servers;
    add_servers(described.servers, document, components, servers);
    json::object channels;
    json::object operations;
    json::object messages;
    for (const auto& stream : described.streams) {
        channels.emplace(stream.alias, channel_of(stream, servers));
        messages.emplace(stream.alias, message_of(stream));
        add_operations(stream, operations);
    }
    document.emplace("channels", std::move(channels));
    document.emplace("operations", std::move(operations));
    components.emplace("messages", std::move(messages));
    document.emplace("components", std::move(components));
    for (const auto& [name, value] : described.extensions) document.emplace(name, value);
    return document;
}

}  // namespace strait::api
