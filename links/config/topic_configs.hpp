#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace strait::links {

// What a link does with a config of its topics (links.md 3).
enum class ConfigClass {
    required,  // as at the source, or the mirror is not exact; nobody can switch it off
    held,      // as exact mirroring needs it, until promotion brings the source's values
    synced,    // as at the source, if the link is to follow it
    never,     // the target's own
};

std::string_view to_string(ConfigClass of) noexcept;

// Of any name: what is in no other class may be synced.
ConfigClass class_of_config(std::string_view name) noexcept;

// Those of which exactly this is known. The required ones that concern compaction alone count only
// where the source compacts.
std::span<const std::string_view> required_configs() noexcept;
std::span<const std::string_view> compaction_configs() noexcept;
std::span<const std::string_view> held_configs() noexcept;
std::span<const std::string_view> synced_by_default() noexcept;

inline constexpr std::string_view record_limit_config = "max.message.bytes";
inline constexpr std::string_view cleanup_config = "cleanup.policy";

// What a held config is kept at. REQUIRES: it is one.
std::string_view held_at(std::string_view name) noexcept;

// Why the link leaves no choice about a config, for people; absent if it does.
std::optional<std::string> why_not_to_choose(std::string_view name);

}  // namespace strait::links
