#pragma once

#include "catalog/declared/specs.hpp"
#include "catalog/records/record.hpp"
#include "core/object_reader.hpp"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// What somebody writes down of what there is to be, {kind, metadata, spec} for each (catalog.md 9).
namespace strait::catalog {

inline constexpr std::size_t declarations_max = 1'000;

// By the place of its spec in `Spec`.
inline constexpr std::array<std::string_view, std::variant_size_v<Spec>> kind_words{
    "Organisation", "Application", "Cluster", "Contract", "DataProduct", "Offer"};

// The label of what is declared together: what is no longer declared goes by it alone.
inline constexpr auto set_label = "strait/apply";

inline constexpr std::size_t labels_max = 32;
inline constexpr std::size_t label_key_size_max = 63;
inline constexpr std::size_t label_value_size_max = 255;

struct Declaration {
    std::string name;
    std::string organisation;  // its name; empty: that of whoever declares it
    Labels labels;
    Spec spec;
    std::string pointer;  // "/documents/3"

    [[nodiscard]] std::string_view kind() const { return kind_words.at(spec.index()); }
};

// What it is told apart by: its name, and of a contract also its version, "orders-value@2.1.0".
std::string full_name(const Declaration& declaration);

// Those of the member `documents`, in the order in which they are made. Pure: whether what they
// name is there is for apply() to say. All that is wrong goes to the problems of the reader, by
// pointer.
std::vector<Declaration> read_declarations(ObjectReader& body);

}  // namespace strait::catalog
