#include "catalog/audit/audit_entry.hpp"

#include "tests/catalog/some_records.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace strait::catalog {
namespace {

AuditEntry some_entry()
{
    AuditEntry entry;
    entry.seq = 2;
    entry.previous.fill(0x11);
    entry.time_ms = 0x0102030405;
    entry.common = R"({"verb":"suspend"})";
    entry.sides = {{.organisation = some_id<Noun::organisation>(1),
                    .seq = 3,
                    .previous = sha256("one"),
                    .part = "[1]"},
                   {.organisation = some_id<Noun::organisation>(2),
                    .seq = 4,
                    .previous = sha256("two"),
                    .part = "[2]"}};
    seal(entry);
    return entry;
}

TEST(Sha256, IsThatOfTheStandard)
{
    EXPECT_EQ(hex_of(sha256("abc")),
              "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(AuditEntry, ComesBackWithItsHashes)
{
    const auto entry = some_entry();

    const auto read = decode_audit_entry(encode(entry));

    ASSERT_TRUE(read);
    EXPECT_TRUE(*read == entry);
}

// What others hold heads of: neither the bytes nor the hashes may ever change.
TEST(AuditEntry, KeepsItsHashes)
{
    const auto entry = some_entry();

    EXPECT_EQ(encode(entry).size(), 189U);
    EXPECT_EQ(hex_of(sha256(encode(entry))),
              "2a8e9835b72e367da96ae1e398e97f5f739e54883530adbb2ab80da46d71af9c");
    EXPECT_EQ(hex_of(entry.sides.front().hash),
              "2898b64b3fd83b29af23d908faf7063a1da1b22d7e127458b69fdfd1ed41df43");
    EXPECT_EQ(hex_of(entry.hash),
              "082454fb033804df49bcbc992def8c36030f0027fa00e27965b2841a2b0412f6");
}

TEST(AuditEntry, IsNoneOfFewerOrMoreBytes)
{
    const auto bytes = encode(some_entry());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_FALSE(decode_audit_entry(std::string_view{bytes}.substr(0, size))) << size;
    }
    EXPECT_FALSE(decode_audit_entry(bytes + "x"));
    EXPECT_EQ(decode_audit_entry("\x02 whatever").error().code(), Errc::conflict);
}

TEST(AuditEntry, HasAnotherHashWhateverBitIsChanged)
{
    const auto entry = some_entry();
    const auto bytes = encode(entry);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        auto changed = bytes;
        changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
        const auto read = decode_audit_entry(changed);
        if (read) EXPECT_NE(hex_of(read->hash), hex_of(entry.hash)) << bit;
    }
}

TEST(AuditEntry, TellsASideNothingOfTheOthersButTheirHash)
{
    auto entry = some_entry();
    const auto before = entry.sides.front();
    entry.sides.back().part = "[3]";
    seal(entry);

    EXPECT_NE(entry.sides.front().others, before.others);
    EXPECT_NE(entry.sides.front().hash, before.hash);
    EXPECT_EQ(entry.sides.front().part, before.part);
}

TEST(AuditEntry, HasAHashOfAllOthersForEachSide)
{
    auto entry = some_entry();
    entry.sides.push_back(
        {.organisation = some_id<Noun::organisation>(3), .seq = 1, .previous = {}, .part = "[4]"});
    seal(entry);
    const auto before = entry.sides;
    for (std::size_t changed = 0; changed < before.size(); ++changed) {
        entry.sides = before;
        entry.sides[changed].part = "[5]";
        seal(entry);
        for (std::size_t i = 0; i < before.size(); ++i) {
            EXPECT_EQ(entry.sides[i].others == before[i].others, i == changed) << i << changed;
        }
    }
}

TEST(AuditedAct, SaysAsWhichSideAndWhatCameOfIt)
{
    const auto side_of = [](const Principal& actor, std::uint8_t organisation, const auto& record) {
        AuditedAct act{.actor = actor, .organisation = some_id<Noun::organisation>(organisation)};
        add_result(act, to_json(record, Purpose::audited));
        return act.side.value_or("") + " " + act.result.value_or("");
    };
    const Principal person{some_id<Noun::user>(2)};

    EXPECT_EQ(side_of(person, 1, some_offer()), "owner published");
    EXPECT_EQ(side_of(person, 1, some_subscription()), "provider suspended");
    EXPECT_EQ(side_of(person, 2, some_subscription()), "consumer suspended");
    EXPECT_EQ(side_of(person, 3, some_subscription()), "operator suspended");
    EXPECT_EQ(side_of(Principal{}, 1, some_subscription()), "system suspended");
    AuditedAct act;
    add_result(act, nullptr);
    EXPECT_FALSE(act.side);
}

std::string difference_of(std::string_view before, std::string_view after)
{
    return boost::json::serialize(
        difference("x", boost::json::parse(before), boost::json::parse(after)));
}

TEST(Difference, NamesOnlyWhatDiffers)
{
    EXPECT_EQ(difference_of(R"({"a":1,"b":{"c":1,"d":2},"e":[1]})",
                            R"({"a":1,"b":{"c":3,"d":2},"e":[2]})"),
              R"({"object":"x","before":{"b":{"c":1},"e":[1]},"after":{"b":{"c":3},"e":[2]}})");
}

TEST(Difference, TakesAwayWithNull)
{
    EXPECT_EQ(difference_of(R"({"a":1,"b":2})", R"({"a":1,"c":3})"),
              R"({"object":"x","before":{"b":2},"after":{"c":3,"b":null}})");
}

TEST(Difference, HasAllOfWhatCame)
{
    EXPECT_EQ(difference_of("null", R"({"a":1})"),
              R"({"object":"x","before":null,"after":{"a":1}})");
}

}  // namespace
}  // namespace strait::catalog
