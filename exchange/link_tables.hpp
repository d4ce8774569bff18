#pragma once

#include "api/config_documents.hpp"
#include "api/link_documents.hpp"
#include "api/operation_documents.hpp"
#include "api/registry_documents.hpp"
#include "links/store/translation.hpp"

#include <string>
#include <vector>

namespace strait::exchange {

// What the command line shows of the answers of /v1/links, for people. Columns are separated by two
// spaces or more; every text ends in a line end. What came from outside has no control bytes.

std::string links_table(const std::vector<api::LinkDocument>& links);

// What is shown of a link besides its state, its lag and its topics.
struct LinkDetails {
    bool partitions = false;  // a line for each
    bool groups = false;
};
std::string link_view(const api::LinkStatusDocument& link, LinkDetails details);

std::string gaps_table(const std::vector<api::GapDocument>& gaps);

// "orders-0 42 -> oslo.orders-0 57 (exact)"; with what to look at if the partition is unknown.
std::string translation_line(const api::PositionDocument& asked,
                             const api::TranslatedDocument& answer,
                             links::Direction direction);

// The checks and the steps of a verb.
std::string plan_view(const api::VerbPlanDocument& plan);

std::string operations_table(const std::vector<api::OperationDocument>& operations);

// "pause of oslo-to-bergen succeeded: nothing is copied until it is resumed".
std::string operation_line(const api::OperationDocument& operation);

// What a configuration changes, or would change if it were applied.
std::string changes_view(const api::ConfigChangesDocument& changes);

// The same of a link that is created, changed or deleted.
std::string edit_view(const api::LinkEditDocument& edit);

// YAML, behind a comment that says whose it is.
std::string config_view(const api::LinkConfigDocument& link);

}  // namespace strait::exchange
