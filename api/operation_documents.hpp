#pragma once

#include "api/link_documents.hpp"
#include "links/store/operation.hpp"
#include "links/verb_plan.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

namespace strait::api {

// The body of POST /v1/links/{}:pause and of the other verbs; none is the same as {}.
struct VerbDocument {
    std::string reason;  // at most links::Order::reason_bytes_max bytes
};
BOOST_DESCRIBE_STRUCT(VerbDocument, (), (reason))

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
};
BOOST_DESCRIBE_STRUCT(OperationDocument,
                      (),
                      (id, link, verb, reason, state, detail, started, ended))

BOOST_DESCRIBE_STRUCT(ItemsDocument<OperationDocument>, (), (items))

VerbPlanDocument document_of(const links::VerbPlan& plan);
OperationDocument document_of(const links::Operation& operation);

}  // namespace strait::api
