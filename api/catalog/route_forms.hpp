#pragma once

#include "api/catalog/documents.hpp"
#include "api/catalog/lists.hpp"
#include "api/catalog/records.hpp"
#include "api/openapi/bodies.hpp"
#include "api/route.hpp"

#include <initializer_list>
#include <string_view>

// The forms that the routes of the catalog have (catalog.md 4), so that a line of a table says no
// more than what is its own.
namespace strait::api::forms {

using Codes = std::initializer_list<ProblemCode>;

// With these parameters of its query.
constexpr Route asks_with(ParameterNames names, Route route)
{
    route.parameters = names;
    return route;
}

// One thing, with its ETag.
constexpr Route show(std::string_view path, Right right, Handler handler, Description about)
{
    auto route = routes::get(path, right, handler, about);
    route.about.tagged = true;
    return route;
}

template <catalog::AnyRecord T>
constexpr Route show_own(std::string_view path, Right right, std::string_view summary)
{
    return show(path, right, api::show_own<T>, {summary, nothing, answered<T>});
}

// A list in pages.
constexpr Route list(std::string_view path, Right right, Handler handler, Description about)
{
    auto route = routes::get(path, right, handler, about);
    route.parameters = page_parameters;
    return route;
}

template <catalog::AnyRecord T>
constexpr Route list_own(std::string_view path, Right right, std::string_view summary)
{
    return asks_with(
        filtered_page_parameters,
        list(path, right, api::list_own<T>, {summary, nothing, answered<PageDocument<T>>}));
}

// The same, and one can be looked up by its name.
constexpr Route named(std::string_view path, Right right, Handler handler, Description about)
{
    auto route = routes::get(path, right, handler, about);
    route.parameters = named_page_parameters;
    return route;
}

template <catalog::AnyRecord T>
constexpr Route list_named(std::string_view path, Right right, std::string_view summary)
{
    return named(path, right, api::list_named<T>, {summary, nothing, answered<PageDocument<T>>});
}

// What changes something is carried out once under one Idempotency-Key.
constexpr Route change(boost::beast::http::verb method,
                       std::string_view path,
                       Right right,
                       Handler handler,
                       Description about,
                       Match match)
{
    auto route = routes::change(method, path, right, handler, about);
    route.about.match = match;
    route.about.repeatable = right != Right::none;
    return route;
}

// POST to a collection: 201 with what was made.
constexpr Route create(std::string_view path, Right right, Handler handler, Description about)
{
    about.success = boost::beast::http::status::created;
    return change(boost::beast::http::verb::post, path, right, handler, about, Match::none);
}

constexpr Route edit(std::string_view path, Right right, Handler handler, Description about)
{
    return change(boost::beast::http::verb::patch, path, right, handler, about, Match::required);
}

// POST {}:verb.
constexpr Route verb(std::string_view path, Right right, Handler handler, Description about)
{
    return change(boost::beast::http::verb::post, path, right, handler, about, Match::optional);
}

// Of a record, for a command that needs no more than that and why.
template <auto Change, catalog::Verb V, catalog::AnyRecord T, class Answer = T>
constexpr Route tell(std::string_view path, Right right, std::string_view summary, Codes codes = {})
{
    return verb(path,
                right,
                say_verb<Change, V, T>,
                {summary, asked<catalog::ReasonInput>, answered<Answer>, codes});
}

// DELETE {}; it carries no body.
template <auto Change, catalog::AnyRecord T>
constexpr Route remove(std::string_view path,
                       Right right,
                       std::string_view summary,
                       Codes codes = {})
{
    return change(boost::beast::http::verb::delete_,
                  path,
                  right,
                  say_verb<Change, catalog::Verb::remove, T>,
                  {summary, nothing, answered<T>, codes},
                  Match::required);
}

}  // namespace strait::api::forms
