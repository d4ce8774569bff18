#pragma once

#include <cstdint>
#include <string_view>

namespace strait::links {

// What a link promises of each record, and by what means: transactions, or the reports alone, for
// targets that have none (links.md 4.6). The numbers are those of the store. DO NOT CHANGE.
enum class Delivery : std::uint8_t { exactly_once = 0, at_least_once = 1 };

// The word of the file, of REST and of the log.
std::string_view to_string(Delivery delivery) noexcept;

// What readers of the target have to know about it; empty where nothing is left to know.
std::string_view caveat_of(Delivery delivery) noexcept;

}  // namespace strait::links
