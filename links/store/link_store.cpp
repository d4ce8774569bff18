#include "links/store/link_store.hpp"

#include "core/codec.hpp"

namespace strait::links {

namespace {

constexpr std::uint8_t format = 1;

}  // namespace

std::string encode(const StoredLink& link)
{
    std::string out;
    append_ordered(out, format);
    append_ordered(out, std::to_underlying(link.managed_by));
    append_ordered(out, static_cast<std::uint64_t>(link.created_ms));
    append_ordered(out, static_cast<std::uint64_t>(link.changed_ms));
    append_ordered(out, link.revision);
    append_text(out, link.text);
    return out;
}

Result<StoredLink> decode_link(std::string_view name, std::string_view value)
{
    ByteReader in{value};
    if (in.ordered<std::uint8_t>() > format) {
        return fail(Errc::conflict,
                    "stored links: written by a newer version of strait: use that one");
    }
    StoredLink found;
    found.name = LinkName{std::string{name}};
    const auto managed_by = in.ordered<std::uint8_t>();
    found.created_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    found.changed_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    found.revision = in.ordered<std::uint64_t>();
    found.text = in.text();
    const bool known = managed_by == std::to_underlying(ManagedBy::api) ||
                       managed_by == std::to_underlying(ManagedBy::catalog);
    if (!known || !in.ok() || !in.at_end() || !is_config_name(name)) {
        return fail(Errc::corrupt, "stored links: an entry is unreadable");
    }
    found.managed_by = ManagedBy{managed_by};
    return found;
}

Result<LinkStore> LinkStore::open(const std::filesystem::path& folder)
{
    const auto refused = [&](const Error& error) {
        if (error.code() == Errc::conflict) return fail(error);
        return fail(error.code(),
                    error.detail() + ": if " + folder.string() +
                        " is damaged, move it away: the links that came at run time have to be "
                        "created again, and go on where they were");
    };
    auto map = DurableMap::open(folder, "stored links");
    if (!map) return refused(map.error());
    LinkStore store{*std::move(map)};
    if (const auto readable = store.all(); !readable) return refused(readable.error());
    return store;
}

Result<std::vector<StoredLink>> LinkStore::all() const
{
    const auto entries = map_.all();
    if (!entries) return fail(entries.error());
    std::vector<StoredLink> all;
    all.reserve(entries->size());
    for (const auto& [name, value] : *entries) {
        auto found = decode_link(name, value);
        if (!found) return fail(found.error());
        all.push_back(*std::move(found));
    }
    return all;
}

Result<void> LinkStore::put(const StoredLink& link)
{
    return map_.put(link.name.value(), encode(link));
}

Result<void> LinkStore::remove(const LinkName& name) { return map_.remove(name.value()); }

}  // namespace strait::links
