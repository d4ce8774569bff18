#pragma once

#include "core/object_reader.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace strait::links {

// `config_sync` of a link: which configs of its topics follow the source, besides those that a
// mirror needs in any case.
struct ConfigSyncConfig {
    bool enabled = true;
    std::chrono::milliseconds interval{60'000};  // of what a mirror needs, too
    std::set<std::string> also;                  // of the class `synced`
    std::set<std::string> never;                 // the same

    bool operator==(const ConfigSyncConfig&) const = default;
};

ConfigSyncConfig read_config_sync(ObjectReader& reader);

// `acl_sync` of a link: whether those who may read a topic may read its mirror.
struct AclSyncConfig {
    bool enabled = false;
    std::chrono::milliseconds interval{60'000};
    bool groups = false;                            // those that are synced may be read as well
    std::map<std::string, std::string> principals;  // of the source: what they are at the target
    std::uint32_t removal_percent = 50;             // of our ACLs; more are not removed at once

    bool operator==(const AclSyncConfig&) const = default;
};

AclSyncConfig read_acl_sync(ObjectReader& reader);

}  // namespace strait::links
