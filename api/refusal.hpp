#pragma once

#include "api/problem_code.hpp"
#include "catalog/records/refusal.hpp"
#include "core/document.hpp"
#include "core/error.hpp"
#include "links/link_registry.hpp"

#include <boost/beast/http/status.hpp>

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::api {

// Why a request is not served: what becomes a problem document (RFC 9457).
struct Refusal {
    // One member of the body, or one query parameter ("?name"), that is wrong.
    struct Member {
        std::string pointer;
        std::string code;
        std::string detail{};  // for people; may be empty

        bool operator==(const Member&) const = default;
    };

    Refusal(ProblemCode problem, std::string text);
    explicit Refusal(const Error& error);        // the one place where an Error becomes a status
    explicit Refusal(const Problems& problems);  // names every member that is wrong
    explicit Refusal(const links::LinkRefusal& refusal);
    explicit Refusal(const catalog::Refusal& refusal);

    boost::beast::http::status status;
    std::string_view code;  // of the page /problems/<code>
    std::string detail;
    std::vector<Member> members;
    std::string allow;               // the methods that the path has, for 405
    std::string_view named_as;       // the member that `named` becomes: "allowed", "by", ...
    std::vector<std::string> named;  // verbs, records or what is missing
};

template <class T>
using Answered = std::expected<T, Refusal>;

inline std::unexpected<Refusal> refuse(ProblemCode problem, std::string text)
{
    return std::unexpected<Refusal>{std::in_place, problem, std::move(text)};
}

template <class Reason>
std::unexpected<Refusal> refuse(Reason&& reason)
{
    return std::unexpected<Refusal>{std::in_place, std::forward<Reason>(reason)};
}

}  // namespace strait::api
