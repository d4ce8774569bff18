#include "bench/exchange_node.hpp"
#include "bench/measurement.hpp"
#include "core/clock.hpp"
#include "tests/support/kafka_admin.hpp"
#include "tests/support/kafka_cluster.hpp"
#include "tests/support/kafka_reader.hpp"
#include "tests/support/kafka_writer.hpp"
#include "tests/support/wait.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <exception>
#include <future>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

// How soon a subscription that is revoked has its last record: of many on one node, while a record
// comes every few milliseconds.
namespace strait::bench {
namespace {

using namespace std::chrono_literals;
using Verb = DoorClient::Verb;

constexpr double last_record_max_ms = 1'000;
constexpr auto record_interval = 5ms;
constexpr auto live_deadline = 300s;
constexpr auto end_deadline = 120s;
constexpr auto quiet_time = 5s;  // written for after the end: what came late would be seen
constexpr std::size_t together_calls = 8;
constexpr auto stream = "sold";

constexpr std::string_view usage = R"(usage: revocation [OPTION]...
  --quick            10 subscriptions: about a minute
  --subscriptions N  half of them are revoked one by one, the others at once (default 100)
)";

struct Revoked {
    std::string path;  // of the subscription
    std::string prefix;
    std::int64_t answered_ms = 0;  // on the wall clock; 0: not yet
    double call_ms = 0;
};

// Writes until it is gone. What it could not write it tells of by finish().
class SteadyWriter {
  public:
    explicit SteadyWriter(const testing::KafkaCluster& cluster)
        : written_{std::async(std::launch::async, [this, &cluster] {
              testing::KafkaWriter writer{cluster.admin_properties()};
              testing::NewRecord record;
              record.at = {TopicName{stream}, Partition{0}};
              record.value = "record";
              for (; !ends_; pause(record_interval)) writer.send(record);
              writer.flush();
              return writer.deliveries().size();
          })}
    {
    }

    ~SteadyWriter() { ends_ = true; }
    SteadyWriter(const SteadyWriter&) = delete;
    SteadyWriter& operator=(const SteadyWriter&) = delete;

    std::size_t finish()
    {
        ends_ = true;
        return written_.get();
    }

  private:
    std::atomic<bool> ends_{false};
    std::future<std::size_t> written_;
};

class RevocationBench {
  public:
    explicit RevocationBench(std::size_t subscriptions) : count_{subscriptions} {}

    int run()
    {
        testing::KafkaAdmin{source_.admin_properties()}.create_topic(TopicName{stream}, 1);
        node_.start();
        acme_ = node_.join("acme");
        globex_ = node_.join("globex");
        const auto offer = publish();
        SteadyWriter writer{source_};
        subscribe(offer);
        revoke_one_by_one();
        revoke_together();
        await_end();
        pause(quiet_time);
        fmt::print("{} records written\n", writer.finish());
        return report();
    }

  private:
    [[nodiscard]] std::string cluster(const ExchangeNode::Member& of,
                                      const testing::KafkaCluster& kafka) const
    {
        auto client = node_.client(of.key);
        const boost::json::object body{{"name", "kafka"},
                                       {"bootstrap", boost::json::array{kafka.bootstrap()}}};
        const auto made = client.must(Verb::post, "/v1/clusters", serialize(body)).json();
        const std::string id{made.at("id").as_string()};
        await(of, "/v1/clusters/" + id, "verified", live_deadline);
        return id;
    }

    void await(const ExchangeNode::Member& as,
               const std::string& path,
               std::string_view state,
               std::chrono::seconds deadline) const
    {
        auto client = node_.client(as.key);
        std::string body;
        const bool came = testing::wait_for(
            [&] {
                auto answer = client.must(Verb::get, path);
                body = std::move(answer.body);
                return boost::json::parse(body).at("state").as_string() == state;
            },
            deadline);
        if (!came) throw std::runtime_error{path + " does not come to be: " + body};
    }

    // An offer of the topic that approves by itself.
    [[nodiscard]] std::string publish() const
    {
        const auto id = cluster(acme_, source_);
        auto client = node_.client(acme_.key);
        const auto product =
            client
                .must(Verb::post,
                      "/v1/products",
                      R"({"name": "orders", "title": "Orders", "summary": "Every order",
                          "audience": {"kind": "public"},
                          "support": [{"purpose": "support", "address": "help@acme.example"}]})")
                .json();
        const std::string product_id{product.at("id").as_string()};
        const auto versions = "/v1/products/" + product_id + "/versions";
        client.must(Verb::post,
                    versions,
                    fmt::format(R"({{"version": "1.0.0", "ports": [{{"alias": "{0}",
                                "cluster": "{1}", "topic": "{0}", "format": "text",
                                "rights": ["consume"], "kinds": ["kafka_mirror"]}}]}})",
                                stream,
                                id));
        const bool published = testing::wait_for(
            [&] { return client.ask(Verb::post, versions + "/1.0.0:publish", "{}").status == 200; },
            live_deadline);
        if (!published) throw std::runtime_error{"the version cannot be published"};
        const auto offer = client
                               .must(Verb::post,
                                     "/v1/offers",
                                     fmt::format(R"({{"name": "all", "product": "{}",
                                       "versions": "^1.0.0", "plan": {{"kinds": ["kafka_mirror"],
                                       "rights": ["consume"], "approval": "auto",
                                       "max_duration_d": 30}}}})",
                                                 product_id))
                               .json();
        std::string offer_id{offer.at("id").as_string()};
        client.must(Verb::post, "/v1/offers/" + offer_id + ":publish", "{}");
        return offer_id;
    }

    void subscribe(const std::string& offer)
    {
        const auto target = cluster(globex_, target_);
        auto client = node_.client(globex_.key);
        const auto begun = Clock::now();
        for (std::size_t i = 0; i < count_; ++i) {
            const auto application =
                client
                    .must(Verb::post,
                          "/v1/applications",
                          fmt::format(R"({{"name": "app-{}", "title": "App"}})", i))
                    .json();
            auto prefix = fmt::format("copy-{}.", i);
            const auto asked = client
                                   .must(Verb::post,
                                         "/v1/requests",
                                         fmt::format(R"({{"offer": "{}", "application": "{}",
                              "kind": "kafka_mirror", "duration_d": 1,
                              "target": {{"cluster": "{}", "prefix": "{}"}}}})",
                                                     offer,
                                                     application.at("id").as_string().c_str(),
                                                     target,
                                                     prefix))
                                   .json();
            const auto& id = asked.at("subscription").at("id").as_string();
            all_.push_back(
                {.path = "/v1/subscriptions/" + std::string{id}, .prefix = std::move(prefix)});
        }
        for (const auto& each : all_) await(globex_, each.path, "active", live_deadline);
        fmt::print("{} subscriptions live after {:.1f} s\n",
                   count_,
                   std::chrono::duration<double>{Clock::now() - begun}.count());
        pause(quiet_time);
    }

    void revoke(DoorClient& client, Revoked& each)
    {
        const auto begun = Clock::now();
        client.must(Verb::post, each.path + ":revoke", R"({"reason": "bench"})");
        each.answered_ms = clock_.wall_ms();
        each.call_ms = std::chrono::duration<double, std::milli>{Clock::now() - begun}.count();
    }

    void revoke_one_by_one()
    {
        auto client = node_.client(acme_.key);
        for (std::size_t i = 0; i < count_ / 2; ++i) {
            revoke(client, all_[i]);
            pause(100ms);
        }
    }

    void revoke_together()
    {
        std::atomic<std::size_t> next{count_ / 2};
        std::vector<std::future<void>> calls;
        for (std::size_t i = 0; i < together_calls; ++i) {
            calls.push_back(std::async(std::launch::async, [&] {
                auto client = node_.client(acme_.key);
                for (auto each = next++; each < count_; each = next++) revoke(client, all_[each]);
            }));
        }
        for (auto& call : calls) call.get();
    }

    void await_end() const
    {
        const auto begun = Clock::now();
        for (const auto& each : all_) await(globex_, each.path, "terminated", end_deadline);
        fmt::print("all terminated {:.1f} s after the last answer\n",
                   std::chrono::duration<double>{Clock::now() - begun}.count());
    }

    // How long after the answer the last record was written that came, in ms: negative if none was.
    // What its receipt says has to be what came.
    double lateness(const Revoked& each) const
    {
        const TopicName topic{each.prefix + stream};
        const auto records = testing::read_all(target_.admin_properties(), topic);
        if (records.empty()) throw std::runtime_error{topic.value() + " has no record"};
        auto client = node_.client(acme_.key);
        const auto receipt = client.must(Verb::get, each.path + "/receipt").json();
        const auto next =
            receipt.at("last_offsets").at(0).at("next_source_offset").to_number<std::size_t>();
        if (next != records.size()) {
            throw std::runtime_error{fmt::format(
                "{}: {} records came, its receipt says {}", topic.value(), records.size(), next)};
        }
        return static_cast<double>(records.back().timestamp_ms - each.answered_ms);
    }

    [[nodiscard]] int report() const
    {
        fmt::print("\n{:28} {:>6} {:>10} {:>10} {:>10}   of {:g} ms\n",
                   "last record after the answer",
                   "",
                   "p50 ms",
                   "p99 ms",
                   "max ms",
                   last_record_max_ms);
        double worst = 0;
        for (const bool together : {false, true}) {
            std::vector<double> late;
            std::vector<double> calls;
            const auto half = count_ / 2;
            for (auto i = together ? half : 0; i < (together ? count_ : half); ++i) {
                late.push_back(lateness(all_[i]));
                calls.push_back(all_[i].call_ms);
            }
            const auto most = percentile(late, 100);
            worst = std::max(worst, most);
            fmt::print("{:28} {:6} {:10.0f} {:10.0f} {:10.0f}   {:.2f}\n",
                       together ? "revoked at once" : "one by one",
                       late.size(),
                       percentile(late, 50),
                       percentile(late, 99),
                       most,
                       most / last_record_max_ms);
            fmt::print("{:28} {:6} {:10.0f} {:10.0f} {:10.0f}\n",
                       "  the calls",
                       "",
                       percentile(calls, 50),
                       percentile(calls, 99),
                       percentile(calls, 100));
        }
        return worst <= last_record_max_ms ? 0 : 1;
    }

    std::size_t count_;
    SystemClock clock_;
    testing::KafkaCluster source_;
    testing::KafkaCluster target_;
    ExchangeNode node_{"catalog: {cluster_networks: [127.0.0.0/8]}"};
    ExchangeNode::Member acme_;
    ExchangeNode::Member globex_;
    std::vector<Revoked> all_;
};

std::optional<std::size_t> read_options(const std::vector<std::string>& words)
{
    if (words.empty()) return 100;
    if (words == std::vector<std::string>{"--quick"}) return 10;
    if (words.size() != 2 || words[0] != "--subscriptions") return std::nullopt;
    std::size_t number = 0;
    const auto& text = words[1];
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool fits = code == std::errc{} && end == text.data() + text.size();
    return fits && number >= 2 && number <= 1'000 ? std::optional{number} : std::nullopt;
}

}  // namespace
}  // namespace strait::bench

int main(int argc, char** argv)
{
    const auto subscriptions = strait::bench::read_options({argv + 1, argv + argc});
    if (!subscriptions) {
        fmt::print(stderr, "{}", strait::bench::usage);
        return 2;
    }
    try {
        return strait::bench::RevocationBench{*subscriptions}.run();
    } catch (const std::exception& failure) {
        fmt::print(stderr, "{}\n", failure.what());
        return 1;
    }
}
