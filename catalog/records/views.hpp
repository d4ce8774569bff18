#pragma once

#include "catalog/records/access.hpp"
#include "catalog/records/json_codec.hpp"
#include "catalog/records/record.hpp"

#include <boost/json/value.hpp>

#include <vector>

// What each organisation that is concerned with a record sees of it (catalog.md 3).
namespace strait::catalog {

struct View {
    OrganisationId organisation;
    boost::json::value json;
};

// Its owner sees all of it.
template <AnyRecord T>
std::vector<View> views_of(const T& record, Purpose purpose)
{
    return {{record.organisation, to_json(record, purpose)}};
}

// What is between two: neither sees which person of the other side decided. The provider does not
// see where its records go, nor from where they are read, nor who of the consumer asked and
// accepted its terms, nor the consumer's labels; the consumer does not see from which cluster and
// topic they come. One view, of everything, where a unit shares with itself. What
// is shown says whose view it is: `side`.
std::vector<View> views_of(const AccessRequest& record, Purpose purpose);
std::vector<View> views_of(const Agreement& record, Purpose purpose);

// Its receipt is shown without `audit_seq`, which counts the exchange's chain, and no side's own.
std::vector<View> views_of(const Subscription& record, Purpose purpose);

// As those see it who may ask for what it offers, and who are not its owner: they learn neither who
// of the owner made it nor who else it is for.
boost::json::object offered_view(const Offer& record);

// Null for an organisation that is not concerned with it.
template <AnyRecord T>
boost::json::value view_of(const T& record, OrganisationId organisation, Purpose purpose)
{
    for (auto& view : views_of(record, purpose)) {
        if (view.organisation == organisation) return std::move(view.json);
    }
    return nullptr;
}

}  // namespace strait::catalog
