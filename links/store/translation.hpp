#pragma once

#include "core/ids.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace strait::links {

enum class Direction { forward, inverse };

std::string_view to_string(Direction direction) noexcept;

// The answer for one position, as links.md 6 tabulates it.
struct Translation {
    enum class Status {
        exact,         // the same record
        gap,           // between runs: the next record that was mirrored
        end,           // nothing after it is mirrored yet: the end of the other side
        clamped,       // beyond what was read so far; as `end`
        before_first,  // before the mirror began; its first record
        pruned,        // so old that the target no longer has it: the target's log start
        unknown,       // topic or partition not mirrored; no offset
    };

    std::optional<Offset> offset;
    Status status = Status::unknown;
    Generation generation;
    TxnNo as_of_txn;
    std::int64_t not_replicated = 0;  // only for `clamped`: how far beyond

    bool operator==(const Translation&) const = default;
};

std::string_view to_string(Translation::Status status) noexcept;

// A position on the side that is asked from: at the source for `forward`.
struct Position {
    TopicName topic;
    Partition partition;
    Offset offset;
};

struct TranslatedPosition {
    TopicName topic;  // the name on the other side; that asked for if the topic is not mirrored
    Partition partition;
    Translation translation;
};

}  // namespace strait::links
