#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <cassert>
#include <optional>
#include <type_traits>
#include <utility>

namespace strait {

// Runs `work` on the `blocking` pool and comes back to the caller's executor with what it returned.
// For calls that block, and only for those. It cannot be cancelled: whatever `work` borrows is safe
// until it has returned, and a call that may take long is made in slices of at most a second.
template <class Work, class T = std::invoke_result_t<Work&>>
boost::asio::awaitable<T> run_blocking(boost::asio::any_io_executor pool, Work work)
{
    namespace asio = boost::asio;
    std::optional<T> result;
    co_await asio::async_initiate<const asio::deferred_t, void()>(
        [&](auto handler) {
            auto home = asio::make_work_guard(asio::get_associated_executor(handler));
            asio::post(pool, [&, home = std::move(home), handler = std::move(handler)]() mutable {
                result.emplace(work());
                auto executor = home.get_executor();
                asio::post(executor, std::move(handler));
            });
        },
        asio::deferred);
    assert(result);  // the handler ran only after it
    co_return *std::move(result);
}

}  // namespace strait
