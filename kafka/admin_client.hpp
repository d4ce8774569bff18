#pragma once

#include "core/units.hpp"
#include "kafka/acl_requests.hpp"
#include "kafka/admin.hpp"
#include "kafka/admin_requests.hpp"
#include "kafka/library_client.hpp"
#include "kafka/request_limiter.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <optional>
#include <utility>

namespace strait::kafka {

// What an Admin is made of; for its own sources alone.
struct Admin::Client {
    using Permit = RequestLimiter::Permit;

    LibraryClient library;
    boost::asio::any_io_executor executor;
    boost::asio::any_io_executor pool;
    std::chrono::milliseconds timeout;
    std::optional<RequestLimiter> own;
    RequestLimiter& limiter;

    Client(const boost::asio::any_io_executor& home,
           boost::asio::any_io_executor blocking,
           const ClusterConfig& cluster,
           LibraryClient opened,
           RequestLimiter* shared)
        : library{std::move(opened)},
          executor{home},
          pool{std::move(blocking)},
          timeout{cluster.admin_timeout},
          limiter{shared != nullptr ? *shared : own.emplace(home, cluster.admin, library.clock)}
    {
    }

    [[nodiscard]] Clock::Time deadline() const { return library.clock.now() + timeout; }

    void take_log()
    {
        while (library.poll()) {
        }
    }

    // A request that found no broker in time says only that; why, the connections know.
    [[nodiscard]] Error explained(Error error) const
    {
        if (error.code() != Errc::timed_out && error.code() != Errc::unavailable) return error;
        const auto trouble = library.log.trouble(library.clock.now());
        return trouble ? Error{error.code(), trouble->detail()} : error;
    }

    // Only what a broker has told shows that connections work: librdkafka makes answers up where
    // none did.
    template <class Key, class T>
    EachResult<Key, T> heard(EachResult<Key, T> each)
    {
        const auto told = [](const auto& one) { return one.second.has_value(); };
        if (std::ranges::any_of(each, told)) library.log.works();
        return each;
    }

    [[nodiscard]] Error too_late() const
    {
        return explained(
            Error{Errc::timed_out, "no answer within client.admin_timeout, " + written(timeout)});
    }

    // If the connections are in trouble: until a broker has answered, or for `probe_time`.
    boost::asio::awaitable<Result<void>> recovered();

    // The error of the whole answer, if it has one, is the result.
    boost::asio::awaitable<Result<EventHandle>> send(AdminRequest request, Clock::Time deadline);
    boost::asio::awaitable<Result<EventHandle>> ask(AdminRequest request,
                                                    RequestLimiter::Paced paced = {});
    boost::asio::awaitable<Result<void>> change(Result<AdminRequest> request);
    boost::asio::awaitable<Result<void>> change_group(AdminRequest request);
    boost::asio::awaitable<Result<AclResults>> change_acls(std::size_t count,
                                                           Result<AdminRequest> request);
};

}  // namespace strait::kafka
