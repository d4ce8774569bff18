#include "catalog/commands/contracts.hpp"

#include "catalog/commands/limits.hpp"
#include "catalog/commands/owned.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/schema_fields.hpp"

#include <boost/json/serialize.hpp>

#include <algorithm>
#include <set>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::uint32_t percentile_max = 100;

void check_schema(const NewSchema& schema, const std::string& pointer, Problems& problems)
{
    if (schema.text.empty()) reject(problems, pointer + "/text", "a schema has a text");
    check_lines(pointer + "/text", schema.text, schema_size_max, problems);
    const auto references = pointer + "/references";
    check_count(references, schema.references.size(), references_max, problems);
    for (const auto& [name, text] : schema.references) {
        check_text(references, name, contract_word_size_max, problems);
        check_lines(references, text, schema_size_max, problems);
    }
}

void check_fields(const std::vector<ContractField>& fields, Problems& problems)
{
    check_count("/fields", fields.size(), fields_max, problems);
    std::set<std::string> paths;
    for (const auto& field : fields) {
        check_text("/fields", field.path, field_path_size_max, problems);
        if (!paths.insert(field.path).second) {
            reject(problems, "/fields", "each path once: " + field.path);
        }
        if (!field.classification.empty() && !from_string<Classification>(field.classification)) {
            reject(problems, "/fields", "public, internal, confidential or restricted");
        }
        check_count("/fields", field.tags.size(), tags_max, problems);
        for (const auto& tag : field.tags) check_text("/fields", tag, tag_size_max, problems);
    }
}

void check_levels(const std::vector<ServiceLevel>& levels, Problems& problems)
{
    check_count("/sla", levels.size(), service_levels_max, problems);
    for (const auto& level : levels) {
        check_text("/sla", level.property, contract_word_size_max, problems);
        if (level.percentile > percentile_max) reject(problems, "/sla", "a percentile of 0 to 100");
        if (!level.unit.empty()) check_text("/sla", level.unit, contract_word_size_max, problems);
    }
}

void check_change(const ContractChange& input, Problems& problems)
{
    if (const auto& schema = input.schema) check_schema(*schema, "/schema", problems);
    if (const auto& schema = input.key_schema) check_schema(*schema, "/key_schema", problems);
    if (const auto& levels = input.sla) check_levels(*levels, problems);
    if (const auto& type = input.event_type; type && !type->empty()) {
        check_text("/event_type", *type, contract_word_size_max, problems);
    }
    if (const auto& extra = input.extra;
        extra && boost::json::serialize(*extra).size() > extra_size_max) {
        reject(problems, "/extra", "at most 64 KiB");
    }
}

Schema stored(Draft& draft, const NewSchema& input)
{
    Schema schema{.type = input.type, .sha256 = draft.put_text(input.text), .references = {}};
    schema.references.reserve(input.references.size());
    for (const auto& [name, text] : input.references) {
        schema.references.push_back({.name = name, .sha256 = draft.put_text(text)});
    }
    return schema;
}

// Of the schema of the values that it has now; its text was read before it was stored.
std::set<std::string> inferred(Draft& draft, const Contract& contract)
{
    const auto& schema = contract.schema;
    if (!schema) return {};
    const auto text = draft.find_text(schema->sha256);
    if (!text) return {};
    return fields_of(schema->type, *text, "/schema/text", fields_max)
        .value_or(std::set<std::string>{});
}

// What nobody has said anything about is there because the schema has it.
bool is_bare(const ContractField& field)
{
    return field.classification.empty() && field.tags.empty();
}

Outcome<void> write_fields(Draft& draft,
                           const ContractChange& input,
                           const std::set<std::string>& before,
                           Contract& contract)
{
    if (const auto& said = input.fields) {
        contract.fields = *said;
    } else {
        std::erase_if(contract.fields, [&](const ContractField& field) {
            return is_bare(field) && before.contains(field.path);
        });
    }
    std::set<std::string> named;
    for (const auto& field : contract.fields) named.insert(field.path);
    for (const auto& path : inferred(draft, contract)) {
        if (!named.contains(path)) contract.fields.push_back({path, {}, {}});
    }
    Problems problems;
    check_fields(contract.fields, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    return {};
}

// What is left to say once it has been found, and found to be the caller's own.
Outcome<void> write_contract(Draft& draft, const ContractChange& input, Contract& contract)
{
    const auto before = inferred(draft, contract);
    if (const auto& schema = input.schema) {
        const auto fields = fields_of(schema->type, schema->text, "/schema/text", fields_max);
        if (!fields) return refuse(fields.error());
        contract.schema = stored(draft, *schema);
    }
    if (const auto& schema = input.key_schema) {
        const auto fields = fields_of(schema->type, schema->text, "/key_schema/text", fields_max);
        if (!fields) return refuse(fields.error());
        contract.key_schema = stored(draft, *schema);
    }
    if (const auto& levels = input.sla) contract.sla = *levels;
    contract.values = input.values.value_or(contract.values);
    contract.event_type = input.event_type.value_or(contract.event_type);
    contract.extra = input.extra.value_or(contract.extra);
    return write_fields(draft, input, before, contract);
}

std::vector<std::string> published_with(Draft& draft, ContractId id)
{
    std::vector<std::string> names;
    for (const auto& version :
         draft.all_below<ProductVersion>(Family::index, reference_key(id.bits, Noun::version))) {
        if (version.state == VersionState::published) names.push_back(to_string(version.id));
    }
    return names;
}

}  // namespace

Outcome<Contract> create_contract(Draft& draft, const Act& act, const NewContract& input)
{
    const auto organisation = act.organisation.value_or(whole_exchange);
    if (const auto may = check_provider(act, organisation); !may) return refuse(may.error());
    Problems problems;
    check_name("/name", input.name, problems);
    check_change(input, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    const auto full_name = input.name + "@" + to_string(input.version);
    if (const auto free = check_free(draft, organisation, Noun::contract, full_name); !free) {
        return refuse(free.error());
    }
    Contract contract;
    begin(contract, draft, act, organisation);
    contract.name = input.name;
    contract.version = input.version;
    if (const auto written = write_contract(draft, input, contract); !written) {
        return refuse(written.error());
    }
    draft.put(contract);
    draft.names("create", to_string(contract.id));
    return contract;
}

Outcome<Contract> edit_contract(Draft& draft,
                                const Act& act,
                                ContractId id,
                                const ContractChange& input)
{
    auto contract = find_own<Contract>(draft, act, id);
    if (!contract) return contract;
    if (const auto may = check_provider(act, contract->organisation); !may)
        return refuse(may.error());
    Problems problems;
    check_change(input, problems);
    if (!problems.empty()) return refuse(invalid(problems));
    const auto before = *contract;
    if (const auto written = write_contract(draft, input, *contract); !written) {
        return refuse(written.error());
    }
    if (*contract == before) return contract;
    if (before.state != ContractState::draft) {
        return refuse(RefusalCode::version_immutable,
                      before.name + " " + to_string(before.version) + " is " +
                          to_string(before.state) + ": make a later version");
    }
    draft.put(*contract);
    draft.names("edit", to_string(id));
    return contract;
}

Outcome<Contract> change_contract(Draft& draft, const Act& act, ContractId id, Verb verb)
{
    auto contract = find_own<Contract>(draft, act, id);
    if (!contract) return contract;
    const auto changed =
        change_state(*contract, verb, act.actors(contract->organisation, Scope::products_write));
    if (!changed) return refuse(changed.error());
    if (!*changed) return contract;
    if (verb == Verb::retire) {
        auto users = published_with(draft, id);
        if (!users.empty()) {
            return refuse(Refusal{.code = RefusalCode::in_use,
                                  .detail = "versions that are published name it",
                                  .named = std::move(users)});
        }
    }
    draft.put(*contract);
    draft.names(word_of(verb), to_string(id));
    return contract;
}

}  // namespace strait::catalog
