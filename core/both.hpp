#pragma once

#include "core/cancellation.hpp"
#include "core/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/system/system_error.hpp>

#include <exception>
#include <type_traits>
#include <utility>

namespace strait {

namespace detail {

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
// their order. The second is cancelled when the result of the first makes it useless, as
// `is_enough` says. Cancelling the caller cancels both; what never started then is Errc::cancelled.
template <class A, class B, class Judge>
    requires(!std::is_same_v<A, B>)
boost::asio::awaitable<std::pair<Result<A>, Result<B>>> both(
    boost::asio::awaitable<Result<A>> first,
    boost::asio::awaitable<Result<B>> second,
    Judge is_enough)
{
    namespace asio = boost::asio;
    // They are told of a cancellation, not that there was one before.
    const auto caller = co_await asio::this_coro::cancellation_state;
    if (caller.cancelled() != asio::cancellation_type::none) {
        co_return std::pair<Result<A>, Result<B>>{fail(Errc::cancelled), fail(Errc::cancelled)};
    }
    const auto home = co_await asio::this_coro::executor;
    const auto begin = [&](auto task) {
        return asio::co_spawn(home, without_throwing_on_cancel(std::move(task)), asio::deferred);
    };
    const auto cancels_other = [is_enough]<class T>(const std::exception_ptr& thrown,
                                                    const Result<T>& result) {
        bool cancels = thrown != nullptr;
        if constexpr (std::is_same_v<T, A>) cancels = cancels || is_enough(result);
        return cancels ? asio::cancellation_type::terminal : asio::cancellation_type::none;
    };
    auto [order, first_thrown, first_result, second_thrown, second_result] =
        co_await asio::experimental::make_parallel_group(begin(std::move(first)),
                                                         begin(std::move(second)))
            .async_wait(cancels_other, asio::deferred);
    co_return std::pair{detail::ended(first_thrown, std::move(first_result)),
                        detail::ended(second_thrown, std::move(second_result))};
}

}  // namespace strait
