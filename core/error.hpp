#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace strait {

// Why an operation failed, as far as a caller can act on it. Closed: every switch over it names
// all values and has no default, so the compiler finds the places to visit when one is added.
enum class Errc {
    cancelled,         // by us: shutdown, pause, revocation
    invalid_argument,  // the request can never succeed
    unauthenticated,   // the other side does not accept who we are, or we do not accept it
    forbidden,         // not for this caller
    not_found,
    conflict,        // the current state forbids it
    fenced,          // a newer owner has taken over
    fatal,           // this client is finished; a new one may go on
    abort_required,  // this transaction is finished; the next may succeed
    unavailable,     // try again later
    timed_out,       // try again; it may have happened
    too_large,       // a record is larger than the other side takes
    refused,         // a record that the other side will never take
    out_of_range,    // the position is not in the log: before its start, or behind its end
    truncated,       // the log was cut below the position, and has gone on differently
    data_loss,       // records are gone, or a history has diverged
    corrupt,         // bytes do not read back
};

std::string_view to_string(Errc code) noexcept;

// True if the same call may succeed later without anyone changing anything.
bool is_retryable(Errc code) noexcept;

// A failure: a code for the program, a sentence for the operator. The detail keeps the words of
// the foreign system, because with a broker at another company they are all that anyone has.
class [[nodiscard]] Error {
  public:
    explicit Error(Errc code, std::string detail = {});

    [[nodiscard]] Errc code() const noexcept { return code_; }
    [[nodiscard]] const std::string& detail() const noexcept { return detail_; }

    // The same failure, seen from further up: "orders[3]: " + detail.
    [[nodiscard]] Error within(std::string_view place) const;

    bool operator==(const Error&) const = default;

  private:
    Errc code_;
    std::string detail_;
};

// A std::expected that may not be dropped: std::expected itself is not [[nodiscard]], and then
// neither Clang nor clang-tidy notices `co_await sink.append(batch);`.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
  public:
    using std::expected<T, Error>::expected;
};

std::unexpected<Error> fail(Errc code, std::string detail = {});
std::unexpected<Error> fail(Error error);

}  // namespace strait
