#pragma once

#include "core/ids.hpp"
#include "kafka/client_settings.hpp"
#include "kafka/cluster_config.hpp"
#include "links/config/link_config.hpp"

#include <cstddef>

// The settings of librdkafka by role (links.md 4.1). Pure: the reasons stand beside the values.
namespace strait::links {

// Of a shard's consumer at the source.
kafka::ClientSettings source_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link);

// Of a shard's transactional producer at the target.
kafka::ClientSettings sink_settings(const kafka::ClusterConfig& cluster,
                                    const LinkConfig& link,
                                    ShardNumber shard);

// Of the reader of `_strait.links`.
kafka::ClientSettings log_reader_settings(const kafka::ClusterConfig& cluster);

// Of the idempotent producer of the records that no shard writes: T.
kafka::ClientSettings log_writer_settings(const kafka::ClusterConfig& cluster,
                                          const LinkConfig& link);

// Of the transactional producer that claims the link, before it has shards: "strait.<link>.claim".
kafka::ClientSettings claim_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link);

// Of the transactional producer of the records of ACLs (A): "strait.<link>.acl".
kafka::ClientSettings acl_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link);

// Of the transactional producer of what was never mirrored: "strait.<link>.salvage".
kafka::ClientSettings salvage_settings(const kafka::ClusterConfig& cluster, const LinkConfig& link);

// "strait.<link>.<shard>": what a successor fences.
std::string transactional_id(const LinkName& link, ShardNumber shard);

}  // namespace strait::links
