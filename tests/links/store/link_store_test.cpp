#include "links/store/link_store.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace strait::links {
namespace {

namespace fs = std::filesystem;
using namespace std::string_literals;

StoredLink some_link(const std::string& name = "oslo-to-bergen")
{
    return {LinkName{name}, ManagedBy::catalog, 0x0102, 0x0304, 5, R"({"name":"x"})"};
}

constexpr std::string_view golden{"\x01\x02"
                                  "\x00\x00\x00\x00\x00\x00\x01\x02"
                                  "\x00\x00\x00\x00\x00\x00\x03\x04"
                                  "\x00\x00\x00\x00\x00\x00\x00\x05"
                                  "\x0c"
                                  R"({"name":"x"})",
                                  39};

TEST(StoredLink, KeepsItsBytes)
{
    EXPECT_EQ(encode(some_link()), golden);
    EXPECT_EQ(decode_link("oslo-to-bergen", golden).value(), some_link());
}

TEST(StoredLink, IsNoneOfFewerOrMoreBytes)
{
    for (std::size_t size = 0; size < golden.size(); ++size) {
        const auto found = decode_link("a", golden.substr(0, size));
        ASSERT_FALSE(found) << size;
        EXPECT_EQ(found.error().code(), Errc::corrupt) << size;
    }
    EXPECT_EQ(decode_link("a", std::string{golden} + "x").error().code(), Errc::corrupt);
}

TEST(StoredLink, IsNoneOfTheFileOrOfAnOwnerThatThereIsNot)
{
    for (const char owner : {'\0', '\3'}) {
        std::string bytes{golden};
        bytes[1] = owner;
        EXPECT_EQ(decode_link("a", bytes).error().code(), Errc::corrupt);
    }
    EXPECT_EQ(decode_link("A", golden).error().code(), Errc::corrupt);
}

TEST(StoredLink, OfANewerFormatIsLeftToNewerPrograms)
{
    EXPECT_EQ(decode_link("a", "\x02 whatever").error().code(), Errc::conflict);
}

struct LinkStoreTest : ::testing::Test {
    // Of each test its own: they run at the same time.
    fs::path folder = fs::path{::testing::TempDir()} /
                      ("strait-link-store-test-"s +
                       ::testing::UnitTest::GetInstance()->current_test_info()->name());

    LinkStoreTest() { fs::remove_all(folder); }
    ~LinkStoreTest() override { fs::remove_all(folder); }
};

TEST_F(LinkStoreTest, KeepsWhatItWasGivenInTheOrderOfNames)
{
    auto changed = some_link("b");
    changed.revision = 6;
    {
        auto store = LinkStore::open(folder);
        ASSERT_TRUE(store);
        for (const auto* const name : {"c", "b", "a"}) ASSERT_TRUE(store->put(some_link(name)));
        ASSERT_TRUE(store->put(changed));
        ASSERT_TRUE(store->remove(LinkName{"c"}));
        ASSERT_TRUE(store->remove(LinkName{"nobody"}));
    }

    EXPECT_EQ(LinkStore::open(folder)->all(), (std::vector{some_link("a"), changed}));
}

TEST_F(LinkStoreTest, RefusesASecondOwner)
{
    const auto first = LinkStore::open(folder);
    ASSERT_TRUE(first);

    EXPECT_EQ(LinkStore::open(folder).error().code(), Errc::conflict);
}

TEST_F(LinkStoreTest, NamesDamageAndWhatToDo)
{
    ASSERT_TRUE(DurableMap::open(folder, "test")->put("a", "\x01 whatever"));

    const auto damaged = LinkStore::open(folder);

    ASSERT_FALSE(damaged);
    EXPECT_EQ(damaged.error().code(), Errc::corrupt);
    EXPECT_TRUE(damaged.error().detail().contains(folder.string())) << damaged.error().detail();
}

}  // namespace
}  // namespace strait::links
