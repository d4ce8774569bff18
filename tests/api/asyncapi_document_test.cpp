#include "api/catalog/asyncapi_document.hpp"

#include "tests/support/environment.hpp"
#include "tests/support/temp_folder.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What is generated is what stands in golden/asyncapi, and `./dev lint` has AsyncAPI's own parser
// read that.
namespace strait::api {
namespace {

namespace json = boost::json;
using catalog::Format;
using catalog::SchemaType;
using catalog::StreamRight;

constexpr auto order_schema = R"({
  "$schema": "http://json-schema.org/draft-07/schema#", "$id": "https://acme.example/order.json",
  "type": "object", "required": ["id"],
  "definitions": {"money": {"type": "object", "properties": {"minor": {"type": "integer"}}}},
  "properties": {"id": {"type": "string"}, "total": {"$ref": "#/definitions/money"},
                 "parent": {"$ref": "#"}}})";
constexpr auto order_record =
    R"({"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]})";
constexpr auto order_message = "syntax = \"proto3\";\nmessage Order { string id = 1; }\n";

DescribedStreams some_streams()
{
    return {.id = "urn:strait:prd_1",
            .title = "acme/orders",
            .version = "2.1.0",
            .description = "Every order accepted in the web shop.",
            .tags = {"retail", "orders"},
            .servers = {},
            .streams = {},
            .extensions = {{"x-strait", json::object{{"product", "prd_1"}, {"owner", "acme"}}}}};
}

DescribedStream stream(std::string alias, std::optional<StreamSchema> value = {})
{
    DescribedStream described;
    described.topic = alias;
    described.alias = std::move(alias);
    described.rights = {StreamRight::consume};
    described.format = Format::json;
    described.value = std::move(value);
    return described;
}

// Every format, with and without schemas of value and key, to be read, written, or both, within
// Kafka and without.
DescribedStreams all_forms()
{
    constexpr std::array formats{
        Format::json, Format::avro, Format::protobuf, Format::text, Format::binary};
    const std::vector<std::optional<StreamSchema>> values{
        std::nullopt,
        StreamSchema{SchemaType::json, order_schema},
        StreamSchema{SchemaType::avro, order_record},
        StreamSchema{SchemaType::protobuf, order_message},
        StreamSchema{SchemaType::json, order_schema, false}};
    const std::vector<std::optional<StreamSchema>> keys{
        std::nullopt,
        StreamSchema{SchemaType::json, R"({"type": "string"})"},
        StreamSchema{SchemaType::avro, R"("string")"}};
    auto described = some_streams();
    std::size_t number = 0;
    for (const auto format : formats) {
        for (const auto& value : values) {
            for (const auto& key : keys) {
                auto made = stream("stream." + std::to_string(++number), value);
                made.format = format;
                made.key = key;
                made.key_format = number % 2 == 0 ? Format::text : Format::binary;
                if (number % 3 == 0) made.partitions = 12;
                if (number % 4 == 0) made.rights = {StreamRight::consume, StreamRight::publish};
                if (number % 5 == 0) made.rights = {StreamRight::publish};
                made.in_kafka = number % 7 != 0;
                described.streams.push_back(std::move(made));
            }
        }
    }
    return described;
}

DescribedStreams mirrored()
{
    auto described = some_streams();
    described.id = "urn:strait:sub_1";
    described.title = "acme/orders for globex/checkout";
    described.servers = {
        {.host = "k1.globex.example:9093", .protocol = "kafka-secure", .security = "scramSha512"},
        {.host = "k2.globex.example:9093", .protocol = "kafka-secure", .security = "scramSha512"},
        {.host = "k3.globex.example:9092", .protocol = "kafka", .security = ""}};
    auto orders = stream("orders", StreamSchema{SchemaType::json, order_schema});
    orders.topic = "acme.orders";
    orders.partitions = 12;
    described.streams = {std::move(orders)};
    return described;
}

void expect_golden(const DescribedStreams& described, const std::string& name)
{
    const auto text = json::serialize(asyncapi_document(described)) + "\n";
    const auto file = testing::source_dir() / "tests/api/golden/asyncapi" / name;
    if (testing::read_file(file) == text) return;
    const auto made = std::filesystem::temp_directory_path() / name;
    testing::write_file(made, text);
    ADD_FAILURE() << "is not as in " << file << ": what it is now is in " << made;
}

json::value document_with(StreamSchema schema)
{
    auto described = some_streams();
    described.streams = {stream("orders", std::move(schema))};
    return asyncapi_document(described);
}

TEST(AsyncapiDocument, IsAsItWas)
{
    expect_golden(all_forms(), "all-forms.json");
    expect_golden(mirrored(), "mirrored.json");
    expect_golden(some_streams(), "no-streams.json");
}

TEST(AsyncapiDocument, TakesTheReferencesOfASchemaAlong)
{
    const auto document = document_with({SchemaType::json, order_schema});

    const std::string place = "#/components/messages/orders/payload/schema";
    const auto& schema = document.at_pointer(place.substr(1));
    EXPECT_EQ(schema.at_pointer("/properties/total/$ref").as_string(),
              place + "/definitions/money");
    EXPECT_EQ(schema.at_pointer("/properties/parent/$ref").as_string(), place);
    EXPECT_FALSE(schema.as_object().contains("$id")) << "it would move where they count from";
}

TEST(AsyncapiDocument, LeavesAsTextWhatOthersCouldNotRead)
{
    const std::string_view elsewhere = R"({"properties": {"a": {"$ref": "http://x.example/a"}}})";
    const std::string_view anchor = R"({"$ref": "#money"})";
    const std::string_view newer =
        R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"})";
    for (const auto text : {elsewhere, anchor, newer, std::string_view{"no json"}}) {
        const auto document = document_with({SchemaType::json, std::string{text}});
        const auto& message = document.at_pointer("/components/messages/orders").as_object();
        EXPECT_FALSE(message.contains("payload")) << text;
        EXPECT_EQ(message.at("x-strait-schema").at("text").as_string(), text);
    }
}

}  // namespace
}  // namespace strait::api
