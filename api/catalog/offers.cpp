#include "catalog/commands/offers.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/publishing_inputs.hpp"

#include <algorithm>

namespace strait::api {

namespace {

using catalog::Offer;

catalog::Outcome<Offer> find_seen(catalog::Draft& draft,
                                  const catalog::Act& act,
                                  catalog::OfferId id)
{
    auto offer = draft.find<Offer>(id);
    const auto& own = act.organisation;
    if (!offer || !own || !catalog::sees(draft, *offer, *own)) {
        return catalog::refuse(no_such_object());
    }
    return *std::move(offer);
}

boost::json::object shown_terms(const Offer& offer, const catalog::Terms& terms)
{
    auto body = catalog::to_json(terms, catalog::Purpose::shown).as_object();
    body.emplace("offer", to_string(offer.id));
    return body;
}

}  // namespace

Handled create_offer(Services& services, const Call& call)
{
    return create_record<catalog::create_offer, catalog::NewOffer>(services, call);
}

Handled edit_offer(Services& services, const Call& call)
{
    constexpr auto draft_of = [](const Offer& offer) {
        return catalog::OfferDraft{offer.versions, offer.plan, offer.policy};
    };
    return patch_record<catalog::edit_offer, draft_of, Offer>(services, call);
}

Handled show_offer(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::offer>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<Shown> question = [id = *id](catalog::Draft& draft,
                                               const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto offer = find_seen(draft, act, id);
        if (!offer) return catalog::refuse(offer.error());
        if (offer->organisation == act.organisation) return shown(*offer, act);
        return Shown{catalog::offered_view(*offer), offer->revision};
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return record_response(services, call, *std::move(found));
}

Handled add_terms(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::offer>(call);
    if (!id) co_return std::unexpected{id.error()};
    auto input = read_body<catalog::NewTerms>(call);
    if (!input) co_return std::unexpected{input.error()};
    const Command<Shown> command = [id = *id, input = *std::move(input)](
                                       catalog::Draft& draft,
                                       const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto offer = catalog::add_terms(draft, act, id, input);
        if (!offer) return catalog::refuse(offer.error());
        const auto& added = offer->terms.back();
        return Shown{.body = shown_terms(*offer, added),
                     .revision = offer->revision,
                     .created = true,
                     .place = std::to_string(added.version)};
    };
    co_return co_await carry_out(services, call, command);
}

Handled show_terms(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::offer>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<Shown> question = [id = *id, number = call.path.back()](
                                        catalog::Draft& draft,
                                        const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto offer = find_seen(draft, act, id);
        if (!offer) return catalog::refuse(offer.error());
        const auto terms = std::ranges::find(offer->terms, number, [](const catalog::Terms& each) {
            return std::to_string(each.version);
        });
        if (terms == offer->terms.end()) return catalog::refuse(no_such_object());
        auto body = shown_terms(*offer, *terms);
        body.emplace("text", draft.find_text(terms->sha256).value_or(""));
        return Shown{std::move(body), offer->revision};
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return record_response(services, call, *std::move(found));
}

}  // namespace strait::api
