#include "exchange/demo/meter.hpp"

#include "exchange/demo/setup.hpp"

#include <spdlog/fmt/fmt.h>

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

namespace strait::exchange {

namespace asio = boost::asio;

asio::awaitable<DemoProgress> DemoMeter::read()
{
    DemoProgress progress;
    const auto& [source, feed, links, link, clock] = parts_;
    const auto now = clock.now();
    progress.elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(now - begun_);
    progress.written = feed.counts();
    const auto before = std::exchange(last_, feed.last());
    const auto ends = co_await source.ends();
    if (const auto status = co_await links.status(link)) {
        progress.mirrored = status->records_committed;
        if (status->state != links::MirrorState::active || !status->reason.empty()) {
            progress.trouble = fmt::format("{}: {}", to_string(status->state), status->reason);
        }
        if (ends) progress.lag = lag_of(*status, *ends);
    }

    std::vector<links::Position> asked;
    asked.reserve(before.size());
    for (const auto& [at, offset] : before) asked.push_back({at.topic, at.partition, offset});
    const auto answers = co_await links.translate(link, links::Direction::forward, asked);
    for (std::size_t i = 0; answers && i < asked.size(); ++i) {
        progress.last.push_back(
            {{asked[i].topic, asked[i].partition}, asked[i].offset, answers->at(i).translation});
    }

    const std::chrono::duration<double> time = now - std::exchange(read_at_, now);
    if (time.count() <= 0) co_return progress;
    const auto rate = [&](std::uint64_t& old, std::uint64_t current) {
        return static_cast<double>(current - std::exchange(old, current)) / time.count();
    };
    progress.written_per_s = rate(written_, progress.written.records);
    progress.mirrored_per_s = rate(mirrored_, progress.mirrored);
    co_return progress;
}

}  // namespace strait::exchange
