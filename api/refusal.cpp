#include "api/refusal.hpp"

#include <utility>

namespace strait::api {

namespace {

ProblemCode code_of(Errc code)
{
    switch (code) {
        case Errc::invalid_argument: return "invalid-request";
        case Errc::unauthenticated: return "unauthenticated";
        case Errc::forbidden: return "right-missing";
        case Errc::not_found: return "not-found";
        case Errc::conflict: return "illegal-transition";
        case Errc::truncated: return "position-lost";
        case Errc::out_of_range: return "position-out-of-range";
        case Errc::too_large: return "payload-too-large";
        case Errc::refused: return "record-invalid";
        case Errc::cancelled: return "draining";
        case Errc::abort_required:
        case Errc::unavailable: return "kafka-unavailable";
        case Errc::timed_out: return "outcome-unknown";
        case Errc::fenced:
        case Errc::fatal:
        case Errc::data_loss:
        case Errc::corrupt: return "internal";
    }
    std::unreachable();
}

ProblemCode code_of(catalog::RefusalCode code)
{
    using enum catalog::RefusalCode;
    switch (code) {
        case invalid_request: return "invalid-request";
        case unauthenticated: return "unauthenticated";
        case right_missing: return "right-missing";
        case not_found: return "not-found";
        case name_taken: return "name-taken";
        case in_use: return "in-use";
        case illegal_transition: return "illegal-transition";
        case version_immutable: return "version-immutable";
        case not_publishable: return "not-publishable";
        case offer_not_open: return "offer-not-open";
        case terms_required: return "terms-required";
        case terms_outdated: return "terms-outdated";
        case request_open: return "request-open";
        case precondition_failed: return "precondition-failed";
        case activation_invalid: return "activation-invalid";
        case key_too_long_lived: return "key-too-long-lived";
        case bootstrap_done: return "bootstrap-done";
        case bootstrap_required: return "bootstrap-required";
        case overloaded: return "overloaded";
        case storage_full: return "storage-full";
        case unavailable: return "unavailable";
        case schema_invalid: return "schema-invalid";
        case index_rebuilding: return "index-rebuilding";
    }
    std::unreachable();
}

}  // namespace

Refusal::Refusal(ProblemCode problem, std::string text)
    : status{problem->status}, code{problem->code}, detail{std::move(text)}
{
    if (detail.ends_with('\n')) detail.pop_back();  // of a list of problems
}

Refusal::Refusal(const Error& error) : Refusal{code_of(error.code()), error.detail()} {}

Refusal::Refusal(const Problems& problems) : Refusal{links::LinkRefusal{problems}} {}

Refusal::Refusal(const links::LinkRefusal& refusal) : Refusal{refusal.error}
{
    for (const auto& one : refusal.problems) members.push_back({one.pointer, one.code, one.text});
}

// What is not there, and what belongs to somebody else, is told in the same words.
Refusal::Refusal(const catalog::Refusal& refusal) : Refusal{code_of(refusal.code), refusal.detail}
{
    if (refusal.code == catalog::RefusalCode::not_found) detail = "no such object";
    for (const auto& one : refusal.problems) members.push_back({one.pointer, one.code, one.text});
    named_as = code_of(refusal.code)->named_as;
    named = refusal.named;
}

}  // namespace strait::api
