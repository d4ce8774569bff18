#include "catalog/commands/products.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/publishing_inputs.hpp"

namespace strait::api {

Handled create_product(Services& services, const Call& call)
{
    constexpr auto make =
        [](catalog::Draft& draft, const catalog::Act& act, const catalog::ProductInput& input) {
            return catalog::create_product(draft, act, input.name, input);
        };
    return create_record<make, catalog::ProductInput>(services, call);
}

Handled describe_product(Services& services, const Call& call)
{
    constexpr auto text_of =
        [](const catalog::DataProduct& product) -> const catalog::ProductText& { return product; };
    return patch_record<catalog::describe_product, text_of, catalog::DataProduct>(services, call);
}

}  // namespace strait::api
