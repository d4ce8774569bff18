#include "tests/integration/mirror_exchange.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <limits>

namespace strait::testing {
namespace {

using catalog::Draft;
using catalog::Subscription;
using catalog::SubscriptionState;
using catalog::Verb;

struct MirroredSubscriptionTest : MirrorExchange {
    Subscription end(catalog::SubscriptionId id, Verb verb = Verb::revoke)
    {
        return must<Subscription>(
            [&](Draft& draft) { return end_subscription(draft, acme, id, verb, "enough"); });
    }

    Subscription hold(const catalog::Act& act, catalog::SubscriptionId id, Verb verb)
    {
        return must<Subscription>(
            [&](Draft& draft) { return hold_subscription(draft, act, id, verb); });
    }

    // What was counted of it in all hours.
    catalog::UsageCount used(catalog::SubscriptionId id)
    {
        catalog::UsageCount sum;
        const Timestamp end{std::numeric_limits<std::int64_t>::max()};
        const auto scanned =
            scan_usage(*catalog->read(),
                       id,
                       {},
                       end,
                       [&](const catalog::UsageHour&, const catalog::UsageRow& row) {
                           EXPECT_EQ(row.stream, "orders");
                           sum += row.count;
                           return true;
                       });
        EXPECT_TRUE(scanned) << scanned.error().detail();
        return sum;
    }

    // How many records the receipt says have come, and whether that is what the target has.
    void expect_exact(const Subscription& ended, std::size_t written)
    {
        ASSERT_TRUE(ended.receipt && ended.receipt->complete);
        std::int64_t sources = 0;
        for (const auto& last : ended.receipt->last_offsets) {
            EXPECT_EQ(last.stream, "orders");
            sources += last.next_source_offset;
        }
        const auto copies = mirrored();
        EXPECT_EQ(sources, static_cast<std::int64_t>(copies.size()));
        EXPECT_LE(copies.size(), written);
        for (const auto& copy : copies) {
            const auto last =
                std::ranges::find(ended.receipt->last_offsets,
                                  static_cast<std::uint32_t>(copy.at.partition.value()),
                                  &catalog::LastOffset::partition);
            ASSERT_NE(last, ended.receipt->last_offsets.end());
            EXPECT_LT(copy.offset.value(), last->next_target_offset.value_or(0));
        }
    }
};

TEST_F(MirroredSubscriptionTest, GoesLiveAndStopsForGood)
{
    write(10);
    const auto id = subscribe();
    ASSERT_TRUE(comes_to(id, SubscriptionState::active));
    EXPECT_TRUE(is_delivering(found(id), {thread.clock.wall_ms()}));
    EXPECT_TRUE(arrive(10));

    end(id);
    ASSERT_TRUE(comes_to(id, SubscriptionState::terminated));
    write(10);

    expect_exact(found(id), 10);
    EXPECT_EQ(mirrored().size(), 10U);
    EXPECT_TRUE(thread.run_until([&] {
        std::optional<std::vector<links::LinkStatus>> all;
        thread.spawn(engine->list(), all);
        return thread.run_until([&] { return all.has_value(); }) && all->empty();
    })) << "its link is gone";
}

TEST_F(MirroredSubscriptionTest, RestsWhileEitherSideHoldsIt)
{
    write(4);
    const auto id = subscribe();
    ASSERT_TRUE(comes_to(id, SubscriptionState::active));
    ASSERT_TRUE(arrive(4));

    hold(globex, id, Verb::pause);
    hold(acme, id, Verb::suspend);
    const auto rests = [&] {
        std::optional<std::vector<links::LinkStatus>> all;
        thread.spawn(engine->list(), all);
        EXPECT_TRUE(thread.run_until([&] { return all.has_value(); }));
        return all->size() == 1 && all->front().state == links::MirrorState::paused &&
               all->front().settled;
    };
    ASSERT_TRUE(thread.run_until(rests));
    write(4);
    hold(globex, id, Verb::resume);
    thread.io.run_for(std::chrono::milliseconds{500});
    EXPECT_EQ(mirrored().size(), 4U) << "the other side still holds it";

    hold(acme, id, Verb::reinstate);
    EXPECT_TRUE(arrive(8)) << "nothing is missed";
}

// Whoever counts next begins where this was counted to.
TEST_F(MirroredSubscriptionTest, CountsEachRecordOnce)
{
    write(10);
    const auto id = subscribe();
    ASSERT_TRUE(comes_to(id, SubscriptionState::active));
    EXPECT_TRUE(thread.run_until([&] { return used(id).records == 10; }));
    EXPECT_EQ(used(id).unsized, 10U) << "the map of a link knows no bytes";
    EXPECT_TRUE(found(id).first_record_at);

    close();
    open();
    write(5);
    ASSERT_TRUE(arrive(15));
    end(id);
    ASSERT_TRUE(comes_to(id, SubscriptionState::terminated));
    EXPECT_EQ(used(id).records, 15U) << "all of it, once it has ended";
    EXPECT_EQ(used(id).rereads, 0U);
}

// The node dies with the decision on its disk, and nothing more.
TEST_F(MirroredSubscriptionTest, NeverCopiesAgainOnceItsEndIsDecided)
{
    write(6);
    const auto id = subscribe();
    ASSERT_TRUE(comes_to(id, SubscriptionState::active));
    ASSERT_TRUE(arrive(6));
    close();
    open(false);
    end(id);
    write(6);
    close();

    open();
    ASSERT_TRUE(comes_to(id, SubscriptionState::terminated));

    EXPECT_EQ(mirrored().size(), 6U);
    expect_exact(found(id), 6);
}

TEST_F(MirroredSubscriptionTest, EndsThoughItHasNeverBegun)
{
    close();
    open(false);
    const auto id = subscribe();
    end(id);
    close();

    open();
    ASSERT_TRUE(comes_to(id, SubscriptionState::terminated));
    EXPECT_TRUE(found(id).receipt->complete);
    EXPECT_TRUE(found(id).receipt->last_offsets.empty());
}

}  // namespace
}  // namespace strait::testing
