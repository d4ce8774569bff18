#pragma once

#include "core/clock.hpp"
#include "core/logging.hpp"
#include "core/metrics.hpp"
#include "kafka/cluster_config.hpp"
#include "links/link.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>
#include <spdlog/sinks/null_sink.h>

#include <chrono>
#include <exception>
#include <memory>
#include <optional>
#include <utility>

namespace strait::links {

// The threads of a node, all but the pool in the one that runs the test.
struct ControlThread {
    boost::asio::io_context io{1};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
        io.get_executor()};  // also while only the pool has something to do
    boost::asio::thread_pool pool{1};
    SystemClock clock;
    Logging logging{{}, std::make_shared<spdlog::sinks::null_sink_mt>()};
    Metrics metrics;
    NodePorts node{io.get_executor(),
                   pool.get_executor(),
                   {io.get_executor()},
                   clock,
                   logging,
                   metrics,
                   InstallId{"install"},
                   "node"};

    template <class T>
    void spawn(boost::asio::awaitable<T> task, std::optional<T>& result)
    {
        const auto ended = [](const std::exception_ptr& thrown) {
            if (thrown) std::rethrow_exception(thrown);
        };
        boost::asio::co_spawn(io, testing::store(std::move(task), result), ended);
    }

    // False if it does not come to that.
    bool run_until(auto condition)
    {
        using namespace std::chrono_literals;
        const auto deadline = clock.now() + 120s;  // a busy machine is no failure
        while (!condition() && clock.now() < deadline) io.run_one_for(100ms);
        return condition();
    }
};

// A cluster that is not there.
inline kafka::ClusterConfig nobody(const ClusterName& name, std::chrono::milliseconds timeout)
{
    kafka::ClusterConfig cluster;
    cluster.name = name;
    cluster.bootstrap = {"127.0.0.1:1"};
    cluster.admin_timeout = timeout;
    return cluster;
}

}  // namespace strait::links
