#include "links/fence_checks.hpp"
#include "links/link_engine.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

// How the engine keeps producers from a source that is left: before the drain, for good if the
// promotion succeeds, and not at all if it fails.
namespace strait::links {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto retry = 1s;
constexpr auto settle_time = 5s;  // brokers hear of an ACL one after the other

}  // namespace

std::optional<SourceFences::Access> LinkEngine::access_to(const ClusterName& cluster) const
{
    const auto& clusters = config_.wanted.clusters;
    const auto found = clusters.find(cluster);
    const auto limiter = limiters_.find(cluster);
    if (found == clusters.end() || limiter == limiters_.end()) return std::nullopt;
    return SourceFences::Access{found->second, limiter->second.get()};
}

ClusterName LinkEngine::source_of(const LinkName& link) const
{
    const auto& links = config_.wanted.links;
    const auto found = std::ranges::find(links, link, &LinkConfig::name);
    return found == links.end() ? ClusterName{} : found->source;
}

// Waits for a source that does not answer, as the drain does.
asio::awaitable<Result<bool>> LinkEngine::fence_source(const Operation& operation)
{
    const auto deadline = deadline_of(operation);
    for (;;) {
        if (operations_.has_newer(operation)) {
            co_return fail(Errc::conflict, "another verb of this link came after it");
        }
        const auto link = co_await status(operation.link);
        if (!link) co_return fail(Errc::cancelled);
        operations_.note(operation.id, "keeping everybody from writing to the source");
        const auto raised = co_await fences_.raise(
            operation.id, link->source.cluster, topics_to_fence(operation.request, *link));
        if (raised) co_return raised;
        const auto error = raised.error().within("ACLs of " + link->source.cluster.value());
        if (!is_retryable(error.code()) || node_.clock.now() >= deadline) co_return fail(error);
        operations_.note(operation.id, error.detail());
        const auto waited = co_await node_.clock.wait_until(node_.clock.now() + retry);
        if (!waited) co_return fail(waited.error());
    }
}

// Topics that come meanwhile are fenced as well, and drained once more.
asio::awaitable<Result<void>> LinkEngine::drain_fenced(const Operation& operation)
{
    auto raised = node_.clock.now();
    for (bool drained = false;;) {
        const auto grown = co_await fence_source(operation);
        if (!grown) co_return fail(grown.error());
        if (*grown) raised = node_.clock.now();
        if (drained && !*grown) co_return Result<void>{};
        if (auto done = co_await drain(operation); !done) co_return done;
        drained = node_.clock.now() >= raised + settle_time;
        if (drained) continue;
        auto waited = co_await node_.clock.wait_until(raised + settle_time);
        if (!waited) co_return waited;
    }
}

// What failed leaves the source as it was, however long that takes. Whether it has failed the
// target says, where another verb or a restart has come between.
asio::awaitable<LinkEngine::Outcome> LinkEngine::without_fence(Operation operation, Error why)
{
    for (;;) {
        const auto* const known = operations_.find(operation.id);
        const bool fences = known != nullptr && !known->fence.topics.empty();
        if (!fences || why.code() == Errc::cancelled) co_return fail(why);
        const auto cluster = known->fence.cluster.value();
        const auto link = find(operation.link);
        if (link && has_cut(**link, operation.request)) co_return done_by_cut(operation);
        const bool gone = !link && link.error().code() == Errc::not_found;
        std::string waits_for = "waiting until the target says whether it has been cut off";
        if (gone || (link && (*link)->has_settled())) {
            const auto lifted = co_await fences_.lift(operation.id);
            if (lifted) {
                co_return fail(Error{
                    why.code(), why.detail() + "; its fence at " + cluster + " is taken back"});
            }
            if (lifted.error().code() == Errc::cancelled) co_return fail(Errc::cancelled);
            waits_for = "DENY WRITE is still to be taken back at " + cluster + ": " +
                        lifted.error().detail();
        }
        operations_.note(operation.id, "failed: " + why.detail() + "; " + waits_for);
        const auto waited = co_await node_.clock.wait_until(node_.clock.now() + retry);
        if (draining_ || !waited) co_return fail(Errc::cancelled);
    }
}

std::string LinkEngine::text_of_fence(OperationId id) const
{
    const auto* const operation = operations_.find(id);
    if (operation == nullptr || operation->fence.topics.empty()) return "";
    return "; everybody is kept from writing to " + std::to_string(operation->fence.topics.size()) +
           " topics of " + operation->fence.cluster.value();
}

}  // namespace strait::links
