#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/commands/invitations.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// How organisations come and go. Each of these is one command: it reads and changes the draft
// alone.
namespace strait::catalog {

struct NewOrganisation {
    std::string name;
    std::string title;
    std::string admin_email;
};

struct CreatedOrganisation {
    Organisation organisation;
    Invited admin;
};

// The organisation that runs the exchange, and its first person; by the host. RefusalCode::
// bootstrap_done if there is one.
Outcome<CreatedOrganisation> bootstrap(Draft& draft, const Act& act, const NewOrganisation& input);

// By the operator. RefusalCode::name_taken for a name that any organisation has, or had.
Outcome<CreatedOrganisation> create_organisation(Draft& draft,
                                                 const Act& act,
                                                 const NewOrganisation& input);

inline constexpr std::size_t contacts_max = 8;
inline constexpr std::size_t contact_size_max = 2'048;  // of an address, a page

// What an organisation says of itself, and what it wants of its people. From where they may come is
// not among it: whoever says that from elsewhere is shut out.
struct OrganisationSettingsText {
    Review review = Review::off;
    std::vector<Role> terms_acceptors{Role::org_admin};
};

struct OrganisationText {
    std::string title;
    std::optional<std::string> website;
    std::vector<Contact> contacts;
    OrganisationSettingsText settings;
};

// By an org_admin of it.
Outcome<Organisation> describe_organisation(Draft& draft,
                                            const Act& act,
                                            OrganisationId id,
                                            const OrganisationText& input);

// suspend, resume, close. Succeeds where nothing is left to do. Others' are `not_found`. While it
// is suspended its subscriptions are held on both sides; when the operator closes it they end. Its
// own admin may close it as long as none is live: else RefusalCode::in_use.
Outcome<Organisation> change_organisation(Draft& draft,
                                          const Act& act,
                                          OrganisationId id,
                                          Verb verb);

}  // namespace strait::catalog
