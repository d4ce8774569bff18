#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/store/own_chain.hpp"

#include <boost/endian/conversion.hpp>
#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>
#include <vector>

namespace strait::api {

namespace {

using catalog::AuditEntry;
using catalog::ChainHead;

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

// The entry as the organisation has it: with its own part in clear, and the hash of the others'.
// `common` and `part` are written as the bytes that were hashed, without spaces.
boost::json::object shown_entry(const AuditEntry& entry, catalog::OrganisationId organisation)
{
    const auto side =
        std::ranges::find(entry.sides, organisation, &catalog::AuditSide::organisation);
    if (side == entry.sides.end()) return {};
    return {{"seq", side->seq},
            {"time", written(Timestamp{entry.time_ms})},
            {"common", boost::json::parse(entry.common)},
            {"part", boost::json::parse(side->part)},
            {"others", catalog::hex_of(side->others)},
            {"previous", catalog::hex_of(side->previous)},
            {"hash", catalog::hex_of(side->hash)}};
}

catalog::Refusal unavailable(const Error& error)
{
    return {.code = catalog::RefusalCode::unavailable, .detail = error.detail()};
}

}  // namespace

Handled list_audit(Services& services, const Call& call)
{
    const auto page = read_page(services, call);
    if (!page) co_return std::unexpected{page.error()};
    using Items = std::pair<boost::json::array, std::optional<catalog::IdBits>>;
    const Command<Items> question =
        [page = *page](catalog::Draft& draft, const catalog::Act& act) -> catalog::Outcome<Items> {
        Items items;
        if (!act.organisation) return items;
        const auto from = seq_at(page.after) + 1;
        const auto entries =
            catalog::own_entries(draft.reader(), *act.organisation, from, page.size + 1);
        if (!entries) return catalog::refuse(unavailable(entries.error()));
        for (const auto& entry : *entries) {
            if (items.first.size() == page.size) {
                items.second = place_of(from + page.size - 1);
                break;
            }
            items.first.push_back(shown_entry(entry, *act.organisation));
        }
        return items;
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    co_return page_response(services, call, std::move(found->first), found->second);
}

Handled show_audit_head(Services& services, const Call& call)
{
    const Command<ChainHead> question = [](catalog::Draft& draft,
                                           const catalog::Act& act) -> catalog::Outcome<ChainHead> {
        if (!act.organisation) return ChainHead{};
        const auto head =
            catalog::chain_head(draft.reader(), catalog::own_head_key(*act.organisation));
        if (!head) return catalog::refuse(unavailable(head.error()));
        return *head;
    };
    const auto head = co_await ask(services, call, question);
    if (!head) co_return std::unexpected{head.error()};
    co_return catalog_response(
        services,
        boost::beast::http::status::ok,
        boost::json::object{{"seq", head->seq}, {"hash", catalog::hex_of(head->hash)}});
}

}  // namespace strait::api
