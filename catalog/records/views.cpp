#include "catalog/records/views.hpp"

#include <initializer_list>
#include <string_view>
#include <utility>

namespace strait::catalog {

namespace {

void take_out(boost::json::object& from, std::initializer_list<std::string_view> members)
{
    for (const auto member : members) from.stable_erase(member);
}

HoldBy side_of(std::string_view verb)
{
    const bool consumer = verb == to_string(Verb::withdraw) || verb == to_string(Verb::resubmit);
    return consumer ? HoldBy::consumer : HoldBy::provider;
}

// Who decided is for the side that did; the other one sees what, when and why.
void take_out_persons(boost::json::object& record, HoldBy viewer)
{
    auto* const decisions = record.if_contains("decisions");
    if (decisions == nullptr) return;
    for (auto& each : decisions->as_array()) {
        auto& decision = each.as_object();
        if (side_of(decision.at("verb").as_string()) != viewer) take_out(decision, {"by"});
    }
}

// Without what is the consumer's alone: whose record it is by its labels and its maker.
boost::json::object for_provider(boost::json::object record)
{
    take_out(record, {"created_by", "labels", "target", "allow_ips"});
    take_out_persons(record, HoldBy::provider);
    if (auto* const terms = record.if_contains("terms")) {
        if (auto* const accepted = terms->if_object()) take_out(*accepted, {"accepted_by"});
    }
    return record;
}

// Without what is the provider's alone.
boost::json::object for_consumer(boost::json::object record)
{
    take_out_persons(record, HoldBy::consumer);
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
    const auto from = [&](std::string_view side, boost::json::object view) {
        if (purpose == Purpose::shown) view.emplace("side", side);
        return view;
    };
    if (record.provider == record.organisation) {
        return {{record.organisation, from("both", std::move(whole))}};
    }
    return {{record.provider, from("provider", for_provider(whole))},
            {record.organisation, from("consumer", for_consumer(whole))}};
}

}  // namespace

boost::json::object offered_view(const Offer& record)
{
    auto view = to_json(record, Purpose::shown).as_object();
    take_out(view, {"created_by", "labels"});
    take_out(view.at("policy").as_object(), {"organisations"});
    return view;
}

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
    auto views = both_views(record, purpose);
    if (purpose != Purpose::shown) return views;
    for (auto& view : views) {
        auto* const receipt = view.json.as_object().if_contains("receipt");
        if (receipt != nullptr) take_out(receipt->as_object(), {"audit_seq"});
    }
    return views;
}

}  // namespace strait::catalog
