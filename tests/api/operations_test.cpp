#include "api/handler.hpp"
#include "api/operation_documents.hpp"
#include "api/response.hpp"
#include "tests/api/scripted_links.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::api {
namespace {

struct OperationsApi : ::testing::Test {
    testing::ScriptedLinks links;
    Metrics metrics;
    Services services{links, metrics, [] { return Result<std::string>{}; }};

    OperationsApi() { links.link.name = LinkName{"eu"}; }

    Response send(Handled (*handler)(Services&, const Call&),
                  const std::string& path,
                  const std::string& body = {},
                  bool dry_run = false)
    {
        Request request;
        request.body() = body;
        const Call call{request, {path}, dry_run};
        auto answer = testing::run(handler(services, call)).value();
        return answer ? *std::move(answer) : problem(answer.error(), "r-1");
    }
};

constexpr auto begun =
    R"({"id":"1","link":"eu","verb":"pause","reason":"works","state":"running","detail":"",)"
    R"("started":"1970-01-01T00:00:00.000Z","ended":null,"report":null,"rebuilt":[]})";

TEST_F(OperationsApi, BeginsAVerbAndSaysWhereItCanBeFollowed)
{
    const auto response = send(pause_link, "eu", R"({"reason": "works"})");

    EXPECT_EQ(response.result_int(), 202U);
    EXPECT_EQ(response[boost::beast::http::field::location], "/v1/operations/1");
    EXPECT_EQ(response.body(), begun);
    EXPECT_EQ(send(show_operation, "1").body(), begun);
    EXPECT_EQ(send(list_operations, "").body(), R"({"items":[)" + std::string{begun} + "]}");
    for (const auto* const unknown : {"2", "-1", "1x", ""}) {
        EXPECT_EQ(send(show_operation, unknown).result_int(), 404U) << unknown;
    }
}

TEST_F(OperationsApi, NeedsNoBody)
{
    EXPECT_EQ(send(resume_link, "eu").result_int(), 202U);
    EXPECT_EQ(links.begun.front().request.verb, links::Verb::resume);
    EXPECT_EQ(send(resume_link, "eu", R"({"partitions": []})").result_int(), 400U);
    EXPECT_EQ(
        send(resume_link, "eu", R"({"reason": ")" + std::string(1001, 'x') + "\"}").result_int(),
        400U);
    EXPECT_EQ(links.begun.size(), 1U);
}

TEST_F(OperationsApi, TakesWhatIsToBeVerified)
{
    EXPECT_EQ(send(verify_link, "eu").result_int(), 202U);
    EXPECT_EQ(links.begun.back().request.mode, links::VerifyMode::full);
    EXPECT_EQ(
        send(verify_link, "eu", R"({"mode": "structure", "topics": ["orders"]})").result_int(),
        202U);
    const auto& request = links.begun.back().request;
    EXPECT_EQ(request.verb, links::Verb::verify);
    EXPECT_EQ(request.mode, links::VerifyMode::structure);
    EXPECT_EQ(request.topics, std::vector{TopicName{"orders"}});
    EXPECT_EQ(send(verify_link, "eu", R"({"mode": "half"})").result_int(), 400U);
    EXPECT_EQ(send(verify_link, "eu", R"({"topics": "orders"})").result_int(), 400U);
}

TEST_F(OperationsApi, TakesWhichPartIsToBeVerified)
{
    const auto ask = [&](const std::string& body) { return send(verify_link, "eu", body); };
    ASSERT_EQ(ask(R"({"topics": ["orders"], "partition": 3, "from": 40, "to": 90,)"
                  R"( "sample": 5E-2, "seed": 17})")
                  .result_int(),
              202U);
    EXPECT_EQ(links.begun.back().request.scope,
              (links::VerifyScope{Partition{3}, Offset{40}, Offset{90}, links::Share{50'000}, 17}));
    ASSERT_EQ(ask(R"({"sample": 1})").result_int(), 202U);
    EXPECT_TRUE(links.begun.back().request.scope.is_whole());

    const auto expect_refused = [&](const std::string& body, const std::string& why) {
        const auto refused = ask(body);
        EXPECT_EQ(refused.result_int(), 400U) << body;
        EXPECT_TRUE(refused.body().contains(why)) << refused.body();
    };
    expect_refused(R"({"from": 4})", "name it, and no other one, as --topic says");
    expect_refused(R"({"topics": ["a", "b"], "to": 4})", "needs_topic");
    expect_refused(R"({"partition": 4})", "needs_topic");
    expect_refused(R"({"topics": ["a"], "from": -1})", "/from");
    expect_refused(R"({"topics": ["a"], "from": 4, "to": 4})", "not above where the range begins");
    expect_refused(R"({"sample": 0})", "/sample");
    expect_refused(R"({"sample": 1.1})", "/sample");
    expect_refused(R"({"sample": "half"})", "/sample");
    expect_refused(R"({"seed": 4})", "needs_sample");
    expect_refused(R"({"mode": "structure", "sample": 0.5})", "needs_records");
}

TEST_F(OperationsApi, TakesWhereAPartitionGoesOnAndWhichGapIsAcknowledged)
{
    const TopicPartition at{TopicName{"orders"}, Partition{3}};
    const std::string place = R"({"topic": "orders", "partition": 3, )";
    ASSERT_EQ(send(resume_link, "eu", R"({"skip": )" + place + R"("to": 47}})").result_int(), 202U);
    EXPECT_EQ(links.begun.back().request.skip, (links::SkipTo{at, Offset{47}}));
    EXPECT_EQ(send(resume_link, "eu", R"({"skip": )" + place + R"("to": -1}})").result_int(), 400U);
    EXPECT_EQ(send(resume_link, "eu", R"({"skip": {"to": 1}})").result_int(), 400U);

    ASSERT_EQ(send(acknowledge_gaps, "eu", R"({"gap": )" + place + R"("id": 2}})").result_int(),
              202U);
    EXPECT_EQ(links.begun.back().request.gap, (links::GapName{at, 2}));
    EXPECT_EQ(send(acknowledge_gaps, "eu").result_int(), 202U);
    EXPECT_EQ(links.begun.back().request.gap, std::nullopt);
}

TEST_F(OperationsApi, ShowsTheChecksOfADryRunAndBeginsNothing)
{
    links.planned.checks = {{links::Check::Outcome::fail, "state", "it is promoted"}};
    links.planned.steps = {"one"};

    const auto shown = send(pause_link, "eu", "", true);
    EXPECT_EQ(shown.result_int(), 200U);
    EXPECT_EQ(shown.body(),
              R"({"checks":[{"outcome":"fail","name":"state","text":"it is promoted"}],)"
              R"("steps":["one"]})");
    EXPECT_EQ(send(pause_link, "eu").result_int(), 409U);
    EXPECT_EQ(send(pause_link, "us", "", true).result_int(), 404U);
    EXPECT_TRUE(links.begun.empty());
}

TEST_F(OperationsApi, ReadsWhatComesWithAReversal)
{
    ASSERT_EQ(send(reverse_link, "eu", R"({"divergence":"keep","as":"back"})").result_int(), 202U);
    EXPECT_EQ(links.begun.back().request.divergence, links::Divergence::keep);
    EXPECT_EQ(links.begun.back().request.as, LinkName{"back"});

    const auto refused = send(reverse_link, "eu", R"({"divergence":"merge","as":"Not One"})");
    EXPECT_EQ(refused.result_int(), 400U);
    EXPECT_TRUE(refused.body().contains("/divergence")) << refused.body();
    EXPECT_TRUE(refused.body().contains("/as")) << refused.body();
    EXPECT_EQ(send(promote_link, "eu", R"({"divergence":"keep"})").result_int(), 400U);
}

TEST_F(OperationsApi, ReadsWhereAReversalSalvagesTo)
{
    const auto ask = [&](const std::string& body) { return send(reverse_link, "eu", body); };
    ASSERT_EQ(ask(R"({"divergence":"salvage","salvage_topic":"left"})").result_int(), 202U);
    EXPECT_EQ(links.begun.back().request.divergence, links::Divergence::salvage);
    EXPECT_EQ(links.begun.back().request.salvage, TopicName{"left"});

    const auto nameless = ask(R"({"divergence":"salvage"})");
    EXPECT_EQ(nameless.result_int(), 400U);
    EXPECT_TRUE(nameless.body().contains("salvage=TOPIC")) << nameless.body();
    EXPECT_EQ(ask(R"({"divergence":"keep","salvage_topic":"left"})").result_int(), 400U);
}

TEST_F(OperationsApi, DeletesTopicsOnlyIfThatIsSaidTwice)
{
    const auto ask = [&](const std::string& body, bool dry_run = false) {
        return send(reverse_link, "eu", body, dry_run);
    };
    for (const std::string more : {"", R"(,"delete_topics":false)"}) {
        const auto refused = ask(R"({"divergence":"rebuild")" + more + "}");
        EXPECT_EQ(refused.result_int(), 400U) << more;
        EXPECT_TRUE(refused.body().contains("/delete_topics")) << refused.body();
        EXPECT_TRUE(refused.body().contains("--yes")) << refused.body();
    }
    EXPECT_TRUE(links.begun.empty());
    EXPECT_EQ(ask(R"({"divergence":"rebuild"})", true).result_int(), 200U);
    EXPECT_EQ(ask(R"({"divergence":"keep","delete_topics":true})").result_int(), 400U);
    ASSERT_EQ(ask(R"({"divergence":"rebuild","delete_topics":true})").result_int(), 202U);
    EXPECT_EQ(links.begun.back().request.divergence, links::Divergence::rebuild);
}

TEST_F(OperationsApi, ShowsWhatAReversalDeleted)
{
    links::Operation operation;
    operation.rebuilt = {{TopicName{"orders"}, TopicId{{1}}, 40, 50, 26, true, 3, true}};
    const auto document = document_of(operation);
    ASSERT_EQ(document.rebuilt.size(), 1U);
    const auto& topic = document.rebuilt.front();
    EXPECT_EQ(topic.topic, "orders");
    EXPECT_EQ(topic.id, to_string(TopicId{{1}}));
    EXPECT_EQ(topic.offsets, 40);
    EXPECT_EQ(topic.lost_records, 26);
    EXPECT_EQ(topic.uncopied_offsets, 3);
    EXPECT_TRUE(topic.deleted);
}

TEST_F(OperationsApi, ReadsWhatComesWithAPromotion)
{
    ASSERT_EQ(send(promote_link, "eu").result_int(), 202U);
    EXPECT_FALSE(links.begun.back().request.fence_source);
    ASSERT_EQ(send(promote_link, "eu", R"({"fence_source":true,"timeout":"20s"})").result_int(),
              202U);
    EXPECT_TRUE(links.begun.back().request.fence_source);
    EXPECT_EQ(send(fail_link_over, "eu", R"({"fence_source":true})").result_int(), 400U);
    ASSERT_EQ(send(promote_link, "eu", R"({"topics":["orders"]})").result_int(), 202U);
    EXPECT_EQ(links.begun.back().request.topics, std::vector{TopicName{"orders"}});
}

TEST_F(OperationsApi, TakesTheTopicsThatFailOverAlone)
{
    ASSERT_EQ(send(fail_link_over, "eu", R"({"topics":["orders","payments"]})").result_int(), 202U);
    EXPECT_EQ(links.begun.back().request.topics,
              (std::vector{TopicName{"orders"}, TopicName{"payments"}}));
    ASSERT_EQ(send(fail_link_over, "eu", R"({"topics":[]})").result_int(), 202U);
    EXPECT_TRUE(links.begun.back().request.topics.empty());
    EXPECT_EQ(send(fail_link_over, "eu", R"({"topics":"orders"})").result_int(), 400U);
}

TEST_F(OperationsApi, TakesTheTopicsThatRestAndGoOnAlone)
{
    for (auto* const handler : {pause_link, resume_link}) {
        ASSERT_EQ(send(handler, "eu", R"({"topics":["orders"],"reason":"why"})").result_int(),
                  202U);
        EXPECT_EQ(links.begun.back().request.topics, std::vector{TopicName{"orders"}});
        const auto refused = send(handler, "eu", R"({"topics":["orders"],"partition":3})");
        EXPECT_EQ(refused.result_int(), 400U) << "only whole topics rest";
        EXPECT_TRUE(refused.body().contains("/partition")) << refused.body();
    }
    const auto mixed =
        send(resume_link, "eu", R"({"topics":["a"],"skip":{"topic":"a","partition":3,"to":4}})");
    EXPECT_EQ(mixed.result_int(), 400U);
    EXPECT_TRUE(mixed.body().contains("names one partition")) << mixed.body();
}

}  // namespace
}  // namespace strait::api
