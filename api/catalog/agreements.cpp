#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/records/access.hpp"

namespace strait::api {

using catalog::Agreement;

// The text as it was accepted, whatever has become of the offer.
Handled show_accepted(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::agreement>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<Shown> question = [id = *id](catalog::Draft& draft,
                                               const catalog::Act& act) -> catalog::Outcome<Shown> {
        const auto agreement = find_concerning<Agreement>(draft, act, id);
        if (!agreement) return catalog::refuse(agreement.error());
        const auto& terms = agreement->terms;
        if (!terms) return catalog::refuse(no_such_object());
        auto body = catalog::to_json(*terms, catalog::Purpose::shown).as_object();
        body.emplace("agreement", to_string(id));
        body.emplace("text", draft.find_text(terms->sha256).value_or(""));
        return Shown{std::move(body), agreement->revision};
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return record_response(services, call, *std::move(found));
}

}  // namespace strait::api
