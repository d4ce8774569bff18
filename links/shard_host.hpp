#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "links/clusters/record_lane.hpp"
#include "links/clusters/target_log.hpp"
#include "links/config/link_config.hpp"
#include "links/shard/ports.hpp"
#include "links/shard/shard.hpp"
#include "links/shard/throttle.hpp"
#include "links/store/gap.hpp"
#include "links/store/link_view.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace strait::links {

// What the shards of one link share; all of it outlives them.
struct ShardSurroundings {
    const LinkConfig& link;
    boost::asio::any_io_executor pool;
    LinkAdmins& admins;
    Survey& survey;
    LinkView& view;
    Throttle& throttle;
    LinkInstruments& instruments;
    Clock& clock;
    TopicPartition log_place;
    kafka::ClientSettings source;
    kafka::ClientSettings log_reader;
    kafka::ClientSettings log_writer;
};

// One shard on its thread, with the clients that it owns. Made and asked by the control thread:
// every call goes over to `executor` by itself.
class ShardHost {
  public:
    ShardHost(boost::asio::any_io_executor executor,
              ShardSettings settings,
              kafka::ClientSettings sink,
              const ShardSurroundings& around,
              std::shared_ptr<spdlog::logger> log);

    // Opens the clients, and then Shard::run(). Cancellation ends it; so does drain(), with what
    // was read committed.
    boost::asio::awaitable<Result<void>> run();

    // The last call, after run() has returned and with no status() under way: returns when nothing
    // that was asked before is left on `executor`, and what is asked from then on does nothing. The
    // host may be destroyed after it.
    boost::asio::awaitable<void> end();

    void put(std::vector<Mirror> mirrors);
    void stop(Mirror mirror, MirrorState state, std::string reason);
    void forget(std::vector<TopicPartition> gone);
    void recheck(TopicPartition at);
    void skip(TopicPartition at, Offset to);
    void acknowledge(std::vector<GapName> entries, std::string by);
    void tell_ends(std::map<TopicPartition, SourceEnds> ends);
    void prune(TopicPartition at, Offset target_log_start);
    void drain();
    boost::asio::awaitable<Result<ShardStatus>> status();

  private:
    void post(auto work);
    boost::asio::awaitable<Result<void>> run_here();
    boost::asio::awaitable<Result<ShardStatus>> status_here();

    boost::asio::any_io_executor executor_;
    kafka::ClientSettings sink_settings_;
    const ShardSurroundings& around_;
    std::shared_ptr<spdlog::logger> log_;
    ShardSettings settings_;
    bool ended_ = false;

    // Only on `executor_`. The wishes that come before the clients are there wait in the shard.
    std::unique_ptr<RecordSource> source_;
    std::unique_ptr<ShardSink> sink_;
    std::unique_ptr<TargetLog> link_log_;
    std::unique_ptr<Shard> shard_;
    bool draining_ = false;
    std::vector<Mirror> waiting_;
};

}  // namespace strait::links
