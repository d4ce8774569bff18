#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {

// What `$name` stands for in a case.
using CaseNames = std::map<std::string, std::string>;

// One line of tests/api/hostile/ (its README.md).
struct HostileCase {
    std::string place;    // "targets.txt:7"
    unsigned status = 0;  // 0: closed without an answer
    std::string code{};
    bool open = false;  // the connection is there for the next request
    std::string bytes{};
};

// Of `file`, whose name says of which form its lines are.
std::vector<HostileCase> hostile_cases(const std::string& file, const CaseNames& names);

// The bodies of every_body.txt.
std::vector<std::string> hostile_bodies();

// A request with that body, as long as it is, and with the key.
std::string request_with(std::string_view line, std::string_view key, std::string_view body);

}  // namespace strait::testing
