#include "catalog/records/views.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace strait::catalog {

namespace {

void take_out(boost::json::object& from, std::initializer_list<std::string_view> members)
{
    for (const auto member : members) from.erase(member);
}

// A request or a subscription without what is the consumer's alone.
boost::json::object for_provider(boost::json::object record)
{
    take_out(record, {"target", "allow_ips"});
    if (auto* const terms = record.if_contains("terms")) {
        if (auto* const accepted = terms->if_object()) take_out(*accepted, {"accepted_by"});
    }
    return record;
}

// A subscription without what is the provider's alone.
boost::json::object for_consumer(boost::json::object record)
{
    auto* const ports = record.if_contains("ports");
    if (ports == nullptr) return record;
    for (auto& port : ports->as_array()) {
        take_out(port.as_object(), {"cluster", "topic"});
        if (auto* const observed = port.as_object().if_contains("observed")) {
            take_out(observed->as_object(), {"topic_id"});
        }
    }
    return record;
}

template <AnyRecord T>
std::vector<View> both_views(const T& record, Purpose purpose)
{
    auto whole = to_json(record, purpose).as_object();
    if (record.provider == record.organisation) return {{record.organisation, std::move(whole)}};
    return {{record.provider, for_provider(whole)}, {record.organisation, for_consumer(whole)}};
}

}  // namespace

std::vector<View> views_of(const AccessRequest& record, Purpose purpose)
{
    return both_views(record, purpose);
}

std::vector<View> views_of(const Agreement& record, Purpose purpose)
{
    return both_views(record, purpose);
}

std::vector<View> views_of(const Subscription& record, Purpose purpose)
{
    return both_views(record, purpose);
}

}  // namespace strait::catalog
