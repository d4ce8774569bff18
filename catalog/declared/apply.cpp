#include "catalog/declared/apply.hpp"

#include "catalog/declared/exported.hpp"
#include "catalog/declared/writers.hpp"

#include <boost/mp11/algorithm.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace strait::catalog {

namespace {

// The record that a spec is of.
template <class S>
using RecordOf = boost::mp11::mp_at<
    boost::mp11::mp_list<Organisation, Application, Cluster, Contract, DataProduct, Offer>,
    boost::mp11::mp_find<Spec, S>>;

// As it is declared: what the two of before and after are compared by.
template <AnyRecord T>
boost::json::value shown(Draft& draft, const std::optional<T>& record)
{
    if (!record) return nullptr;
    auto json = to_json(spec_of(draft, *record), Purpose::shown);
    if (!record->labels.empty()) {
        json.as_object().emplace("labels", to_json(record->labels, Purpose::shown));
    }
    return json;
}

template <AnyRecord T>
void label(Draft& draft, Id<T::noun> id, const Labels& labels)
{
    auto record = draft.find<T>(id);
    if (!record || record->labels == labels) return;
    record->labels = labels;
    draft.put(*record);
}

bool is_own(Writing& at, const Declaration& declaration)
{
    const auto own = at.draft.find<Organisation>(at.organisation);
    if (own && (declaration.organisation.empty() || declaration.organisation == own->name)) {
        return true;
    }
    at.findings.add(declaration,
                    "/metadata/organisation",
                    "not_found",
                    "only what is " + (own ? own->name : std::string{"your own"}) + "'s");
    return false;
}

// What the versions below a product became is a change of it, too.
template <AnyRecord T>
bool is_touched(const Draft& draft, const T& record)
{
    return record.revision == draft.revision();
}

template <class S>
void declare(Writing& at,
             const Declaration& declaration,
             const S& spec,
             std::vector<DeclaredChange>& changes)
{
    using T = RecordOf<S>;
    const auto before = find_declared<T>(at, full_name(declaration));
    const auto was = shown(at.draft, before);
    const auto id = is_own(at, declaration) ? write(at, declaration, spec) : std::nullopt;
    if (!id) {
        at.failed.emplace(T::noun, full_name(declaration));
        return;
    }
    label<T>(at.draft, *id, declaration.labels);
    const auto after = at.draft.find<T>(*id);
    DeclaredChange change{.change = before ? ChangeKind::same : ChangeKind::create,
                          .kind = std::string{declaration.kind()},
                          .name = full_name(declaration),
                          .id = to_string(*id),
                          .fields = {}};
    if (before && after) {
        change.fields = field_changes(was, shown(at.draft, after));
        // What is not shown: secrets.
        if (change.fields.empty() && is_touched(at.draft, *after)) {
            change.fields.push_back({.path = "security", .before = {}, .after = {}});
        }
        if (!change.fields.empty()) change.change = ChangeKind::update;
    }
    changes.push_back(std::move(change));
}

// Those of one's own that something becomes of.
std::vector<std::string> subscriptions_in(const Writing& at)
{
    const auto prefix = prefix_of(Noun::subscription);
    std::set<std::string> ids;
    for (const auto& each : at.draft.touched()) {
        if (each.organisation == at.organisation && each.object.starts_with(prefix)) {
            ids.insert(each.object);
        }
    }
    return {ids.begin(), ids.end()};
}

bool is_to_be_published(Draft& draft,
                        const std::optional<DataProduct>& product,
                        const VersionSpec& spec)
{
    if (spec.state != VersionState::published) return false;
    if (!product) return true;
    const auto known =
        draft.find_by<ProductVersion>(Family::index, version_key(product->id, spec.version));
    return !known || known->state == VersionState::draft || known->state == VersionState::in_review;
}

}  // namespace

Outcome<Applied> apply(Draft& draft, const Act& act, const Wanted& wanted)
{
    Writing at{.draft = draft,
               .act = act,
               .wanted = wanted,
               .organisation = act.organisation.value_or(whole_exchange)};
    Applied applied;
    for (const auto& declaration : wanted.declarations) {
        std::visit([&](const auto& spec) { declare(at, declaration, spec, applied.changes); },
                   declaration.spec);
    }
    if (wanted.prune && at.findings.empty()) {
        std::ranges::move(end_undeclared(at), std::back_inserter(applied.changes));
    }
    if (!at.findings.empty()) return refuse(at.findings.refusal());
    applied.subscriptions = subscriptions_in(at);
    draft.names("apply", to_string(at.organisation));
    return applied;
}

Outcome<UnseenTopics> unseen_topics(Draft& draft,
                                    const Act& act,
                                    const std::vector<Declaration>& declarations)
{
    const Wanted nothing;
    Writing at{.draft = draft,
               .act = act,
               .wanted = nothing,
               .organisation = act.organisation.value_or(whole_exchange)};
    UnseenTopics unseen;
    if (!act.actors(at.organisation, Scope::products_write).contains(Actor::provider))
        return unseen;
    std::size_t count = 0;
    for (const auto& declaration : declarations) {
        const auto* const spec = std::get_if<ProductSpec>(&declaration.spec);
        if (spec == nullptr) continue;
        const auto product = find_declared<DataProduct>(at, declaration.name);
        for (const auto& version : spec->versions) {
            if (!is_to_be_published(draft, product, version)) continue;
            for (const auto& port : version.ports) {
                const auto cluster = find_declared<Cluster>(at, port.cluster);
                if (!cluster || cluster->state != ClusterState::verified) continue;
                count += unseen[cluster->id].insert(port.topic).second ? 1 : 0;
            }
        }
    }
    if (count <= unseen_topics_max) return unseen;
    return refuse(RefusalCode::invalid_request,
                  "more than " + std::to_string(unseen_topics_max) +
                      " topics to be published at once: apply them in parts");
}

}  // namespace strait::catalog
