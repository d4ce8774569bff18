#pragma once

#include "catalog/commands/act.hpp"
#include "catalog/records/contract.hpp"
#include "catalog/records/refusal.hpp"
#include "catalog/store/draft.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// What the records of ports look like, as their owner promises it. Each of these is one command: it
// reads and changes the draft alone. What belongs to another organisation is `not_found`.
namespace strait::catalog {

inline constexpr std::size_t schema_size_max = std::size_t{1} << 20U;
inline constexpr std::size_t references_max = 16;
inline constexpr std::size_t fields_max = 2'000;
inline constexpr std::size_t service_levels_max = 16;
inline constexpr std::size_t contract_word_size_max = 255;  // of an event type, a unit
inline constexpr std::size_t extra_size_max = std::size_t{64} << 10U;

// Another schema that one refers to, by the name that it uses.
struct NewReference {
    std::string name;
    std::string text;
};

struct NewSchema {
    SchemaType type = SchemaType::json;
    std::string text;
    std::vector<NewReference> references;
};

// What is left out stays as it is; a list is replaced as a whole.
struct ContractChange {
    std::optional<NewSchema> schema{};
    std::optional<NewSchema> key_schema{};
    std::optional<std::vector<ContractField>> fields{};
    std::optional<std::vector<ServiceLevel>> sla{};
    std::optional<ValueForm> values{};
    std::optional<std::string> event_type{};
    std::optional<boost::json::object> extra{};
};

struct NewContract : ContractChange {
    std::string name{};
    Semver version{};
};

// A draft. Fields of its schema that `fields` does not name are added to them, so that they are
// found and can be classified. RefusalCode::schema_invalid for a text that is no schema.
Outcome<Contract> create_contract(Draft& draft, const Act& act, const NewContract& input);

// While it is a draft. RefusalCode::version_immutable after that, unless all of it is said already.
Outcome<Contract> edit_contract(Draft& draft,
                                const Act& act,
                                ContractId id,
                                const ContractChange& input);

// activate, deprecate, retire. RefusalCode::in_use names the published versions that keep it from
// being retired.
Outcome<Contract> change_contract(Draft& draft, const Act& act, ContractId id, Verb verb);

}  // namespace strait::catalog
