#include "api/catalog/asyncapi.hpp"
#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/access_inputs.hpp"
#include "catalog/store/own_chain.hpp"

namespace strait::api {

using catalog::Subscription;

// With the place of the end in the caller's own chain, and the hash up to there: whoever keeps it
// finds a chain that was cut.
Handled show_receipt(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::subscription>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<Shown> question = [id = *id](catalog::Draft& draft,
                                               const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto subscription = find_concerning<Subscription>(draft, act, id);
        if (!subscription) return catalog::refuse(subscription.error());
        const auto& receipt = subscription->receipt;
        const auto& own = act.organisation;
        if (!receipt || !own) return catalog::refuse(no_such_object());
        const auto chain = catalog::own_chain_at(draft.reader(), *own, receipt->audit_seq);
        if (!chain) return catalog::refuse(unavailable(chain.error()));
        auto body = catalog::to_json(*receipt, catalog::Purpose::shown).as_object();
        body.erase("audit_seq");
        body.emplace("subscription", to_string(id));
        if (const auto& place = *chain) {
            body.emplace("audit_seq", place->seq);
            body.emplace("digest", "sha256:" + catalog::hex_of(place->hash));
        }
        return Shown{std::move(body), subscription->revision};
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return record_response(services, call, *std::move(found));
}

Handled accept_new_terms(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::subscription>(call);
    if (!id) co_return std::unexpected{id.error()};
    auto input = read_body<catalog::ShownTerms>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [id = *id, input = *std::move(input)](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto subscription = catalog::accept_new_terms(draft, act, id, input);
        if (!subscription) return catalog::refuse(subscription.error());
        return shown(*subscription, act);
    };
    co_return co_await carry_out(services, call, if_seen(call, by_id<Subscription>(*id), command));
}

// Of where its consumer reads, which is not the provider's to know.
Handled describe_subscription(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::subscription>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<boost::json::object> question =
        [id = *id](catalog::Draft& draft,
                   const catalog::Act& act) -> catalog::Outcome<boost::json::object> {
        const auto subscription = find_concerning<Subscription>(draft, act, id);
        if (!subscription) return catalog::refuse(subscription.error());
        if (act.organisation != subscription->organisation) {
            return catalog::refuse(catalog::RefusalCode::right_missing,
                                   "this document is its consumer's: yours is the product's");
        }
        return asyncapi_document(described_subscription(draft, *subscription));
    };
    auto document = co_await ask(services, call, question);
    if (!document) co_return std::unexpected{document.error()};
    co_return catalog_response(services, boost::beast::http::status::ok, *std::move(document));
}

}  // namespace strait::api
