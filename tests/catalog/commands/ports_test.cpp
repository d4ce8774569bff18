#include "catalog/commands/ports.hpp"

#include "tests/catalog/some_exchange.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

// What is said of the topics of a version, and by whom.
struct PortsTest : ExchangeTest {
    Outcome<ProductVersion> add(const std::vector<DeclaredPort>& ports, Semver number = {1, 1, 0})
    {
        return catalog.execute([&](Draft& draft) {
            return add_version(draft, acme, {.product = orders, .version = number, .ports = ports});
        });
    }

    Outcome<ProductVersion> edit(const DeclaredPort& port)
    {
        return catalog.execute([&](Draft& draft) {
            return edit_version(
                draft, acme, {.product = orders, .version = {1, 1, 0}, .ports = {port}});
        });
    }

    Outcome<ProductVersion> observe(const Act& act, const std::string& alias = "orders")
    {
        return catalog.execute([&](Draft& draft) {
            return observe_port(draft, act, orders, {1, 1, 0}, alias, some_topic());
        });
    }

    ContractId contract_of(const Act& act, std::uint8_t number)
    {
        auto contract = some_contract(number);
        contract.organisation = act.organisation.value();
        contract.name = "contract-" + std::to_string(number);
        return must([&](Draft& draft) -> Outcome<Contract> {
                   draft.put(contract);
                   return contract;
               })
            .id;
    }
};

TEST_F(PortsTest, AreOnClustersOfTheirOwnerAlone)
{
    auto foreign = port();
    foreign.cluster = bergen;
    auto absent = port();
    absent.cluster = some_id<Noun::cluster>(99);

    const auto refused = add({port(), foreign});
    const auto missing = add({absent});

    EXPECT_EQ(code_of(refused), RefusalCode::not_found);
    EXPECT_EQ(refused.error(), (Refusal{RefusalCode::not_found, to_string(bergen)}));
    EXPECT_EQ(missing.error(), (Refusal{RefusalCode::not_found, to_string(absent.cluster)}));
    ASSERT_TRUE(add({port()}));
    EXPECT_EQ(code_of(edit(foreign)), RefusalCode::not_found);
}

TEST_F(PortsTest, AreOnNoClusterThatIsRemoved)
{
    const auto narvik = cluster_of(acme, "narvik");
    must([&](Draft& draft) { return change_cluster(draft, acme, narvik, Verb::remove); });
    auto gone = port();
    gone.cluster = narvik;

    EXPECT_EQ(code_of(add({gone})), RefusalCode::not_found);
}

TEST_F(PortsTest, HaveContractsOfTheirOwnerAlone)
{
    auto port_with = port();
    port_with.contract = contract_of(globex, 50);
    EXPECT_EQ(code_of(add({port_with})), RefusalCode::not_found);

    port_with.contract = contract_of(acme, 51);
    EXPECT_TRUE(add({port_with}));
}

TEST_F(PortsTest, AreSeenByTheExchangeAlone)
{
    ASSERT_TRUE(add({port()}));
    EXPECT_EQ(code_of(publish(orders, {1, 1, 0})), RefusalCode::not_publishable);

    EXPECT_EQ(code_of(observe(acme)), RefusalCode::right_missing);
    EXPECT_EQ(code_of(observe(globex)), RefusalCode::not_found);
    EXPECT_EQ(code_of(observe(system, "other")), RefusalCode::not_found);
    ASSERT_TRUE(observe(system));
    const auto revision = catalog.revision();
    ASSERT_TRUE(observe(system));

    EXPECT_EQ(catalog.revision(), revision);
    EXPECT_TRUE(publish(orders, {1, 1, 0}));
}

TEST_F(PortsTest, AreSeenAnewOnceTheyLeadElsewhere)
{
    ASSERT_TRUE(add({port()}));
    ASSERT_TRUE(observe(system));
    auto renamed = port();
    renamed.alias = "sales";
    EXPECT_EQ(edit(renamed)->ports.front().observed, some_topic());

    renamed.topic = "sales.orders.v3";
    EXPECT_FALSE(edit(renamed)->ports.front().observed);
}

TEST_F(PortsTest, HaveLimits)
{
    const auto code_with = [&](auto change) {
        auto changed = port();
        change(changed);
        return code_of(add({changed}));
    };
    constexpr auto invalid = RefusalCode::invalid_request;

    EXPECT_EQ(code_of(add({})), invalid);
    EXPECT_EQ(code_of(add(std::vector<DeclaredPort>(ports_max + 1, port()))), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.alias = std::string(250, 'a'); }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.alias = "a/b"; }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.topic = ".."; }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.kinds.push_back(each.kinds.front()); }), invalid);
    EXPECT_EQ(code_with([](auto& each) { each.rights.clear(); }), invalid);
    EXPECT_TRUE(add(std::vector<DeclaredPort>(ports_max, port())));
}

TEST_F(PortsTest, HaveAChangelogOfLimitedSize)
{
    const auto with = [&](std::size_t size) {
        return catalog.execute([&](Draft& draft) {
            return add_version(draft,
                               acme,
                               {.product = orders,
                                .version = {1, 1, 0},
                                .ports = {port()},
                                .changelog = std::string(size, 'a')});
        });
    };

    EXPECT_EQ(code_of(with(text_size_max + 1)), RefusalCode::invalid_request);
    EXPECT_TRUE(with(text_size_max));
}

// Four eyes: the second pair is that of a person who wrote none of it.
struct ReviewTest : PortsTest {
    Act reviewer = another(79);

    ReviewTest()
    {
        auto owner = catalog.find<Organisation>(*acme.organisation).value();
        owner.settings.review = Review::four_eyes;
        must([&](Draft& draft) -> Outcome<bool> {
            draft.put(owner);
            return true;
        });
    }

    Act another(std::uint8_t number) const
    {
        auto act = acme;
        act.actor = Principal{some_id<Noun::user>(number)};
        return act;
    }

    Act program_of(const Act& maker, const std::string& name)
    {
        const auto program = must([&](Draft& draft) {
            return create_application(draft, maker, {.name = name, .title = "Title"});
        });
        auto act = acme;
        act.actor = Principal{program.id};
        return act;
    }

    Outcome<ProductVersion> change(const Act& act, Verb verb)
    {
        return catalog.execute(
            [&](Draft& draft) { return change_version(draft, act, orders, {1, 1, 0}, verb); });
    }
};

TEST_F(ReviewTest, IsNotOfWhoEditedLast)
{
    version(orders, {1, 1, 0}, {port()});
    must([&](Draft& draft) {
        return edit_version(
            draft,
            reviewer,
            {.product = orders, .version = {1, 1, 0}, .ports = {port()}, .changelog = "More"});
    });
    ASSERT_TRUE(change(another(78), Verb::submit));

    EXPECT_EQ(code_of(change(acme, Verb::publish)), RefusalCode::not_publishable);
    EXPECT_EQ(code_of(change(reviewer, Verb::publish)), RefusalCode::not_publishable);
    EXPECT_EQ(code_of(change(another(78), Verb::publish)), RefusalCode::not_publishable);
    EXPECT_TRUE(change(another(77), Verb::publish));
}

TEST_F(ReviewTest, IsNotOfAProgram)
{
    version(orders, {1, 1, 0}, {port()});
    ASSERT_TRUE(change(acme, Verb::submit));

    EXPECT_EQ(code_of(change(program_of(acme, "robot"), Verb::publish)),
              RefusalCode::not_publishable);
    EXPECT_TRUE(change(reviewer, Verb::publish));
}

TEST_F(ReviewTest, IsNotOfWhoHoldsTheProgramThatWroteIt)
{
    const auto robot = program_of(reviewer, "robot");
    version(orders, {1, 1, 0}, {port()});
    ASSERT_TRUE(change(robot, Verb::submit));

    EXPECT_EQ(code_of(change(reviewer, Verb::publish)), RefusalCode::not_publishable);
    EXPECT_TRUE(change(another(78), Verb::publish));
}

}  // namespace
}  // namespace strait::catalog
