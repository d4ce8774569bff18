#include "kafka/acl_requests.hpp"
#include "kafka/admin_client.hpp"

#include <utility>

// What an Admin asks of the authorizer.
namespace strait::kafka {

namespace asio = boost::asio;

asio::awaitable<Result<AclResults>> Admin::Client::change_acls(std::size_t count,
                                                               Result<AdminRequest> request)
{
    if (!request) co_return fail(request.error());
    const auto answer = co_await ask(*std::move(request));
    if (!answer) co_return fail(answer.error());
    auto each = changed_acls_in(**answer);
    if (each.size() != count) co_return fail(Errc::unavailable, "not each ACL was answered for");
    co_return each;
}

asio::awaitable<Result<std::vector<Acl>>> Admin::describe_acls(AclResource resource)
{
    const auto answer = co_await client_->ask(describe_acls_request(resource));
    if (!answer) co_return fail(answer.error());
    client_->library.log.works();
    co_return acls_in(**answer);
}

asio::awaitable<Result<AclResults>> Admin::create_acls(std::vector<Acl> acls)
{
    return client_->change_acls(acls.size(), create_acls_request(acls));
}

asio::awaitable<Result<AclResults>> Admin::delete_acls(std::vector<Acl> acls)
{
    return client_->change_acls(acls.size(), delete_acls_request(acls));
}

}  // namespace strait::kafka
