#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/people.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"
#include "core/document.hpp"

#include <string>
#include <vector>

// The programs and the people of an organisation. Each of these is one command: it reads and
// changes the draft alone. What belongs to another organisation is `not_found`.
namespace strait::catalog {

struct NewApplication {
    std::string name;
    std::string title;
    std::vector<std::string> allow_ips{};
    std::vector<Role> roles{};
};

// RefusalCode::name_taken for a name that an application of the organisation has, or had.
Outcome<Application> create_application(Draft& draft, const Act& act, const NewApplication& input);

// What may be said otherwise of an application at any time.
struct ApplicationText {
    std::string title;
    std::vector<std::string> allow_ips;
    std::vector<Role> roles;
};

// By whoever could have made it, as it is and as it is to be.
Outcome<Application> describe_application(Draft& draft,
                                          const Act& act,
                                          ApplicationId id,
                                          const ApplicationText& input);

// disable, enable, remove. Without it its keys are of no use; once removed they are revoked, its
// open requests are withdrawn and its live subscriptions cancelled, all of them.
Outcome<Application> change_application(Draft& draft, const Act& act, ApplicationId id, Verb verb);

// The same. RefusalCode::in_use for the last org_admin that could act.
Outcome<User> change_user(Draft& draft, const Act& act, UserId id, Verb verb);

// What may be said otherwise of somebody who has joined.
struct UserText {
    std::string display_name;
    std::vector<Role> roles;
};

// By an org_admin. Keys do from then on what the roles allow. RefusalCode::in_use where no
// org_admin would be left.
Outcome<User> describe_user(Draft& draft, const Act& act, UserId id, const UserText& input);

// What people of it may have: at least one role, and only the operator's own organisation has
// operators.
void check_roles(const Organisation& home, const std::vector<Role>& roles, Problems& problems);

// An active org_admin, and whether one of the organisation has a live key.
bool is_admin(const User& user);
bool has_way_in(Draft& draft, OrganisationId organisation);

}  // namespace strait::catalog
