#pragma once

#include "catalog/records/record.hpp"
#include "catalog/records/views.hpp"
#include "catalog/store/indexes.hpp"
#include "catalog/store/overlay.hpp"
#include "catalog/store/reader.hpp"
#include "catalog/store/record_codec.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::catalog {

// What a command did to a record, as one organisation may be told.
struct Touched {
    std::string object;  // the id
    OrganisationId organisation;
    boost::json::value before;  // null: it came
    boost::json::value after;   // null: it went
};

// What one command reads and changes. It sees its own changes, and nothing is written before it
// succeeds as a whole. A failure of the disk is remembered: everything reads as absent from then
// on, and whoever would write asks failure() first. Not thread-safe; `base` outlives it.
class Draft {
  public:
    static constexpr auto unlimited = std::numeric_limits<std::size_t>::max();

    Draft(const Reader& base, std::uint64_t revision, Timestamp now);

    template <AnyRecord T>
    std::optional<T> find(Id<T::noun> id)
    {
        const auto bytes = get(Family::records, record_key(T::noun, id.bits));
        if (!bytes) return std::nullopt;
        auto record = decode<T>(*bytes);
        if (record) return *std::move(record);
        remember(record.error().within(to_string(id)));
        return std::nullopt;
    }

    // By a key of `index` or `keys` that leads to an id.
    template <AnyRecord T>
    std::optional<T> find_by(Family family, std::string_view key)
    {
        const auto bytes = get(family, key);
        if (!bytes) return std::nullopt;
        const auto id = taken(*bytes);
        if (!id) return std::nullopt;
        return find<T>({*id});
    }

    // All of a noun that the organisation is concerned with, up to `count_max`, the oldest first.
    template <AnyRecord T>
    std::vector<T> of_organisation(OrganisationId organisation, std::size_t count_max)
    {
        return all_below<T>(
            Family::by_organisation, organisation_key(organisation, T::noun), count_max);
    }

    // The oldest of a noun that the organisation is concerned with and of which this is true, found
    // among all of them.
    template <AnyRecord T, class Predicate>
    std::optional<T> find_first(OrganisationId organisation, Predicate is_it)
    {
        for (const auto& id :
             ids_below(Family::by_organisation, organisation_key(organisation, T::noun))) {
            auto record = find<T>({id});
            if (record && is_it(*record)) return record;
        }
        return std::nullopt;
    }

    // All of the noun whose ids stand at the end of keys that begin so, up to `count_max`.
    template <AnyRecord T>
    std::vector<T> all_below(Family family,
                             std::string_view prefix,
                             std::size_t count_max = unlimited)
    {
        return all_of<T>(ids_below(family, prefix, count_max));
    }

    // The same, of keys whose values are the ids.
    template <AnyRecord T>
    std::vector<T> all_named(Family family, std::string_view prefix, std::size_t count_max)
    {
        return all_of<T>(ids_named(family, prefix, count_max));
    }

    // Stores the record as this command makes it: with its revision and its time. One that is as it
    // was keeps both, and nothing is stored. That it takes no name of another the command has seen
    // to; if it has not, that is remembered as a failure.
    template <AnyRecord T>
    void put(T& record)
    {
        if (find<T>(record.id) != record) put_anew(record);
    }

    // The same, also of one that is as it was: of what stands beside it, something changes.
    template <AnyRecord T>
    void put_anew(T& record)
    {
        const auto before = find<T>(record.id);
        record.revision = revision_;
        record.updated_at = now_;
        std::vector<Entry> old_entries;
        if (before) old_entries = entries_of(*before);
        replace(old_entries, entries_of(record));
        overlay_.put(Family::records, record_key(T::noun, record.id.bits), encode(record));
        for (auto& [organisation, seen] : views_of(record, Purpose::audited)) {
            touch({.object = to_string(record.id),
                   .organisation = organisation,
                   .before = before ? view_of(*before, organisation, Purpose::audited) : nullptr,
                   .after = std::move(seen)});
        }
    }

    // Takes the record away, as if it had never been there: what names it has to go before it. Its
    // name is free again.
    template <AnyRecord T>
    void erase(const T& record)
    {
        replace(entries_of(record), {});
        overlay_.remove(Family::records, record_key(T::noun, record.id.bits));
        for (auto& [organisation, seen] : views_of(record, Purpose::audited)) {
            touch({.object = to_string(record.id),
                   .organisation = organisation,
                   .before = std::move(seen),
                   .after = nullptr});
        }
    }

    // Stores a text once; its SHA-256 in hexadecimal is where it is found.
    std::string put_text(std::string text);
    std::optional<std::string> find_text(std::string_view sha256)
    {
        return get(Family::texts, sha256);
    }

    // The secrets of a record, sealed; none is kept without its record.
    void put_sealed(Noun noun, const IdBits& id, std::string sealed)
    {
        overlay_.put(Family::secrets, record_key(noun, id), std::move(sealed));
    }
    void remove_sealed(Noun noun, const IdBits& id)
    {
        overlay_.remove(Family::secrets, record_key(noun, id));
    }
    std::optional<std::string> find_sealed(Noun noun, const IdBits& id)
    {
        return get(Family::secrets, record_key(noun, id));
    }

    // What the command does, and to which record, as its entry of the audit says it.
    void names(std::string verb, std::string object)
    {
        verb_ = std::move(verb);
        object_ = std::move(object);
    }

    // Why, in the words of whoever asked for it.
    void because(std::string reason) { reason_ = std::move(reason); }

    [[nodiscard]] bool has(Family family, std::string_view key)
    {
        return get(family, key).has_value();
    }

    // The ids at the end of the keys that begin with `prefix`, in the order of the keys, from the
    // key `from` on. What looks for an exception has to see all of them: it passes no `count_max`.
    std::vector<IdBits> ids_below(Family family,
                                  std::string_view prefix,
                                  std::size_t count_max = unlimited,
                                  std::string_view from = {});

    // The ids that are the values of the keys that begin with `prefix`, in the order of the keys,
    // from the key `from` on.
    std::vector<IdBits> ids_named(Family family,
                                  std::string_view prefix,
                                  std::size_t count_max,
                                  std::string_view from = {});

    // The first key that begins with `prefix`, from `from` on; empty if there is none.
    std::optional<std::string> first_key(Family family,
                                         std::string_view prefix,
                                         std::string_view from = {});

    // What the command made of an object, as the organisation may be told, or as the first that may
    // if it has no part in it; null if it changed nothing of it.
    [[nodiscard]] boost::json::value shown_to(std::optional<OrganisationId> organisation,
                                              const std::string& object) const;

    // The catalog as the command has made it so far.
    [[nodiscard]] const Reader& reader() const noexcept { return overlay_; }

    [[nodiscard]] const std::optional<Error>& failure() const noexcept { return failure_; }
    [[nodiscard]] const std::vector<Touched>& touched() const noexcept { return touched_; }
    [[nodiscard]] const Overlay::Changes& changes() const noexcept { return overlay_.changes(); }
    [[nodiscard]] const std::string& verb() const noexcept { return verb_; }
    [[nodiscard]] const std::string& object() const noexcept { return object_; }
    [[nodiscard]] const std::string& reason() const noexcept { return reason_; }
    [[nodiscard]] std::uint64_t revision() const noexcept { return revision_; }
    [[nodiscard]] Timestamp now() const noexcept { return now_; }

  private:
    template <AnyRecord T>
    std::vector<T> all_of(const std::vector<IdBits>& ids)
    {
        std::vector<T> found;
        found.reserve(ids.size());
        for (const auto& id : ids) {
            auto record = find<T>({id});
            if (record) found.push_back(*std::move(record));
        }
        return found;
    }

    std::optional<std::string> get(Family family, std::string_view key);
    void replace(std::vector<Entry> old_entries, std::vector<Entry> new_entries);
    void touch(Touched touched);
    std::optional<IdBits> taken(std::string_view bytes);
    void remember(Error error);

    Overlay overlay_;
    std::uint64_t revision_;
    Timestamp now_;
    std::string verb_;
    std::string object_;
    std::string reason_;
    std::vector<Touched> touched_;  // one for each record and organisation,
    std::map<std::pair<std::string, OrganisationId>, std::size_t> places_;  // and where it stands
    std::optional<Error> failure_;
};

}  // namespace strait::catalog
