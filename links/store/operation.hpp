#pragma once

#include "core/ids.hpp"
#include "core/named.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace strait::links {

// What an operator can tell a link to do (links.md 8). The words are those of REST and of the
// command line.
enum class Verb : std::uint8_t { pause, resume };

std::string_view to_string(Verb verb) noexcept;

using OperationId = Named<struct OperationIdTag, std::uint64_t>;  // rising, of one data_dir

// A verb under way or done: it survives a restart of the program, and goes on from where it was.
struct Operation {
    enum class State : std::uint8_t { running, succeeded, failed };

    OperationId id;
    LinkName link;
    Verb verb = Verb::pause;
    std::string reason;  // the operator's words; may be empty
    State state = State::running;
    std::string detail;           // what is under way, what it did, or why it failed
    std::int64_t started_ms = 0;  // of the wall clock
    std::int64_t ended_ms = 0;    // 0 while it runs

    bool operator==(const Operation&) const = default;
};

std::string_view to_string(Operation::State state) noexcept;

}  // namespace strait::links
