#include "api/catalog/lists.hpp"

#include "api/catalog/page_token.hpp"

#include <charconv>
#include <ranges>
#include <system_error>

namespace strait::api {

namespace http = boost::beast::http;

namespace {

constexpr std::size_t page_size_default = 50;

Answered<Page> read_page(const Services& services, const Call& call)
{
    const auto size = read_page_size(call, page_size_default, page_size_max);
    if (!size) return std::unexpected{size.error()};
    Page page{.size = *size, .after = {}};
    const auto text = call.parameter("page_token");
    if (text.empty()) return page;
    if (!call.parameter("sort").empty()) {
        SortOrder::Place place{};
        if (!read_page_token(services, call, text, place)) return refuse(foreign_token());
        page.after_place = place;
        return page;
    }
    catalog::IdBits after{};
    if (!read_page_token(services, call, text, after)) return refuse(foreign_token());
    page.after = after;
    return page;
}

// What was asked, with that token in the place of its own.
std::string next_target(const Call& call, const std::string& token)
{
    const std::string_view target = call.request.target();
    const auto path = target.substr(0, target.find('?'));
    std::string next{path};
    next += '?';
    for (const auto part :
         target.substr(path.size()) | std::views::drop(1) | std::views::split('&')) {
        const std::string_view parameter{part};
        if (parameter.empty() || parameter.starts_with("page_token=")) continue;
        next.append(parameter) += '&';
    }
    return next + "page_token=" + token;
}

Response page_response(const Services& services, const Call& call, PageItems found)
{
    boost::json::object body{{"items", std::move(found.items)}};
    if (const auto& total = found.total) {
        body.emplace(total->more ? "total_at_least" : "total", total->count);
    }
    std::string token;
    if (const auto& last = found.last) token = page_token(services, call, *last);
    if (const auto& place = found.last_place) token = page_token(services, call, *place);
    if (token.empty()) return catalog_response(services, http::status::ok, body);
    body.emplace("next_page_token", token);
    auto response = catalog_response(services, http::status::ok, body);
    response.set(http::field::link, "<" + next_target(call, token) + ">; rel=\"next\"");
    return response;
}

}  // namespace

Refusal wrong_parameter(std::string_view name, std::string text)
{
    Refusal refusal{"invalid-request", std::move(text)};
    refusal.members.push_back({"?" + std::string{name}, "out_of_range"});
    return refusal;
}

Refusal foreign_token()
{
    return wrong_parameter("page_token", "not of this list: begin at its first page");
}

Answered<std::size_t> read_page_size(const Call& call, std::size_t otherwise, std::size_t max)
{
    const auto text = call.parameter("page_size");
    if (text.empty()) return otherwise;
    std::size_t size = 0;
    const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), size);
    const bool whole = failure == std::errc{} && end == text.data() + text.size();
    if (whole && size >= 1 && size <= max) return size;
    return refuse(wrong_parameter("page_size", "page_size is 1 to " + std::to_string(max)));
}

Answered<Wish> read_wish(const Call& call, const FieldNames& fields)
{
    auto filter = Filter::parse(call.parameter("filter"), fields);
    if (!filter) return std::unexpected{filter.error()};
    auto order = SortOrder::parse(call.parameter("sort"), fields);
    if (!order) return std::unexpected{order.error()};
    const auto total = call.parameter("total");
    if (!total.empty() && total != "true" && total != "false") {
        return refuse(wrong_parameter("total", "total is true or false"));
    }
    return Wish{*std::move(filter), *std::move(order), total == "true"};
}

catalog::Refusal too_many_to_sort()
{
    return {.code = catalog::RefusalCode::invalid_request,
            .detail = "sort: more than " + std::to_string(looked_at_max) +
                      " records are not brought into an order: leave it out"};
}

Handled answer_page(Services& services, const Call& call, PageQuestion question)
{
    const auto page = read_page(services, call);
    if (!page) co_return std::unexpected{page.error()};
    const Command<PageItems> of_page = [page = *page, question = std::move(question)](
                                           catalog::Draft& draft, const catalog::Act& act) {
        return question(draft, act, page);
    };
    auto found = co_await ask(services, call, of_page);
    if (!found) co_return std::unexpected{found.error()};
    co_return page_response(services, call, *std::move(found));
}

std::vector<catalog::IdBits> ids_of_page(catalog::Draft& draft,
                                         catalog::OrganisationId organisation,
                                         catalog::Noun noun,
                                         const Page& page)
{
    std::string from;
    if (const auto& after = page.after) {
        from = catalog::organisation_key(organisation, noun, *after);
        from.push_back('\0');  // the first key behind it
    }
    return draft.ids_below(catalog::Family::by_organisation,
                           catalog::organisation_key(organisation, noun),
                           page.size + 1,
                           from);
}

}  // namespace strait::api
