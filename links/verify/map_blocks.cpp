#include "links/verify/map_blocks.hpp"

#include "core/run_on.hpp"

namespace strait::links {

namespace asio = boost::asio;

namespace {

using Place = std::pair<Generation, Offset>;  // of a block

Place place_of(const Checkpoint& checkpoint)
{
    return {checkpoint.generation, checkpoint.block.first_source};
}

// Those behind `last`, and never the position's own block nor a later one.
asio::awaitable<Result<std::vector<Checkpoint>>> read_some(LinkView view,
                                                           Checkpoint position,
                                                           std::optional<Place> last)
{
    auto cursor = view.blocks(position.source_id, position.partition);
    cursor.seek_generation(Generation{0});
    if (last) {
        const auto found = cursor.seek(Direction::forward, last->first, last->second);
        if (!found) co_return fail(found.error());
        if (!*found) cursor.seek_generation(Generation{0});
    }
    std::vector<Checkpoint> some;
    for (; cursor.valid() && some.size() < MapBlocks::read_max; cursor.next()) {
        const Place at{cursor.generation(), cursor.first_source()};
        if (at >= place_of(position)) break;
        if (last && at <= *last) continue;
        auto checkpoint = cursor.checkpoint();
        if (!checkpoint) co_return fail(checkpoint.error());
        if (checkpoint->target_id != position.target_id) continue;
        some.push_back(*std::move(checkpoint));
    }
    if (const auto fine = cursor.status(); !fine) co_return fail(fine.error());
    co_return some;
}

asio::awaitable<Result<std::vector<Place>>> read_generations(LinkView view, Checkpoint position)
{
    auto cursor = view.blocks(position.source_id, position.partition);
    std::vector<Place> found;
    cursor.seek_generation(Generation{0});
    while (cursor.valid() && cursor.generation() <= position.generation) {
        found.emplace_back(cursor.generation(), cursor.first_source());
        cursor.seek_generation(Generation{cursor.generation().value() + 1});
    }
    if (const auto fine = cursor.status(); !fine) co_return fail(fine.error());
    co_return found;
}

}  // namespace

asio::awaitable<Result<std::optional<Checkpoint>>> MapBlocks::next()
{
    if (given_ < read_.size()) co_return read_[given_++];
    if (complete_) co_return std::optional<Checkpoint>{};
    std::optional<Place> last;
    if (!read_.empty()) last = place_of(read_.back());
    auto some = co_await run_on(pool_, read_some(view_, position_, last));
    if (!some) co_return fail(some.error());
    read_ = *std::move(some);
    given_ = 0;
    if (read_.size() < read_max) {
        read_.push_back(position_);
        complete_ = true;
    }
    co_return read_[given_++];
}

asio::awaitable<Result<std::vector<Place>>> MapBlocks::generations()
{
    co_return co_await run_on(pool_, read_generations(view_, position_));
}

}  // namespace strait::links
