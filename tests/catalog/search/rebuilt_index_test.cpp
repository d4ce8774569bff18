#include "catalog/search/sqlite.hpp"
#include "tests/catalog/search/some_index.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace strait::catalog {
namespace {

struct RebuiltIndexTest : SearchIndexTest {
    RebuiltIndexTest()
    {
        for (std::uint8_t number = 1; number <= 5; ++number) {
            put(product(number, "p" + std::to_string(number)));
        }
        catch_up();
    }

    void expect_rebuilt()
    {
        EXPECT_EQ(refuses("p1"), Errc::unavailable);
        EXPECT_EQ(catch_up(2), 5);  // begins; 2, 2 and 1 of 5; nothing changed meanwhile
        EXPECT_EQ(found(""), "5 4 3 2 1");
        EXPECT_EQ(index->state().head, store.head().value());
    }
};

TEST_F(RebuiltIndexTest, IsBuiltWhenItIsMissing)
{
    index.reset();
    std::filesystem::remove(path);
    reopen();

    expect_rebuilt();
}

TEST_F(RebuiltIndexTest, IsBuiltWhenTheFileIsNone)
{
    index.reset();
    std::ofstream{path} << std::string(100'000, 'x');
    reopen();

    expect_rebuilt();
}

TEST_F(RebuiltIndexTest, IsBuiltWhenItIsOfAnotherFormat)
{
    index.reset();
    ASSERT_TRUE(SqliteFile::open(path)->run("PRAGMA user_version = 1"));
    reopen();

    expect_rebuilt();
}

TEST_F(RebuiltIndexTest, IsBuiltWhenARowIsDamaged)
{
    index.reset();
    ASSERT_TRUE(SqliteFile::open(path)->run("UPDATE products SET facets = x'ff' WHERE number = 3"));
    reopen();

    expect_rebuilt();
}

TEST_F(RebuiltIndexTest, IsBuiltWhenItsBuildingDidNotEnd)
{
    index.reset();
    std::filesystem::remove(path);
    reopen();
    ASSERT_TRUE(index->catch_up(*store.read(), 2));
    ASSERT_TRUE(index->catch_up(*store.read(), 2));
    reopen();

    expect_rebuilt();
}

TEST_F(RebuiltIndexTest, IsBuiltWhenDamageShowsInASearch)
{
    index.reset();
    ASSERT_TRUE(SqliteFile::open(path)->run("DELETE FROM text_data WHERE id > 10"));
    reopen();
    EXPECT_EQ(refuses("p1"), Errc::corrupt);

    expect_rebuilt();
}

TEST_F(RebuiltIndexTest, IsBuiltWhenItFollowedAnotherCatalog)
{
    store = std::move(CatalogStore::open("/other", env.get()).value());
    for (int i = 0; i < 20; ++i) put(product(9, "p9"));

    EXPECT_EQ(catch_up(2), 3);
    EXPECT_EQ(found(""), "9");
}

TEST_F(RebuiltIndexTest, IsBuiltWhenTheChangesAreNoLongerKept)
{
    put(product(6, "p6"));
    put(product(7, "p7"));
    ASSERT_GT(
        store
            .prune({some_time.unix_ms + std::chrono::milliseconds{std::chrono::days{31}}.count()},
                   99)
            .value(),
        0U);

    catch_up(2);
    EXPECT_EQ(found(""), "7 6 5 4 3 2 1");
}

TEST_F(RebuiltIndexTest, FollowsWhatChangedWhileItWasBuilt)
{
    index.reset();
    std::filesystem::remove(path);
    reopen();
    ASSERT_TRUE(index->catch_up(*store.read(), 2));
    ASSERT_TRUE(index->catch_up(*store.read(), 2));
    auto changed = product(1, "p1");
    changed.title = "Changed";
    put(changed);

    catch_up(2);
    EXPECT_EQ(found("changed"), "1");
}

}  // namespace
}  // namespace strait::catalog
