#pragma once

#include <cstdint>
#include <string_view>

namespace strait::links {

// Who made a link: only that owner changes or deletes it, while verbs work on all (links.md 8).
// The numbers are those of the store. DO NOT CHANGE.
enum class ManagedBy : std::uint8_t { config = 0, api = 1, catalog = 2 };

// The word for people, for REST and for the log.
std::string_view to_string(ManagedBy owner) noexcept;

}  // namespace strait::links
