#include "links/link_engine.hpp"

#include <utility>

// What may be asked of the links, besides their verbs.
namespace strait::links {

namespace asio = boost::asio;

asio::awaitable<std::vector<LinkStatus>> LinkEngine::list()
{
    std::vector<LinkName> names;  // links may come and go while one is asked
    names.reserve(links_.size());
    for (const auto& [name, member] : links_) names.push_back(name);
    std::vector<LinkStatus> all;
    for (const auto& name : names) {
        auto status = co_await this->status(name);
        if (!status) continue;
        status->topics.clear();
        status->groups.clear();
        all.push_back(*std::move(status));
    }
    co_return all;
}

asio::awaitable<Result<LinkStatus>> LinkEngine::status(LinkName link)
{
    const auto found = find(link);
    if (!found) co_return fail(found.error());
    co_return co_await (*found)->status();
}

asio::awaitable<Result<std::vector<Gap>>> LinkEngine::gaps(LinkName link)
{
    const auto found = find(link);
    if (!found) co_return fail(found.error());
    co_return (*found)->gaps();
}

asio::awaitable<Result<std::vector<MirroredRange>>> LinkEngine::mirrored(LinkName link,
                                                                         MirroredUpTo known)
{
    const auto found = find(link);
    if (!found) co_return fail(found.error());
    co_return (*found)->mirrored(known, ranges_max);
}

asio::awaitable<Result<std::vector<TranslatedPosition>>> LinkEngine::translate(
    LinkName link, Direction direction, std::vector<Position> positions)
{
    if (positions.size() > positions_max) {
        co_return fail(Errc::invalid_argument,
                       "at most " + std::to_string(positions_max) + " positions at a time");
    }
    const auto found = find(link);
    if (!found) co_return fail(found.error());
    co_return co_await (*found)->translate(direction, std::move(positions));
}

}  // namespace strait::links
