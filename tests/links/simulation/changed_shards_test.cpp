#include "tests/links/simulation/simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

// An instance of the link lives, fast or slow, and another one begins with a different number of
// shards, so that partitions change theirs.
namespace strait::links::simulation {
namespace {

constexpr std::size_t partitions = 6;
constexpr int steps_before = 200;
constexpr int steps_after = 300;
constexpr int steps_max = 100'000;

struct Change {
    std::uint64_t seed = 0;
    std::uint32_t before = 2;
    std::uint32_t after = 3;
    int dies_at = 0;  // step of the claim; it is begun again
};

class ChangedShards {
  public:
    ChangedShards(const Weather& weather, const Change& change, MemoryView& disk, MemoryView& other)
        : world_{change.seed, weather},
          change_{change},
          old_view_{disk.view.link(world_.link).value()},
          view_{other.view.link(world_.link).value()}
    {
        static_cast<void>(old_view_.clear().value());
        static_cast<void>(view_.clear().value());
        world_.topics.front().now().partitions.resize(partitions);
        world_.mirrors.resize(1);
        for (std::size_t i = 1; i < partitions; ++i) {
            world_.mirrors.push_back(world_.mirrors.front());
            world_.mirrors.back().source.partition = Partition{static_cast<std::int32_t>(i)};
        }
        world_.topics.resize(1);
    }

    // What is wrong afterwards, one line each.
    std::vector<std::string> run()
    {
        const int haste = world_.dice.between(50, 950);  // per mille, of the old one
        const auto old = start(old_view_, change_.before, Term{1});
        for (int i = 0; i < steps_before; ++i) step(old, 1000);
        if (!close(old, haste)) return {"it never begins"};

        const auto young = start(view_, change_.after, Term{2});
        for (int i = 0; i < steps_after; ++i) {
            step(old, haste);
            step(young, 1000);
        }
        world_.calm = true;
        int left = steps_max;
        for (; left > 0 && !arrived(young); --left) {
            step(old, haste);
            step(young, 1000);
        }
        auto found = examine(world_, view_);
        if (left == 0) found.violations.emplace_back("I10: not at the end of the source");
        if (lives_on(young)) return std::move(found.violations);
        return {"the new one ended"};
    }

    // Steps of the claim that did not die.
    [[nodiscard]] int claim_steps() const { return claim_steps_; }

  private:
    using Instance = std::vector<std::unique_ptr<Process>>;

    Instance start(LinkView& view, std::uint32_t shards, Term term)
    {
        Instance instance;
        for (std::uint32_t i = 0; i < shards; ++i) {
            const auto seed = static_cast<std::uint32_t>(world_.dice.below(1 << 30));
            const Role role{ShardNumber{i}, term, shards, seed};
            instance.push_back(std::make_unique<Process>(world_, view, role));
        }
        for (const auto& mirror : world_.mirrors) {
            instance[shard_of(mirror.source, shards).value()]->shard().put(mirror);
        }
        return instance;
    }

    void step(const Instance& instance, int haste)
    {
        world_.change();
        if (!world_.dice.chance(haste)) return;
        const auto count = static_cast<int>(instance.size());
        const auto& process = instance[static_cast<std::size_t>(world_.dice.below(count))];
        if (process->step()) return;
        EXPECT_EQ(process->ended()->code(), Errc::fenced) << process->ended()->detail();
    }

    bool close(const Instance& old, int haste)
    {
        auto claim = std::make_unique<Closing>(world_, view_, change_.before, Term{2});
        int dies_in = change_.dies_at;
        for (int i = 0; i < steps_max; ++i) {
            step(old, haste);
            ++claim_steps_;
            bool again = dies_in-- == 0;
            if (!again && !claim->step()) {
                if (*claim->ended()) return true;
                const auto& error = claim->ended()->error();
                EXPECT_NE(error.code(), Errc::conflict) << error.detail();
                EXPECT_NE(error.code(), Errc::fenced) << error.detail();
                again = true;  // as the link does after anything else
            }
            if (!again) continue;
            claim.reset();
            claim = std::make_unique<Closing>(world_, view_, change_.before, Term{2});
            claim_steps_ = 0;
        }
        return false;
    }

    [[nodiscard]] static bool lives_on(const Instance& instance)
    {
        return std::ranges::none_of(
            instance, [](const auto& process) { return process->ended().has_value(); });
    }

    [[nodiscard]] bool arrived(const Instance& instance)
    {
        if (world_.target.in_transaction()) return false;
        return std::ranges::all_of(world_.mirrors, [&](const Mirror& mirror) {
            const auto shard = shard_of(mirror.source, change_.after).value();
            const auto status = instance[shard]->shard().status();
            const auto found = status.partitions.find(mirror.source);
            return found != status.partitions.end() && found->second.state == MirrorState::active &&
                   found->second.next_source == Offset{world_.log(mirror.source).end};
        });
    }

    World world_;
    Change change_;
    LinkView old_view_;
    LinkView view_;
    int claim_steps_ = 0;
};

void expect_fine(const Weather& weather, const Change& change, int* claim_steps = nullptr)
{
    static MemoryView disk;
    static MemoryView other;
    ChangedShards run{weather, change, disk, other};
    std::string text;
    for (const auto& violation : run.run()) text += "\n  " + violation;
    ASSERT_TRUE(text.empty() && !::testing::Test::HasFailure())
        << "seed " << change.seed << " from " << change.before << " to " << change.after
        << " dies at " << change.dies_at << text;
    if (claim_steps != nullptr) *claim_steps = run.claim_steps();
}

constexpr Weather fair{.crash = 0, .fault = 0};
constexpr Weather rough{.crash = 0, .fault = 10};

TEST(ChangedShardsTest, CopyNothingTwiceWhereverTheClaimDies)
{
    int steps = 1;
    for (int dies_at = 0; dies_at < steps; ++dies_at) {
        const auto seed = static_cast<std::uint64_t>(dies_at) + 1;
        expect_fine(fair, {seed, 3, 2, dies_at}, &steps);
    }
    EXPECT_GT(steps, 10);
}

TEST(ChangedShardsTest, CopyNothingTwiceWhenThereAreFewer)
{
    const auto first = static_cast<std::uint64_t>(GTEST_FLAG_GET(random_seed)) + 1;
    for (auto seed = first; seed < first + 15; ++seed) {
        expect_fine(rough, {.seed = seed, .before = 4, .after = 1});
    }
}

TEST(ChangedShardsTest, CopyNothingTwiceWhenThereAreMore)
{
    const auto first = static_cast<std::uint64_t>(GTEST_FLAG_GET(random_seed)) + 1;
    for (auto seed = first; seed < first + 15; ++seed) {
        expect_fine(rough, {.seed = seed, .before = 1, .after = 4});
    }
}

}  // namespace
}  // namespace strait::links::simulation
