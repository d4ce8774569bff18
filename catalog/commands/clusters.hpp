#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/cluster.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"
#include "catalog/store/sealed_secrets.hpp"
#include "core/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

// The clusters of an organisation. Each of these is one command: it reads and changes the draft
// alone. What belongs to another organisation is `not_found`.
namespace strait::catalog {

inline constexpr std::size_t bootstrap_max = 32;
inline constexpr std::size_t bootstrap_size_max = 261;  // of one: a name of DNS, and a port

// `security` has been read by who knows Kafka; it holds no secret.
struct NewCluster {
    std::string name;
    std::vector<std::string> bootstrap;
    boost::json::object security{};
    ManagedBy managed_by = ManagedBy::api;
    Secrets secrets{};
};

// What is not given stays as it is.
struct ClusterChanges {
    std::optional<std::vector<std::string>> bootstrap{};
    std::optional<boost::json::object> security{};  // instead of the whole
    std::optional<Secrets> secrets{};               // the same
};

// A cluster of the configuration file is registered, and changed, by the system alone.
Outcome<Cluster> register_cluster(Draft& draft, const Act& act, const NewCluster& input);

// To be verified anew: whatever was observed, it may be another one now. What flows goes on
// flowing. Secrets do not follow to other addresses by themselves: RefusalCode::invalid_request
// unless `security` comes with them. RefusalCode::not_found for one that was removed.
Outcome<Cluster> edit_cluster(Draft& draft,
                              const Act& act,
                              ClusterId id,
                              const ClusterChanges& changes);

// For whoever connects to it, and nobody else: a command or a question of the system.
Result<Secrets> secrets_of(Draft& draft, const Act& act, ClusterId id);

// What was seen when it was asked: `verified` from now on. Subscriptions that were held because it
// was disabled go on, unless another cluster of theirs is not verified. `asked`: its revision then;
// RefusalCode::precondition_failed if it has become another one since.
Outcome<Cluster> verify_cluster(Draft& draft,
                                const Act& act,
                                ClusterId id,
                                const ObservedCluster& observed,
                                std::optional<std::uint64_t> asked = {});

// disable, enable, remove. To disable one holds the subscriptions that come from it or go to it. An
// operator disables and enables the cluster of any organisation; what it has disabled it alone
// enables again. RefusalCode::in_use names the ports, requests and subscriptions that keep a
// cluster from being removed: also those that are terminating. Its secrets go with it.
Outcome<Cluster> change_cluster(Draft& draft, const Act& act, ClusterId id, Verb verb);

}  // namespace strait::catalog
