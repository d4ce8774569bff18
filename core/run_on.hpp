#pragma once

#include "core/cancellation.hpp"
#include "core/error.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/this_coro.hpp>

#include <exception>
#include <utility>

namespace strait {

// Runs `task` on the executor of another thread, and comes back with its result. This is how one
// thread asks an object of another: whatever `task` refers to belongs to that thread, its arguments
// are values. Cancelling the caller cancels the task, and its end is still awaited.
template <class T>
boost::asio::awaitable<Result<T>> run_on(boost::asio::any_io_executor other,
                                         boost::asio::awaitable<Result<T>> task)
{
    namespace asio = boost::asio;
    auto [thrown, result] =
        co_await asio::co_spawn(other, without_throwing_on_cancel(std::move(task)), asio::as_tuple);
    if (!thrown) co_return std::move(result);
    const auto caller = co_await asio::this_coro::cancellation_state;
    if (caller.cancelled() != asio::cancellation_type::none) co_return fail(Errc::cancelled);
    std::rethrow_exception(thrown);
}

}  // namespace strait
