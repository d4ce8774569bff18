#pragma once

#include "catalog/records/product.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"
#include "core/document.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

// The topics of a version: what their owner may say of them.
namespace strait::catalog {

inline constexpr std::size_t ports_max = 16;
inline constexpr std::size_t topic_size_max = 249;  // of Kafka

// Whether Kafka takes it as a name of a topic, or as a part of one.
bool is_topic_text(std::string_view text);

// What is wrong with them as they are written, by pointer.
void check_ports(const std::vector<DeclaredPort>& ports, Problems& problems);

// As ports of a version that the organisation owns; `before`: those of the version so far. What was
// seen of a topic stays while the port leads to the same one. RefusalCode::not_found for a cluster
// or a contract that is not the organisation's own.
Outcome<std::vector<OutputPort>> ports_of(Draft& draft,
                                          OrganisationId organisation,
                                          const std::vector<DeclaredPort>& declared,
                                          const std::vector<OutputPort>& before);

}  // namespace strait::catalog
