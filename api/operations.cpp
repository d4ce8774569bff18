#include "api/handler.hpp"
#include "api/operation_documents.hpp"
#include "api/partition_reader.hpp"
#include "api/response.hpp"
#include "api/wire_time.hpp"
#include "core/object_reader.hpp"

#include <boost/json/value_from.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

// What a reversal deletes nobody has back: it is said a second time that it is meant.
void read_deletion(ObjectReader& reader, const links::VerbRequest& request, bool dry_run)
{
    const bool deletes = request.divergence == links::Divergence::rebuild;
    const bool meant = reader.optional("delete_topics", false);
    if (!deletes && reader.has("delete_topics")) {
        reader.reject("delete_topics", "not_used", "only divergence 'rebuild' deletes topics");
    }
    if (!deletes || meant || dry_run) return;
    reader.reject("delete_topics",
                  "missing",
                  "divergence 'rebuild' deletes topics: look at what a dry run shows, then say "
                  "true, or --yes");
}

void read_reversal(ObjectReader& reader, links::VerbRequest& request, bool dry_run)
{
    using enum links::Divergence;
    request.divergence = reader.choice("divergence", refuse, {refuse, keep, salvage, rebuild});
    read_deletion(reader, request, dry_run);
    request.salvage = TopicName{reader.optional("salvage_topic", std::string{})};
    const bool salvages = request.divergence == salvage;
    if (salvages && request.salvage == TopicName{}) {
        reader.reject("salvage_topic", "missing", "name the topic: --divergence salvage=TOPIC");
    }
    if (!salvages && reader.has("salvage_topic")) {
        reader.reject("salvage_topic", "not_used", "only divergence 'salvage' takes a topic");
    }
    auto as = reader.optional("as", std::string{});
    if (!as.empty() && !is_config_name(as)) {
        reader.reject("as", "bad_name", in_quotes(as) + " is not 1 to 40 of a-z, 0-9 and -");
    }
    request.as = LinkName{std::move(as)};
}

void read_topics(ObjectReader& reader, links::VerbRequest& request)
{
    reader.texts("topics", [&](const std::string& topic, const Spot&) {
        request.topics.emplace_back(topic);
    });
    if (request.topics.size() > links::VerbRequest::topics_max) {
        reader.reject("topics",
                      "too_large",
                      "at most " + std::to_string(links::VerbRequest::topics_max) + " topics");
    }
}

// Offsets and numbers of partitions are those of one topic.
void require_topic(ObjectReader& reader, const links::VerbRequest& request)
{
    for (const auto* const key : {"partition", "from", "to"}) {
        if (!reader.has(key) || request.topics.size() == 1) continue;
        reader.reject(key,
                      "needs_topic",
                      "it is that of one topic: name it, and no other one, as --topic says");
    }
}

void read_scope(ObjectReader& reader, links::VerbRequest& request)
{
    auto& scope = request.scope;
    const auto count = [&](const char* key) { return read_count(reader, key); };
    if (reader.has("partition")) {
        const Range<std::int32_t> allowed{0, std::numeric_limits<std::int32_t>::max()};
        scope.partition = Partition{reader.optional("partition", std::int32_t{}, allowed)};
    }
    if (reader.has("from")) scope.from = Offset{count("from")};
    if (reader.has("to")) scope.to = Offset{count("to")};
    scope.sample =
        reader.optional("sample", links::Share{}, Range{links::Share{1}, links::Share{}});
    if (reader.has("seed")) scope.seed = static_cast<std::uint64_t>(count("seed"));
    require_topic(reader, request);
    if (scope.to && *scope.to <= scope.from.value_or(Offset{})) {
        reader.reject("to", "out_of_range", "it is not above where the range begins");
    }
    if (scope.seed && !scope.samples()) {
        reader.reject("seed", "needs_sample", "it chooses what a sample has: say --sample, too");
    }
    if (request.mode != links::VerifyMode::structure) return;
    for (const auto* const key : {"from", "to", "sample"}) {
        if (!reader.has(key)) continue;
        reader.reject(key,
                      "needs_records",
                      "it chooses records, and --structure reads none: leave one of them out");
    }
}

void read_verification(ObjectReader& reader, links::VerbRequest& request)
{
    using enum links::VerifyMode;
    request.mode = reader.choice("mode", request.mode, {structure, full, target});
    read_topics(reader, request);
    read_scope(reader, request);
}

void read_skip(ObjectReader& reader, links::VerbRequest& request)
{
    reader.object("skip", [&](ObjectReader& skip) {
        auto at = read_partition(skip);
        request.skip = links::SkipTo{std::move(at), Offset{read_count(skip, "to")}};
    });
}

// A skip names its partition itself.
void read_resumption(ObjectReader& reader, links::VerbRequest& request)
{
    read_skip(reader, request);
    read_topics(reader, request);
    if (!request.skip || request.topics.empty()) return;
    reader.reject("topics", "not_used", "what skips records names one partition in 'skip' alone");
}

void read_gap(ObjectReader& reader, links::VerbRequest& request)
{
    reader.object("gap", [&](ObjectReader& gap) {
        auto at = read_partition(gap);
        const auto id = static_cast<std::uint64_t>(read_count(gap, "id"));
        request.gap = links::GapName{std::move(at), id};
    });
}

links::VerbRequest read_request(links::Verb verb,
                                const std::string& text,
                                bool dry_run,
                                Problems& problems)
{
    links::VerbRequest request{.verb = verb};
    if (text.empty()) return request;
    const auto body = parse_json(text, "body", problems);
    ObjectReader reader{body, "", problems};
    request.reason = reader.optional("reason", std::string{});
    if (request.reason.size() > links::Order::reason_bytes_max) {
        reader.reject("reason",
                      "too_large",
                      "at most " + std::to_string(links::Order::reason_bytes_max) + " bytes");
    }
    if (verb == links::Verb::reverse) read_reversal(reader, request, dry_run);
    if (verb == links::Verb::verify) read_verification(reader, request);
    if (verb == links::Verb::pause) read_topics(reader, request);
    if (verb == links::Verb::resume) read_resumption(reader, request);
    if (verb == links::Verb::acknowledge) read_gap(reader, request);
    if (verb == links::Verb::failover) read_topics(reader, request);
    if (verb != links::Verb::promote) return request;
    request.timeout = reader.optional(
        "timeout",
        request.timeout,
        Range<std::chrono::milliseconds>{std::chrono::seconds{1}, std::chrono::hours{24}});
    request.without_groups = reader.optional("without_groups", request.without_groups);
    request.fence_source = reader.optional("fence_source", request.fence_source);
    read_topics(reader, request);
    return request;
}

Handled carry_out(Services& services, const Call& call, links::Verb verb)
{
    Problems problems;
    auto request = read_request(verb, call.request.body(), call.dry_run, problems);
    if (!problems.empty()) co_return refuse(problems);
    LinkName link{call.path.front()};
    if (call.dry_run) {
        const auto plan = co_await services.links.plan(std::move(link), std::move(request));
        if (!plan) co_return refuse(plan.error());
        co_return json(http::status::ok, boost::json::value_from(document_of(*plan)));
    }
    const auto begun = co_await services.links.begin(std::move(link), std::move(request));
    if (!begun) co_return refuse(begun.error());
    auto response = json(http::status::accepted, boost::json::value_from(document_of(*begun)));
    response.set(http::field::location, "/v1/operations/" + std::to_string(begun->id.value()));
    co_return response;
}

std::optional<CutReportDocument> document_of(const std::optional<links::CutReport>& report)
{
    if (!report) return std::nullopt;
    return CutReportDocument{report->lost_records,
                             report->lost_ms,
                             report->rereads,
                             report->groups,
                             report->groups_left,
                             report->took_ms};
}

std::vector<RebuiltTopicDocument> documents_of(const std::vector<links::RebuiltTopic>& topics)
{
    std::vector<RebuiltTopicDocument> documents;
    documents.reserve(topics.size());
    for (const auto& topic : topics) {
        documents.push_back({topic.topic.value(),
                             to_string(topic.id),
                             topic.offsets,
                             topic.lost,
                             topic.counted,
                             topic.uncopied,
                             topic.deleted});
    }
    return documents;
}

}  // namespace

VerbPlanDocument document_of(const links::VerbPlan& plan)
{
    VerbPlanDocument document{{}, plan.steps};
    for (const auto& check : plan.checks) {
        document.checks.push_back({std::string{to_string(check.outcome)}, check.name, check.text});
    }
    return document;
}

OperationDocument document_of(const links::Operation& operation)
{
    const bool running = operation.state == links::Operation::State::running;
    return {.id = std::to_string(operation.id.value()),
            .link = operation.link.value(),
            .verb = std::string{to_string(operation.request.verb)},
            .reason = operation.request.reason,
            .state = std::string{to_string(operation.state)},
            .detail = operation.detail,
            .started = rfc3339(operation.started_ms),
            .ended = running ? std::nullopt : std::optional{rfc3339(operation.ended_ms)},
            .report = document_of(operation.report),
            .rebuilt = documents_of(operation.rebuilt)};
}

Handled pause_link(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::pause);
}

Handled resume_link(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::resume);
}

Handled promote_link(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::promote);
}

Handled fail_link_over(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::failover);
}

Handled reverse_link(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::reverse);
}

Handled verify_link(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::verify);
}

Handled acknowledge_gaps(Services& services, const Call& call)
{
    return carry_out(services, call, links::Verb::acknowledge);
}

Handled list_operations(Services& services, const Call&)
{
    ItemsDocument<OperationDocument> list;
    for (const auto& operation : services.links.operations()) {
        list.items.push_back(document_of(operation));
    }
    co_return json(http::status::ok, boost::json::value_from(list));
}

Handled show_operation(Services& services, const Call& call)
{
    const auto& text = call.path.front();
    std::uint64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto parsed = std::from_chars(text.data(), end, number);
    if (parsed.ec != std::errc{} || parsed.ptr != end) {
        co_return refuse(Error{Errc::not_found, "no operation '" + text + "'"});
    }
    const auto found = services.links.operation(links::OperationId{number});
    if (!found) co_return refuse(found.error());
    co_return json(http::status::ok, boost::json::value_from(document_of(*found)));
}

}  // namespace strait::api
