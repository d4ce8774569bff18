#pragma once

#include "catalog/records/record.hpp"
#include "catalog/records/semver.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strait::catalog {

BOOST_DEFINE_ENUM_CLASS(SchemaType, json, avro, protobuf)
BOOST_DEFINE_ENUM_CLASS(ValueForm, auto_, json, text, binary)

// A text is stored once, under the SHA-256 of its bytes in hexadecimal.
struct SchemaReference {
    std::string name;
    std::string sha256;
    boost::json::object unknown{};

    bool operator==(const SchemaReference&) const = default;
};
BOOST_DESCRIBE_STRUCT(SchemaReference, (), (name, sha256))

struct Schema {
    SchemaType type = SchemaType::json;
    std::string sha256;
    std::vector<SchemaReference> references;
    boost::json::object unknown{};

    bool operator==(const Schema&) const = default;
};
BOOST_DESCRIBE_STRUCT(Schema, (), (type, sha256, references))

struct ContractField {
    std::string path;
    std::string classification;
    std::vector<std::string> tags;
    boost::json::object unknown{};

    bool operator==(const ContractField&) const = default;
};
BOOST_DESCRIBE_STRUCT(ContractField, (), (path, classification, tags))

struct ServiceLevel {
    std::string property;
    std::uint32_t percentile = 0;
    std::int64_t value = 0;
    std::string unit;
    boost::json::object unknown{};

    bool operator==(const ServiceLevel&) const = default;
};
BOOST_DESCRIBE_STRUCT(ServiceLevel, (), (property, percentile, value, unit))

// What the records of a port look like. Immutable once it is active.
struct Contract : Record<Noun::contract, ContractState> {
    std::string name;
    Semver version;
    std::optional<Schema> schema;
    std::optional<Schema> key_schema;
    std::vector<ContractField> fields;
    std::vector<ServiceLevel> sla;
    ValueForm values = ValueForm::auto_;
    std::string event_type;
    boost::json::object extra;  // of a foreign document, kept

    bool operator==(const Contract&) const = default;
};
BOOST_DESCRIBE_STRUCT(Contract,
                      (Record<Noun::contract, ContractState>),
                      (name, version, schema, key_schema, fields, sla, values, event_type, extra))

}  // namespace strait::catalog
