#include "links/shard/mirror_state.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>
#include <string>

namespace strait::links {
namespace {

using enum MirrorState;

constexpr std::array states{starting,
                            active,
                            paused,
                            halted,
                            source_gone,
                            promoting,
                            promoted,
                            failing_over,
                            failed_over,
                            reversing};

void add_reachable(MirrorState from, std::set<MirrorState>& seen)
{
    for (const auto to : states) {
        if (can_change(from, to) && seen.insert(to).second) add_reachable(to, seen);
    }
}

std::set<MirrorState> reachable(MirrorState from)
{
    std::set<MirrorState> seen;
    add_reachable(from, seen);
    return seen;
}

TEST(MirrorState, ChangesAsTheTableSays)
{
    std::string table;
    for (const auto from : states) {
        for (const auto to : states) table += can_change(from, to) ? 'x' : '.';
        table += " " + std::string{to_string(from)} + "\n";
    }

    EXPECT_EQ(table, R"(.xxxx..x.. starting
..xxxx.x.. active
x...x..x.. paused
x.x.x..x.. halted
x......x.. source_gone
.x....xx.. promoting
.........x promoted
........x. failing_over
.........x failed_over
......x.x. reversing
)");
}

TEST(MirrorState, EveryStateCanBeReachedAndLeft)
{
    EXPECT_EQ(reachable(starting), std::set(states.begin(), states.end()));
    for (const auto state : states) {
        EXPECT_FALSE(can_change(state, state)) << to_string(state);
        EXPECT_TRUE(reachable(state).contains(failed_over)) << to_string(state);
    }
}

TEST(MirrorState, AnOrdinaryTopicIsNeverMirroredAgain)
{
    for (const auto done : {promoted, failed_over}) {
        EXPECT_EQ(reachable(done), (std::set{promoted, failed_over, reversing})) << to_string(done);
    }
}

}  // namespace
}  // namespace strait::links
