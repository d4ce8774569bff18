#include "exchange/asking_commands.hpp"

#include "core/clock.hpp"
#include "exchange/admin_client.hpp"
#include "exchange/command_line.hpp"
#include "exchange/link_file.hpp"

#include <CLI/CLI.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iostream>
#include <limits>
#include <optional>

#include <unistd.h>

namespace strait::exchange {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds answer_time_max{30};
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

using Ask = std::function<boost::asio::awaitable<ExitCode>(const LinkCommand&)>;

int run_asked(const AskingArguments& arguments,
              const Ask& ask,
              std::chrono::milliseconds time_max = answer_time_max)
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
    gaps.footer("example: strait link gaps orders-link\n"
                "Each entry is a range of source offsets, [FROM, TO), with its cause; an open one "
                "halts its partition.");
    gaps.callback([&] {
        exit = run_asked(arguments, [&](auto& ask) { return list_gaps(ask, arguments.link); });
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

CLI::App& add_verb(CLI::App& link,
                   links::Verb verb,
                   const std::string& what,
                   const std::string& footer,
                   AskingArguments& arguments,
                   int& exit)
{
    auto& command = *link.add_subcommand(std::string{to_string(verb)}, what);
    add_server(command, arguments);
    auto& of = arguments.verb;
    command.add_option("NAME", of.link, "the link")->required();
    command.add_option(
        "--reason", of.reason, "why: shown by `operations`, and by status while it is paused");
    command.add_flag(
        "--dry-run", of.dry_run, "only show what would be done, and what speaks against it");
    command.footer(footer);
    command.callback([&arguments, &of, &exit, verb] {
        of.verb = verb;
        exit = run_asked(arguments, [&](auto& ask) { return run_verb(ask, of); });
    });
    return command;
}

void add_yes(CLI::App& command, AskingArguments& arguments)
{
    command.add_flag("--yes",
                     arguments.verb.yes,
                     "do it: it cannot be taken back; without it only what it would do is shown");
}

// The ends of a mirror, and how it goes on after them.
void add_cuts(CLI::App& link, AskingArguments& arguments, int& exit)
{
    auto& promote = add_verb(
        link,
        links::Verb::promote,
        "make the mirror topics ordinary ones, with nothing lost",
        "example: strait link promote orders-link --yes\n"
        "Stop the producers of the source first, or have them refused with --fence-source: the "
        "link waits until\nall is copied and the source holds still. Consumer groups go on at the "
        "target where they were. If\nanything fails before the cut the link runs on.",
        arguments,
        exit);
    promote.add_option("--timeout", arguments.verb.timeout, "to wait for that at most")
        ->capture_default_str()
        ->type_name("DURATION");
    promote.add_flag(
        "--without-groups", arguments.verb.without_groups, "leave consumer groups as they are");
    promote.add_flag("--fence-source",
                     arguments.verb.fence_source,
                     "first deny WRITE on its topics at the source to everybody, by ACLs");
    add_yes(promote, arguments);
    add_yes(add_verb(link,
                     links::Verb::failover,
                     "make the mirror topics ordinary ones now, without the source",
                     "example: strait link failover orders-link --yes\n"
                     "What is not copied yet stays at the source: the answer says how much. "
                     "Consumer groups go on from where\nthey were seen last. To lose nothing "
                     "while the source still answers, promote.",
                     arguments,
                     exit),
            arguments);

    auto& reverse =
        add_verb(link,
                 links::Verb::reverse,
                 "mirror back after a promotion or a failover",
                 "example: strait link reverse orders-link --yes\n"
                 "A second link takes over: it mirrors the same topics from the target to the "
                 "source, behind what both\nhave, so nothing is copied twice, and its groups "
                 "follow those of the target. It is made unless there\nis one that says "
                 "reverse_of. To go all the way back, promote that one and reverse it.\n"
                 "What a failover left at the source was never mirrored: that is refused, or "
                 "left there with\n--divergence keep.",
                 arguments,
                 exit);
    reverse.add_option("--divergence", arguments.verb.divergence, "what becomes of such records")
        ->capture_default_str()
        ->check(CLI::IsMember({"refuse", "keep"}));
    reverse.add_option("--as",
                       arguments.verb.as,
                       "how the other link is called, if it has to be made (default NAME-reverse)");
    add_yes(reverse, arguments);
}

void add_verify(CLI::App& link, AskingArguments& arguments, int& exit)
{
    auto& verify = add_verb(
        link,
        links::Verb::verify,
        "hold the mirrors against their sources, record by record",
        "example: strait link verify orders-link --topic orders\n"
        "It reads both sides, each partition up to where it stands when its turn comes, and says "
        "of each through which\noffset it is identical, or what differs first: then the exit code "
        "is 1. What retention, compaction or the\nledger took is no difference. Copying goes on "
        "meanwhile; a verb that changes the link ends it.",
        arguments,
        exit);
    auto& structure = *verify.add_flag_callback(
        "--structure",
        [&arguments] { arguments.verb.mode = "structure"; },
        "only hold the offset map against itself and the ends of both logs; reads no record");
    auto& full = *verify.add_flag_callback(
        "--full",
        [&arguments] { arguments.verb.mode = "full"; },
        "besides, read every record of both sides (default)");
    full.excludes(&structure);
    auto& target = *verify.add_flag_callback(
        "--target",
        [&arguments] { arguments.verb.mode = "target"; },
        "read the target only, and hold it against the digests made while mirroring");
    target.excludes(&structure)->excludes(&full);
    verify
        .add_option("--topic",
                    arguments.verb.topics,
                    "only this one, by its name at the source; or several")
        ->type_name("TOPIC");
}

void add_verbs(CLI::App& link, AskingArguments& arguments, int& exit)
{
    add_verb(link,
             links::Verb::pause,
             "stop copying until it is resumed",
             "example: strait link pause orders-link --reason 'maintenance of oslo'\n"
             "What has been read is committed first. The target keeps the order, so it outlives "
             "restarts and a\nlost disk. Ctrl-C leaves the operation to the server: see `strait "
             "link operations`.",
             arguments,
             exit);
    add_verb(link,
             links::Verb::resume,
             "go on copying, or look again at what is halted",
             "example: strait link resume orders-link\n"
             "A link goes on exactly where it was. Halted partitions are compared with both "
             "clusters again, as at\na start; the others do not notice.",
             arguments,
             exit);
    add_cuts(link, arguments, exit);
    add_verify(link, arguments, exit);

    auto& operations = *link.add_subcommand("operations", "list what links were told to do");
    add_server(operations, arguments);
    operations.footer(
        "example: strait link operations\n"
        "The newest comes last; one that runs goes on after a restart of the server.");
    operations.callback(
        [&] { exit = run_asked(arguments, [](auto& ask) { return list_operations(ask); }); });
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

}  // namespace

std::string absolute(const std::string& path) { return fs::absolute(path).lexically_normal(); }

int code(ExitCode exit) { return static_cast<int>(exit); }

void add_file(CLI::App& command, AskingArguments& arguments)
{
    command.add_option("--config,-c", arguments.file.path, "the configuration file")
        ->capture_default_str()
        ->type_name("FILE");
}

void add_asking_commands(CLI::App& app, CLI::App& link, AskingArguments& arguments, int& exit)
{
    add_apply(app, arguments, exit);
    add_looks(link, arguments, exit);
    add_translate(link, arguments, exit);
    add_verbs(link, arguments, exit);
    add_registry(link, arguments, exit);
}

}  // namespace strait::exchange
