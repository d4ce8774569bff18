#include "exchange/client/nouns.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace strait::exchange {

namespace {

constexpr Action list(std::string_view about) { return {.name = "list", .about = about}; }

constexpr Action find(std::string_view about)
{
    return {.name = "list", .takes = Takes::filter, .about = about};
}

constexpr Action show(std::string_view about)
{
    return {.name = "show", .below = "/{}", .about = about};
}

constexpr Action create(std::string_view about)
{
    return {.name = "create", .method = HttpMethod::post, .takes = Takes::body, .about = about};
}

constexpr Action edit(std::string_view about)
{
    return {.name = "edit",
            .method = HttpMethod::patch,
            .below = "/{}",
            .takes = Takes::body,
            .about = about};
}

constexpr Action remove(std::string_view about)
{
    return {.name = "delete",
            .method = HttpMethod::delete_,
            .below = "/{}",
            .takes = Takes::reason,
            .about = about};
}

// POST {}:verb
constexpr Action say(std::string_view below, std::string_view about, Takes takes = Takes::reason)
{
    return {.name = below.substr(below.rfind(':') + 1),
            .method = HttpMethod::post,
            .below = below,
            .takes = takes,
            .about = about};
}

// GET {}/part
constexpr Action look(std::string_view below, std::string_view about, Takes takes = Takes::nothing)
{
    return {
        .name = below.substr(below.rfind('/') + 1), .below = below, .takes = takes, .about = about};
}

constexpr Column id{"ID", "/id"};
constexpr Column name{"NAME", "/name"};
constexpr Column title{"TITLE", "/title"};
constexpr Column state{"STATE", "/state"};
constexpr Column side{"SIDE", "/side"};
constexpr Column kind{"KIND", "/kind"};
constexpr Column application{"APPLICATION", "/application"};
constexpr Column product{"PRODUCT", "/product"};
constexpr Column version{"VERSION", "/version"};
constexpr Column offer{"OFFER", "/offer"};
constexpr Column created{"CREATED", "/created_at"};
constexpr Column expires{"EXPIRES", "/expires_at"};
constexpr Column ends{"ENDS", "/ends_at"};
constexpr Column roles{"ROLES", "/roles"};
constexpr Column email{"EMAIL", "/email"};

constexpr std::array org_columns{id, name, title, state};
constexpr std::array org_actions{
    list("those that you may see"),
    show("one"),
    create("make one, with a link for its first person (operator)"),
    edit("change what it says of itself"),
    say("/{}:suspend", "hold all that it does (operator)"),
    say("/{}:resume", "let it go on (operator)"),
    say("/{}:close", "end it for good"),
    say("/{}:reinvite", "a new link for an org_admin who has lost the key (operator)", Takes::body),
};

constexpr std::array user_columns{id, email, Column{"NAME", "/display_name"}, roles, state};
constexpr std::array user_actions{
    find("the people of your organisation"),
    show("one"),
    edit("change their name, and what they may do"),
    say("/{}:disable", "take back what they may do"),
    say("/{}:enable", "give it again"),
    remove("forget them, and end their keys"),
};

constexpr std::array invitation_columns{id, email, roles, state, expires};
constexpr std::array invitation_actions{
    find("those of your organisation"),
    show("one"),
    create("invite somebody: prints the link for them"),
    say("/{}:resend", "a new link, and the old one is no good any more", Takes::nothing),
    say("/{}:cancel", "make its link useless"),
};

constexpr std::array application_columns{id, name, title, roles, state};
constexpr std::array application_actions{
    find("the programs of your organisation"),
    show("one"),
    create("add one"),
    edit("change what it may do, and from where"),
    say("/{}:disable", "refuse its keys"),
    say("/{}:enable", "take them again"),
    remove("forget it, and end its keys"),
};

constexpr std::array credential_columns{id,
                                        Column{"KEY", "/key_id"},
                                        Column{"OF", "/principal"},
                                        Column{"SCOPES", "/scopes"},
                                        state,
                                        expires};
constexpr std::array credential_actions{
    find("the keys of your organisation"),
    show("one, without its secret"),
    create("make one, of a person or a program: its secret is shown once"),
    edit("narrow what it may do, or how long"),
    say("/{}:rotate", "a successor, whose secret is shown once", Takes::body),
    say("/{}:revoke", "end it now"),
};

constexpr std::array cluster_columns{id, name, state, Column{"BOOTSTRAP", "/bootstrap"}};
constexpr std::array cluster_actions{
    find("the Kafka clusters of your organisation"),
    show("one, without its secrets"),
    create("add one"),
    edit("change how it is reached"),
    say("/{}:disable", "use it no more"),
    say("/{}:enable", "use it again"),
    say("/{}:verify", "connect to it, and say what it shows", Takes::nothing),
    remove("forget it"),
    look("/{}/topics", "its topics", Takes::prefix),
};

constexpr std::array product_columns{
    id, name, title, state, Column{"LISTED", "/listed"}, Column{"AUDIENCE", "/audience/kind"}};
constexpr std::array product_actions{
    find("those of your organisation"),
    show("one"),
    create("add one"),
    edit("change what it says, and to whom"),
    say("/{}:unlist", "let nobody find it any more"),
    Action{.name = "relist",  // :list, but that is the name of another
           .method = HttpMethod::post,
           .below = "/{}:list",
           .takes = Takes::reason,
           .about = "let it be found again"},
    remove("forget one that has nothing but drafts, with its offers"),
};

constexpr std::array version_columns{version, state, created, Column{"CHANGES", "/changelog"}};
constexpr std::array version_actions{
    list("those of a product"),
    show("one"),
    create("add one to a product"),
    edit("change a draft"),
    remove("forget a draft"),
    say("/{}:submit", "ask for its review"),
    say("/{}:return", "make it a draft again"),
    say("/{}:publish", "let it be subscribed to"),
    say("/{}:deprecate", "warn those who use it", Takes::both),
    say("/{}:restore", "take the warning back"),
    say("/{}:retire", "let nobody subscribe to it any more"),
};

constexpr std::array contract_columns{id, name, version, state};
constexpr std::array contract_actions{
    find("those of your organisation"),
    show("one"),
    create("add one: what the records of a topic look like"),
    edit("change a draft"),
    say("/{}:activate", "make it immutable"),
    say("/{}:deprecate", "warn those who use it"),
    say("/{}:retire", "let nobody take it any more"),
    look("/{}/schema", "its schema, as it was written"),
};

constexpr std::array offer_columns{id,
                                   name,
                                   product,
                                   Column{"VERSIONS", "/versions"},
                                   Column{"APPROVAL", "/plan/approval"},
                                   state};
constexpr std::array offer_actions{
    find("those of your organisation"),
    show("one"),
    create("say on what conditions a product is to be had"),
    edit("change a draft"),
    say("/{}:publish", "let it be taken"),
    say("/{}:close", "let nobody take it any more"),
    Action{.name = "add-terms",
           .method = HttpMethod::post,
           .below = "/{}/terms",
           .takes = Takes::body,
           .about = "a new version of its terms"},
    Action{.name = "terms", .below = "/{}/terms/{}", .about = "one version of its terms"},
};

constexpr std::array request_columns{id, side, offer, application, kind, state, created};
constexpr std::array request_actions{
    find("what your organisation asked for, and is asked for"),
    show("one"),
    create("ask for access"),
    edit("change one that was sent back"),
    say("/{}:approve", "give access", Takes::both),
    say("/{}:reject", "give none"),
    say("/{}:request-changes", "give none as it is"),
    say("/{}:resubmit", "ask again"),
    say("/{}:withdraw", "ask no more"),
};

constexpr std::array agreement_columns{id, side, offer, application, state, ends};
constexpr std::array agreement_actions{
    find("those of your organisation, on either side"),
    show("one"),
    look("/{}/terms", "the terms as they were accepted"),
};

constexpr std::array subscription_columns{id, side, product, application, kind, state, ends};
constexpr std::array subscription_actions{
    find("those of your organisation, on either side"),
    show("one, with what it waits for"),
    look("/{}/receipt", "how it ended, and the last offsets"),
    look("/{}/asyncapi", "what its consumer connects with, as AsyncAPI (--json)"),
    say("/{}:pause", "hold it (consumer)"),
    say("/{}:resume", "let it go on (consumer)"),
    say("/{}:cancel", "end it for good (consumer)"),
    say("/{}:renew", "ask for it to last longer (consumer)", Takes::body),
    say("/{}:accept-terms", "accept the newest terms of its offer (consumer)", Takes::body),
    say("/{}:suspend", "hold it (provider)"),
    say("/{}:reinstate", "let it go on (provider)"),
    say("/{}:revoke", "end it for good (provider)"),
};

constexpr std::array audit_columns{Column{"SEQ", "/seq"},
                                   Column{"TIME", "/time"},
                                   Column{"ACTOR", "/common/actor"},
                                   Column{"VERB", "/common/verb"},
                                   Column{"OBJECT", "/common/object"},
                                   Column{"REASON", "/common/reason"}};
constexpr std::array audit_actions{
    list("what was done, as your organisation may know it; the oldest first"),
    Action{.name = "head", .below = "/head", .about = "where the chain ends: keep it"},
};

constexpr std::array table{
    Noun{.name = "org",
         .about = "organisations",
         .collection = "/v1/organisations",
         .kind = catalog::Noun::organisation,
         .columns = org_columns,
         .actions = org_actions},
    Noun{.name = "user",
         .about = "people of your organisation",
         .collection = "/v1/users",
         .kind = catalog::Noun::user,
         .columns = user_columns,
         .actions = user_actions},
    Noun{.name = "invitation",
         .about = "links by which people come in",
         .collection = "/v1/invitations",
         .kind = catalog::Noun::invitation,
         .columns = invitation_columns,
         .actions = invitation_actions},
    Noun{.name = "application",
         .about = "programs of your organisation",
         .collection = "/v1/applications",
         .kind = catalog::Noun::application,
         .named = true,
         .columns = application_columns,
         .actions = application_actions},
    Noun{.name = "credential",
         .about = "keys of people and programs",
         .collection = "/v1/credentials",
         .kind = catalog::Noun::credential,
         .columns = credential_columns,
         .actions = credential_actions},
    Noun{.name = "cluster",
         .about = "Kafka clusters of your organisation",
         .collection = "/v1/clusters",
         .kind = catalog::Noun::cluster,
         .named = true,
         .columns = cluster_columns,
         .actions = cluster_actions},
    Noun{.name = "product",
         .about = "what your organisation publishes",
         .collection = "/v1/products",
         .kind = catalog::Noun::product,
         .named = true,
         .columns = product_columns,
         .actions = product_actions},
    Noun{.name = "version",
         .about = "versions of a product",
         .collection = "/v1/products/{}/versions",
         .kind = catalog::Noun::version,
         .columns = version_columns,
         .actions = version_actions},
    Noun{.name = "contract",
         .about = "what the records of a topic look like",
         .collection = "/v1/contracts",
         .kind = catalog::Noun::contract,
         .columns = contract_columns,
         .actions = contract_actions},
    Noun{.name = "offer",
         .about = "conditions on which a product is to be had",
         .collection = "/v1/offers",
         .kind = catalog::Noun::offer,
         .named = true,
         .columns = offer_columns,
         .actions = offer_actions},
    Noun{.name = "request",
         .about = "requests for access",
         .collection = "/v1/requests",
         .kind = catalog::Noun::request,
         .columns = request_columns,
         .actions = request_actions},
    Noun{.name = "agreement",
         .about = "what was agreed on",
         .collection = "/v1/agreements",
         .kind = catalog::Noun::agreement,
         .columns = agreement_columns,
         .actions = agreement_actions},
    Noun{.name = "subscription",
         .about = "streams from one organisation to another",
         .collection = "/v1/subscriptions",
         .kind = catalog::Noun::subscription,
         .columns = subscription_columns,
         .actions = subscription_actions},
    Noun{.name = "audit",
         .about = "what was done, as a chain of hashes",
         .collection = "/v1/audit",
         .columns = audit_columns,
         .actions = audit_actions},
};

std::string in_capitals(std::string_view text)
{
    std::string out;
    out.reserve(text.size());
    for (const char c : text) out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return out;
}

}  // namespace

const std::span<const Noun> nouns{table};

std::string path_of(const Noun& noun, const Action& action)
{
    return std::string{noun.collection}.append(action.below);
}

std::vector<Place> places_of(const Noun& noun, const Action& action)
{
    std::vector<Place> places;
    const auto path = path_of(noun, action);
    for (auto at = path.find("/{}"); at != std::string::npos; at = path.find("/{}", at + 1)) {
        // What it is one of stands before it.
        const auto before = std::string_view{path}.substr(0, at);
        const auto of = std::ranges::find(nouns, before, &Noun::collection);
        if (of != nouns.end()) {
            places.push_back({in_capitals(of->name), &*of});
        } else {
            places.push_back({"NUMBER", nullptr});
        }
    }
    return places;
}

}  // namespace strait::exchange
