#pragma once

#include "core/error.hpp"
#include "kafka/acl.hpp"
#include "kafka/admin_requests.hpp"

#include <vector>

namespace strait::kafka {

// As in admin_requests.hpp. Errc::invalid_argument if librdkafka refuses an ACL.
AdminRequest describe_acls_request(AclResource resource);
Result<AdminRequest> create_acls_request(const std::vector<Acl>& acls);
Result<AdminRequest> delete_acls_request(const std::vector<Acl>& acls);

// What is in an answer. Those of kinds that we do not know are left out.
std::vector<Acl> acls_in(const rd_kafka_event_t& answer);

using AclResults = std::vector<Result<void>>;

// One result for each that was to be created or deleted, in that order.
AclResults changed_acls_in(rd_kafka_event_t& answer);

}  // namespace strait::kafka
