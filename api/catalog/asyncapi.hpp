#pragma once

#include "api/catalog/asyncapi_document.hpp"
#include "catalog/records/access.hpp"
#include "catalog/records/cluster.hpp"
#include "catalog/records/product.hpp"
#include "catalog/store/draft.hpp"

#include <vector>

// What records say, as it is described to others (asyncapi_document.hpp): nothing of the provider's
// clusters and topics, and no secrets.
namespace strait::api {

// The ports of a version as consumers know them.
std::vector<DescribedStream> streams_of(catalog::Draft& draft,
                                        const std::vector<catalog::OutputPort>& ports);

// The brokers of a cluster, to its owner.
std::vector<DescribedServer> servers_of(const catalog::Cluster& cluster);

// A product to whoever may see it, in that version.
DescribedStreams described_product(catalog::Draft& draft,
                                   const catalog::DataProduct& product,
                                   const catalog::ProductVersion& version);

// A subscription to its consumer. REQUIRES: that is who asks.
DescribedStreams described_subscription(catalog::Draft& draft,
                                        const catalog::Subscription& subscription);

}  // namespace strait::api
