#include "catalog/store/answers.hpp"

#include "catalog/store/keys.hpp"
#include "core/codec.hpp"

#include <algorithm>
#include <functional>

namespace strait::catalog {

namespace {

constexpr std::uint8_t format = 1;
constexpr std::size_t key_bytes_max = 255;

bool is_kept(Timestamp at, Timestamp now)
{
    return now.unix_ms - at.unix_ms < std::chrono::milliseconds{answer_age_max}.count();
}

// The answer and its place in the order of those of its principal.
void remove(Overlay::Changes& from, const AnswerPlace& place)
{
    from.insert_or_assign({Family::idempotency, answer_key(place.principal, place.key)},
                          std::nullopt);
    from.insert_or_assign({Family::idempotency, answer_order_key(place)}, std::nullopt);
}

Result<void> read_places(const Reader& reader,
                         std::string_view prefix,
                         std::string_view from,
                         const std::function<bool(const AnswerPlace&)>& visit)
{
    Result<void> good;
    const auto scanned =
        reader.scan(Family::idempotency, prefix, from, [&](std::string_view key, std::string_view) {
            const auto place = read_answer_order_key(key);
            if (!place)
                good = fail(Errc::corrupt, "the catalog: the place of an answer is unreadable");
            return place && visit(*place);
        });
    return scanned ? good : scanned;
}

}  // namespace

bool is_call_key(std::string_view text) noexcept
{
    const auto visible = [](char c) { return c > ' ' && c <= '~'; };
    return !text.empty() && text.size() <= key_bytes_max && std::ranges::all_of(text, visible);
}

Sha256 fingerprint_of(std::string_view method, std::string_view path, std::string_view body)
{
    std::string bytes;
    for (const auto part : {method, path, body}) append_text(bytes, part);
    return sha256(bytes);
}

std::string encode(const KeptAnswer& kept)
{
    std::string bytes;
    append_ordered(bytes, format);
    append_ordered(bytes, static_cast<std::uint64_t>(kept.at.unix_ms));
    bytes += bytes_of(kept.fingerprint);
    append_ordered(bytes, kept.answer.status);
    append_varint(bytes, kept.answer.headers.size());
    for (const auto& [name, value] : kept.answer.headers) {
        append_text(bytes, name);
        append_text(bytes, value);
    }
    append_text(bytes, kept.answer.body);
    return bytes;
}

Result<KeptAnswer> decode_answer(std::string_view bytes)
{
    ByteReader in{bytes};
    const auto version = in.ordered<std::uint8_t>();
    if (version > format) {
        return fail(Errc::conflict,
                    "the catalog: written by a newer version of strait: use that one");
    }
    KeptAnswer kept;
    kept.at.unix_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    kept.fingerprint = take_sha256(in);
    kept.answer.status = in.ordered<std::uint16_t>();
    const auto count = in.varint();
    for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
        const auto name = in.text();
        kept.answer.headers.emplace_back(name, in.text());
    }
    kept.answer.body = in.text();
    if (version == 0 || !in.ok() || !in.at_end()) {
        return fail(Errc::corrupt, "the catalog: a stored answer is unreadable");
    }
    return kept;
}

Result<std::optional<KeptAnswer>> find_kept(const Reader& reader,
                                            const Principal& principal,
                                            std::string_view key)
{
    const auto bytes = reader.get(Family::idempotency, answer_key(principal, key));
    if (!bytes) return fail(bytes.error());
    const auto& found = *bytes;
    if (!found) return std::nullopt;
    auto kept = decode_answer(*found);
    if (!kept) return fail(kept.error());
    return *std::move(kept);
}

Result<std::optional<Answered>> find_answer(const Reader& reader,
                                            const NamedCall& call,
                                            Timestamp now)
{
    auto found = find_kept(reader, call.principal, call.key);
    if (!found) return fail(found.error());
    auto& kept = *found;
    if (!kept || !is_kept(kept->at, now)) return std::nullopt;
    if (kept->fingerprint != call.fingerprint) return Answered{Repetition::mismatch, {}};
    return Answered{Repetition::replayed, std::move(kept->answer)};
}

Result<Overlay::Changes> keep_answer(const Reader& reader,
                                     const NamedCall& call,
                                     Timestamp now,
                                     const StoredAnswer& answer)
{
    Overlay::Changes changes;
    const auto earlier = find_kept(reader, call.principal, call.key);
    if (!earlier) return fail(earlier.error());
    if (const auto& kept = *earlier) remove(changes, {call.principal, kept->at, call.key});

    std::vector<AnswerPlace> places;
    const auto read =
        read_places(reader, answer_order_key(call.principal), {}, [&](const AnswerPlace& place) {
            places.push_back(place);
            return true;
        });
    if (!read) return fail(read.error());
    for (std::size_t i = 0; places.size() - i >= answers_max; ++i) remove(changes, places.at(i));

    changes.insert_or_assign({Family::idempotency, answer_key(call.principal, call.key)},
                             encode(KeptAnswer{now, call.fingerprint, answer}));
    changes.insert_or_assign(
        {Family::idempotency, answer_order_key({call.principal, now, call.key})}, std::string{});
    return changes;
}

Result<Overlay::Changes> outdated_answers(const Reader& reader,
                                          Timestamp now,
                                          std::size_t count_max)
{
    Overlay::Changes removed;
    std::size_t count = 0;
    auto from = answer_order_key();
    for (bool more = true; more && count < count_max;) {
        more = false;
        const auto read =
            read_places(reader, answer_order_key(), from, [&](const AnswerPlace& place) {
                if (is_kept(place.at, now)) {
                    from = answer_order_end(place.principal);
                    more = true;
                    return false;
                }
                remove(removed, place);
                return ++count < count_max;
            });
        if (!read) return fail(read.error());
    }
    return removed;
}

}  // namespace strait::catalog
