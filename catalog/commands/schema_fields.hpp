#pragma once

#include "catalog/records/contract.hpp"
#include "catalog/records/refusal.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <string_view>

// What is inside a schema.
namespace strait::catalog {

inline constexpr std::size_t field_path_size_max = 1'024;

// The paths of the fields that a schema has, as "customer.email"; what is in a list or a map counts
// as a field of it. References to other schemas are not followed. RefusalCode::schema_invalid, with
// `pointer` and where in the text, for what is no schema of that type, or has more than `count_max`
// fields. Of protobuf the text is not read: none.
Outcome<std::set<std::string>> fields_of(SchemaType type,
                                         std::string_view text,
                                         std::string_view pointer,
                                         std::size_t count_max);

}  // namespace strait::catalog
