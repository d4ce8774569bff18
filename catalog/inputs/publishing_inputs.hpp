#pragma once

#include "catalog/commands/clusters.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/inputs/people_inputs.hpp"
#include "catalog/inputs/read_input.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

// What callers send about what an organisation publishes.
namespace strait::catalog {

// POST /v1/clusters
BOOST_DESCRIBE_STRUCT(NewCluster, (), (name, bootstrap, security))

// PATCH of one: `security` as a whole
BOOST_DESCRIBE_STRUCT(ClusterChanges, (), (bootstrap, security))

// POST /v1/products
struct ProductInput : ProductText {
    std::string name;
};
BOOST_DESCRIBE_STRUCT(ProductInput, (ProductText), (name))

// PATCH of a version: what its owner may say otherwise while it is a draft.
struct VersionText {
    std::vector<DeclaredPort> ports;
    std::string changelog;
    bool compatible = false;
};
BOOST_DESCRIBE_STRUCT(VersionText, (), (ports, changelog, compatible))

// POST /v1/products/{}/versions
struct VersionInput : VersionText {
    Semver version;
};
BOOST_DESCRIBE_STRUCT(VersionInput, (VersionText), (version))

// POST .../versions/{}:deprecate
struct SunsetInput : ReasonInput {
    std::optional<Timestamp> sunset_at;
};
BOOST_DESCRIBE_STRUCT(SunsetInput, (ReasonInput), (sunset_at))

BOOST_DESCRIBE_STRUCT(NewTerms, (), (title, text, accept_by))
BOOST_DESCRIBE_STRUCT(NewOffer, (), (name, product, versions, plan, policy, terms))
BOOST_DESCRIBE_STRUCT(OfferDraft, (), (versions, plan, policy))

}  // namespace strait::catalog
