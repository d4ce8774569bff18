#include "api/refusal.hpp"

#include <utility>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

struct Kind {
    http::status status;
    std::string_view code;
};

Kind kind_of(Errc code)
{
    switch (code) {
        case Errc::invalid_argument: return {http::status::bad_request, "invalid-request"};
        case Errc::unauthenticated: return {http::status::unauthorized, "unauthenticated"};
        case Errc::forbidden: return {http::status::forbidden, "right-missing"};
        case Errc::not_found: return {http::status::not_found, "not-found"};
        case Errc::conflict: return {http::status::conflict, "illegal-transition"};
        case Errc::truncated: return {http::status::conflict, "position-lost"};
        case Errc::out_of_range: return {http::status::gone, "position-out-of-range"};
        case Errc::too_large: return {http::status::payload_too_large, "payload-too-large"};
        case Errc::refused: return {http::status::unprocessable_entity, "record-invalid"};
        case Errc::cancelled: return {http::status::service_unavailable, "draining"};
        case Errc::abort_required:
        case Errc::unavailable: return {http::status::service_unavailable, "kafka-unavailable"};
        case Errc::timed_out: return {http::status::service_unavailable, "outcome-unknown"};
        case Errc::fenced:
        case Errc::fatal:
        case Errc::data_loss:
        case Errc::corrupt: return {http::status::internal_server_error, "internal"};
    }
    std::unreachable();
}

}  // namespace

Refusal::Refusal(http::status why, std::string_view problem, std::string text)
    : status{why}, code{problem}, detail{std::move(text)}
{
}

Refusal::Refusal(const Error& error)
    : Refusal{kind_of(error.code()).status, kind_of(error.code()).code, error.detail()}
{
}

Refusal::Refusal(const Problems& problems) : Refusal{links::LinkRefusal{problems}} {}

Refusal::Refusal(const links::LinkRefusal& refusal) : Refusal{refusal.error}
{
    if (detail.ends_with('\n')) detail.pop_back();
    for (const auto& one : refusal.problems) members.push_back({one.pointer, one.code});
}

}  // namespace strait::api
