#pragma once

#include "catalog/records/organisation.hpp"
#include "catalog/records/record.hpp"
#include "catalog/records/semver.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// What an organisation publishes: a product, in versions, each with the topics that it consists of.
namespace strait::catalog {

BOOST_DEFINE_ENUM_CLASS(Classification, public_, internal, confidential, restricted)
BOOST_DEFINE_ENUM_CLASS(AudienceKind, public_, private_, organisations)

// Who may see the product at all; the owner always does.
struct Audience {
    AudienceKind kind = AudienceKind::private_;
    std::vector<OrganisationId> organisations;
    boost::json::object unknown{};

    bool operator==(const Audience&) const = default;
};
BOOST_DESCRIBE_STRUCT(Audience, (), (kind, organisations))

// What the owner says of a product, and may say otherwise at any time.
struct ProductText {
    std::string title;
    std::string summary;
    std::string description;
    std::string domain;
    std::vector<std::string> tags;
    Classification classification = Classification::internal;
    bool pii = false;
    Audience audience;
    std::vector<Contact> support;
    std::vector<std::string> cors_origins;

    bool operator==(const ProductText&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProductText,
                      (),
                      (title,
                       summary,
                       description,
                       domain,
                       tags,
                       classification,
                       pii,
                       audience,
                       support,
                       cors_origins))

// Its state is that of the best of its versions: published, deprecated, in_review, draft, retired.
struct DataProduct : Record<Noun::product, VersionState>, ProductText {
    std::string name;
    bool listed = true;  // false: found by nobody, and live subscriptions go on

    bool operator==(const DataProduct&) const = default;
};
BOOST_DESCRIBE_STRUCT(DataProduct,
                      (Record<Noun::product, VersionState>, ProductText),
                      (name, listed))

BOOST_DEFINE_ENUM_CLASS(StreamRight, consume, publish)
BOOST_DEFINE_ENUM_CLASS(DeliveryKind, kafka_mirror, http_pull, http_sse, websocket, webhook)
BOOST_DEFINE_ENUM_CLASS(Format, json, avro, protobuf, text, binary)

// The topic as its cluster showed it last.
struct ObservedTopic {
    std::string topic_id;
    std::uint32_t partitions = 0;
    std::int64_t retention_ms = 0;
    boost::json::object unknown{};

    bool operator==(const ObservedTopic&) const = default;
};
BOOST_DESCRIBE_STRUCT(ObservedTopic, (), (topic_id, partitions, retention_ms))

// What the owner says of a topic that a version has. Only the owner sees the cluster and the real
// name.
struct DeclaredPort {
    std::string alias;  // as consumers call it
    ClusterId cluster;
    std::string topic;
    std::vector<StreamRight> rights;
    std::vector<DeliveryKind> kinds;
    Format format = Format::binary;
    Format key_format = Format::binary;
    std::optional<ContractId> contract{};
    boost::json::object unknown{};

    bool operator==(const DeclaredPort&) const = default;
};
BOOST_DESCRIBE_STRUCT(DeclaredPort,
                      (),
                      (alias, cluster, topic, rights, kinds, format, key_format, contract))

struct OutputPort : DeclaredPort {
    std::optional<ObservedTopic> observed;

    bool operator==(const OutputPort&) const = default;
};
BOOST_DESCRIBE_STRUCT(OutputPort, (DeclaredPort), (observed))

struct ProductVersion : Record<Noun::version, VersionState> {
    ProductId product;
    Semver version;
    std::vector<OutputPort> ports;
    std::string changelog;
    bool compatible = false;  // the owner says so of a changed schema within a major version
    std::optional<Timestamp> deprecated_at;
    std::optional<Timestamp> sunset_at;
    std::optional<Semver> replaced_by;
    std::optional<Principal> edited_by;  // who did so last
    std::optional<Principal> submitted_by;

    bool operator==(const ProductVersion&) const = default;
};
BOOST_DESCRIBE_STRUCT(ProductVersion,
                      (Record<Noun::version, VersionState>),
                      (product,
                       version,
                       ports,
                       changelog,
                       compatible,
                       deprecated_at,
                       sunset_at,
                       replaced_by,
                       edited_by,
                       submitted_by))

}  // namespace strait::catalog
