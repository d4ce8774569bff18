#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/owned.hpp"
#include "catalog/declared/apply.hpp"
#include "catalog/declared/findings.hpp"
#include "catalog/records/contract.hpp"
#include "catalog/store/draft.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Parts of apply(): each brings one declared thing about, by the commands that anybody has, with
// the rights that they ask for.
namespace strait::catalog {

struct Writing {
    Draft& draft;
    const Act& act;
    const Wanted& wanted;
    OrganisationId organisation;
    Findings findings{};
    std::set<std::pair<Noun, std::string>> failed{};  // what names them is not their fault
};

// What is declared, as it is in the catalog; empty if it is new.
template <AnyRecord T>
std::optional<T> find_declared(Writing& at, const std::string& name)
{
    const auto scope = T::noun == Noun::organisation ? whole_exchange : at.organisation;
    return at.draft.find_by<T>(Family::index, name_key(scope, T::noun, name));
}

// What a declaration names, which has to be there by now. Of what is not there the findings tell.
template <AnyRecord T>
std::optional<Id<T::noun>> id_named(Writing& at,
                                    const Declaration& declaration,
                                    const std::string& below,
                                    const std::string& name)
{
    const auto record = find_declared<T>(at, name);
    if (record) return record->id;
    if (!at.failed.contains({T::noun, name})) {
        at.findings.add(declaration,
                        below,
                        "not_found",
                        in_quotes(name) + " is none of yours: declare it here, or make it first");
    }
    return std::nullopt;
}

// Says the verbs, one after the other, that lead to the state. `say(verb)` is an Outcome of the
// record.
template <class State, class Say>
Outcome<void> move_to(std::string_view noun, State from, State to, Actors as, Say say)
{
    const auto way = find_way(from, to, as);
    if (!way) {
        return refuse(RefusalCode::illegal_transition,
                      "a " + std::string{noun} + " that is " + std::string{to_string(from)} +
                          " does not become " + std::string{to_string(to)});
    }
    for (const auto verb : *way) {
        if (const auto said = say(verb); !said) return refuse(said.error());
    }
    return {};
}

// The id of the record; empty if the findings say why there is none, or why it cannot be so.
std::optional<OrganisationId> write(Writing& at,
                                    const Declaration& declaration,
                                    const OrganisationSpec& spec);
std::optional<ApplicationId> write(Writing& at,
                                   const Declaration& declaration,
                                   const ApplicationSpec& spec);
std::optional<ClusterId> write(Writing& at,
                               const Declaration& declaration,
                               const ClusterSpec& spec);
std::optional<ContractId> write(Writing& at,
                                const Declaration& declaration,
                                const ContractSpec& spec);
std::optional<ProductId> write(Writing& at,
                               const Declaration& declaration,
                               const ProductSpec& spec);
std::optional<OfferId> write(Writing& at, const Declaration& declaration, const OfferSpec& spec);

// Ends what has the label of one of the sets and is not declared.
std::vector<DeclaredChange> end_undeclared(Writing& at);

}  // namespace strait::catalog
