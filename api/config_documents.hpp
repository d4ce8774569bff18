#pragma once

#include "links/config/link_changes.hpp"

#include <boost/describe/class.hpp>

#include <string>
#include <vector>

namespace strait::api {

// The body of POST /v1/config:apply.
struct ApplyDocument {
    std::string file;  // absolute
};
BOOST_DESCRIBE_STRUCT(ApplyDocument, (), (file))

struct LinkChangeDocument {
    std::string link;
    std::string change;  // added, removed, adapted or restarted
    std::vector<std::string> keys;
};
BOOST_DESCRIBE_STRUCT(LinkChangeDocument, (), (link, change, keys))

// Its answer: what the file changes of what runs.
struct ConfigChangesDocument {
    bool applied = false;
    std::vector<LinkChangeDocument> links;
    std::vector<std::string> at_next_start;  // keys that differ and cannot change at run time
    std::vector<std::string> warnings;       // as those of `strait check`
};
BOOST_DESCRIBE_STRUCT(ConfigChangesDocument, (), (applied, links, at_next_start, warnings))

LinkChangeDocument document_of(const links::LinkChange& change);

}  // namespace strait::api
