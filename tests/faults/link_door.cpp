#include "tests/faults/link_door.hpp"

#include "tests/support/run.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <spdlog/fmt/fmt.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace strait::testing {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using namespace std::chrono_literals;

namespace {

constexpr auto poll_interval = 100ms;
constexpr auto answer_deadline = 60s;
constexpr std::int64_t block_size = 2'000;  // many tests are short

asio::awaitable<Result<void>> pause(Clock& clock)
{
    co_return co_await clock.wait_until(clock.now() + poll_interval);
}

links::Translation::Status status_of(std::string_view word)
{
    using enum links::Translation::Status;
    for (const auto status : {exact, gap, end, clamped, before_first, pruned, unknown}) {
        if (links::to_string(status) == word) return status;
    }
    throw std::runtime_error{"unknown status of a position: " + std::string{word}};
}

}  // namespace

LinkDoor::LinkDoor(const std::filesystem::path& data_dir, std::string link)
    : link_{std::move(link)}, client_{data_dir, clock_, answer_deadline}
{
}

std::string LinkDoor::request(bool post, std::string_view rest, std::string body)
{
    const auto answer = run(io_,
                            client_.request(post ? http::verb::post : http::verb::get,
                                            fmt::format("/v1/links/{}{}", link_, rest),
                                            std::move(body)),
                            answer_deadline);
    if (!answer) throw std::runtime_error{"the admin socket does not answer"};
    if (!*answer) throw std::runtime_error{answer->error().detail()};
    return **answer;
}

std::optional<LinkDoor::Status> LinkDoor::status()
{
    try {
        return boost::json::value_to<Status>(boost::json::parse(request(false, "", "")));
    } catch (const std::runtime_error&) {
        return std::nullopt;
    }
}

LinkDoor::Awaited LinkDoor::wait_for(const std::function<bool(const Status&)>& is_wanted,
                                     std::chrono::seconds deadline)
{
    Awaited awaited;
    const auto until = clock_.now() + deadline;
    while (clock_.now() < until) {
        if (auto now = status()) awaited.last = std::move(now);
        awaited.found = awaited.last && is_wanted(*awaited.last);
        if (awaited.found) break;
        static_cast<void>(run(io_, pause(clock_)));
    }
    return awaited;
}

links::Translation LinkDoor::translate(links::Direction direction,
                                       const TopicPartition& at,
                                       Offset offset)
{
    const Block block{direction, at, offset.value() / block_size};
    auto found = answers_.find(block);
    if (found == answers_.end()) found = answers_.emplace(block, ask(block)).first;
    return found->second.at(static_cast<std::size_t>(offset.value() % block_size));
}

std::vector<links::Translation> LinkDoor::ask(const Block& block)
{
    const auto& [direction, at, number] = block;
    api::TranslateDocument question{std::string{links::to_string(direction)}, {}};
    for (std::int64_t i = 0; i < block_size; ++i) {
        question.positions.push_back(
            {at.topic.value(), at.partition.value(), number * block_size + i});
    }
    const auto body = boost::json::serialize(boost::json::value_from(question));
    const auto answer = boost::json::value_to<api::TranslatedPositionsDocument>(
        boost::json::parse(request(true, ":translate", body)));

    std::vector<links::Translation> translations;
    for (const auto& position : answer.positions) {
        links::Translation translation;
        if (position.offset) translation.offset = Offset{*position.offset};
        translation.status = status_of(position.status);
        translation.generation = Generation{position.generation};
        translation.as_of_txn = TxnNo{position.as_of_txn};
        translation.not_replicated = position.not_replicated;
        translations.push_back(translation);
    }
    return translations;
}

std::string to_text(const std::optional<LinkDoor::Status>& status)
{
    if (!status) return "no answer";
    auto text = fmt::format("{} reason=\"{}\" lag={} committed={} aborted={} recycled={}\n",
                            status->state,
                            status->reason,
                            status->lag.records,
                            status->transactions.committed,
                            status->transactions.aborted,
                            status->transactions.recycled);
    for (const auto& topic : status->topics) {
        text += fmt::format("  {} {} {}\n", topic.source, topic.state, topic.reason);
        for (const auto& partition : topic.partitions) {
            text += fmt::format("    {} {} next {} of {} {}\n",
                                partition.id,
                                partition.state,
                                partition.next_source_offset,
                                partition.source_lso.value_or(-1),
                                partition.reason);
        }
    }
    return text;
}

}  // namespace strait::testing
