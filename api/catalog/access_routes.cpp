#include "api/catalog/handlers.hpp"
#include "api/catalog/route_forms.hpp"
#include "api/catalog/routes.hpp"
#include "catalog/commands/subscriptions.hpp"
#include "catalog/commands/usage.hpp"
#include "catalog/inputs/access_inputs.hpp"

#include <array>

namespace strait::api {

namespace {

using catalog::AccessRequest;
using catalog::Agreement;
using catalog::ReasonInput;
using catalog::Subscription;
using catalog::Verb;
using forms::asks_with;
using forms::create;
using forms::edit;
using forms::list_own;
using forms::show;
using forms::show_own;
using forms::verb;

// A subscription keeps why a side holds it, besides the audit.
template <auto Change, Verb V>
constexpr Route of_subscription(std::string_view path, Right right, std::string_view summary)
{
    constexpr auto change = [](catalog::Draft& draft,
                               const catalog::Act& act,
                               catalog::SubscriptionId id,
                               const std::string& reason) {
        return Change(draft, act, id, V, reason);
    };
    return verb(
        path,
        right,
        say<change, Subscription>,
        {summary, asked<ReasonInput>, answered<AnyOf<Subscription, RecordStub<Subscription>>>});
}

template <Verb V>
constexpr Route hold(std::string_view path, Right right, std::string_view summary)
{
    return of_subscription<catalog::hold_subscription, V>(path, right, summary);
}

template <Verb V>
constexpr Route end(std::string_view path, Right right, std::string_view summary)
{
    return of_subscription<catalog::end_subscription, V>(path, right, summary);
}

constexpr Route decide(std::string_view path,
                       Right right,
                       Handler handler,
                       std::string_view summary,
                       BodyOf input = asked<ReasonInput>)
{
    return verb(path,
                right,
                handler,
                {summary,
                 input,
                 answered<RequestedAccess>,
                 {"offer-not-open", "terms-outdated", "in-use"}});
}

// Makes a request, which is found elsewhere.
constexpr Route renews(std::string_view path, Right right, Handler handler, Description about)
{
    about.success = boost::beast::http::status::created;
    return verb(path, right, handler, about);
}

constexpr std::array<std::string_view, 5> usage_parameters{
    "from", "to", "step", "group_by", "subscription"};

boost::json::object usage_body(Schemas& schemas)
{
    auto body = answered<catalog::Usage>(schemas);
    body.emplace("text/csv", boost::json::object{{"schema", {{"type", "string"}}}});
    return body;
}

constexpr std::array table{
    list_own<AccessRequest>("/v1/requests", Right::org_read, "Requests of both sides"),
    create("/v1/requests",
           Right::apps_write,
           create_request,
           {"Ask for what an offer is of; with the subscription if nobody has to approve it",
            asked<catalog::NewRequest>,
            answered<RequestedAccess>,
            {"offer-not-open", "terms-required", "terms-outdated", "request-open", "in-use"}}),
    show_own<AccessRequest>("/v1/requests/{request}", Right::org_read, "One request"),
    edit("/v1/requests/{request}",
         Right::apps_write,
         edit_request,
         {"Change a request that was sent back",
          patched_to<catalog::RequestText>,
          answered<AccessRequest>,
          {"offer-not-open", "terms-required", "terms-outdated"}}),
    decide("/v1/requests/{request}:approve",
           Right::access_write,
           approve_request,
           "Give what is asked for, or less of it",
           asked<catalog::ApprovalInput>),
    decide("/v1/requests/{request}:reject",
           Right::access_write,
           reject_request,
           "Refuse what is asked for"),
    decide("/v1/requests/{request}:request-changes",
           Right::access_write,
           return_request,
           "Say what has to be otherwise"),
    decide("/v1/requests/{request}:resubmit",
           Right::apps_write,
           resubmit_request,
           "Ask again, as it is"),
    decide("/v1/requests/{request}:withdraw",
           Right::apps_write,
           withdraw_request,
           "Take one's request back"),

    list_own<Agreement>("/v1/agreements", Right::org_read, "What was agreed on, by both sides"),
    show_own<Agreement>("/v1/agreements/{agreement}", Right::org_read, "One agreement"),
    show("/v1/agreements/{agreement}/terms",
         Right::org_read,
         show_accepted,
         {"The text of the terms as they were accepted", nothing, answered<AgreedText>}),

    list_own<Subscription>("/v1/subscriptions", Right::org_read, "Subscriptions of both sides"),
    show_own<Subscription>("/v1/subscriptions/{subscription}", Right::org_read, "One subscription"),
    show("/v1/subscriptions/{subscription}/receipt",
         Right::org_read,
         show_receipt,
         {"What both sides keep of its end", nothing, answered<SubscriptionReceipt>}),
    routes::get("/v1/subscriptions/{subscription}/asyncapi",
                Right::org_read,
                describe_subscription,
                {"What its consumer needs, as AsyncAPI 3.1", nothing, foreign_document}),
    hold<Verb::pause>("/v1/subscriptions/{subscription}:pause",
                      Right::apps_write,
                      "Let it stand still, as its consumer"),
    hold<Verb::resume>("/v1/subscriptions/{subscription}:resume",
                       Right::apps_write,
                       "Let it go on, as its consumer"),
    end<Verb::cancel>("/v1/subscriptions/{subscription}:cancel",
                      Right::apps_write,
                      "End it for ever, as its consumer"),
    renews("/v1/subscriptions/{subscription}:renew",
           Right::apps_write,
           renew_subscription,
           {"Ask for it to last longer, from its present end on",
            asked<catalog::Renewal>,
            answered<RequestedAccess>,
            {"offer-not-open", "terms-required", "terms-outdated", "request-open"}}),
    verb("/v1/subscriptions/{subscription}:accept-terms",
         Right::apps_write,
         accept_new_terms,
         {"Accept the newest terms of its offer, as its consumer",
          asked<catalog::ShownTerms>,
          answered<Subscription>,
          {"terms-required", "terms-outdated"}}),
    hold<Verb::suspend>("/v1/subscriptions/{subscription}:suspend",
                        Right::access_write,
                        "Let it stand still, as its provider or the operator"),
    hold<Verb::reinstate>("/v1/subscriptions/{subscription}:reinstate",
                          Right::access_write,
                          "Let it go on, as who suspended it"),
    end<Verb::revoke>("/v1/subscriptions/{subscription}:revoke",
                      Right::access_write,
                      "End it for ever, as its provider or the operator"),

    asks_with(usage_parameters,
              routes::get("/v1/usage",
                          Right::usage_read,
                          show_usage,
                          {"How much subscriptions were given, by the hour, the day or the month",
                           nothing,
                           usage_body,
                           {"not-found"}})),
};

}  // namespace

const std::span<const Route> access_routes{table};

}  // namespace strait::api
