#include "tests/catalog/declared/some_declarations.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace strait::catalog {
namespace {

using ApplyTest = DeclaringTest;

TEST_F(ApplyTest, MakesWhatIsDeclaredInWhateverOrderAtOnce)
{
    const auto before = catalog.revision();

    const auto applied = apply(acme, listed(all));

    EXPECT_EQ(lines_of(applied),
              (Lines{"create Contract orders-value@2.0.0",
                     "create DataProduct returns",
                     "create Offer returns-partner"}));
    EXPECT_EQ(catalog.revision(), before + 1);
    EXPECT_EQ(catalog.verb, "apply");
    EXPECT_EQ(catalog.object, to_string(acme.organisation.value()));
}

TEST_F(ApplyTest, ChangesNothingTheSecondTime)
{
    ASSERT_TRUE(apply(acme, listed(all)));
    const auto before = catalog.revision();

    EXPECT_EQ(lines_of(apply(acme, listed(all))),
              (Lines{"same Contract orders-value@2.0.0",
                     "same DataProduct returns",
                     "same Offer returns-partner"}));
    EXPECT_EQ(catalog.revision(), before);
}

TEST_F(ApplyTest, ChangesNothingOfWhatIsExported)
{
    ASSERT_TRUE(apply(acme, listed(all)));
    live();
    for (const auto* const act : {&acme, &globex}) {
        const auto text = exported(*act);
        const auto before = catalog.revision();

        const auto applied = apply(*act, text);

        ASSERT_TRUE(applied) << applied.error().detail;
        for (const auto& each : applied->changes) EXPECT_EQ(each.change, ChangeKind::same);
        EXPECT_EQ(catalog.revision(), before);
        EXPECT_EQ(exported(*act), text);
    }
}

TEST_F(ApplyTest, ExportsOnlyWhatIsNotOver)
{
    ASSERT_TRUE(apply(acme, listed(all)));
    auto closed = std::string{offer_of_it};
    closed.replace(closed.find("\"published\""), 11, "\"closed\"");
    ASSERT_TRUE(apply(acme, listed({closed})));

    const auto text = exported(acme);

    EXPECT_FALSE(text.contains("returns-partner"));
    EXPECT_FALSE(text.contains("globex"));
    EXPECT_LT(text.find("\"Organisation\""), text.find("\"Cluster\""));
    EXPECT_LT(text.find("\"Contract\""), text.find("\"DataProduct\""));
    EXPECT_LT(text.find("\"orders\""), text.find("\"returns\""));
}

TEST_F(ApplyTest, SaysWhatChanges)
{
    ASSERT_TRUE(apply(acme, listed(all)));
    auto changed = std::string{product_of_it};
    changed.replace(changed.find("All of them"), 11, "Most of them");
    changed.replace(changed.find("\"published\""),
                    11,
                    R"("deprecated", "sunset_at": "2030-01-01T00:00:00.000Z")");

    const auto applied = apply(acme, listed({changed}));

    EXPECT_EQ(lines_of(applied),
              (Lines{"update DataProduct returns",
                     "summary: All of them -> Most of them",
                     "versions/2.0.0/state: published -> deprecated",
                     "versions/2.0.0/sunset_at: - -> 2030-01-01T00:00:00.000Z"}));
}

TEST_F(ApplyTest, KeepsWhatIsPublished)
{
    ASSERT_TRUE(apply(acme, listed(all)));
    auto other = std::string{product_of_it};
    other.replace(other.find("returns.v2"), 10, "returns.v3");
    EXPECT_EQ(code_of(apply(acme, listed({other}))), RefusalCode::version_immutable);
    auto draft = std::string{product_of_it};
    draft.replace(draft.find("\"published\""), 11, "\"draft\"");
    EXPECT_EQ(code_of(apply(acme, listed({draft}))), RefusalCode::illegal_transition);
    const std::string bare = R"({"kind": "Contract", "metadata": {"name": "orders-value"},
        "spec": {"version": "2.0.0", "state": "active"}})";
    EXPECT_EQ(faults_of(listed({bare})), (Lines{"/documents/0/spec/schema: missing"}));
}

TEST_F(ApplyTest, AddsTermsWhereTheirTextIsAnother)
{
    ASSERT_TRUE(apply(acme, listed(all)));
    auto newer = std::string{offer_of_it};
    newer.replace(newer.find("Be nice."), 8, "Be kind.");
    EXPECT_EQ(faults_of(listed({newer})),
              (Lines{"/documents/0/spec/terms/accept_by: out_of_range"}));
    newer.replace(newer.find("\"title\": \"Terms\""),
                  16,
                  R"("title": "Terms", "accept_by": "2099-01-01T00:00:00.000Z")");
    EXPECT_EQ(lines_of(apply(acme, listed({newer}))),
              (Lines{"update Offer returns-partner",
                     "terms/text: 'Be nice.\\n' (9 bytes) -> 'Be kind.\\n' (9 bytes)",
                     "terms/accept_by: - -> 2099-01-01T00:00:00.000Z"}));
    auto without = std::string{offer_of_it};
    without.replace(
        without.find("\"terms\""), without.find("\"plan\"") - without.find("\"terms\""), "");
    EXPECT_EQ(code_of(apply(acme, listed({without}))), RefusalCode::version_immutable);
}

TEST_F(ApplyTest, KeepsTheSecretsOfAClusterThatIsSaidAgainWithoutThem)
{
    const auto cluster = [](const std::string& security, const std::string& port = "9092") {
        return R"([{"kind": "Cluster", "metadata": {"name": "paris"}, "spec":
                    {"bootstrap": ["paris.example:)" +
               port + R"("], "security": )" + security + "}}]";
    };
    const std::string secret = R"({"user": "u", "password": "p"})";
    const std::string open = R"({"user": "u"})";
    ASSERT_TRUE(apply(acme, cluster(secret)));
    const auto before = catalog.revision();
    EXPECT_EQ(lines_of(apply(acme, cluster(open))), Lines{"same Cluster paris"});
    EXPECT_EQ(lines_of(apply(acme, cluster(secret))), Lines{"same Cluster paris"});
    EXPECT_EQ(catalog.revision(), before);
    EXPECT_FALSE(exported(acme).contains("password"));

    EXPECT_EQ(lines_of(apply(acme, cluster(R"({"user": "u", "password": "q"})"))),
              (Lines{"update Cluster paris", "security: - -> -"}));
    EXPECT_EQ(code_of(apply(acme, cluster(open, "9093"))), RefusalCode::invalid_request);
    EXPECT_EQ(lines_of(apply(acme, cluster(R"({"user": "u", "password": "q"})", "9093"))),
              (Lines{"update Cluster paris",
                     R"(bootstrap: ["paris.example:9092"] -> ["paris.example:9093"])"}));
}

TEST_F(ApplyTest, EndsWhatIsNoLongerDeclaredOnlyWhenItIsTold)
{
    ASSERT_TRUE(apply(acme, listed(all)));
    const auto subscription = live();
    EXPECT_EQ(lines_of(apply(acme, listed({contract}))), Lines{"same Contract orders-value@2.0.0"});

    EXPECT_EQ(lines_of(apply(acme, listed({contract}), true)),
              (Lines{"same Contract orders-value@2.0.0",
                     "end Offer returns-partner",
                     "end DataProduct returns"}));

    EXPECT_TRUE(apply(acme, listed({contract}), true));
    EXPECT_TRUE(catalog.find<DataProduct>(orders)->listed) << "it has no label";
    EXPECT_EQ(catalog.find<Subscription>(subscription.id)->state, SubscriptionState::active);
}

TEST_F(ApplyTest, ForgetsAProductThatWasOnlyDrafted)
{
    std::string drafted{product_of_it};
    drafted.replace(drafted.find("published"), 9, "draft");
    std::string staged{offer_of_it};
    staged.replace(staged.find("published"), 9, "staging");
    ASSERT_TRUE(apply(acme, listed({contract, drafted, staged})));

    EXPECT_EQ(lines_of(apply(acme, listed({contract}), true)),
              (std::vector<std::string>{"same Contract orders-value@2.0.0",
                                        "end Offer returns-partner",
                                        "end DataProduct returns"}));
    EXPECT_FALSE(exported(acme).contains("returns"));
    EXPECT_TRUE(apply(acme, listed(all))) << "its name is free";
}

TEST_F(ApplyTest, EndsNoApplicationThatIsInUse)
{
    live();
    const std::string checkout = R"({"kind": "Application",
        "metadata": {"name": "checkout", "labels": {"strait/apply": "shop"}},
        "spec": {"title": "Checkout"}})";
    const std::string till = R"({"kind": "Application",
        "metadata": {"name": "till", "labels": {"strait/apply": "shop"}},
        "spec": {"title": "Till", "state": "disabled"}})";
    EXPECT_EQ(lines_of(apply(globex, listed({checkout, till}))),
              (Lines{"update Application checkout",
                     R"(labels: - -> {"strait/apply":"shop"})",
                     "create Application till"}));
    EXPECT_EQ(code_of(apply(globex, listed({till}), true)), RefusalCode::in_use);
    EXPECT_EQ(lines_of(apply(globex, listed({checkout}), true)),
              (Lines{"same Application checkout", "end Application till"}));
}

TEST_F(ApplyTest, NamesTheSubscriptionsThatItEnds)
{
    const auto subscription = live();
    const auto text = exported(acme);
    const std::string sunset = R"("state":"deprecated","sunset_at":"2099-01-01T00:00:00.000Z")";
    auto deprecated = text;
    const std::string published = R"("state":"published")";
    deprecated.replace(deprecated.find(published), published.size(), sunset);
    ASSERT_TRUE(apply(acme, deprecated));
    auto retired = deprecated;
    retired.replace(retired.find(sunset), sunset.size(), R"("state":"retired")");

    const auto applied = apply(acme, retired);

    ASSERT_TRUE(applied) << applied.error().detail;
    EXPECT_EQ(applied->subscriptions, std::vector{to_string(subscription.id)});
}

TEST_F(ApplyTest, LooksAtTheTopicsThatAreToBePublished)
{
    const auto asked = [&](const Act& act, const std::string& documents) {
        Draft draft{catalog.reader(), 0, catalog.now};
        return unseen_topics(draft, act, wanted(documents).declarations);
    };
    const auto unseen = [&](const std::string& documents) {
        return asked(acme, documents).value();
    };
    auto auditor = acme;
    auditor.roles = {Role::auditor};
    EXPECT_TRUE(asked(auditor, listed(all))->empty());
    std::string ports;
    for (std::size_t i = 0; i <= unseen_topics_max; ++i) {
        ports += R"({"cluster": "oslo", "topic": "t)" + std::to_string(i) + R"("}, )";
    }
    auto many = std::string{product_of_it};
    many.insert(many.find(R"({"alias")"), ports);
    EXPECT_EQ(code_of(asked(acme, listed({many}))), RefusalCode::invalid_request);
    EXPECT_EQ(unseen(listed(all)), (UnseenTopics{{oslo, {"returns.v2"}}}));
    ASSERT_TRUE(apply(acme, listed(all)));
    EXPECT_TRUE(unseen(listed(all)).empty());
    auto later = std::string{product_of_it};
    later.replace(later.find("\"2.0.0\""), 7, "\"2.1.0\"");
    EXPECT_EQ(unseen(listed({later})).size(), 1U);
    later.replace(later.find("\"oslo\""), 6, "\"bergen\"");
    EXPECT_TRUE(unseen(listed({later})).empty());
}

}  // namespace
}  // namespace strait::catalog
