#include "catalog/commands/organisations.hpp"

#include "api/catalog/activations.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/lists.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/people_inputs.hpp"

namespace strait::api {

namespace {

// What everybody may know of an organisation that it deals with.
boost::json::object business_card(const catalog::Organisation& organisation)
{
    boost::json::object card{{"id", to_string(organisation.id)},
                             {"name", organisation.name},
                             {"title", organisation.title},
                             {"state", to_string(organisation.state)},
                             {"revision", organisation.revision}};
    if (const auto& website = organisation.website) card.emplace("website", *website);
    return card;
}

Shown shown_card(const catalog::Organisation& organisation, const catalog::Act& act)
{
    if (act.organisation == organisation.id) return shown(organisation, act);
    return {business_card(organisation), organisation.revision};
}

bool is_operator(const catalog::Act& act)
{
    return act.actors({}, catalog::Scope::org_write).contains(catalog::Actor::operator_);
}

// An operator knows all, everybody else its own.
std::vector<catalog::OrganisationId> known_to(catalog::Draft& draft,
                                              const catalog::Act& act,
                                              const Page& page)
{
    std::vector<catalog::OrganisationId> ids;
    if (!is_operator(act)) {
        if (act.organisation && !page.after) ids.push_back(*act.organisation);
        return ids;
    }
    const auto all = catalog::record_key(catalog::Noun::organisation);
    const auto from = page.after ? catalog::record_key(catalog::Noun::organisation, *page.after) +
                                       std::string(1, '\0')
                                 : std::string{};
    for (const auto& id : draft.ids_below(catalog::Family::records, all, page.size + 1, from)) {
        ids.push_back({id});
    }
    return ids;
}

// Both ways to make an organisation say the same.
template <auto Make>
Handled create_with(Services& services, const Call& call)
{
    auto input = read_body<catalog::NewOrganisation>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [&services, input = *std::move(input)](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        auto made = Make(draft, act, input);
        if (!made) return catalog::refuse(std::move(made.error()));
        auto card = shown_card(made->organisation, act);
        card.created = true;
        card.body.emplace("invitation",
                          catalog::to_json(made->admin.invitation, catalog::Purpose::shown));
        card.secrets.emplace("activation_url", activation_url(services, made->admin.token));
        return card;
    };
    co_return co_await carry_out(services, call, command);
}

}  // namespace

Handled bootstrap_exchange(Services& services, const Call& call)
{
    return create_with<catalog::bootstrap>(services, call);
}

Handled create_organisation(Services& services, const Call& call)
{
    return create_with<catalog::create_organisation>(services, call);
}

Handled list_organisations(Services& services, const Call& call)
{
    const PageQuestion question = [](catalog::Draft& draft,
                                     const catalog::Act& act,
                                     const Page& page) -> catalog::Outcome<PageItems> {
        PageItems found;
        for (const auto& id : known_to(draft, act, page)) {
            if (found.items.size() == page.size) return found;
            const auto organisation = draft.find<catalog::Organisation>(id);
            if (!organisation) continue;
            found.items.push_back(shown_card(*organisation, act).body);
            found.last = id.bits;
        }
        found.last.reset();
        return found;
    };
    return answer_page(services, call, question);
}

Handled show_organisation(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::organisation>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<Shown> question = [id = *id](catalog::Draft& draft,
                                               const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto organisation = draft.find<catalog::Organisation>(id);
        const bool knows = act.organisation == id || is_operator(act);
        if (!organisation || !knows) return catalog::refuse(no_such_object());
        return shown_card(*organisation, act);
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return record_response(services, call, *std::move(found));
}

Handled describe_organisation(Services& services, const Call& call)
{
    constexpr auto text_of = [](const catalog::Organisation& organisation) {
        const auto& settings = organisation.settings;
        return catalog::OrganisationText{organisation.title,
                                         organisation.website,
                                         organisation.contacts,
                                         {settings.review, settings.terms_acceptors}};
    };
    return patch_record<catalog::describe_organisation, text_of, catalog::Organisation>(services,
                                                                                        call);
}

}  // namespace strait::api
