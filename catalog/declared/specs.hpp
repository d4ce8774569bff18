#pragma once

#include "catalog/inputs/contract_inputs.hpp"
#include "catalog/inputs/people_inputs.hpp"
#include "catalog/inputs/publishing_inputs.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <variant>
#include <vector>

// What is said of records in a file (catalog.md 9): the members of REST, in the order in which they
// are exported. What a record of the same organisation is called stands for its id; other
// organisations are named by their ids, because nobody may find out which there are.
namespace strait::catalog {

using OrganisationSpec = OrganisationText;

// `state`, here and below: where to bring it; empty: it stays as it is, or begins.
struct ApplicationSpec : ApplicationText {
    std::optional<ApplicationState> state;
};
BOOST_DESCRIBE_STRUCT(ApplicationSpec, (ApplicationText), (state))

// Without secrets where it is exported. Whether it is verified nobody says but the exchange.
struct ClusterSpec {
    std::vector<std::string> bootstrap;
    boost::json::object security;
};
BOOST_DESCRIBE_STRUCT(ClusterSpec, (), (bootstrap, security))

struct ContractSpec {
    Semver version;
    std::optional<ContractState> state;
    std::optional<NewSchema> schema;
    std::optional<NewSchema> key_schema;
    std::vector<ContractField> fields;
    std::vector<ServiceLevel> sla;
    ValueForm values = ValueForm::auto_;
    std::string event_type;
    boost::json::object extra;
};
BOOST_DESCRIBE_STRUCT(ContractSpec,
                      (),
                      (version, state, schema, key_schema, fields, sla, values, event_type, extra))

struct PortSpec {
    std::string alias;
    std::string cluster;  // its name
    std::string topic;
    std::vector<StreamRight> rights;
    std::vector<DeliveryKind> kinds;
    Format format = Format::binary;
    Format key_format = Format::binary;
    std::optional<std::string> contract;  // "orders-value@2.1.0"
};
BOOST_DESCRIBE_STRUCT(PortSpec,
                      (),
                      (alias, cluster, topic, rights, kinds, format, key_format, contract))

struct VersionSpec {
    Semver version;
    std::optional<VersionState> state;
    std::optional<Timestamp> sunset_at;  // of one that is deprecated
    std::string changelog;
    bool compatible = false;
    std::vector<PortSpec> ports;
};
BOOST_DESCRIBE_STRUCT(VersionSpec, (), (version, state, sunset_at, changelog, compatible, ports))

// Versions that are not named stay as they are.
struct ProductSpec : ProductText {
    bool listed = true;
    std::vector<VersionSpec> versions;
};
BOOST_DESCRIBE_STRUCT(ProductSpec, (ProductText), (listed, versions))

struct OfferSpec {
    std::string product;  // its name
    SemverRange versions;
    std::optional<OfferState> state;
    Plan plan;
    Policy policy;
    std::optional<NewTerms> terms;  // the newest
};
BOOST_DESCRIBE_STRUCT(OfferSpec, (), (product, versions, state, plan, policy, terms))

// In the order in which they are made: each names only what stands before it.
using Spec = std::
    variant<OrganisationSpec, ApplicationSpec, ClusterSpec, ContractSpec, ProductSpec, OfferSpec>;

}  // namespace strait::catalog
