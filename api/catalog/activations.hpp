#pragma once

#include "api/handler.hpp"
#include "catalog/commands/credentials.hpp"
#include "core/secret.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace strait::api {

// Where somebody who is invited goes. The token is in the fragment, which no browser sends: neither
// proxies nor logs see it.
std::string activation_url(const Services& services, const Secret& token);

// The file that the command line, curl and clients of Delta Sharing need to show a key: the members
// of a Delta Sharing profile (github.com/delta-io/delta-sharing, PROTOCOL.md, "Profile File
// Format").
boost::json::object profile_of(const Services& services, const catalog::IssuedKey& key);

}  // namespace strait::api
