#include "exchange/client/login.hpp"

#include "core/document.hpp"
#include "exchange/client/answer.hpp"
#include "exchange/client/record_view.hpp"
#include "exchange/configuration_file.hpp"

#include <boost/json/serialize.hpp>

#include <filesystem>
#include <ostream>
#include <utility>

namespace strait::exchange {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::string_view between = "/activate#";

// For a shell: in quotes, unless it is a plain word.
std::string as_word(std::string_view text)
{
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@%+=:,./_-";
    if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) {
        return std::string{text};
    }
    std::string word{"'"};
    for (const char c : text) word += c == '\'' ? std::string{"'\\''"} : std::string{c};
    return word + "'";
}

// A profile is used from any folder.
std::string absolute_file(const std::string& file)
{
    return file.empty() ? file : fs::absolute(file).lexically_normal().string();
}

json::object body_of(const ActivationLink& link, const LoginArguments& arguments)
{
    const auto& name = arguments.name.empty() ? arguments.email.substr(0, arguments.email.find('@'))
                                              : arguments.name;
    json::object body{{"token", link.token.reveal()},
                      {"user", {{"email", arguments.email}, {"display_name", name}}}};
    if (!arguments.organisation.empty()) {
        body.emplace("organisation",
                     json::object{{"name", arguments.organisation}, {"title", arguments.title}});
    }
    return body;
}

// Of what a redeemed link is answered.
Result<Profile> profile_in(const json::value& answer, const ActivationLink& link)
{
    const auto* const joined = answer.if_object();
    const auto member = [&](std::string_view name) -> json::object {
        const auto* const found = joined == nullptr ? nullptr : joined->if_contains(name);
        return found != nullptr && found->is_object() ? found->get_object() : json::object{};
    };
    Profile profile{.endpoint = link.origin + "/v1",
                    .key = Secret{joined == nullptr ? "" : text_in(*joined, "secret")},
                    .expires_at = text_in(member("profile"), "expirationTime"),
                    .organisation = joined == nullptr ? "" : text_in(*joined, "organisation"),
                    .principal = text_in(member("user"), "id"),
                    .ca_file = {}};
    if (profile.key.empty()) return fail(Errc::corrupt, "the answer holds no key");
    return profile;
}

ExitCode keep(const ClientCommand& command, const Profile& profile)
{
    if (const auto written = command.profiles.write(command.profile, profile); !written) {
        tell(command.err, written.error());
        command.err << "error: the profile is not kept; its text follows, and is not shown again\n";
        command.out << to_text(profile);
        return ExitCode::failure;
    }
    command.out << "profile " << in_quotes(command.profile) << ": " << escaped(profile.principal)
                << " of " << escaped(profile.organisation);
    if (!profile.expires_at.empty()) {
        command.out << ", with a key until " << escaped(profile.expires_at);
    }
    command.out << "\nTry it: strait whoami"
                << (command.profile == "default" ? "" : " --profile " + command.profile) << '\n';
    return ExitCode::ok;
}

Result<Secret> read_key(const std::string& file)
{
    auto text = read_text(file, "name the file of the key with --key-file FILE");
    if (!text) return fail(Errc::invalid_argument, text.error().text());
    while (text->ends_with('\n') || text->ends_with(' ')) text->pop_back();
    constexpr std::size_t key_bytes_max = 1024;
    const bool is_word = !text->empty() && text->size() <= key_bytes_max &&
                         text->find_first_of(" \t\r\n") == std::string::npos;
    if (!is_word) return fail(Errc::invalid_argument, file + " holds no key, or more than one");
    return Secret{*std::move(text)};
}

}  // namespace

Result<ActivationLink> read_link(std::string_view text)
{
    const auto at = text.find(between);
    if (at == std::string_view::npos || at == 0 || at + between.size() == text.size()) {
        return fail(Errc::invalid_argument,
                    "that is no activation link, like https://x.example/activate#TOKEN: put it in "
                    "quotes, and take all of it");
    }
    auto origin = origin_of(text.substr(0, at));
    if (!origin) return fail(origin.error());
    return ActivationLink{*std::move(origin),
                          Secret{std::string{text.substr(at + between.size())}}};
}

ExitCode preview_link(const ClientCommand& command, const LoginArguments& arguments)
{
    const auto link = read_link(arguments.link);
    if (!link) return tell(command.err, link.error());
    HttpClient door{{.origin = link->origin, .ca_file = absolute_file(arguments.ca_file)}};
    const auto answer =
        ask_json(door,
                 {.method = HttpMethod::post,
                  .target = "/v1/activations:preview",
                  .body = json::serialize(json::object{{"token", link->token.reveal()}})});
    if (!answer) return tell(command.err, answer.error());
    const auto preview = answer->is_object() ? answer->get_object() : json::object{};
    const auto* const found = preview.if_contains("organisation");
    const auto inviter =
        found != nullptr && found->is_object() ? found->get_object() : json::object{};
    const bool partner = text_in(preview, "kind") == "partner";
    command.out << escaped(text_in(inviter, "title")) << " (" << escaped(text_in(inviter, "name"))
                << (partner ? ") invites you to found an organisation of your own"
                            : ") invites you to join it")
                << ", until " << escaped(text_in(preview, "expires_at")) << ".\n";
    if (const auto message = text_in(preview, "message"); !message.empty()) {
        command.out << "It says: " << in_quotes(message) << '\n';
    }
    command.out << "With the address that was invited:\n\n"
                << login_text(arguments.link,
                              "YOU@EXAMPLE",
                              partner ? InvitedAs::partner : InvitedAs::member);
    return ExitCode::ok;
}

ExitCode redeem_link(const ClientCommand& command, const LoginArguments& arguments)
{
    const auto link = read_link(arguments.link);
    if (!link) return tell(command.err, link.error());
    const auto ready = command.profiles.prepare(command.profile, arguments.replace);
    if (!ready) return tell(command.err, ready.error());
    const auto ca_file = absolute_file(arguments.ca_file);
    HttpClient door{{.origin = link->origin, .ca_file = ca_file}};
    const auto joined = ask_json(door,
                                 {.method = HttpMethod::post,
                                  .target = "/v1/activations",
                                  .body = json::serialize(body_of(*link, arguments))});
    if (!joined) return tell(command.err, joined.error());
    auto profile = profile_in(*joined, *link);
    if (!profile) return tell(command.err, profile.error());
    profile->ca_file = ca_file;
    return keep(command, *profile);
}

ExitCode keep_key(const ClientCommand& command, const LoginArguments& arguments)
{
    auto origin = origin_of(arguments.endpoint);
    if (!origin) return tell(command.err, origin.error());
    auto key = read_key(arguments.key_file);
    if (!key) return tell(command.err, key.error());
    const auto ready = command.profiles.prepare(command.profile, arguments.replace);
    if (!ready) return tell(command.err, ready.error());
    Profile profile{.endpoint = *origin + "/v1",
                    .key = *std::move(key),
                    .expires_at = {},
                    .organisation = {},
                    .principal = {},
                    .ca_file = absolute_file(arguments.ca_file)};
    HttpClient door{{.origin = *origin, .key = profile.key, .ca_file = profile.ca_file}};
    const auto me = ask_json(door, {.target = "/v1/me"});
    if (!me) return tell(command.err, me.error());
    if (const auto* const known = me->if_object()) {
        profile.organisation = text_in(*known, "organisation");
        profile.principal = text_in(*known, "principal");
    }
    return keep(command, profile);
}

ExitCode show_me(const ClientCommand& command)
{
    auto door = door_of(command);
    if (!door) return tell(command.err, door.error());
    const auto answer = ask_well(*door, {.target = "/v1/me"});
    if (!answer) return tell(command.err, answer.error());
    print_answer(command, *answer);
    return ExitCode::ok;
}

std::string login_text(std::string_view link, std::string_view email, InvitedAs as)
{
    return "    strait login --link " + as_word(link) + " --email " + as_word(email) +
           (as == InvitedAs::partner ? " --organisation NAME --title TITLE" : "") +
           "\n    strait whoami\n";
}

}  // namespace strait::exchange
