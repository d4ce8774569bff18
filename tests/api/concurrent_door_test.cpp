#include "catalog/store/catalog_check.hpp"
#include "tests/api/publishing_door.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Callers that ask for the same at the same time: one order of what is done, whoever comes first.
namespace strait::api {
namespace {

struct ConcurrentDoorTest : testing::PublishingDoor {
    std::string globex = organise("globex");
    std::string initech = organise("initech");

    static constexpr std::size_t callers = 20;

    static Request asked(const std::string& key,
                         verb method,
                         const std::string& target,
                         const std::string& body = {},
                         const Headers& headers = {})
    {
        auto request = request_of(method, target, body, headers);
        request.set("Authorization", "Bearer " + key);
        return request;
    }

    // None of them waits for another one's answer.
    std::vector<Response> at_once(const std::vector<Request>& requests)
    {
        std::vector<std::optional<Response>> answers(requests.size());
        for (std::size_t i = 0; i < requests.size(); ++i) {
            boost::asio::co_spawn(
                io,
                testing::store(api_router.answer(requests[i], "r-1", "192.0.2.7"), answers[i]),
                [](const std::exception_ptr& thrown) {
                    if (thrown) std::rethrow_exception(thrown);
                });
        }
        io.restart();
        io.run_for(std::chrono::seconds{60});
        std::vector<Response> all;
        for (std::size_t i = 0; i < requests.size(); ++i) {
            EXPECT_TRUE(answers[i]) << "no answer to " << i;
            if (answers[i]) all.push_back(*std::move(answers[i]));
        }
        return all;
    }

    static std::map<unsigned, std::size_t> statuses(const std::vector<Response>& answers)
    {
        std::map<unsigned, std::size_t> counts;
        for (const auto& answer : answers) ++counts[answer.result_int()];
        return counts;
    }

    using Counts = std::map<unsigned, std::size_t>;

    // How many commands there were since the revision, and that the audit has each of them.
    void expect_commands(std::uint64_t since, std::uint64_t count)
    {
        EXPECT_EQ(catalog.revision() - since, count);
        const auto fault = catalog::find_audit_fault(*catalog.read());
        ASSERT_TRUE(fault) << fault.error().detail();
        EXPECT_FALSE(fault->has_value());
        const auto broken = catalog::find_index_fault(*catalog.read());
        ASSERT_TRUE(broken) << broken.error().detail();
        EXPECT_EQ(broken->value_or(""), "");
    }
};

TEST_F(ConcurrentDoorTest, DoesOnceWhatIsCalledByOneName)
{
    const auto before = catalog.revision();
    const std::vector requests(callers,
                               asked(globex,
                                     verb::post,
                                     "/v1/applications",
                                     R"({"name": "checkout", "title": "Checkout"})",
                                     {{"Idempotency-Key", "order-66"}}));
    const auto answers = at_once(requests);
    EXPECT_EQ(statuses(answers), (Counts{{201, callers}}));
    const auto replayed = std::ranges::count_if(
        answers, [](const Response& each) { return each["Idempotency-Replayed"] == "true"; });
    EXPECT_EQ(replayed, callers - 1);
    for (const auto& each : answers) EXPECT_EQ(each.body(), answers.front().body());
    expect_commands(before, 1);
}

TEST_F(ConcurrentDoorTest, MakesOneOfEachName)
{
    const auto before = catalog.revision();
    const std::vector requests(callers,
                               asked(globex,
                                     verb::post,
                                     "/v1/applications",
                                     R"({"name": "checkout", "title": "Checkout"})"));
    EXPECT_EQ(statuses(at_once(requests)), (Counts{{201, 1}, {409, callers - 1}}));
    expect_commands(before, 1);
}

TEST_F(ConcurrentDoorTest, LosesNoUpdate)
{
    const auto path = "/v1/applications/" + make_application(globex, "checkout");
    const auto tag = std::string{ask(globex, verb::get, path).response["ETag"]};
    const auto before = catalog.revision();
    std::vector<Request> requests;
    for (std::size_t i = 0; i < callers; ++i) {
        const boost::json::object body{{"title", "Title " + std::to_string(i)}};
        requests.push_back(
            asked(globex, verb::patch, path, boost::json::serialize(body), {{"If-Match", tag}}));
    }
    const auto answers = at_once(requests);
    EXPECT_EQ(statuses(answers), (Counts{{200, 1}, {412, callers - 1}}));
    const auto winner = std::ranges::find(answers, 200U, &Response::result_int);
    ASSERT_NE(winner, answers.end());
    EXPECT_EQ(ask(globex, verb::get, path).text, winner->body());
    expect_commands(before, 1);
}

// Half of them let it in, the other half take it back.
TEST_F(ConcurrentDoorTest, DecidesARequestOnce)
{
    const auto cluster = make_cluster("globex", "oslo");
    const auto partner =
        make_offer(globex, offer(publish_product(globex, "orders", cluster), "partner"));
    const auto wanted = asking(initech, partner, make_application(initech, "checkout"));
    const auto made = ask(initech, verb::post, "/v1/requests", boost::json::serialize(wanted));
    const auto path = "/v1/requests/" + made.at("/request/id");
    const auto before = catalog.revision();
    std::vector<Request> requests;
    for (std::size_t i = 0; i < callers; ++i) {
        requests.push_back(i % 2 == 0 ? asked(globex, verb::post, path + ":approve")
                                      : asked(initech, verb::post, path + ":withdraw"));
    }
    const auto answers = at_once(requests);
    // What took effect before is answered as it is; the other verb is illegal from then on.
    EXPECT_EQ(statuses(answers), (Counts{{200, callers / 2}, {409, callers / 2}}));
    const bool approved = answers.front().result_int() == 200;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        EXPECT_EQ(answers[i].result_int() == 200, (i % 2 == 0) == approved) << i;
    }
    const auto subscriptions = ask(initech, verb::get, "/v1/subscriptions");
    EXPECT_EQ(subscriptions.body.at("items").as_array().size(), approved ? 1U : 0U);
    EXPECT_EQ(ask(globex, verb::get, path).at("/state"), approved ? "approved" : "withdrawn");
    expect_commands(before, 1);
}

// A key that is revoked among other calls is of no use to those that come after that.
TEST_F(ConcurrentDoorTest, TakesNoCommandOfAKeyThatIsRevoked)
{
    const auto program = make_application(globex, "checkout");
    const boost::json::object body{{"principal", program},
                                   {"scopes", boost::json::array{"catalog:read", "apps:write"}}};
    const auto key = ask(globex, verb::post, "/v1/credentials", boost::json::serialize(body));
    ASSERT_EQ(key.status, 201U) << key.text;
    const auto me = asked(key.at("/secret"), verb::get, "/v1/me");
    ASSERT_EQ(at_once({me}).front().result_int(), 200U);
    std::vector<Request> requests(callers, me);
    requests.push_back(asked(globex, verb::post, "/v1/credentials/" + key.at("/id") + ":revoke"));
    requests.insert(requests.end(), callers, me);
    const auto answers = at_once(requests);
    EXPECT_EQ(answers[callers].result_int(), 200U);
    for (const auto& each : answers) {
        EXPECT_TRUE(each.result_int() == 200 || each.result_int() == 401) << each.body();
    }
    EXPECT_EQ(at_once({me}).front().result_int(), 401U) << "once that was answered";
}

}  // namespace
}  // namespace strait::api
