#include "catalog/commands/networks.hpp"

#include "catalog/commands/limits.hpp"
#include "core/ids.hpp"
#include "core/network.hpp"

#include <algorithm>

namespace strait::catalog {

std::vector<std::string> read_networks(std::string_view pointer,
                                       const std::vector<std::string>& texts,
                                       Problems& problems,
                                       std::size_t count_max)
{
    if (texts.size() > count_max) {
        reject(problems, pointer, "at most " + std::to_string(count_max));
        return {};
    }
    std::vector<std::string> networks;
    networks.reserve(texts.size());
    for (const auto& text : texts) {
        const auto network = Network::parse(text);
        if (network) {
            networks.push_back(to_string(*network));
        } else {
            reject(problems,
                   std::string{pointer} + "/" + std::to_string(&text - texts.data()),
                   in_quotes(text) + " is no network, as 192.0.2.0/24 and 2001:db8::/32 are");
        }
    }
    return networks;
}

bool is_within(const std::vector<std::string>& networks, const std::vector<std::string>& wider)
{
    if (wider.empty()) return true;
    return !networks.empty() && std::ranges::all_of(networks, [&](const auto& text) {
        const auto one = Network::parse(text);
        return one && std::ranges::any_of(wider, [&](const auto& other_text) {
                   const auto other = Network::parse(other_text);
                   return other && one->is_within(*other);
               });
    });
}

}  // namespace strait::catalog
