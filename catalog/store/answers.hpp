#pragma once

#include "catalog/audit/sha256.hpp"
#include "catalog/records/principal.hpp"
#include "catalog/store/overlay.hpp"
#include "catalog/store/reader.hpp"
#include "core/error.hpp"
#include "core/units.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// What callers were answered that named their calls (Idempotency-Key, catalog.md 4): who sends one
// again, because the answer was lost, is answered the same, and nothing is done twice.
namespace strait::catalog {

inline constexpr std::chrono::hours answer_age_max{24};

// Of one principal: of more than that the oldest are forgotten before their time.
inline constexpr std::size_t answers_max = 1'000;

struct NamedCall {
    Principal principal;
    std::string key;  // is_call_key()
    Sha256 fingerprint{};
};

// 1 to 255 visible characters of ASCII.
bool is_call_key(std::string_view text) noexcept;

// Of what a call asks for: two that differ in any of these have two.
Sha256 fingerprint_of(std::string_view method, std::string_view path, std::string_view body);

// As it is given again, so without what is shown once: a secret of the first answer is null here.
struct StoredAnswer {
    std::uint16_t status = 0;
    std::vector<std::pair<std::string, std::string>> headers;  // those that are of the answer
    std::string body;

    bool operator==(const StoredAnswer&) const = default;
};

enum class Repetition {
    fresh,     // it is done now
    replayed,  // it was done before, and answered so
    mismatch   // its key named another call, and nothing is done
};

struct Answered {
    Repetition repetition{};
    StoredAnswer answer;  // of a mismatch: none

    bool operator==(const Answered&) const = default;
};

struct KeptAnswer {
    Timestamp at;
    Sha256 fingerprint{};
    StoredAnswer answer;

    bool operator==(const KeptAnswer&) const = default;
};

// FORMAT 1, of the value of an answer in `idempotency`:
//
//   u8 1, u64 time in ms, 32 bytes fingerprint, u16 status, varint number of headers,
//   for each: text name, text value; text body
std::string encode(const KeptAnswer& kept);

// Errc::corrupt for what is none, Errc::conflict for one of a newer program.
Result<KeptAnswer> decode_answer(std::string_view bytes);

// As it is stored, however old.
Result<std::optional<KeptAnswer>> find_kept(const Reader& reader,
                                            const Principal& principal,
                                            std::string_view key);

// What the call was answered; empty if it is fresh.
Result<std::optional<Answered>> find_answer(const Reader& reader,
                                            const NamedCall& call,
                                            Timestamp now);

// What is written to keep the answer; the oldest of the principal go where there are too many.
Result<Overlay::Changes> keep_answer(const Reader& reader,
                                     const NamedCall& call,
                                     Timestamp now,
                                     const StoredAnswer& answer);

// Removes those that are older than `answer_age_max`, up to `count_max` of them. Looks at one that
// is still kept for each principal at most.
Result<Overlay::Changes> outdated_answers(const Reader& reader,
                                          Timestamp now,
                                          std::size_t count_max);

}  // namespace strait::catalog
