#include "catalog/audit/exported_chain.hpp"

#include "tests/catalog/some_records.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace strait::catalog {
namespace {

// The chain of one organisation in which every other entry has another side too, as it is handed
// out and comes in again.
struct ExportedChainTest : ::testing::Test {
    OrganisationId own = some_id<Noun::organisation>(1);
    std::vector<std::string> lines;
    ChainHead head;

    ExportedChainTest()
    {
        for (const auto* const part :
             {R"({"after":{"n":1}})",
              "[4.7459380568556355E2,1E23,-0E0,5E-324,18446744073709551615]",
              R"("\u0001ä")"}) {
            AuditEntry entry;
            entry.seq = 7 * (head.seq + 1);
            entry.time_ms = 1'700'000'000'123;
            entry.common = R"({"verb":"suspend"})";
            entry.sides.push_back(
                {.organisation = own, .seq = head.seq + 1, .previous = head.hash, .part = part});
            if (head.seq % 2 == 0) {
                entry.sides.push_back({.organisation = some_id<Noun::organisation>(2),
                                       .seq = 40,
                                       .previous = sha256("theirs"),
                                       .part = "[2]"});
            }
            seal(entry);
            const auto& side = entry.sides.front();
            lines.push_back(boost::json::serialize(exported(entry, side)));
            head = {side.seq, side.hash};
        }
    }

    // What is found; empty if all is well.
    static std::string found_in(const std::vector<std::string>& entries, ExportedChain chain = {})
    {
        for (const auto& line : entries) {
            if (const auto taken = chain.take(*parse_exactly(line)); !taken) {
                return taken.error().detail();
            }
        }
        const auto whole = chain.finish();
        return whole ? "" : whole.error().detail();
    }

    void replace(std::size_t line, std::string_view from, std::string_view to)
    {
        const auto at = lines[line].find(from);
        ASSERT_NE(at, std::string::npos) << lines[line];
        lines[line].replace(at, from.size(), to);
    }
};

TEST_F(ExportedChainTest, IsProvenByWhatWasHandedOut)
{
    ExportedChain chain;
    for (const auto& line : lines) {
        const auto taken = chain.take(*parse_exactly(line));
        EXPECT_TRUE(taken) << taken.error().detail();
    }
    EXPECT_EQ(chain.head(), head);
    EXPECT_EQ(chain.organisation(), own);
    EXPECT_TRUE(chain.finish());
}

TEST_F(ExportedChainTest, NamesTheFirstEntryThatWasChanged)
{
    const std::vector<std::pair<std::string, std::string>> changes{
        {R"("verb":"suspend")", R"("verb":"resume")"},
        {"4.7459380568556355E2", "4.8459380568556355E2"},
        {"1E23", "1E22"},
        {".123Z", ".124Z"},
        {R"("others":")", R"("others":"0)"},
    };
    for (const auto& [from, to] : changes) {
        auto changed = lines;
        const auto at = changed[1].find(from);
        ASSERT_NE(at, std::string::npos) << from << " in " << changed[1];
        changed[1].replace(at, from.size(), to);
        EXPECT_TRUE(found_in(changed).starts_with("entry 2: "))
            << from << ": " << found_in(changed);
    }
    replace(2, "\xC3\xA4", "\xC3\xB6");
    EXPECT_EQ(found_in(lines), "entry 3: its hash is not that of what it says");
}

// Whoever changes an entry and its hash breaks the one behind it.
TEST_F(ExportedChainTest, HoldsEachEntryByTheNext)
{
    auto parsed = parse_exactly(lines[1])->as_object();
    parsed.insert_or_assign("hash", hex_of(sha256("another")));
    auto changed = lines;
    changed[1] = boost::json::serialize(parsed);
    EXPECT_EQ(found_in(changed), "entry 2: its hash is not that of what it says");
    parsed = parse_exactly(lines[2])->as_object();
    parsed.insert_or_assign("previous", hex_of(sha256("another")));
    changed = lines;
    changed[2] = boost::json::serialize(parsed);
    EXPECT_EQ(found_in(changed), "entry 3: it does not follow the one before it");
}

TEST_F(ExportedChainTest, HasNoHolesAndOneOwner)
{
    EXPECT_EQ(found_in({lines[0], lines[2]}), "entry 2: in its place stands entry 3");
    EXPECT_EQ(found_in({lines[1], lines[2]}), "entry 1: in its place stands entry 2");
    EXPECT_EQ(found_in({lines[0], lines[0]}), "entry 2: in its place stands entry 1");
    EXPECT_EQ(found_in({lines[0], "{}"}), "entry 2: it is no entry of an audit");
    replace(1, to_string(own), to_string(some_id<Noun::organisation>(2)));
    EXPECT_TRUE(found_in(lines).starts_with("entry 2: it is of org_")) << found_in(lines);
}

// A chain that ends early, or that was written anew, is whole in itself: only who has kept where it
// ended finds that out.
TEST_F(ExportedChainTest, GoesThroughWhatWasKept)
{
    ExportedChain keeper;
    keeper.expect(head);
    EXPECT_EQ(found_in(lines, keeper), "");
    EXPECT_EQ(found_in({lines[0]}), "");
    EXPECT_EQ(found_in({}), "entry 1: it is missing: there are none at all");
    EXPECT_EQ(found_in({lines[0]}, keeper),
              "entry 2: it is missing, and so are all up to 3, where the chain was seen to go");

    ExportedChain other;
    other.expect({2, sha256("another")});
    EXPECT_TRUE(found_in(lines, other).starts_with("entry 2: its hash is not the one")) << "kept";
}

TEST_F(ExportedChainTest, ReadsWhereAChainEnded)
{
    EXPECT_EQ(*read_chain_head(exported(own, head)), head);
    const auto receipt =
        boost::json::parse(R"({"audit_seq": 3, "digest": "sha256:)" + hex_of(head.hash) + R"("})");
    EXPECT_EQ(*read_chain_head(receipt), head);
    for (const auto* const wrong : {"{}",
                                    "[]",
                                    R"({"seq": 3})",
                                    R"({"seq": -1, "hash": ""})",
                                    R"({"seq": 3, "hash": "zz"})"}) {
        EXPECT_FALSE(read_chain_head(boost::json::parse(wrong))) << wrong;
    }
}

TEST(Sha256, IsReadFromItsOwnTextAlone)
{
    const auto hash = sha256("abc");
    EXPECT_EQ(sha256_from(hex_of(hash)), hash);
    EXPECT_FALSE(sha256_from(""));
    EXPECT_FALSE(sha256_from(hex_of(hash) + "00"));
    EXPECT_FALSE(sha256_from("g" + hex_of(hash).substr(1)));
    EXPECT_FALSE(sha256_from("BA" + hex_of(hash).substr(2))) << "a hash has one text";
}

}  // namespace
}  // namespace strait::catalog
