#include "catalog/store/catalog_check.hpp"
#include "catalog/store/catalog_store.hpp"
#include "tests/catalog/random_load.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace strait::catalog {
namespace {

using namespace std::chrono_literals;

using Entries = std::vector<std::pair<std::string, std::string>>;

Entries all_of(const Reader& reader, Family family)
{
    Entries all;
    const auto scanned =
        reader.scan(family, {}, {}, [&](std::string_view key, std::string_view value) {
            all.emplace_back(key, value);
            return true;
        });
    EXPECT_TRUE(scanned) << scanned.error().detail();
    return all;
}

void expect_same(const Reader& found, const Reader& due)
{
    for (const auto family :
         {Family::records, Family::by_organisation, Family::index, Family::keys, Family::texts}) {
        EXPECT_EQ(all_of(found, family), all_of(due, family))
            << family_names.at(static_cast<std::size_t>(family));
    }
}

// The last whole line.
std::uint64_t last_number(const std::string& output, std::uint64_t otherwise)
{
    const auto end = output.rfind('\n');
    if (end == std::string::npos || end == 0) return otherwise;
    const auto begin = output.rfind('\n', end - 1);
    return std::stoull(output.substr(begin == std::string::npos ? 0 : begin + 1, end));
}

// What the commands up to a number make, without a database.
class Model {
  public:
    explicit Model(std::uint64_t seed) : load_{seed} {}

    void advance_to(std::uint64_t number)
    {
        for (; number_ < number; ++number_) {
            catalog_.now = RandomLoad::time_of(number_ + 1);
            const auto outcome =
                catalog_.execute([&](Draft& draft) { return load_.execute(draft, number_ + 1); });
            const bool broken = !outcome && outcome.error().code == RefusalCode::unavailable;
            ASSERT_FALSE(broken) << outcome.error().detail;
            if (outcome) answered_.insert(number_ + 1);
        }
    }

    // Whether its named call still has an answer: a quick machine gets to more of them than are
    // kept.
    [[nodiscard]] bool answered(std::uint64_t number) const
    {
        const auto found = answered_.find(number);
        return std::cmp_less_equal(std::distance(found, answered_.end()), answers_max) &&
               found != answered_.end();
    }
    [[nodiscard]] std::uint64_t number() const noexcept { return number_; }
    [[nodiscard]] const MemoryCatalog& catalog() const noexcept { return catalog_; }

  private:
    RandomLoad load_;
    MemoryCatalog catalog_;
    std::set<std::uint64_t> answered_;
    std::uint64_t number_ = 0;
};

void expect_answers(const Reader& found, const Model& model)
{
    for (std::uint64_t number = 1; number <= model.number(); ++number) {
        const auto answer =
            find_answer(found, RandomLoad::call_of(number), RandomLoad::time_of(number)).value();
        ASSERT_EQ(answer.has_value(), model.answered(number)) << number;
        if (answer) ASSERT_EQ(answer->answer.body, std::to_string(number));
    }
}

// 200 kills in all.
class KilledCatalog : public ::testing::TestWithParam<std::uint64_t> {};

INSTANTIATE_TEST_SUITE_P(Seeds, KilledCatalog, ::testing::Values(7, 8, 9, 10));

// What was acknowledged is there, and of what was not, all or nothing.
TEST_P(KilledCatalog, HasWhatItAcknowledged)
{
    constexpr int kills = 50;
    const auto seed = GetParam();
    const testing::TempFolder folder{"killed-catalog"};
    const auto data = (folder.path() / "catalog").string();
    std::mt19937_64 random{seed};
    Model model{seed};
    for (int kill = 0; kill < kills; ++kill) {
        const auto first = model.number() + 1;
        testing::ChildProcess child{
            {STRAIT_CATALOG_LOAD, data, std::to_string(seed), std::to_string(first)},
            folder.path() / "output"};
        const auto wanted = std::to_string(first + random() % 8) + "\n";
        ASSERT_TRUE(child.wait_for_output(wanted, 30s)) << child.output();
        child.signal(SIGKILL);
        ASSERT_EQ(child.wait(30s), 128 + SIGKILL) << child.output();

        const auto acknowledged = last_number(child.output(), first - 1);
        const auto store = CatalogStore::open(data);
        ASSERT_TRUE(store) << store.error().detail();
        const auto revision = store->head().value().seq;
        model.advance_to(acknowledged);
        ASSERT_LE(model.catalog().revision(), revision) << "after " << acknowledged;
        if (model.catalog().revision() < revision) model.advance_to(acknowledged + 1);
        ASSERT_EQ(model.catalog().revision(), revision) << "after " << acknowledged;
        const auto reader = store->read();
        expect_same(*reader, model.catalog().reader());
        const auto fault = find_audit_fault(*reader).value();
        ASSERT_FALSE(fault) << fault->seq << ": " << fault->text;
        ASSERT_EQ(find_index_fault(*reader).value().value_or(""), "");
        ASSERT_EQ(find_change_fault(*reader).value().value_or(""), "");
        ASSERT_EQ(find_answer_fault(*reader).value().value_or(""), "");
        expect_answers(*reader, model);
        if (::testing::Test::HasFailure()) return;
    }
    EXPECT_GT(model.catalog().revision(), 75U);
}

// Otherwise the test above would say little.
TEST(RandomLoad, GetsToEveryState)
{
    Model model{11};
    std::set<std::string> states;
    for (std::uint64_t number = 100; number <= 4'000; number += 100) {
        model.advance_to(number);
        Draft draft{model.catalog().reader(), 0, {}};
        const std::string all{static_cast<char>(Noun::subscription)};
        for (const auto& each : draft.all_below<Subscription>(Family::records, all, 1'000)) {
            states.insert(to_string(each.state));
        }
    }
    EXPECT_EQ(states,
              (std::set<std::string>{
                  "active", "paused", "provisioning", "suspended", "terminated", "terminating"}));
}

}  // namespace
}  // namespace strait::catalog
