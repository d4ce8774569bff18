#pragma once

#include <cstdint>
#include <string_view>

namespace strait::links {

// What is wanted of a link, by an operator or by the catalog. The numbers are those of
// `_strait.links`. DO NOT CHANGE.
enum class Desired : std::uint8_t { running, paused, promoted, failed_over };

std::string_view to_string(Desired desired) noexcept;

// True if the link's topics are ordinary ones from then on: where each was cut off, its newest
// checkpoint says.
[[nodiscard]] constexpr bool is_cut(Desired desired) noexcept
{
    return desired == Desired::promoted || desired == Desired::failed_over;
}

}  // namespace strait::links
