#pragma once

#include "kafka/admin.hpp"
#include "kafka/admin_requests.hpp"
#include "kafka/group.hpp"

#include <set>

namespace strait::kafka {

// The admin requests that speak of consumer groups; as those of admin_requests.hpp. librdkafka
// takes the offsets of one group at a time.
AdminRequest list_groups_request();

// All that the group has committed, and that no open transaction may still take back.
AdminRequest list_group_offsets_request(const GroupName& group);
AdminRequest alter_group_offsets_request(const GroupName& group, const GroupOffsets& offsets);
AdminRequest delete_group_offsets_request(const GroupName& group,
                                          const std::set<TopicPartition>& partitions);

GroupListing groups_in(rd_kafka_event_t& answer);
Result<GroupOffsets> group_offsets_in(rd_kafka_event_t& answer);

// The first failure of a group or of one of its partitions. Errc::conflict while the group has
// members, or is subscribed to the topic.
Result<void> group_change_in(rd_kafka_event_t& answer);

}  // namespace strait::kafka
