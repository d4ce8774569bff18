#pragma once

#include "catalog/records/organisation.hpp"
#include "catalog/records/people.hpp"
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

}  // namespace strait::catalog
