#pragma once

#include "catalog/records/access.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

// What a request would be given, looked at when it is made and once more when it is approved: much
// may have changed between.
namespace strait::catalog {

inline constexpr std::size_t purpose_text_max = 1'000;
inline constexpr std::size_t url_size_max = 2'048;

// What an approval gives: each port with those of its rights that the plan has.
struct Grant {
    Offer offer;
    VersionId version;
    std::vector<OutputPort> ports;
    std::vector<StreamRight> rights;  // of any of them
};

// In this order: what check_open() refuses, right_missing for a consumer that is not active,
// invalid_request for what the plan does not have or a target that does not fit the kind, not_found
// for an application that is not active or a cluster that is not verified, both the consumer's own,
// offer_not_open if no version is published that gives a port.
Outcome<Grant> grant_for(Draft& draft, const AccessRequest& request);

// "https://", a host without credentials, and no fragment. Who connects there asks where it leads.
bool is_https_url(std::string_view text);

}  // namespace strait::catalog
