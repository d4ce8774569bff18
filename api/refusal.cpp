#include "api/refusal.hpp"

#include <utility>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

struct Kind {
    http::status status;
    std::string_view code;
    std::string_view named_as{};
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

Kind kind_of(catalog::RefusalCode code)
{
    using enum catalog::RefusalCode;
    switch (code) {
        case invalid_request: return {http::status::bad_request, "invalid-request"};
        case unauthenticated: return {http::status::unauthorized, "unauthenticated"};
        case right_missing: return {http::status::forbidden, "right-missing"};
        case not_found: return {http::status::not_found, "not-found"};
        case name_taken: return {http::status::conflict, "name-taken"};
        case in_use: return {http::status::conflict, "in-use", "by"};
        case illegal_transition: return {http::status::conflict, "illegal-transition", "allowed"};
        case version_immutable: return {http::status::conflict, "version-immutable"};
        case not_publishable: return {http::status::conflict, "not-publishable", "failures"};
        case offer_not_open: return {http::status::conflict, "offer-not-open"};
        case terms_required: return {http::status::unprocessable_entity, "terms-required"};
        case terms_outdated: return {http::status::conflict, "terms-outdated", "current"};
        case request_open: return {http::status::conflict, "request-open"};
        case precondition_failed: return {http::status::precondition_failed, "precondition-failed"};
        case activation_invalid: return {http::status::gone, "activation-invalid"};
        case key_too_long_lived: return {http::status::unprocessable_entity, "key-too-long-lived"};
        case bootstrap_done: return {http::status::conflict, "bootstrap-done"};
        case bootstrap_required: return {http::status::service_unavailable, "bootstrap-required"};
        case overloaded: return {http::status::service_unavailable, "overloaded"};
        case storage_full: return {http::status::insufficient_storage, "storage-full"};
        case unavailable: return {http::status::service_unavailable, "unavailable"};
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

// What is not there, and what belongs to somebody else, is told in the same words.
Refusal::Refusal(const catalog::Refusal& refusal)
    : Refusal{kind_of(refusal.code).status, kind_of(refusal.code).code, refusal.detail}
{
    if (refusal.code == catalog::RefusalCode::not_found) detail = "no such object";
    for (const auto& one : refusal.problems) members.push_back({one.pointer, one.code});
    named_as = kind_of(refusal.code).named_as;
    named = refusal.named;
}

}  // namespace strait::api
