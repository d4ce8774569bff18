#include "exchange/verb_commands.hpp"

#include "exchange/command_line.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

namespace strait::exchange {

namespace {

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

CLI::Option& add_topics(CLI::App& command, AskingArguments& arguments)
{
    return *command
                .add_option("--topic",
                            arguments.verb.topics,
                            "only this one, by its name at the source; or several times")
                ->allow_extra_args(false)
                ->type_name("TOPIC");
}

// Empty if it is one.
std::string is_divergence(const std::string& text)
{
    constexpr std::string_view salvage = "salvage=";
    const bool names_topic = text.starts_with(salvage) && text.size() > salvage.size();
    if (names_topic || text == "refuse" || text == "keep" || text == "rebuild") return "";
    return "'" + text + "' is not refuse, keep, salvage=TOPIC or rebuild";
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
        "target where they were. If\nanything fails before the cut the link runs on. With --topic "
        "only that topic is promoted, and the others\nare mirrored on.",
        arguments,
        exit);
    promote.add_option("--timeout", arguments.verb.timeout, "to wait for that at most")
        ->capture_default_str()
        ->type_name("DURATION");
    add_topics(promote, arguments);
    promote.add_flag(
        "--without-groups", arguments.verb.without_groups, "leave consumer groups as they are");
    promote.add_flag("--fence-source",
                     arguments.verb.fence_source,
                     "first deny WRITE on its topics at the source to everybody, by ACLs");
    add_yes(promote, arguments);
    auto& failover =
        add_verb(link,
                 links::Verb::failover,
                 "make the mirror topics ordinary ones now, without the source",
                 "example: strait link failover orders-link --yes\n"
                 "What is not copied yet stays at the source: the answer says how much. "
                 "Consumer groups go on from where\nthey were seen last. To lose nothing "
                 "while the source still answers, promote. With --topic only that\ntopic fails "
                 "over, and the others are mirrored on.",
                 arguments,
                 exit);
    add_topics(failover, arguments);
    add_yes(failover, arguments);

    auto& reverse = add_verb(
        link,
        links::Verb::reverse,
        "mirror back after a promotion or a failover",
        "example: strait link reverse orders-link --yes\n"
        "A second link takes over: it mirrors the same topics from the target to the "
        "source, behind what both\nhave, so nothing is copied twice, and its groups "
        "follow those of the target. It is made unless there\nis one that says "
        "reverse_of. To go all the way back, promote that one and reverse it.\n"
        "What a failover left at the source was never mirrored: that is refused, or "
        "left there with\n--divergence keep. With salvage=TOPIC it is left there as well, "
        "and before copied to that topic of the\ntarget, which is made unless it is "
        "there; headers say where each record was. With rebuild topics that differ are\n"
        "deleted at the source and copied back whole: what was never mirrored is lost, and "
        "--dry-run says how\nmuch that is.",
        arguments,
        exit);
    reverse.add_option("--divergence", arguments.verb.divergence, "what becomes of such records")
        ->capture_default_str()
        ->check(is_divergence)
        ->type_name("refuse|keep|salvage=TOPIC|rebuild");
    reverse.add_option("--as",
                       arguments.verb.as,
                       "how the other link is called, if it has to be made (default NAME-reverse)");
    add_yes(reverse, arguments);
}

// Empty if it is one.
std::string is_share(const std::string& text)
{
    double share = 0;
    const auto* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, share);
    const bool fits = parsed.ec == std::errc{} && parsed.ptr == end && share >= 1e-6 && share <= 1;
    return fits ? "" : "'" + text + "' is not a share above 0 and at most 1, like 0.05";
}

// Which part of the records `verify` compares.
void add_scope(CLI::App& verify, AskingArguments& arguments, CLI::Option& structure)
{
    auto& of = arguments.verb;
    auto& topic = add_topics(verify, arguments);
    const auto add_count = [&](const char* name, auto& to, const char* what, std::int64_t max) {
        auto& option = *verify.add_option(name, to, what);
        expect_count(option, max);
        return &option;
    };
    constexpr auto offset_max = std::numeric_limits<std::int64_t>::max();
    add_count("--partition",
              of.only_partition,
              "only this one of --topic",
              std::numeric_limits<std::int32_t>::max())
        ->needs(&topic);
    auto& from = *add_count("--from", of.from, "only from this source offset on", offset_max);
    auto& to = *add_count("--to", of.to, "only before this source offset", offset_max);
    for (auto* const bound : {&from, &to}) bound->needs(&topic)->excludes(&structure);
    auto& sample =
        *verify.add_option("--sample", of.sample, "only this share of the records, like 0.05")
             ->check(is_share)
             ->type_name("SHARE");
    sample.excludes(&structure);
    add_count("--seed", of.seed, "draw them as the verification that said so", offset_max)
        ->needs(&sample);
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
        "meanwhile; a verb that changes the link ends it.\n"
        "--from and --to bound the source offsets of a topic. --sample draws stretches of 10,000 "
        "offsets, and takes the\nnewest one of each partition; the answer says with which --seed "
        "the same are drawn again.",
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
    add_scope(verify, arguments, structure);
}

// How a link rests, or topics of it, and goes on.
void add_rests(CLI::App& link, AskingArguments& arguments, int& exit)
{
    auto& pause = add_verb(
        link,
        links::Verb::pause,
        "stop copying until it is resumed",
        "example: strait link pause orders-link --reason 'maintenance of oslo'\n"
        "What has been read is committed first. The target keeps the order, so it outlives "
        "restarts and a\nlost disk. With --topic only that topic rests, whatever becomes of its "
        "link, and the others are mirrored\non. Ctrl-C leaves the operation to the server: see "
        "`strait link operations`.",
        arguments,
        exit);
    add_topics(pause, arguments);
    auto& resume = add_verb(
        link,
        links::Verb::resume,
        "go on copying, or look again at what is halted",
        "example: strait link resume orders-link\n"
        "A link goes on exactly where it was. Halted partitions are compared with both "
        "clusters again, as at\na start; the others do not notice. Topics that were paused by "
        "themselves are resumed with --topic alone.\n"
        "With --topic orders --partition 3 --skip-to 4711 a halted partition goes on "
        "there, and the ledger of\ngaps says what was given up.",
        arguments,
        exit);
    auto& topic = add_topics(resume, arguments);
    auto& of = arguments.verb;
    auto& skip = *resume.add_option(
        "--skip-to", of.skip_to, "give up what --partition of --topic has before this offset");
    expect_count(skip, std::numeric_limits<std::int64_t>::max());
    auto& partition = *resume.add_option("--partition", of.partition, "its number, with --skip-to");
    expect_count(partition, std::numeric_limits<std::int32_t>::max());
    partition.needs(&skip);
    skip.needs(&topic)->needs(&partition);
    resume.parse_complete_callback([&of] {
        if (!of.skip_to || of.topics.size() == 1) return;
        throw CLI::ValidationError{"--skip-to", "it is of one partition: name one --topic"};
    });
}

}  // namespace

void add_verbs(CLI::App& link, AskingArguments& arguments, int& exit)
{
    add_rests(link, arguments, exit);
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

}  // namespace strait::exchange
