#include "links/store/link_record.hpp"

#include <xxhash.h>

#include <cassert>
#include <cstdint>

namespace strait::links {

Partition links_partition(const LinkName& link, std::int32_t partitions)
{
    assert(partitions > 0);
    const auto hash = XXH64(link.value().data(), link.value().size(), 0);
    return Partition{static_cast<std::int32_t>(hash % static_cast<std::uint64_t>(partitions))};
}

}  // namespace strait::links
