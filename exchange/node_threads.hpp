#pragma once

#include "core/clock.hpp"
#include "core/logging.hpp"
#include "core/metrics.hpp"
#include "links/link.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <list>
#include <thread>
#include <vector>

namespace strait::exchange {

// The fixed threads of the program: `control` is the caller's, which runs it; one thread for each
// shard's io_context; and a pool for calls that block.
class NodeThreads {
  public:
    NodeThreads(std::size_t shard_threads, std::size_t pool_threads);
    ~NodeThreads();  // REQUIRES: everything that was given its executors has ended

    NodeThreads(const NodeThreads&) = delete;
    NodeThreads& operator=(const NodeThreads&) = delete;

    [[nodiscard]] boost::asio::io_context& control() noexcept { return control_; }

    [[nodiscard]] links::NodePorts ports(Clock& clock,
                                         const Logging& logging,
                                         Metrics& metrics,
                                         InstallId install);

  private:
    using Guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    boost::asio::io_context control_{1};
    std::list<boost::asio::io_context> shards_;
    std::vector<Guard> guards_;
    std::vector<std::jthread> threads_;
    boost::asio::thread_pool pool_;
};

}  // namespace strait::exchange
