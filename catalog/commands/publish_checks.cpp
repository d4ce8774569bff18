#include "catalog/commands/publish_checks.hpp"

#include "catalog/commands/products.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace strait::catalog {

namespace {

using Failures = std::vector<std::string>;

void check_review(Draft& draft, const Act& act, const ProductVersion& version, Failures& failures)
{
    const auto owner = draft.find<Organisation>(version.organisation);
    if (!owner || owner->settings.review != Review::four_eyes) return;
    const bool reviewed = version.state == VersionState::in_review &&
                          version.created_by != act.actor && version.submitted_by != act.actor;
    if (!reviewed) {
        failures.emplace_back("somebody else than its author has to publish it, after :submit");
    }
}

void check_port(Draft& draft, const OutputPort& port, Failures& failures)
{
    const auto place = "port " + port.alias + ": ";
    const auto cluster = draft.find<Cluster>(port.cluster);
    if (!cluster || cluster->state != ClusterState::verified) {
        failures.push_back(place + "its cluster is not verified");
    }
    if (!port.observed) failures.push_back(place + "its topic has not been seen on the cluster");
    const auto& contract_id = port.contract;
    if (!contract_id) return;
    const auto contract = draft.find<Contract>(*contract_id);
    if (!contract || contract->state != ContractState::active) {
        failures.push_back(place + "its contract is not active");
    }
}

// Consumers rely on the names: one goes only with the version that has it (catalog.md 19, 6).
void check_aliases(Draft& draft, const ProductVersion& version, Failures& failures)
{
    std::set<std::string> aliases;
    for (const auto& port : version.ports) {
        if (!aliases.insert(port.alias).second) {
            failures.push_back("port " + port.alias + ": two ports have this alias");
        }
    }
    for (const auto& other : versions_of(draft, version.product)) {
        if (other.state != VersionState::published ||
            other.version.major != version.version.major) {
            continue;
        }
        for (const auto& port : other.ports) {
            if (aliases.contains(port.alias)) continue;
            failures.push_back("port " + port.alias + " of " + to_string(other.version) +
                               " is missing: keep it, or step the major version");
        }
    }
}

bool same_schema(const OutputPort& one, const OutputPort& other)
{
    return one.contract == other.contract && one.format == other.format;
}

// Until schemas are compared, a changed one takes a major step, or the owner's word.
void check_schemas(Draft& draft, const ProductVersion& version, Failures& failures)
{
    if (version.compatible) return;
    for (const auto& other : versions_of(draft, version.product)) {
        if (other.state != VersionState::published ||
            other.version.major != version.version.major) {
            continue;
        }
        for (const auto& port : version.ports) {
            const auto before = std::ranges::find(other.ports, port.alias, &OutputPort::alias);
            if (before == other.ports.end() || same_schema(*before, port)) continue;
            failures.push_back("port " + port.alias + ": its schema differs from that of " +
                               to_string(other.version) +
                               ": step the major version, or say \"compatible\": true");
        }
    }
}

}  // namespace

std::vector<ProductVersion> versions_of(Draft& draft, ProductId product)
{
    return draft.all_named<ProductVersion>(Family::index, version_key(product), versions_max);
}

std::vector<std::string> find_unpublishable(Draft& draft,
                                            const Act& act,
                                            const DataProduct& product,
                                            const ProductVersion& version)
{
    Failures failures;
    if (product.text.summary.empty()) failures.emplace_back("the product has no summary");
    if (product.text.support.empty()) failures.emplace_back("the product has no support contact");
    check_review(draft, act, version, failures);
    for (const auto& port : version.ports) check_port(draft, port, failures);
    check_aliases(draft, version, failures);
    check_schemas(draft, version, failures);
    return failures;
}

}  // namespace strait::catalog
