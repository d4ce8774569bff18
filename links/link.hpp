#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "core/logging.hpp"
#include "core/metrics.hpp"
#include "kafka/cluster_config.hpp"
#include "kafka/request_limiter.hpp"
#include "links/clusters/visible_records.hpp"
#include "links/config/link_config.hpp"
#include "links/discovery.hpp"
#include "links/link_directory.hpp"
#include "links/link_status.hpp"
#include "links/order_details.hpp"
#include "links/reversal.hpp"
#include "links/shard/shard.hpp"
#include "links/source_watch.hpp"
#include "links/store/gap.hpp"
#include "links/store/link_view.hpp"
#include "links/store/mirrored_ranges.hpp"
#include "links/store/offset_map.hpp"
#include "links/store/operation.hpp"
#include "links/sync/config_sync.hpp"
#include "links/verify/verify_report.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace strait::links {

// The threads and services of the node; they outlive every link.
struct NodePorts {
    boost::asio::any_io_executor control;
    boost::asio::any_io_executor pool;  // `blocking`
    std::vector<boost::asio::any_io_executor> shards;
    Clock& clock;
    const Logging& logging;
    Metrics& metrics;
    InstallId install;
    std::string node;        // for people
    std::uint32_t seed = 0;  // of random delays
};

// What one link is made of, besides its own configuration. The limiters of its clusters are those
// of all links, and outlive it.
struct LinkSetup {
    LinkConfig config;
    kafka::ClusterConfig source;
    kafka::ClusterConfig target;
    kafka::RequestLimiter& at_source;
    kafka::RequestLimiter& at_target;
    LinkView view;
    // Of the link that mirrors back, if there is one.
    std::function<std::optional<LinkView>()> reverse_view = [] {
        return std::optional<LinkView>{};
    };
    bool take_over = false;  // although the target says that another installation owns the link
};

struct RunningLink;

// One link between two clusters: connects, prepares, runs its shards, follows changes of topics,
// and starts again after whatever may pass.
//
// Not thread-safe: control thread. `node` outlives it.
class Link {
  public:
    Link(LinkSetup setup, const NodePorts& node);
    ~Link();

    // Errc::cancelled after cancellation, or drain() with what was read committed. Errc::corrupt
    // when the local view has to be rebuilt. Everything else is retried, or waits for an operator
    // as `halted`, with the reason in status().
    boost::asio::awaitable<Error> run();

    void drain();

    // Takes over what may change while it runs (changes_between): what is desired at once, the rest
    // at its next look at the topics, which is soon. Those that came are mirrored, those that went
    // are left as they are, and no other partition notices.
    void adapt(const LinkConfig& config);

    // Makes the link stop copying, with what was read committed within `time_max`, or go on, or
    // cuts it off for good: then no shard of it can commit any more, whoever runs it, consumer
    // groups are taken along unless they are to be left, and its topics are ordinary ones. A
    // failover needs nothing of the source; a promotion fails, and the link runs on, if the source
    // is not as is_drained() saw it last.
    //
    // Or does the same with some of its topics alone: Errc::conflict if the link is cut off, or has
    // mirrored nothing of one of them.
    //
    // Or turns it around again after a cut, or begins it, from where `reversal` says.
    //
    // Returns once the target keeps the order, however long that takes; the link follows it
    // meanwhile. Errc::conflict if another order came after it, or the target is not ours to write
    // to, Errc::cancelled if the link or the caller ended before.
    boost::asio::awaitable<Result<void>> follow_order(Order order,
                                                      std::chrono::milliseconds time_max,
                                                      OrderDetails details = {});

    // After a cut: what the link that mirrors back begins with. Both clusters are asked.
    // Errc::conflict while a transaction is open at the source. With Divergence::rebuild topics
    // that differ, or are not at the source any more, are marked as copied whole.
    boost::asio::awaitable<Result<Reversal>> survey_reversal(Divergence divergence);

    // After a cut: Errc::conflict, with the remedy, if a link writes to one of these topics of the
    // source, but for `back`.
    boost::asio::awaitable<Result<void>> may_rebuild(std::set<TopicName> topics, LinkName back);

    // Makes the topics that a reversal copies whole anew at our target, empty, after it has deleted
    // those that they replace: none that is another one than the reversal says, or has records that
    // it does not know of. What it returns begins with them. Errc::cancelled if the link ends
    // before, or the watch is over.
    boost::asio::awaitable<Result<Reversal>> rebuild(Reversal reversal, RebuildWatch watch);

    // True if our configuration mirrors that topic under that name.
    [[nodiscard]] bool keeps_pair(const TopicName& source, const TopicName& target) const;

    // Whether that topic of the target is there, to take what was never mirrored; false if it has
    // to be made. Errc::conflict, with the remedy, if it may not be used for that.
    boost::asio::awaitable<Result<bool>> finds_salvage(TopicName topic);

    // Copies what a reversal finds at the source behind the cut to such a topic, which is made if
    // it is not there: exactly once, however often it is asked for. REQUIRES: finds_salvage() has
    // succeeded. Errc::cancelled if the link ends before, or the watch is over; what was copied
    // until then is not copied again.
    boost::asio::awaitable<Result<void>> salvage(Reversal reversal,
                                                 TopicName topic,
                                                 ReadWatch watch);

    // The topics of the link that its configuration still names, as their owner records say.
    [[nodiscard]] Result<std::vector<TopicOwner>> own_topics() const;

    // True if a reversal of the link whose topics these are has come true: we mirror back those of
    // them that our configuration names, or would if we were not paused. REQUIRES: knows_order().
    [[nodiscard]] Result<bool> mirrors_back(const std::vector<TopicOwner>& topics) const;

    // Holds what is mirrored, of the topics of a `verify` and within its scope, against its map,
    // and with `full` both sides against it: each partition up to where it stands when its turn
    // comes. Takes as long as reading all of that twice; nothing else notices. Errc::cancelled if
    // the link ends before, or has not connected yet, or the watch is over.
    boost::asio::awaitable<Result<VerifyReport>> verify(VerbRequest request, ReadWatch watch);

    // Before a promotion of these topics or of all, again and again: true once they have held still
    // at the source for a while, with no transaction open, and all of them is copied; `how_far` is
    // for people. Errc::conflict if a partition cannot get there.
    boost::asio::awaitable<Result<bool>> is_drained(std::set<TopicName> topics,
                                                    std::string& how_far);

    // True if an order for these topics alone has come true: after a cut, of whatever kind, they
    // are ordinary ones.
    [[nodiscard]] Result<bool> keeps_topics(Desired desired,
                                            const std::set<TopicName>& topics) const;

    // What the newest cut of this life of the link left behind; empty if that was not one of these
    // topics, or, if there are none, of the whole link.
    [[nodiscard]] std::optional<CutReport> cut_report(const std::set<TopicName>& topics) const
    {
        return cut_of_ == topics ? cut_ : std::nullopt;
    }

    // After a cut: false as long as the target's topics have not got the configs that were held;
    // why not, if that failed.
    [[nodiscard]] const std::optional<Result<void>>& release() const noexcept { return release_; }

    // What status() shows instead of the link's own state, while a verb is under way.
    void show_verb(std::optional<MirrorState> state) { verb_state_ = state; }
    [[nodiscard]] std::optional<MirrorState> verb_shown() const { return verb_state_; }

    // Looks anew at what is halted, as a start would; nothing else notices. A link that another
    // instance has taken over takes itself back.
    boost::asio::awaitable<void> look_at_halted();

    // Asks the shard of a halted partition to go on at `to`, and those of the ledger's entries to
    // note that somebody has acknowledged them. Soon, and perhaps not at all: whoever wants it
    // looks whether it came true, and asks again.
    void skip(TopicPartition at, Offset to);
    void acknowledge(std::vector<GapName> entries, const std::string& by);

    // Up to where the target has a partition of the source, or the ledger says why not, for good;
    // absent if nothing is stored of it.
    [[nodiscard]] Result<std::optional<Offset>> stored_position(const TopicPartition& at) const;

    // What was asked for last of the whole link, as far as we know.
    [[nodiscard]] const Order& order() const noexcept
    {
        return wish_ && wish_->details.topics.empty() ? wish_->order : order_;
    }

    // True once the target has told whether it keeps one.
    [[nodiscard]] bool knows_order() const noexcept { return order_known_; }

    // True if nothing that was asked of the link is open: what the target keeps is what there is.
    [[nodiscard]] bool has_settled() const noexcept { return order_known_ && !wish_; }

    // True if the target keeps that order, and the link has read it there: there is nothing to do.
    [[nodiscard]] bool keeps(Desired desired) const noexcept
    {
        return has_settled() && order_.desired == desired;
    }

    // Asks the shards; the ends of the source are as old as `ends_interval`.
    boost::asio::awaitable<LinkStatus> status();

    // The newest status that the link has taken of itself. For metrics.
    [[nodiscard]] const LinkStatus& last_status() const noexcept { return last_status_; }

    [[nodiscard]] Result<std::vector<Gap>> gaps() const { return setup_.view.gaps(); }
    [[nodiscard]] Result<std::vector<MirroredRange>> mirrored(const MirroredUpTo& known,
                                                              std::size_t ranges_max) const;

    boost::asio::awaitable<Result<std::vector<TranslatedPosition>>> translate(
        Direction direction, std::vector<Position> positions);

    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

  private:
    // An order that the target does not keep yet.
    struct Wish {
        Order order;
        Clock::Time deadline;  // when shards that have not committed yet are cut off
        OrderDetails details;
        double lag_seconds = 0;  // when it came
        std::optional<Result<void>> outcome;
    };

    // link.cpp
    void recall_topics();
    boost::asio::awaitable<Error> run_once();
    boost::asio::awaitable<Error> run_connected(RunningLink& running);
    boost::asio::awaitable<void> prepare(RunningLink& running, Result<void>& prepared);
    boost::asio::awaitable<Result<void>> connect(RunningLink& running);
    void start_shards(RunningLink& running);
    boost::asio::awaitable<Error> follow(RunningLink& running);
    [[nodiscard]] std::optional<Error> end_of_following(const RunningLink& running);
    boost::asio::awaitable<Error> rest(RunningLink& running, MirrorState state);
    Error begin_again();
    void note_failure(const Error& error);
    void show(MirrorState state, std::string reason);
    boost::asio::awaitable<bool> wait_before_next(Clock::Time until);
    boost::asio::awaitable<bool> end(RunningLink& running);

    // link_cut.cpp
    [[nodiscard]] bool goes_without_source() const;
    boost::asio::awaitable<Result<std::vector<LinkRecord>>> cut(RunningLink& running,
                                                                const LinkOwner& found,
                                                                const LinkOwner& wanted,
                                                                std::shared_ptr<Wish> wish,
                                                                Offset& end);
    boost::asio::awaitable<Result<void>> take_groups_along(RunningLink& running,
                                                           const std::shared_ptr<Wish>& wish,
                                                           CutReport& report);
    Error give_up_cut(const std::shared_ptr<Wish>& wish, Error reason);
    [[nodiscard]] Result<std::map<TopicName, TopicName>> released_topics() const;
    [[nodiscard]] std::optional<std::int64_t> records_left(
        const std::vector<TopicOwner>& topics) const;
    using DrainedEnds = std::map<TopicPartition, SourceEnds>;
    boost::asio::awaitable<Result<DrainedEnds>> ask_ends(std::set<TopicName> topics);
    boost::asio::awaitable<Result<std::int64_t>> left_to_drain(std::set<TopicName> topics,
                                                               const DrainedEnds& ends);

    // link_reverse.cpp
    boost::asio::awaitable<Result<void>> compare_with_source(Reversal& reversal);
    Result<void> set_agreement(const TopicOwner& owner,
                               ReversedPartition& partition,
                               const Stretch& old_log,
                               Offset start) const;
    boost::asio::awaitable<Result<std::vector<LinkRecord>>> turn_around(RunningLink& running,
                                                                        const LinkOwner& wanted,
                                                                        std::shared_ptr<Wish> wish,
                                                                        Reversal reversal);
    // link_rebuild.cpp
    boost::asio::awaitable<Result<void>> add_rebuilds(Reversal& reversal,
                                                      std::vector<ReversedTopic> unmade);
    boost::asio::awaitable<Result<void>> count_uncopied(Reversal& reversal);

    // link_orders.cpp
    std::shared_ptr<Wish> begin_wish(Order order,
                                     std::chrono::milliseconds time_max,
                                     OrderDetails details);
    void wish_for_desired();
    void try_at_once();
    [[nodiscard]] Order order_to_claim(const std::optional<LinkOwner>& stored) const;
    void refuse_turning_back(const std::optional<LinkOwner>& stored);
    [[nodiscard]] Result<void> refuse_topics(Desired kept);
    [[nodiscard]] Result<std::vector<LinkRecord>> topics_told(const Wish& wish) const;
    void order_claimed(const Order& order, const std::shared_ptr<Wish>& wish);
    void end_wish(Result<void> outcome);

    // link_discovery.cpp
    boost::asio::awaitable<void> watch_topics(RunningLink& running);
    boost::asio::awaitable<Result<bool>> discover(RunningLink& running);
    void take_topics();
    void forget(RunningLink& running, const std::vector<MirrorTopic>& before);
    void note_discovery(std::string reason);
    void hand_over(RunningLink& running, const MirrorTopic& topic);

    // link_claim.cpp
    boost::asio::awaitable<Result<void>> claim(RunningLink& running);
    boost::asio::awaitable<Result<std::vector<LinkRecord>>> records_along(
        RunningLink& running,
        const LinkOwner& found,
        const LinkOwner& wanted,
        std::shared_ptr<Wish> wish,
        Offset& end);
    boost::asio::awaitable<Result<Offset>> catch_up(RunningLink& running, ShardSink& sink);
    boost::asio::awaitable<Result<Offset>> close_shards(RunningLink& running,
                                                        std::uint32_t count,
                                                        Term term,
                                                        Offset end);
    boost::asio::awaitable<Result<void>> end_predecessor(RunningLink& running, ShardSink& sink);
    boost::asio::awaitable<Result<void>> fence_shards(RunningLink& running, std::uint32_t count);
    [[nodiscard]] std::unique_ptr<ShardSink> make_sink(kafka::ClientSettings settings) const;

    // link_watch.cpp
    boost::asio::awaitable<void> watch_ids(RunningLink& running);
    boost::asio::awaitable<void> watch_claim(RunningLink& running);
    boost::asio::awaitable<void> watch_ends(RunningLink& running);
    boost::asio::awaitable<void> watch_retention(RunningLink& running);
    boost::asio::awaitable<void> watch_log_starts(RunningLink& running);
    boost::asio::awaitable<bool> ids_changed(RunningLink& running);
    boost::asio::awaitable<Result<void>> refresh_ends(RunningLink& running);
    boost::asio::awaitable<void> prune(RunningLink& running);
    boost::asio::awaitable<void> ask_retention(RunningLink& running);

    // link_groups.cpp
    [[nodiscard]] Result<void> open_groups(RunningLink& running);
    [[nodiscard]] Result<void> leave_groups(RunningLink& running, const Wish* cut = nullptr) const;
    boost::asio::awaitable<void> watch_groups(RunningLink& running);
    boost::asio::awaitable<Result<void>> sync_groups(RunningLink& running);

    // link_sync.cpp
    boost::asio::awaitable<void> watch_configs(RunningLink& running);
    boost::asio::awaitable<Result<std::vector<TopicPair>>> own_topics(RunningLink& running);
    boost::asio::awaitable<Result<void>> sync_configs(RunningLink& running);
    boost::asio::awaitable<void> watch_acls(RunningLink& running);
    boost::asio::awaitable<void> watch_release(RunningLink& running);
    boost::asio::awaitable<Result<void>> release_configs(RunningLink& running);
    static void judge_configs(const RunningLink& running, MirrorTopic& topic);

    // link_translate.cpp
    boost::asio::awaitable<std::map<TopicPartition, KnownBounds>> known_bounds(
        std::map<TopicPartition, TopicPartition> target_of);

    // link_report.cpp
    boost::asio::awaitable<void> watch_status();
    [[nodiscard]] TopicStatus topic_status(const MirrorTopic& topic,
                                           const ShardStatus& partitions) const;
    void add_ends(const SourceWatch& ends,
                  const TopicPartition& at,
                  PartitionStatus& partition) const;
    void warn_of_retention(const LinkStatus& status);
    struct Shards {
        ShardStatus sum;
        std::vector<ShardCount> each;  // by number
    };
    boost::asio::awaitable<Shards> ask_shards();
    [[nodiscard]] LinkStatus bare_status() const;

    LinkSetup setup_;
    const NodePorts& node_;
    std::shared_ptr<spdlog::logger> log_;
    MirrorState state_ = MirrorState::starting;
    std::string reason_;
    std::string failure_;  // that was logged last
    std::vector<MirrorTopic> topics_;
    std::map<TopicPartition, SourceWatch> ends_;
    std::map<TopicName, std::chrono::milliseconds> retention_;  // of the source; none: for ever
    std::set<TopicPartition> short_of_time_;  // whose retention is close, and that is said
    LinkStatus last_status_;
    std::unique_ptr<RunningLink> running_;
    bool draining_ = false;
    std::optional<TopicsConfig> new_topics_;  // to be taken over
    Order order_;                             // the one that the target keeps, or kept last
    bool order_known_ = false;                // a claim has read it there, or written it
    std::optional<CutReport> cut_;
    std::set<TopicName> cut_of_;  // alone; none: of the whole link
    std::optional<Result<void>> release_;
    std::optional<DrainedEnds> drained_;  // how the source was when a promotion looked at it
    Clock::Time drained_since_;           // and since when
    std::optional<MirrorState> verb_state_;
    std::shared_ptr<Wish> wish_;  // the one after it; whoever waits for it has it too
    bool begin_again_ = false;    // at once, because of the wish
    bool try_again_ = false;      // before the time that was set after a failure
    Term term_;                   // of the last claim
};

}  // namespace strait::links
