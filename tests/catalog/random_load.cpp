#include "tests/catalog/random_load.hpp"

#include "catalog/commands/applications.hpp"
#include "catalog/commands/clusters.hpp"
#include "catalog/commands/credentials.hpp"
#include "catalog/commands/drafts.hpp"
#include "catalog/commands/expiry.hpp"
#include "catalog/commands/offers.hpp"
#include "catalog/commands/organisations.hpp"
#include "catalog/commands/products.hpp"
#include "catalog/commands/requests.hpp"
#include "catalog/commands/subscriptions.hpp"

#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace strait::catalog {
namespace {

constexpr std::int64_t step_ms = 60'000;
constexpr std::size_t found_max = 1'000;

template <class T>
Outcome<void> done(const Outcome<T>& outcome)
{
    if (!outcome) return refuse(outcome.error());
    return {};
}

// One command: everything it needs is drawn from its own numbers.
class Step {
  public:
    Step(Draft& draft, std::uint64_t seed) : draft_{draft}, random_{std::make_shared<Random>(seed)}
    {
    }

    Outcome<void> run()
    {
        switch (below(12)) {
            case 0: return make_organisation();
            case 1: return change_some_organisation();
            case 2: return make_people();
            case 3: return handle_keys();
            case 4: return make_cluster();
            case 5: return make_product();
            case 6: return change_some_version();
            case 7: return make_offer();
            case 8: return ask();
            case 9: return decide();
            case 10: return live();
            default: return end();
        }
    }

  private:
    using Random = std::mt19937_64;

    std::size_t below(std::size_t limit) { return (*random_)() % limit; }

    template <class T>
    T one_of(const std::vector<T>& all)
    {
        return all.empty() ? T{} : all[below(all.size())];
    }

    // Some record of the noun, or one that there is not.
    template <AnyRecord T>
    T some()
    {
        const std::string noun{static_cast<char>(T::noun)};
        const auto ids = draft_.ids_below(Family::records, noun, found_max);
        return draft_.find<T>({one_of(ids)}).value_or(T{});
    }

    std::string name() { return "n" + std::to_string((*random_)() % 1'000'000'000); }

    Act act(Principal::Kind kind)
    {
        return {.actor = Principal{kind},
                .organisation = {},
                .roles = {},
                .entropy =
                    [random = random_](std::span<std::uint8_t> bytes) {
                        for (auto& byte : bytes) byte = static_cast<std::uint8_t>((*random)());
                    },
                .pepper = Secret{"pepper"}};
    }

    Act host() { return act(Principal::Kind::host); }
    Act system() { return act(Principal::Kind::system); }

    Act admin(OrganisationId organisation)
    {
        auto as = host();
        as.actor = Principal{some_id<Noun::user>(90)};
        as.organisation = organisation;
        as.roles = {Role::org_admin};
        as.scopes = all_scopes();
        return as;
    }

    Outcome<void> make_organisation()
    {
        return done(create_organisation(draft_, host(), {name(), "Title", "a@b.example"}));
    }

    Outcome<void> change_some_organisation()
    {
        constexpr std::array verbs{Verb::suspend, Verb::resume, Verb::resume};
        return done(change_organisation(
            draft_, host(), some<Organisation>().id, verbs.at(below(verbs.size()))));
    }

    Outcome<void> make_people()
    {
        const auto home = some<Organisation>().id;
        if (below(2) == 0) {
            return done(
                create_application(draft_, admin(home), {.name = name(), .title = "Title"}));
        }
        return done(invite_member(draft_,
                                  admin(home),
                                  home,
                                  {.email = name() + "@b.example", .roles = {Role::developer}}));
    }

    Outcome<void> handle_keys()
    {
        const auto key = some<Credential>();
        switch (below(4)) {
            case 0: return done(revoke_key(draft_, admin(key.organisation), key.id));
            case 1:
                return done(
                    rotate_key(draft_, admin(key.organisation), key.id, std::chrono::hours{1}));
            default: break;
        }
        const auto program = some<Application>();
        return done(
            issue_key(draft_,
                      admin(program.organisation),
                      {.principal = Principal{program.id}, .scopes = {Scope::catalog_read}}));
    }

    Outcome<void> make_cluster()
    {
        if (below(2) == 0) {
            return done(register_cluster(draft_,
                                         admin(some<Organisation>().id),
                                         {.name = name(), .bootstrap = {"a.example:9092"}}));
        }
        return done(verify_cluster(draft_, system(), some<Cluster>().id, {"id", 3, draft_.now()}));
    }

    Outcome<void> make_product()
    {
        const auto cluster = some<Cluster>();
        if (below(3) == 0) {
            ProductText text;
            text.title = "Title";
            text.summary = "Summary";
            text.audience.kind = AudienceKind::public_;
            text.support = {{"support", "help@b.example"}};
            return done(create_product(draft_, admin(cluster.organisation), name(), text));
        }
        const auto product = some<DataProduct>();
        if (below(2) == 0) {
            return done(observe_port(draft_,
                                     system(),
                                     product.id,
                                     {1, static_cast<std::uint32_t>(below(3)), 0},
                                     "orders",
                                     some_topic()));
        }
        auto port = some_declared_port();
        port.cluster = own_cluster(product.organisation);
        port.contract.reset();
        return done(add_version(draft_,
                                admin(product.organisation),
                                {.product = product.id,
                                 .version = {1, static_cast<std::uint32_t>(below(3)), 0},
                                 .ports = {port}}));
    }

    ClusterId own_cluster(OrganisationId organisation)
    {
        return {one_of(draft_.ids_below(
            Family::by_organisation, organisation_key(organisation, Noun::cluster), found_max))};
    }

    Outcome<void> change_some_version()
    {
        if (below(8) == 0) {
            const auto drafted = some<ProductVersion>();
            return done(remove_version(
                draft_, admin(drafted.organisation), drafted.product, drafted.version));
        }
        if (below(8) == 0) {
            const auto product = some<DataProduct>();
            return done(remove_product(draft_, admin(product.organisation), product.id));
        }
        constexpr std::array verbs{Verb::publish,
                                   Verb::publish,
                                   Verb::publish,
                                   Verb::submit,
                                   Verb::deprecate,
                                   Verb::retire};
        const auto version = some<ProductVersion>();
        return done(change_version(draft_,
                                   admin(version.organisation),
                                   version.product,
                                   version.version,
                                   verbs.at(below(verbs.size())),
                                   Timestamp{draft_.now().unix_ms + 20 * step_ms}));
    }

    Outcome<void> make_offer()
    {
        if (below(3) == 0) {
            const auto offer = some<Offer>();
            return done(add_terms(draft_,
                                  admin(offer.organisation),
                                  offer.id,
                                  {.title = "Terms", .text = name(), .accept_by = {}}));
        }
        const auto staged = some<Offer>();
        if (below(2) == 0) {
            return done(change_offer(draft_, admin(staged.organisation), staged.id, Verb::publish));
        }
        const auto product = some<DataProduct>();
        return done(
            create_offer(draft_,
                         admin(product.organisation),
                         {.name = name(),
                          .product = product.id,
                          .versions = {{1, 0, 0}, true},
                          .plan = {.kinds = {DeliveryKind::http_sse},
                                   .rights = {StreamRight::consume},
                                   .quota = {},
                                   .approval = below(2) == 0 ? Approval::auto_ : Approval::manual,
                                   .max_duration_d = 1},
                          .policy = {}}));
    }

    Outcome<void> ask()
    {
        const auto offer = some<Offer>();
        const auto program = some<Application>();
        NewRequest input{.offer = offer.id,
                         .application = program.id,
                         .kind = DeliveryKind::http_sse,
                         .duration_d = 1};
        if (!offer.terms.empty()) {
            input.terms = ShownTerms{offer.terms.back().version, offer.terms.back().sha256};
        }
        return done(request_access(draft_, admin(program.organisation), input));
    }

    Outcome<void> decide()
    {
        const auto request = some<AccessRequest>();
        if (below(4) == 0) {
            return done(
                decide_request(draft_, admin(request.organisation), request.id, Verb::withdraw));
        }
        return done(decide_request(draft_,
                                   admin(request.provider),
                                   request.id,
                                   below(4) == 0 ? Verb::reject : Verb::approve));
    }

    Outcome<void> live()
    {
        const auto subscription = some<Subscription>();
        if (below(2) == 0) {
            return done(report_conditions(
                draft_,
                system(),
                subscription.id,
                {{ConditionType::ready, true, "", "", "", HoldBy::system, draft_.now()}}));
        }
        const bool consumer = below(2) == 0;
        const bool hold = below(2) == 0;
        if (consumer) {
            return done(hold_subscription(draft_,
                                          admin(subscription.organisation),
                                          subscription.id,
                                          hold ? Verb::pause : Verb::resume));
        }
        return done(hold_subscription(draft_,
                                      admin(subscription.provider),
                                      subscription.id,
                                      hold ? Verb::suspend : Verb::reinstate));
    }

    Outcome<void> end()
    {
        const auto subscription = some<Subscription>();
        switch (below(4)) {
            case 0:
                return done(end_subscription(
                    draft_, admin(subscription.provider), subscription.id, Verb::revoke));
            case 1:
                return done(
                    finish_subscription(draft_, system(), subscription.id, {{"a", 0, 1, {}}}));
            default: return end_by_itself();
        }
    }

    Outcome<void> end_by_itself()
    {
        const auto first = next_ending(draft_);
        return first ? end_record(draft_, system(), *first) : Outcome<void>{};
    }

    Draft& draft_;
    std::shared_ptr<Random> random_;
};

}  // namespace

Timestamp RandomLoad::time_of(std::uint64_t number)
{
    return {some_time.unix_ms + static_cast<std::int64_t>(number) * step_ms};
}

Outcome<void> RandomLoad::execute(Draft& draft, std::uint64_t number) const
{
    return Step{draft, seed_ * 1'000'003 + number}.run();
}

NamedCall RandomLoad::call_of(std::uint64_t number)
{
    const auto key = std::to_string(number);
    return {Principal{Principal::Kind::host}, key, fingerprint_of("POST", "/", key)};
}

Outcome<StoredAnswer> RandomLoad::answer(Draft& draft, std::uint64_t number) const
{
    auto done = execute(draft, number);
    if (!done) return refuse(std::move(done.error()));
    return StoredAnswer{.status = 200, .headers = {}, .body = std::to_string(number)};
}

}  // namespace strait::catalog
