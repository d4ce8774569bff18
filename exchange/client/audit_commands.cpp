#include "exchange/client/audit_commands.hpp"

#include "catalog/audit/exported_chain.hpp"
#include "exchange/client/pages.hpp"
#include "exchange/configuration_file.hpp"

#include <boost/json/serialize.hpp>

#include <fstream>
#include <functional>
#include <ostream>
#include <utility>

namespace strait::exchange {

namespace json = boost::json;
using catalog::ExportedChain;

namespace {

constexpr auto collection = "/v1/audit";

using TakeEntry = std::function<Result<void>(const json::value& entry)>;

// Every entry of the door, the oldest first, until one is not taken.
Asked<void> read_chain(HttpClient& door, const TakeEntry& take)
{
    Pages pages{door, collection};
    while (pages.has_next()) {
        const auto page = pages.next(page_items_max);
        if (!page) return std::unexpected{page.error()};
        const auto& entries = page->at("items").as_array();
        if (entries.empty() && pages.has_next()) {
            return std::unexpected<Setback>{Error{Errc::corrupt, "a page without entries"}};
        }
        for (const auto& entry : entries) {
            if (const auto taken = take(entry); !taken) {
                return std::unexpected<Setback>{taken.error()};
            }
        }
    }
    return {};
}

// The same of a file.
Asked<void> read_chain(const std::string& file, const TakeEntry& take)
{
    std::ifstream in{file, std::ios::binary};
    std::string line;
    for (std::size_t number = 1; std::getline(in, line); ++number) {
        const auto entry = catalog::parse_exactly(line);
        const auto taken = entry ? take(*entry) : fail(entry.error());
        if (taken) continue;
        return std::unexpected<Setback>{taken.error().within(file + ":" + std::to_string(number))};
    }
    if (in.eof()) return {};
    return std::unexpected<Setback>{Error{Errc::invalid_argument, file + " cannot be read"}};
}

Result<catalog::ChainHead> read_head(const std::string& file)
{
    const auto text = read_text(file, "name the kept head with --head FILE");
    if (!text) return fail(Errc::invalid_argument, text.error().text());
    const auto parsed = catalog::parse_exactly(*text);
    auto head = parsed ? catalog::read_chain_head(*parsed) : fail(parsed.error());
    if (!head) return fail(Errc::invalid_argument, file + ": " + head.error().detail());
    return head;
}

Asked<void> verify_door(const ClientCommand& command, ExportedChain& chain)
{
    auto door = door_of(command);
    if (!door) return std::unexpected<Setback>{door.error()};
    // Before the entries: it only grows, and what comes meanwhile follows.
    const auto answer = ask_json(*door, {.target = std::string{collection} + "/head"});
    if (!answer) return std::unexpected{answer.error()};
    const auto head = catalog::read_chain_head(*answer);
    if (!head) return std::unexpected<Setback>{head.error()};
    chain.expect(*head);
    return read_chain(*door, [&](const json::value& entry) { return chain.take(entry); });
}

Asked<void> verify(const ClientCommand& command,
                   const AuditArguments& arguments,
                   ExportedChain& chain)
{
    for (const auto& file : arguments.heads) {
        const auto head = read_head(file);
        if (!head) return std::unexpected<Setback>{head.error()};
        chain.expect(*head);
    }
    const auto read = arguments.file.empty()
                          ? verify_door(command, chain)
                          : read_chain(arguments.file,
                                       [&](const json::value& entry) { return chain.take(entry); });
    if (!read) return read;
    if (const auto whole = chain.finish(); !whole) return std::unexpected<Setback>{whole.error()};
    return {};
}

}  // namespace

ExitCode export_audit(const ClientCommand& command)
{
    auto door = door_of(command);
    if (!door) return tell(command.err, door.error());
    const auto read = read_chain(*door, [&](const json::value& entry) -> Result<void> {
        command.out << json::serialize(entry) << '\n';
        if (command.out) return {};
        return fail(Errc::refused, "standard output cannot be written");
    });
    return read ? ExitCode::ok : tell(command.err, read.error());
}

ExitCode verify_audit(const ClientCommand& command, const AuditArguments& arguments)
{
    ExportedChain chain;
    const auto verified = verify(command, arguments, chain);
    if (!verified) return tell(command.err, verified.error());
    const auto organisation = chain.organisation().value_or(catalog::OrganisationId{});
    const auto& head = chain.head();
    if (command.json) {
        command.out << json::serialize(catalog::exported(organisation, head)) << '\n';
        return ExitCode::ok;
    }
    command.out << head.seq << " entries of " << to_string(organisation) << ", up to "
                << catalog::hex_of(head.hash) << ": none is changed, none is missing\n";
    return ExitCode::ok;
}

}  // namespace strait::exchange
