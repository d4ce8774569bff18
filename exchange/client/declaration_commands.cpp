#include "exchange/client/declaration_commands.hpp"

#include "core/yaml_text.hpp"
#include "exchange/client/declared_files.hpp"
#include "exchange/configuration_file.hpp"
#include "exchange/secret_files.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <ostream>
#include <utility>

namespace strait::exchange {

namespace json = boost::json;

namespace {

struct Sign {
    std::string_view change;  // as the door calls it
    std::string_view sign;
    std::string_view done;
    std::string_view to_do;
};

constexpr std::array signs{
    Sign{"create", "+ create ", "created", "to create"},
    Sign{"update", "~ update ", "changed", "to change"},
    Sign{"end", "- end    ", "ended", "to end"},
    Sign{"same", "= same   ", "the same", "the same"},
};

std::expected<std::string, Problems> read_file(const std::string& file, std::istream& in)
{
    if (file != "-") return read_text(file, "name the files to apply with -f FILE");
    std::string text(declared_bytes_max + 1, '\0');  // one more than is taken
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

std::filesystem::path folder_of(const std::string& file)
{
    if (file == "-") return std::filesystem::current_path();
    return std::filesystem::absolute(file).parent_path();
}

DeclaredFiles read_files(const std::vector<std::string>& files,
                         std::istream& in,
                         Problems& problems)
{
    DeclaredFiles declared;
    for (const auto& file : files) {
        const auto text = read_file(file, in);
        if (!text) {
            for (const auto& each : text.error().list()) problems.add(each);
            continue;
        }
        const SecretFiles source{folder_of(file), environment};
        declared.add(*text, file == "-" ? "standard input" : file, source, problems);
    }
    return declared;
}

ExitCode tell(std::ostream& err, const Problems& problems)
{
    err << problems.text();
    err << "Nothing has changed.\n";
    return ExitCode::failure;
}

// Why the door refused, each thing where the file has it.
ExitCode tell(std::ostream& err, const DeclaredFiles& declared, const Setback& setback)
{
    const auto* const refusal = std::get_if<HttpAnswer>(&setback);
    const auto body = refusal == nullptr ? fail(Errc::corrupt, "no answer") : json_of(*refusal);
    boost::system::error_code absent;
    const auto* const errors = body ? body->find_pointer("/errors", absent) : nullptr;
    Problems problems;
    if (errors != nullptr && errors->is_array()) {
        for (const auto& each : errors->get_array()) {
            const auto* const error = each.if_object();
            if (error == nullptr) continue;
            const auto pointer = text_in(*error, "pointer");
            const auto place = declared.place_of(pointer);
            problems.add({place.empty() ? "the request" : place,
                          pointer,
                          text_in(*error, "code"),
                          text_in(*error, "detail")});
        }
    }
    if (!problems.empty()) return tell(err, problems);
    exchange::tell(err, setback);
    return ExitCode::failure;
}

void print_change(std::ostream& out, const json::object& change)
{
    const auto word = text_in(change, "change");
    const auto* const known = std::ranges::find(signs, word, &Sign::change);
    out << (known == signs.end() ? word + " " : std::string{known->sign}) << ' '
        << escaped(text_in(change, "kind")) << ' ' << escaped(text_in(change, "name")) << '\n';
    const auto* const fields = change.if_contains("fields");
    if (fields == nullptr || !fields->is_array()) return;
    for (const auto& each : fields->get_array()) {
        const auto* const field = each.if_object();
        if (field == nullptr) continue;
        out << "    " << escaped(text_in(*field, "path")) << ": ";
        const bool hidden = !field->contains("before") && !field->contains("after");
        if (hidden) {
            out << "other secrets\n";
            continue;
        }
        const auto shown = [&](std::string_view name) {
            return field->contains(name) ? escaped(text_in(*field, name)) : std::string{"(none)"};
        };
        out << shown("before") << " -> " << shown("after") << '\n';
    }
}

// Prints the plan; whether something of it is a change.
bool print_plan(std::ostream& out, const json::value& plan, bool dry_run)
{
    boost::system::error_code absent;
    const auto* const changes = plan.find_pointer("/changes", absent);
    std::array<std::size_t, signs.size()> counts{};
    if (changes != nullptr && changes->is_array()) {
        for (const auto& each : changes->get_array()) {
            const auto* const change = each.if_object();
            if (change == nullptr) continue;
            print_change(out, *change);
            const auto word = text_in(*change, "change");
            for (std::size_t i = 0; i < signs.size(); ++i) {
                if (signs.at(i).change == word) ++counts.at(i);
            }
        }
    }
    const auto* const affected = plan.find_pointer("/subscriptions", absent);
    if (affected != nullptr && affected->is_array() && !affected->get_array().empty()) {
        out << "Subscriptions that it changes:";
        for (const auto& each : affected->get_array()) {
            if (each.is_string()) out << ' ' << escaped(each.get_string());
        }
        out << '\n';
    }
    for (std::size_t i = 0; i < signs.size(); ++i) {
        out << (i == 0 ? "" : ", ") << counts.at(i) << ' '
            << (dry_run ? signs.at(i).to_do : signs.at(i).done);
    }
    out << '\n';
    return std::ranges::any_of(counts.begin(), counts.end() - 1, [](auto n) { return n > 0; });
}

}  // namespace

ExitCode apply_declarations(const ClientCommand& command,
                            const ApplyArguments& arguments,
                            std::istream& in)
{
    Problems problems;
    const auto declared = read_files(arguments.files, in, problems);
    if (!problems.empty()) return tell(command.err, problems);
    auto door = door_of(command);
    if (!door) {
        exchange::tell(command.err, door.error());
        return ExitCode::failure;
    }
    json::object body{{"documents", declared.documents()}, {"prune", arguments.prune}};
    if (!arguments.reason.empty()) body.emplace("reason", arguments.reason);
    HttpRequest request{.method = HttpMethod::post,
                        .target = arguments.dry_run ? "/v1/apply?dry_run=true" : "/v1/apply",
                        .body = json::serialize(body)};
    if (!arguments.dry_run) request.idempotency_key = new_idempotency_key();
    const auto plan = ask_json(*door, request);
    if (!plan) return tell(command.err, declared, plan.error());
    if (command.json) command.out << json::serialize(*plan) << '\n';
    std::ostream nowhere{nullptr};
    const bool differs = print_plan(command.json ? nowhere : command.out, *plan, arguments.dry_run);
    return arguments.dry_run && differs ? ExitCode::differs : ExitCode::ok;
}

ExitCode export_declarations(const ClientCommand& command)
{
    auto door = door_of(command);
    if (!door) return exchange::tell(command.err, door.error());
    const auto answer = ask_json(*door, {.target = "/v1/export"});
    if (!answer) return exchange::tell(command.err, answer.error());
    boost::system::error_code absent;
    const auto* const documents = answer->find_pointer("/documents", absent);
    if (documents == nullptr || !documents->is_array()) {
        return exchange::tell(command.err, Error{Errc::corrupt, "the answer has no documents"});
    }
    if (command.json) {
        command.out << json::serialize(*answer) << '\n';
        return ExitCode::ok;
    }
    for (const auto& each : documents->get_array()) command.out << "---\n" << yaml_of(each);
    return ExitCode::ok;
}

}  // namespace strait::exchange
