#include "catalog/commands/contracts.hpp"

#include "catalog/commands/schema_fields.hpp"
#include "tests/catalog/some_exchange.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using Paths = std::set<std::string>;

struct ContractsTest : ExchangeTest {
    static constexpr auto order = R"({"type": "object", "properties": {
        "id": {"type": "string"},
        "customer": {"properties": {"email": {"type": "string"}}},
        "lines": {"type": "array", "items": {"properties": {"sku": true}}}}})";

    static NewContract input(const std::string& text = order, SchemaType type = SchemaType::json)
    {
        NewContract input;
        input.name = "orders-value";
        input.version = {1, 0, 0};
        input.schema = NewSchema{.type = type, .text = text, .references = {}};
        return input;
    }

    Outcome<Contract> create(const Act& act, const NewContract& input)
    {
        return catalog.execute([&](Draft& draft) { return create_contract(draft, act, input); });
    }

    Outcome<Contract> edit(const Act& act, ContractId id, const ContractChange& change)
    {
        return catalog.execute([&](Draft& draft) { return edit_contract(draft, act, id, change); });
    }

    Outcome<Contract> change(const Act& act, ContractId id, Verb verb)
    {
        return catalog.execute([&](Draft& draft) { return change_contract(draft, act, id, verb); });
    }

    static Paths paths_of(const Contract& contract)
    {
        Paths paths;
        for (const auto& field : contract.fields) paths.insert(field.path);
        return paths;
    }
};

TEST_F(ContractsTest, HoldsTheFieldsOfItsSchemaBesideThoseThatAreDescribed)
{
    auto said = input();
    said.fields = {{"customer.email", "restricted", {"pii"}}, {"promised", "", {}}};
    const auto made = create(acme, said);
    ASSERT_TRUE(made) << made.error().detail;
    EXPECT_EQ(paths_of(*made),
              (Paths{"customer", "customer.email", "id", "lines", "lines.sku", "promised"}));
    EXPECT_EQ(made->fields.front().classification, "restricted");

    // Another schema takes away only what nobody has described.
    ContractChange other;
    other.schema = NewSchema{.type = SchemaType::avro,
                             .text = R"({"type": "record", "name": "Order", "fields": [
                                 {"name": "total", "type": ["null", "long"]}]})",
                             .references = {{"address", "\"string\""}}};
    const auto edited = edit(acme, made->id, other);
    ASSERT_TRUE(edited) << edited.error().detail;
    EXPECT_EQ(paths_of(*edited), (Paths{"customer.email", "promised", "total"}));
    const auto text =
        Draft{catalog.reader(), 0, {}}.find_text(edited->schema.value().references.front().sha256);
    EXPECT_EQ(text, "\"string\"");
}

TEST_F(ContractsTest, DoesNotChangeOnceItIsActive)
{
    const auto id = create(acme, input())->id;
    EXPECT_EQ(code_of(change(acme, id, Verb::deprecate)), RefusalCode::illegal_transition);
    ASSERT_TRUE(change(acme, id, Verb::activate));
    ContractChange event;
    event.event_type = "order.accepted";
    EXPECT_EQ(code_of(edit(acme, id, event)), RefusalCode::version_immutable);
    EXPECT_EQ(catalog.find<Contract>(id)->event_type, "");
    EXPECT_EQ(code_of(create(acme, input())), RefusalCode::name_taken);
}

TEST_F(ContractsTest, IsNotRetiredUnderAPublishedVersion)
{
    const auto id = create(acme, input())->id;
    ASSERT_TRUE(change(acme, id, Verb::activate));
    auto with_contract = port();
    with_contract.contract = id;
    const auto product =
        must([&](Draft& draft) { return create_product(draft, acme, "returns", text()); }).id;
    const auto named = version(product, {1, 0, 0}, {with_contract}).id;
    ASSERT_TRUE(publish(product, {1, 0, 0}));
    ASSERT_TRUE(change(acme, id, Verb::deprecate));

    const auto refused = change(acme, id, Verb::retire);
    EXPECT_EQ(code_of(refused), RefusalCode::in_use);
    EXPECT_EQ(refused.error().named, std::vector{to_string(named)});

    const Timestamp sunset{catalog.now.unix_ms + 1'000};
    must([&](Draft& draft) {
        return change_version(draft, acme, product, {1, 0, 0}, Verb::deprecate, sunset);
    });
    EXPECT_TRUE(change(acme, id, Verb::retire));
}

TEST_F(ContractsTest, IsThereForNobodyElse)
{
    const auto id = create(acme, input())->id;
    EXPECT_EQ(code_of(edit(globex, id, {})), RefusalCode::not_found);
    EXPECT_EQ(code_of(change(globex, id, Verb::activate)), RefusalCode::not_found);
    EXPECT_TRUE(create(globex, input()));
    auto reader = acme;
    reader.roles = {Role::developer};
    EXPECT_EQ(code_of(create(reader, input())), RefusalCode::right_missing);
    EXPECT_EQ(code_of(edit(reader, id, {})), RefusalCode::right_missing);
}

TEST_F(ContractsTest, NamesWhatIsWrongWithASchema)
{
    const std::vector<std::pair<SchemaType, std::string>> wrong{
        {SchemaType::json, "{"},
        {SchemaType::json, "[]"},
        {SchemaType::json, R"({"properties": []})"},
        {SchemaType::json, R"({"properties": {"a": 1}})"},
        {SchemaType::json, R"({"anyOf": {}})"},
        {SchemaType::avro, "1"},
        {SchemaType::avro, R"({"type": "record", "fields": []})"},
        {SchemaType::avro, R"({"type": "record", "name": "A", "fields": [{"name": "a"}]})"},
        {SchemaType::avro, R"({"type": "array"})"},
        {SchemaType::avro, std::string(65, '[') + std::string(65, ']')}};
    for (const auto& [type, text] : wrong) {
        const auto refused = create(acme, input(text, type));
        ASSERT_EQ(code_of(refused), RefusalCode::schema_invalid) << text;
        ASSERT_EQ(refused.error().problems.size(), 1U);
        EXPECT_EQ(refused.error().problems.front().pointer, "/schema/text");
    }
    EXPECT_TRUE(create(acme, input("message Order {}", SchemaType::protobuf)));
}

TEST_F(ContractsTest, IsBounded)
{
    std::vector<NewContract> wrong(5, input());
    wrong[0].schema->text = std::string(schema_size_max + 1, ' ');
    wrong[1].schema->references.resize(references_max + 1, {"a", "b"});
    wrong[2].sla = std::vector<ServiceLevel>(service_levels_max + 1, {"latency", 99, 1, "ms"});
    wrong[3].extra = {{"text", std::string(extra_size_max, 'x')}};
    wrong[4].fields = std::vector<ContractField>{};
    for (std::size_t i = 0; i <= fields_max; ++i) {
        wrong[4].fields->push_back({"f" + std::to_string(i), "", {}});
    }
    for (const auto& each : wrong) {
        EXPECT_EQ(code_of(create(acme, each)), RefusalCode::invalid_request);
    }
    // Long names that each stand before many others.
    const auto deep = R"({"properties": {")" + std::string(field_path_size_max, 'x') +
                      R"(": {"properties": {"y": true}}}})";
    EXPECT_EQ(code_of(create(acme, input(deep))), RefusalCode::schema_invalid);
    EXPECT_EQ(code_of(catalog.execute(
                  [&](Draft&) { return fields_of(SchemaType::json, order, "/schema/text", 2); })),
              RefusalCode::schema_invalid);
}

TEST_F(ContractsTest, FindsFieldsThroughListsMapsAndChoices)
{
    const auto avro = fields_of(SchemaType::avro,
                                R"({"type": "record", "name": "O", "fields": [
        {"name": "lines", "type": {"type": "array", "items":
            {"type": "record", "name": "L", "fields": [{"name": "sku", "type": "string"}]}}},
        {"name": "notes", "type": {"type": "map", "values": "string"}}]})",
                                "",
                                fields_max);
    EXPECT_EQ(avro.value(), (Paths{"lines", "lines.sku", "notes"}));
    const auto json = fields_of(
        SchemaType::json,
        R"({"oneOf": [{"properties": {"a": {}}}, {"properties": {"b": {"items": [true]}}}]})",
        "",
        fields_max);
    EXPECT_EQ(json.value(), (Paths{"a", "b"}));
}

}  // namespace
}  // namespace strait::catalog
