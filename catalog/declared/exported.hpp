#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/declared/declaration.hpp"
#include "catalog/records/contract.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <string>

// What there is, as it would be declared: applying it changes nothing.
namespace strait::catalog {

inline constexpr std::size_t exported_max = 10'000;

OrganisationSpec spec_of(Draft& draft, const Organisation& organisation);
ApplicationSpec spec_of(Draft& draft, const Application& application);
ClusterSpec spec_of(Draft& draft, const Cluster& cluster);
ContractSpec spec_of(Draft& draft, const Contract& contract);
ProductSpec spec_of(Draft& draft, const DataProduct& product);
OfferSpec spec_of(Draft& draft, const Offer& offer);

// As ports call it: "orders-value@2.1.0".
std::string full_name(const Contract& contract);

// What the organisation of the caller has of each kind that it may look at as a whole, in the order
// of kinds and names. What is over is left out, and so are clusters of the configuration file.
// RefusalCode::in_use for more than `exported_max` of a kind.
Outcome<boost::json::array> export_all(Draft& draft, const Act& act);

}  // namespace strait::catalog
