#include "exchange/asking_commands.hpp"

#include "core/clock.hpp"
#include "exchange/admin_client.hpp"
#include "exchange/command_line.hpp"
#include "exchange/link_file.hpp"
#include "exchange/verb_commands.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <limits>
#include <optional>

#include <unistd.h>

namespace strait::exchange {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::minutes apply_time_max{15};  // links have 10 to end (drain_time)

// The folder of the node that is asked: named, or that of the configuration.
std::optional<fs::path> data_dir_of(const AskingArguments& arguments)
{
    if (!arguments.data_dir.empty()) return fs::path{arguments.data_dir};
    const auto data_dir = arguments.file.read_data_dir();
    if (data_dir) return fs::path{*data_dir};
    std::cerr << data_dir.error().text();
    return std::nullopt;
}

int refuse_usage(const char* text)
{
    std::cerr << "error: " << text << '\n';
    return code(ExitCode::usage);
}

int run_acknowledgement(AskingArguments& arguments)
{
    auto& verb = arguments.verb;
    verb.verb = links::Verb::acknowledge;
    verb.link = arguments.link;
    if (arguments.ack != "all") {
        std::int64_t id = 0;
        const auto* const end = arguments.ack.data() + arguments.ack.size();
        const auto parsed = std::from_chars(arguments.ack.data(), end, id);
        if (parsed.ec != std::errc{} || parsed.ptr != end || id < 1) {
            return refuse_usage("--ack takes the ID of an entry, or all");
        }
        if (verb.topic.empty()) {
            return refuse_usage("entries are numbered by partition: say --topic and --partition");
        }
        verb.gap = id;
    }
    return run_asked(arguments, [&](auto& ask) { return run_verb(ask, verb); });
}

void add_looks(CLI::App& link, AskingArguments& arguments, int& exit)
{
    auto& list = *link.add_subcommand("list", "list the links of the running node");
    add_server(list, arguments);
    list.footer("example: strait link list --json | jq '.items[] | select(.state != \"active\")'");
    list.callback([&] { exit = run_asked(arguments, [](auto& ask) { return list_links(ask); }); });

    auto& status = *link.add_subcommand("status", "show one link: state, lag, topics");
    add_server(status, arguments);
    status.add_option("NAME", arguments.link, "the link")->required();
    status.add_flag("--partitions", arguments.details.partitions, "a line for every partition");
    status.add_flag("--groups", arguments.details.groups, "a line for every consumer group");
    status.add_flag("--watch", arguments.watch, "show it anew every 2 s, until Ctrl-C");
    status.footer("example: strait link status orders-link --partitions --watch\n"
                  "A state that is not active has its reason, and what to do about it, beside it.");
    status.callback([&] {
        exit = run_asked(arguments, [&](auto& ask) {
            if (!arguments.watch) return show_link(ask, arguments.link, arguments.details);
            const bool clears = !arguments.json && isatty(STDOUT_FILENO) == 1;
            return watch_link(ask, arguments.link, arguments.details, clears);
        });
    });

    auto& gaps = *link.add_subcommand("gaps", "show the ledger of records that never arrived");
    add_server(gaps, arguments);
    gaps.add_option("NAME", arguments.link, "the link")->required();
    auto& verb = arguments.verb;
    auto& ack = *gaps.add_option("--ack",
                                 arguments.ack,
                                 "take note of the entry ID of --topic and --partition, or of all")
                     ->type_name("ID|all");
    gaps.add_option("--reason", verb.reason, "why they are accepted: kept with them")->needs(&ack);
    gaps.add_flag("--dry-run", verb.dry_run, "only show what would be noted")->needs(&ack);
    gaps.add_option("--topic", verb.topic, "its topic at the source")->needs(&ack);
    auto& partition = *gaps.add_option("--partition", verb.partition, "its number");
    expect_count(*partition.needs(&ack), std::numeric_limits<std::int32_t>::max());
    gaps.footer("example: strait link gaps orders-link --ack all --reason 'test records'\n"
                "Each entry is a range of source offsets, [FROM, TO), with its cause; an open one "
                "halts its partition.\nA link is promoted only when all that is lost is "
                "acknowledged.");
    gaps.callback([&] {
        exit = arguments.ack.empty()
                   ? run_asked(arguments, [&](auto& ask) { return list_gaps(ask, arguments.link); })
                   : run_acknowledgement(arguments);
    });
}

void add_translate(CLI::App& link, AskingArguments& arguments, int& exit)
{
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

// Asks with the link, or the patch, of a file as the body.
int run_edit(AskingArguments& arguments,
             boost::asio::awaitable<ExitCode> (*edit)(const LinkCommand&, EditArguments))
{
    auto body = read_link_file(arguments.link_file);
    if (!body) {
        std::cerr << body.error().text();
        return code(ExitCode::usage);
    }
    arguments.edit.body = *std::move(body);
    return run_asked(
        arguments, [&](auto& ask) { return edit(ask, arguments.edit); }, apply_time_max);
}

// A link is lost to whoever deletes the wrong one, so it takes a word more.
int run_delete(AskingArguments& arguments)
{
    auto edit = arguments.edit;
    edit.dry_run = edit.dry_run || !arguments.yes;
    const auto exit =
        run_asked(arguments, [&](auto& ask) { return delete_link(ask, edit); }, apply_time_max);
    if (exit != code(ExitCode::ok) || arguments.edit.dry_run || arguments.yes) return exit;
    std::cerr << "error: to end the link and forget its configuration, say --yes\n";
    return code(ExitCode::usage);
}

void add_link_file(CLI::App& command, AskingArguments& arguments, const char* what)
{
    command.add_option("--file,-f", arguments.link_file, what)->required()->type_name("FILE");
    command.add_flag("--dry-run", arguments.edit.dry_run, "only show what would change");
}

void add_creation(CLI::App& link, AskingArguments& arguments, int& exit)
{
    auto& create = *link.add_subcommand("create", "add a link to the running node");
    add_server(create, arguments);
    add_link_file(create, arguments, "the link: one entry of `links`, as YAML or JSON");
    create.footer("example: strait link create --file orders-link.yaml --dry-run\n"
                  "It is checked as one of the configuration would be, and kept over restarts; "
                  "`strait apply` does not\ntouch it.");
    create.callback([&] { exit = run_edit(arguments, create_link); });

    auto& change = *link.add_subcommand("change", "change a link that came by `create`");
    add_server(change, arguments);
    change.add_option("NAME", arguments.edit.link, "the link")->required();
    add_link_file(change, arguments, "the keys that change, as YAML or JSON; null: the default");
    change.footer("example: strait link change orders-link --file patch.yaml --dry-run\n"
                  "The file is a merge patch (RFC 7396): lists are replaced, keys that it does not "
                  "name stay.");
    change.callback([&] { exit = run_edit(arguments, change_link); });
}

void add_registry(CLI::App& link, AskingArguments& arguments, int& exit)
{
    add_creation(link, arguments, exit);

    auto& removal = *link.add_subcommand("delete", "end a link that came by `create`");
    add_server(removal, arguments);
    removal.add_option("NAME", arguments.edit.link, "the link")->required();
    removal.add_flag("--dry-run", arguments.edit.dry_run, "only show what would change");
    removal.add_flag("--yes", arguments.yes, "do it; without this it is only shown");
    removal.footer("example: strait link delete orders-link --yes\n"
                   "It commits what it has read first. Its topics stay at the target, and a link "
                   "that is created under\nthe same name goes on where it was.");
    removal.callback([&] { exit = run_delete(arguments); });

    auto& config = *link.add_subcommand("show-config", "show the configuration of a link as YAML");
    add_server(config, arguments);
    config.add_option("NAME", arguments.link, "the link")->required();
    config.footer("example: strait link show-config orders-link > orders-link.yaml\n"
                  "With every key; `create` and `change` take it as it is.");
    config.callback([&] {
        exit =
            run_asked(arguments, [&](auto& ask) { return show_link_config(ask, arguments.link); });
    });
}

void add_apply(CLI::App& app, AskingArguments& arguments, int& exit)
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

void add_admin(CLI::App& app, AskingArguments& arguments, int& exit)
{
    auto& admin = *app.add_subcommand("admin", "set the exchange up");
    admin.require_subcommand(1);
    auto& start = *admin.add_subcommand(
        "bootstrap",
        "make the organisation that runs the exchange, and a link for its first person");
    add_server(start, arguments);
    auto& of = arguments.bootstrap;
    auto& recover = *start.add_flag(
        "--recover", of.recover, "instead a new link for an org_admin who has lost the key");
    start.add_option("--organisation", of.organisation, "its name, like acme")->excludes(&recover);
    start.add_option("--title", of.title, "what people call it (default: its name)")
        ->excludes(&recover);
    start.add_option("--email", of.email, "of its first person")->required();
    start.footer("example: strait admin bootstrap --organisation acme --email ops@acme.example\n"
                 "Works once, and only on the machine of the running node. With --recover it "
                 "revokes the other keys\nof that org_admin, and is an entry of the audit.");
    start.callback([&] {
        if (!of.recover && of.organisation.empty()) {
            exit = refuse_usage("say --organisation NAME, or --recover");
            return;
        }
        exit = run_asked(arguments, [&](auto& ask) { return bootstrap(ask, of); });
    });
}

}  // namespace

std::string absolute(const std::string& path) { return fs::absolute(path).lexically_normal(); }

int code(ExitCode exit) { return static_cast<int>(exit); }

void add_file(CLI::App& command, AskingArguments& arguments)
{
    command.add_option("--config,-c", arguments.file.path, "the configuration file")
        ->capture_default_str()
        ->type_name("FILE");
}

int run_asked(const AskingArguments& arguments, const Ask& ask, std::chrono::milliseconds time_max)
{
    const auto data_dir = data_dir_of(arguments);
    if (!data_dir) return code(ExitCode::usage);
    SystemClock clock;
    const AdminClient server{*data_dir, clock, time_max};
    const LinkCommand command{server, clock, std::cout, std::cerr, arguments.json};
    return code(run_alone(ask(command)));
}

void add_server(CLI::App& command, AskingArguments& arguments)
{
    add_file(command, arguments);
    command
        .add_option("--data-dir",
                    arguments.data_dir,
                    "the data_dir of the node to ask (default: that of the configuration)")
        ->type_name("DIR");
    command.add_flag("--json", arguments.json, "print the server's answer as it is");
}

void add_asking_commands(CLI::App& app, CLI::App& link, AskingArguments& arguments, int& exit)
{
    add_apply(app, arguments, exit);
    add_admin(app, arguments, exit);
    add_looks(link, arguments, exit);
    add_translate(link, arguments, exit);
    add_verbs(link, arguments, exit);
    add_registry(link, arguments, exit);
}

}  // namespace strait::exchange
