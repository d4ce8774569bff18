#include "exchange/link_tables.hpp"

#include "core/document.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

namespace strait::exchange {
namespace {

api::LinkStatusDocument some_link()
{
    api::LinkStatusDocument link;
    link.name = "eu";
    link.managed_by = "api";
    link.state = "active";
    link.delivery = "exactly_once";
    link.source = {"oslo", "id-1", true};
    link.target = {"turin", "", false};
    link.lag = {20, 2000, 1.25};
    link.transactions = {9, 1, 0};
    link.gaps = {1, 1, 2};
    api::PartitionDocument active;
    active.state = "active";
    active.next_source_offset = 120;
    active.next_target_offset = 130;
    active.source_lso = 120;
    active.lag = 0;
    active.last_commit = "2023-11-14T22:13:20.123Z";
    api::PartitionDocument halted;
    halted.id = 1;
    halted.state = "halted";
    halted.reason = "log_start_moved";
    halted.next_source_offset = 100;
    halted.next_target_offset = 90;
    halted.lag = 20;
    link.topics = {{"orders", "oslo.orders", "active", "", "topic_id", {active, halted}}};
    link.groups = {{"billing", "synced", "", 1.25, 0}, {"audit", "diverged", "used", 90, 7}};
    link.failover_now = {20, 1.25, 7};
    return link;
}

TEST(LinkTables, ListLinks)
{
    EXPECT_EQ(links_table({}), "no links\n");
    EXPECT_EQ(links_table({some_link()}),
              "NAME  STATE   SOURCE  TARGET  LAG  BEHIND  OPEN GAPS  MANAGED BY  REASON\n"
              "eu    active  oslo    turin   20   1.2s    1          api         -\n");
}

TEST(LinkTables, ShowALink)
{
    EXPECT_EQ(link_view(some_link(), {}),
              "link          eu\n"
              "state         active\n"
              "managed by    api\n"
              "delivery      exactly_once\n"
              "source        oslo (id-1)\n"
              "target        turin (not connected)\n"
              "lag           20 records, about 2000 bytes, 1.2s\n"
              "transactions  9 committed, 1 aborted, 0 producers recycled\n"
              "gaps          1 open of 2, 1 to acknowledge\n"
              "groups        1 of 2 synced; a failover now would read 7 records again\n"
              "\n"
              "SOURCE  TARGET       STATE   PARTITIONS  ACTIVE  LAG  REASON\n"
              "orders  oslo.orders  active  2           1       20   -\n");
}

TEST(LinkTables, SayWhatADeliveryDoesNotPromise)
{
    auto link = some_link();
    link.delivery = "at_least_once";
    link.delivery_caveat = "records may come twice";
    EXPECT_TRUE(
        link_view(link, {}).contains("delivery      at_least_once: records may come twice\n"));
}

TEST(LinkTables, ShowWhatIsKnownOfClustersAndLag)
{
    auto link = some_link();
    link.target = {"turin", "id-2", false};
    link.lag = {20, 0, 1.25};

    const auto view = link_view(link, {});

    EXPECT_TRUE(view.contains("target        turin (id-2, unreachable)\n")) << view;
    EXPECT_TRUE(view.contains("lag           20 records, 1.2s\n")) << view;
}

TEST(LinkTables, ShowEachPartitionIfAsked)
{
    const auto view = link_view(some_link(), {.partitions = true});

    EXPECT_TRUE(
        view.ends_with("\n"
                       "PARTITION  STATE   NEXT SOURCE  SOURCE LSO  NEXT TARGET  LAG  LAST COMMIT"
                       "               REASON\n"
                       "orders-0   active  120          120         130          0    "
                       "2023-11-14T22:13:20.123Z  -\n"
                       "orders-1   halted  100          -           90           20   -"
                       "                         log_start_moved\n"))
        << view;
}

TEST(LinkTables, ShowEachGroupIfAsked)
{
    const auto view = link_view(some_link(), {.groups = true});

    EXPECT_TRUE(view.ends_with("\n"
                               "GROUP    STATE     AGE    REREADS  REASON\n"
                               "billing  synced    1.2s   0        -\n"
                               "audit    diverged  90.0s  7        used\n"))
        << view;
}

TEST(LinkTables, ShowTheReasonOfAState)
{
    api::LinkStatusDocument link;
    link.name = "eu";
    link.state = "halted";
    link.reason = "broker: no\nsuch\x1b[31m topic";

    const auto view = link_view(link, {.partitions = true});

    EXPECT_TRUE(view.starts_with("link          eu\n"
                                 "state         halted\n"
                                 "reason        broker: no\\nsuch\\x1b[31m topic\n"))
        << view;
    EXPECT_TRUE(view.ends_with("\n\nno topics\n")) << view;
}

TEST(LinkTables, ListGaps)
{
    api::GapDocument gap;
    gap.id = 4;
    gap.topic = "orders";
    gap.partition = 3;
    gap.cause = "truncated";
    gap.from = 5;
    gap.to = 8;
    gap.target_offset = 6;
    gap.policy = "halt";
    gap.open = true;
    gap.time = "2023-11-14T22:13:20.123Z";

    EXPECT_EQ(gaps_table({}), "no gaps\n");
    EXPECT_EQ(gaps_table({gap}),
              "ID  PARTITION  CAUSE      FROM  TO  OFFSETS  TARGET  POLICY  OPEN  TIME"
              "                      ACKNOWLEDGED BY\n"
              "4   orders-3   truncated  5     8   3        6       halt    yes   "
              "2023-11-14T22:13:20.123Z  -\n");
}

TEST(LinkTables, ShowATranslation)
{
    const api::PositionDocument asked{"orders", 0, 42};
    api::TranslatedDocument answer{.topic = "oslo.orders", .offset = 57, .status = "clamped"};
    answer.not_replicated = 3;

    EXPECT_EQ(translation_line(asked, answer, links::Direction::forward),
              "orders-0 42 -> oslo.orders-0 57 (clamped, 3 not replicated yet)\n");
    answer.offset.reset();
    answer.status = "unknown";
    EXPECT_EQ(translation_line(asked, answer, links::Direction::forward),
              "orders-0 42 -> none (unknown): not mirrored by this link, or a name of the target: "
              "see --inverse\n");
    answer.status = "pruned";
    EXPECT_EQ(translation_line(asked, answer, links::Direction::forward),
              "orders-0 42 -> none (pruned)\n");
}

TEST(LinkTables, ShowAConfigurationThatCanBeReadBack)
{
    const auto config = boost::json::parse(
        R"({"name":"eu","topics":{"include":["a","b"],"create":{"configs":{"a.b":"x \"y\""}}},)"
        R"("shards":4,"options":{"source":{}}})");

    EXPECT_EQ(config_view({config, "api", 3, "then", "now"}),
              "# managed by api, revision 3, created then, changed now\n"
              "name: \"eu\"\n"
              "topics:\n"
              "  include: [\"a\",\"b\"]\n"
              "  create:\n"
              "    configs:\n"
              "      \"a.b\": \"x \\\"y\\\"\"\n"
              "shards: 4\n"
              "options:\n"
              "  source: {}\n");
    EXPECT_TRUE(config_view({config, "config", {}, {}, {}}).starts_with("# managed by config\n"));
    Problems problems;
    EXPECT_EQ(json_of(parse_yaml(config_view({config, "config", {}, {}, {}}), "yaml", problems)),
              boost::json::serialize(config));
}

TEST(LinkTables, ShowWhatBecomesOfALink)
{
    EXPECT_EQ(edit_view({false, {{"eu", "adapted", {"topics.include"}}}, {"unwise"}, {}}),
              "dry run: nothing is changed\n"
              "LINK  CHANGE   KEYS\n"
              "eu    adapted  topics.include\n"
              "warning: unwise\n");
}

}  // namespace
}  // namespace strait::exchange
