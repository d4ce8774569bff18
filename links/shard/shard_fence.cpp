#include "links/shard/shard.hpp"

#include <algorithm>
#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

// The fence of a commit: whether each source topic is still the one that its records were read of.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto ids_wait_max = 10s;  // for a source that does not tell its topics' ids

// That of the request, or of a topic that another try may still tell of.
std::optional<Error> first_failure(const Result<Survey::Ids>& ids,
                                   const std::set<TopicName>& topics)
{
    if (!ids) return ids.error();
    for (const auto& topic : topics) {
        const auto id = ids->find(topic);
        if (id == ids->end()) return Error{Errc::unavailable, topic.value() + ": no answer"};
        if (!id->second && is_retryable(id->second.error().code())) return id->second.error();
    }
    return std::nullopt;
}

}  // namespace

// All whose position is written with this transaction.
std::vector<Shard::Member*> Shard::fenced(const Transaction& transaction,
                                          std::span<Member* const> quiet)
{
    std::vector<Member*> members{quiet.begin(), quiet.end()};
    for (const auto& [mirror, part] : transaction.parts()) {
        members.push_back(&members_.at(mirror->at()));
    }
    return members;
}

// The ids of their source topics, to be asked for after the last batch was fetched, because
// librdkafka goes on in a recreated topic silently. A source that does not answer is asked again
// for a while: it costs less than to read and write everything once more. Not for as long as the
// transaction may last, because readers of the target see nothing that lies behind what is open.
asio::awaitable<Result<Survey::Ids>> Shard::ask_ids(const Transaction& transaction,
                                                    std::span<Member* const> quiet)
{
    std::set<TopicName> topics;
    for (const auto* const member : fenced(transaction, quiet)) {
        topics.insert(member->mirror.at().topic);
    }
    if (topics.empty()) co_return Survey::Ids{};
    const auto deadline =
        std::min(transaction_deadline(transaction), ports_.clock.now() + ids_wait_max);
    Backoff backoff{100ms, 2s, settings_.seed + 2};
    for (;;) {
        auto ids = co_await ports_.survey.source_ids(topics, deadline);
        const auto failure = first_failure(ids, topics);
        if (!failure) co_return ids;
        ports_.instruments.id_checks_failed.Increment();
        const auto again = ports_.clock.now() + backoff.next();
        if (!is_retryable(failure->code()) || again >= deadline) {
            co_return fail(failure->within("topic ids"));
        }
        if (auto waited = co_await ports_.clock.wait_until(again); !waited) {
            co_return fail(waited.error());
        }
    }
}

// Nothing of a new incarnation of a topic is committed under the old one's id, not even a position.
// Partitions without a record are taken out alone; the others are undone.
Result<void> Shard::fence(const Transaction& transaction,
                          std::span<Member* const> quiet,
                          const Survey::Ids& ids)
{
    if (ids.empty()) return {};
    std::optional<Error> changed;
    for (auto* const member : fenced(transaction, quiet)) {
        auto& mirror = member->mirror;
        const auto& id = ids.at(mirror.at().topic);
        if (id && *id == mirror.position().source_id) {
            mirror.confirm();
            continue;
        }
        const auto reason = id ? "topic was created again" : id.error().detail();
        if (transaction.parts().contains(&mirror)) {
            changed = Error{Errc::abort_required, to_string(mirror.at()) + ": " + reason};
        }
        if (auto taken_out = start_later(*member, reason); !taken_out) return taken_out;
    }
    (changed ? ports_.instruments.id_checks_changed : ports_.instruments.id_checks_same)
        .Increment();
    if (changed) return fail(*std::move(changed));
    return {};
}

}  // namespace strait::links
