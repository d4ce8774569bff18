#pragma once

#include "api/refusal.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace strait::api {

// A request target: the segments of its path, and its query parameters.
struct Target {
    struct Parameter {
        std::string name;
        std::string value;

        bool operator==(const Parameter&) const = default;
    };

    std::vector<std::string> segments;  // decoded, without the verb of the last one
    std::string verb;                   // "translate" of "/v1/links/eu-to-us:translate"
    std::vector<Parameter> parameters;

    bool operator==(const Target&) const = default;
};

// Decodes a target in origin form, once: 400 for another form, for a percent sign without two hex
// digits, for what is not UTF-8, for control bytes, for an encoded slash, and for dot segments.
Answered<Target> read_target(std::string_view target);

}  // namespace strait::api
