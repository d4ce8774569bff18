#pragma once

#include "core/object_reader.hpp"

#include <chrono>
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

}  // namespace strait::links
