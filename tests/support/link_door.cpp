#include "tests/support/link_door.hpp"

#include "tests/support/run.hpp"
#include "tests/support/wait.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <utility>

namespace strait::testing {

namespace http = boost::beast::http;
using namespace std::chrono_literals;

namespace {

constexpr auto answer_deadline = 60s;
constexpr std::int64_t positions_max = 10'000;  // of one question
constexpr std::int64_t block_size = 2'000;      // many tests are short

links::Translation translation_of(const api::TranslatedDocument& answer)
{
    using enum links::Translation::Status;
    constexpr std::array all{exact, gap, end, clamped, before_first, pruned, unknown};
    const auto status =
        std::ranges::find(all, answer.status, [](auto each) { return links::to_string(each); });
    if (status == all.end()) throw std::runtime_error{"unknown status: " + answer.status};
    links::Translation translation;
    if (answer.offset) translation.offset = Offset{*answer.offset};
    translation.status = *status;
    translation.generation = Generation{answer.generation};
    translation.as_of_txn = TxnNo{answer.as_of_txn};
    translation.not_replicated = answer.not_replicated;
    return translation;
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
    const auto there = [&] {
        if (auto now = status()) awaited.last = std::move(now);
        return awaited.last && is_wanted(*awaited.last);
    };
    awaited.found = testing::wait_for(there, deadline);
    return awaited;
}

std::vector<api::GapDocument> LinkDoor::gaps(const TopicPartition& at)
{
    auto all = boost::json::value_to<api::ItemsDocument<api::GapDocument>>(
                   boost::json::parse(request(false, "/gaps", {})))
                   .items;
    std::erase_if(all, [&](const auto& gap) {
        return gap.topic != at.topic.value() || gap.partition != at.partition.value();
    });
    return all;
}

std::vector<links::Translation> LinkDoor::translate(links::Direction direction,
                                                    const TopicPartition& at,
                                                    Offset from,
                                                    Offset to)
{
    std::vector<links::Translation> translations;
    for (auto begin = from.value(); begin < to.value(); begin += positions_max) {
        api::TranslateDocument question{std::string{links::to_string(direction)}, {}};
        const auto end = std::min(begin + positions_max, to.value());
        for (auto offset = begin; offset < end; ++offset) {
            question.positions.push_back({at.topic.value(), at.partition.value(), offset});
        }
        const auto body = boost::json::serialize(boost::json::value_from(question));
        const auto answer = boost::json::value_to<api::TranslatedPositionsDocument>(
            boost::json::parse(request(true, ":translate", body)));
        for (const auto& each : answer.positions) translations.push_back(translation_of(each));
    }
    if (std::cmp_not_equal(translations.size(), to.value() - from.value()))
        throw std::runtime_error{"the program answers fewer positions than it was asked for"};
    return translations;
}

links::Translation LinkDoor::remembered(links::Direction direction,
                                        const TopicPartition& at,
                                        Offset offset)
{
    const auto number = offset.value() / block_size;
    const Block block{direction, at, number};
    auto found = answers_.find(block);
    if (found == answers_.end()) {
        const Offset from{number * block_size};
        const Offset to{from.value() + block_size};
        found = answers_.emplace(block, translate(direction, at, from, to)).first;
    }
    return found->second.at(static_cast<std::size_t>(offset.value() % block_size));
}

const api::PartitionDocument* find_partition(const LinkDoor::Status& status,
                                             const TopicPartition& at)
{
    for (const auto& topic : status.topics) {
        if (topic.source != at.topic.value()) continue;
        for (const auto& partition : topic.partitions) {
            if (partition.id == at.partition.value()) return &partition;
        }
    }
    return nullptr;
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
                                partition.next_source_offset.value_or(-1),
                                partition.source_lso.value_or(-1),
                                partition.reason);
        }
    }
    for (const auto& group : status->groups) {
        text += fmt::format(
            "  group {} {} rereads={} {}\n", group.id, group.state, group.rereads, group.reason);
    }
    return text;
}

}  // namespace strait::testing
