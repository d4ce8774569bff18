#include "exchange/node_threads.hpp"

#include <array>
#include <random>
#include <string>

#include <unistd.h>

namespace strait::exchange {

namespace {

std::string node_name()
{
    std::array<char, 256> host{};
    if (::gethostname(host.data(), host.size() - 1) != 0) return std::to_string(::getpid());
    return std::string{host.data()} + ":" + std::to_string(::getpid());
}

}  // namespace

NodeThreads::NodeThreads(std::size_t shard_threads, std::size_t pool_threads) : pool_{pool_threads}
{
    for (std::size_t i = 0; i < shard_threads; ++i) {
        auto& shard = shards_.emplace_back(1);
        guards_.push_back(boost::asio::make_work_guard(shard));
        threads_.emplace_back([&shard] { shard.run(); });
    }
}

NodeThreads::~NodeThreads()
{
    guards_.clear();
    threads_.clear();
    pool_.join();
}

links::NodePorts NodeThreads::ports(Clock& clock,
                                    const Logging& logging,
                                    Metrics& metrics,
                                    InstallId install)
{
    links::NodePorts ports{control_.get_executor(),
                           pool_.get_executor(),
                           {},
                           clock,
                           logging,
                           metrics,
                           std::move(install),
                           node_name(),
                           std::random_device{}()};
    for (auto& shard : shards_) ports.shards.emplace_back(shard.get_executor());
    return ports;
}

}  // namespace strait::exchange
