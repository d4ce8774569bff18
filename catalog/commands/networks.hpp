#pragma once

#include "core/document.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// From where somebody may come: networks as text, 192.0.2.0/24 or 2001:db8::/32. An empty list lets
// everybody in.
namespace strait::catalog {

inline constexpr std::size_t networks_max = 64;  // of an application or a key

// In their canonical form; a single address is a network of its own. Of what is none, and of more
// than `count_max`, it says so in `problems`.
std::vector<std::string> read_networks(std::string_view pointer,
                                       const std::vector<std::string>& texts,
                                       Problems& problems,
                                       std::size_t count_max = networks_max);

// Whether the first list, of canonical texts as the second, lets in nobody whom that one keeps out.
bool is_within(const std::vector<std::string>& networks, const std::vector<std::string>& wider);

}  // namespace strait::catalog
