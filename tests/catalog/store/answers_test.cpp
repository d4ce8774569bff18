#include "catalog/store/answers.hpp"

#include "catalog/store/catalog_check.hpp"
#include "catalog/store/keys.hpp"
#include "tests/catalog/some_act.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace strait::catalog {
namespace {

constexpr std::int64_t hour_ms = 3'600'000;

Timestamp after_hours(std::int64_t hours) { return {some_time.unix_ms + hours * hour_ms}; }

NamedCall some_call(std::string key = "key-1", std::string_view body = "{}")
{
    return {Principal{some_id<Noun::user>(2)},
            std::move(key),
            fingerprint_of("POST", "/v1/products", body)};
}

KeptAnswer some_answer(std::string body = R"({"secret":null})")
{
    return {.at = some_time,
            .fingerprint = sha256("abc"),
            .answer = {.status = 201,
                       .headers = {{"Location", "/v1/products/prd_1"}, {"ETag", "\"7\""}},
                       .body = std::move(body)}};
}

struct AnswersTest : ::testing::Test {
    EmptyReader empty;
    Overlay state{empty};

    ~AnswersTest() override { EXPECT_EQ(find_answer_fault(state).value().value_or(""), ""); }

    void apply(const Result<Overlay::Changes>& changes)
    {
        ASSERT_TRUE(changes) << changes.error().detail();
        for (const auto& [place, value] : *changes) {
            if (value) state.put(place.first, place.second, *value);
            if (!value) state.remove(place.first, place.second);
        }
    }

    void keep(const NamedCall& call, Timestamp at, const std::string& body = "done")
    {
        apply(keep_answer(state, call, at, {.status = 200, .headers = {}, .body = body}));
    }

    [[nodiscard]] std::string found(const NamedCall& call, Timestamp now) const
    {
        const auto answered = find_answer(state, call, now).value();
        if (!answered) return "fresh";
        return answered->repetition == Repetition::mismatch ? "mismatch" : answered->answer.body;
    }

    [[nodiscard]] std::size_t stored() const
    {
        std::size_t count = 0;
        EXPECT_TRUE(state.scan(Family::idempotency, {}, {}, [&](auto, auto) { return ++count; }));
        return count;
    }
};

TEST(CallKey, IsOfVisibleAsciiAndNotLong)
{
    EXPECT_TRUE(is_call_key("8e03978e-40d5-43dd-bc93-6894a57f9324"));
    EXPECT_TRUE(is_call_key("!~"));
    EXPECT_TRUE(is_call_key(std::string(255, 'k')));
    EXPECT_FALSE(is_call_key(""));
    EXPECT_FALSE(is_call_key(std::string(256, 'k')));
    for (const auto* const text : {"a b", "a\n", "\x7f", "k\xc3\xb6", "\t"}) {
        EXPECT_FALSE(is_call_key(text)) << text;
    }
    EXPECT_FALSE(is_call_key(std::string(1, '\0')));
}

TEST(Fingerprint, TellsWhereAPartEnds)
{
    EXPECT_EQ(fingerprint_of("POST", "/a", "b"), fingerprint_of("POST", "/a", "b"));
    EXPECT_NE(fingerprint_of("POST", "/a", "b"), fingerprint_of("POST", "/ab", ""));
    EXPECT_NE(fingerprint_of("POST", "/a", "b"), fingerprint_of("PUT", "/a", "b"));
}

// DO NOT CHANGE: what was written once is read for as long as it is kept.
TEST(KeptAnswer, KeepsItsBytes)
{
    std::string bytes{"\x01\0\0\x01\x9c\xa6\xb1\xdc\x7b", 9};
    bytes += bytes_of(sha256("abc"));
    bytes += std::string{"\0\xc9\x02", 3};
    bytes += "\x08Location\x12/v1/products/prd_1\x04"
             "ETag\x03\"7\"\x0f{\"secret\":null}";

    EXPECT_EQ(encode(some_answer()), bytes);
    EXPECT_TRUE(decode_answer(bytes).value() == some_answer());
}

TEST(KeptAnswer, RefusesEveryShorterAndEveryLongerValue)
{
    const auto bytes = encode(some_answer());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        EXPECT_EQ(decode_answer(bytes.substr(0, size)).error().code(), Errc::corrupt) << size;
    }
    EXPECT_EQ(decode_answer(bytes + "x").error().code(), Errc::corrupt);
    EXPECT_EQ(decode_answer("\x02" + bytes.substr(1)).error().code(), Errc::conflict);
}

TEST(AnswerPlace, ComesBackFromItsKey)
{
    const AnswerPlace place{Principal{some_id<Noun::application>(3)}, some_time, "k"};
    const auto key = answer_order_key(place);

    EXPECT_EQ(read_answer_order_key(key), place);
    EXPECT_FALSE(read_answer_order_key(key.substr(0, key.size() - 2)));
    EXPECT_FALSE(read_answer_order_key("a" + key.substr(1)));
    EXPECT_FALSE(read_answer_order_key(""));
    EXPECT_LT(key, answer_order_end(place.principal));
}

TEST_F(AnswersTest, AreGivenToTheSameCallOfTheSamePrincipal)
{
    keep(some_call(), some_time, "first");

    EXPECT_EQ(found(some_call(), some_time), "first");
    EXPECT_EQ(found(some_call("key-1", "other"), some_time), "mismatch");
    EXPECT_EQ(found(some_call("key-2"), some_time), "fresh");
    auto foreign = some_call();
    foreign.principal = Principal{some_id<Noun::user>(3)};
    EXPECT_EQ(found(foreign, some_time), "fresh");
}

TEST_F(AnswersTest, EndAfterADay)
{
    keep(some_call(), some_time, "first");

    EXPECT_EQ(found(some_call(), {after_hours(24).unix_ms - 1}), "first");
    EXPECT_EQ(found(some_call(), after_hours(24)), "fresh");
    EXPECT_EQ(found(some_call("key-1", "other"), after_hours(24)), "fresh");

    keep(some_call(), after_hours(24), "second");
    EXPECT_EQ(found(some_call(), after_hours(25)), "second");
    EXPECT_EQ(stored(), 2U);
}

TEST_F(AnswersTest, OfOnePrincipalAreBoundedTheOldestGoFirst)
{
    const auto key = [](std::size_t i) { return "key-" + std::to_string(i); };
    auto other = some_call();
    other.principal = Principal{some_id<Noun::user>(1)};
    keep(other, some_time);
    for (std::size_t i = 0; i <= answers_max; ++i) {
        keep(some_call(key(i)), {some_time.unix_ms + static_cast<std::int64_t>(i)});
    }

    EXPECT_EQ(found(some_call(key(0)), after_hours(1)), "fresh");
    EXPECT_EQ(found(some_call(key(1)), after_hours(1)), "done");
    EXPECT_EQ(found(some_call(key(answers_max)), after_hours(1)), "done");
    EXPECT_EQ(found(other, after_hours(1)), "done");
    EXPECT_EQ(stored(), 2 * (answers_max + 1));
}

TEST_F(AnswersTest, ArePrunedOfWhomeverTheyAre)
{
    for (std::uint8_t principal = 1; principal <= 3; ++principal) {
        auto call = some_call("old");
        call.principal = Principal{some_id<Noun::user>(principal)};
        if (principal != 2) keep(call, some_time);
        call.key = "new";
        keep(call, after_hours(2));
    }

    const auto first = outdated_answers(state, after_hours(25), 1).value();
    const auto all = outdated_answers(state, after_hours(25), 9).value();

    EXPECT_EQ(first.size(), 2U);
    EXPECT_EQ(all.size(), 4U);
    apply(all);
    EXPECT_EQ(outdated_answers(state, after_hours(25), 9)->size(), 0U);
    EXPECT_EQ(stored(), 6U);
}

TEST_F(AnswersTest, HaveTheirPlacesAndNoOthers)
{
    const auto call = some_call();
    keep(call, some_time);
    const auto place = answer_order_key({call.principal, some_time, call.key});

    Overlay tampered{static_cast<const Reader&>(state)};
    tampered.remove(Family::idempotency, place);
    EXPECT_EQ(find_answer_fault(tampered).value(), "missing: the place of an answer");
    tampered.put(
        Family::idempotency, answer_order_key({call.principal, after_hours(1), call.key}), "");
    EXPECT_EQ(find_answer_fault(tampered).value(), "of no answer: place of key-1");
}

}  // namespace
}  // namespace strait::catalog
