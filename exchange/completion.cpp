#include "exchange/completion.hpp"

#include <CLI/CLI.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace strait::exchange {

namespace {

// What may stand after a command's words.
struct Choice {
    std::string text;
    std::string about;
};

struct Command {
    std::string path;  // "strait link status"
    std::vector<Choice> subcommands;
    std::vector<Choice> options;
    std::vector<std::string> values;  // of its positional argument, where they are few
    std::vector<std::string> files;   // options that take one
    std::vector<std::string> folders;
    std::vector<std::string> others;  // options that take something that nobody can know
};

// One line, in single quotes for every shell.
std::string in_single_quotes(std::string_view text)
{
    std::string out{"'"};
    for (const char c : text.substr(0, text.find('\n'))) {
        if (c == '\'') {
            out += "'\\''";
        } else {
            out += c;
        }
    }
    return out + "'";
}

// The names in "TEXT:{bash,fish}", which is how a set of values shows.
std::vector<std::string> values_of(const CLI::Option& option)
{
    const auto type = option.get_type_name();
    const auto begin = type.find('{');
    const auto end = type.find('}', begin);
    if (begin == std::string::npos || end == std::string::npos) return {};
    return CLI::detail::split(type.substr(begin + 1, end - begin - 1), ',');
}

void add_option(Command& command, const CLI::Option& option)
{
    if (option.get_positional()) {
        const auto values = values_of(option);
        command.values.insert(command.values.end(), values.begin(), values.end());
        return;
    }
    const auto type = option.get_type_name();
    const auto add = [&](const std::string& name) {
        command.options.push_back({name, option.get_description()});
        if (option.get_items_expected_max() == 0) return;
        auto& takers = type == "FILE"  ? command.files
                       : type == "DIR" ? command.folders
                                       : command.others;
        takers.push_back(name);
    };
    for (const auto& name : option.get_lnames()) add("--" + name);
    for (const auto& name : option.get_snames()) add("-" + name);
}

void add_commands(std::vector<Command>& all, const CLI::App& app, const std::string& path)
{
    Command command;
    command.path = path;
    for (const auto* option : app.get_options()) add_option(command, *option);
    const auto children = app.get_subcommands([](const CLI::App*) { return true; });
    for (const auto* child : children) {
        command.subcommands.push_back({child->get_name(), child->get_description()});
    }
    all.push_back(std::move(command));
    for (const auto* child : children) add_commands(all, *child, path + " " + child->get_name());
}

std::string patterns(const std::vector<std::string>& names)
{
    return names.empty() ? "''" : fmt::format("{}", fmt::join(names, "|"));
}

// Where the words typed so far lead, for bash and zsh: `at`. Not `path`, which is zsh's own PATH.
std::string path_finder(const std::vector<Command>& all, std::string_view word)
{
    std::string out = "        case \"$at " + std::string{word} + "\" in\n";
    for (const auto& command : all) {
        if (&command == &all.front()) continue;
        out += "            " + in_single_quotes(command.path) +
               ") at=" + in_single_quotes(command.path) + " ;;\n";
    }
    return out + "        esac\n";
}

std::string bash_script(const std::vector<Command>& all)
{
    std::string out = "# Completion of strait for bash: source <(strait completion bash)\n"
                      "_strait() {\n"
                      "    local at=strait words='' i word=\"${COMP_WORDS[COMP_CWORD]}\"\n"
                      "    local before=\"${COMP_WORDS[COMP_CWORD - 1]}\"\n"
                      "    for ((i = 1; i < COMP_CWORD; i++)); do\n";
    out += path_finder(all, "${COMP_WORDS[i]}");
    out += "    done\n    case \"$at\" in\n";
    for (const auto& command : all) {
        std::string words;
        for (const auto& choice : command.subcommands) words += choice.text + " ";
        for (const auto& value : command.values) words += value + " ";
        for (const auto& option : command.options) words += option.text + " ";
        words.pop_back();
        out += fmt::format(
            "        {})\n"
            "            words={}\n"
            "            case \"$before\" in\n"
            "                {}) mapfile -t COMPREPLY < <(compgen -f -- \"$word\") && return ;;\n"
            "                {}) mapfile -t COMPREPLY < <(compgen -d -- \"$word\") && return ;;\n"
            "                {}) COMPREPLY=() && return ;;\n"
            "            esac\n"
            "            ;;\n",
            in_single_quotes(command.path),
            in_single_quotes(words),
            patterns(command.files),
            patterns(command.folders),
            patterns(command.others));
    }
    return out + "    esac\n"
                 "    mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
                 "}\n"
                 "complete -F _strait strait\n";
}

// "name:about" as _describe wants it.
std::string described(const Choice& choice)
{
    std::string name;
    for (const char c : choice.text) name += c == ':' ? std::string{"\\:"} : std::string{c};
    return in_single_quotes(name + ":" + choice.about.substr(0, choice.about.find('\n')));
}

std::string zsh_script(const std::vector<Command>& all)
{
    std::string out =
        "#compdef strait\n"
        "# Completion of strait for zsh: strait completion zsh > \"${fpath[1]}/_strait\"\n"
        "_strait() {\n"
        "    local at=strait before=\"${words[CURRENT - 1]}\" word\n"
        "    local -a choices\n"
        "    for word in \"${(@)words[2,CURRENT - 1]}\"; do\n";
    out += path_finder(all, "$word");
    out += "    done\n    case \"$at\" in\n";
    for (const auto& command : all) {
        std::string choices;
        for (const auto& choice : command.subcommands) choices += " " + described(choice);
        for (const auto& value : command.values) choices += " " + in_single_quotes(value);
        for (const auto& option : command.options) choices += " " + described(option);
        out += fmt::format("        {})\n"
                           "            case \"$before\" in\n"
                           "                {}) _files && return ;;\n"
                           "                {}) _files -/ && return ;;\n"
                           "                {}) return ;;\n"
                           "            esac\n"
                           "            choices=({})\n"
                           "            ;;\n",
                           in_single_quotes(command.path),
                           patterns(command.files),
                           patterns(command.folders),
                           patterns(command.others),
                           choices.substr(1));
    }
    return out +
           "    esac\n"
           "    _describe strait choices\n"
           "}\n"
           // Read by compinit it is the function's body; sourced it has to be registered.
           "if [[ ${funcstack[1]} = _strait ]]; then _strait \"$@\"; else compdef _strait strait; "
           "fi\n";
}

std::string fish_line(const Command& command, const std::string& rest)
{
    return "complete -c strait -n \"__strait_at " + in_single_quotes(command.path) + "\" " + rest +
           "\n";
}

std::string fish_script(const std::vector<Command>& all)
{
    std::string out = "# Completion of strait for fish: strait completion fish | source\n"
                      "function __strait_at\n"
                      "    set -l path strait\n"
                      "    for word in (commandline -opc)[2..-1]\n"
                      "        switch \"$path $word\"\n"
                      "            case";
    for (const auto& command : all) {
        if (&command != &all.front()) out += " " + in_single_quotes(command.path);
    }
    out += "\n                set path \"$path $word\"\n"
           "        end\n"
           "    end\n"
           "    test \"$path\" = \"$argv[1]\"\n"
           "end\n"
           "complete -c strait -f\n";
    for (const auto& command : all) {
        for (const auto& choice : command.subcommands) {
            out +=
                fish_line(command, "-a " + choice.text + " -d " + in_single_quotes(choice.about));
        }
        for (const auto& value : command.values) out += fish_line(command, "-a " + value);
        for (const auto& option : command.options) {
            const bool is_long = option.text.starts_with("--");
            const auto takes = [&](const std::vector<std::string>& names) {
                return std::ranges::find(names, option.text) != names.end();
            };
            out += fish_line(
                command,
                (is_long ? "-l " + option.text.substr(2) : "-s " + option.text.substr(1)) +
                    (takes(command.files) || takes(command.folders) ? " -r -F"
                     : takes(command.others)                        ? " -x"
                                                                    : "") +
                    " -d " + in_single_quotes(option.about));
        }
    }
    return out;
}

}  // namespace

std::optional<Shell> shell_of(std::string_view name)
{
    if (name == "bash") return Shell::bash;
    if (name == "zsh") return Shell::zsh;
    if (name == "fish") return Shell::fish;
    return std::nullopt;
}

std::string completion_script(const CLI::App& app, Shell shell)
{
    std::vector<Command> all;
    add_commands(all, app, "strait");
    switch (shell) {
        case Shell::bash: return bash_script(all);
        case Shell::zsh: return zsh_script(all);
        case Shell::fish: return fish_script(all);
    }
    std::unreachable();
}

}  // namespace strait::exchange
