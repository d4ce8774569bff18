#include "catalog/commands/applications.hpp"
#include "catalog/commands/clusters.hpp"
#include "catalog/commands/contracts.hpp"
#include "catalog/commands/drafts.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/declared/exported.hpp"
#include "catalog/declared/writers.hpp"

#include <set>
#include <utility>

namespace strait::catalog {

namespace {

// Of applications, whose removal would cancel what they have.
Outcome<void> check_unused(Draft& draft, const Application& application)
{
    std::vector<std::string> live;
    for (const auto& each :
         draft.of_organisation<Subscription>(application.organisation, Draft::unlimited)) {
        if (each.application == application.id && is_live(each.state)) {
            live.push_back(to_string(each.id));
        }
    }
    if (live.empty()) return {};
    return refuse(Refusal{.code = RefusalCode::in_use,
                          .detail = application.name + " has subscriptions: cancel them first",
                          .named = std::move(live)});
}

// Whether there was something to end.
Outcome<bool> end(Writing& at, const Offer& offer)
{
    if (offer.state == OfferState::closed) return false;
    const auto closed = change_offer(at.draft, at.act, offer.id, Verb::close);
    if (!closed) return refuse(closed.error());
    return true;
}

Outcome<bool> end(Writing& at, const DataProduct& product)
{
    const auto removed = remove_product(at.draft, at.act, product.id);
    if (removed) return true;
    if (removed.error().code != RefusalCode::in_use) return refuse(removed.error());
    if (!product.listed) return false;
    const auto unlisted = list_product(at.draft, at.act, product.id, false);
    if (!unlisted) return refuse(unlisted.error());
    return true;
}

Outcome<bool> end(Writing& at, const Contract& contract)
{
    if (contract.state != ContractState::active) return false;
    const auto deprecated = change_contract(at.draft, at.act, contract.id, Verb::deprecate);
    if (!deprecated) return refuse(deprecated.error());
    return true;
}

Outcome<bool> end(Writing& at, const Cluster& cluster)
{
    if (cluster.state == ClusterState::deleted) return false;
    const auto removed = change_cluster(at.draft, at.act, cluster.id, Verb::remove);
    if (!removed) return refuse(removed.error());
    return true;
}

Outcome<bool> end(Writing& at, const Application& application)
{
    if (application.state == ApplicationState::deleted) return false;
    if (const auto unused = check_unused(at.draft, application); !unused) {
        return refuse(unused.error());
    }
    const auto removed = change_application(at.draft, at.act, application.id, Verb::remove);
    if (!removed) return refuse(removed.error());
    return true;
}

class Pruning {
  public:
    explicit Pruning(Writing& at) : at_{at}
    {
        for (const auto& each : at.wanted.declarations) {
            declared_.emplace(each.kind(), full_name(each));
            if (const auto set = each.labels.find(set_label); set != each.labels.end()) {
                sets_.emplace(set->second, &each);
            }
        }
    }

    template <AnyRecord T>
    void end_all(std::string_view kind)
    {
        for (const auto& each : at_.draft.of_organisation<T>(at_.organisation, Draft::unlimited)) {
            const auto label = each.labels.find(set_label);
            const auto set = label == each.labels.end() ? sets_.end() : sets_.find(label->second);
            if (set == sets_.end() || declared_.contains({kind, called(each)})) continue;
            const auto ended = end(at_, each);
            if (!ended) at_.findings.add(*set->second, ended.error(), "");
            if (!ended || !*ended) continue;
            changes.push_back({.change = ChangeKind::end,
                               .kind = std::string{kind},
                               .name = called(each),
                               .id = to_string(each.id),
                               .fields = {}});
        }
    }

    std::vector<DeclaredChange> changes;

  private:
    static std::string called(const Contract& contract) { return full_name(contract); }
    template <AnyRecord T>
    static std::string called(const T& record)
    {
        return record.name;
    }

    Writing& at_;
    std::set<std::pair<std::string_view, std::string>> declared_;
    std::map<std::string, const Declaration*> sets_;  // and one that is of it
};

}  // namespace

std::vector<DeclaredChange> end_undeclared(Writing& at)
{
    Pruning pruning{at};
    pruning.end_all<Offer>("Offer");
    pruning.end_all<DataProduct>("DataProduct");
    pruning.end_all<Contract>("Contract");
    pruning.end_all<Cluster>("Cluster");
    pruning.end_all<Application>("Application");
    return std::move(pruning.changes);
}

}  // namespace strait::catalog
