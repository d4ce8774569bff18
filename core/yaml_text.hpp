#pragma once

#include <boost/json/value.hpp>

#include <string>

namespace strait {

// The value as YAML in block style, with its end of line: parse_yaml() reads it as the same JSON
// again, and so do readers of YAML 1.1 and 1.2. A text of several lines stands as it is. The same
// value is always the same bytes.
std::string yaml_of(const boost::json::value& value);

}  // namespace strait
