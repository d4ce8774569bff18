#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/declared/declaration.hpp"
#include "catalog/declared/field_changes.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"
#include "catalog/store/sealed_secrets.hpp"

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <boost/json/object.hpp>

#include <cstddef>
#include <expected>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// Makes what there is what is declared: one command, all or nothing (catalog.md 9).
namespace strait::catalog {

// What knows Kafka says of a cluster that is declared. Called on the thread of the command: they
// hold values. Problems point into the spec.
struct ClusterRules {
    struct Security {
        boost::json::object open;
        Secrets secrets;
    };
    std::function<std::expected<Security, Problems>(const boost::json::object&)> split;
    std::function<Problems(const std::vector<std::string>&)> check_addresses;
};

// What clusters were seen to have just now, by cluster and topic.
using ObservedTopics = std::map<std::pair<ClusterId, std::string>, ObservedTopic>;

// Topics that are to be published and that nobody has looked at yet.
using UnseenTopics = std::map<ClusterId, std::set<std::string>>;
inline constexpr std::size_t unseen_topics_max = 1'000;

struct Wanted {
    std::vector<Declaration> declarations;
    bool prune = false;
    ClusterRules rules;
    ObservedTopics observed{};
};

BOOST_DEFINE_ENUM_CLASS(ChangeKind, same, create, update, end)

struct DeclaredChange {
    ChangeKind change = ChangeKind::same;
    std::string kind;
    std::string name;
    std::string id;
    std::vector<FieldChange> fields;  // of an update

    bool operator==(const DeclaredChange&) const = default;
};
BOOST_DESCRIBE_STRUCT(DeclaredChange, (), (change, kind, name, id, fields))

struct Applied {
    std::vector<DeclaredChange> changes;     // a line for each declaration, then those that end
    std::vector<std::string> subscriptions;  // that it changes, by id
};
BOOST_DESCRIBE_STRUCT(Applied, (), (changes, subscriptions))

// All that is wrong is told at once, by pointer; the code is that of all of it, or
// RefusalCode::invalid_request. With `prune`, what has the label `set_label` with a value that
// one of the declarations has, and is not declared, ends: offers are closed, contracts deprecated,
// products unlisted, and clusters and applications removed if nothing uses them. What is live goes
// on.
Outcome<Applied> apply(Draft& draft, const Act& act, const Wanted& wanted);

// The topics that have to be looked at before what is declared can be published, as far as the
// caller may. Of clusters of its organisation that are verified; of others nothing can be said yet.
// RefusalCode::invalid_request for more than `unseen_topics_max` of them.
Outcome<UnseenTopics> unseen_topics(Draft& draft,
                                    const Act& act,
                                    const std::vector<Declaration>& declarations);

}  // namespace strait::catalog
