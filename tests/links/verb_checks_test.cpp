#include "links/verb_checks.hpp"

#include <gtest/gtest.h>

namespace strait::links {
namespace {

// What each of them would do, a subscription says.
TEST(VerbChecks, LeaveWhatALinkOfTheCatalogCopiesToItsSubscription)
{
    LinkStatus link;
    link.name = LinkName{"l"};
    link.managed_by = ManagedBy::catalog;
    for (const auto verb : {Verb::pause, Verb::resume, Verb::promote, Verb::failover}) {
        EXPECT_EQ(plan_verb({.verb = verb}, link).refusal(),
                  "link l follows its subscription: suspend, reinstate or revoke that in the "
                  "catalog")
            << to_string(verb);
    }
    link.state = MirrorState::failed_over;
    const auto reversal = plan_reversal({.verb = Verb::reverse}, link, {});
    EXPECT_TRUE(reversal.refusal().contains("subscription"));
}

TEST(VerbChecks, AllowTheOtherVerbsForALinkOfTheCatalog)
{
    LinkStatus link;
    link.managed_by = ManagedBy::catalog;
    EXPECT_FALSE(catalog_check({.verb = Verb::verify}, link));
    EXPECT_FALSE(catalog_check({.verb = Verb::acknowledge}, link));
    VerbRequest skip{.verb = Verb::resume};
    skip.skip = SkipTo{};
    EXPECT_FALSE(catalog_check(skip, link)) << "past a gap";

    link.managed_by = ManagedBy::api;
    EXPECT_FALSE(catalog_check({.verb = Verb::pause}, link));
}

}  // namespace
}  // namespace strait::links
