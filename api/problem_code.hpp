#pragma once

#include <boost/beast/http/status.hpp>

#include <array>
#include <compare>
#include <span>
#include <string_view>

namespace strait::api {

// One kind of problem (RFC 9457), as its page /problems/{code} tells of it.
struct ProblemKind {
    std::string_view code;
    boost::beast::http::status status{};
    std::string_view meaning;
    std::string_view remedy;
    std::string_view named_as{};  // the member that lists what the problem is about
};

// All of them, in the order of their status and their code.
std::span<const ProblemKind> problem_kinds();

namespace detail {

using enum boost::beast::http::status;

inline constexpr std::array problem_table{
    ProblemKind{"framing",
                bad_request,
                "The bytes are no request of HTTP/1.1 that every reader takes for the same one.",
                "Send one Host, one Content-Length or one chunked body, lines that end in CR LF, "
                "and no body with GET, HEAD and DELETE. The connection is closed."},
    ProblemKind{"invalid-request",
                bad_request,
                "The target, a query parameter or a member of the body is not as it has to be.",
                "`errors` names each by its JSON pointer, or a parameter as ?name, with a code of "
                "what is wrong."},
    ProblemKind{"unauthenticated",
                unauthorized,
                "No key was shown, or one that is unknown, expired, revoked or from an address "
                "where it may not be used.",
                "Send Authorization: Bearer strait_... with a key that is in use."},
    ProblemKind{"right-missing",
                forbidden,
                "The key, the roles of whose it is, or its organisation's side do not allow this.",
                "Ask an org_admin for the role, or use a key with the scope that is named."},
    ProblemKind{"not-found",
                not_found,
                "There is no such path or object, or it belongs to somebody else.",
                "Look at the id, and whether its owner lets you see it."},
    ProblemKind{"method-not-allowed",
                method_not_allowed,
                "The path is there, and this method is not.",
                "Take one of those that the header Allow names."},
    ProblemKind{"request-timeout",
                request_timeout,
                "The request came too slowly.",
                "Send it again, on a new connection."},
    ProblemKind{"bootstrap-done",
                conflict,
                "The exchange has its first organisation.",
                "Ask its org_admin for an invitation; POST /v1/bootstrap:recover on the admin "
                "socket makes a new link for one."},
    ProblemKind{"illegal-transition",
                conflict,
                "This cannot be said of the object in the state that it is in.",
                "Look at it again: `allowed` names the verbs that can be said now.",
                "allowed"},
    ProblemKind{"in-use",
                conflict,
                "Something that lives still needs the object.",
                "End what `by` names first, or choose another one.",
                "by"},
    ProblemKind{
        "name-taken", conflict, "Another one has this name, or had it.", "Choose another name."},
    ProblemKind{"not-publishable",
                conflict,
                "Something that a publication needs is missing.",
                "Add all that `failures` names, and publish again.",
                "failures"},
    ProblemKind{"offer-not-open",
                conflict,
                "The offer takes no requests, or none of your organisation.",
                "Ask its owner, or take another offer of the product."},
    ProblemKind{"position-lost",
                conflict,
                "The records of this position are not there any more.",
                "Look at the gaps of the link."},
    ProblemKind{"request-open",
                conflict,
                "There is a request for this already, and nobody has decided on it.",
                "Wait for the decision, or withdraw that request."},
    ProblemKind{"terms-outdated",
                conflict,
                "These are not the newest terms of the offer.",
                "Read the version that `current` names, and accept that one.",
                "current"},
    ProblemKind{"version-immutable",
                conflict,
                "It is no draft any more, so others may rely on it.",
                "Make a new version."},
    ProblemKind{"activation-invalid",
                gone,
                "The link is unknown, used, expired or cancelled, or for another address.",
                "Ask whoever invited you for a new link."},
    ProblemKind{"position-out-of-range",
                gone,
                "There is no such position.",
                "Ask for one that the partition has."},
    ProblemKind{"precondition-failed",
                precondition_failed,
                "The object has changed since the revision that If-Match names.",
                "Look at what has changed, and ask again with the new ETag."},
    ProblemKind{"payload-too-large",
                payload_too_large,
                "The body is larger than this route takes, or than somebody without a key may "
                "send.",
                "A body has 1 MiB at most, without a key 4 KiB."},
    ProblemKind{
        "uri-too-long", uri_too_long, "The target is longer than 4 KiB.", "Ask for less at once."},
    ProblemKind{"unsupported-media-type",
                unsupported_media_type,
                "The body does not say that it is JSON, or it is compressed.",
                "Send Content-Type: application/json, with PATCH also "
                "application/merge-patch+json, and no Content-Encoding."},
    ProblemKind{"expectation-failed",
                expectation_failed,
                "The header Expect asks for something else than 100-continue.",
                "Leave it out."},
    ProblemKind{"address-refused",
                unprocessable_entity,
                "An address of the cluster is not one where the exchange may connect to.",
                "Give a public address, or have the operator list its network in "
                "catalog.cluster_networks."},
    ProblemKind{"cluster-unreachable",
                unprocessable_entity,
                "The cluster did not answer as it has to.",
                "`detail` says what was tried: look at its address, its `security` and the rights "
                "of its user."},
    ProblemKind{"idempotency-mismatch",
                unprocessable_entity,
                "This Idempotency-Key named another request within the last 24 hours.",
                "Choose a new key for a new request."},
    ProblemKind{"key-too-long-lived",
                unprocessable_entity,
                "The key would outlive 365 days, or the subscription that it is for.",
                "Choose an earlier `expires_at`."},
    ProblemKind{"record-invalid",
                unprocessable_entity,
                "The cluster refused a record.",
                "`detail` has its words."},
    ProblemKind{"schema-invalid",
                unprocessable_entity,
                "The text is no schema of its type, or has not the fields that are named.",
                "`detail` says what was expected; compile the schema with the tools of its type."},
    ProblemKind{"terms-required",
                unprocessable_entity,
                "The offer has terms, and the request accepts none.",
                "Read them, and say with `terms` which version you accept."},
    ProblemKind{"precondition-required",
                precondition_required,
                "PATCH and DELETE say which revision they change.",
                "Send the ETag of what you have seen as If-Match."},
    ProblemKind{"rate-limited",
                too_many_requests,
                "This key or this address asks too often.",
                "Wait as long as Retry-After says; RateLimit and RateLimit-Policy tell how much is "
                "left."},
    ProblemKind{"headers-too-large",
                request_header_fields_too_large,
                "The header has more than 8 KiB or 100 fields.",
                "Send less of it."},
    ProblemKind{"internal",
                internal_server_error,
                "A defect of the exchange.",
                "Report it with the `request_id`; its log says more."},
    ProblemKind{"method-unknown",
                not_implemented,
                "This is no method of HTTP that the exchange knows.",
                "Take GET, HEAD, POST, PATCH or DELETE."},
    ProblemKind{"bootstrap-required",
                service_unavailable,
                "The exchange has no organisation yet.",
                "Whoever may open its admin socket sends POST /v1/bootstrap."},
    ProblemKind{"draining",
                service_unavailable,
                "The exchange is about to stop.",
                "Ask again when it is back."},
    ProblemKind{"index-rebuilding",
                service_unavailable,
                "The search index is not as new as the catalog yet.",
                "Ask again as Retry-After says."},
    ProblemKind{"kafka-unavailable",
                service_unavailable,
                "A Kafka cluster does not answer.",
                "Look at the state of the link, and ask again."},
    ProblemKind{"not-ready",
                service_unavailable,
                "Something that the exchange needs is missing.",
                "`detail` names it."},
    ProblemKind{"outcome-unknown",
                service_unavailable,
                "Nobody knows whether it was done: the answer did not come in time.",
                "Look at the object before you ask again."},
    ProblemKind{"overloaded",
                service_unavailable,
                "Too many requests or connections wait.",
                "Ask again as Retry-After says."},
    ProblemKind{
        "unavailable",
        service_unavailable,
        "The disk of the catalog did not answer as it has to.",
        "Look whether it was done, and ask again; the operator finds the cause in the log."},
    ProblemKind{"http-version-not-supported",
                http_version_not_supported,
                "The request is of another version of HTTP.",
                "Speak HTTP/1.1 or HTTP/1.0."},
    ProblemKind{"storage-full",
                insufficient_storage,
                "The disk of the catalog is full.",
                "Reading goes on; the operator has to make room."},
};

}  // namespace detail

inline std::span<const ProblemKind> problem_kinds() { return detail::problem_table; }

// A code of the table: any other text does not compile.
class ProblemCode {
  public:
    // Implicit, so that a code is written as the text that it is.
    // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions)
    consteval ProblemCode(const char* code)
    {
        for (const auto& each : detail::problem_table) {
            if (each.code == code) kind_ = &each;
        }
        if (kind_ == nullptr) throw "no code of the table of problems";
    }

    constexpr const ProblemKind* operator->() const noexcept { return kind_; }

    // As the table has them.
    auto operator<=>(const ProblemCode&) const = default;

  private:
    const ProblemKind* kind_ = nullptr;
};

}  // namespace strait::api
