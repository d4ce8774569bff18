#include "exchange/client/noun_commands.hpp"

#include "catalog/commands/act.hpp"
#include "core/document.hpp"
#include "exchange/client/login.hpp"
#include "exchange/client/pages.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <array>
#include <cerrno>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <ostream>
#include <system_error>
#include <utility>

namespace strait::exchange {

namespace json = boost::json;

namespace {

constexpr std::size_t search_page_items_max = 100;
constexpr std::size_t body_bytes_max = 8 << 20;  // a schema is long

std::unexpected<Setback> wrong(std::string why)
{
    return std::unexpected<Setback>{Error{Errc::invalid_argument, std::move(why)}};
}

Result<std::string> read_all(std::istream& in, const std::string& from)
{
    std::string text(body_bytes_max + 1, '\0');
    errno = 0;
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    if (in.bad()) {
        return fail(Errc::invalid_argument,
                    from + ": " + std::error_code{errno, std::generic_category()}.message());
    }
    if (text.size() > body_bytes_max)
        return fail(Errc::invalid_argument, from + ": more than 8MiB");
    return text;
}

Result<std::string> read_named(const std::string& file, std::istream& in)
{
    if (file == "-") return read_all(in, "standard input");
    errno = 0;
    std::ifstream opened{file, std::ios::binary};
    if (!opened) {
        return fail(Errc::invalid_argument,
                    file + ": " + std::error_code{errno, std::generic_category()}.message());
    }
    return read_all(opened, file);
}

// {"reason": "..."} alone is no reason to send a body.
std::string text_of(const json::object& body) { return body.empty() ? "" : json::serialize(body); }

// The id of what `text` names: itself, or what the door finds by that name.
Asked<std::string> id_of(HttpClient& door, const Place& place, const std::string& text)
{
    const auto* const noun = place.noun;
    const bool is_id = noun == nullptr || !noun->named || catalog::read_id(noun->kind, text);
    if (is_id) return text;
    const auto found = ask_json(
        door, {.target = std::string{noun->collection} + "?name=" + percent_encoded(text)});
    if (!found) return std::unexpected{found.error()};
    boost::system::error_code absent;
    const auto* const id = found->find_pointer("/items/0/id", absent);
    if (id != nullptr && id->is_string()) return std::string{id->get_string()};
    return std::unexpected<Setback>{
        Error{Errc::not_found, "no " + std::string{noun->name} + " " + in_quotes(text)}};
}

// The action's path, with ids for its places.
Asked<std::string> target_of(HttpClient& door,
                             const Noun& noun,
                             const Action& action,
                             const std::vector<std::string>& texts)
{
    auto target = path_of(noun, action);
    const auto places = places_of(noun, action);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (i >= texts.size() || texts[i].empty()) return wrong("which " + places[i].title + "?");
        const auto id = id_of(door, places[i], texts[i]);
        if (!id) return std::unexpected{id.error()};
        target.replace(target.find("{}"), 2, percent_encoded(*id));
    }
    return target;
}

// What it is now, for a change of nothing else.
Asked<std::string> tag_of(HttpClient& door, const std::string& target)
{
    auto seen = ask_well(door, {.target = target});
    if (!seen) return std::unexpected{seen.error()};
    if (seen->etag.empty()) {
        return std::unexpected<Setback>{Error{Errc::corrupt, "the answer has no ETag"}};
    }
    return std::move(seen->etag);
}

// A link that was made for somebody is passed on with what they have to type.
void print_link(const ClientCommand& command, const HttpAnswer& answer, const json::object& asked)
{
    const auto body = json_of(answer);
    const auto* const made = body ? body->if_object() : nullptr;
    const auto link = made == nullptr ? std::string{} : text_in(*made, "activation_url");
    if (command.json || link.empty()) return;
    auto email = text_in(*made, "email");
    if (email.empty()) email = text_in(asked, "admin_email");
    if (email.empty()) email = text_in(asked, "email");
    command.out << "\nThe link is not shown again. Whoever has it types:\n\n"
                << login_text(link,
                              email.empty() ? "ADDRESS" : email,
                              text_in(*made, "kind") == "partner" ? InvitedAs::partner
                                                                  : InvitedAs::member);
}

Asked<void> change(const ClientCommand& command,
                   HttpClient& door,
                   const Action& action,
                   std::string target,
                   const ActionArguments& arguments)
{
    const auto body = read_body(arguments, std::cin);
    if (!body) return std::unexpected<Setback>{body.error()};
    HttpRequest request{
        .method = action.method, .target = std::move(target), .body = text_of(*body)};
    if (action.method == HttpMethod::post && !arguments.dry_run) {
        request.idempotency_key = new_idempotency_key();
    }
    if (action.method != HttpMethod::post) {
        auto tag = tag_of(door, request.target);
        if (!tag) return std::unexpected{tag.error()};
        request.if_match = *std::move(tag);
    }
    if (arguments.dry_run) request.target += "?dry_run=true";
    const auto answer = ask_well(door, request);
    if (!answer) return std::unexpected{answer.error()};
    print_answer(command, *answer);
    print_link(command, *answer, *body);
    return {};
}

void print_list(const ClientCommand& command,
                std::span<const Column> columns,
                const json::object& list)
{
    if (command.json) {
        command.out << json::serialize(list) << '\n';
        return;
    }
    command.out << list_view(columns, list.at("items").as_array());
    if (list.contains("next_page_token")) command.err << "There are more: see --limit and --all.\n";
}

Asked<void> look(const ClientCommand& command,
                 const Noun& noun,
                 const Action& action,
                 const ActionArguments& arguments)
{
    auto door = door_of(command);
    if (!door) return std::unexpected<Setback>{door.error()};
    auto target = target_of(*door, noun, action, arguments.ids);
    if (!target) return std::unexpected{target.error()};
    if (action.method != HttpMethod::get) {
        return change(command, *door, action, *std::move(target), arguments);
    }
    if (action.below.empty()) {
        const auto limit = arguments.all ? list_items_max : arguments.limit;
        char joint = '?';
        for (const auto& [name, value] :
             {std::pair{"filter=", &arguments.filter}, std::pair{"sort=", &arguments.sort}}) {
            if (value->empty()) continue;
            *target += joint + (name + percent_encoded(*value));
            joint = '&';
        }
        const auto list = read_pages(*door, *std::move(target), {.items = limit});
        if (!list) return std::unexpected{list.error()};
        print_list(command, noun.columns, *list);
        return {};
    }
    if (!arguments.prefix.empty()) *target += "?prefix=" + percent_encoded(arguments.prefix);
    const auto answer = ask_well(*door, {.target = *std::move(target)});
    if (!answer) return std::unexpected{answer.error()};
    print_answer(command, *answer);
    return {};
}

constexpr std::array found_columns{Column{"NAME", "/name"},
                                   Column{"TITLE", "/title"},
                                   Column{"OWNER", "/owner/name"},
                                   Column{"ACCESS", "/access"},
                                   Column{"STATE", "/state"},
                                   Column{"ID", "/id"}};
constexpr std::array facet_columns{Column{"VALUE", "/value"}, Column{"PRODUCTS", "/count"}};

void print_facets(const ClientCommand& command, const json::object& found)
{
    const auto* const member = found.if_contains("facets");
    const auto* const facets = member == nullptr ? nullptr : member->if_object();
    if (facets == nullptr) return;
    for (const auto& [name, counts] : *facets) {
        if (!counts.is_array()) continue;
        command.out << '\n'
                    << escaped(name) << '\n'
                    << list_view(facet_columns, counts.get_array());
    }
}

std::string query_of(const SearchArguments& arguments)
{
    std::string words;
    for (const auto& word : arguments.words) words.append(words.empty() ? "" : " ").append(word);
    auto target = "/v1/discover?q=" + percent_encoded(words);
    if (!arguments.facets.empty()) target += "&facets=" + percent_encoded(arguments.facets);
    return target;
}

}  // namespace

Result<json::object> read_body(const ActionArguments& arguments, std::istream& in)
{
    json::object body;
    if (!arguments.body_file.empty()) {
        const auto text = read_named(arguments.body_file, in);
        if (!text) return fail(text.error());
        boost::system::error_code failure;
        auto parsed = json::parse(*text, failure);
        if (failure || !parsed.is_object()) {
            return fail(Errc::invalid_argument,
                        arguments.body_file + " holds no JSON object" +
                            (failure ? ": " + failure.message() : ""));
        }
        body = std::move(parsed.as_object());
    }
    for (const auto& member : arguments.members) {
        const auto at = member.find('=');
        if (at == std::string::npos || at == 0) {
            return fail(Errc::invalid_argument, "--set " + in_quotes(member) + ": say NAME=VALUE");
        }
        const auto value = member.substr(at + 1);
        boost::system::error_code is_text;
        auto parsed = json::parse(value, is_text);
        body.insert_or_assign(member.substr(0, at),
                              is_text ? json::value{value} : std::move(parsed));
    }
    if (!arguments.reason.empty()) body.insert_or_assign("reason", arguments.reason);
    return body;
}

ExitCode run_action(const ClientCommand& command,
                    const Noun& noun,
                    const Action& action,
                    const ActionArguments& arguments)
{
    const auto done = look(command, noun, action, arguments);
    return done ? ExitCode::ok : tell(command.err, done.error());
}

ExitCode search(const ClientCommand& command, const SearchArguments& arguments)
{
    auto door = door_of(command);
    if (!door) return tell(command.err, door.error());
    if (!arguments.product.empty()) {
        const auto found =
            ask_well(*door, {.target = "/v1/discover/" + percent_encoded(arguments.product)});
        if (!found) return tell(command.err, found.error());
        print_answer(command, *found);
        return ExitCode::ok;
    }
    const auto limit = arguments.all ? list_items_max : arguments.limit;
    const auto found = read_pages(
        *door, query_of(arguments), {.items = limit, .page_items = search_page_items_max});
    if (!found) return tell(command.err, found.error());
    print_list(command, found_columns, *found);
    if (!command.json) print_facets(command, *found);
    return ExitCode::ok;
}

}  // namespace strait::exchange
