#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace strait::catalog {

// major.minor.patch of semver.org 2.0.0; without pre-releases and builds, which nothing here needs.
struct Semver {
    std::uint32_t major = 0;
    std::uint32_t minor = 0;
    std::uint32_t patch = 0;

    auto operator<=>(const Semver&) const = default;
};

std::string to_string(const Semver& version);
std::optional<Semver> semver_from(std::string_view text);  // "2.1.0", without leading zeros

// Which versions an offer is of: "2.1.0" for one, "^2.1.0" for it and what is compatible with it:
// later ones of the same major, or, below 1.0.0, of the same minor number.
struct SemverRange {
    Semver from;
    bool compatible = false;

    [[nodiscard]] bool contains(const Semver& version) const;

    bool operator==(const SemverRange&) const = default;
};

std::string to_string(const SemverRange& range);
std::optional<SemverRange> semver_range_from(std::string_view text);

}  // namespace strait::catalog
