#include "exchange/link_commands.hpp"

#include "api/config_documents.hpp"
#include "api/link_documents.hpp"
#include "api/operation_documents.hpp"
#include "api/registry_documents.hpp"
#include "core/document.hpp"
#include "exchange/link_tables.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <ostream>
#include <ranges>
#include <string_view>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::chrono::milliseconds poll_interval{200};
constexpr std::chrono::seconds watch_interval{2};

ExitCode exit_code_of(Errc code)
{
    switch (code) {
        case Errc::not_found: return ExitCode::not_found;
        case Errc::invalid_argument: return ExitCode::usage;
        case Errc::unavailable:
        case Errc::timed_out: return ExitCode::unavailable;
        case Errc::cancelled:
        case Errc::unauthenticated:
        case Errc::forbidden:
        case Errc::conflict:
        case Errc::fenced:
        case Errc::fatal:
        case Errc::abort_required:
        case Errc::too_large:
        case Errc::refused:
        case Errc::out_of_range:
        case Errc::truncated:
        case Errc::data_loss:
        case Errc::corrupt: return ExitCode::failure;
    }
    std::unreachable();
}

ExitCode fail_with(const LinkCommand& command, const Error& error)
{
    print_error(command.err, error);
    return exit_code_of(error.code());
}

std::string link_path(std::string_view link, std::string_view rest = {})
{
    constexpr std::string_view plain =
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-._~";
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string path = "/v1/links/";
    for (const char c : link) {
        const auto byte = static_cast<unsigned char>(c);
        if (plain.contains(c)) path += c;
        if (!plain.contains(c)) path.append({'%', hex[byte >> 4U], hex[byte & 0xfU]});
    }
    return path.append(rest);
}

std::string with_dry_run(std::string path, bool dry_run)
{
    return dry_run ? std::move(path) + "?dry_run=true" : std::move(path);
}

template <class T>
Result<T> read_answer(const std::string& answer)
{
    boost::system::error_code failure;
    const auto parsed = boost::json::parse(answer, failure);
    if (failure) return fail(Errc::corrupt, "the server's answer is not JSON");
    auto document = boost::json::try_value_to<T>(parsed);
    if (!document) return fail(Errc::corrupt, "the server's answer is of another version");
    return *std::move(document);
}

// Shows an answer: as it is, or as `render` shows the document that it is.
template <class T, class Render>
ExitCode show(const LinkCommand& command, const Result<std::string>& answer, Render render)
{
    if (!answer) return fail_with(command, answer.error());
    if (command.json) {
        command.out << *answer << '\n';
        return ExitCode::ok;
    }
    const auto document = read_answer<T>(*answer);
    if (!document) return fail_with(command, document.error());
    command.out << render(*document);
    return ExitCode::ok;
}

}  // namespace

void print_error(std::ostream& err, const Error& error)
{
    // Each problem of a file is a line.
    for (const auto line : std::views::split(error.detail(), '\n')) {
        err << "error: " << escaped(std::string_view{line.begin(), line.end()}) << '\n';
    }
}

asio::awaitable<ExitCode> list_links(const LinkCommand& command)
{
    using List = api::ItemsDocument<api::LinkDocument>;
    const auto answer = co_await command.server.request(http::verb::get, "/v1/links");
    co_return show<List>(command, answer, [](const List& list) { return links_table(list.items); });
}

asio::awaitable<ExitCode> show_link(const LinkCommand& command,
                                    std::string link,
                                    LinkDetails details)
{
    using Link = api::LinkStatusDocument;
    const auto answer = co_await command.server.request(http::verb::get, link_path(link));
    co_return show<Link>(
        command, answer, [&](const Link& status) { return link_view(status, details); });
}

asio::awaitable<ExitCode> watch_link(const LinkCommand& command,
                                     std::string link,
                                     LinkDetails details,
                                     bool clears)
{
    constexpr std::string_view clear = "\x1b[H\x1b[2J";  // ECMA-48: home, erase all
    for (bool first = true;; first = false) {
        if (clears) command.out << clear;
        if (!clears && !first && !command.json) command.out << '\n';
        const auto shown = co_await show_link(command, link, details);
        command.out.flush();
        const bool gone = shown == ExitCode::not_found;
        if (shown != ExitCode::ok && (first || gone)) co_return shown;
        const auto waited = co_await command.clock.wait_until(command.clock.now() + watch_interval);
        if (!waited) co_return ExitCode::failure;
    }
}

asio::awaitable<ExitCode> list_gaps(const LinkCommand& command, std::string link)
{
    using List = api::ItemsDocument<api::GapDocument>;
    const auto answer = co_await command.server.request(http::verb::get, link_path(link, "/gaps"));
    co_return show<List>(command, answer, [](const List& list) { return gaps_table(list.items); });
}

asio::awaitable<ExitCode> translate_offset(const LinkCommand& command, TranslateArguments arguments)
{
    const auto direction =
        arguments.inverse ? links::Direction::inverse : links::Direction::forward;
    const api::PositionDocument asked{arguments.topic, arguments.partition, arguments.offset};
    const api::TranslateDocument question{std::string{to_string(direction)}, {asked}};
    const auto answer =
        co_await command.server.request(http::verb::post,
                                        link_path(arguments.link, ":translate"),
                                        boost::json::serialize(boost::json::value_from(question)));
    if (!answer) co_return fail_with(command, answer.error());
    const auto document = read_answer<api::TranslatedPositionsDocument>(*answer);
    if (!document) co_return fail_with(command, document.error());
    if (document->positions.size() != 1) {
        co_return fail_with(command, Error{Errc::corrupt, "the server gave another answer"});
    }
    const auto& position = document->positions.front();
    command.out << (command.json ? *answer + "\n" : translation_line(asked, position, direction));
    co_return position.offset ? ExitCode::ok : ExitCode::not_found;
}

namespace {

// Until it has ended: says what it is doing whenever that changes.
asio::awaitable<Result<api::OperationDocument>> follow(const LinkCommand& command,
                                                       api::OperationDocument operation)
{
    std::string said;
    while (operation.state == to_string(links::Operation::State::running)) {
        if (!command.json && said != operation.detail) {
            command.err << escaped(operation.detail) << '\n';
        }
        said = operation.detail;
        if (auto waited = co_await command.clock.wait_until(command.clock.now() + poll_interval);
            !waited) {
            co_return fail(waited.error());
        }
        const auto answer =
            co_await command.server.request(http::verb::get, "/v1/operations/" + operation.id);
        if (!answer) co_return fail(answer.error());
        auto next = read_answer<api::OperationDocument>(*answer);
        if (!next) co_return fail(next.error());
        operation = *std::move(next);
    }
    co_return operation;
}

ExitCode show_plan(const LinkCommand& command, const Result<std::string>& answer)
{
    const auto shown = show<api::VerbPlanDocument>(command, answer, plan_view);
    if (shown != ExitCode::ok) return shown;
    const auto plan = read_answer<api::VerbPlanDocument>(*answer);
    if (!plan) return fail_with(command, plan.error());
    const bool refused = std::ranges::any_of(plan->checks, [](const auto& check) {
        return check.outcome == to_string(links::Check::Outcome::fail);
    });
    return refused ? ExitCode::failure : ExitCode::ok;
}

bool is_for_good(links::Verb verb)
{
    switch (verb) {
        case links::Verb::promote:
        case links::Verb::failover:
        case links::Verb::reverse: return true;
        case links::Verb::pause:
        case links::Verb::resume:
        case links::Verb::verify:
        case links::Verb::acknowledge: return false;
    }
    std::unreachable();
}

// `salvage=TOPIC` is two things, and `rebuild` means it with --yes.
api::ReverseDocument reverse_document(const VerbArguments& arguments,
                                      const api::VerbDocument& common)
{
    api::ReverseDocument document{common, arguments.divergence, arguments.as, {}, {}};
    if (arguments.divergence == to_string(links::Divergence::rebuild)) {
        document.delete_topics = arguments.yes;
    }
    const auto mark = arguments.divergence.find('=');
    if (mark == std::string::npos) return document;
    document.divergence.resize(mark);
    document.salvage_topic = arguments.divergence.substr(mark + 1);
    return document;
}

std::string body_of(const VerbArguments& arguments)
{
    // What is not said is left out.
    const auto written = [](const auto& document) {
        auto body = boost::json::value_from(document).as_object();
        boost::json::object said;
        for (auto& [key, value] : body) {
            if (!value.is_null()) said.emplace(key, std::move(value));
        }
        return boost::json::serialize(said);
    };
    const api::VerbDocument common{arguments.reason};
    const api::TopicsDocument of_topics{common, arguments.topics};
    switch (arguments.verb) {
        case links::Verb::promote:
            return written(api::PromoteDocument{
                of_topics, arguments.timeout, arguments.without_groups, arguments.fence_source});
        case links::Verb::reverse: return written(reverse_document(arguments, common));
        case links::Verb::verify:
            return written(api::VerifyDocument{common,
                                               arguments.mode,
                                               arguments.topics,
                                               arguments.only_partition,
                                               arguments.from,
                                               arguments.to,
                                               arguments.sample,
                                               arguments.seed});
        case links::Verb::resume: {
            const auto& to = arguments.skip_to;
            if (!to) return written(of_topics);
            return written(
                api::ResumeDocument{common, {arguments.topics.front(), arguments.partition, *to}});
        }
        case links::Verb::acknowledge: {
            const auto& id = arguments.gap;
            if (!id) return written(common);
            return written(
                api::AcknowledgeDocument{common, {arguments.topic, arguments.partition, *id}});
        }
        case links::Verb::failover:
        case links::Verb::pause: return written(of_topics);
    }
    std::unreachable();
}

}  // namespace

asio::awaitable<ExitCode> run_verb(const LinkCommand& command, VerbArguments arguments)
{
    const auto path = link_path(arguments.link, ":" + std::string{to_string(arguments.verb)});
    const bool asks = is_for_good(arguments.verb) && !arguments.yes;
    arguments.dry_run = arguments.dry_run || asks;
    const auto answer = co_await command.server.request(
        http::verb::post, with_dry_run(path, arguments.dry_run), body_of(arguments));
    if (arguments.dry_run) {
        const auto shown = show_plan(command, answer);
        if (asks && shown == ExitCode::ok) {
            command.err << "this cannot be taken back: do it with --yes\n";
        }
        co_return shown;
    }
    if (!answer) co_return fail_with(command, answer.error());
    auto begun = read_answer<api::OperationDocument>(*answer);
    if (!begun) co_return fail_with(command, begun.error());
    const auto ended = co_await follow(command, *std::move(begun));
    if (!ended) co_return fail_with(command, ended.error());
    const bool failed = ended->state != to_string(links::Operation::State::succeeded);
    if (command.json) {
        command.out << boost::json::serialize(boost::json::value_from(*ended)) << '\n';
    } else {
        auto& out = failed ? command.err : command.out;
        out << (failed ? "error: " : "") << operation_line(*ended);
    }
    co_return failed ? ExitCode::failure : ExitCode::ok;
}

asio::awaitable<ExitCode> list_operations(const LinkCommand& command)
{
    using List = api::ItemsDocument<api::OperationDocument>;
    const auto answer = co_await command.server.request(http::verb::get, "/v1/operations");
    co_return show<List>(
        command, answer, [](const List& list) { return operations_table(list.items); });
}

asio::awaitable<ExitCode> apply_configuration(const LinkCommand& command,
                                              std::string file,
                                              bool dry_run)
{
    const api::ApplyDocument asked{std::move(file)};
    const auto answer =
        co_await command.server.request(http::verb::post,
                                        with_dry_run("/v1/config:apply", dry_run),
                                        boost::json::serialize(boost::json::value_from(asked)));
    co_return show<api::ConfigChangesDocument>(command, answer, changes_view);
}

namespace {

asio::awaitable<ExitCode> edit_links(const LinkCommand& command,
                                     http::verb method,
                                     std::string path,
                                     EditArguments arguments)
{
    const auto answer = co_await command.server.request(
        method, with_dry_run(std::move(path), arguments.dry_run), std::move(arguments.body));
    co_return show<api::LinkEditDocument>(command, answer, edit_view);
}

}  // namespace

asio::awaitable<ExitCode> create_link(const LinkCommand& command, EditArguments arguments)
{
    return edit_links(command, http::verb::post, "/v1/links", std::move(arguments));
}

asio::awaitable<ExitCode> change_link(const LinkCommand& command, EditArguments arguments)
{
    auto path = link_path(arguments.link);
    return edit_links(command, http::verb::patch, std::move(path), std::move(arguments));
}

asio::awaitable<ExitCode> delete_link(const LinkCommand& command, EditArguments arguments)
{
    auto path = link_path(arguments.link);
    return edit_links(command, http::verb::delete_, std::move(path), std::move(arguments));
}

asio::awaitable<ExitCode> show_link_config(const LinkCommand& command, std::string link)
{
    const auto answer =
        co_await command.server.request(http::verb::get, link_path(link, "/config"));
    co_return show<api::LinkConfigDocument>(command, answer, config_view);
}

ExitCode run_alone(asio::awaitable<ExitCode> command)
{
    asio::io_context io{1};
    auto code = ExitCode::failure;
    asio::co_spawn(
        io, std::move(command), [&](const std::exception_ptr& thrown, ExitCode returned) {
            if (thrown) std::rethrow_exception(thrown);
            code = returned;
        });
    io.run();
    return code;
}

}  // namespace strait::exchange
