#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/this_coro.hpp>

#include <utility>

namespace strait {

// The same task, as one that starts by itself: inside it no co_await throws because of
// cancellation. Asio does so by default in every coroutine that is spawned.
template <class T>
boost::asio::awaitable<T> without_throwing_on_cancel(boost::asio::awaitable<T> task)
{
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    co_return co_await std::move(task);
}

}  // namespace strait
