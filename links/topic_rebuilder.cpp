#include "links/topic_rebuilder.hpp"

#include "core/failpoint.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s;
constexpr auto poll = 100ms;
constexpr auto settle_time = 5s;  // brokers hear of a deletion one after the other

using Queries = std::map<TopicPartition, kafka::OffsetQuery>;

Queries queries_for(const TopicName& topic, std::size_t partitions, kafka::OffsetQuery query)
{
    Queries queries;
    for (std::size_t i = 0; i < partitions; ++i) {
        queries.emplace(TopicPartition{topic, Partition{static_cast<std::int32_t>(i)}}, query);
    }
    return queries;
}

// Of all of them, or the first failure.
asio::awaitable<Result<std::map<TopicPartition, Offset>>> ask(kafka::Admin& admin, Queries queries)
{
    const auto count = queries.size();
    const auto answers =
        co_await admin.list_offsets(std::move(queries), kafka::Isolation::read_uncommitted);
    if (!answers) co_return fail(answers.error());
    std::map<TopicPartition, Offset> offsets;
    for (const auto& [at, offset] : *answers) {
        if (!offset) co_return fail(offset.error().within(to_string(at)));
        offsets.emplace(at, *offset);
    }
    if (offsets.size() < count) co_return fail(Errc::unavailable, "no answer about all partitions");
    co_return offsets;
}

Error not_ours(const ReversedTopic& topic)
{
    return Error{Errc::conflict,
                 "topic " + topic.owner.target.value() +
                     " is another one than was compared: it is left as it is"};
}

}  // namespace

asio::awaitable<Result<std::optional<kafka::TopicDescription>>> describe_one(kafka::Admin& admin,
                                                                             TopicName topic)
{
    const auto answer = co_await admin.describe_topics({topic});
    if (!answer) co_return fail(answer.error());
    const auto found = answer->find(topic);
    if (found == answer->end()) co_return fail(Errc::unavailable, topic.value() + ": no answer");
    const auto& described = found->second;
    if (described) co_return std::optional{*described};
    if (described.error().code() != Errc::not_found) co_return fail(described.error());
    co_return std::optional<kafka::TopicDescription>{};
}

asio::awaitable<Result<bool>> is_empty(kafka::Admin& admin, const kafka::TopicDescription& topic)
{
    const auto ends =
        co_await ask(admin, queries_for(topic.name, topic.partitions, kafka::LatestOffset{}));
    if (!ends) co_return fail(ends.error());
    co_return std::ranges::all_of(*ends, [](const auto& end) { return end.second == Offset{}; });
}

TopicRebuilder::TopicRebuilder(RunningLink& link, const RebuildWatch& watch)
    : link_{link},
      watch_{watch},
      setup_{link.setup.config, *link.source, *link.target, nullptr, link.node.clock, *link.log}
{
}

asio::awaitable<Result<void>> TopicRebuilder::rebuild(Reversal& reversal)
{
    if (auto planned = co_await plan(reversal); !planned) co_return planned;
    if (auto unmoved = co_await require_unmoved(reversal.topics); !unmoved) co_return unmoved;
    if (auto may = co_await require_right_to_make(reversal); !may) co_return may;
    // One after the other: what cannot be made is one topic, and not all.
    for (auto& topic : reversal.topics) {
        if (!topic.whole) continue;
        if (is_over()) co_return fail(Errc::cancelled);
        if (topic.replaces) {
            if (auto replaced = co_await replace(topic); !replaced) co_return replaced;
        }
        watch_.of.note("making topic " + topic.owner.target.value());
        if (auto made = co_await make(topic); !made) {
            co_return fail(made.error().within("making " + topic.owner.target.value()));
        }
    }
    co_return co_await reach("reverse.remade", link_.node.clock);
}

asio::awaitable<Result<void>> TopicRebuilder::replace(const ReversedTopic& topic)
{
    watch_.of.note("deleting topic " + topic.owner.target.value());
    if (auto removed = co_await remove(topic); !removed) {
        co_return fail(removed.error().within("deleting " + topic.owner.target.value()));
    }
    link_.log->warn("topic deleted, to be copied whole topic={} id={}",
                    topic.owner.target.value(),
                    to_string(topic.owner.target_id));
    if (auto kept = co_await watch_.deleted(topic.owner.target); !kept) co_return kept;
    co_return co_await reach("reverse.deleted", link_.node.clock);
}

// Each by itself, as if there were nothing at the target.
asio::awaitable<Result<void>> TopicRebuilder::plan(const Reversal& reversal)
{
    std::vector<TopicName> sources;
    for (const auto& topic : reversal.topics) {
        if (topic.whole) sources.push_back(topic.owner.source);
    }
    const auto described = co_await link_.source->describe_topics(std::move(sources));
    if (!described) co_return fail(described.error().within("source"));
    LinkSurroundings found;
    found.source_cluster = link_.clusters.source.id;
    found.target_cluster = link_.clusters.target.id;
    found.target_brokers = link_.clusters.target.brokers;
    for (const auto& topic : reversal.topics) {
        if (!topic.whole) continue;
        const auto& [name, id] = std::pair{topic.owner.source, topic.owner.source_id};
        const auto answer = described->find(name);
        const bool there = answer != described->end() && answer->second &&
                           identity_of(name, answer->second->id) == id;
        if (!there) {
            co_return fail(Errc::conflict,
                           "topic " + name.value() +
                               " of the source is not the one any more that was compared");
        }
        found.source_topics.push_back(*answer->second);
    }
    for (auto& planned : plan_topics(link_.setup.config, found)) {
        const auto* const refused = std::get_if<NotMirrored>(&planned.outcome);
        if (refused != nullptr) {
            co_return fail(Errc::conflict,
                           "topic " + planned.source.name.value() + " cannot be copied: " +
                               std::string{to_string(refused->obstacle)} + ": " + refused->text);
        }
        auto target = planned.mirrored()->target;
        planned_.emplace(std::move(target), std::move(planned));
    }
    for (const auto& topic : reversal.topics) {
        if (!topic.whole || planned_.contains(topic.owner.target)) continue;
        co_return fail(Errc::conflict,
                       "link " + link_.setup.config.name.value() + " does not mirror topic " +
                           topic.owner.target.value() + " back under that name");
    }
    co_return Result<void>{};
}

// The ids and ends at the target, of all topics that are there: who writes to one of those that are
// not copied whole would fail the reversal later, when the others are deleted.
asio::awaitable<Result<void>> TopicRebuilder::require_unmoved(
    const std::vector<ReversedTopic>& topics) const
{
    Queries queries;
    std::vector<TopicName> names;
    for (const auto& topic : topics) {
        if (topic.whole && !topic.replaces) continue;
        names.push_back(topic.owner.target);
        queries.merge(
            queries_for(topic.owner.target, topic.partitions.size(), kafka::LatestOffset{}));
    }
    if (names.empty()) co_return Result<void>{};
    const auto ends = co_await ask(*link_.target, std::move(queries));
    if (!ends) co_return fail(ends.error().within("target"));
    const auto ids = co_await link_.target->describe_ids(std::move(names));
    if (!ids) co_return fail(ids.error().within("target"));
    for (const auto& topic : topics) {
        if (topic.whole && !topic.replaces) continue;
        const auto& name = topic.owner.target;
        const auto id = ids->find(name);
        const bool same = id != ids->end() && id->second &&
                          identity_of(name, *id->second) == topic.owner.target_id;
        if (!same) co_return fail(not_ours(topic));
        for (const auto& each : topic.partitions) {
            const TopicPartition at{name, each.partition};
            if (ends->at(at) == each.target_end) continue;
            co_return fail(Errc::conflict,
                           "records came to " + to_string(at) + " of " +
                               link_.setup.target.name.value() +
                               " meanwhile: stop its producers there, and reverse again");
        }
    }
    co_return Result<void>{};
}

// Of a topic that is there brokers say so only to those who may make it. One that is not there any
// more is made by the question.
asio::awaitable<Result<void>> TopicRebuilder::require_right_to_make(const Reversal& reversal)
{
    std::vector<const PlannedTopic*> asked;
    for (const auto& topic : reversal.topics) {
        if (topic.replaces) asked.push_back(&planned_.at(topic.owner.target));
    }
    for (std::span<const PlannedTopic* const> rest{asked}; !rest.empty();) {
        const auto some = rest.first(setup_count(rest));
        rest = rest.subspan(some.size());
        for (const auto& answer : co_await setup_.prepare({some.begin(), some.end()})) {
            const bool is_there = !answer && answer.error().code() == Errc::conflict;
            if (!answer && !is_there) co_return fail(answer.error().within("making topics"));
        }
    }
    co_return Result<void>{};
}

// False once it is gone; Errc::conflict if another one has its name, unless it was `asked` to go:
// then somebody has made another one since.
asio::awaitable<Result<bool>> TopicRebuilder::is_there(const ReversedTopic& topic, bool asked) const
{
    const auto answer = co_await describe_one(*link_.target, topic.owner.target);
    if (!answer) co_return fail(answer.error());
    const auto& found = *answer;
    if (!found) co_return false;
    if (identity_of(found->name, found->id) != topic.owner.target_id) {
        if (asked) co_return false;
        co_return fail(not_ours(topic));
    }
    if (!asked && found->partitions != topic.partitions.size()) {
        co_return fail(Errc::conflict,
                       "partitions came to it meanwhile, which nobody has compared: stop its "
                       "producers, and reverse again");
    }
    co_return true;
}

// What a broker did not answer may have happened, and be asked for again once all brokers would
// know: if nothing came to the topic meanwhile.
asio::awaitable<Result<void>> TopicRebuilder::remove(const ReversedTopic& topic)
{
    const auto until = link_.node.clock.now() + patience;
    auto there = co_await is_there(topic, false);
    if (!there) co_return fail(there.error());
    bool sent = false;
    for (bool asked = false; *there;) {
        if (!asked) {
            auto removed = co_await require_unmoved({topic});
            const bool unmoved = removed.has_value();
            if (unmoved) removed = co_await link_.target->delete_topic(topic.owner.target);
            asked = unmoved && (removed || removed.error().code() == Errc::not_found);
            const bool again =
                !asked && is_retryable(removed.error().code()) && link_.node.clock.now() < until;
            if (!asked && !again) co_return co_await not_removed(topic, removed.error(), sent);
            sent = sent || unmoved;
        } else if (link_.node.clock.now() >= until) {
            co_return co_await not_removed(
                topic, Error{Errc::timed_out, "the brokers show it still"}, sent);
        }
        if (auto waited = co_await wait(asked ? poll : settle_time); !waited) {
            co_return co_await not_removed(topic, waited.error(), sent);
        }
        there = co_await is_there(topic, sent);
        if (!there) co_return co_await not_removed(topic, there.error(), sent);
    }
    co_return Result<void>{};
}

// Once the brokers were asked for it, it counts as deleted.
asio::awaitable<Result<void>> TopicRebuilder::not_removed(const ReversedTopic& topic,
                                                          Error error,
                                                          bool sent)
{
    if (!sent) co_return fail(std::move(error));
    if (auto kept = co_await watch_.deleted(topic.owner.target); !kept) co_return kept;
    co_return fail(error.code(), error.detail() + "; it was asked for, and may be deleted by now");
}

asio::awaitable<Result<void>> TopicRebuilder::wait(Clock::Time::duration time)
{
    if (is_over()) co_return fail(Errc::cancelled);
    co_return co_await link_.node.clock.wait_until(link_.node.clock.now() + time);
}

asio::awaitable<Result<void>> TopicRebuilder::make(ReversedTopic& topic)
{
    const auto until = link_.node.clock.now() + patience;
    for (;;) {
        const auto id = co_await make_once(topic);
        auto ends = id ? co_await empty_ends(topic.owner.target) : fail(id.error());
        if (ends) {
            begin_whole(topic, *id, *ends);
            co_return Result<void>{};
        }
        const auto& error = ends.error();
        const bool over = link_.node.clock.now() >= until || error.code() == Errc::cancelled;
        if (over || !is_retryable(error.code())) co_return fail(error);
        if (auto waited = co_await wait(poll); !waited) co_return waited;
    }
}

// One that is there already is ours, or somebody else's whom the next step judges by what it has.
asio::awaitable<Result<TopicId>> TopicRebuilder::make_once(const ReversedTopic& topic)
{
    const auto& name = topic.owner.target;
    // A broker may not have heard yet of what became of it. Where they have no ids, both look the
    // same.
    const auto is_old = [&](const TopicId& id) {
        return id.known() && identity_of(name, id) == topic.owner.target_id;
    };
    const Error unseen{Errc::unavailable, "the brokers do not show it yet"};
    const auto made = co_await setup_.prepare({&planned_.at(name)});
    const auto& id = made.front();
    if (id) co_return is_old(*id) ? fail(unseen) : Result<TopicId>{identity_of(name, *id)};
    if (id.error().code() != Errc::conflict) co_return fail(id.error());
    const auto answer = co_await describe_one(*link_.target, name);
    if (!answer) co_return fail(answer.error());
    const auto& found = *answer;
    if (!found || is_old(found->id)) co_return fail(unseen);
    if (found->partitions < planned_.at(name).source.partitions) {
        co_return fail(
            Errc::conflict,
            "somebody else made it, with fewer partitions: delete it, and reverse again");
    }
    co_return identity_of(name, found->id);
}

// As soon as each partition has a leader.
asio::awaitable<Result<std::vector<Offset>>> TopicRebuilder::empty_ends(
    const TopicName& topic) const
{
    const auto answer = co_await describe_one(*link_.target, topic);
    if (!answer) co_return fail(answer.error());
    const auto& found = *answer;
    if (!found || found->partitions == 0) {
        co_return fail(Errc::unavailable, "the brokers do not show it yet");
    }
    const auto empty = co_await is_empty(*link_.target, *found);
    if (!empty) co_return fail(empty.error());
    if (!*empty) {
        co_return fail(Errc::conflict,
                       "somebody else made it, or wrote to it: it has records that no link has "
                       "written; stop who does, delete it, and reverse again");
    }
    co_return std::vector<Offset>(found->partitions);
}

}  // namespace strait::links
