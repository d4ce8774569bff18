#include "exchange/catalog_upkeep.hpp"

#include <boost/asio/this_coro.hpp>

#include <chrono>
#include <optional>
#include <utility>

namespace strait::exchange {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using catalog::Act;
using catalog::Caller;
using catalog::Catalog;
using catalog::Draft;
using catalog::Ending;
using catalog::Outcome;

namespace {

constexpr auto interval = 1s;
constexpr std::size_t forgotten_max = 1'000;  // in one write
constexpr std::size_t reported_max = 10'000;

Caller the_system() { return {.kind = Caller::Kind::system, .request_id = "upkeep"}; }

}  // namespace

CatalogUpkeep::CatalogUpkeep(Catalog& catalog,
                             catalog::Discovery& discovery,
                             Clock& clock,
                             spdlog::logger log)
    : catalog_{catalog}, discovery_{discovery}, clock_{clock}, log_{std::move(log)}
{
}

asio::awaitable<void> CatalogUpkeep::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    do {
        co_await index();
        co_await end_what_is_over();
        co_await forget();
    } while (co_await clock_.wait_until(clock_.now() + interval));
}

asio::awaitable<void> CatalogUpkeep::end_what_is_over()
{
    std::optional<Ending> last;
    for (;;) {
        const Catalog::Command<std::optional<Ending>> which =
            [last](Draft& draft, const Act&) -> Outcome<std::optional<Ending>> {
            auto next = catalog::next_ending(draft, last);
            return next && next->at <= draft.now() ? next : std::nullopt;
        };
        const auto next = co_await catalog_.ask(the_system(), which);
        if (!next) co_return;  // a disk that does not answer is told of by what asks it
        const auto& found = *next;
        if (!found) co_return;
        const auto ending = *found;
        const Catalog::Command<bool> end = [ending](Draft& draft, const Act& act) -> Outcome<bool> {
            auto ended = catalog::end_record(draft, act, ending);
            if (!ended) return catalog::refuse(std::move(ended.error()));
            return true;
        };
        const auto ended = co_await catalog_.execute(the_system(), end);
        if (ended) reported_.erase(ending.id);
        if (!ended) report(ending, ended.error());
        last = ending;
        const auto caller = co_await asio::this_coro::cancellation_state;
        if (caller.cancelled() != asio::cancellation_type::none) co_return;
    }
}

asio::awaitable<void> CatalogUpkeep::forget()
{
    const auto forgotten = co_await catalog_.prune(forgotten_max);
    if (!forgotten) log_.warn("nothing forgotten detail={:?}", forgotten.error().detail);
}

// A slice at a time: searches wait for their turn between them.
asio::awaitable<void> CatalogUpkeep::index()
{
    for (;;) {
        const auto left = co_await discovery_.catch_up();
        const auto failure = left ? std::string{} : left.error().detail();
        if (failure != unindexed_ && !left) log_.error("not indexed detail={:?}", failure);
        unindexed_ = failure;
        const auto caller = co_await asio::this_coro::cancellation_state;
        const bool ends = caller.cancelled() != asio::cancellation_type::none;
        if (ends || !left || !*left) co_return;
    }
}

void CatalogUpkeep::report(const Ending& ending, const catalog::Refusal& refusal)
{
    if (reported_.size() >= reported_max) reported_.clear();
    if (!reported_.insert(ending.id).second) return;
    log_.error("not ended object={} detail={:?}",
               catalog::text_of(ending.noun, ending.id),
               refusal.detail);
}

}  // namespace strait::exchange
