#pragma once

#include "links/link_directory.hpp"

#include <boost/asio/awaitable.hpp>

#include <algorithm>
#include <functional>
#include <string>
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
    links::VerbPlan planned;
    links::VerbRequest planned_for;
    std::vector<links::Operation> begun;

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

    boost::asio::awaitable<Result<std::vector<links::MirroredRange>>> mirrored(
        LinkName, links::MirroredUpTo) override
    {
        co_return std::vector<links::MirroredRange>{};
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

    boost::asio::awaitable<Result<links::VerbPlan>> plan(LinkName name,
                                                         links::VerbRequest request) override
    {
        if (name != link.name) co_return fail(Errc::not_found, "no link " + name.value());
        planned_for = std::move(request);
        co_return planned;
    }

    boost::asio::awaitable<Result<links::Operation>> begin(LinkName name,
                                                           links::VerbRequest request) override
    {
        if (auto refusal = planned.refusal(); !refusal.empty()) {
            co_return fail(Errc::conflict, std::move(refusal));
        }
        auto& operation = begun.emplace_back();
        operation.id = links::OperationId{begun.size()};
        operation.link = std::move(name);
        operation.request = std::move(request);
        co_return operation;
    }

    [[nodiscard]] std::vector<links::Operation> operations() const override { return begun; }

    [[nodiscard]] Result<links::Operation> operation(links::OperationId id) const override
    {
        const auto found = std::ranges::find(begun, id, &links::Operation::id);
        if (found == begun.end()) return fail(Errc::not_found, "no operation");
        return *found;
    }
};

}  // namespace strait::testing
