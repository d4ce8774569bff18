#include "links/operations.hpp"

#include "core/run_on.hpp"

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <utility>

namespace strait::links {

namespace asio = boost::asio;

namespace {

using State = Operation::State;

asio::awaitable<Result<void>> put(OperationStore& store, Operation operation)
{
    co_return store.put(operation);
}

asio::awaitable<Result<void>> remove(OperationStore& store, OperationId id)
{
    co_return store.remove(id);
}

}  // namespace

Operations::Operations(asio::any_io_executor pool, Clock& clock)
    : pool_{std::move(pool)}, clock_{clock}
{
}

Result<void> Operations::open(const std::filesystem::path& folder)
{
    auto store = OperationStore::open(folder);
    if (!store) return fail(store.error());
    const auto found = store->all();
    if (!found) return fail(found.error());
    for (const auto& operation : *found) {
        last_ = operation.id;
        all_.emplace(operation.id, operation);
    }
    store_.emplace(*std::move(store));
    return {};
}

std::vector<Operation> Operations::all() const
{
    std::vector<Operation> all;
    all.reserve(all_.size());
    for (const auto& [id, operation] : all_) all.push_back(operation);
    return all;
}

const Operation* Operations::find(OperationId id) const
{
    const auto found = all_.find(id);
    return found == all_.end() ? nullptr : &found->second;
}

bool Operations::has_newer(const Operation& operation) const
{
    return std::any_of(all_.upper_bound(operation.id), all_.end(), [&](const auto& entry) {
        return entry.second.link == operation.link && !goes_beside(entry.second.request.verb);
    });
}

const Operation* Operations::under_way(const LinkName& link, Verb verb) const
{
    const Operation* newest = nullptr;
    for (const auto& [id, operation] : all_) {
        if (goes_beside(operation.request.verb) != goes_beside(verb)) continue;
        if (operation.link == link && operation.state == State::running) newest = &operation;
    }
    return newest;
}

asio::awaitable<Result<Operation>> Operations::begin(LinkName link, VerbRequest request)
{
    assert(store_);
    if (const auto* const other = under_way(link, request.verb);
        other != nullptr && other->request.verb == request.verb) {
        co_return fail(Errc::conflict,
                       std::string{to_string(request.verb)} + " of link " + link.value() +
                           " is under way: operation " + std::to_string(other->id.value()));
    }
    Operation operation;
    operation.id = last_ = OperationId{last_.value() + 1};
    operation.link = std::move(link);
    operation.request = std::move(request);
    operation.started_ms = clock_.wall_ms();
    const auto place = all_.emplace(operation.id, operation).first;  // none of its link may follow
    if (const auto stored = co_await run_on(pool_, put(*store_, operation)); !stored) {
        all_.erase(place);
        co_return fail(stored.error());
    }
    co_return operation;
}

void Operations::note(OperationId id, std::string what)
{
    const auto found = all_.find(id);
    if (found != all_.end()) found->second.detail = std::move(what);
}

asio::awaitable<Result<void>> Operations::keep_fence(OperationId id, SourceFence fence)
{
    const auto found = all_.find(id);
    if (found == all_.end()) co_return fail(Errc::not_found, "the operation is forgotten");
    auto changed = found->second;
    changed.fence = std::move(fence);
    co_return co_await keep(std::move(changed));
}

asio::awaitable<Result<void>> Operations::keep_rebuilt(OperationId id,
                                                       std::vector<RebuiltTopic> topics)
{
    const auto found = all_.find(id);
    if (found == all_.end()) co_return fail(Errc::not_found, "the operation is forgotten");
    auto changed = found->second;
    changed.rebuilt = std::move(topics);
    co_return co_await keep(std::move(changed));
}

// In memory as well once it is on the disk; what it does now may have been noted meanwhile.
asio::awaitable<Result<void>> Operations::keep(Operation changed)
{
    assert(store_);
    auto stored = co_await run_on(pool_, put(*store_, changed));
    const auto found = all_.find(changed.id);
    if (!stored || found == all_.end()) co_return stored;
    found->second.fence = std::move(changed.fence);
    found->second.rebuilt = std::move(changed.rebuilt);
    co_return stored;
}

asio::awaitable<Result<void>> Operations::end(OperationId id, Result<Done> outcome)
{
    assert(store_);
    const auto found = all_.find(id);
    if (found == all_.end()) co_return Result<void>{};
    auto ended = found->second;
    ended.state = outcome ? State::succeeded : State::failed;
    if (outcome) {
        ended.report = outcome->report;
        ended.detail = std::move(outcome->text);
    } else {
        ended.detail = outcome.error().detail();
    }
    ended.ended_ms = clock_.wall_ms();
    auto stored = co_await run_on(pool_, put(*store_, ended));
    all_.insert_or_assign(id, std::move(ended));
    if (!stored) co_return stored;
    co_return co_await forget_oldest();
}

asio::awaitable<Result<void>> Operations::forget_oldest()
{
    assert(store_);
    const auto has_ended = [](const auto& entry) {
        return entry.second.state != State::running && entry.second.fence.topics.empty();
    };
    const auto ended = static_cast<std::size_t>(std::ranges::count_if(all_, has_ended));
    if (ended <= kept_max) co_return Result<void>{};
    const auto oldest = std::ranges::find_if(all_, has_ended);
    const auto id = oldest->first;
    all_.erase(oldest);
    co_return co_await run_on(pool_, remove(*store_, id));
}

}  // namespace strait::links
