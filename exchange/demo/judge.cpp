#include "exchange/demo/judge.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace strait::exchange {

namespace asio = boost::asio;

namespace {

// So that others on the thread have their turn in between.
constexpr std::size_t positions_per_question = 1000;

asio::awaitable<Result<std::vector<links::Translation>>> translate(
    DemoWitnesses witnesses,
    TopicPartition at,
    links::Direction direction,
    const std::vector<RecordPrint>& records)
{
    std::vector<links::Translation> all;
    while (all.size() < records.size()) {
        const auto end = std::min(records.size(), all.size() + positions_per_question);
        std::vector<links::Position> asked;
        for (auto i = all.size(); i < end; ++i) {
            asked.push_back({at.topic, at.partition, records[i].offset});
        }
        const auto answers =
            co_await witnesses.links.translate(witnesses.link, direction, std::move(asked));
        if (!answers) co_return fail(answers.error().within(to_string(at)));
        for (const auto& answer : *answers) all.push_back(answer.translation);
    }
    co_return all;
}

}  // namespace

asio::awaitable<Result<DemoVerdict>> judge(DemoWitnesses witnesses, Ends ends, FeedCounts written)
{
    auto source = co_await witnesses.source.read(std::move(ends));
    if (!source) co_return fail(source.error());
    auto target_ends = co_await witnesses.target.ends();
    if (!target_ends) co_return fail(target_ends.error());
    auto target = co_await witnesses.target.read(*std::move(target_ends));
    if (!target) co_return fail(target.error());

    DemoVerdict verdict;
    for (auto& [at, records] : *source) {
        MirroredPartition partition{at, std::move(records), std::move((*target)[at]), {}, {}};
        auto forward =
            co_await translate(witnesses, at, links::Direction::forward, partition.source);
        if (!forward) co_return fail(forward.error());
        auto inverse =
            co_await translate(witnesses, at, links::Direction::inverse, partition.target);
        if (!inverse) co_return fail(inverse.error());
        partition.forward = *std::move(forward);
        partition.inverse = *std::move(inverse);
        verdict.check(partition);
    }
    verdict.compare_with(written);
    co_return verdict;
}

}  // namespace strait::exchange
