#pragma once

#include "core/document.hpp"
#include "links/config/link_config.hpp"

#include <boost/json/object.hpp>

namespace strait::links {

// A link as JSON, with exactly the keys that read_link() knows, every one of them: what is left out
// of a file is written with its default, so that the same text means the same link when a later
// version has other defaults. read_link() of it gives the same link again, which is then managed
// by the file as far as it is concerned: `managed_by` is no key.
boost::json::object write_link(const LinkConfig& link);

// The same as read_link() takes it. Problems with it name `place`.
Document document_of(const LinkConfig& link, const std::string& place = "link");

}  // namespace strait::links
