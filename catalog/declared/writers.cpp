#include "catalog/declared/writers.hpp"

#include "catalog/commands/applications.hpp"
#include "catalog/commands/clusters.hpp"
#include "catalog/commands/organisations.hpp"

#include <utility>

namespace strait::catalog {

namespace {

// What came of a command; what it was refused for goes to the findings.
template <AnyRecord T>
std::optional<Id<T::noun>> id_of(Writing& at,
                                 const Declaration& declaration,
                                 const Outcome<T>& done)
{
    if (done) return done->id;
    at.findings.add(declaration, done.error());
    return std::nullopt;
}

// Where it is reached, if that is to be another place.
bool take_addresses(Writing& at,
                    const Declaration& declaration,
                    const ClusterSpec& spec,
                    const std::optional<Cluster>& known)
{
    if (known && known->bootstrap == spec.bootstrap) return true;
    const auto problems = at.wanted.rules.check_addresses(spec.bootstrap);
    if (problems.empty()) return true;
    at.findings.add(declaration,
                    Refusal{.code = RefusalCode::invalid_request,
                            .detail = problems.text(),
                            .problems = problems.list()});
    return false;
}

std::optional<ClusterRules::Security> take_security(Writing& at,
                                                    const Declaration& declaration,
                                                    const ClusterSpec& spec)
{
    auto security = at.wanted.rules.split(spec.security);
    if (security) return *std::move(security);
    at.findings.add(declaration,
                    Refusal{.code = RefusalCode::invalid_request,
                            .detail = security.error().text(),
                            .problems = security.error().list()});
    return std::nullopt;
}

std::optional<ClusterId> edit_known(Writing& at,
                                    const Declaration& declaration,
                                    const ClusterSpec& spec,
                                    const Cluster& known)
{
    ClusterChanges changes;
    if (spec.bootstrap != known.bootstrap) changes.bootstrap = spec.bootstrap;
    // What is exported has no secrets: said again as it is, it keeps those that there are.
    if (spec.security != known.security) {
        auto security = take_security(at, declaration, spec);
        if (!security) return std::nullopt;
        const auto kept = secrets_of(at.draft, at.act, known.id);
        const bool same =
            kept && security->open == known.security && same_secrets(*kept, security->secrets);
        if (!same || changes.bootstrap) {
            changes.security = std::move(security->open);
            changes.secrets = std::move(security->secrets);
        }
    }
    return id_of(at, declaration, edit_cluster(at.draft, at.act, known.id, changes));
}

}  // namespace

std::optional<OrganisationId> write(Writing& at,
                                    const Declaration& declaration,
                                    const OrganisationSpec& spec)
{
    const auto own = at.draft.find<Organisation>(at.organisation);
    if (!own || own->name != declaration.name) {
        at.findings.add(declaration, "/metadata/name", "not_found", "declare your own alone");
        return std::nullopt;
    }
    return id_of(at, declaration, describe_organisation(at.draft, at.act, own->id, spec));
}

std::optional<ApplicationId> write(Writing& at,
                                   const Declaration& declaration,
                                   const ApplicationSpec& spec)
{
    auto& [draft, act, wanted, organisation, findings, failed] = at;
    const auto known = find_declared<Application>(at, declaration.name);
    const auto written =
        known ? describe_application(draft, act, known->id, spec)
              : create_application(
                    draft, act, {declaration.name, spec.title, spec.allow_ips, spec.roles});
    const auto id = id_of(at, declaration, written);
    if (!id || !spec.state) return id;
    const auto moved =
        move_to("application",
                written->state,
                *spec.state,
                act.actors(organisation, Scope::apps_write),
                [&](Verb verb) { return change_application(draft, act, *id, verb); });
    if (moved) return id;
    findings.add(declaration, moved.error(), "/spec/state");
    return std::nullopt;
}

std::optional<ClusterId> write(Writing& at, const Declaration& declaration, const ClusterSpec& spec)
{
    const auto known = find_declared<Cluster>(at, declaration.name);
    if (!take_addresses(at, declaration, spec, known)) return std::nullopt;
    if (known && known->state != ClusterState::deleted) {
        return edit_known(at, declaration, spec, *known);
    }
    auto security = take_security(at, declaration, spec);
    if (!security) return std::nullopt;
    NewCluster input{.name = declaration.name,
                     .bootstrap = spec.bootstrap,
                     .security = std::move(security->open),
                     .managed_by = ManagedBy::api,
                     .secrets = std::move(security->secrets)};
    return id_of(at, declaration, register_cluster(at.draft, at.act, input));
}

}  // namespace strait::catalog
