#include "kafka/admin.hpp"

#include "core/blocking.hpp"
#include "core/units.hpp"
#include "kafka/admin_client.hpp"
#include "kafka/admin_requests.hpp"
#include "kafka/error.hpp"
#include "kafka/library_client.hpp"
#include "kafka/queue.hpp"
#include "kafka/request_limiter.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace strait::kafka {

namespace asio = boost::asio;

namespace {

using std::chrono::milliseconds;

using OptionsHandle =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroyer<rd_kafka_AdminOptions_destroy>>;
using MetadataHandle =
    std::unique_ptr<const rd_kafka_metadata_t, Destroyer<rd_kafka_metadata_destroy>>;

// How long one request for metadata blocks a thread of the pool before it is asked again.
constexpr milliseconds metadata_slice{1000};

// librdkafka (2.14.2) spins while a request waits for a certain broker that it cannot connect to:
// so where connections are in trouble any broker has to answer first, and what goes to the leaders
// of partitions does not wait for long.
constexpr milliseconds probe_time{1000};
constexpr milliseconds leaders_time_min{5000};

struct MetadataAnswer {
    MetadataHandle metadata;
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR_NO_ERROR;
};

MetadataAnswer ask_for_all_topics(rd_kafka_t* client, milliseconds timeout)
{
    const rd_kafka_metadata_t* metadata = nullptr;
    const auto code =
        rd_kafka_metadata(client, 1, nullptr, &metadata, static_cast<int>(timeout.count()));
    return {.metadata = MetadataHandle{metadata}, .code = code};
}

std::vector<TopicName> names_in(const rd_kafka_metadata_t& metadata)
{
    std::vector<TopicName> names;
    for (const auto& topic :
         std::span{metadata.topics, static_cast<std::size_t>(metadata.topic_cnt)}) {
        names.emplace_back(topic.topic);
    }
    std::ranges::sort(names);
    return names;
}

using OffsetQueries = std::map<TopicPartition, OffsetQuery>;

// Moves the first ones out of the others.
OffsetQueries take_first(OffsetQueries& queries, std::size_t count)
{
    OffsetQueries some;
    while (!queries.empty() && some.size() < count) {
        some.insert(some.end(), queries.extract(queries.begin()));
    }
    return some;
}

// Every operation takes a timeout for its request; those that change something, also one that the
// brokers keep; list_offsets alone an isolation, and a group's offsets alone that they be stable.
OptionsHandle options_for(rd_kafka_t* client, const AdminRequest& request, milliseconds left)
{
    OptionsHandle options{rd_kafka_AdminOptions_new(client, request.op)};
    const int ms = static_cast<int>(left.count());
    rd_kafka_AdminOptions_set_request_timeout(options.get(), ms, nullptr, 0);
    rd_kafka_AdminOptions_set_operation_timeout(options.get(), ms, nullptr, 0);
    if (request.isolation == Isolation::read_committed) {
        const ErrorHandle error{rd_kafka_AdminOptions_set_isolation_level(
            options.get(), RD_KAFKA_ISOLATION_LEVEL_READ_COMMITTED)};
    }
    if (request.stable_offsets) {
        const ErrorHandle error{rd_kafka_AdminOptions_set_require_stable_offsets(options.get(), 1)};
    }
    return options;
}

}  // namespace

asio::awaitable<Result<void>> Admin::Client::recovered()
{
    take_log();
    if (!library.log.trouble(library.clock.now())) co_return Result<void>{};
    auto* const handle = library.handle.get();
    const auto error = co_await run_blocking(
        pool, [=] { return ErrorHandle{connect(handle, static_cast<int>(probe_time.count()))}; });
    take_log();
    if (error) co_return fail(explained(Error{Errc::unavailable, "no broker answers"}));
    library.log.works();
    co_return Result<void>{};
}

asio::awaitable<Result<EventHandle>> Admin::Client::send(AdminRequest request, Clock::Time deadline)
{
    if (auto there = co_await recovered(); !there) co_return fail(std::move(there).error());
    const bool to_leaders = request.op == RD_KAFKA_ADMIN_OP_LISTOFFSETS;
    if (to_leaders) {
        const auto time = std::max(leaders_time_min, timeout / 3);
        deadline = std::min<Clock::Time>(deadline, library.clock.now() + time);
    }
    auto* const handle = library.handle.get();
    const auto left = std::chrono::ceil<milliseconds>(deadline - library.clock.now());
    if (left <= milliseconds{0}) co_return fail(too_late());
    auto answers = Queue::open(executor, QueueHandle{rd_kafka_queue_new(handle)});
    if (!answers) co_return fail(answers.error());
    request.send(handle, options_for(handle, request, left).get(), answers->get());

    auto answer = co_await answers->next();
    take_log();
    if (!answer) co_return fail(Errc::cancelled);
    if (const auto code = rd_kafka_event_error(answer.get())) {
        const auto* const text = rd_kafka_event_error_string(answer.get());
        co_return fail(explained(translated(code, text, request.right)));
    }
    co_return answer;
}

asio::awaitable<Result<EventHandle>> Admin::Client::ask(AdminRequest request,
                                                        RequestLimiter::Paced paced)
{
    const auto until = deadline();
    const auto permit = co_await limiter.enter(until, paced);
    if (!permit) co_return fail(permit.error());
    co_return co_await send(std::move(request), until);
}

asio::awaitable<Result<void>> Admin::Client::change(Result<AdminRequest> request)
{
    if (!request) co_return fail(request.error());
    const auto answer = co_await ask(*std::move(request));
    if (!answer) co_return fail(answer.error());
    auto changed = change_in(**answer);
    if (changed) library.log.works();
    co_return changed;
}

Admin::Admin(std::unique_ptr<Client> client) : client_{std::move(client)} {}
Admin::~Admin() = default;

Result<std::unique_ptr<Admin>> Admin::open(const asio::any_io_executor& executor,
                                           const asio::any_io_executor& pool,
                                           const ClusterConfig& cluster,
                                           std::shared_ptr<spdlog::logger> log,
                                           RequestLimiter* shared)
{
    auto library =
        open_client(RD_KAFKA_PRODUCER, client_settings(cluster), 0, pool, std::move(log));
    if (!library) return fail(library.error());
    return std::unique_ptr<Admin>{
        new Admin{std::make_unique<Client>(executor, pool, cluster, *std::move(library), shared)}};
}

asio::awaitable<Result<ClusterDescription>> Admin::describe_cluster()
{
    const auto answer = co_await client_->ask(describe_cluster_request());
    if (!answer) co_return fail(answer.error());
    client_->library.log.works();
    co_return cluster_in(**answer);
}

asio::awaitable<Result<std::vector<TopicName>>> Admin::list_topics()
{
    const auto until = client_->deadline();
    const auto permit = co_await client_->limiter.enter(until);
    if (!permit) co_return fail(permit.error());
    auto* const handle = client_->library.handle.get();
    if (auto there = co_await client_->recovered(); !there) {
        co_return fail(std::move(there).error());
    }
    for (auto slice = metadata_slice;; slice *= 2) {
        const auto caller = co_await asio::this_coro::cancellation_state;
        if (caller.cancelled() != asio::cancellation_type::none) co_return fail(Errc::cancelled);
        const auto began = client_->library.clock.now();
        const auto left = std::chrono::floor<milliseconds>(until - began);
        if (left <= milliseconds{0}) co_return fail(client_->too_late());

        const auto timeout = std::min(slice, left);
        const auto answer = co_await run_blocking(
            client_->pool, [=] { return ask_for_all_topics(handle, timeout); });
        client_->take_log();
        if (answer.metadata) {
            client_->library.log.works();
            co_return names_in(*answer.metadata);
        }
        auto error = translated(answer.code, "list of topics");
        if (!is_retryable(error.code())) co_return fail(std::move(error));
        // Where no broker is connected it fails at once, and each try would connect anew.
        auto waited = co_await client_->library.clock.wait_until(began + metadata_slice);
        if (!waited) co_return fail(waited.error());
    }
}

asio::awaitable<Result<EachResult<TopicName, TopicDescription>>> Admin::describe_topics(
    std::vector<TopicName> topics)
{
    if (topics.empty()) co_return EachResult<TopicName, TopicDescription>{};
    const auto answer = co_await client_->ask(describe_topics_request(std::move(topics)));
    if (!answer) co_return fail(answer.error());
    co_return client_->heard(topics_in(**answer));
}

asio::awaitable<Result<EachResult<TopicName, TopicId>>> Admin::describe_ids(
    std::vector<TopicName> topics, Clock::Time until)
{
    EachResult<TopicName, TopicId> ids;
    if (topics.empty()) co_return ids;
    const auto answer = co_await client_->send(describe_topics_request(std::move(topics)),
                                               std::min(until, client_->deadline()));
    if (!answer) co_return fail(answer.error());
    for (const auto& [name, topic] : client_->heard(topics_in(**answer))) {
        if (topic) {
            ids.emplace(name, topic->id);
        } else {
            ids.emplace(name, fail(topic.error()));
        }
    }
    co_return ids;
}

asio::awaitable<Result<EachResult<TopicName, TopicConfig>>> Admin::describe_configs(
    std::vector<TopicName> topics)
{
    EachResult<TopicName, TopicConfig> all;
    for (std::span<const TopicName> rest{topics}; !rest.empty();) {
        const auto some = rest.first(std::min(rest.size(), config_topics_max));
        rest = rest.subspan(some.size());
        const auto answer = co_await client_->ask(describe_configs_request(some));
        if (!answer) co_return fail(answer.error());
        all.merge(configs_in(**answer));
    }
    co_return client_->heard(std::move(all));
}

asio::awaitable<Result<void>> Admin::create_topic(NewTopic topic)
{
    std::vector<NewTopic> one;
    one.push_back(std::move(topic));
    const auto created = co_await create_topics(std::move(one));
    if (!created) co_return fail(created.error());
    if (created->empty()) co_return fail(Errc::unavailable, "no answer about the topic");
    co_return created->begin()->second;
}

asio::awaitable<Result<EachResult<TopicName, void>>> Admin::create_topics(
    std::vector<NewTopic> topics)
{
    auto [request, count, each] = create_topics_request(topics);
    if (count == 0) co_return std::move(each);
    const auto answer = co_await client_->ask(std::move(request));
    if (!answer) co_return fail(answer.error());
    each.merge(client_->heard(created_topics_in(**answer)));
    co_return std::move(each);
}

asio::awaitable<Result<void>> Admin::create_partitions(TopicName topic, std::size_t total)
{
    return client_->change(create_partitions_request(topic, total));
}

asio::awaitable<Result<void>> Admin::delete_topic(TopicName topic)
{
    return client_->change(delete_topic_request(topic));
}

asio::awaitable<Result<void>> Admin::alter_configs(TopicName topic,
                                                   std::map<std::string, std::string> values)
{
    ConfigChanges changes{values.begin(), values.end()};
    const auto changed = co_await change_configs({{topic, std::move(changes)}});
    if (!changed) co_return fail(changed.error());
    const auto found = changed->find(topic);
    if (found == changed->end()) co_return fail(Errc::unavailable, "no answer about the topic");
    co_return found->second;
}

asio::awaitable<Result<EachResult<TopicName, void>>> Admin::change_configs(
    std::map<TopicName, ConfigChanges> changes)
{
    if (changes.empty()) co_return EachResult<TopicName, void>{};
    auto request = alter_configs_request(changes);
    if (!request) co_return fail(request.error());
    const auto answer = co_await client_->ask(*std::move(request));
    if (!answer) co_return fail(answer.error());
    co_return client_->heard(changed_configs_in(**answer));
}

asio::awaitable<Result<void>> Admin::delete_records(TopicPartition at, Offset before)
{
    return client_->change(delete_records_request(at, before));
}

// The brokers answer -1 for a time after the last record; then the end is asked for. Where nothing
// is there of what is asked for at once librdkafka says so of all of it.
asio::awaitable<Result<EachResult<TopicPartition, Offset>>> Admin::list_offsets(
    std::map<TopicPartition, OffsetQuery> queries, Isolation isolation)
{
    EachResult<TopicPartition, Offset> all;
    while (!queries.empty()) {
        const auto some = take_first(queries, offset_partitions_max);
        const auto answer = co_await client_->ask(list_offsets_request(some, isolation));
        if (!answer && answer.error().code() == Errc::not_found) {
            for (const auto& [at, query] : some) all.emplace(at, fail(answer.error()));
            continue;
        }
        if (!answer) co_return fail(answer.error());
        for (auto& [at, offset] : offsets_in(**answer)) {
            const bool negative = offset && *offset < Offset{0};
            const bool of_a_time = std::holds_alternative<OffsetAtTime>(some.at(at));
            // Where the leader is away librdkafka may answer with the question.
            if (negative && !of_a_time) {
                offset = fail(Errc::unavailable, "the partition's leader did not answer");
            }
            if (negative && of_a_time) {
                queries.emplace(at, LatestOffset{});
            } else {
                all.insert_or_assign(at, std::move(offset));
            }
        }
    }
    co_return client_->heard(std::move(all));
}

std::optional<Error> Admin::trouble() const
{
    client_->take_log();
    return client_->library.log.trouble(client_->library.clock.now());
}

}  // namespace strait::kafka
