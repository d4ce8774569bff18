#include "catalog/records/semver.hpp"

#include <charconv>
#include <system_error>

namespace strait::catalog {

namespace {

// Takes a number off the front; false if there is none, or it has leading zeros.
bool take(std::string_view& text, std::uint32_t& number)
{
    const auto* const first = text.data();
    const auto [end, failure] = std::from_chars(first, first + text.size(), number);
    const auto size = static_cast<std::size_t>(end - first);
    if (failure != std::errc{} || (size > 1 && text.front() == '0')) return false;
    text.remove_prefix(size);
    return true;
}

bool take_dot(std::string_view& text)
{
    const bool found = text.starts_with('.');
    if (found) text.remove_prefix(1);
    return found;
}

}  // namespace

std::string to_string(const Semver& version)
{
    return std::to_string(version.major) + "." + std::to_string(version.minor) + "." +
           std::to_string(version.patch);
}

std::optional<Semver> semver_from(std::string_view text)
{
    Semver version;
    const bool good = take(text, version.major) && take_dot(text) && take(text, version.minor) &&
                      take_dot(text) && take(text, version.patch) && text.empty();
    if (!good) return std::nullopt;
    return version;
}

bool SemverRange::contains(const Semver& version) const
{
    if (!compatible || version < from) return version == from;
    return version.major == from.major && (from.major > 0 || version.minor == from.minor);
}

std::string to_string(const SemverRange& range)
{
    return (range.compatible ? "^" : "") + to_string(range.from);
}

std::optional<SemverRange> semver_range_from(std::string_view text)
{
    const bool compatible = text.starts_with('^');
    if (compatible) text.remove_prefix(1);
    const auto from = semver_from(text);
    if (!from) return std::nullopt;
    return SemverRange{.from = *from, .compatible = compatible};
}

}  // namespace strait::catalog
