#include "catalog/commands/contracts.hpp"

#include "api/catalog/handlers.hpp"
#include "api/catalog/records.hpp"
#include "catalog/inputs/contract_inputs.hpp"
#include "catalog/records/visibility.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace strait::api {

namespace {

namespace http = boost::beast::http;

using catalog::Contract;
using catalog::ProductVersion;
using catalog::VersionState;

bool names(const ProductVersion& version, catalog::ContractId id)
{
    return std::ranges::any_of(version.ports,
                               [&](const auto& port) { return port.contract == id; });
}

// Whether others are shown a version that promises it.
bool is_shown_to(catalog::Draft& draft, catalog::OrganisationId viewer, catalog::ContractId id)
{
    const auto by = catalog::reference_key(id.bits, catalog::Noun::version);
    const auto versions = draft.all_below<ProductVersion>(catalog::Family::index, by);
    return std::ranges::any_of(versions, [&](const ProductVersion& version) {
        const bool open =
            version.state == VersionState::published || version.state == VersionState::deprecated;
        if (!open || !names(version, id)) return false;
        const auto product = draft.find<catalog::DataProduct>(version.product);
        const auto owner = draft.find<catalog::Organisation>(version.organisation);
        return product && owner && catalog::visible_to(*product, owner->state, viewer);
    });
}

struct SchemaText {
    catalog::SchemaType type{};
    std::string text;
};

catalog::Outcome<SchemaText> find_schema(catalog::Draft& draft,
                                         const catalog::Act& act,
                                         catalog::ContractId id)
{
    const auto contract = draft.find<Contract>(id);
    const auto& viewer = act.organisation;
    const bool seen = contract && viewer &&
                      (contract->organisation == *viewer || is_shown_to(draft, *viewer, id));
    if (!seen) return catalog::refuse(no_such_object());
    const auto& schema = contract->schema;
    const auto text = schema ? draft.find_text(schema->sha256) : std::nullopt;
    if (!text) return catalog::refuse(no_such_object());
    return SchemaText{schema->type, *text};
}

std::string_view media_type_of(catalog::SchemaType type)
{
    switch (type) {
        case catalog::SchemaType::json: return "application/schema+json";
        case catalog::SchemaType::avro: return "application/vnd.apache.avro+json";
        case catalog::SchemaType::protobuf: return "text/plain; charset=utf-8";
    }
    std::unreachable();
}

}  // namespace

Handled create_contract(Services& services, const Call& call)
{
    return create_record<catalog::create_contract, catalog::NewContract>(services, call);
}

Handled edit_contract(Services& services, const Call& call)
{
    return change_record<catalog::edit_contract, catalog::ContractChange, Contract>(services, call);
}

Handled show_schema(Services& services, const Call& call)
{
    const auto id = id_of<catalog::Noun::contract>(call);
    if (!id) co_return std::unexpected{id.error()};
    const Command<SchemaText> question = [id = *id](catalog::Draft& draft,
                                                    const catalog::Act& act) {
        return find_schema(draft, act, id);
    };
    auto found = co_await ask(services, call, question);
    if (!found) co_return std::unexpected{found.error()};
    auto response = text(http::status::ok, media_type_of(found->type), std::move(found->text));
    response.set("X-Content-Type-Options", "nosniff");  // whoever wrote it is not us
    response.set("Strait-Revision", std::to_string(services.catalog->revision()));
    co_return response;
}

}  // namespace strait::api
