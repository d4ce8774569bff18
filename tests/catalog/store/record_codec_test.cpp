#include "catalog/store/record_codec.hpp"

#include "tests/catalog/some_records.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace strait::catalog {
namespace {

constexpr std::string_view head_text =
    R"("labels":{"team":"sales"},"revision":7,"created_at":"2026-03-01T00:00:00.123Z",)"
    R"("created_by":"usr_01kjkb3q3v0000000000000002","updated_at":"2026-03-01T00:00:00.124Z",)";

// Every kind of record as it is stored. DO NOT CHANGE: what was written once is read for ever.
std::string golden(std::string_view id, std::string_view state, std::string_view members)
{
    std::string text{"\x01{\"id\":\""};
    text.append(id).append(R"(","organisation":"org_01kjkb3q3v0000000000000001","state":")");
    text.append(state).append("\",").append(head_text).append(members).append("}");
    return text;
}

const std::string golden_organisation =
    golden("org_01kjkb3q3v0000000000000001",
           "active",
           R"("name":"acme","title":"Acme & Söhne","website":"https://acme.example",)"
           R"("contacts":[{"purpose":"support","address":"help@acme.example"}],)"
           R"("settings":{"review":"four_eyes","terms_acceptors":["org_admin","developer"],)"
           R"("allow_ips":["192.0.2.0/24"]},"operator":true)");
const std::string golden_user =
    golden("usr_01kjkb3q3v0000000000000002",
           "active",
           R"("email":"ada@acme.example","display_name":"Ada","roles":["org_admin","operator"])");
const std::string golden_application = golden(
    "app_01kjkb3q3v0000000000000003",
    "active",
    R"("name":"checkout","title":"Checkout","allow_ips":["2001:db8::/32"],"roles":["developer"])");
const std::string golden_invitation = golden(
    "inv_01kjkb3q3v0000000000000004",
    "invited",
    R"("kind":"partner","email":"bob@globex.example","domain":"globex.example",)"
    R"("roles":["org_admin"],"user":"usr_01kjkb3q3v0000000000000002","offer":"ofr_01kjkb3q3v0000000000000009","message":"Welcome",)"
    R"("expires_at":"2026-03-01T00:00:01.123Z","token":"ab12")");
const std::string golden_credential = golden(
    "crd_01kjkb3q3v0000000000000005",
    "active",
    R"("kind":"api_key","principal":"app_01kjkb3q3v0000000000000003",)"
    R"("subscription":"sub_01kjkb3q3v0000000000000008","scopes":["catalog:read","stream:read"],)"
    R"("allow_ips":["192.0.2.7/32"],"key_id":"abcdefgh01234567","secret":"cd34",)"
    R"("expires_at":"2026-03-01T00:00:02.123Z","successor":"crd_01kjkb3q3v0000000000000006")");

template <AnyRecord T>
void expect_kept(const T& record, const std::string& bytes)
{
    EXPECT_EQ(encode(record), bytes);
    const auto read = decode<T>(bytes);
    ASSERT_TRUE(read) << read.error().detail();
    EXPECT_TRUE(*read == record) << encode(*read);
}

TEST(RecordCodec, KeepsItsBytes)
{
    expect_kept(some_organisation(), golden_organisation);
    expect_kept(some_user(), golden_user);
    expect_kept(some_application(), golden_application);
    expect_kept(some_invitation(), golden_invitation);
    expect_kept(some_credential(), golden_credential);
}

TEST(RecordCodec, LeavesOutWhatIsAbsent)
{
    auto record = some_organisation();
    record.website.reset();

    EXPECT_EQ(encode(record).find("website"), std::string::npos);
    EXPECT_TRUE(*decode<Organisation>(encode(record)) == record);
}

TEST(RecordCodec, RefusesEveryShorterAndEveryLongerValue)
{
    for (std::size_t size = 0; size < golden_organisation.size(); ++size) {
        const auto read = decode<Organisation>(golden_organisation.substr(0, size));
        ASSERT_FALSE(read) << size;
        EXPECT_EQ(read.error().code(), Errc::corrupt) << size;
    }
    EXPECT_EQ(decode<Organisation>(golden_organisation + "x").error().code(), Errc::corrupt);
}

TEST(RecordCodec, LeavesANewerOneToNewerPrograms)
{
    EXPECT_EQ(decode<Organisation>("\x02{}").error().code(), Errc::conflict);
}

TEST(RecordCodec, WritesAgainWhatItDoesNotKnow)
{
    auto newer = golden_user;
    newer.insert(newer.size() - 1, R"(,"colour":{"hue":[1,2]},"mood":"good")");

    auto user = decode<User>(newer);

    ASSERT_TRUE(user);
    EXPECT_EQ(encode(*user), newer);
}

TEST(RecordCodec, TakesAMissingMemberForItsDefault)
{
    auto older = golden_organisation;
    const std::string_view member = R"(,"operator":true)";
    older.erase(older.find(member), member.size());

    const auto read = decode<Organisation>(older);

    ASSERT_TRUE(read);
    EXPECT_FALSE(read->operator_);
}

TEST(RecordCodec, RefusesWhatIsNotOfItsType)
{
    const auto with = [](std::string_view from, std::string_view to) {
        auto bytes = golden_organisation;
        bytes.replace(bytes.find(from), from.size(), to);
        return decode<Organisation>(bytes).has_value();
    };

    EXPECT_TRUE(with(R"("revision":7)", R"("revision":18446744073709551615)"));
    EXPECT_FALSE(with(R"("revision":7)", R"("revision":-1)"));
    EXPECT_FALSE(with(R"("revision":7)", R"("revision":7.5)"));
    EXPECT_FALSE(with(R"("revision":7)", R"("revision":7e0)"));
    EXPECT_FALSE(with(R"("revision":7)", R"("revision":"7")"));
    EXPECT_FALSE(with(R"("state":"active")", R"("state":"asleep")"));
    EXPECT_FALSE(with("org_01", "usr_01"));
    EXPECT_FALSE(with("00:00:00.123Z", "24:00:00.123Z"));
    EXPECT_FALSE(with(R"("operator":true)", R"("operator":1)"));
    EXPECT_FALSE(with(R"("contacts":[)", R"("contacts":["x",)"));
    EXPECT_FALSE(with(R"("purpose":)", R"("more":1,"purpose":)"));
    EXPECT_FALSE(with("usr_01", "nobody_01"));
}

TEST(RecordCodec, ShowsNoSecretAndAuditsNoPerson)
{
    const auto shown = to_json(some_invitation(), Purpose::shown).as_object();
    const auto audited = to_json(some_invitation(), Purpose::audited).as_object();

    EXPECT_TRUE(shown.contains("email"));
    EXPECT_FALSE(shown.contains("token"));
    EXPECT_FALSE(audited.contains("email"));
    EXPECT_FALSE(audited.contains("token"));
    EXPECT_TRUE(audited.contains("expires_at"));
    EXPECT_FALSE(to_json(some_credential(), Purpose::shown).as_object().contains("secret"));
    EXPECT_FALSE(to_json(some_user(), Purpose::audited).as_object().contains("display_name"));
}

TEST(EntriesOfStored, AreThoseOfTheRecord)
{
    const auto user = some_user();
    const auto key = record_key(Noun::user, user.id.bits);

    EXPECT_EQ(entries_of_stored(key, encode(user)).value(), entries_of(user));
    EXPECT_EQ(entries_of_stored(record_key(Noun::user, {}), encode(user)).error().code(),
              Errc::corrupt);
    EXPECT_EQ(entries_of_stored("\x63" + key.substr(1), encode(user)).error().code(),
              Errc::corrupt);
    EXPECT_EQ(entries_of_stored("", encode(user)).error().code(), Errc::corrupt);
}

}  // namespace
}  // namespace strait::catalog
