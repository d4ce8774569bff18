#include "tests/links/simulation/simulation.hpp"

#include "links/store/offset_block.hpp"

#include <algorithm>

namespace strait::links::simulation {

using namespace std::chrono_literals;

namespace {

constexpr int calm_steps = 50000;

TopicId id_of(std::size_t topic, std::size_t incarnation)
{
    TopicId id;
    id.bytes[0] = static_cast<std::uint8_t>(topic + 1);
    id.bytes[1] = static_cast<std::uint8_t>(incarnation + 1);
    return id;
}

// What the link asks for of a topic that was created again.
bool follows(const World& world)
{
    return world.weather.policies.on_recreate == GapPolicy::restart;
}

// Positions are where they have to be, as far as the policies let them.
bool arrived(World& world, const Shard& shard)
{
    const auto status = shard.status();
    if (status.partitions.size() != world.mirrors.size()) return false;
    for (const auto& mirror : world.mirrors) {
        const auto found = status.partitions.find(mirror.source);
        if (found == status.partitions.end()) return false;
        const auto state = found->second.state;
        if (state == MirrorState::halted) continue;
        if (state == MirrorState::source_gone && (mirror.left || !follows(world))) continue;
        if (state != MirrorState::active || !world.has(mirror.source)) return false;
        const auto& log = world.log(mirror.source);
        // Behind the end is one that was cut, and nobody has noticed.
        if (found->second.next_source != Offset{log.end}) return false;
    }
    return !world.target.in_transaction();
}

}  // namespace

World::World(std::uint64_t seed, const Weather& of)
    : link{"seed-" + std::to_string(seed)}, dice{seed}, weather{of}
{
    const auto count = dice.between(1, 2);
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        SourceTopic topic{TopicName{"topic-" + std::to_string(i)}, {}};
        topic.incarnations.push_back({id_of(index, 0), {}});
        topic.now().partitions.resize(static_cast<std::size_t>(dice.between(1, 2)));
        topics.push_back(std::move(topic));
    }
    for (const auto& topic : topics) {
        for (std::size_t p = 0; p < topic.now().partitions.size(); ++p) {
            Mirror mirror;
            mirror.source = {topic.name, Partition{static_cast<std::int32_t>(p)}};
            mirror.target = TopicName{"oslo." + topic.name.value()};
            mirror.source_id = topic.now().id;
            mirror.target_id = target_id;
            mirrors.push_back(std::move(mirror));
        }
    }
    if (weather.target_retention == 0) return;
    for (const auto& mirror : mirrors) {
        // Each hole ends a run, and a block has a limited number of them.
        for (std::size_t i = 0; i < 3 * OffsetBlock::runs_max; ++i) {
            log(mirror.source).append(++contents);
            log(mirror.source).append_hole();
        }
    }
}

SourceTopic& World::topic(const TopicName& name)
{
    return *std::ranges::find(topics, name, &SourceTopic::name);
}

SourceLog& World::log(const TopicPartition& at)
{
    return topic(at.topic).now().partitions[static_cast<std::size_t>(at.partition.value())];
}

bool World::has(const TopicPartition& at)
{
    return std::cmp_less(at.partition.value(), topic(at.topic).now().partitions.size());
}

PartitionFacts World::facts_of(const Mirror& mirror)
{
    if (!has(mirror.source)) {
        PartitionFacts facts;
        facts.source_id = topic(mirror.source.topic).now().id;
        facts.target_id = target_id;
        facts.at_source = false;
        return facts;
    }
    const auto& log = this->log(mirror.source);
    const auto& to = target.log({mirror.target, mirror.source.partition});
    return {.source_id = topic(mirror.source.topic).now().id,
            .target_id = target_id,
            .source_low = Offset{log.low},
            .source_end = Offset{log.end},
            .source_start = Offset{log.low},
            .target_low = Offset{target.low({mirror.target, mirror.source.partition})},
            .target_stable = target.stable({mirror.target, mirror.source.partition}),
            .target_end = Offset{static_cast<std::int64_t>(to.size())}};
}

std::optional<Error> World::fault(std::initializer_list<Errc> codes)
{
    if (calm || !dice.chance(weather.fault)) return std::nullopt;
    const auto index = dice.below(static_cast<int>(codes.size()));
    return Error{*std::next(codes.begin(), index), "a simulated fault"};
}

void World::change()
{
    if (weather.death > 0) {
        if (dice.chance(100)) target.write_markers();
        if (!calm && dice.chance(weather.death))
            target.lose_markers([this] { return dice.chance(weather.spared); });
        if (!calm && dice.chance(20)) target.abort_hanging();
    }
    if (calm) return;
    auto& topic = topics[static_cast<std::size_t>(dice.below(static_cast<int>(topics.size())))];
    auto& partitions = topic.now().partitions;
    auto& log =
        partitions[static_cast<std::size_t>(dice.below(static_cast<int>(partitions.size())))];
    if (dice.chance(weather.append)) {
        for (int left = dice.between(1, 6); left > 0; --left) {
            if (dice.chance(250)) {
                log.append_hole();
            } else {
                if (dice.chance(weather.refusal)) refused.insert(contents + 1);
                log.append(++contents);
            }
        }
    }
    if (dice.chance(weather.retention) && log.end > log.low) {
        log.retain_from(log.low + dice.between(1, static_cast<int>(log.end - log.low)));
    }
    if (weather.election > 0 && dice.chance(weather.election)) log.elect();
    if (dice.chance(weather.truncation) && log.end > log.low) {
        log.truncate(log.low + dice.below(static_cast<int>(log.end - log.low)));
    }
    if (dice.chance(weather.target_retention)) {
        const auto& mirror =
            mirrors[static_cast<std::size_t>(dice.below(static_cast<int>(mirrors.size())))];
        const TopicPartition at{mirror.target, mirror.source.partition};
        const auto end = std::ssize(target.log(at));
        if (end > 0) target.retain_from(at, dice.below(static_cast<int>(end)));
    }
    if (dice.chance(weather.recreation) && topic.incarnations.size() < 4) {
        const auto index = static_cast<std::size_t>(&topic - topics.data());
        auto next = topic.now();
        next.id = id_of(index, topic.incarnations.size());
        for (auto& partition : next.partitions) partition = {};
        if (weather.shrinking > 0) {
            const auto whole = topic.incarnations.front().partitions.size();
            next.partitions.resize(dice.chance(weather.shrinking) ? 1 : whole);
        }
        topic.incarnations.push_back(std::move(next));
    }
}

void World::discover()
{
    for (auto& mirror : mirrors) mirror.left = !has(mirror.source);
    if (!follows(*this)) return;
    for (auto& mirror : mirrors) {
        const auto& id = topic(mirror.source.topic).now().id;
        if (mirror.source_id == id) continue;
        mirror.previous_ids.insert(mirror.previous_ids.begin(), mirror.source_id);
        mirror.source_id = id;
    }
}

LinkConfig config_of(const World& world)
{
    LinkConfig config;
    config.name = world.link;
    config.shards = 1;
    config.delivery = world.weather.delivery;
    config.commit.records = world.weather.target_retention > 0 ? 200 : 12;
    config.policies.on_gap = world.weather.policies.on_gap;
    config.policies.on_recreate = world.weather.policies.on_recreate;
    config.policies.on_target_lost = world.weather.policies.on_target_lost;
    config.policies.on_oversize = RecordPolicy::skip;
    config.policies.on_bad_record = world.weather.on_bad_record;
    return config;
}

namespace {

// Drives the processes of one run, by the dice.
class Driver {
  public:
    Driver(World& world, std::array<MemoryView, 2>& disks)
        : world_{world},
          views_{disks[0].view.link(world.link).value(), disks[1].view.link(world.link).value()}
    {
        for (auto& view : views_) static_cast<void>(view.clear().value());
    }

    void run(Outcome& result)
    {
        for (int i = 0; i < world_.weather.steps; ++i) step(result);
        world_.calm = true;
        world_.discover();
        const bool may_crash = world_.weather.spared == 0;
        if (processes_[1] && may_crash) {
            processes_[static_cast<std::size_t>(world_.dice.below(2))].reset();
        }
        bool done = false;
        for (int i = 0; i < calm_steps && !done; ++i) {
            step(result);
            if (i % 16 == 0) tell();
            done = arrived();
        }
        if (!done) result.violations.emplace_back("I10: not at the end of the source " + where());
        for (int i = 0; i < 50 || !world_.at_work.empty(); ++i) step(result);
        for (const auto& process : processes_) {
            if (!process) continue;
            result.committed += process->shard().status().committed;
            const auto positions = process->view().positions().value();
            result.regenerated += std::size_t(std::ranges::count_if(
                positions, [](const auto& of) { return of.generation > Generation{0}; }));
            for (const auto& [at, partition] : process->shard().status().partitions) {
                if (partition.foreign_writes == 0) continue;
                result.violations.push_back("I2: thought that others wrote to " + to_string(at));
            }
            auto found = examine(world_, process->view());
            std::ranges::move(found.violations, std::back_inserter(result.violations));
            result.forgotten += found.forgotten;
            break;
        }
        processes_ = {};
    }

  private:
    void step(Outcome& result)
    {
        ++result.steps;
        auto& dice = world_.dice;
        world_.change();
        const auto index = static_cast<std::size_t>(dice.below(2));
        auto& process = processes_[index];
        if (!process) {
            const bool other = processes_[1 - index] != nullptr;
            const bool zombie = !world_.calm && dice.chance(world_.weather.zombie);
            if (!other || zombie) start(index);
            return;
        }
        if (!world_.calm) disturb(index, result);
        if (!process) return;
        if (process->step()) return;
        const auto code = process->ended()->code();
        if (code == Errc::corrupt && world_.weather.death > 0) {
            ++result.rebuilt;
            static_cast<void>(process->view().clear().value());
        } else if (code != Errc::cancelled && code != Errc::fenced) {
            result.violations.push_back("I10: ended for good: " + std::string{to_string(code)} +
                                        " " + process->ended()->detail());
            world_.calm = true;
        }
        process.reset();
    }

    void disturb(std::size_t index, Outcome& result)
    {
        auto& dice = world_.dice;
        if (dice.chance(10)) {
            world_.discover();
            tell();
        }
        if (dice.chance(world_.weather.recheck)) {
            for (const auto& mirror : world_.mirrors) {
                if (dice.chance(500)) processes_[index]->shard().recheck(mirror.source);
            }
        }
        if (dice.chance(10)) {
            for (const auto& mirror : world_.mirrors) {
                const TopicPartition target{mirror.target, mirror.source.partition};
                processes_[index]->shard().prune(mirror.source, Offset{world_.target.low(target)});
            }
        }
        if (dice.chance(world_.weather.cancel)) processes_[index]->cancel();
        if (!dice.chance(world_.weather.crash)) return;
        ++result.crashes;
        processes_[index].reset();
        if (dice.chance(300)) lose_view(index);
    }

    // The disk comes back empty, or as it was some time ago.
    void lose_view(std::size_t index)
    {
        auto& view = views_[index];
        const auto applied = view.applied(ShardNumber{0}).value();
        static_cast<void>(view.clear().value());
        if (!applied || *applied == Offset{0} || world_.dice.chance(500)) return;
        const auto until = world_.dice.below(static_cast<int>(applied->value()));
        const auto& log = world_.target.log(world_.links);
        for (int i = 0; i < until; ++i) {
            const auto& entry = log[static_cast<std::size_t>(i)];
            if (!world_.target.visible(entry)) continue;
            const std::array record{decode_record(*entry.content.key, entry.content.value).value()};
            static_cast<void>(view.apply(ShardNumber{0}, record, Offset{i}).value());
        }
        static_cast<void>(view.apply(ShardNumber{0}, {}, Offset{until}).value());
    }

    void start(std::size_t index)
    {
        const auto seed = static_cast<std::uint32_t>(world_.dice.below(1 << 30));
        processes_[index] = std::make_unique<Process>(world_, views_[index], seed);
        for (const auto& mirror : world_.mirrors) processes_[index]->shard().put(mirror);
    }

    void tell()
    {
        for (const auto& process : processes_) {
            if (!process) continue;
            for (const auto& mirror : world_.mirrors) process->shard().put(mirror);
        }
    }

    [[nodiscard]] bool arrived()
    {
        return std::ranges::any_of(processes_, [&](const auto& process) {
            return process && simulation::arrived(world_, process->shard());
        });
    }

    [[nodiscard]] std::string where() const
    {
        std::string text;
        for (const auto& process : processes_) {
            if (!process) continue;
            const auto status = process->shard().status();
            text += "(" + status.trouble.value_or("") + ")";
            for (const auto& [at, partition] : status.partitions) {
                text += " " + to_string(at) + " at " +
                        std::to_string(partition.next_source.value_or(Offset{-1}).value()) + " " +
                        std::string{to_string(partition.state)} + " " + partition.reason;
            }
        }
        return text;
    }

    World& world_;
    std::array<LinkView, 2> views_;
    std::array<std::unique_ptr<Process>, 2> processes_;
};

}  // namespace

Outcome Simulation::run(std::uint64_t seed, const Weather& weather)
{
    World world{seed, weather};
    Outcome result;
    Driver{world, disks_}.run(result);
    return result;
}

}  // namespace strait::links::simulation
