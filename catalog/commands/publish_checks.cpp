#include "catalog/commands/publish_checks.hpp"

#include "catalog/commands/owned.hpp"
#include "catalog/commands/products.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace strait::catalog {

namespace {

using Failures = std::vector<std::string>;

// Of one program; with more of them nobody is told apart from who made one.
constexpr std::size_t program_keys_max = 1'000;

// A key of a program is as good as the program: who made either may be the one behind it.
bool may_act_as(Draft& draft, const Principal& person, const Principal& author)
{
    if (person == author) return true;
    if (author.kind != Principal::Kind::application) return false;
    const auto program = draft.find<Application>(ApplicationId{author.bits});
    if (!program || program->created_by == person) return true;
    const auto keys =
        draft.all_below<Credential>(Family::index, principal_key(author), program_keys_max + 1);
    return keys.size() > program_keys_max ||
           std::ranges::find(keys, person, &Credential::created_by) != keys.end();
}

// The second pair of eyes is a person's, and none of those that wrote the version.
bool is_reviewer(Draft& draft, const Act& act, const ProductVersion& version)
{
    if (act.actor.kind != Principal::Kind::user) return false;
    for (const auto& author :
         {std::optional{version.created_by}, version.edited_by, version.submitted_by}) {
        if (author && may_act_as(draft, act.actor, *author)) return false;
    }
    return true;
}

void check_review(Draft& draft, const Act& act, const ProductVersion& version, Failures& failures)
{
    const auto owner = draft.find<Organisation>(version.organisation);
    if (owner && owner->settings.review != Review::four_eyes) return;
    if (version.state != VersionState::in_review || !is_reviewer(draft, act, version)) {
        failures.emplace_back(
            "a person who is not among its authors has to publish it, after :submit");
    }
}

void check_port(Draft& draft,
                OrganisationId organisation,
                const OutputPort& port,
                Failures& failures)
{
    const auto place = "port " + port.alias + ": ";
    const auto cluster = find_of<Cluster>(draft, organisation, port.cluster);
    if (!cluster || cluster->state != ClusterState::verified) {
        failures.push_back(place + "its cluster is not verified");
    }
    if (!port.observed) failures.push_back(place + "its topic has not been seen on the cluster");
    const auto& contract_id = port.contract;
    if (!contract_id) return;
    const auto contract = find_of<Contract>(draft, organisation, *contract_id);
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
    if (product.summary.empty()) failures.emplace_back("the product has no summary");
    if (product.support.empty()) failures.emplace_back("the product has no support contact");
    check_review(draft, act, version, failures);
    for (const auto& port : version.ports) {
        check_port(draft, version.organisation, port, failures);
    }
    check_aliases(draft, version, failures);
    check_schemas(draft, version, failures);
    return failures;
}

}  // namespace strait::catalog
