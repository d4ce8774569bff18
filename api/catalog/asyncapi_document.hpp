#pragma once

#include "catalog/records/contract.hpp"
#include "catalog/records/product.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// Streams as AsyncAPI describes them: https://www.asyncapi.com/docs/reference/specification/v3.1.0,
// with the Kafka bindings 0.5.0.
namespace strait::api {

// As the text that its contract has; what is of no use without other texts is not `whole`.
struct StreamSchema {
    catalog::SchemaType type{};
    std::string text;
    bool whole = true;
};

struct DescribedStream {
    std::string alias;
    std::string topic;  // as those know it for whom the document is
    bool in_kafka = true;
    std::vector<catalog::StreamRight> rights;
    catalog::Format format = catalog::Format::binary;
    catalog::Format key_format = catalog::Format::binary;
    std::optional<std::uint32_t> partitions{};
    std::optional<StreamSchema> value{};
    std::optional<StreamSchema> key{};
};

struct DescribedServer {
    std::string host;      // HOST:PORT
    std::string protocol;  // "kafka", "kafka-secure"
    std::string security;  // a type of AsyncAPI's security schemes, "scramSha512"; empty: none
};

struct DescribedStreams {
    std::string id;  // a URI
    std::string title;
    std::string version;
    std::string description{};
    std::vector<std::string> tags{};
    std::vector<DescribedServer> servers{};
    std::vector<DescribedStream> streams{};
    boost::json::object extensions{};  // "x-strait-...", of the document
};

// The document, in members and order that follow from the value alone. A schema that AsyncAPI's own
// tools could not read, because it is of another dialect than JSON Schema draft-07 or refers to
// other documents, stands in the extension `x-strait-schema` instead: a document that is not valid
// is of no use, and nobody's tool is made to fetch what an address in a schema names.
boost::json::object asyncapi_document(const DescribedStreams& described);

}  // namespace strait::api
