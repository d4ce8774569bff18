#pragma once

#include "catalog/records/states.hpp"
#include "core/document.hpp"
#include "core/error.hpp"

#include <boost/describe/enum.hpp>

#include <expected>
#include <string>
#include <vector>

namespace strait::catalog {

// Why a command was refused; "name-taken" where a caller sees it (catalog.md 4).
BOOST_DEFINE_ENUM_CLASS(RefusalCode,
                        invalid_request,
                        unauthenticated,
                        right_missing,
                        not_found,
                        name_taken,
                        in_use,
                        illegal_transition,
                        version_immutable,
                        not_publishable,
                        offer_not_open,
                        terms_required,
                        terms_outdated,
                        request_open,
                        precondition_failed,
                        activation_invalid,
                        key_too_long_lived,
                        bootstrap_done,
                        bootstrap_required,
                        overloaded,
                        storage_full,
                        unavailable,
                        schema_invalid,
                        index_rebuilding)

// What a caller is told of a command that changed nothing.
struct Refusal {
    RefusalCode code{};
    std::string detail;               // for people: the name, the value, the remedy
    std::vector<Problem> problems{};  // of an invalid request, by pointer
    std::vector<std::string>
        named{};  // the verbs that are allowed, what uses the record, or what is missing

    bool operator==(const Refusal&) const = default;
};

template <class T>
class [[nodiscard]] Outcome : public std::expected<T, Refusal> {
  public:
    using std::expected<T, Refusal>::expected;
};

inline std::unexpected<Refusal> refuse(RefusalCode code, std::string detail)
{
    return std::unexpected{Refusal{.code = code, .detail = std::move(detail)}};
}

inline std::unexpected<Refusal> refuse(Refusal refusal)
{
    return std::unexpected{std::move(refusal)};
}

}  // namespace strait::catalog
