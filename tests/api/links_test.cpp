#include "api/handler.hpp"
#include "api/link_documents.hpp"
#include "api/response.hpp"
#include "tests/api/scripted_links.hpp"
#include "tests/support/run.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::api {
namespace {

namespace http = boost::beast::http;
using links::MirrorState;

links::LinkStatus some_link()
{
    const links::PartitionStatus partition{.id = Partition{3},
                                           .state = MirrorState::halted,
                                           .reason = "log_start_moved",
                                           .next_source = Offset{100},
                                           .next_target = Offset{90},
                                           .source_lso = Offset{120},
                                           .source_end = std::nullopt,
                                           .lag_records = 20,
                                           .last_commit_ms = 1'700'000'000'123,
                                           .runs = 7};
    const links::TopicStatus topic{.source = TopicName{"orders"},
                                   .target = TopicName{"oslo.orders"},
                                   .state = MirrorState::active,
                                   .reason = "",
                                   .identity_inferred = true,
                                   .partitions = {partition}};
    return {.name = LinkName{"eu"},
            .state = MirrorState::active,
            .reason = "1 of 2 partitions is halted",
            .source = {ClusterName{"oslo"}, ClusterId{"id-1"}, true},
            .target = {ClusterName{"turin"}, ClusterId{"id-2"}, false},
            .lag_records = 20,
            .lag_bytes_estimate = 2000,
            .lag_seconds = 1.5,
            .transactions_committed = 9,
            .transactions_aborted = 1,
            .shards = {},
            .producers_recycled = 0,
            .gaps_open = 1,
            .gaps_unacknowledged = 1,
            .gaps_total = 2,
            .gaps_by_cause = {},
            .topics = {topic},
            .groups = {{.id = GroupName{"billing"},
                        .state = links::GroupSyncState::diverged,
                        .reason = "used",
                        .as_of_ms = 1,
                        .staleness_seconds = 2.5,
                        .rereads = 7}},
            .group_commits = {}};
}

struct LinksApi : ::testing::Test {
    testing::ScriptedLinks links;
    Metrics metrics;
    Services services{links, metrics, [] { return Result<std::string>{}; }};

    LinksApi() { links.link = some_link(); }

    Response send(Handled (*handler)(Services&, const Call&),
                  const std::string& body = {},
                  const std::string& link = "eu")
    {
        Request request;
        request.body() = body;
        const Call call{request, {link}};
        auto answer = testing::run(handler(services, call)).value();
        return answer ? *std::move(answer) : problem(answer.error(), "r-1");
    }
};

constexpr std::string_view link_members =
    R"("name":"eu","managed_by":"config","state":"active","reason":"1 of 2 partitions is halted",)"
    R"("delivery":"exactly_once","delivery_caveat":"",)"
    R"("source":{"cluster":"oslo","cluster_id":"id-1","reachable":true},)"
    R"("target":{"cluster":"turin","cluster_id":"id-2","reachable":false},)"
    R"("lag":{"records":20,"bytes_estimate":2000,"seconds":1.5E0},)"
    R"("transactions":{"committed":9,"aborted":1,"recycled":0},"gaps":{"open":1,)"
    R"("unacknowledged":1,"total":2},"acls":"")";

TEST_F(LinksApi, ListsLinks)
{
    EXPECT_EQ(send(list_links).body(), R"({"items":[{)" + std::string{link_members} + "}]}");
}

TEST_F(LinksApi, ShowsALink)
{
    EXPECT_EQ(send(show_link).body(),
              "{" + std::string{link_members} +
                  R"(,"topics":[{"source":"orders","target":"oslo.orders","state":"active",)"
                  R"("reason":"","configs":"","identity":"inferred",)"
                  R"("partitions":[{"id":3,"state":"halted",)"
                  R"("reason":"log_start_moved","lane":"record","next_source_offset":100,)"
                  R"("source_lso":120,"source_end":null,"next_target_offset":90,"lag":20,)"
                  R"("last_commit":"2023-11-14T22:13:20.123Z","runs":7}]}],)"
                  R"("groups":[{"id":"billing","state":"diverged","reason":"used",)"
                  R"("staleness_s":2.5E0,"rereads":7}],)"
                  R"("failover_now":{"lost_records":20,"lost_seconds":1.5E0,"rereads":7}})");
    EXPECT_EQ(send(show_link, "", "nowhere").body(),
              R"({"type":"/problems/not-found","title":"Not Found","status":404,)"
              R"("detail":"no link nowhere","request_id":"r-1","errors":[]})");
}

TEST_F(LinksApi, ListsGaps)
{
    links::Gap gap;
    gap.id = 4;
    gap.topic = TopicName{"orders"};
    gap.partition = Partition{3};
    gap.cause = links::GapCause::truncated;
    gap.from = Offset{5};
    gap.to = Offset{8};
    gap.target = Offset{6};
    gap.open = true;
    links.ledger = {gap};

    EXPECT_EQ(send(list_gaps).body(),
              R"({"items":[{"id":4,"topic":"orders","old_topic_id":"AAAAAAAAAAAAAAAAAAAAAA",)"
              R"("new_topic_id":"AAAAAAAAAAAAAAAAAAAAAA","partition":3,"generation":0,)"
              R"("cause":"truncated","from":5,"to":8,"target_offset":6,"epoch":-1,)"
              R"("policy":"halt","open":true,"time":"1970-01-01T00:00:00.000Z",)"
              R"("acknowledged_by":""}]})");
}

TEST_F(LinksApi, TranslatesPositionsInTheOrderAsked)
{
    links.translated = {{TopicName{"oslo.orders"},
                         Partition{0},
                         {.offset = Offset{57},
                          .status = links::Translation::Status::exact,
                          .generation = Generation{0},
                          .as_of_txn = TxnNo{918}}},
                        {TopicName{"audit"}, Partition{1}, {}}};

    const auto response = send(translate_offsets,
                               R"({"direction":"inverse","positions":[)"
                               R"({"topic":"orders","partition":0,"offset":42},)"
                               R"({"topic":"audit","partition":1,"offset":0}]})");

    EXPECT_EQ(response.body(),
              R"({"positions":[{"topic":"oslo.orders","partition":0,"offset":57,)"
              R"("status":"exact","generation":0,"as_of_txn":918,"not_replicated":0},)"
              R"({"topic":"audit","partition":1,"offset":null,"status":"unknown",)"
              R"("generation":0,"as_of_txn":0,"not_replicated":0}]})");
    EXPECT_EQ(links.direction, links::Direction::inverse);
    ASSERT_EQ(links.asked.size(), 2U);
    EXPECT_EQ(links.asked[0].topic, TopicName{"orders"});
    EXPECT_EQ(links.asked[0].offset, Offset{42});
    EXPECT_EQ(links.asked[1].partition, Partition{1});
}

TEST_F(LinksApi, NamesEveryMemberThatIsWrong)
{
    const auto response = send(translate_offsets,
                               R"({"direction":"back","positions":[{"topic":1,"partition":-1,)"
                               R"("offset":-1,"epoch":0},{"partition":2147483648}],"x":null})");

    EXPECT_EQ(response.result(), http::status::bad_request);
    std::vector<std::string> wrong;
    const auto body = boost::json::parse(response.body());
    for (const auto& each : body.at("errors").as_array()) {
        wrong.push_back(std::string{each.at("pointer").as_string()} + ": " +
                        std::string{each.at("code").as_string()});
    }
    EXPECT_EQ(wrong,
              (std::vector<std::string>{"/direction: out_of_range",
                                        "/positions/0/topic: wrong_type",
                                        "/positions/0/partition: out_of_range",
                                        "/positions/0/offset: out_of_range",
                                        "/positions/0/epoch: unknown_key",
                                        "/positions/1/topic: missing",
                                        "/positions/1/partition: out_of_range",
                                        "/positions/1/offset: missing",
                                        "/x: unknown_key"}));
    EXPECT_EQ(body.at_pointer("/errors/0/detail"), "forward or inverse");
    EXPECT_TRUE(links.asked.empty());
}

TEST_F(LinksApi, RefusesBodiesThatAreNoQuestion)
{
    for (const auto* body : {"",
                             "[]",
                             "{",
                             "{}",
                             "1",
                             R"({"direction":"forward"})",
                             R"({"direction":"forward","positions":[]})",
                             "{} {}",
                             "\xff"}) {
        EXPECT_EQ(send(translate_offsets, body).result(), http::status::bad_request) << body;
    }
}

TEST_F(LinksApi, TranslatesUpToTenThousandPositionsAtOnce)
{
    const auto question = [](std::size_t count) {
        std::string body = R"({"direction":"forward","positions":[)";
        for (std::size_t i = 0; i < count; ++i) {
            body += i == 0 ? "" : ",";
            body += R"({"topic":"orders","partition":0,"offset":42})";
        }
        return body + "]}";
    };

    EXPECT_EQ(send(translate_offsets, question(10'000)).result(), http::status::ok);
    EXPECT_EQ(links.asked.size(), 10'000U);
    EXPECT_EQ(send(translate_offsets, question(10'001)).result(), http::status::bad_request);
}

TEST(Refusals, HaveAStatusForEveryCode)
{
    const auto status = [](Errc code) {
        return static_cast<unsigned>(Refusal{Error{code}}.status);
    };
    EXPECT_EQ(status(Errc::invalid_argument), 400U);
    EXPECT_EQ(status(Errc::unauthenticated), 401U);
    EXPECT_EQ(status(Errc::forbidden), 403U);
    EXPECT_EQ(status(Errc::not_found), 404U);
    EXPECT_EQ(status(Errc::conflict), 409U);
    EXPECT_EQ(status(Errc::truncated), 409U);
    EXPECT_EQ(status(Errc::out_of_range), 410U);
    EXPECT_EQ(status(Errc::too_large), 413U);
    EXPECT_EQ(status(Errc::refused), 422U);
    for (const auto code : {Errc::fenced, Errc::fatal, Errc::data_loss, Errc::corrupt}) {
        EXPECT_EQ(status(code), 500U) << to_string(code);
    }
    for (const auto code :
         {Errc::cancelled, Errc::unavailable, Errc::timed_out, Errc::abort_required}) {
        EXPECT_EQ(status(code), 503U) << to_string(code);
    }
}

TEST(OpsApi, TellsReadyFromAlive)
{
    testing::ScriptedLinks links;
    Metrics metrics;
    metrics.counters("strait_link_gaps_total", "Gaps found")
        .Add({{"cause", "truncated"}})
        .Increment();
    Result<std::string> ready = fail(Errc::unavailable, "link eu is starting");
    Services services{links, metrics, [&] { return ready; }};
    const Request request;
    const Call call{request, {}};

    EXPECT_EQ(testing::run(show_life(services, call))->value().body(), "ok\n");
    const auto refused = testing::run(show_readiness(services, call))->error();
    EXPECT_EQ(refused.status, http::status::service_unavailable);
    EXPECT_EQ(refused.detail, "link eu is starting");
    ready = "";
    EXPECT_EQ(testing::run(show_readiness(services, call))->value().body(), "ready\n");
    ready = "link eu is halted: name_taken\n";
    const auto halted = testing::run(show_readiness(services, call))->value();
    EXPECT_EQ(halted.result(), http::status::ok);
    EXPECT_EQ(halted.body(), "ready\nlink eu is halted: name_taken\n");
    const auto exposed = testing::run(show_metrics(services, call))->value();
    EXPECT_EQ(exposed["Content-Type"], "text/plain; version=0.0.4; charset=utf-8");
    EXPECT_TRUE(exposed.body().contains("strait_link_gaps_total{cause=\"truncated\"} 1\n"))
        << exposed.body();
}

}  // namespace
}  // namespace strait::api
