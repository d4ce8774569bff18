#pragma once

#include "api/router.hpp"

namespace strait::api {

// What both the admin door and the public one serve; the second but for what is the host's.
Router::Routes exchange_routes();

}  // namespace strait::api
