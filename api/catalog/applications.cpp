#include "catalog/commands/applications.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/people_inputs.hpp"

namespace strait::api {

Handled create_application(Services& services, const Call& call)
{
    return create_record<catalog::create_application, catalog::NewApplication>(services, call);
}

}  // namespace strait::api
