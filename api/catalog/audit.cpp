#include "api/catalog/handlers.hpp"
#include "api/catalog/lists.hpp"
#include "api/catalog/records.hpp"
#include "catalog/audit/exported_chain.hpp"
#include "catalog/store/own_chain.hpp"

#include <boost/endian/conversion.hpp>
#include <boost/json/object.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace strait::api {

namespace {

// A number of the chain where tokens of pages hold an id.
catalog::IdBits place_of(std::uint64_t seq)
{
    catalog::IdBits bits{};
    boost::endian::store_big_u64(bits.data(), seq);
    return bits;
}

std::uint64_t seq_at(const std::optional<catalog::IdBits>& place)
{
    return place ? boost::endian::load_big_u64(place->data()) : 0;
}

}  // namespace

Handled list_audit(Services& services, const Call& call)
{
    const PageQuestion question = [](catalog::Draft& draft,
                                     const catalog::Act& act,
                                     const Page& page) -> catalog::Outcome<PageItems> {
        PageItems found;
        if (!act.organisation) return found;
        const auto from = seq_at(page.after) + 1;
        const auto entries =
            catalog::own_entries(draft.reader(), *act.organisation, from, page.size + 1);
        if (!entries) return catalog::refuse(unavailable(entries.error()));
        for (const auto& entry : *entries) {
            if (found.items.size() == page.size) {
                found.last = place_of(from + page.size - 1);
                break;
            }
            const auto side = std::ranges::find(
                entry.sides, *act.organisation, &catalog::AuditSide::organisation);
            if (side != entry.sides.end()) found.items.push_back(catalog::exported(entry, *side));
        }
        return found;
    };
    return answer_page(services, call, question);
}

Handled show_audit_head(Services& services, const Call& call)
{
    const Command<boost::json::object> question =
        [](catalog::Draft& draft,
           const catalog::Act& act) -> catalog::Outcome<boost::json::object> {
        const auto& own = act.organisation;
        if (!own) return catalog::refuse(no_such_object());
        const auto head = catalog::chain_head(draft.reader(), catalog::own_head_key(*own));
        if (!head) return catalog::refuse(unavailable(head.error()));
        return catalog::exported(*own, *head);
    };
    const auto head = co_await ask(services, call, question);
    if (!head) co_return std::unexpected{head.error()};
    co_return catalog_response(services, boost::beast::http::status::ok, *head);
}

}  // namespace strait::api
