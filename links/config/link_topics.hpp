#pragma once

#include "core/object_reader.hpp"
#include "links/config/link_config.hpp"

namespace strait::links {

// Reads `topics` of a link. Literals are checked as far as their names alone allow: legal here and
// at the target, not internal, not in both lists.
TopicsConfig read_topics(ObjectReader& reader);

}  // namespace strait::links
