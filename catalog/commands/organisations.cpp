#include "catalog/commands/organisations.hpp"

#include "catalog/commands/departures.hpp"
#include "catalog/commands/limits.hpp"
#include "catalog/commands/owned.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::size_t named_max = 10;

Outcome<CreatedOrganisation> make(Draft& draft,
                                  const Act& act,
                                  const NewOrganisation& input,
                                  std::vector<Role> admin_roles)
{
    Problems problems;
    check_name("/name", input.name, problems);
    check_text("/title", input.title, title_size_max, problems);
    check_email("/admin_email", input.admin_email, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (draft.has(Family::index, name_key(whole_exchange, Noun::organisation, input.name))) {
        return refuse(RefusalCode::name_taken,
                      "the name " + input.name + " is taken: choose another");
    }
    Organisation organisation;
    begin(organisation, draft, act, {});
    organisation.organisation = organisation.id;
    organisation.name = input.name;
    organisation.title = input.title;
    organisation.operator_ = std::ranges::find(admin_roles, Role::operator_) != admin_roles.end();
    draft.put(organisation);
    auto admin = invite_member(
        draft, act, organisation.id, {.email = input.admin_email, .roles = std::move(admin_roles)});
    if (!admin) return refuse(admin.error());
    draft.names("create", to_string(organisation.id));
    return CreatedOrganisation{.organisation = std::move(organisation), .admin = *std::move(admin)};
}

void check_text_of(const OrganisationText& text, Problems& problems)
{
    check_text("/title", text.title, title_size_max, problems);
    if (const auto& page = text.website) {
        check_text("/website", *page, contact_size_max, problems);
    }
    check_count("/contacts", text.contacts.size(), contacts_max, problems);
    for (const auto& contact : text.contacts) {
        check_text("/contacts", contact.purpose, title_size_max, problems);
        check_text("/contacts", contact.address, contact_size_max, problems);
    }
    check_choice("/settings/terms_acceptors", text.settings.terms_acceptors, problems);
}

}  // namespace

Outcome<CreatedOrganisation> bootstrap(Draft& draft, const Act& act, const NewOrganisation& input)
{
    if (act.actor.kind != Principal::Kind::host) {
        return refuse(RefusalCode::right_missing, "only who may open the admin socket does this");
    }
    if (draft.has(Family::index, operator_key())) {
        return refuse(RefusalCode::bootstrap_done,
                      "this exchange has an operator: --recover makes a new key for it");
    }
    auto made = make(draft, act, input, {Role::org_admin, Role::operator_});
    if (made) draft.names("bootstrap", draft.object());
    return made;
}

Outcome<CreatedOrganisation> create_organisation(Draft& draft,
                                                 const Act& act,
                                                 const NewOrganisation& input)
{
    if (!act.actors({}, Scope::org_write).contains(Actor::operator_)) {
        return refuse(RefusalCode::right_missing, "only an operator creates organisations");
    }
    return make(draft, act, input, {Role::org_admin});
}

Outcome<Organisation> describe_organisation(Draft& draft,
                                            const Act& act,
                                            OrganisationId id,
                                            const OrganisationText& input)
{
    auto organisation = find_own<Organisation>(draft, act, id);
    if (!organisation) return organisation;
    const auto may = check_actor(act, id, Scope::org_write, Actors{Actor::admin}, "an org_admin");
    if (!may) return refuse(may.error());
    Problems problems;
    check_text_of(input, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    organisation->title = input.title;
    organisation->website = input.website;
    organisation->contacts = input.contacts;
    organisation->settings.review = input.settings.review;
    organisation->settings.terms_acceptors = input.settings.terms_acceptors;
    draft.put(*organisation);
    draft.names("describe", to_string(id));
    return organisation;
}

Outcome<Organisation> change_organisation(Draft& draft,
                                          const Act& act,
                                          OrganisationId id,
                                          Verb verb)
{
    auto organisation = draft.find<Organisation>(id);
    if (!organisation || !concerns(act, id, Scope::org_write)) {
        return refuse(RefusalCode::not_found, to_string(id));
    }
    const auto as = act.actors(id, Scope::org_write);
    const auto changed = change_state(*organisation, verb, as);
    if (!changed) return refuse(changed.error());
    if (!*changed) return *std::move(organisation);
    if (organisation->operator_) {
        return refuse(RefusalCode::in_use, organisation->name + " runs the exchange");
    }
    if (verb == Verb::close && !as.contains(Actor::operator_)) {
        auto live = access_of(draft, id, named_max);
        if (!live.empty()) {
            return refuse(
                Refusal{.code = RefusalCode::in_use,
                        .detail = organisation->name + " is in use: end what is named first",
                        .named = std::move(live)});
        }
    }
    draft.put(*organisation);
    const auto done = verb == Verb::close ? end_access_of(draft, act, id)
                                          : hold_access_of(draft, act, id, verb == Verb::suspend);
    if (!done) return refuse(done.error());
    draft.names(word_of(verb), to_string(id));
    return *std::move(organisation);
}

}  // namespace strait::catalog
