#pragma once

#include "api/link_documents.hpp"
#include "links/store/operation.hpp"
#include "links/verb_plan.hpp"

#include <boost/describe/class.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strait::api {

// The body of POST /v1/links/{}:pause and of the other verbs; none is the same as {}.
struct VerbDocument {
    std::string reason;  // at most links::Order::reason_bytes_max bytes
};
BOOST_DESCRIBE_STRUCT(VerbDocument, (), (reason))

// Of the verbs that can be told of single topics.
struct TopicsDocument : VerbDocument {
    std::vector<std::string> topics;  // as the source calls them; none: the whole link
};
BOOST_DESCRIBE_STRUCT(TopicsDocument, (VerbDocument), (topics))

struct PromoteDocument : TopicsDocument {
    std::string timeout;
    bool without_groups = false;
    bool fence_source = false;
};
BOOST_DESCRIBE_STRUCT(PromoteDocument, (TopicsDocument), (timeout, without_groups, fence_source))

struct ReverseDocument : VerbDocument {
    std::string divergence;  // refuse, keep, salvage or rebuild
    std::string as;          // of the link that mirrors back, if it has to be made; empty: default
    std::optional<std::string> salvage_topic;  // of the target; of salvage alone
    std::optional<bool> delete_topics;  // of rebuild alone, which needs it, but for a dry run
};
BOOST_DESCRIBE_STRUCT(ReverseDocument,
                      (VerbDocument),
                      (divergence, as, salvage_topic, delete_topics))

struct VerifyDocument : VerbDocument {
    std::string mode;                       // structure, full or target
    std::vector<std::string> topics;        // as the source calls them; none: all
    std::optional<std::int32_t> partition;  // of the one topic, as the next two
    std::optional<std::int64_t> from;       // of the source
    std::optional<std::int64_t> to;         // the first one that is left out
    std::optional<double> sample;           // above 0, at most 1
    std::optional<std::int64_t> seed;
};
BOOST_DESCRIBE_STRUCT(VerifyDocument,
                      (VerbDocument),
                      (mode, topics, partition, from, to, sample, seed))

struct SkipDocument {
    std::string topic;  // of the source
    std::int32_t partition = 0;
    std::int64_t to = 0;  // the first offset that is copied again
};
BOOST_DESCRIBE_STRUCT(SkipDocument, (), (topic, partition, to))

struct ResumeDocument : VerbDocument {
    SkipDocument skip;  // of one halted partition; not there: look again at all
};
BOOST_DESCRIBE_STRUCT(ResumeDocument, (VerbDocument), (skip))

struct GapNameDocument {
    std::string topic;  // of the source
    std::int32_t partition = 0;
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(GapNameDocument, (), (topic, partition, id))

// The body of POST /v1/links/{}:acknowledge.
struct AcknowledgeDocument : VerbDocument {
    GapNameDocument gap;  // not there: all
};
BOOST_DESCRIBE_STRUCT(AcknowledgeDocument, (VerbDocument), (gap))

struct CheckDocument {
    std::string outcome;  // pass, warn or fail
    std::string name;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(CheckDocument, (), (outcome, name, text))

// The answer to a dry run.
struct VerbPlanDocument {
    std::vector<CheckDocument> checks;
    std::vector<std::string> steps;
};
BOOST_DESCRIBE_STRUCT(VerbPlanDocument, (), (checks, steps))

// What a promotion or a failover left behind.
struct CutReportDocument {
    std::optional<std::int64_t> lost_records;  // null: nobody knows
    std::int64_t lost_ms = 0;
    std::int64_t rereads = 0;
    std::uint32_t groups = 0;
    std::uint32_t groups_left = 0;
    std::int64_t took_ms = 0;
};
BOOST_DESCRIBE_STRUCT(CutReportDocument,
                      (),
                      (lost_records, lost_ms, rereads, groups, groups_left, took_ms))

// A topic that a reversal deletes to copy it whole, as it was before.
struct RebuiltTopicDocument {
    std::string topic;  // of the source
    std::string id;
    std::int64_t offsets = 0;           // at least as many as records
    std::int64_t lost_records = 0;      // that were never mirrored, behind what both sides have
    bool counted = true;                // false: there are more
    std::int64_t uncopied_offsets = 0;  // before those, of which the other side has nothing
    bool deleted = false;
};
BOOST_DESCRIBE_STRUCT(RebuiltTopicDocument,
                      (),
                      (topic, id, offsets, lost_records, counted, uncopied_offsets, deleted))

// What /v1/operations shows.
struct OperationDocument {
    std::string id;
    std::string link;
    std::string verb;
    std::string reason;
    std::string state;  // running, succeeded or failed
    std::string detail;
    std::string started;               // RFC 3339, UTC
    std::optional<std::string> ended;  // the same; null while it runs
    std::optional<CutReportDocument> report;
    std::vector<RebuiltTopicDocument> rebuilt;  // of a reversal that deletes topics
};
BOOST_DESCRIBE_STRUCT(OperationDocument,
                      (),
                      (id, link, verb, reason, state, detail, started, ended, report, rebuilt))

BOOST_DESCRIBE_STRUCT(ItemsDocument<OperationDocument>, (), (items))

VerbPlanDocument document_of(const links::VerbPlan& plan);
OperationDocument document_of(const links::Operation& operation);

}  // namespace strait::api
