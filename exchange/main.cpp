#include "core/clock.hpp"
#include "core/document.hpp"
#include "core/read_value.hpp"
#include "exchange/admin_client.hpp"
#include "exchange/command_line.hpp"
#include "exchange/completion.hpp"
#include "exchange/configuration.hpp"
#include "exchange/configuration_file.hpp"
#include "exchange/demo/demo.hpp"
#include "exchange/link_commands.hpp"
#include "exchange/offline_commands.hpp"
#include "exchange/process.hpp"
#include "exchange/serve.hpp"
#include "exchange/version.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
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

namespace fs = std::filesystem;

constexpr std::chrono::minutes apply_time_max{15};  // links have 10 to end (drain_time)

struct Arguments {
    ConfigurationFile file;
    std::string data_dir;
    bool dry_run = false;
    bool connect = false;
    bool json = false;
    bool partitions = false;
    bool all = false;
    std::string link;
    std::vector<std::string> take_over;
    std::string shell;
    DemoOptions demo;
    std::string demo_time;
    TranslateArguments translate;
};

// Reads the file, and says everything that is wrong with it.
std::optional<Configuration> read_file(const Arguments& arguments, bool data_dir_required)
{
    auto configuration = arguments.file.read(data_dir_required);
    if (configuration) return *std::move(configuration);
    std::cerr << configuration.error().text();
    return std::nullopt;
}

// As the node that serves it knows it.
std::string absolute(const std::string& path) { return fs::absolute(path).lexically_normal(); }

int code(ExitCode exit) { return static_cast<int>(exit); }

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

int run_serve(const Arguments& arguments)
{
    auto configuration = read_file(arguments, true);
    if (!configuration) return code(ExitCode::usage);
    std::set<LinkName> take_over;
    for (const auto& name : arguments.take_over) {
        const bool known = std::ranges::any_of(
            configuration->links, [&](const auto& link) { return link.name.value() == name; });
        if (!known) {
            std::cerr << "error: --take-over: no link " << in_quotes(name) << " in "
                      << arguments.file.path << '\n';
            return code(ExitCode::usage);
        }
        take_over.emplace(name);
    }
    auto file = arguments.file;
    file.path = absolute(file.path);
    const auto served = serve(*std::move(configuration), {std::move(file), std::move(take_over)});
    if (served) return code(ExitCode::ok);
    std::cerr << "error: " << escaped(served.error().detail()) << '\n';
    return code(ExitCode::failure);
}

int run_plan(const Arguments& arguments)
{
    const auto configuration = read_file(arguments, false);
    if (!configuration) return code(ExitCode::usage);
    const auto link = arguments.link.empty() ? std::nullopt : std::optional{arguments.link};
    return code(plan_links({*configuration, std::cout, std::cerr}, link, arguments.all));
}

// The folder of the node that is asked: named, or that of the configuration.
std::optional<fs::path> data_dir_of(const Arguments& arguments)
{
    if (!arguments.data_dir.empty()) return fs::path{arguments.data_dir};
    const auto data_dir = arguments.file.read_data_dir();
    if (data_dir) return fs::path{*data_dir};
    std::cerr << data_dir.error().text();
    return std::nullopt;
}

using Ask = std::function<boost::asio::awaitable<ExitCode>(const LinkCommand&)>;

int run_asked(const Arguments& arguments,
              const Ask& ask,
              std::chrono::milliseconds time_max = std::chrono::seconds{30})
{
    const auto data_dir = data_dir_of(arguments);
    if (!data_dir) return code(ExitCode::usage);
    SystemClock clock;
    const AdminClient server{*data_dir, clock, time_max};
    const LinkCommand command{server, std::cout, std::cerr, arguments.json};
    return code(run_alone(ask(command)));
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

void add_file(CLI::App& command, Arguments& arguments)
{
    command.add_option("--config,-c", arguments.file.path, "the configuration file")
        ->capture_default_str()
        ->type_name("FILE");
}

void add_config(CLI::App& command, Arguments& arguments)
{
    add_file(command, arguments);
    command.add_flag("--allow-insecure",
                     arguments.file.allow_insecure,
                     "accept clusters whose certificate is not checked against their name");
}

void add_server(CLI::App& command, Arguments& arguments)
{
    add_file(command, arguments);
    command
        .add_option("--data-dir",
                    arguments.data_dir,
                    "the data_dir of the node to ask (default: that of the configuration)")
        ->type_name("DIR");
    command.add_flag("--json", arguments.json, "print the server's answer as it is");
}

void add_link_commands(CLI::App& app, Arguments& arguments, int& exit)
{
    auto& link = *app.add_subcommand("link", "look at links, and translate offsets");
    link.require_subcommand(1);

    auto& plan = *link.add_subcommand(
        "plan", "show what the links of the file would mirror today; changes nothing");
    add_config(plan, arguments);
    plan.add_option("NAME", arguments.link, "only this link");
    plan.add_flag("--all", arguments.all, "also the topics that no pattern matches");
    plan.footer("example: strait link plan orders-link --all\n"
                "Both clusters are asked; exit code 2 if the link could not run like this.");
    plan.callback([&] { exit = run_plan(arguments); });

    auto& list = *link.add_subcommand("list", "list the links of the running node");
    add_server(list, arguments);
    list.footer("example: strait link list --json | jq '.items[] | select(.state != \"active\")'");
    list.callback([&] { exit = run_asked(arguments, [](auto& ask) { return list_links(ask); }); });

    auto& status = *link.add_subcommand("status", "show one link: state, lag, topics");
    add_server(status, arguments);
    status.add_option("NAME", arguments.link, "the link")->required();
    status.add_flag("--partitions", arguments.partitions, "a line for every partition");
    status.footer("example: strait link status orders-link --partitions\n"
                  "A state that is not active has its reason, and what to do about it, beside it.");
    status.callback([&] {
        exit = run_asked(arguments, [&](auto& ask) {
            return show_link(ask, arguments.link, arguments.partitions);
        });
    });

    auto& gaps = *link.add_subcommand("gaps", "show the ledger of records that never arrived");
    add_server(gaps, arguments);
    gaps.add_option("NAME", arguments.link, "the link")->required();
    gaps.footer("example: strait link gaps orders-link\n"
                "Each entry is a range of source offsets, [FROM, TO), with its cause; an open one "
                "halts its partition.");
    gaps.callback([&] {
        exit = run_asked(arguments, [&](auto& ask) { return list_gaps(ask, arguments.link); });
    });

    auto& translate =
        *link.add_subcommand("translate", "say where an offset of one side is on the other");
    add_server(translate, arguments);
    auto& of = arguments.translate;
    translate.add_option("NAME", of.link, "the link")->required();
    translate.add_option("--topic", of.topic, "its name on the side asked from")->required();
    auto& partition = *translate.add_option("--partition", of.partition, "its number");
    expect_count(*partition.required(), std::numeric_limits<std::int32_t>::max());
    auto& offset =
        *translate.add_option("--offset", of.offset, "the offset on the side asked from");
    expect_count(*offset.required(), std::numeric_limits<std::int64_t>::max());
    translate.add_flag("--inverse", of.inverse, "from the target to the source");
    translate.footer(
        "example: strait link translate orders-link --topic orders --partition 0 --offset 42\n"
        "With --inverse --topic is the name at the target. exact: the same record; gap: the next "
        "record\nthere is; end: the next one to come; clamped: not replicated yet. Exit code 3 "
        "without an answer.");
    translate.callback(
        [&] { exit = run_asked(arguments, [&](auto& ask) { return translate_offset(ask, of); }); });
}

void add_apply(CLI::App& app, Arguments& arguments, int& exit)
{
    auto& apply = *app.add_subcommand(
        "apply", "make the running node's links what its configuration says now");
    add_server(apply, arguments);
    apply.add_flag("--dry-run", arguments.dry_run, "only show what would change");
    apply.footer(
        "examples: strait apply --dry-run --config new.yaml\n"
        "          strait apply --config /etc/strait/strait.yaml\n"
        "Only what differs changes: no other link, and no other topic of a link, notices. A "
        "file with a problem\nchanges nothing. SIGHUP does the same.");
    apply.callback([&] {
        exit = run_asked(
            arguments,
            [&](auto& ask) {
                return apply_configuration(ask, absolute(arguments.file.path), arguments.dry_run);
            },
            apply_time_max);
    });
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

    add_apply(app, arguments, exit);
    add_link_commands(app, arguments, exit);
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
