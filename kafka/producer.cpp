#include "kafka/producer.hpp"

#include "core/blocking.hpp"
#include "kafka/deliveries.hpp"
#include "kafka/error.hpp"
#include "kafka/library_client.hpp"
#include "kafka/produce.hpp"
#include "kafka/wakeup.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <atomic>
#include <bit>
#include <map>
#include <utility>

namespace strait::kafka {

namespace asio = boost::asio;

namespace {

using std::chrono::milliseconds;

// How long one call blocks a thread of the pool; then the library is asked to go on with it.
constexpr milliseconds slice_min{25};
constexpr milliseconds slice_max{250};

// Asked for its coordinator before it is connected, librdkafka looks again after half a second.
constexpr milliseconds connect_time{500};
constexpr int look_up_ms = 1000;

// How long a flush of the library blocks a thread of the pool, if not everything is reported
// before, and how long it is silent until it is asked for again: longer each time. A flush makes
// the threads of librdkafka look at each partition that they know, which for thousands of them
// takes tens of milliseconds, and nothing else, requests for metadata neither, comes before it.
constexpr milliseconds send_time_min{20};
constexpr milliseconds send_time_max{250};

// librdkafka has at most 5 batches of a partition under way, and its thread spins while the next
// one is due (rd_kafka_toppar_producer_serve, 2.14.2). So that it never is, a partition gets less.
constexpr std::size_t batches_under_way = 4;

// librdkafka sends nothing more in a transaction of which a record failed: only what was under way
// is still reported.
constexpr std::chrono::milliseconds reports_after_failure{250};

// How long an abort waits for what is queued.
constexpr std::chrono::seconds reports_wait_max{5};

// Not rd_kafka_message_errstr(): of a report that returns the record's value.
std::string text_of(const rd_kafka_message_t& report)
{
    const auto* const words = rd_kafka_message_produce_errstr(&report);
    return words == nullptr ? "" : words;
}

std::string place_of(const TopicPartition& at, const Record& record)
{
    return "record of " + std::to_string(record.bytes()) + " bytes for " + to_string(at);
}

// Goes to the end of the pool's queue while it is asked for again, so others have their turn.
template <class Handle>
void flush_later(const asio::any_io_executor& pool,
                 Handle handle,
                 std::shared_ptr<std::atomic<int>> asked_for,
                 milliseconds time)
{
    asio::post(pool, [pool, handle, asked_for, time] {
        auto seen = asked_for->load();
        rd_kafka_flush(handle.get(), static_cast<int>(time.count()));
        if (asked_for->compare_exchange_strong(seen, 0)) return;
        flush_later(pool, handle, asked_for, time);
    });
}

}  // namespace

struct Producer::Client {
    LibraryClient library;
    Wakeup wakeup;
    asio::any_io_executor pool;
    bool transactional;
    std::size_t partition_bytes_max;  // queued and not yet reported
    std::map<TopicName, TopicHandle> topics;
    Deliveries deliveries;
    std::shared_ptr<std::atomic<int>> sends = std::make_shared<std::atomic<int>>();  // asked for
    milliseconds send_time = send_time_min;

    Client(asio::any_io_executor blocking,
           LibraryClient opened,
           Wakeup wakes,
           const ClientSettings& settings)
        : library{std::move(opened)},
          wakeup{std::move(wakes)},
          pool{std::move(blocking)},
          transactional{settings.contains("transactional.id")},
          partition_bytes_max{batches_under_way * batch_bytes(settings)}
    {
        wakeup.watch(library.main.get());
    }

    rd_kafka_topic_t* topic(const TopicName& name);
    void take_reports();
    void send_all();
    void count_anew();
    Delivered::Failed named(Delivered::Failed failed) const;
    asio::awaitable<Result<void>> wait_for_report(Time deadline);
    asio::awaitable<Result<void>> wait_for_some(Time deadline);
    asio::awaitable<Result<void>> wait_for_reports(Time deadline);
    asio::awaitable<Result<void>> append(const TopicPartition& to, const Record& record);

    // Calls `call`, which is resumed by calling it again, in slices until it has ended, or until
    // `deadline`.
    asio::awaitable<Result<void>> in_slices(rd_kafka_error_t* (*call)(rd_kafka_t*, int),
                                            Time deadline);
};

rd_kafka_topic_t* Producer::Client::topic(const TopicName& name)
{
    auto& handle = topics[name];
    if (!handle) {
        handle.reset(rd_kafka_topic_new(library.handle.get(), name.value().c_str(), nullptr));
    }
    return handle.get();
}

void Producer::Client::take_reports()
{
    while (const auto event = library.poll()) {
        while (const auto* message = rd_kafka_event_message_next(event.get())) {
            const auto failed = message->err != RD_KAFKA_RESP_ERR_NO_ERROR;
            if (!failed) library.log.works();
            deliveries.report(std::bit_cast<Deliveries::Token>(message->_private),
                              message->err,
                              failed ? text_of(*message) : std::string{},
                              Offset{message->offset});
        }
    }
}

// Makes batches go out that are not full. Only flush() of the library does, while it waits until
// all reports are taken: so it runs beside us, who take them, and at most one at a time.
void Producer::Client::send_all()
{
    if (sends->fetch_add(1) > 0) return;
    flush_later(pool, library.handle, sends, send_time);
}

void Producer::Client::count_anew()
{
    deliveries.reset();
    send_time = send_time_min;
}

// The reports of a transaction that failed as a whole say only that the records were purged.
Delivered::Failed Producer::Client::named(Delivered::Failed failed) const
{
    if (failed.error.code() != Errc::abort_required) return failed;
    if (const auto& unwritable = library.log.unwritable()) {
        const auto first = deliveries.first_at(unwritable->at);
        if (first) return {.index = *first, .error = unwritable->error};
    }
    const auto& cause = library.log.transaction_failure();
    if (!cause.empty()) failed.error = failed.error.within(cause);
    return failed;
}

asio::awaitable<Result<void>> Producer::Client::wait_for_report(Time deadline)
{
    const bool woken = co_await wakeup.wait(deadline);
    const auto caller = co_await asio::this_coro::cancellation_state;
    take_reports();
    if (caller.cancelled() != asio::cancellation_type::none) co_return fail(Errc::cancelled);
    if (!woken) co_return fail(Errc::timed_out, "delivery reports are missing");
    co_return Result<void>{};
}

// For the next report, and sees to it that there will be one.
asio::awaitable<Result<void>> Producer::Client::wait_for_some(Time deadline)
{
    for (;;) {
        const auto soon = std::min(deadline, library.clock.now() + send_time);
        auto waited = co_await wait_for_report(soon);
        const bool silent = !waited && waited.error().code() == Errc::timed_out;
        if (!silent || soon >= deadline) co_return waited;
        send_all();
        send_time = std::min(2 * send_time, send_time_max);
    }
}

asio::awaitable<Result<void>> Producer::Client::wait_for_reports(Time deadline)
{
    take_reports();
    if (deliveries.waiting() > 0) send_all();
    auto until = deadline;
    while (deliveries.waiting() > 0) {
        const bool lost = transactional && deliveries.stopped();
        if (lost) until = std::min(until, library.clock.now() + reports_after_failure);
        auto waited = co_await wait_for_some(until);
        if (waited || deliveries.waiting() == 0) continue;
        if (lost && waited.error().code() == Errc::timed_out) break;
        co_return waited;
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Producer::Client::append(const TopicPartition& to,
                                                       const Record& record)
{
    const auto place = deliveries.place_of(to);
    const auto queued = [&] { return deliveries.queued_bytes(place); };
    while (queued() > 0 && queued() + record.bytes() > partition_bytes_max) {
        if (transactional && deliveries.failed()) break;  // no more reports: it is refused below
        if (auto waited = co_await wait_for_some(Time::max()); !waited) co_return waited;
    }
    const auto token = deliveries.expect(place, record.bytes());
    const auto refuse = [&](const Error& error) {
        auto placed = error.within(place_of(to, record));
        deliveries.refuse(token, placed);
        return fail(std::move(placed));
    };
    if (record.timestamp_ms == 0) {
        co_return refuse(Error{Errc::refused, "librdkafka cannot write the timestamp 0 (1970)"});
    }
    for (bool looked_up = false;;) {
        auto* const handle = topic(to.topic);
        if (handle == nullptr) {
            const auto code = rd_kafka_last_error();
            co_return refuse(translated_report(code, rd_kafka_err2str(code)));
        }
        const auto error = produce(
            library.handle.get(), handle, to.partition, record, std::bit_cast<void*>(token));
        if (!error) co_return Result<void>{};
        const auto code = rd_kafka_error_code(error.get());
        if (code == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION && !std::exchange(looked_up, true)) {
            co_await run_blocking(pool, [client = library.handle.get(), handle] {
                return ErrorHandle{look_up(client, handle, look_up_ms)};
            });
            continue;
        }
        if (code == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE) {
            co_return refuse(Error{Errc::too_large, "larger than message.max.bytes"});
        }
        if (code != RD_KAFKA_RESP_ERR__QUEUE_FULL) {
            co_return refuse(translated_report(code, rd_kafka_error_string(error.get())));
        }
        if (deliveries.waiting() == 1) {
            co_return refuse(Error{Errc::too_large, "larger than queue.buffering.max.kbytes"});
        }
        if (auto waited = co_await wait_for_some(Time::max()); !waited) {
            co_return refuse(waited.error());
        }
    }
}

asio::awaitable<Result<void>> Producer::Client::in_slices(rd_kafka_error_t* (*call)(rd_kafka_t*,
                                                                                    int),
                                                          Time deadline)
{
    auto* const handle = library.handle.get();
    std::string newest = "no time was left";
    for (auto slice = slice_min;; slice = std::min(2 * slice, slice_max)) {
        const auto caller = co_await asio::this_coro::cancellation_state;
        if (caller.cancelled() != asio::cancellation_type::none) co_return fail(Errc::cancelled);
        const auto now = library.clock.now();
        const auto left = std::chrono::floor<milliseconds>(deadline - now);
        if (left <= milliseconds{0}) co_return fail(Errc::timed_out, newest);

        const auto slice_end = now + std::min(slice, left);
        const int timeout_ms = static_cast<int>(std::min(slice, left).count());
        const auto error =
            co_await run_blocking(pool, [=] { return ErrorHandle{call(handle, timeout_ms)}; });
        take_reports();
        if (!error) {
            library.log.works();
            co_return Result<void>{};
        }
        auto failure = translated(*error);
        if (!is_retryable(failure.code())) co_return fail(std::move(failure));
        newest = failure.detail();
        // The end of a slice may come as the newest of the errors that librdkafka is retrying; one
        // that comes at once must not make us spin.
        if (auto waited = co_await library.clock.wait_until(slice_end); !waited) {
            co_return fail(waited.error());
        }
    }
}

Producer::Producer(std::unique_ptr<Client> client) : client_{std::move(client)} {}
Producer::~Producer() = default;

Result<std::unique_ptr<Producer>> Producer::open(const asio::any_io_executor& executor,
                                                 const asio::any_io_executor& pool,
                                                 const ClientSettings& settings,
                                                 std::shared_ptr<spdlog::logger> log)
{
    auto library =
        open_client(RD_KAFKA_PRODUCER, settings, RD_KAFKA_EVENT_DR, pool, std::move(log));
    if (!library) return fail(library.error());
    auto wakeup = Wakeup::open(executor);
    if (!wakeup) return fail(std::move(wakeup).error());
    return std::unique_ptr<Producer>{new Producer{
        std::make_unique<Client>(pool, *std::move(library), *std::move(wakeup), settings)}};
}

asio::awaitable<Result<void>> Producer::init_transactions(Time deadline)
{
    const auto connected_by = std::min(deadline, client_->library.clock.now() + connect_time);
    const auto connected = co_await client_->in_slices(connect, connected_by);
    if (!connected && connected.error().code() == Errc::cancelled) co_return connected;
    co_return co_await client_->in_slices(rd_kafka_init_transactions, deadline);
}

Result<void> Producer::begin()
{
    // In this order: what is told between the question whether we are disturbed and now counts.
    client_->library.log.calm();
    client_->take_reports();
    const ErrorHandle error{rd_kafka_begin_transaction(client_->library.handle.get())};
    if (error) return fail(translated(*error));
    client_->count_anew();
    return {};
}

asio::awaitable<Result<void>> Producer::append(const TopicPartition& to, const RecordBatch& batch)
{
    const auto caller = co_await asio::this_coro::cancellation_state;
    if (caller.cancelled() != asio::cancellation_type::none) co_return fail(Errc::cancelled);
    client_->take_reports();
    for (const auto& record : batch.records) {
        if (const auto& failed = client_->deliveries.failed()) co_return fail(failed->error);
        if (auto appended = co_await client_->append(to, record); !appended) co_return appended;
    }
    co_return Result<void>{};
}

void Producer::send_now() { client_->send_all(); }

asio::awaitable<Result<Delivered>> Producer::flush(Time deadline)
{
    if (auto waited = co_await client_->wait_for_reports(deadline); !waited) {
        co_return fail(waited.error());
    }
    auto delivered = client_->deliveries.result();
    if (!client_->transactional) client_->count_anew();
    if (delivered.failed) delivered.failed = client_->named(*std::move(delivered.failed));
    co_return delivered;
}

asio::awaitable<Result<void>> Producer::commit(Time deadline)
{
    co_return co_await client_->in_slices(rd_kafka_commit_transaction, deadline);
}

asio::awaitable<Result<void>> Producer::abort(Time deadline)
{
    const auto now = client_->library.clock.now();
    const auto bound = now + std::min<Time::duration>(reports_wait_max, (deadline - now) / 2);
    auto waited = co_await client_->wait_for_reports(bound);
    if (!waited && waited.error().code() == Errc::cancelled) co_return waited;
    auto aborted = co_await client_->in_slices(rd_kafka_abort_transaction, deadline);
    if (aborted) client_->deliveries.reset();
    co_return aborted;
}

bool Producer::disturbed() const
{
    client_->take_reports();
    return client_->library.log.disturbed();
}

std::size_t Producer::queued_bytes() const noexcept { return client_->deliveries.queued_bytes(); }

std::optional<Error> Producer::trouble() const
{
    auto& library = client_->library;
    return library.log.trouble(library.clock.now());
}

}  // namespace strait::kafka
