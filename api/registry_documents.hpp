#pragma once

#include "api/config_documents.hpp"
#include "links/link_registry.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strait::api {

// What GET /v1/links/{}/config answers with. The last three are null for a link of the file.
struct LinkConfigDocument {
    boost::json::value config;  // with exactly the keys of the file
    std::string managed_by;     // config, api or catalog
    std::optional<std::uint64_t> revision;
    std::optional<std::string> created;  // RFC 3339, UTC
    std::optional<std::string> changed;
};
BOOST_DESCRIBE_STRUCT(LinkConfigDocument, (), (config, managed_by, revision, created, changed))

// What POST, PATCH and DELETE of a link answer with.
struct LinkEditDocument {
    bool applied = false;
    std::vector<LinkChangeDocument> links;
    std::vector<std::string> warnings;       // as those of `strait check`
    std::optional<LinkConfigDocument> link;  // as it is now, or would be; null when it is deleted
};
BOOST_DESCRIBE_STRUCT(LinkEditDocument, (), (applied, links, warnings, link))

LinkConfigDocument document_of(const links::RegisteredLink& link);
LinkEditDocument document_of(const links::LinkEdit& edit, bool applied);

}  // namespace strait::api
