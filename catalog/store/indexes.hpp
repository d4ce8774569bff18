#pragma once

#include "catalog/records/access.hpp"
#include "catalog/records/cluster.hpp"
#include "catalog/records/contract.hpp"
#include "catalog/records/offer.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/product.hpp"
#include "catalog/store/keys.hpp"

#include <compare>
#include <string>
#include <vector>

// What else the database holds because of a record: found from the record alone, so that it changes
// with it in one write, and can be made again.
namespace strait::catalog {

struct Entry {
    Family family{};
    std::string key;
    std::string value;

    auto operator<=>(const Entry&) const = default;
};

std::vector<Entry> entries_of(const Organisation& record);
std::vector<Entry> entries_of(const User& record);
std::vector<Entry> entries_of(const Application& record);
std::vector<Entry> entries_of(const Invitation& record);
std::vector<Entry> entries_of(const Credential& record);
std::vector<Entry> entries_of(const Cluster& record);
std::vector<Entry> entries_of(const DataProduct& record);
std::vector<Entry> entries_of(const ProductVersion& record);
std::vector<Entry> entries_of(const Contract& record);
std::vector<Entry> entries_of(const Offer& record);
std::vector<Entry> entries_of(const AccessRequest& record);
std::vector<Entry> entries_of(const Agreement& record);
std::vector<Entry> entries_of(const Subscription& record);

}  // namespace strait::catalog
