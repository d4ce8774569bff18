#include "core/failpoint.hpp"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <csignal>
#include <string>
#include <utility>

namespace strait {

namespace asio = boost::asio;

namespace {

enum class Action { kill, error, delay };

struct Armed {
    std::string_view name;
    Action action = Action::kill;
    std::atomic<std::uint32_t> left = 0;  // 0: not armed, or over
};

Armed armed;  // written before there are threads, as is the next
std::string_view left_out;

Error misfit(std::string_view text)
{
    std::string names;
    for (const auto name : failpoints) names.append(names.empty() ? "" : ", ").append(name);
    return Error{Errc::invalid_argument,
                 "'" + std::string{text} +
                     "' is not name:action[:n] with kill, error or delay, and one of " + names +
                     "; nor " + std::string{producer_recycling} + ":off"};
}

}  // namespace

Result<void> arm_failpoint(std::string_view text)
{
    const auto cut = [rest = text]() mutable {
        const auto part = rest.substr(0, rest.find(':'));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        return std::pair{part, rest};
    };
    auto next = cut;
    const auto name = next().first;
    const auto [action, count] = next();
    if (name == producer_recycling && action == "off") {
        left_out = producer_recycling;
        return {};
    }
    const auto* const known = std::ranges::find(failpoints, name);
    if (known == failpoints.end()) return fail(misfit(text));
    if (action == "kill") {
        armed.action = Action::kill;
    } else if (action == "error") {
        armed.action = Action::error;
    } else if (action == "delay") {
        armed.action = Action::delay;
    } else {
        return fail(misfit(text));
    }
    std::uint32_t left = 1;
    if (!count.empty()) {
        const auto* const end = count.data() + count.size();
        const auto parsed = std::from_chars(count.data(), end, left);
        if (parsed.ec != std::errc{} || parsed.ptr != end || left == 0) return fail(misfit(text));
    }
    armed.name = *known;
    armed.left = left;
    return {};
}

bool is_left_out(std::string_view defence) noexcept { return left_out == defence; }

asio::awaitable<Result<void>> reach(std::string_view failpoint, Clock& clock)
{
    if (armed.left == 0 || armed.name != failpoint) co_return Result<void>{};
    if (armed.left.fetch_sub(1) != 1) co_return Result<void>{};
    switch (armed.action) {
        case Action::kill: std::raise(SIGKILL); break;
        case Action::error:
            co_return fail(Errc::abort_required, "failpoint " + std::string{failpoint});
        case Action::delay: co_return co_await clock.wait_until(clock.now() + failpoint_delay);
    }
    co_return Result<void>{};
}

}  // namespace strait
