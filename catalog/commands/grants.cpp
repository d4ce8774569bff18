#include "catalog/commands/grants.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/owned.hpp"
#include "catalog/commands/ports.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace strait::catalog {

namespace {

template <class T>
bool contains(const std::vector<T>& all, const T& one)
{
    return std::ranges::find(all, one) != all.end();
}

void check_plan(const Offer& offer, const AccessRequest& request, Problems& problems)
{
    if (!contains(offer.plan.kinds, request.kind)) {
        reject(problems, "/kind", to_string(request.kind) + " is not in the plan of the offer");
    }
    if (request.duration_d == 0 || request.duration_d > offer.plan.max_duration_d) {
        reject(problems, "/duration_d", "1 to " + std::to_string(offer.plan.max_duration_d));
    }
    const auto& purposes = offer.policy.purposes;
    if (!purposes.empty() && !contains(purposes, request.purpose.code)) {
        reject(problems, "/purpose/code", "none of those that the offer is for");
    }
    check_count("/purpose/code", request.purpose.code.size(), purpose_size_max, problems);
    check_lines("/purpose/text", request.purpose.text.text, purpose_text_max, problems);
}

// Each kind has a target of its own, and nothing is taken that would not be used.
void check_target(const AccessRequest& request, Problems& problems)
{
    const auto& target = request.target;
    const bool mirror = request.kind == DeliveryKind::kafka_mirror;
    const bool webhook = request.kind == DeliveryKind::webhook;
    if (mirror != target.cluster.has_value()) {
        reject(problems, "/target/cluster", "needed for kafka_mirror, and for nothing else");
    }
    if (target.prefix.size() > topic_size_max || !is_topic_text(target.prefix) ||
        (!mirror && !target.prefix.empty())) {
        reject(problems, "/target/prefix", "a part of names of topics, for kafka_mirror only");
    }
    if (webhook ? !is_https_url(target.url) : !target.url.empty()) {
        reject(problems, "/target/url", "an https URL for webhook, and for nothing else");
    }
}

Outcome<void> check_own(Draft& draft, const AccessRequest& request)
{
    const auto consumer = request.organisation;
    const auto application = find_of<Application>(draft, consumer, request.application);
    if (!application || application->state != ApplicationState::active) {
        return refuse(RefusalCode::not_found, to_string(request.application));
    }
    const auto& cluster_id = request.target.cluster;
    if (!cluster_id) return {};
    const auto cluster = find_of<Cluster>(draft, consumer, *cluster_id);
    if (!cluster || cluster->state != ClusterState::verified) {
        return refuse(RefusalCode::not_found, to_string(*cluster_id));
    }
    return {};
}

// Those ports of the version that have the kind and any of the rights of the plan.
void take_ports(const ProductVersion& version, const AccessRequest& request, Grant& grant)
{
    for (auto port : version.ports) {
        if (!contains(port.kinds, request.kind)) continue;
        std::erase_if(port.rights,
                      [&](StreamRight each) { return !contains(grant.offer.plan.rights, each); });
        if (port.rights.empty()) continue;
        for (const auto right : port.rights) {
            if (!contains(grant.rights, right)) grant.rights.push_back(right);
        }
        grant.ports.push_back(std::move(port));
    }
    std::ranges::sort(grant.rights);
}

Outcome<void> check_names(const Grant& grant, const Target& target)
{
    const bool fits = std::ranges::all_of(grant.ports, [&](const OutputPort& port) {
        return target.prefix.size() + port.alias.size() <= topic_size_max;
    });
    if (fits) return {};
    Problems problems;
    reject(problems, "/target/prefix", "too long for the names of the topics");
    return refuse(invalid(problems));
}

}  // namespace

Outcome<Grant> grant_for(Draft& draft, const AccessRequest& request)
{
    auto offer = draft.find<Offer>(request.offer);
    if (!offer) return refuse(RefusalCode::not_found, to_string(request.offer));
    if (const auto open = check_open(draft, *offer, request.organisation); !open)
        return refuse(open.error());
    const auto consumer = draft.find<Organisation>(request.organisation);
    if (!consumer || consumer->state != OrganisationState::active) {
        return refuse(RefusalCode::right_missing, "your organisation is not active");
    }
    Problems problems;
    check_plan(*offer, request, problems);
    check_target(request, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    if (const auto own = check_own(draft, request); !own) return refuse(own.error());
    const auto version = find_offered(draft, *offer);
    Grant grant;
    grant.offer = *std::move(offer);
    if (version) {
        grant.version = version->id;
        take_ports(*version, request, grant);
    }
    if (grant.ports.empty()) {
        return refuse(RefusalCode::offer_not_open,
                      "no version of the product is published that this offer is of");
    }
    if (const auto fit = check_names(grant, request.target); !fit) return refuse(fit.error());
    return grant;
}

bool is_https_url(std::string_view text)
{
    constexpr std::string_view scheme = "https://";
    const bool printable = std::ranges::all_of(text, [](char c) { return c > ' ' && c < '\x7f'; });
    if (!printable || text.size() > url_size_max || !text.starts_with(scheme)) return false;
    text.remove_prefix(scheme.size());
    const auto authority = text.substr(0, text.find_first_of("/?"));
    return !authority.empty() && authority.find('@') == std::string_view::npos &&
           text.find_first_of("#\\\"<>") == std::string_view::npos;
}

}  // namespace strait::catalog
