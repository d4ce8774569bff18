#include "links/store/operation_store.hpp"

#include "core/codec.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace strait::links {

namespace {

constexpr std::uint8_t format = 1;

std::string remedy(const std::filesystem::path& folder)
{
    return ": if " + folder.string() +
           " is damaged, move it away: what was under way has to be asked for again";
}

std::string key_of(OperationId id)
{
    std::string key;
    append_ordered(key, id.value());
    return key;
}

std::string encode(const Operation& operation)
{
    std::string out;
    append_ordered(out, format);
    append_text(out, operation.link.value());
    append_ordered(out, std::to_underlying(operation.verb));
    append_text(out, operation.reason);
    append_ordered(out, std::to_underlying(operation.state));
    append_text(out, operation.detail);
    append_ordered(out, static_cast<std::uint64_t>(operation.started_ms));
    append_ordered(out, static_cast<std::uint64_t>(operation.ended_ms));
    return out;
}

Result<Operation> decode(std::string_view key, std::string_view value)
{
    ByteReader id{key};
    ByteReader in{value};
    if (in.ordered<std::uint8_t>() > format) {
        return fail(Errc::conflict,
                    "operations: written by a newer version of strait: use that one");
    }
    Operation found;
    found.id = OperationId{id.ordered<std::uint64_t>()};
    found.link = LinkName{std::string{in.text()}};
    const auto verb = in.ordered<std::uint8_t>();
    found.reason = in.text();
    const auto state = in.ordered<std::uint8_t>();
    found.detail = in.text();
    found.started_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    found.ended_ms = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    const bool known = verb <= std::to_underlying(Verb::resume) &&
                       state <= std::to_underlying(Operation::State::failed);
    if (!known || !in.ok() || !in.at_end() || !id.ok() || !id.at_end()) {
        return fail(Errc::corrupt, "operations: an entry is unreadable");
    }
    found.verb = Verb{verb};
    found.state = Operation::State{state};
    return found;
}

}  // namespace

Result<OperationStore> OperationStore::open(const std::filesystem::path& folder)
{
    const auto refused = [&](const Error& error) {
        if (error.code() == Errc::conflict) return fail(error);
        return fail(error.code(), error.detail() + remedy(folder));
    };
    auto map = DurableMap::open(folder, "operations");
    if (!map) return refused(map.error());
    OperationStore store{*std::move(map)};
    if (const auto readable = store.all(); !readable) return refused(readable.error());
    return store;
}

Result<std::vector<Operation>> OperationStore::all() const
{
    const auto entries = map_.all();
    if (!entries) return fail(entries.error());
    std::vector<Operation> all;
    all.reserve(entries->size());
    for (const auto& [key, value] : *entries) {
        auto found = decode(key, value);
        if (!found) return fail(found.error());
        all.push_back(*std::move(found));
    }
    return all;
}

Result<void> OperationStore::put(const Operation& operation)
{
    return map_.put(key_of(operation.id), encode(operation));
}

Result<void> OperationStore::remove(OperationId id) { return map_.remove(key_of(id)); }

}  // namespace strait::links
