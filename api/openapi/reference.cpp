#include "api/openapi/reference.hpp"

#include "api/openapi/bodies.hpp"
#include "api/openapi/document.hpp"
#include "api/response.hpp"
#include "api/routes.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>

#include <algorithm>
#include <array>
#include <string>

namespace strait::api {

namespace {

namespace http = boost::beast::http;

// What /problems/{code} says.
struct ProblemPage {
    std::string code;
    unsigned status = 0;
    std::string title;
    std::string meaning;
    std::string remedy;
};
BOOST_DESCRIBE_STRUCT(ProblemPage, (), (code, status, title, meaning, remedy))

Handled show_openapi(Services&, const Call&)
{
    static const auto document = boost::json::serialize(openapi_document(exchange_routes()));
    co_return text(http::status::ok, "application/json", document);
}

Handled show_problem(Services&, const Call& call)
{
    const auto kinds = problem_kinds();
    const auto kind = std::ranges::find(kinds, call.path.front(), &ProblemKind::code);
    if (kind == kinds.end()) co_return refuse("not-found", "no such problem");
    const ProblemPage page{.code = std::string{kind->code},
                           .status = static_cast<unsigned>(kind->status),
                           .title = std::string{http::obsolete_reason(kind->status)},
                           .meaning = std::string{kind->meaning},
                           .remedy = std::string{kind->remedy}};
    co_return json(http::status::ok, boost::json::value_from(page));
}

constexpr std::array table{
    routes::get("/openapi.json",
                Right::none,
                show_openapi,
                {"This document", nothing, answered<boost::json::object>}),
    routes::get("/problems/{problem}",
                Right::none,
                show_problem,
                {"What a problem means, and what to do", nothing, converted<ProblemPage>}),
};

}  // namespace

const std::span<const Route> reference_routes{table};

}  // namespace strait::api
