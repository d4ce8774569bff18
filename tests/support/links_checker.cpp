#include "tests/support/checker.hpp"

#include <spdlog/fmt/fmt.h>

#include <map>
#include <string>
#include <tuple>
#include <variant>

namespace strait::testing {
namespace {

using ShardKey = std::tuple<LinkName, ShardNumber>;
using PartitionKey = std::tuple<LinkName, TopicId, Partition>;

struct ShardTrace {
    Session session;
    TxnNo txn_no;
    std::uint32_t touched = 0;      // what its checkpoints promise
    std::uint32_t checkpoints = 0;  // what was found
};

class LinksCheck {
  public:
    explicit LinksCheck(Verdict& verdict) : verdict_{verdict} {}

    void take(const links::LinkRecord& record)
    {
        if (const auto* session = std::get_if<links::ShardSession>(&record)) take(*session);
        if (const auto* checkpoint = std::get_if<links::Checkpoint>(&record)) take(*checkpoint);
    }

    void finish()
    {
        for (const auto& [key, trace] : shards_) end_transaction(key, trace);
    }

  private:
    void take(const links::ShardSession& record)
    {
        advance({record.link, record.shard}, record.session, record.txn_no, 0);
    }

    void take(const links::Checkpoint& record)
    {
        auto& shard =
            advance({record.link, record.shard}, record.session, record.txn_no, record.touched);
        ++shard.checkpoints;
        const PartitionKey key{record.link, record.source_id, record.partition};
        const auto [at, first] = partitions_.try_emplace(key, record);
        if (first) return;
        const auto& before = at->second;
        const auto place = fmt::format("{} partition {} seq {}",
                                       to_string(record.source_id),
                                       record.partition.value(),
                                       record.seq.value());
        if (record.seq.value() != before.seq.value() + 1)
            fail(fmt::format("{} follows seq {}", place, before.seq.value()));
        if (record.generation < before.generation)
            fail(fmt::format("{} goes back to generation {}", place, record.generation.value()));
        if (record.generation == before.generation &&
            record.block.next_source < before.block.next_source)
            fail(fmt::format("{} goes back from source offset {} to {}",
                             place,
                             before.block.next_source.value(),
                             record.block.next_source.value()));
        if (record.block.next_target < before.block.next_target)
            fail(fmt::format("{} goes back from target offset {} to {}",
                             place,
                             before.block.next_target.value(),
                             record.block.next_target.value()));
        at->second = record;
    }

    ShardTrace& advance(const ShardKey& key, Session session, TxnNo txn_no, std::uint32_t touched)
    {
        const auto [at, first] = shards_.try_emplace(key, ShardTrace{session, txn_no, touched, 0});
        auto& trace = at->second;
        if (first) return trace;
        if (session < trace.session)
            fail(fmt::format(
                "{} session {} follows {}", name(key), session.value(), trace.session.value()));
        trace.session = session;
        if (txn_no == trace.txn_no) {
            trace.touched = std::max(trace.touched, touched);
            return trace;
        }
        if (txn_no.value() != trace.txn_no.value() + 1)
            fail(fmt::format(
                "{} transaction {} follows {}", name(key), txn_no.value(), trace.txn_no.value()));
        end_transaction(key, trace);
        trace = {session, txn_no, touched, 0};
        return trace;
    }

    void end_transaction(const ShardKey& key, const ShardTrace& trace)
    {
        if (trace.checkpoints == trace.touched) return;
        fail(fmt::format("{} transaction {} is torn: {} checkpoints of {}",
                         name(key),
                         trace.txn_no.value(),
                         trace.checkpoints,
                         trace.touched));
    }

    static std::string name(const ShardKey& key)
    {
        return fmt::format("{} shard {}", std::get<0>(key).value(), std::get<1>(key).value());
    }

    void fail(std::string witness) { verdict_.fail(Invariant::checkpoint, std::move(witness)); }

    Verdict& verdict_;
    std::map<ShardKey, ShardTrace> shards_;
    std::map<PartitionKey, links::Checkpoint> partitions_;
};

}  // namespace

void check_links_records(const std::vector<links::LinkRecord>& records, Verdict& verdict)
{
    LinksCheck check{verdict};
    for (const auto& record : records) check.take(record);
    check.finish();
}

}  // namespace strait::testing
