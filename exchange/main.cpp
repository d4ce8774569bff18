#include "core/document.hpp"
#include "core/failpoint.hpp"
#include "core/read_value.hpp"
#include "exchange/asking_commands.hpp"
#include "exchange/client/client_commands.hpp"
#include "exchange/command_line.hpp"
#include "exchange/completion.hpp"
#include "exchange/configuration.hpp"
#include "exchange/configuration_file.hpp"
#include "exchange/demo/demo.hpp"
#include "exchange/offline_commands.hpp"
#include "exchange/process.hpp"
#include "exchange/serve.hpp"
#include "exchange/version.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <sys/prctl.h>
#include <unistd.h>

// The command line, and nothing else: each command is a function of another file.
namespace strait::exchange {
namespace {

struct Arguments : AskingArguments {
    bool connect = false;
    bool all = false;
    std::vector<std::string> take_over;
    std::string shell;
    DemoOptions demo;
    std::string demo_time;
    ClientArguments client;
};

// Reads the file, and says everything that is wrong with it.
std::optional<Configuration> read_file(const Arguments& arguments, bool data_dir_required)
{
    auto configuration = arguments.file.read(data_dir_required);
    if (configuration) return *std::move(configuration);
    std::cerr << configuration.error().text();
    return std::nullopt;
}

int run_check(const Arguments& arguments)
{
    const auto configuration = read_file(arguments, false);
    if (!configuration) return code(ExitCode::usage);
    for (const auto& warning : configuration->warnings) {
        auto shown = warning;
        shown.code.insert(0, "warning: ");
        std::cerr << to_string(shown) << '\n';
    }
    if (arguments.connect) return code(check_clusters({*configuration, std::cout, std::cerr}));
    std::cout << arguments.file.path << ": " << configuration->clusters.size() << " clusters, "
              << configuration->links.size() << " links, no problems\n";
    return code(ExitCode::ok);
}

// For tests that let the program die at a certain place.
bool arm_failpoint()
{
    const auto text = environment("STRAIT_FAILPOINT");
    if (!text || text->empty()) return true;
    const auto armed = strait::arm_failpoint(*text);
    if (armed) std::cerr << "warning: STRAIT_FAILPOINT is set: " << escaped(*text) << '\n';
    if (!armed) std::cerr << "error: STRAIT_FAILPOINT: " << escaped(armed.error().detail()) << '\n';
    return armed.has_value();
}

int run_serve(const Arguments& arguments)
{
    if (!arm_failpoint()) return code(ExitCode::usage);
    auto configuration = read_file(arguments, true);
    if (!configuration) return code(ExitCode::usage);
    std::set<LinkName> take_over;
    for (const auto& name : arguments.take_over) take_over.emplace(name);
    auto file = arguments.file;
    file.path = absolute(file.path);
    const auto served = serve(*std::move(configuration), {std::move(file), std::move(take_over)});
    if (served) return code(ExitCode::ok);
    print_error(std::cerr, served.error());
    const bool refused = served.error().code() == Errc::invalid_argument;
    return code(refused ? ExitCode::usage : ExitCode::failure);
}

int run_plan(const Arguments& arguments)
{
    const auto configuration = read_file(arguments, false);
    if (!configuration) return code(ExitCode::usage);
    const auto link = arguments.link.empty() ? std::nullopt : std::optional{arguments.link};
    return code(plan_links({*configuration, std::cout, std::cerr}, link, arguments.all));
}

int run_demo(Arguments& arguments)
{
    auto& options = arguments.demo;
    options.terminal = ::isatty(STDOUT_FILENO) == 1;
    if (!options.terminal) options.run_time = std::chrono::seconds{20};
    if (!arguments.demo_time.empty()) {
        Document given;
        given.kind = Document::Kind::text;
        given.scalar = arguments.demo_time;
        std::chrono::milliseconds time{0};
        const auto misfit = read_value(given, time);
        if (misfit || time < std::chrono::seconds{1}) {
            std::cerr << "error: --for " << in_quotes(arguments.demo_time) << ": "
                      << (misfit ? misfit->text : "it takes a second at least") << '\n';
            return code(ExitCode::usage);
        }
        options.run_time = time;
    }
    return code(run_demo(options, std::cout, std::cerr));
}

void add_config(CLI::App& command, Arguments& arguments)
{
    add_file(command, arguments);
    command.add_flag("--allow-insecure",
                     arguments.file.allow_insecure,
                     "accept clusters whose certificate is not checked against their name");
}

void add_plan(CLI::App& link, Arguments& arguments, int& exit)
{
    auto& plan = *link.add_subcommand(
        "plan", "show what the links of the file would mirror today; changes nothing");
    add_config(plan, arguments);
    plan.add_option("NAME", arguments.link, "only this link");
    plan.add_flag("--all", arguments.all, "also the topics that no pattern matches");
    plan.footer("example: strait link plan orders-link --all\n"
                "Both clusters are asked; exit code 2 if the link could not run like this.");
    plan.callback([&] { exit = run_plan(arguments); });
}

void add_demo(CLI::App& app, Arguments& arguments, int& exit)
{
    auto& demo = *app.add_subcommand(
        "demo", "link two clusters with made-up orders, and check every record and offset");
    demo.add_option("--source", arguments.demo.source, "a broker of the cluster to copy from")
        ->required()
        ->type_name("HOST:PORT");
    demo.add_option("--target", arguments.demo.target, "a broker of the cluster to copy to")
        ->required()
        ->type_name("HOST:PORT");
    demo.add_option("--for",
                    arguments.demo_time,
                    "how long it writes (default: at a terminal until Ctrl-C, otherwise 20s)")
        ->type_name("TIME");
    demo.add_flag("--keep", arguments.demo.keep, "leave the demo's topics at both clusters");
    demo.footer("example: strait demo --source 127.0.0.1:19092 --target 127.0.0.1:29092 --for 20s\n"
                "It makes topics of its own, strait-demo.*, touches no others, and removes them at "
                "the end.\n"
                "Clusters with TLS or passwords need a strait.yaml: see `strait serve`.");
    demo.callback([&] { exit = run_demo(arguments); });
}

void add_completion(CLI::App& app, Arguments& arguments)
{
    auto& completion = *app.add_subcommand(
        "completion", "print a script that completes strait's commands in a shell");
    completion.add_option("SHELL", arguments.shell, "bash, zsh or fish")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completion.footer("bash: source <(strait completion bash)\n"
                      "zsh:  strait completion zsh > \"${fpath[1]}/_strait\"\n"
                      "fish: strait completion fish | source");
    completion.callback([&] { std::cout << completion_script(app, *shell_of(arguments.shell)); });
}

int run(int count, char** words)
{
    CLI::App app{
        "Strait joins Kafka clusters: it replicates topics exactly once, with exact offset "
        "translation.\n"
        "See it at work with `strait demo`. For links of your own start with `strait check --config "
        "strait.yaml`, then `strait serve --config strait.yaml`."};
    app.name("strait");
    app.require_subcommand(1);
    app.set_version_flag("--version", version_text());
    app.footer("exit codes: 0 ok, 1 failure, 2 wrong command line or configuration, 3 not found,\n"
               "4 no server answers, 130 and 143 ended at once by a second signal");
    Arguments arguments;
    arguments.demo.program = words[0];
    int exit = code(ExitCode::ok);

    auto& check = *app.add_subcommand("check", "read the configuration and say all that is wrong");
    add_config(check, arguments);
    check.add_flag("--connect", arguments.connect, "also ask every cluster who it is");
    check.footer(
        "examples: strait check\n"
        "          strait check --connect --config /etc/strait/strait.yaml\n"
        "Each problem is file:line:column: code: pointer: text; exit code 2 if there is one.");
    check.callback([&] { exit = run_check(arguments); });

    auto& serving = *app.add_subcommand("serve", "run the links of the configuration");
    add_config(serving, arguments);
    serving
        .add_option("--take-over",
                    arguments.take_over,
                    "a link that an installation owned which is gone for good")
        ->type_name("LINK");
    serving.footer("example: strait serve --config /etc/strait/strait.yaml\n"
                   "SIGTERM and SIGINT commit what is under way and end within drain_time (10s); a "
                   "second one\nends at once.\n"
                   "Whatever ends it, the next start goes on exactly where the target says.");
    serving.callback([&] { exit = run_serve(arguments); });

    auto& link = *app.add_subcommand("link", "look at links, tell them what to do");
    link.require_subcommand(1);
    add_plan(link, arguments, exit);
    add_asking_commands(app, link, arguments, exit);
    add_client_commands(app, arguments.client, exit);
    add_demo(app, arguments, exit);
    add_completion(app, arguments);
    try {
        app.parse(count, words);
    } catch (const CLI::RequiredError& ended) {
        // A wrong word where another one is required is what is wrong.
        const auto unknown = unknown_word(app);
        if (unknown.empty()) app.exit(ended);
        if (!unknown.empty()) std::cerr << "error: " << unknown << '\n';
        return code(ExitCode::usage);
    } catch (const CLI::ParseError& ended) {
        return app.exit(ended) == 0 ? code(ExitCode::ok) : code(ExitCode::usage);
    }
    return exit;
}

// What could not be written, as on a full disk, is no success.
int checked_output(int exit)
{
    std::cout.flush();
    if (std::cout || exit != code(ExitCode::ok)) return exit;
    std::cerr << "error: standard output cannot be written\n";
    return code(ExitCode::failure);
}

}  // namespace
}  // namespace strait::exchange

int main(int count, char** words)
{
    strait::exchange::open_standard_streams();
    strait::exchange::limit_heaps();
    ::prctl(PR_SET_DUMPABLE, 0);    // secrets stay out of core files
    std::signal(SIGPIPE, SIG_IGN);  // a connection that breaks is an error of its write
    try {
        return strait::exchange::checked_output(strait::exchange::run(count, words));
    } catch (const std::exception& defect) {
        std::cerr << "error: " << defect.what() << '\n';
    } catch (...) {
        std::cerr << "error: a defect without a name\n";
    }
    return static_cast<int>(strait::exchange::ExitCode::failure);
}
