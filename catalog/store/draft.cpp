#include "catalog/store/draft.hpp"

#include "catalog/audit/sha256.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace strait::catalog {

Draft::Draft(const Reader& base, std::uint64_t revision, Timestamp now)
    : overlay_{base}, revision_{revision}, now_{now}
{
}

std::optional<std::string> Draft::get(Family family, std::string_view key)
{
    if (failure_) return std::nullopt;
    auto found = overlay_.get(family, key);
    if (found) return *std::move(found);
    remember(found.error());
    return std::nullopt;
}

std::vector<IdBits> Draft::ids_below(Family family,
                                     std::string_view prefix,
                                     std::size_t count_max,
                                     std::string_view from)
{
    std::vector<IdBits> ids;
    const auto scanned =
        overlay_.scan(family, prefix, from, [&](std::string_view key, std::string_view) {
            if (ids.size() == count_max) return false;
            const auto id = taken(key.substr(key.size() - std::min(key.size(), IdBits{}.size())));
            if (id) ids.push_back(*id);
            return id.has_value();
        });
    if (!scanned) remember(scanned.error());
    return failure_ ? std::vector<IdBits>{} : ids;
}

std::vector<IdBits> Draft::ids_named(Family family,
                                     std::string_view prefix,
                                     std::size_t count_max,
                                     std::string_view from)
{
    std::vector<IdBits> ids;
    const auto scanned =
        overlay_.scan(family, prefix, from, [&](std::string_view, std::string_view value) {
            if (ids.size() == count_max) return false;
            const auto id = taken(value);
            if (id) ids.push_back(*id);
            return id.has_value();
        });
    if (!scanned) remember(scanned.error());
    return failure_ ? std::vector<IdBits>{} : ids;
}

std::optional<std::string> Draft::first_key(Family family,
                                            std::string_view prefix,
                                            std::string_view from)
{
    std::optional<std::string> first;
    const auto scanned =
        overlay_.scan(family, prefix, from, [&](std::string_view key, std::string_view) {
            first.emplace(key);
            return false;
        });
    if (!scanned) remember(scanned.error());
    return failure_ ? std::nullopt : first;
}

std::string Draft::put_text(std::string text)
{
    auto hash = hex_of(sha256(text));
    if (has(Family::texts, hash)) return hash;
    overlay_.put(Family::texts, hash, std::move(text));
    return hash;
}

void Draft::replace(std::vector<Entry> old_entries, std::vector<Entry> new_entries)
{
    std::ranges::sort(old_entries);
    std::ranges::sort(new_entries);
    std::vector<Entry> gone;
    std::ranges::set_difference(old_entries, new_entries, std::back_inserter(gone));
    for (auto& entry : gone) overlay_.remove(entry.family, std::move(entry.key));
    std::vector<Entry> came;
    std::ranges::set_difference(new_entries, old_entries, std::back_inserter(came));
    for (auto& entry : came) {
        const auto taken = get(entry.family, entry.key);
        if (taken && *taken != entry.value) {
            remember(Error{Errc::conflict, "a record would take the place of another in an index"});
        }
        overlay_.put(entry.family, std::move(entry.key), std::move(entry.value));
    }
}

boost::json::value Draft::shown_to(std::optional<OrganisationId> organisation,
                                   const std::string& object) const
{
    auto place = places_.find({object, organisation.value_or(OrganisationId{})});
    if (place == places_.end()) place = places_.lower_bound({object, OrganisationId{}});
    if (place == places_.end() || place->first.first != object) return nullptr;
    return touched_[place->second].after;
}

void Draft::touch(Touched touched)
{
    const auto [known, is_new] =
        places_.try_emplace({touched.object, touched.organisation}, touched_.size());
    if (is_new) {
        touched_.push_back(std::move(touched));
    } else {
        touched_[known->second].after = std::move(touched.after);
    }
}

std::optional<IdBits> Draft::taken(std::string_view bytes)
{
    auto id = id_in(bytes);
    if (!id) remember(Error{Errc::corrupt, "the catalog: an index leads to no id"});
    return id;
}

void Draft::remember(Error error)
{
    if (!failure_) failure_ = std::move(error);
}

}  // namespace strait::catalog
