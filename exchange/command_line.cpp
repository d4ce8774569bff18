#include "exchange/command_line.hpp"

#include "core/document.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <system_error>

namespace strait::exchange {

namespace {

// "strait link"
std::string full_name(const CLI::App& command)
{
    const auto* const parent = command.get_parent();
    return parent == nullptr ? command.get_name() : full_name(*parent) + " " + command.get_name();
}

std::string known_to(const CLI::App& command)
{
    std::string names;
    for (const auto* const each : command.get_subcommands([](const CLI::App*) { return true; })) {
        names.append(names.empty() ? "" : ", ").append(each->get_name());
    }
    return names.empty() ? "see `" + full_name(command) + " --help`" : "its commands: " + names;
}

}  // namespace

void expect_count(CLI::Option& option, std::int64_t max)
{
    const auto check = [max](std::string& text) -> std::string {
        std::int64_t count = -1;
        const auto* const last = text.data() + text.size();
        const auto [end, failure] = std::from_chars(text.data(), last, count);
        const bool fits = failure == std::errc{} && end == last && count >= 0 && count <= max;
        if (!fits) {
            return in_quotes(text) + " is not a whole number from 0 to " + std::to_string(max);
        }
        text = std::to_string(count);
        return "";
    };
    option.transform(CLI::Validator{check, ""});
}

std::string unknown_word(const CLI::App& app)
{
    const auto* command = &app;
    while (command->remaining().empty()) {
        const auto inner = command->get_subcommands();
        if (inner.empty()) return "";
        command = inner.front();
    }
    const auto word = command->remaining().front();
    return in_quotes(word) +
           (word.starts_with('-') ? " is not an option of " : " is not known to ") +
           full_name(*command) + "; " + known_to(*command);
}

}  // namespace strait::exchange
