#include "links/store/offset_map.hpp"
#include "tests/links/simulation/simulation.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>

// The invariants of reliability.md 2, as far as they concern a shard, over a finished run.
namespace strait::links::simulation {

namespace {

struct GenerationMap {
    std::int64_t first = 0;
    std::int64_t next = 0;
    std::map<std::int64_t, std::int64_t> targets;  // by source offset
};

struct ByBytes {
    bool operator()(const RecordKey& a, const RecordKey& b) const
    {
        return encode_key(a) < encode_key(b);
    }
};

// One incarnation of a source partition.
struct Line {
    TopicId id;
    TopicPartition at;
    TopicPartition target;
    const SourceLog& log;
    bool present = false;  // the newest incarnation
    using Generations = std::map<Generation, GenerationMap>;
    Generations generations;
    std::vector<Gap> gaps;
    std::set<std::pair<Generation, Offset>> blocks;  // that are not forgotten
};

class Examination {
  public:
    Examination(const World& world, const LinkView& view) : world_{world}, view_{view}
    {
        for (const auto& topic : world.topics) {
            for (const auto& incarnation : topic.incarnations) {
                const bool present = &incarnation == &topic.incarnations.back();
                for (std::size_t p = 0; p < incarnation.partitions.size(); ++p) {
                    const Partition number{static_cast<std::int32_t>(p)};
                    lines_.push_back({incarnation.id,
                                      {topic.name, number},
                                      {TopicName{"oslo." + topic.name.value()}, number},
                                      incarnation.partitions[p],
                                      present,
                                      {},
                                      {},
                                      {}});
                }
            }
        }
    }

    std::vector<std::string> violations()
    {
        read_links_log();
        for (const auto& line : lines_) {
            check_map(line);
            check_losses(line);
            check_gaps(line);
            check_translation(line);
            check_view(line);
        }
        check_no_strangers();
        return std::move(found_);
    }

    [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

  private:
    void report(const std::string& text, const Line* line = nullptr, std::int64_t offset = -1)
    {
        if (found_.size() >= 20) return;
        std::string place;
        if (line != nullptr) {
            place = " " + to_string(line->at) + " of " + std::to_string(line->id.bytes[1]);
        }
        found_.push_back(text + place + (offset < 0 ? "" : " offset " + std::to_string(offset)));
    }

    // An operator may abort what hangs while its shard goes on: if it says nothing but who writes,
    // all the harm is a number that is missing.
    [[nodiscard]] std::set<std::pair<ShardNumber, TxnNo>> lost_announcements() const
    {
        std::set<std::pair<ShardNumber, TxnNo>> lost;
        for (const auto& entry : world_.target.logs().at(world_.links)) {
            if (entry.marker || entry.committed.value_or(true)) continue;
            const auto record = decode_record(*entry.content.key, entry.content.value).value();
            if (const auto* it = std::get_if<ShardSession>(&record)) {
                lost.emplace(it->shard, it->txn_no);
            }
        }
        return lost;
    }

    // Checkpoints are contiguous, transactions whole; what is newest of each key is kept.
    void read_links_log()
    {
        std::map<BlockKeyOf, Checkpoint> blocks;
        std::map<std::tuple<TopicId, Partition>, PartitionSeq> seqs;
        std::map<std::tuple<TopicName, Partition, std::uint64_t>, Gap> gaps;
        std::set<RecordKey, ByBytes> removed;
        const auto lost = lost_announcements();
        std::map<ShardNumber, std::pair<TxnNo, Session>> newest;
        std::size_t transaction = ~std::size_t{0};
        std::uint32_t touched = 0;
        std::uint32_t seen = 0;
        const auto number = [&](ShardNumber shard, TxnNo txn_no, Session of, bool first) {
            auto& [last, session] = newest[shard];
            if (of < session) report("I8: a session that was over goes on");
            session = of;
            if (!world_.in_transactions()) return;
            while (first && lost.contains({shard, TxnNo{last.value() + 1}})) {
                if (txn_no.value() <= last.value() + 1) break;
                last = TxnNo{last.value() + 1};
            }
            if (first && txn_no.value() != last.value() + 1) report("I7: a hole in txn_no");
            if (!first && txn_no != last) report("I7: two numbers for one transaction");
            last = txn_no;
        };
        for (const auto& entry : world_.target.logs().at(world_.links)) {
            if (!world_.target.visible(entry)) continue;
            const bool first = std::exchange(transaction, entry.transaction) != entry.transaction;
            const bool torn = first && std::exchange(seen, 0) != std::exchange(touched, 0);
            if (torn && world_.in_transactions()) report("I7: a torn transaction");
            const auto record = decode_record(*entry.content.key, entry.content.value).value();
            if (const auto* it = std::get_if<ShardSession>(&record)) {
                number(it->shard, it->txn_no, it->session, first);
            } else if (const auto* gap = std::get_if<Gap>(&record)) {
                gaps[{gap->topic, gap->partition, gap->id}] = *gap;
            } else if (const auto* at = std::get_if<Checkpoint>(&record)) {
                number(at->shard, at->txn_no, at->session, first);
                auto& seq = seqs[{at->source_id, at->partition}];
                // A step that was written in part is written once more.
                const bool again = !world_.in_transactions() && at->seq.value() + 4 > seq.value();
                if (at->seq <= seq && !again) report("I7: seq goes back");
                seq = at->seq;
                touched = at->touched;
                ++seen;
                blocks[{at->source_id, at->partition, at->generation, at->block.first_source}] =
                    *at;
                removed.erase(key_of(record));
            } else if (const auto* removal = std::get_if<Removal>(&record)) {
                removed.insert(removal->key);
            }
        }
        if (seen != touched) report("I7: the last transaction is torn");
        forgotten_ = removed.size();
        for (auto& line : lines_) {
            for (const auto& [key, gap] : gaps) {
                if (gap.topic == line.at.topic && gap.partition == line.at.partition &&
                    gap.old_id == line.id) {
                    line.gaps.push_back(gap);
                }
            }
            for (const auto& [key, block] : blocks) {
                if (std::get<0>(key) == line.id && std::get<1>(key) == line.at.partition) {
                    add(line, block);
                    if (removed.contains(key_of(LinkRecord{block}))) {
                        check_forgotten(line, block.block);
                    } else {
                        line.blocks.emplace(block.generation, block.block.first_source);
                    }
                }
            }
        }
    }

    void check_forgotten(const Line& line, const OffsetBlock& block)
    {
        if (block.next_target.value() > world_.target.low(line.target)) {
            report("I5: forgot what the target has", &line, block.first_source.value());
        }
        const auto first = line.generations.empty() ? -1 : line.generations.begin()->second.first;
        if (block.first_source.value() == first) report("I5: forgot the beginning", &line, first);
    }

    // The view is what the log says, no more and no less.
    void check_view(const Line& line)
    {
        std::set<std::pair<Generation, Offset>> blocks;
        auto cursor = view_.blocks(line.id, line.at.partition);
        for (cursor.seek_generation(Generation{0}); cursor.valid(); cursor.next()) {
            blocks.emplace(cursor.generation(), cursor.first_source());
        }
        if (blocks != line.blocks) report("I5: the view is not what the log says", &line);
    }

    void add(Line& line, const Checkpoint& checkpoint)
    {
        const auto& block = checkpoint.block;
        const auto [at, first] = line.generations.try_emplace(checkpoint.generation);
        auto& generation = at->second;
        if (first) generation.first = block.first_source.value();
        if (!first && generation.next != block.first_source.value()) {
            report("I5: blocks do not join", &line, block.first_source.value());
        }
        generation.next = block.next_source.value();
        for (const auto& run : block.runs) {
            for (std::int64_t i = 0; i < run.length; ++i) {
                generation.targets[run.source_start.value() + i] = run.target_start.value() + i;
            }
        }
        if (line.log.end < block.next_source.value() && line.log.cuts.empty()) {
            report("I7: a position behind the end of the source", &line, generation.next);
        }
    }

    [[nodiscard]] static bool in_gap(const Line& line,
                                     std::int64_t offset,
                                     std::optional<Generation> generation,
                                     std::optional<GapCause> cause)
    {
        return std::ranges::any_of(line.gaps, [&](const Gap& gap) {
            return gap.from.value() <= offset && offset < gap.to.value() &&
                   (!generation || gap.generation >= *generation) &&
                   (!cause || gap.cause == *cause);
        });
    }

    // What the target acknowledged and lost is in the map of a later generation.
    static bool copied_again(const Line& line, Generation lost, std::int64_t source)
    {
        return std::ranges::any_of(line.generations, [&](const auto& each) {
            return each.first > lost && each.second.targets.contains(source);
        });
    }

    // I2, I3, I4, I5: every pair of the map is the same record on both sides, and order is kept.
    void check_map(const Line& line)
    {
        static const std::vector<TargetEntry> none;
        const auto found = world_.target.logs().find(line.target);
        const auto& log = found == world_.target.logs().end() ? none : found->second;
        std::int64_t before = -1;
        for (const auto& [number, generation] : line.generations) {
            for (const auto& [source, target] : generation.targets) {
                if (target <= before) report("I3: order", &line, source);
                before = target;
                const bool there =
                    target < std::ssize(log) && world_.target.visible(log[std::size_t(target)]);
                if (!there && copied_again(line, number, source)) continue;
                if (!there) {
                    report("I7: a checkpoint ahead of the target", &line, source);
                    continue;
                }
                if (!mapped_[line.target].insert(target).second) {
                    report("I5: two sources of one record", &line, source);
                }
                const auto written = line.log.written.find(source);
                const bool same =
                    written != line.log.written.end() &&
                    content_of(written->second.content) == log[std::size_t(target)].content;
                if (!same && !in_gap(line, source, number, GapCause::truncated)) {
                    report("I4, I9: not the source's record", &line, source);
                }
            }
        }
    }

    // Where the next one begins, if that is before its own end: it had passed offsets without a
    // record, and after a cut there may be records.
    static std::int64_t end_of(const Line& line, Line::Generations::const_iterator at)
    {
        const auto later = std::next(at);
        if (later == line.generations.end()) return at->second.next;
        return std::min(at->second.next, later->second.first);
    }

    // I1, I9: what is not at the target is in the ledger, and the other way round.
    void check_losses(const Line& line)
    {
        for (const auto& [offset, record] : line.log.written) {
            bool covered = in_gap(line, offset, std::nullopt, std::nullopt);
            for (auto at = line.generations.begin(); at != line.generations.end(); ++at) {
                const auto& [number, generation] = *at;
                if (offset < generation.first || offset >= end_of(line, at)) continue;
                if (in_gap(line, offset, number, GapCause::truncated)) continue;
                covered = true;
                const bool there = generation.targets.contains(offset);
                const bool gap = in_gap(line, offset, number, std::nullopt);
                if (!there && !gap) report("I1: lost", &line, offset);
                if (there && gap) report("I9: a gap that is none", &line, offset);
            }
            const bool owed = !line.generations.empty() && line.present && !halted(line) &&
                              offset >= line.generations.begin()->second.first;
            if (owed && !covered) report("I1: lost between generations", &line, offset);
        }
    }

    [[nodiscard]] static bool halted(const Line& line)
    {
        return std::ranges::any_of(line.gaps, &Gap::open);
    }

    // I9: no false alarm.
    void check_gaps(const Line& line)
    {
        for (const auto& gap : line.gaps) {
            if (!world_.in_transactions() && gap.from == gap.to) continue;  // written too early
            if (gap.cause == GapCause::truncated) {
                const bool cut = std::ranges::any_of(line.log.cuts, [&](const auto& it) {
                    return it.at < gap.to.value() && gap.from.value() < it.end;
                });
                if (!cut) report("I9: nothing was cut", &line, gap.from.value());
            } else if (gap.cause == GapCause::log_start_moved) {
                const bool moved = gap.to.value() <= line.log.low && gap.from < gap.to;
                if (!moved) report("I9: the log start did not move", &line, gap.from.value());
            } else if (gap.cause == GapCause::recreated) {
                if (line.present) report("I9: not created again", &line);
            } else if (gap.cause == GapCause::target_lost) {
                report("I9: the target was not lost", &line);
            }
        }
    }

    // I5 as users see it.
    void check_translation(const Line& line)
    {
        if (line.generations.empty()) return;
        constexpr std::int64_t sample = 3;  // looking up costs more than all the rest of a run
        const auto ask = [&](Direction direction, std::int64_t offset) {
            return translate(view_, line.id, line.at.partition, direction, Offset{offset}).value();
        };
        const auto low = world_.target.low(line.target);
        for (const auto& [number, generation] : line.generations) {
            for (const auto& [source, target] : generation.targets) {
                if (source % sample != 0 || target < low) continue;
                const auto back = ask(Direction::inverse, target);
                if (back.status != Translation::Status::exact || back.offset != Offset{source}) {
                    report("I5: inverse translation", &line, source);
                }
            }
        }
        const auto& newest = line.generations.rbegin()->second;
        for (auto offset = newest.first; offset <= newest.next; offset += sample) {
            const auto there = ask(Direction::forward, offset);
            const auto mapped = newest.targets.find(offset);
            const bool exact = there.status == Translation::Status::exact;
            const auto later = newest.targets.lower_bound(offset);
            if (later != newest.targets.end() && later->second < low) {
                if (!there.offset || there.offset->value() > low) {
                    report("I5: translation behind the target's log start", &line, offset);
                }
                continue;
            }
            if (mapped != newest.targets.end()) {
                if (!exact || there.offset != Offset{mapped->second}) {
                    report("I5: forward translation", &line, offset);
                }
            } else if (exact && newest.targets.lower_bound(offset) != newest.targets.begin()) {
                report("I5: a translation of nothing", &line, offset);
            }
        }
    }

    // I2: the target has nothing that is not in the map.
    void check_no_strangers()
    {
        if (!world_.in_transactions() && world_.weather.fault > 0) return;
        for (const auto& [at, log] : world_.target.logs()) {
            if (at == world_.links) continue;
            for (std::size_t i = 0; i < log.size(); ++i) {
                if (!world_.target.visible(log[i])) continue;
                if (mapped_[at].contains(static_cast<std::int64_t>(i))) continue;
                report("I2: a record of nobody in " + to_string(at),
                       nullptr,
                       static_cast<std::int64_t>(i));
            }
        }
    }

    using BlockKeyOf = std::tuple<TopicId, Partition, Generation, Offset>;

    const World& world_;
    const LinkView& view_;
    std::vector<Line> lines_;
    std::map<TopicPartition, std::set<std::int64_t>> mapped_;
    std::vector<std::string> found_;
    std::uint64_t forgotten_ = 0;
};

}  // namespace

Examined examine(const World& world, const LinkView& view)
{
    Examination examination{world, view};
    auto violations = examination.violations();
    return {std::move(violations), examination.forgotten()};
}

}  // namespace strait::links::simulation
