#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "links/link_status.hpp"
#include "links/store/gap.hpp"
#include "links/store/mirrored_ranges.hpp"
#include "links/store/operation.hpp"
#include "links/store/translation.hpp"
#include "links/verb_plan.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace strait::links {

// What may be asked of the links of this node. A seam: the engine implements it, the API uses it.
//
// Not thread-safe: control thread only. Errc::not_found for a link that there is not.
class LinkDirectory {
  public:
    static constexpr std::size_t positions_max = 10'000;
    static constexpr std::size_t ranges_max = 1'000;

    virtual ~LinkDirectory() = default;

    // In the order of their names; without topics unless asked for.
    virtual boost::asio::awaitable<std::vector<LinkStatus>> list() = 0;
    virtual boost::asio::awaitable<Result<LinkStatus>> status(LinkName link) = 0;

    // The whole ledger, oldest entry first.
    virtual boost::asio::awaitable<Result<std::vector<Gap>>> gaps(LinkName link) = 0;

    // What it has copied of the source beyond what is known, up to ranges_max ranges.
    virtual boost::asio::awaitable<Result<std::vector<MirroredRange>>> mirrored(
        LinkName link, MirroredUpTo known) = 0;

    // In the order asked. Errc::invalid_argument for more than positions_max.
    virtual boost::asio::awaitable<Result<std::vector<TranslatedPosition>>> translate(
        LinkName link, Direction direction, std::vector<Position> positions) = 0;

    // What the verb would do now.
    virtual boost::asio::awaitable<Result<VerbPlan>> plan(LinkName link, VerbRequest request) = 0;

    // Begins it, as soon as it is sure that it will not be forgotten. Errc::conflict, with the
    // reason and the remedy, for what the plan refuses and while another verb is under way.
    virtual boost::asio::awaitable<Result<Operation>> begin(LinkName link, VerbRequest request) = 0;

    // Those under way and the newest that have ended, the newest last.
    [[nodiscard]] virtual std::vector<Operation> operations() const = 0;
    [[nodiscard]] virtual Result<Operation> operation(OperationId id) const = 0;
};

}  // namespace strait::links
