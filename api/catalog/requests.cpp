#include "catalog/commands/requests.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/access_inputs.hpp"

#include <concepts>

namespace strait::api {

namespace {

using catalog::AccessRequest;
using catalog::Verb;

// The request, and what came of it, if anything did.
catalog::Outcome<Shown> shown_requested(const catalog::Outcome<catalog::Requested>& requested,
                                        const catalog::Act& act)
{
    if (!requested) return catalog::refuse(requested.error());
    const auto& [request, subscription] = *requested;
    Shown made{.body = {{"request", shown(request, act).body}},
               .revision = request.revision,
               .place = "/v1/requests/" + to_string(request.id)};
    if (subscription) made.body.emplace("subscription", shown(*subscription, act).body);
    return made;
}

// Only an approval narrows what was asked for.
const catalog::Narrowing& narrowing_of(const catalog::ApprovalInput& input) { return input; }
catalog::Narrowing narrowing_of(const catalog::ReasonInput&) { return {}; }

template <std::derived_from<catalog::ReasonInput> Input>
Handled decide(Services& services, const Call& call, Verb verb)
{
    const auto id = id_of<catalog::Noun::request>(call);
    if (!id) co_return std::unexpected{id.error()};
    auto input = read_reasoned<Input>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [id = *id, verb, input = *std::move(input)](
                                       catalog::Draft& draft, const catalog::Act& act) {
        draft.because(input.reason);
        return shown_requested(
            catalog::decide_request(draft, act, id, verb, input.reason, narrowing_of(input)), act);
    };
    co_return co_await carry_out(services, call, if_seen(call, by_id<AccessRequest>(*id), command));
}

}  // namespace

Handled create_request(Services& services, const Call& call)
{
    auto input = read_body<catalog::NewRequest>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [input = *std::move(input)](catalog::Draft& draft,
                                                               const catalog::Act& act) {
        auto made = shown_requested(catalog::request_access(draft, act, input), act);
        if (made) made->created = true;
        return made;
    };
    co_return co_await carry_out(services, call, command);
}

Handled edit_request(Services& services, const Call& call)
{
    constexpr auto known = [](const AccessRequest& request) { return catalog::text_of(request); };
    return patch_record<catalog::edit_request, known, AccessRequest>(services, call);
}

// The request that it leads to is what was made.
Handled renew_subscription(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::subscription>(call);
    if (!id) co_return std::unexpected{id.error()};
    auto input = read_body<catalog::Renewal>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [id = *id, input = *std::move(input)](catalog::Draft& draft,
                                                                         const catalog::Act& act) {
        auto made = shown_requested(catalog::renew_subscription(draft, act, id, input), act);
        if (made) made->created = true;
        return made;
    };
    co_return co_await carry_out(
        services, call, if_seen(call, by_id<catalog::Subscription>(*id), command));
}

Handled approve_request(Services& services, const Call& call)
{
    return decide<catalog::ApprovalInput>(services, call, Verb::approve);
}

Handled reject_request(Services& services, const Call& call)
{
    return decide<catalog::ReasonInput>(services, call, Verb::reject);
}

Handled return_request(Services& services, const Call& call)
{
    return decide<catalog::ReasonInput>(services, call, Verb::request_changes);
}

Handled resubmit_request(Services& services, const Call& call)
{
    return decide<catalog::ReasonInput>(services, call, Verb::resubmit);
}

Handled withdraw_request(Services& services, const Call& call)
{
    return decide<catalog::ReasonInput>(services, call, Verb::withdraw);
}

}  // namespace strait::api
