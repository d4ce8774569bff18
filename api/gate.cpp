#include "api/gate.hpp"

#include "api/authorization.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace strait::api {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

using Kind = catalog::Caller::Kind;

constexpr RateLimit failures{"failed-logins", 10, std::chrono::minutes{1}};

// What of a key may be seen: "strait_" and its id.
std::string visible_part(const Secret& key)
{
    constexpr std::size_t size = 7 + 16;
    return key.reveal().substr(0, size);
}

Refusal too_often(const RateStanding& standing)
{
    return Refusal{"rate-limited",
                   std::string{standing.limit.name} + ": at most " +
                       std::to_string(standing.limit.count) + " in " +
                       std::to_string(standing.limit.window.count()) + " s"};
}

bool is_read(const Request& request)
{
    return request.method() == http::verb::get || request.method() == http::verb::head;
}

}  // namespace

std::optional<Refusal> Gate::count(const std::string& key,
                                   const RateLimit& limit,
                                   Visit& visit) const
{
    if (services_.limiter == nullptr) return std::nullopt;
    const auto standing = services_.limiter->take(key, limit);
    if (!visit.standing || standing.left <= visit.standing->left) visit.standing = standing;
    if (standing.allowed) return std::nullopt;
    return too_often(standing);
}

asio::awaitable<Answered<catalog::Act>> Gate::authenticate(catalog::Caller& caller,
                                                           Visit& visit) const
{
    assert(services_.catalog != nullptr);
    auto* const limiter = services_.limiter;
    const auto tried = visible_part(caller.key) + "\n" + caller.address;
    if (limiter != nullptr) {
        const auto standing = limiter->look(tried, failures);
        if (!standing.allowed) {
            visit.standing = standing;
            co_return std::unexpected{too_often(standing)};
        }
    }
    auto act = co_await services_.catalog->admit(caller);
    if (act) co_return *std::move(act);
    const bool wrong = act.error().code == catalog::RefusalCode::unauthenticated;
    if (wrong && limiter != nullptr) static_cast<void>(limiter->take(tried, failures));
    co_return std::unexpected{Refusal{act.error()}};
}

asio::awaitable<Answered<catalog::Caller>> Gate::admit(const Request& request,
                                                       Right right,
                                                       Visit& visit) const
{
    catalog::Caller caller{.request_id = visit.request_id, .address = visit.address};
    if (door_ == Door::admin) caller.kind = Kind::host;
    if (door_ == Door::admin || (door_ == Door::ops && right == Right::none)) co_return caller;
    auto key = shown_key(request[http::field::authorization]);
    if (right == Right::none || !key) {
        if (auto refused = count(visit.address, services_.limits.anonymous, visit)) {
            co_return refuse(*std::move(refused));
        }
        if (right == Right::none) co_return caller;
        co_return refuse(
            Error{Errc::unauthenticated, "show a key: Authorization: Bearer strait_..."});
    }
    caller.kind = Kind::holder;
    caller.key = *std::move(key);
    const auto act = co_await authenticate(caller, visit);
    if (!act) co_return std::unexpected{act.error()};
    const auto& limits = services_.limits;
    const bool reads = is_read(request);
    auto refused = count(visible_part(caller.key), reads ? limits.reads : limits.writes, visit);
    // What one key is refused is not its organisation's to pay.
    const auto& organisation = act->organisation;
    if (!refused && organisation) {
        refused = count(to_string(*organisation),
                        reads ? limits.organisation_reads : limits.organisation_writes,
                        visit);
    }
    if (refused) co_return refuse(*std::move(refused));
    if (!may(*act, right)) co_return refuse(Error{Errc::forbidden, "this key may not do that"});
    co_return caller;
}

void tell_limit(Response& response, const RateStanding& standing)
{
    const auto& [limit, allowed, left, wait] = standing;
    const auto name = "\"" + std::string{limit.name} + "\"";
    response.set(
        "RateLimit-Policy",
        name + ";q=" + std::to_string(limit.count) + ";w=" + std::to_string(limit.window.count()));
    response.set("RateLimit",
                 name + ";r=" + std::to_string(left) + ";t=" + std::to_string(wait.count()));
    if (allowed) return;
    response.set(http::field::retry_after, std::to_string(std::max<long>(wait.count(), 1)));
}

}  // namespace strait::api
