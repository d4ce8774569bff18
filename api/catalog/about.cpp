#include "api/catalog/handlers.hpp"
#include "api/catalog/lists.hpp"
#include "api/catalog/records.hpp"

namespace strait::api {

namespace http = boost::beast::http;

Handled show_about(Services& services, const Call&)
{
    co_return catalog_response(services,
                               http::status::ok,
                               boost::json::object{{"name", "strait"},
                                                   {"api", "v1"},
                                                   {"url", services.url},
                                                   {"page_size_max", page_size_max}});
}

Handled show_me(Services& services, const Call& call)
{
    const Command<boost::json::object> question =
        [](catalog::Draft&, const catalog::Act& act) -> catalog::Outcome<boost::json::object> {
        boost::json::object me{{"principal", to_string(act.actor)}};
        if (const auto& own = act.organisation) me.emplace("organisation", to_string(*own));
        me.emplace("roles", catalog::to_json(act.roles, catalog::Purpose::shown));
        me.emplace("scopes", catalog::to_json(act.scopes, catalog::Purpose::shown));
        return me;
    };
    const auto me = co_await ask(services, call, question);
    if (!me) co_return std::unexpected{me.error()};
    co_return catalog_response(services, http::status::ok, *me);
}

}  // namespace strait::api
