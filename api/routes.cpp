#include "api/routes.hpp"

#include "api/catalog/routes.hpp"
#include "api/openapi/reference.hpp"

namespace strait::api {

Router::Routes exchange_routes()
{
    return {reference_routes, link_routes, people_routes, publishing_routes, access_routes};
}

}  // namespace strait::api
