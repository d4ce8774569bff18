#include "catalog/search/search_index.hpp"

#include "catalog/search/text_score.hpp"
#include "tests/catalog/search/some_index.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::catalog {
namespace {

TEST_F(SearchIndexTest, FindsWhatTheWordsSay)
{
    auto cafe = product(1, "coffee-sales");
    cafe.title = "Café ORDERS";
    cafe.tags = {"retail"};
    cafe.description = "every order of the day, also those of the night";
    put(cafe);
    put(product(2, "weather"));
    catch_up();

    for (const auto* const text : {"cafe",
                                   "CAFÉ",
                                   "ord",
                                   "cafe orders",
                                   "\"of the night\"",
                                   "tag:retail",
                                   "owner:acme-1 cafe",
                                   "coffee",
                                   "sales -weather"}) {
        EXPECT_EQ(found(text), "1") << text;
    }
    for (const auto* const text : {"ord cafe x",
                                   "\"of the year\"",
                                   "tag:cafe",
                                   "owner:acme-2 cafe",
                                   "cafe -orders",
                                   "vpublic",
                                   "vis:vpublic",
                                   "ord cafe",
                                   "owner:T",
                                   "acme"}) {
        EXPECT_EQ(found(text), "") << text;
    }
    EXPECT_EQ(found(""), "2 1");
    EXPECT_EQ(found("-cafe"), "2");
}

// A foreign organisation's words are in no hit, no count and no facet, whatever keeps them back.
TEST_F(SearchIndexTest, TellsNothingOfWhatTheCallerMayNotSee)
{
    const std::string canary = "canary";
    const auto hidden = [&](std::uint8_t number) {
        auto made = product(number, canary + std::to_string(number));
        made.title = made.summary = made.description = made.domain = canary;
        made.tags = {canary};
        made.classification = Classification::restricted;
        return made;
    };
    auto draft = hidden(1);
    draft.state = VersionState::draft;
    auto unlisted = hidden(2);
    unlisted.listed = false;
    auto narrow = hidden(3);
    narrow.audience = {AudienceKind::organisations, {organisation(3)}};
    auto closed = hidden(4);
    closed.audience.kind = AudienceKind::private_;
    for (const auto& each : {draft, unlisted, narrow, closed}) put(each);
    auto open = product(5, "open");
    open.organisation = organisation(3);
    open.tags = {"shared"};
    put(open);
    change([&](Draft& drafting) {  // of a published product
        auto contract = some_contract();
        contract.fields = {{canary, canary, {}}};
        drafting.put(contract);
        auto version = some_version();
        version.product = open.id;
        version.state = VersionState::draft;
        drafting.put(version);
    });
    catch_up();

    EXPECT_EQ(found("canary", 1), "1 2 3 4");
    EXPECT_EQ(found("canary", 3), "3");
    for (const auto* const text : {"",
                                   "canary",
                                   "can",
                                   "tag:canary",
                                   "field:canary",
                                   "-shared",
                                   "canary1",
                                   "owner:acme-1",
                                   "vis:canary",
                                   "x -canary"}) {
        const auto page = search(text, 2);
        EXPECT_LE(page.total, 1U) << text;
        for (const auto& hit : page.hits) EXPECT_EQ(hit, open.id) << text;
        for (const auto& [facet, values] : page.facets) {
            for (const auto& each : values) {
                EXPECT_NE(each.value, canary) << text;
                EXPECT_NE(each.value, "acme-1") << text;
                EXPECT_NE(each.value, "restricted") << text;
                EXPECT_EQ(each.count, 1U) << text;
            }
        }
    }
    EXPECT_EQ(
        search("", 2, [&](SearchRequest& request) { request.filters = {{Facet::tags, canary}}; })
            .total,
        0U);
}

// FTS5 takes all that the parser lets through, and the caller's token is asked for nevertheless.
TEST_F(SearchIndexTest, AnswersWhateverIsAsked)
{
    auto hidden = product(1, "hidden");
    hidden.audience.kind = AudienceKind::private_;
    put(hidden);
    put(product(2, "open"));
    catch_up();
    constexpr std::array<std::string_view, 22> pieces{
        "\"", "'", "-",     "tag:", " ",   "hidden", "open", "vis:", "vpublic",
        ")",  "(", "*",     "OR",   "NOT", "NEAR(",  "\xff", "\xc3", "\xe2\x80\x94",
        "^",  "+", "{vis}", "o"};
    std::mt19937_64 random{2};
    for (int round = 0; round < 3'000; ++round) {
        std::string text;
        for (auto left = random() % 10; left > 0; --left)
            text += pieces.at(random() % pieces.size());
        if (!parse_query(text)) continue;
        const auto page = search(text);
        ASSERT_FALSE(::testing::Test::HasFailure()) << text;
        for (const auto& hit : page.hits) ASSERT_EQ(hit, some_id<Noun::product>(2)) << text;
    }
}

TEST_F(SearchIndexTest, RanksByWhereTheWordStands)
{
    auto described = product(1, "a");
    described.description = "stock prices";
    auto tagged = product(2, "b");
    tagged.tags = {"stock"};
    auto titled = product(3, "c");
    titled.title = "Stock";
    auto old = product(4, "d");
    old.title = "Stock";
    old.state = VersionState::deprecated;
    auto twin = product(5, "e");
    twin.title = "Stock";
    auto named = product(6, "stock");
    named.state = VersionState::deprecated;
    for (const auto& each : {described, tagged, titled, old, twin, named}) put(each);
    catch_up();

    EXPECT_EQ(found("stock"), "6 3 5 2 4 1");
}

// Of two words the one that fewer products have counts more.
TEST_F(SearchIndexTest, RanksByHowRareAWordIs)
{
    for (std::uint8_t number = 1; number <= 20; ++number) {
        auto each = product(number, "p" + std::to_string(number));
        each.title = number == 20 ? "T" : "common";
        each.tags = {number == 20 ? "common rare" : "x"};
        if (number < 4) each.summary = "rare";
        if (number == 5) each.description = "rare";
        put(each);
    }
    catch_up();

    EXPECT_EQ(found("common rare"), "20 1 2 3 5");
}

TEST(Rank, CountsADeprecatedProductLessAndANamedOneMost)
{
    EXPECT_EQ(rank_of(1'000, false, false), 1'000);
    EXPECT_EQ(rank_of(1'000, true, false), 300);
    EXPECT_GT(rank_of(1, true, true), rank_of(1'000'000'000, false, false));
}

TEST_F(SearchIndexTest, CountsAndFiltersAllHitsNotOnlyThoseOfThePage)
{
    for (std::uint8_t number = 1; number <= 30; ++number) {
        auto each = product(number, "p" + std::to_string(number));
        each.tags = {number % 3 == 0 ? "third" : "other", "all"};
        put(each);
    }
    catch_up();

    const auto page = search("", 2, [](SearchRequest& request) { request.hits_max = 2; });
    EXPECT_EQ(page.hits.size(), 2U);
    EXPECT_EQ(page.total, 30U);
    EXPECT_EQ(page.facets.at(Facet::tags),
              (std::vector<FacetCount>{{"all", 30}, {"other", 20}, {"third", 10}}));
    const auto filtered = search("", 2, [](SearchRequest& request) {
        request.filters = {{Facet::tags, "third"}, {Facet::owner, "acme-1"}};
    });
    EXPECT_EQ(filtered.total, 10U);
    EXPECT_EQ(filtered.facets.at(Facet::tags),
              (std::vector<FacetCount>{{"all", 10}, {"third", 10}}));
}

TEST_F(SearchIndexTest, ShowsEachHitOnOnePage)
{
    for (std::uint8_t number = 1; number <= 25; ++number) {
        auto each = product(number, "word" + std::to_string(number));
        if (number % 4 == 0) each.tags = {"word"};
        put(each);
    }
    catch_up();
    for (const auto& [text, sort] : {std::pair{"word", SortBy::relevance},
                                     std::pair{"word", SortBy::newest},
                                     std::pair{"", SortBy::relevance}}) {
        const auto whole = search(text, 2, [&](SearchRequest& request) {
            request.sort = sort;
            request.hits_max = 100;
        });
        EXPECT_EQ(whole.hits.size(), 25U);
        std::vector<ProductId> seen;
        std::optional<SearchCursor> after;
        do {
            const auto page = search(text, 2, [&](SearchRequest& request) {
                request.sort = sort;
                request.after = after;
                request.hits_max = 4;
            });
            EXPECT_EQ(page.total, 25U);
            std::ranges::copy(page.hits, std::back_inserter(seen));
            after = page.next;
        } while (after);
        EXPECT_EQ(seen, whole.hits) << text;
    }
}

TEST_F(SearchIndexTest, EndsTheOrderByRelevanceAtItsLimit)
{
    change([](Draft& draft) {
        for (int i = 0; i <= 1'000; ++i) {
            auto each = product(0, "word" + std::to_string(i));
            each.id.bits.at(14) = static_cast<std::uint8_t>(i / 250);
            each.id.bits.at(15) = static_cast<std::uint8_t>(i % 250);
            draft.put(each);
        }
    });
    catch_up(2'000);
    const auto walk = [this](SortBy sort) {
        std::size_t seen = 0;
        SearchPage page;
        do {
            page = search("word", 2, [&](SearchRequest& request) {
                request.sort = sort;
                request.after = page.next;
                request.hits_max = 100;
            });
            seen += page.hits.size();
        } while (page.next);
        return std::pair{seen, page.cut};
    };

    EXPECT_EQ(walk(SortBy::relevance), (std::pair{relevance_hits_max, true}));
    EXPECT_EQ(walk(SortBy::newest), (std::pair{std::size_t{1'001}, false}));
}

TEST_F(SearchIndexTest, FollowsWhatAProductConsistsOf)
{
    put(product(11, "orders"));
    catch_up();
    EXPECT_EQ(found("coupon"), "");
    EXPECT_EQ(index->state().head, store.head().value());

    change([](Draft& draft) {
        auto version = some_version();
        draft.put(version);
        auto contract = some_contract();
        contract.fields = {{"coupon_code", "", {}}};
        draft.put(contract);
    });
    EXPECT_EQ(catch_up(), 1);
    EXPECT_EQ(found("field:coupon"), "11");

    change([](Draft& draft) {
        auto contract = some_contract();
        contract.fields = {{"voucher", "", {}}};
        draft.put(contract);
        auto offer = some_offer();
        offer.policy.organisations.clear();
        draft.put(offer);
    });
    catch_up();
    EXPECT_EQ(found("field:coupon"), "");
    const auto approved = search("voucher", 2, [](SearchRequest& request) {
        request.filters = {{Facet::approval, "auto"}};
    });
    EXPECT_EQ(approved.total, 1U);

    auto hidden = product(11, "orders");
    hidden.listed = false;
    put(hidden);
    catch_up();
    EXPECT_EQ(found("orders"), "");
    EXPECT_EQ(found("orders", 1), "11");
    EXPECT_EQ(search("orders", 1).revision, store.head()->seq);
}

TEST_F(SearchIndexTest, ForgetsAProductThatWent)
{
    for (std::uint8_t number = 1; number <= 3; ++number) {
        auto made = product(number, "orders-" + std::to_string(number));
        made.tags = {"only" + std::to_string(number)};
        put(made);
    }
    catch_up();
    const auto erase = [&](std::uint8_t number) {
        change([&](Draft& draft) {
            draft.erase(*draft.find<DataProduct>(some_id<Noun::product>(number)));
        });
    };
    erase(2);
    catch_up();
    EXPECT_EQ(found("orders"), "1 3");
    EXPECT_EQ(found("tag:only2"), "");
    EXPECT_EQ(search("").facets.at(Facet::tags).size(), 2U);

    reopen();  // with a hole between the numbers
    EXPECT_EQ(found("orders"), "1 3");
    erase(3);
    put(product(4, "orders-4"));  // which gets the number of the one that went
    catch_up();
    EXPECT_EQ(found("orders"), "1 4");
    reopen();
    EXPECT_EQ(found("orders"), "1 4");
    EXPECT_EQ(found("tag:only3"), "");
}

TEST_F(SearchIndexTest, GoesOnWhereItWasWhenItIsOpenedAgain)
{
    auto tagged = product(1, "orders");
    tagged.tags = {"retail"};
    put(tagged);
    catch_up();
    reopen();
    put(product(2, "weather"));

    EXPECT_EQ(catch_up(), 1);
    EXPECT_EQ(found(""), "2 1");
    EXPECT_EQ(search("").facets.at(Facet::tags), (std::vector<FacetCount>{{"retail", 1}}));
}

}  // namespace
}  // namespace strait::catalog
