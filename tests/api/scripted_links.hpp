#pragma once

#include "links/link_directory.hpp"

#include <boost/asio/awaitable.hpp>

#include <functional>
#include <utility>
#include <vector>

namespace strait::testing {

// A directory of one link. `meanwhile`, if set, runs before a status is given.
struct ScriptedLinks final : links::LinkDirectory {
    links::LinkStatus link;
    std::vector<links::Gap> ledger;
    std::vector<links::TranslatedPosition> translated;
    std::vector<links::Position> asked;
    links::Direction direction = links::Direction::forward;
    std::function<boost::asio::awaitable<void>()> meanwhile;

    boost::asio::awaitable<std::vector<links::LinkStatus>> list() override
    {
        co_return std::vector{link};
    }

    boost::asio::awaitable<Result<links::LinkStatus>> status(LinkName name) override
    {
        if (meanwhile) co_await meanwhile();
        if (name != link.name) co_return fail(Errc::not_found, "no link " + name.value());
        co_return link;
    }

    boost::asio::awaitable<Result<std::vector<links::Gap>>> gaps(LinkName) override
    {
        co_return ledger;
    }

    boost::asio::awaitable<Result<std::vector<links::TranslatedPosition>>> translate(
        LinkName, links::Direction to, std::vector<links::Position> positions) override
    {
        direction = to;
        asked = std::move(positions);
        co_return translated;
    }
};

}  // namespace strait::testing
