#include "links/sync/acl_sync.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <optional>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;

namespace {

using kafka::Acl;

constexpr std::size_t batch_max = 200;  // in one request, and in one transaction

// Calls `each` with some of them at a time, until it fails.
template <class Each>
asio::awaitable<Result<void>> in_batches(std::vector<Acl> all, Each each)
{
    std::span<const Acl> rest{all};
    while (!rest.empty()) {
        const auto some = rest.first(std::min(rest.size(), batch_max));
        rest = rest.subspan(some.size());
        if (auto done = co_await each(some); !done) co_return done;
    }
    co_return Result<void>{};
}

}  // namespace

AclSync::AclSync(kafka::Admin& source,
                 kafka::Admin& target,
                 AclRecords& records,
                 spdlog::logger& log) noexcept
    : source_{source}, target_{target}, records_{records}, log_{log}
{
}

asio::awaitable<Result<void>> AclSync::pass(AclScope scope, AclSyncConfig config)
{
    const auto looked = co_await look(scope, config);
    const auto code = looked ? std::nullopt : std::optional{looked.error().code()};
    if (code == Errc::cancelled) co_return fail(Errc::cancelled);
    show(looked ? "" : looked.error().detail());
    if (code == Errc::fenced) co_return fail(looked.error());
    co_return Result<void>{};
}

asio::awaitable<Result<AclSync::Listed>> AclSync::ask(kafka::Admin& cluster, bool groups)
{
    auto listed = co_await cluster.describe_acls(kafka::AclResource::topic);
    if (!listed || !groups) co_return listed;
    auto more = co_await cluster.describe_acls(kafka::AclResource::group);
    if (!more) co_return more;
    std::ranges::move(*more, std::back_inserter(*listed));
    co_return listed;
}

asio::awaitable<Result<void>> AclSync::look(const AclScope& scope, const AclSyncConfig& config)
{
    failure_.reset();
    if (auto opened = co_await records_.open(); !opened) co_return opened;
    auto ours = records_.ours();
    if (!ours) co_return fail(ours.error());
    std::erase_if(*ours, [&](const Acl& acl) {
        return acl.resource == kafka::AclResource::topic &&
               scope.released.contains(TopicName{acl.name});
    });
    const auto at_source = co_await ask(source_, config.groups);
    if (!at_source) {
        const auto error = at_source.error().within("ACLs of the source");
        co_return fail(ours->empty() ? error : error.within("acl_mass_removal"));
    }
    const auto at_target = co_await ask(target_, config.groups);
    if (!at_target) co_return fail(at_target.error().within("ACLs of the target"));

    const auto wanted = acls_for(*at_source, scope.topics, scope.groups, config);
    if (wanted.size() > acls_wanted_max) {
        co_return fail(Errc::invalid_argument,
                       "the mirrors need more than " + std::to_string(acls_wanted_max) +
                           " ACLs: nothing is changed");
    }
    const auto plan = plan_acls(*at_source, *at_target, wanted, *ours, config);
    if (!plan.refused.empty()) co_return fail(Errc::conflict, plan.refused);

    auto done =
        co_await in_batches({plan.create.begin(), plan.create.end()},
                            [&](std::span<const Acl> some) { return create(some, plan.claim); });
    if (!done) co_return done;
    done = co_await in_batches({plan.remove.begin(), plan.remove.end()},
                               [&](std::span<const Acl> some) { return remove(some); });
    if (!done) co_return done;
    done = co_await in_batches(
        {plan.dropped.begin(), plan.dropped.end()},
        [&](std::span<const Acl> some) { return records_.forget({some.begin(), some.end()}); });
    if (done && failure_) co_return fail(*failure_);
    co_return done;
}

asio::awaitable<Result<void>> AclSync::create(std::span<const Acl> acls, const Acls& to_claim)
{
    std::vector<Acl> claimed;
    std::ranges::copy_if(
        acls, std::back_inserter(claimed), [&](const Acl& acl) { return to_claim.contains(acl); });
    if (auto noted = co_await records_.note(claimed); !noted) co_return noted;
    const auto created = co_await target_.create_acls({acls.begin(), acls.end()});
    if (!created) co_return fail(created.error().within("ACLs of the target"));
    for (std::size_t i = 0; i < acls.size(); ++i) {
        const auto& one = created->at(i);
        if (one) log_.info("acl created acl={:?}", to_string(acls[i]));
        if (!one) note_failure(one.error().within(to_string(acls[i])));
    }
    co_return may_go_on();
}

asio::awaitable<Result<void>> AclSync::remove(std::span<const Acl> acls)
{
    const auto removed = co_await target_.delete_acls({acls.begin(), acls.end()});
    if (!removed) co_return fail(removed.error().within("ACLs of the target"));
    std::vector<Acl> gone;
    for (std::size_t i = 0; i < acls.size(); ++i) {
        const auto& one = removed->at(i);
        if (one) {
            log_.info("acl removed acl={:?}", to_string(acls[i]));
            gone.push_back(acls[i]);
        } else {
            note_failure(one.error().within("removing " + to_string(acls[i])));
        }
    }
    if (auto forgotten = co_await records_.forget(gone); !forgotten) co_return forgotten;
    co_return may_go_on();
}

// One ACL that the target does not take keeps back no other.
void AclSync::note_failure(const Error& error)
{
    if (!failure_) failure_ = error.within("ACLs of the target");
}

// Without the right to it none would succeed.
Result<void> AclSync::may_go_on() const
{
    if (failure_ && failure_->code() == Errc::forbidden) return fail(*failure_);
    return {};
}

// Said when it changes.
void AclSync::show(std::string trouble)
{
    if (trouble != trouble_) {
        if (trouble.empty()) {
            log_.info("acls kept again");
        } else {
            log_.warn("acls not kept detail={:?}", trouble);
        }
    }
    trouble_ = std::move(trouble);
}

}  // namespace strait::links
