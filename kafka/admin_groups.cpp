#include "kafka/admin_client.hpp"
#include "kafka/group_requests.hpp"

#include <utility>

// What an Admin asks of the coordinators of consumer groups.
namespace strait::kafka {

namespace asio = boost::asio;

asio::awaitable<Result<void>> Admin::Client::change_group(AdminRequest request)
{
    const auto answer = co_await ask(std::move(request), RequestLimiter::Paced::no);
    if (!answer) co_return fail(answer.error());
    auto changed = group_change_in(**answer);
    if (changed) library.log.works();
    co_return changed;
}

asio::awaitable<Result<GroupListing>> Admin::list_groups()
{
    const auto answer = co_await client_->ask(list_groups_request(), RequestLimiter::Paced::no);
    if (!answer) co_return fail(answer.error());
    auto listing = groups_in(**answer);
    if (listing.complete) client_->library.log.works();
    co_return listing;
}

asio::awaitable<Result<GroupOffsets>> Admin::list_group_offsets(GroupName group)
{
    const auto answer =
        co_await client_->ask(list_group_offsets_request(group), RequestLimiter::Paced::no);
    if (!answer) co_return fail(answer.error());
    auto offsets = group_offsets_in(**answer);
    if (offsets) client_->library.log.works();
    co_return offsets;
}

asio::awaitable<Result<void>> Admin::alter_group_offsets(GroupName group, GroupOffsets offsets)
{
    return client_->change_group(alter_group_offsets_request(group, offsets));
}

asio::awaitable<Result<void>> Admin::delete_group_offsets(GroupName group,
                                                          std::set<TopicPartition> partitions)
{
    return client_->change_group(delete_group_offsets_request(group, partitions));
}

}  // namespace strait::kafka
