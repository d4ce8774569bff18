#include "core/error.hpp"

#include <utility>

namespace strait {

std::string_view to_string(Errc code) noexcept
{
    switch (code) {
        case Errc::cancelled: return "cancelled";
        case Errc::invalid_argument: return "invalid_argument";
        case Errc::unauthenticated: return "unauthenticated";
        case Errc::forbidden: return "forbidden";
        case Errc::not_found: return "not_found";
        case Errc::conflict: return "conflict";
        case Errc::fenced: return "fenced";
        case Errc::fatal: return "fatal";
        case Errc::abort_required: return "abort_required";
        case Errc::unavailable: return "unavailable";
        case Errc::timed_out: return "timed_out";
        case Errc::too_large: return "too_large";
        case Errc::refused: return "refused";
        case Errc::out_of_range: return "out_of_range";
        case Errc::truncated: return "truncated";
        case Errc::data_loss: return "data_loss";
        case Errc::corrupt: return "corrupt";
    }
    std::unreachable();
}

bool is_retryable(Errc code) noexcept
{
    return code == Errc::unavailable || code == Errc::timed_out;
}

Error::Error(Errc code, std::string detail) : code_{code}, detail_{std::move(detail)} {}

Error Error::within(std::string_view place) const
{
    return Error{code_, std::string{place} + ": " + detail_};
}

std::unexpected<Error> fail(Errc code, std::string detail)
{
    return std::unexpected{Error{code, std::move(detail)}};
}

std::unexpected<Error> fail(Error error) { return std::unexpected{std::move(error)}; }

}  // namespace strait
