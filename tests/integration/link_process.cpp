#include "tests/integration/link_process.hpp"

#include "tests/support/checker.hpp"
#include "tests/support/evidence.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/run.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/wait.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>
#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace strait::testing {
namespace {

namespace http = boost::beast::http;
namespace json = boost::json;

template <class T>
T read_answer(const std::string& answer)
{
    return json::value_to<T>(json::parse(answer));
}

template <class Enum>
Enum named(std::string_view name, std::initializer_list<Enum> all)
{
    const auto found =
        std::ranges::find_if(all, [&](Enum each) { return to_string(each) == name; });
    if (found == all.end()) throw std::runtime_error{"unknown word: " + std::string{name}};
    return *found;
}

links::GapCause cause_named(std::string_view name)
{
    using enum links::GapCause;
    return named(name,
                 {log_start_moved,
                  truncated,
                  recreated,
                  source_deleted,
                  oversize,
                  bad_record,
                  corrupt,
                  operator_skip,
                  diverged,
                  target_lost});
}

links::Translation translation_of(const api::TranslatedDocument& answer)
{
    using enum links::Translation::Status;
    links::Translation translation;
    if (answer.offset) translation.offset = Offset{*answer.offset};
    translation.status =
        named(answer.status, {exact, gap, end, clamped, before_first, pruned, unknown});
    translation.generation = Generation{answer.generation};
    translation.as_of_txn = TxnNo{answer.as_of_txn};
    translation.not_replicated = answer.not_replicated;
    return translation;
}

links::Gap gap_of(const api::GapDocument& entry)
{
    links::Gap gap;
    gap.id = entry.id;
    gap.topic = TopicName{entry.topic};
    gap.partition = Partition{entry.partition};
    gap.cause = cause_named(entry.cause);
    gap.from = Offset{entry.from};
    gap.to = Offset{entry.to};
    gap.open = entry.open;
    return gap;
}

std::string to_text(const std::optional<LinkProcess::Status>& status)
{
    return status ? json::serialize(json::value_from(*status)) : "no answer";
}

}  // namespace

std::string topic_keys(std::string_view include,
                       std::string_view more,
                       std::string_view after,
                       std::string_view limits)
{
    return fmt::format("    topics: {{include: [\"{}\"], discovery_interval: 1s{}{}}}\n"
                       "    timeouts: {{id_check: 1s}}\n"
                       "    limits: {{memory: 64MiB{}{}}}\n"
                       "    commit: {{bytes: 8MiB}}\n"
                       "    shards: 2\n{}",
                       include,
                       more.empty() ? "" : ", ",
                       more,
                       limits.empty() ? "" : ", ",
                       limits,
                       after);
}

const api::PartitionDocument* find_partition(const LinkProcess::Status& status,
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

LinkProcess::LinkProcess(const KafkaCluster& source,
                         const KafkaCluster& target,
                         std::string_view keys)
    : source_{source},
      target_{target},
      link_{unique_topic("link").value()},
      strait_{configuration(keys)},
      client_{strait_.data_dir(), clock_}
{
}

std::string LinkProcess::configuration(std::string_view keys) const
{
    return fmt::format("ops: {{listen: \"\"}}\n"
                       "clusters:\n"
                       "  left: {{bootstrap: [\"{}\"]}}\n"
                       "  right: {{bootstrap: [\"{}\"]}}\n"
                       "links:\n"
                       "  - name: {}\n"
                       "    source: left\n"
                       "    target: right\n"
                       "{}",
                       source_.bootstrap(),
                       target_.bootstrap(),
                       link_,
                       keys);
}

void LinkProcess::configure(std::string_view keys)
{
    strait_.write_configuration(configuration(keys));
}

void LinkProcess::stop()
{
    const auto code = strait_.terminate();
    if (code != 0) throw std::runtime_error{"strait did not end well:\n" + strait_.log()};
}

std::string LinkProcess::request(bool post, std::string_view rest, std::string body)
{
    auto answer = run(io_,
                      client_.request(post ? http::verb::post : http::verb::get,
                                      fmt::format("/v1/links/{}{}", link_, rest),
                                      std::move(body)));
    if (!answer || !*answer) {
        throw std::runtime_error{"no answer: " + (answer ? answer->error().detail() : "late")};
    }
    return **std::move(answer);
}

std::optional<LinkProcess::Status> LinkProcess::status()
{
    const auto answer =
        run(io_, client_.request(http::verb::get, "/v1/links/" + link_, std::string{}));
    if (!answer || !*answer) return std::nullopt;
    return read_answer<Status>(**answer);
}

LinkProcess::Status LinkProcess::wait_for(const std::function<bool(const Status&)>& is_wanted,
                                          std::chrono::seconds deadline)
{
    std::optional<Status> last;
    bool wanted = false;
    const auto ended = [&] {
        last = status();
        wanted = last && is_wanted(*last);
        return wanted || !strait_.running();
    };
    if (testing::wait_for(ended, deadline) && wanted) return *std::move(last);
    throw std::runtime_error{"the link does not get there: " + to_text(last) + "\n" +
                             strait_.log()};
}

api::PartitionDocument LinkProcess::wait_for_state(const TopicPartition& at, std::string_view state)
{
    const auto status = wait_for([&](const Status& link) {
        const auto* const partition = find_partition(link, at);
        return partition != nullptr && partition->state == state;
    });
    return *find_partition(status, at);
}

void LinkProcess::wait_until_copied(const TopicName& topic)
{
    std::map<Partition, Offset> last;
    for (const auto& record : read_all(source_.admin_properties(), topic)) {
        last[record.at.partition] = record.offset;
    }
    wait_for([&](const Status& link) {
        return std::ranges::all_of(last, [&](const auto& each) {
            const auto* const partition = find_partition(link, {topic, each.first});
            return partition != nullptr && partition->next_source_offset > each.second.value();
        });
    });
}

std::vector<api::GapDocument> LinkProcess::gaps(const TopicPartition& at)
{
    auto all = read_answer<api::ItemsDocument<api::GapDocument>>(request(false, "/gaps", {})).items;
    std::erase_if(all, [&](const auto& gap) {
        return gap.topic != at.topic.value() || gap.partition != at.partition.value();
    });
    return all;
}

std::vector<links::Translation> LinkProcess::translate(links::Direction direction,
                                                       const TopicPartition& at,
                                                       Offset from,
                                                       Offset to)
{
    constexpr std::int64_t positions_max = 10'000;
    std::vector<links::Translation> translations;
    for (auto begin = from.value(); begin < to.value(); begin += positions_max) {
        api::TranslateDocument question{std::string{to_string(direction)}, {}};
        const auto end = std::min(begin + positions_max, to.value());
        for (auto offset = begin; offset < end; ++offset) {
            question.positions.push_back({at.topic.value(), at.partition.value(), offset});
        }
        const auto answer = read_answer<api::TranslatedPositionsDocument>(
            request(true, ":translate", json::serialize(json::value_from(question))));
        for (const auto& each : answer.positions) translations.push_back(translation_of(each));
    }
    if (std::cmp_not_equal(translations.size(), to.value() - from.value())) {
        throw std::runtime_error{"the program answers fewer positions than it was asked for"};
    }
    return translations;
}

Verdict LinkProcess::verdict(const Expectation& expected)
{
    const auto link = status();
    if (!link) throw std::runtime_error{"no answer:\n" + strait_.log()};
    const auto& target = expected.target == TopicName{} ? expected.topic : expected.target;
    const MirrorSides sides{
        source_.admin_properties(), target_.admin_properties(), expected.topic, target};

    // Asked at once for all that the checker may want: one question for each offset takes too long.
    using Block = std::tuple<links::Direction, TopicPartition>;
    std::map<Block, std::vector<links::Translation>> answers;
    const Translate ask = [&](links::Direction direction, const TopicPartition& at, Offset offset) {
        const auto& known = answers.at({direction, at});
        return known.at(static_cast<std::size_t>(offset.value()));
    };
    Verdict verdict;
    for (auto& evidence : gather_evidence(sides, expected.produced)) {
        const auto* const partition = find_partition(*link, evidence.source);
        if (partition == nullptr) throw std::runtime_error{"not in the status: " + to_text(link)};
        evidence.until = Offset{partition->next_source_offset};
        evidence.compacted = expected.compacted;
        for (const auto& gap : gaps(evidence.source)) evidence.gaps.push_back(gap_of(gap));
        const auto start = expected.starts.find(evidence.source.partition);
        if (start != expected.starts.end()) evidence.start = start->second;
        const auto target_end =
            evidence.target_records.empty() ? 0 : evidence.target_records.back().offset.value() + 1;
        const auto source_end = partition->next_source_offset + 4;
        answers[{links::Direction::forward, evidence.source}] =
            translate(links::Direction::forward, evidence.source, Offset{0}, Offset{source_end});
        answers[{links::Direction::inverse, evidence.target}] =
            translate(links::Direction::inverse, evidence.target, Offset{0}, Offset{target_end});
        check_partition(evidence, ask, verdict);
    }
    return verdict;
}

}  // namespace strait::testing
