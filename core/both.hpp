#pragma once

#include "core/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <utility>

namespace strait {

namespace detail {

template <class T>
boost::asio::awaitable<Result<T>> without_throwing_on_cancel(boost::asio::awaitable<Result<T>> task)
{
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_return co_await std::move(task);
}

// What is cancelled before its first step is ended by Asio with an exception.
template <class T>
Result<T> ended(const std::exception_ptr& thrown, Result<T> result)
{
    try {
        if (thrown) std::rethrow_exception(thrown);
    } catch (const boost::system::system_error& error) {
        if (error.code() != boost::asio::error::operation_aborted) throw;
        return fail(Errc::cancelled);
    }
    return result;
}

}  // namespace detail

// Awaits two coroutines at once on the caller's executor, and returns when both have ended, in
// their order. Cancelling the caller cancels both; what never started then is Errc::cancelled.
template <class A, class B>
boost::asio::awaitable<std::pair<Result<A>, Result<B>>> both(
    boost::asio::awaitable<Result<A>> first, boost::asio::awaitable<Result<B>> second)
{
    namespace asio = boost::asio;
    // They are told of a cancellation, not that there was one before.
    const auto caller = co_await asio::this_coro::cancellation_state;
    if (caller.cancelled() != asio::cancellation_type::none) {
        co_return std::pair<Result<A>, Result<B>>{fail(Errc::cancelled), fail(Errc::cancelled)};
    }
    const auto home = co_await asio::this_coro::executor;
    const auto begin = [&](auto task) {
        return asio::co_spawn(
            home, detail::without_throwing_on_cancel(std::move(task)), asio::deferred);
    };
    auto [order, first_thrown, first_result, second_thrown, second_result] =
        co_await asio::experimental::make_parallel_group(begin(std::move(first)),
                                                         begin(std::move(second)))
            .async_wait(asio::experimental::wait_for_all(), asio::deferred);
    co_return std::pair{detail::ended(first_thrown, std::move(first_result)),
                        detail::ended(second_thrown, std::move(second_result))};
}

}  // namespace strait
