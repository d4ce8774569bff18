#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <span>
#include <string>
#include <string_view>

// What the catalog answers, as a person reads it. Control characters of it never reach a terminal.
namespace strait::exchange {

struct Column {
    std::string_view title;
    std::string_view pointer;  // RFC 6901, into the item
};

// A line for each item, below the titles.
std::string list_view(std::span<const Column> columns, const boost::json::array& items);

// A line for each member: "plan.kinds  kafka_mirror".
std::string record_view(const boost::json::value& record);

}  // namespace strait::exchange
