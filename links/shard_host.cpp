#include "links/shard_host.hpp"

#include "core/run_on.hpp"
#include "links/clusters/idempotent_sink.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace strait::links {

namespace asio = boost::asio;

ShardHost::ShardHost(asio::any_io_executor executor,
                     ShardSettings settings,
                     kafka::ClientSettings sink,
                     const ShardSurroundings& around,
                     std::shared_ptr<spdlog::logger> log)
    : executor_{std::move(executor)},
      sink_settings_{std::move(sink)},
      around_{around},
      log_{std::move(log)},
      settings_{std::move(settings)}
{
}

asio::awaitable<Result<void>> ShardHost::run() { return run_on(executor_, run_here()); }

asio::awaitable<Result<void>> ShardHost::run_here()
{
    auto source = RecordSource::open(executor_, around_.pool, around_.source, log_);
    if (!source) co_return fail(source.error());
    source_ = *std::move(source);
    sink_ = make_sink(around_.link.delivery, executor_, around_.pool, sink_settings_, log_);
    link_log_ = std::make_unique<TargetLog>(
        settings_.link,
        around_.log_place,
        around_.log_reader,
        around_.log_writer,
        TargetLogPorts{executor_, around_.pool, around_.admins, around_.clock, log_});
    shard_ = std::make_unique<Shard>(settings_,
                                     around_.link,
                                     ShardPorts{*source_,
                                                *sink_,
                                                *link_log_,
                                                around_.survey,
                                                around_.view,
                                                around_.throttle,
                                                around_.instruments,
                                                around_.clock,
                                                *log_});
    for (auto& mirror : std::exchange(waiting_, {})) shard_->put(std::move(mirror));
    if (draining_) shard_->drain();
    auto error = co_await shard_->run();

    // On this thread, and in this order: the source waits for batches that the shard held.
    shard_.reset();
    link_log_.reset();
    sink_.reset();
    source_.reset();
    co_return fail(std::move(error));
}

asio::awaitable<void> ShardHost::end()
{
    ended_ = true;
    static_cast<void>(co_await status());  // behind all that was posted before it
}

void ShardHost::post(auto work)
{
    if (!ended_) asio::post(executor_, std::move(work));
}

void ShardHost::put(std::vector<Mirror> mirrors)
{
    post([this, mirrors = std::move(mirrors)]() mutable {
        for (auto& mirror : mirrors) {
            if (shard_) {
                shard_->put(std::move(mirror));
            } else {
                waiting_.push_back(std::move(mirror));
            }
        }
    });
}

void ShardHost::stop(Mirror mirror, MirrorState state, std::string reason)
{
    post([this, mirror = std::move(mirror), state, reason = std::move(reason)]() mutable {
        if (shard_) shard_->stop(std::move(mirror), state, std::move(reason));
    });
}

void ShardHost::forget(std::vector<TopicPartition> gone)
{
    post([this, gone = std::move(gone)]() mutable {
        std::erase_if(waiting_, [&](const Mirror& mirror) {
            return std::ranges::find(gone, mirror.source) != gone.end();
        });
        for (auto& at : gone) {
            if (shard_) shard_->forget(std::move(at));
        }
    });
}

void ShardHost::recheck(TopicPartition at)
{
    post([this, at = std::move(at)]() mutable {
        if (shard_) shard_->recheck(std::move(at));
    });
}

void ShardHost::skip(TopicPartition at, Offset to)
{
    post([this, at = std::move(at), to]() mutable {
        if (shard_) shard_->skip(std::move(at), to);
    });
}

void ShardHost::acknowledge(std::vector<GapName> entries, std::string by)
{
    post([this, entries = std::move(entries), by = std::move(by)]() mutable {
        if (shard_) shard_->acknowledge(std::move(entries), by);
    });
}

void ShardHost::tell_ends(std::map<TopicPartition, SourceEnds> ends)
{
    post([this, ends = std::move(ends)]() mutable {
        if (shard_) shard_->tell_ends(std::move(ends));
    });
}

void ShardHost::prune(TopicPartition at, Offset target_log_start)
{
    post([this, at = std::move(at), target_log_start] {
        if (shard_) shard_->prune(at, target_log_start);
    });
}

void ShardHost::drain()
{
    post([this] {
        draining_ = true;
        if (shard_) shard_->drain();
    });
}

asio::awaitable<Result<ShardStatus>> ShardHost::status()
{
    return run_on(executor_, status_here());
}

asio::awaitable<Result<ShardStatus>> ShardHost::status_here()
{
    if (!shard_) co_return fail(Errc::unavailable, "the shard is not running");
    auto status = shard_->status();
    for (const auto& trouble : {sink_->trouble(), source_->trouble()}) {
        if (!status.trouble && trouble) status.trouble = trouble->detail();
    }
    co_return status;
}

}  // namespace strait::links
