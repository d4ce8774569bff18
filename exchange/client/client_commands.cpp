#include "exchange/client/client_commands.hpp"

#include "exchange/client/answer.hpp"
#include "exchange/client/nouns.hpp"
#include "exchange/client/pages.hpp"
#include "exchange/command_line.hpp"
#include "exchange/configuration_file.hpp"

#include <CLI/CLI.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <string>

namespace strait::exchange {

namespace {

constexpr std::size_t places_max = 2;

using Run = std::function<ExitCode(const ClientCommand&)>;

int run_client(const ClientArguments& arguments, const Run& run)
{
    const auto profiles = ProfileFolder::of(environment);
    if (!profiles) return static_cast<int>(tell(std::cerr, profiles.error()));
    ClientCommand command{
        .profiles = *profiles, .out = std::cout, .err = std::cerr, .json = arguments.json};
    const auto named = environment("STRAIT_PROFILE").value_or("");
    if (!named.empty()) command.profile = named;
    if (!arguments.profile.empty()) command.profile = arguments.profile;
    return static_cast<int>(run(command));
}

void add_profile(CLI::App& command, ClientArguments& arguments)
{
    command
        .add_option("--profile",
                    arguments.profile,
                    "who asks (default: that of STRAIT_PROFILE, or else `default`)")
        ->type_name("NAME");
}

void add_json(CLI::App& command, ClientArguments& arguments)
{
    command.add_flag("--json", arguments.json, "print the server's answer as it is");
}

void add_login(CLI::App& app, ClientArguments& arguments, int& exit)
{
    auto& login = *app.add_subcommand("login", "keep a key as a profile, for the commands below");
    add_profile(login, arguments);
    auto& of = arguments.login;
    auto& link = *login.add_option("--link", of.link, "the activation link: it works once");
    login.add_option("--email", of.email, "the address that was invited")->needs(&link);
    login.add_option("--name", of.name, "how others read you (default: from the address)")
        ->needs(&link);
    auto& organisation =
        *login
             .add_option("--organisation",
                         of.organisation,
                         "of a partner: what its organisation is to be called, like globex")
             ->needs(&link);
    auto& title =
        *login.add_option("--title", of.title, "and how others read it, like Globex Ltd.")
             ->needs(&organisation);
    organisation.needs(&title);
    auto& key = *login.add_option("--key-file", of.key_file, "instead a key that you have")
                     ->excludes(&link)
                     ->type_name("FILE");
    auto& endpoint = *login.add_option("--endpoint", of.endpoint, "where it is a key of")
                          ->needs(&key)
                          ->type_name("URL");
    key.needs(&endpoint);
    login.add_option("--ca-file", of.ca_file, "who vouches for the exchange's certificate, as PEM")
        ->type_name("FILE");
    login.add_flag("--replace", of.replace, "a profile of that name goes");
    login.footer(
        "examples: strait login --link 'https://x.example/activate#TOKEN'    who invites, to what\n"
        "          strait login --link 'https://x.example/activate#TOKEN' --email me@acme.example\n"
        "          strait login --key-file key --endpoint https://x.example:8443 --profile acme\n"
        "The key is not shown: it stands in ~/.config/strait/profiles/NAME.json, for you alone.");
    login.callback([&] {
        exit = run_client(arguments, [&](const ClientCommand& command) {
            if (!of.link.empty() && of.email.empty()) return preview_link(command, of);
            if (!of.link.empty()) return redeem_link(command, of);
            if (!of.key_file.empty()) return keep_key(command, of);
            return tell(command.err,
                        Error{Errc::invalid_argument, "say --link LINK, or --key-file FILE"});
        });
    });
}

void add_whoami(CLI::App& app, ClientArguments& arguments, int& exit)
{
    auto& whoami = *app.add_subcommand("whoami", "show whom the exchange takes you for");
    add_profile(whoami, arguments);
    add_json(whoami, arguments);
    whoami.callback([&] { exit = run_client(arguments, show_me); });
}

void add_limit(CLI::App& command, std::size_t& limit, bool& all)
{
    auto& most = *command.add_option("--limit", limit, "how many at most")->capture_default_str();
    expect_count(most, static_cast<std::int64_t>(list_items_max));
    command.add_flag("--all", all, "up to " + std::to_string(list_items_max))->excludes(&most);
}

// What the action takes.
void add_inputs(CLI::App& command, const Action& action, ActionArguments& arguments)
{
    if (action.takes == Takes::body || action.takes == Takes::both) {
        command
            .add_option("--file,-f", arguments.body_file, "a JSON object; -: from standard input")
            ->type_name("FILE");
        command
            .add_option("--set",
                        arguments.members,
                        "a member of it: VALUE is JSON, or else a text; may be repeated")
            ->type_name("NAME=VALUE")
            ->allow_extra_args(false);
    }
    if (action.takes == Takes::reason || action.takes == Takes::both) {
        command.add_option(
            "--reason", arguments.reason, "why: it stands in the audit of both sides");
    }
    if (action.takes == Takes::prefix) {
        command.add_option("--prefix", arguments.prefix, "only those whose names begin with it");
    }
    if (action.takes == Takes::filter) {
        command.add_option("--filter",
                           arguments.filter,
                           "only those: state = \"active\" AND created_at > \"2026-01-01\"");
        command.add_option("--sort",
                           arguments.sort,
                           "in this order: -updated_at,name (default: the oldest first)");
    }
    if (action.method != HttpMethod::get) {
        command.add_flag("--dry-run", arguments.dry_run, "only show what would come of it");
    }
}

void add_action(
    CLI::App& parent, const Noun& noun, const Action& action, ClientArguments& arguments, int& exit)
{
    auto& command = *parent.add_subcommand(std::string{action.name}, std::string{action.about});
    add_profile(command, arguments);
    add_json(command, arguments);
    auto& of = arguments.action;
    const auto places = places_of(noun, action);
    if (of.ids.size() < places_max) of.ids.resize(places_max);  // they stay where they are
    for (std::size_t i = 0; i < places.size(); ++i) {
        const auto* const kind = places[i].noun;
        const auto* const what = kind == nullptr ? "its number"
                                 : kind->named   ? "its id or name"
                                 : kind == &noun && noun.kind == catalog::Noun::version
                                     ? "like 1.0.0"
                                     : "its id";
        command.add_option(places[i].title, of.ids[i], what)->required();
    }
    add_inputs(command, action, of);
    if (action.method == HttpMethod::get && action.below.empty()) {
        add_limit(command, of.limit, of.all);
    }
    command.callback([&] {
        exit = run_client(arguments, [&](const ClientCommand& client) {
            return run_action(client, noun, action, of);
        });
    });
}

void add_noun(CLI::App& app, const Noun& noun, ClientArguments& arguments, int& exit)
{
    auto& command = *app.add_subcommand(std::string{noun.name}, std::string{noun.about});
    command.require_subcommand(1);
    for (const auto& action : noun.actions) add_action(command, noun, action, arguments, exit);
}

// What is done with the chain as a whole.
void add_proof(CLI::App& audit, ClientArguments& arguments, int& exit)
{
    auto& out = *audit.add_subcommand("export", "print the whole chain, an entry a line");
    add_profile(out, arguments);
    out.footer("example: strait audit export > audit.ndjson\n"
               "With it anybody verifies it, without an exchange and without a key.");
    out.callback([&] { exit = run_client(arguments, export_audit); });

    auto& verify = *audit.add_subcommand("verify", "prove that no entry was changed or is missing");
    add_profile(verify, arguments);
    verify.add_flag("--json", arguments.json, "print where it ends, as `head` does");
    auto& of = arguments.audit;
    verify.add_option("--file", of.file, "what `export` printed, instead of what the exchange has")
        ->type_name("FILE");
    verify
        .add_option("--head",
                    of.heads,
                    "what `head --json` said earlier, or a receipt: the chain has to go through "
                    "there; may be repeated")
        ->allow_extra_args(false)
        ->type_name("FILE");
    verify.footer(
        "example: strait audit verify --head kept-in-may.json\n"
        "It is found out here, entry by entry, from the first on. A chain that was cut at its end "
        "or written\nanew is found by who has kept where it ended: keep `strait audit head "
        "--json` from time to time.");
    verify.callback([&] {
        exit = run_client(arguments,
                          [&](const ClientCommand& command) { return verify_audit(command, of); });
    });
}

void add_search(CLI::App& app, ClientArguments& arguments, int& exit)
{
    auto& search = *app.add_subcommand("search", "find products that you may see");
    add_profile(search, arguments);
    add_json(search, arguments);
    auto& of = arguments.search;
    auto& words = *search.add_option("WORDS", of.words, "what they are about; none: the newest");
    search.add_option("--facets",
                      of.facets,
                      "count them by domain, tags, owner, format, kind, classification, approval");
    search.add_option("--product", of.product, "instead show one, with its versions and offers")
        ->excludes(&words)
        ->type_name("ID");
    add_limit(search, of.limit, of.all);
    search.footer("examples: strait search orders tag:retail --facets domain,owner\n"
                  "          strait search -- 'order confirmed' -test\n"
                  "Words all have to be there, the last one as a beginning; \"a phrase\", -word, "
                  "field:email, owner:acme.");
    search.callback([&] {
        exit = run_client(
            arguments, [&](const ClientCommand& client) { return exchange::search(client, of); });
    });
}

void add_usage(CLI::App& app, ClientArguments& arguments, int& exit)
{
    auto& usage = *app.add_subcommand("usage", "how much subscriptions were given");
    add_profile(usage, arguments);
    add_json(usage, arguments);
    auto& of = arguments.usage;
    usage
        .add_option("--from", of.from, "hours that begin from then on (default: a day before --to)")
        ->type_name("TIME");
    usage.add_option("--to", of.to, "and before this (default: now)")->type_name("TIME");
    usage.add_option("--step", of.step, "hour (default), day or month")->type_name("STEP");
    usage
        .add_option("--group-by",
                    of.group_by,
                    "any of product, subscription, organisation, partition, kind")
        ->type_name("GROUPS");
    usage.add_option("--subscription", of.subscription, "of this one alone")->type_name("ID");
    usage.footer("example: strait usage --from 2026-11-01T00:00:00Z --step day --group-by product\n"
                 "Both sides of a subscription see the same numbers. Each record counts once, "
                 "however often it was read:\nwhat was given again are rereads. Times are UTC.");
    usage.callback([&] {
        exit = run_client(arguments,
                          [&](const ClientCommand& client) { return show_usage(client, of); });
    });
}

void add_declarations(CLI::App& app, ClientArguments& arguments, int& exit)
{
    auto& catalog = *app.add_subcommand("catalog", "declare in files what there is to be");
    catalog.require_subcommand(1);
    auto& apply = *catalog.add_subcommand("apply", "make what there is what files declare");
    add_profile(apply, arguments);
    add_json(apply, arguments);
    auto& of = arguments.apply;
    apply.add_option("--file,-f", of.files, "YAML; -: from standard input; may be repeated")
        ->required()
        ->allow_extra_args(false)
        ->type_name("FILE");
    apply.add_flag("--dry-run", of.dry_run, "only show what would change: then it exits with 2");
    apply.add_flag("--prune",
                   of.prune,
                   "end what has the label strait/apply of these files and is not in them");
    apply.add_option("--reason", of.reason, "why: it stands in the audit");
    apply.footer(
        "examples: strait catalog apply -f products.yaml --dry-run\n"
        "          strait catalog export > products.yaml\n"
        "All of it is done, or nothing; in which order it stands does not matter. What is not "
        "mentioned stays.\nSecrets stand in files of their own: password_file, password_env. It "
        "exits with 1 if something is wrong.");
    apply.callback([&] {
        exit = run_client(arguments, [&](const ClientCommand& command) {
            return apply_declarations(command, of, std::cin);
        });
    });

    auto& out = *catalog.add_subcommand("export", "print what your organisation has, as YAML");
    add_profile(out, arguments);
    add_json(out, arguments);
    out.footer("example: strait catalog export > products.yaml\n"
               "Applying it changes nothing. There are no secrets in it.");
    out.callback([&] { exit = run_client(arguments, export_declarations); });
}

}  // namespace

void add_client_commands(CLI::App& app, ClientArguments& arguments, int& exit)
{
    add_login(app, arguments, exit);
    add_whoami(app, arguments, exit);
    for (const auto& noun : nouns) add_noun(app, noun, arguments, exit);
    add_proof(*app.get_subcommand("audit"), arguments, exit);
    add_search(app, arguments, exit);
    add_usage(app, arguments, exit);
    add_declarations(app, arguments, exit);
}

}  // namespace strait::exchange
