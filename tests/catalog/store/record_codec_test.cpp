#include "catalog/store/record_codec.hpp"

#include "tests/catalog/some_records.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace strait::catalog {
namespace {

// The members of one kind of record, as they were first stored: the first byte of the value, and a
// file. DO NOT CHANGE: what was written once is read for ever.
std::string golden(Noun noun)
{
    std::string name{prefix_of(noun)};
    name.pop_back();
    std::ifstream file{std::filesystem::path{STRAIT_TEST_DIR} / "golden" / (name + "-1.json")};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    EXPECT_TRUE(text.ends_with("}\n")) << name;
    if (!text.empty()) text.pop_back();
    return "\x01" + text;
}

const std::string golden_organisation = golden(Noun::organisation);
const std::string golden_user = golden(Noun::user);

template <AnyRecord T>
void expect_kept(const T& record)
{
    const auto bytes = golden(T::noun);
    EXPECT_EQ(encode(record), bytes);
    const auto read = decode<T>(bytes);
    ASSERT_TRUE(read) << read.error().detail();
    EXPECT_TRUE(*read == record) << encode(*read);
}

TEST(RecordCodec, KeepsItsBytes)
{
    expect_kept(some_organisation());
    expect_kept(some_user());
    expect_kept(some_application());
    expect_kept(some_cluster());
    expect_kept(some_product());
    expect_kept(some_version());
    expect_kept(some_contract());
    expect_kept(some_offer());
    expect_kept(some_invitation());
    expect_kept(some_request());
    expect_kept(some_agreement());
    expect_kept(some_subscription());
    expect_kept(some_credential());
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

// At every depth, in lists too: whoever writes it again loses nothing of it.
TEST(RecordCodec, WritesAgainWhatItDoesNotKnowInsideOfMembers)
{
    const auto with = [](std::string bytes, const std::string& after) {
        bytes.insert(bytes.find(after) + after.size(), R"(,"colour":{"hue":[1,2]})");
        return bytes;
    };
    const auto subscription = with(with(with(golden(Noun::subscription), R"("key_format":"text")"),
                                        R"("retention_ms":604800000)"),
                                   R"("next_target_offset":990)");
    const auto contract = with(golden(Noun::contract), R"("sha256":"bb22")");

    const auto read = decode<Subscription>(subscription);
    ASSERT_TRUE(read) << read.error().detail();
    const auto again = decode<Subscription>(encode(*read));
    EXPECT_EQ(again.value(), *read);
    EXPECT_EQ(read->ports.front().unknown.size(), 1U);
    EXPECT_EQ(read->ports.front().observed->unknown.size(), 1U);
    EXPECT_EQ(read->receipt->last_offsets.front().unknown.size(), 1U);
    EXPECT_EQ(encode(*decode<Contract>(contract)), contract);
    EXPECT_EQ(encode(*read).size(), subscription.size());
}

// They are for newer programs alone.
TEST(RecordCodec, ShowsAndAuditsNothingThatItDoesNotKnow)
{
    auto record = some_offer();
    record.plan.unknown = {{"price", 7}};
    for (const auto purpose : {Purpose::shown, Purpose::audited}) {
        EXPECT_EQ(boost::json::serialize(to_json(record, purpose)).find("price"),
                  std::string::npos);
    }
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
    EXPECT_TRUE(shown.contains("message"));
    EXPECT_FALSE(audited.contains("message"));
    const auto purpose = to_json(some_request(), Purpose::audited).at("purpose").as_object();
    EXPECT_TRUE(purpose.contains("code"));
    EXPECT_FALSE(purpose.contains("text"));
    EXPECT_FALSE(to_json(some_credential(), Purpose::shown).as_object().contains("secret"));
    EXPECT_FALSE(to_json(some_user(), Purpose::audited).as_object().contains("display_name"));
}

TEST(EntriesOfStored, AreThoseOfTheRecord)
{
    const auto user = some_user();
    const auto key = record_key(Noun::user, user.id.bits);

    EXPECT_EQ(entries_of_stored(key, encode(user)).value(), entries_of(user));
    const auto subscription = some_subscription();
    EXPECT_EQ(entries_of_stored(record_key(Noun::subscription, subscription.id.bits),
                                encode(subscription))
                  .value(),
              entries_of(subscription));
    EXPECT_EQ(entries_of_stored(record_key(Noun::user, {}), encode(user)).error().code(),
              Errc::corrupt);
    EXPECT_EQ(entries_of_stored("\x63" + key.substr(1), encode(user)).error().code(),
              Errc::corrupt);
    EXPECT_EQ(entries_of_stored("", encode(user)).error().code(), Errc::corrupt);
}

}  // namespace
}  // namespace strait::catalog
