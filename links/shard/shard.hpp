#pragma once

#include "core/backoff.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/config/link_config.hpp"
#include "links/shard/link_instruments.hpp"
#include "links/shard/partition_mirror.hpp"
#include "links/shard/partition_status.hpp"
#include "links/shard/partition_verdict.hpp"
#include "links/shard/ports.hpp"
#include "links/shard/stall_watch.hpp"
#include "links/shard/throttle.hpp"
#include "links/shard/transaction.hpp"
#include "links/store/gap.hpp"
#include "links/store/link_view.hpp"

#include <boost/asio/awaitable.hpp>
#include <spdlog/logger.h>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {

// Everything that a shard works with; all of it outlives the shard.
struct ShardPorts {
    ShardSource& source;
    ShardSink& sink;
    LinkLog& link_log;
    Survey& survey;
    LinkView& view;
    Throttle& throttle;
    LinkInstruments& instruments;
    Clock& clock;
    spdlog::logger& log;
};

struct ShardSettings {
    LinkName link;
    ShardNumber number;
    Term term;                            // of the link: its sessions are above all before it
    std::string node;                     // for people: who wrote a session
    std::uint32_t seed = 0;               // of its random delays
    Clock::Time::duration recycle_after;  // a slower commit may leave an EndTxn behind (KIP-890):
                                          // half of what the target's requests may take
};

struct ShardStatus {
    std::map<TopicPartition, PartitionStatus> partitions;  // by source
    std::uint64_t committed = 0;
    std::uint64_t aborted = 0;
    std::uint64_t recycled = 0;
    std::uint64_t records = 0;           // committed
    std::uint64_t bytes = 0;             // of those: keys, values and headers
    std::size_t buffer_bytes = 0;        // appended and not yet reported
    std::optional<std::string> trouble;  // why the shard as a whole does not get on
};

// Which of that many shards copies the partition, in every process.
ShardNumber shard_of(const TopicPartition& source, std::uint32_t shards);

// Copies a set of partitions in transactions that carry their own position: the commit protocol of
// links.md 4.2. One partition's trouble takes out that partition; trouble of the transaction aborts
// it; trouble of the producer begins a new session from what the target says.
//
// Over a sink without transactions (`delivery: at_least_once`) the protocol is the same, and what
// is not atomic is found again: each copy says what it is of, and before a partition goes on the
// target is read behind its checkpoint (shard_copies.cpp).
//
// Not thread-safe: everything on its thread's executor.
class Shard {
  public:
    Shard(ShardSettings settings, const LinkConfig& config, ShardPorts ports);

    // Ends only for good: Errc::cancelled after cancellation or drain(), Errc::fenced when another
    // instance has taken over, Errc::conflict when `_strait.links` is not what it must be, and
    // Errc::corrupt when the local view has to be rebuilt. What may pass is retried for ever, with
    // the reason in status().
    boost::asio::awaitable<Error> run();

    // Commits what has been read and then ends run().
    void drain() noexcept { draining_ = true; }

    // Adds a partition, or begins it anew if it is another incarnation, or after stop(). Soon, not
    // at once.
    void put(Mirror mirror);

    // Compares a partition that is copied with both clusters, as at its start.
    void recheck(TopicPartition at) { rechecks_.insert(std::move(at)); }

    // What the source has, as it says now: a partition that does not get on towards it is read anew
    // once, and then halted (`timeouts.stall`).
    void tell_ends(std::map<TopicPartition, SourceEnds> ends) { ends_ = std::move(ends); }

    // Forgets what the offset map of a partition that is copied holds of records that its target no
    // longer has: with the next transactions, a bounded number in each.
    void prune(const TopicPartition& at, Offset target_log_start);

    // Takes a partition out of the data path; its position stays at the target.
    void stop(Mirror mirror, MirrorState state, std::string reason);

    // The same, and is silent about it from then on: the link does not mirror it any more.
    void forget(TopicPartition at);

    // A halted partition goes on at `to`: an operator gives up what lies before it at the source.
    // The ledger says so with the commit that carries its position there; until then it may be
    // forgotten.
    void skip(TopicPartition at, Offset to);

    // Somebody has taken note of these entries of the ledger, which are of partitions of this
    // shard: `by`, for people. With the next commit; until then it may be forgotten.
    void acknowledge(std::vector<GapName> entries, const std::string& by);

    [[nodiscard]] ShardStatus status() const;

  private:
    // When a missing right or topic, or what failed for an unknown reason, is tried again: a
    // question to the clusters. Only what the target refuses to take is tried with a transaction.
    static constexpr std::chrono::seconds retry_wait{5};

    // How many looks, a second apart, until what the target acknowledged and does not show is
    // taken for lost. Its markers were written before our producer was open, if they ever will be;
    // a leader that is new may not show them at once.
    static constexpr int hidden_max = 5;

    // How often a position that is out of range is assigned, for the broker to say from where on.
    static constexpr int out_of_range_max = 3;

    // The search for one record that the target refuses, among those of a refused transaction.
    struct Isolation {
        std::optional<std::size_t> records_max;  // per transaction; halved until one is left
        Offset until;  // when everything before is committed, the search is over
    };

    // A record that the target refuses goes to the dead letter topic, when it is read again.
    struct DeadLetter {
        Gap gap;
        std::string reason;
    };

    // What earlier sessions may have left open at the target of a partition.
    enum class Leftovers { unknown, ended, none };

    struct Member {
        explicit Member(PartitionMirror of) : mirror{std::move(of)} {}

        PartitionMirror mirror;
        MirrorState wished = MirrorState::starting;  // by the link, which may not have come to it
        Clock::Time retry_at;                        // when to start it, while it is `starting`
        std::optional<kafka::PartitionFailure> failure;  // that the next start explains
        int out_of_range = 0;                            // in a row, without an explanation
        std::optional<Isolation> isolation;
        std::optional<Gap> skipped;         // a record that is given up, once it is read no more
        std::optional<Offset> given_up_to;  // by an operator, for the next start
        std::optional<DeadLetter> dead_letter;
        std::vector<Gap> open_gaps;  // in the ledger, of its generation, while it is active
        Offset lost_end;             // of the incarnation before this one, as far as it is known
        Backoff refusals{std::chrono::seconds{2}, std::chrono::seconds{30}, 1};
        bool limit_raised = false;
        Leftovers leftovers = Leftovers::unknown;
        int hidden = 0;         // looks in a row that found records of ours not committed
        bool reassign = false;  // after the transaction: part of what was fetched is dropped
    };

    // What a transaction says of itself: the checkpoints first, so many for each partition.
    struct Moved {
        TopicPartition at;
        std::size_t checkpoints = 0;
        PartitionMirror::Effects effects{};
    };
    struct Step {
        std::vector<LinkRecord> records;
        std::vector<Moved> moved;
    };

    // What the link asked for since the last transaction.
    struct Wish {
        Mirror mirror;
        std::optional<MirrorState> state;  // none: that there is no such member
        std::string reason;
    };

    // shard_start.cpp
    boost::asio::awaitable<Result<void>> open_session();
    // An acknowledged transaction that the target does not have.
    struct Lost {
        Acknowledged transaction;
        bool went_on = false;  // somebody, from what the target says
    };
    boost::asio::awaitable<Result<std::optional<Lost>>> catch_up();
    Result<void> check_session(const std::optional<Lost>& lost);
    boost::asio::awaitable<Result<void>> announce();
    boost::asio::awaitable<bool> was_superseded();
    boost::asio::awaitable<Result<void>> start_members();
    boost::asio::awaitable<Result<void>> confirm_ends();
    Result<std::optional<Checkpoint>> stored_position(const Mirror& mirror) const;
    [[nodiscard]] Result<Background> background_of(const Checkpoint& position,
                                                   const PartitionFacts& facts) const;
    [[nodiscard]] Result<Offset> first_ever(const Checkpoint& position) const;
    Result<void> start(Member& member,
                       const PartitionFacts& facts,
                       std::vector<kafka::StartAt>& assignment);
    Result<void> start_later(Member& member, std::string reason, Clock::Time::duration delay = {});

    // shard_gaps.cpp
    Result<void> book(Gap gap);
    Result<std::optional<Gap>> ledger_entry(Gap gap) const;
    [[nodiscard]] Result<std::vector<Gap>> open_entries(const TopicPartition& at) const;
    Result<void> settle_gaps(Member& member,
                             const Verdict& verdict,
                             const std::optional<Checkpoint>& stored);
    void forget_gaps(const Checkpoint& position, const TopicPartition& at, Offset from);
    void forget_unpassed(const Step& step);
    void follow_skips();
    Result<void> follow_acknowledgements();

    // shard_settle.cpp
    [[nodiscard]] bool may_have_lost() const;
    boost::asio::awaitable<Result<void>> settle_log();
    boost::asio::awaitable<Result<void>> end_leftovers(TopicPartition place);
    boost::asio::awaitable<Result<bool>> settle(Member& member, PartitionFacts facts);
    boost::asio::awaitable<Result<void>> restore(Acknowledged lost);
    boost::asio::awaitable<Result<std::vector<Checkpoint>>> starts_again(
        std::vector<Checkpoint> lost);
    struct Names {
        TopicName source;
        TopicName target;
    };
    [[nodiscard]] Result<std::map<TopicId, Names>> names_of_topics() const;
    [[nodiscard]] Result<std::map<TopicPartition, Offset>> ends_of(
        const std::vector<Checkpoint>& checkpoints) const;
    boost::asio::awaitable<Result<bool>> settle_hidden(Member& member,
                                                       Checkpoint position,
                                                       PartitionFacts facts);
    boost::asio::awaitable<Result<void>> go_back(Member& member, Checkpoint position, Offset lost);
    [[nodiscard]] Result<std::optional<Offset>> first_hidden(const Checkpoint& position,
                                                             Offset target) const;

    // shard_look.cpp
    struct Seen {                          // of partitions of the target
        std::set<TopicPartition> hidden;   // whose records readers do not see
        std::set<TopicPartition> unknown;  // that do not answer
        std::set<TopicPartition> gone;     // with their topic
    };
    boost::asio::awaitable<Result<Seen>> find_hanging(std::map<TopicPartition, Offset> expected);
    boost::asio::awaitable<Result<Seen>> look_at(std::map<TopicPartition, Offset> ends);
    boost::asio::awaitable<Result<void>> look_for_lost();

    // shard.cpp
    boost::asio::awaitable<Error> run_session();
    boost::asio::awaitable<Result<void>> run_transactions();
    boost::asio::awaitable<Result<void>> run_transaction();
    Result<void> begin();
    boost::asio::awaitable<Result<void>> abort(const Error& cause);
    boost::asio::awaitable<Result<void>> roll_back();
    void note_end(Clock::Time::duration took, Clock::Time::duration took_max);
    Result<void> reassign(const std::vector<Member*>& members);
    Result<void> follow_wishes();
    Result<void> follow(Wish wish, MirrorState wished_state);
    Result<void> drop(const TopicPartition& at);

    // shard_copies.cpp
    [[nodiscard]] bool at_least_once() const noexcept
    {
        return config_.delivery == Delivery::at_least_once;
    }
    [[nodiscard]] std::string prefix_of(const Checkpoint& position) const;
    [[nodiscard]] std::uint32_t touched_of(std::size_t checkpoints) const noexcept;
    boost::asio::awaitable<Result<Offset>> append_in_parts(Clock::Time deadline,
                                                           std::span<const LinkRecord> records);
    boost::asio::awaitable<Result<void>> take_over_copies(std::vector<Mirror> due,
                                                          Survey::Facts facts);
    Result<Survey::Tails> tails_of(const std::vector<Mirror>& due, const Survey::Facts& facts);
    boost::asio::awaitable<Result<void>> store_found(const Survey::Chains& chains,
                                                     std::map<TopicPartition, Member*> members);
    boost::asio::awaitable<Result<void>> store_starts(std::vector<kafka::StartAt>& assignment);
    Result<void> look_again(const std::vector<Member*>& members);

    // shard_fill.cpp
    boost::asio::awaitable<Result<void>> fill(Transaction& transaction);
    boost::asio::awaitable<Result<void>> take(Transaction& transaction, kafka::RecordBatch batch);
    boost::asio::awaitable<Result<void>> append(Transaction& transaction,
                                                TopicPartition to,
                                                kafka::RecordBatch batch);
    void take(const kafka::EndOfPartition& end);
    Result<void> take(const kafka::PartitionFailure& failure);

    // shard_stalled.cpp
    Result<void> look_for_stalls();
    [[nodiscard]] std::vector<StallWatch::Look> stall_looks(
        const std::map<TopicPartition, SourceEnds>& ends) const;

    // shard_commit.cpp
    boost::asio::awaitable<Result<void>> commit(Transaction& transaction);
    boost::asio::awaitable<Result<kafka::Delivered>> deliver(const Transaction& transaction);
    [[nodiscard]] std::vector<Member*> quiet_members(const Transaction& transaction);
    Result<std::vector<LinkRecord>> removals_due();
    Result<Step> step_of(const Transaction& transaction,
                         std::span<const Offset> offsets,
                         std::span<Member* const> quiet,
                         std::span<const LinkRecord> removals);
    void measure(const Transaction& transaction) const;
    boost::asio::awaitable<Result<void>> finish(Clock::Time deadline, const Step& step);
    boost::asio::awaitable<Result<Offset>> write(Clock::Time deadline, const Step& step);
    boost::asio::awaitable<Result<Offset>> append_to_log(Clock::Time deadline,
                                                         std::span<const LinkRecord> records);
    Error compare_again(const TopicPartition& at, const Error& cause);
    Result<void> note_commit(const Step& step, Offset first);
    void note_written(const Transaction& transaction, std::span<const Offset> offsets);
    [[nodiscard]] Clock::Time transaction_deadline(const Transaction& transaction) const;

    // shard_fence.cpp
    std::vector<Member*> fenced(const Transaction& transaction, std::span<Member* const> quiet);
    boost::asio::awaitable<Result<Survey::Ids>> ask_ids(const Transaction& transaction,
                                                        std::span<Member* const> quiet);
    Result<void> fence(const Transaction& transaction,
                       std::span<Member* const> quiet,
                       const Survey::Ids& ids);

    // shard_refused.cpp
    boost::asio::awaitable<Error> refused(const Transaction& transaction,
                                          kafka::Delivered::Failed failed);
    Error refused_dead_letter(const TopicPartition& at, const Error& error);
    Result<void> give_up(Member& member, Offset record, const Error& error);
    Result<void> pass_over(Member& member, Offset record, const Error& error);
    Result<void> halt(Member& member, Gap gap, std::string reason);
    static bool cut(Member& member, kafka::RecordBatch& batch);
    [[nodiscard]] kafka::RecordBatch dead_letter_of(const Member& member,
                                                    const kafka::RecordBatch& batch) const;

    ShardSettings settings_;
    const LinkConfig& config_;
    LossPolicies policies_;
    ShardPorts ports_;
    std::map<TopicPartition, Member> members_;
    std::vector<Wish> wishes_;
    std::set<TopicPartition> rechecks_;
    std::map<TopicPartition, Offset> skips_;                         // that operators asked for
    std::vector<std::pair<GapName, std::string>> acknowledgements_;  // the same; by whom
    std::optional<std::map<TopicPartition, SourceEnds>> ends_;       // told since the last look
    StallWatch stalls_;
    std::map<TopicPartition, Offset> log_starts_;  // of targets whose blocks are to be looked at

    Session session_;  // at most that of the newest transaction of ours
    TxnNo txn_no_;     // of the last committed transaction
    bool begun_ = false;
    bool acknowledged_ = false;  // a transaction with records, in this session
    Clock::Time committed_at_;
    bool suspicious_ = false;  // what the target acknowledged last may be lost

    // What the newest transaction wrote in partitions of the target: the first and the last record.
    std::map<TopicPartition, std::pair<Offset, Offset>> written_;
    // Partitions of the target that acknowledged records and lost them, from these offsets on.
    std::map<TopicPartition, Offset> lost_;
    bool recycle_ = false;  // before the next begin: an EndTxn may be under way
    bool draining_ = false;
    std::vector<Gap> gaps_;     // to be written with the next commit
    Clock::Time sweep_at_;      // when positions that moved without records are looked for
    Clock::Time confirm_at_;    // when what was heard of the source's ends may be confirmed again
    Clock::Time paid_until_;    // by the throttle; nothing is fetched before
    Clock::Time linger_until_;  // before, no transaction is committed that may still be filled
    bool throttled_ = false;    // since stalls were looked for
    int aborts_in_a_row_ = 0;
    Backoff abort_backoff_;
    std::optional<std::string> trouble_;
    std::uint64_t committed_ = 0;
    std::uint64_t aborted_ = 0;
    std::uint64_t recycled_ = 0;
    std::uint64_t records_ = 0;
    std::uint64_t bytes_ = 0;
};

}  // namespace strait::links
