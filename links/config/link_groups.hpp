#pragma once

#include "core/ids.hpp"
#include "core/object_reader.hpp"
#include "links/config/name_pattern.hpp"

#include <chrono>
#include <string_view>
#include <vector>

namespace strait::links {

// What is done with a group that was used at the target, and with one that is gone at the source.
enum class OnDiverged { hold, overwrite };
enum class OnSourceDelete { keep, remove };

std::string_view to_string(OnDiverged policy) noexcept;
std::string_view to_string(OnSourceDelete policy) noexcept;

// `links[].groups`: whose positions the link keeps at the target (links.md 7).
struct GroupsConfig {
    bool enabled = true;
    std::vector<NamePattern> include{*NamePattern::parse("*")};
    std::vector<NamePattern> exclude;
    std::chrono::milliseconds interval{5'000};
    OnDiverged on_diverged = OnDiverged::hold;
    OnSourceDelete on_source_delete = OnSourceDelete::keep;

    // A literal beats a pattern, and at equal rank exclude wins, as for topics.
    [[nodiscard]] bool selects(const GroupName& group) const;

    bool operator==(const GroupsConfig&) const = default;
};

GroupsConfig read_groups(ObjectReader& reader);

}  // namespace strait::links
