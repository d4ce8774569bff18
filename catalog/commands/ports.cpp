#include "catalog/commands/ports.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/owned.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace strait::catalog {

namespace {

void check_topic(const std::string& pointer, std::string_view topic, Problems& problems)
{
    const bool legal = !topic.empty() && topic.size() <= topic_size_max && is_topic_text(topic) &&
                       topic != "." && topic != "..";
    if (!legal) reject(problems, pointer, "1 to 249 of a-z, A-Z, 0-9, \".\", \"_\" and \"-\"");
}

// Nobody is to learn that there is such a record of another.
Outcome<void> check_owned(Draft& draft, OrganisationId organisation, const DeclaredPort& port)
{
    const auto cluster = find_of<Cluster>(draft, organisation, port.cluster);
    if (!cluster || cluster->state == ClusterState::deleted) {
        return refuse(RefusalCode::not_found, to_string(port.cluster));
    }
    const auto& contract = port.contract;
    if (contract && !find_of<Contract>(draft, organisation, *contract)) {
        return refuse(RefusalCode::not_found, to_string(*contract));
    }
    return {};
}

}  // namespace

bool is_topic_text(std::string_view text)
{
    constexpr std::string_view allowed =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    return text.find_first_not_of(allowed) == std::string_view::npos;
}

void check_ports(const std::vector<DeclaredPort>& ports, Problems& problems)
{
    if (ports.empty() || ports.size() > ports_max) {
        reject(problems, "/ports", "1 to " + std::to_string(ports_max));
        return;
    }
    for (std::size_t i = 0; i < ports.size(); ++i) {
        const auto pointer = "/ports/" + std::to_string(i);
        check_topic(pointer + "/alias", ports[i].alias, problems);
        check_topic(pointer + "/topic", ports[i].topic, problems);
        check_choice(pointer + "/kinds", ports[i].kinds, problems);
        check_choice(pointer + "/rights", ports[i].rights, problems);
    }
}

Outcome<std::vector<OutputPort>> ports_of(Draft& draft,
                                          OrganisationId organisation,
                                          const std::vector<DeclaredPort>& declared,
                                          const std::vector<OutputPort>& before)
{
    std::vector<OutputPort> ports;
    ports.reserve(declared.size());
    for (const auto& each : declared) {
        if (const auto own = check_owned(draft, organisation, each); !own) {
            return refuse(own.error());
        }
        const auto same = std::ranges::find_if(before, [&](const OutputPort& port) {
            return port.cluster == each.cluster && port.topic == each.topic;
        });
        auto& port = ports.emplace_back();
        static_cast<DeclaredPort&>(port) = each;
        if (same == before.end()) continue;
        port.observed = same->observed;
        port.unknown = same->unknown;
    }
    return ports;
}

}  // namespace strait::catalog
