#include "catalog/store/change_feed.hpp"

#include "catalog/store/keys.hpp"
#include "core/codec.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::uint8_t format = 2;
constexpr std::uint8_t format_without_erased = 1;

// A key of `records`: a noun and an id.
constexpr std::size_t record_key_bytes = 1 + IdBits{}.size();

}  // namespace

std::string encode(const Change& change)
{
    std::string bytes;
    const bool erases = !change.erased.empty();
    append_ordered(bytes, erases ? format : format_without_erased);
    append_ordered(bytes, static_cast<std::uint64_t>(change.at.unix_ms));
    if (erases) append_ordered(bytes, static_cast<std::uint32_t>(change.records.size()));
    for (const auto& key : change.records) bytes += key;
    for (const auto& key : change.erased) bytes += key;
    return bytes;
}

Result<Change> decode_change(std::string_view key, std::string_view bytes)
{
    ByteReader revision{key};
    ByteReader in{bytes};
    const auto version = in.ordered<std::uint8_t>();
    if (version > format) {
        return fail(Errc::conflict,
                    "the catalog: written by a newer version of strait: use that one");
    }
    Change change;
    change.revision = revision.ordered<std::uint64_t>();
    change.at.unix_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    const auto all = std::numeric_limits<std::size_t>::max();
    const auto count = version == format ? in.ordered<std::uint32_t>() : all;
    while (in.ok() && !in.at_end()) {
        auto& keys = change.records.size() < count ? change.records : change.erased;
        keys.emplace_back(in.bytes(record_key_bytes));
    }
    const bool is_empty = change.records.empty() && change.erased.empty();
    const bool counted = version != format || change.records.size() == count;
    const bool whole = revision.ok() && revision.at_end() && in.ok() && !is_empty && counted;
    if (version == 0 || !whole) {
        return fail(Errc::corrupt, "the catalog: a change is unreadable");
    }
    return change;
}

Result<std::vector<Change>> changes_after(const Reader& reader,
                                          std::uint64_t revision,
                                          std::size_t count_max)
{
    std::vector<Change> found;
    Result<void> good;
    auto due = revision + 1;
    const auto scanned = reader.scan(
        Family::changes, {}, change_key(due), [&](std::string_view key, std::string_view value) {
            if (found.size() == count_max) return false;
            auto change = decode_change(key, value);
            if (!change) {
                good = fail(change.error());
            } else if (change->revision != due++) {
                good = fail(Errc::out_of_range, "the catalog: the changes asked for are not kept");
            } else {
                found.push_back(*std::move(change));
            }
            return good.has_value();
        });
    if (!scanned) return fail(scanned.error());
    if (!good) return fail(good.error());
    return found;
}

Result<Overlay::Changes> outdated_changes(const Reader& reader,
                                          Timestamp now,
                                          std::size_t count_max)
{
    const auto kept_from = now.unix_ms - std::chrono::milliseconds{change_age_max}.count();
    Overlay::Changes removed;
    std::optional<std::string> before;  // is not the last one if another comes after it
    Result<void> good;
    const auto scanned =
        reader.scan(Family::changes, {}, {}, [&](std::string_view key, std::string_view value) {
            if (before) removed.insert_or_assign({Family::changes, *before}, std::nullopt);
            before.reset();
            if (removed.size() == count_max) return false;
            const auto change = decode_change(key, value);
            if (!change) good = fail(change.error());
            if (!change || change->at.unix_ms >= kept_from) return false;
            before.emplace(key);
            return true;
        });
    if (!scanned) return fail(scanned.error());
    if (!good) return fail(good.error());
    return removed;
}

}  // namespace strait::catalog
