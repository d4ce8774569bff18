#include "catalog/commands/applications.hpp"

#include "catalog/commands/credentials.hpp"
#include "catalog/commands/departures.hpp"
#include "catalog/commands/limits.hpp"
#include "catalog/commands/networks.hpp"
#include "catalog/commands/owned.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

bool is_last_admin(Draft& draft, const User& user)
{
    if (!is_admin(user)) return false;
    return !draft.find_first<User>(user.organisation, [&](const User& other) {
        return other.id != user.id && is_admin(other);
    });
}

Refusal last_admin()
{
    return {.code = RefusalCode::in_use,
            .detail = "this is the last org_admin: make somebody else one first"};
}

// What is wrong with the text of a program, and its networks in their canonical form. What it may
// do its maker must be able to do, and operators are people.
std::vector<std::string> check_text_of(const Act& act,
                                       const ApplicationText& input,
                                       Problems& problems)
{
    check_text("/title", input.title, title_size_max, problems);
    auto networks = read_networks("/allow_ips", input.allow_ips, problems);
    const bool operates = std::ranges::find(input.roles, Role::operator_) != input.roles.end();
    if (operates || !act.covers(input.roles)) {
        reject(problems, "/roles", "only roles that you have yourself, and never \"operator\"");
    }
    return networks;
}

}  // namespace

bool is_admin(const User& user)
{
    return user.state == UserState::active &&
           std::ranges::find(user.roles, Role::org_admin) != user.roles.end();
}

bool has_way_in(Draft& draft, OrganisationId organisation)
{
    const auto has_key = [&](const User& user) {
        const auto keys =
            draft.all_below<Credential>(Family::index, principal_key(Principal{user.id}));
        return std::ranges::any_of(
            keys, [&](const Credential& key) { return key.expires_at > draft.now(); });
    };
    return draft
        .find_first<User>(organisation,
                          [&](const User& user) { return is_admin(user) && has_key(user); })
        .has_value();
}

Outcome<Application> create_application(Draft& draft, const Act& act, const NewApplication& input)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    if (!act.actors(organisation, Scope::apps_write).contains(Actor::consumer)) {
        return refuse(RefusalCode::right_missing, "only a developer or an org_admin creates these");
    }
    Problems problems;
    check_name("/name", input.name, problems);
    auto networks = check_text_of(act, {input.title, input.allow_ips, input.roles}, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (draft.has(Family::index, name_key(organisation, Noun::application, input.name))) {
        return refuse(RefusalCode::name_taken, "the name " + input.name + " is taken");
    }
    Application application;
    begin(application, draft, act, organisation);
    application.name = input.name;
    application.title = input.title;
    application.allow_ips = std::move(networks);
    application.roles = input.roles;
    draft.put(application);
    draft.names("create", to_string(application.id));
    return application;
}

Outcome<Application> describe_application(Draft& draft,
                                          const Act& act,
                                          ApplicationId id,
                                          const ApplicationText& input)
{
    auto application = find_own<Application>(draft, act, id);
    if (!application) return application;
    const auto as = act.actors(application->organisation, Scope::apps_write);
    if (!as.contains(Actor::consumer) || !act.covers(application->roles)) {
        return refuse(RefusalCode::right_missing, "it may do what you may not");
    }
    if (application->state == ApplicationState::deleted) {
        return refuse(RefusalCode::illegal_transition, application->name + " is deleted");
    }
    Problems problems;
    auto networks = check_text_of(act, input, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    application->title = input.title;
    application->allow_ips = std::move(networks);
    application->roles = input.roles;
    draft.put(*application);
    draft.names("describe", to_string(id));
    return application;
}

Outcome<Application> change_application(Draft& draft, const Act& act, ApplicationId id, Verb verb)
{
    auto application = draft.find<Application>(id);
    if (!application || application->organisation != act.organisation) {
        return refuse(RefusalCode::not_found, to_string(id));
    }
    const auto changed =
        change_state(*application, verb, act.actors(application->organisation, Scope::apps_write));
    if (!changed) return refuse(changed.error());
    if (!*changed) return *std::move(application);
    draft.put(*application);
    if (application->state == ApplicationState::deleted) {
        const auto ended = end_access_of(draft, act, id);
        if (!ended) return refuse(ended.error());
        revoke_keys_of(draft, Principal{id});
    }
    draft.names(word_of(verb), to_string(id));
    return *std::move(application);
}

Outcome<User> change_user(Draft& draft, const Act& act, UserId id, Verb verb)
{
    auto user = draft.find<User>(id);
    if (!user || user->organisation != act.organisation) {
        return refuse(RefusalCode::not_found, to_string(id));
    }
    const bool last = is_last_admin(draft, *user);
    const auto changed =
        change_state(*user, verb, act.actors(user->organisation, Scope::org_write));
    if (!changed) return refuse(changed.error());
    if (!*changed) return *std::move(user);
    if (last) return refuse(last_admin());
    draft.put(*user);
    if (user->state == UserState::deleted) revoke_keys_of(draft, Principal{id});
    draft.names(word_of(verb), to_string(id));
    return *std::move(user);
}

Outcome<User> describe_user(Draft& draft, const Act& act, UserId id, const UserText& input)
{
    auto user = find_own<User>(draft, act, id);
    if (!user) return user;
    const auto may = check_actor(
        act, user->organisation, Scope::org_write, Actors{Actor::admin}, "an org_admin");
    if (!may) return refuse(may.error());
    if (user->state != UserState::active && user->state != UserState::disabled) {
        return refuse(RefusalCode::illegal_transition,
                      "somebody who is " + to_string(user->state) +
                          " is not changed: send another invitation");
    }
    Problems problems;
    check_text("/display_name", input.display_name, title_size_max, problems);
    const auto home = draft.find<Organisation>(user->organisation);
    check_roles(home.value_or(Organisation{}), input.roles, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    const bool last = is_last_admin(draft, *user);
    user->display_name = {input.display_name};
    user->roles = input.roles;
    if (last && !is_admin(*user)) return refuse(last_admin());
    draft.put(*user);
    draft.names("describe", to_string(id));
    return user;
}

void check_roles(const Organisation& home, const std::vector<Role>& roles, Problems& problems)
{
    const bool wants = std::ranges::find(roles, Role::operator_) != roles.end();
    if (!roles.empty() && (home.operator_ || !wants)) return;
    reject(problems, "/roles", "at least one, and \"operator\" only where the exchange is run");
}

}  // namespace strait::catalog
