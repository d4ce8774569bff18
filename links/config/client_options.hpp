#pragma once

#include "core/object_reader.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace strait::links {

enum class Side { source, target };

// Reads the settings of librdkafka that a link may tune on one side, the member `name` of `reader`.
// Those that the protocol of links.md 4.1 rests on are refused with their reason, and so is every
// name that is not on the list, and every value that librdkafka does not take.
std::map<std::string, std::string> read_client_options(ObjectReader& reader,
                                                       std::string_view name,
                                                       Side side);

// The names on the list, sorted.
std::vector<std::string_view> tunable_options(Side side);

}  // namespace strait::links
