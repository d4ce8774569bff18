#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/cluster.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

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
};

// A cluster of the configuration file is registered, and changed, by the system alone.
Outcome<Cluster> register_cluster(Draft& draft, const Act& act, const NewCluster& input);

// What was seen when it was asked: `verified` from now on. Subscriptions that were held because it
// was disabled go on, unless another cluster of theirs is not verified.
Outcome<Cluster> verify_cluster(Draft& draft,
                                const Act& act,
                                ClusterId id,
                                const ObservedCluster& observed);

// disable, enable, remove. To disable one holds the subscriptions that come from it or go to it. An
// operator disables and enables the cluster of any organisation; what it has disabled it alone
// enables again. RefusalCode::in_use names the ports, requests and subscriptions that keep a
// cluster from being removed.
Outcome<Cluster> change_cluster(Draft& draft, const Act& act, ClusterId id, Verb verb);

}  // namespace strait::catalog
