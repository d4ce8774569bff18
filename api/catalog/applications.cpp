#include "catalog/commands/applications.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/people_inputs.hpp"

namespace strait::api {

Handled create_application(Services& services, const Call& call)
{
    return create_record<catalog::create_application, catalog::NewApplication>(services, call);
}

Handled describe_application(Services& services, const Call& call)
{
    constexpr auto text_of = [](const catalog::Application& application) {
        return catalog::ApplicationText{
            application.title, application.allow_ips, application.roles};
    };
    return patch_record<catalog::describe_application, text_of, catalog::Application>(services,
                                                                                      call);
}

Handled describe_user(Services& services, const Call& call)
{
    constexpr auto text_of = [](const catalog::User& user) {
        return catalog::UserText{user.display_name.text, user.roles};
    };
    return patch_record<catalog::describe_user, text_of, catalog::User>(services, call);
}

}  // namespace strait::api
