#pragma once

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace strait::catalog {

// A member that changes, for people: texts as they are, all else as JSON, long ones cut.
struct FieldChange {
    std::string path;  // "versions/2.1.0/state"
    std::optional<std::string> before;
    std::optional<std::string> after;

    bool operator==(const FieldChange&) const = default;
};
BOOST_DESCRIBE_STRUCT(FieldChange, (), (path, before, after))

inline constexpr std::size_t shown_value_size_max = 120;

// What differs between two declarations of one thing, in the order of their members. What lists
// hold is compared by what tells it apart, wherever it stands, if it has something like that.
std::vector<FieldChange> field_changes(const boost::json::value& before,
                                       const boost::json::value& after);

}  // namespace strait::catalog
