#include "links/store/offset_block.hpp"

#include "core/codec.hpp"

#include <cassert>

namespace strait::links {

namespace {

constexpr std::uint8_t format = 1;

// Stored offsets and lengths stay below it, so that no sum of two overflows.
constexpr std::int64_t offset_max = (std::int64_t{1} << 62U) - 1;

bool advance(std::int64_t& at, std::uint64_t by)
{
    if (at < 0 || at > offset_max || by > offset_max) return false;
    at += static_cast<std::int64_t>(by);
    return true;
}

std::uint64_t bits(std::int64_t value) { return static_cast<std::uint64_t>(value); }

}  // namespace

OffsetBlock block_at(Offset source, Offset target)
{
    OffsetBlock block;
    block.first_source = block.next_source = source;
    block.first_target = block.next_target = target;
    return block;
}

OffsetBlock successor_of(const OffsetBlock& block)
{
    return block_at(block.next_source, block.next_target);
}

bool extend(OffsetBlock& block, Offset source, Offset target)
{
    assert(source >= block.next_source && target >= block.next_target);

    const auto follows = [&](const Run& last) {
        return source.value() == last.source_start.value() + last.length &&
               target.value() == last.target_start.value() + last.length;
    };
    if (!block.runs.empty() && follows(block.runs.back())) {
        ++block.runs.back().length;
    } else {
        if (block.runs.size() == OffsetBlock::runs_max) return false;
        block.runs.push_back({source, target, 1});
    }
    block.next_source = Offset{source.value() + 1};
    block.next_target = Offset{target.value() + 1};
    return true;
}

void skip_to(OffsetBlock& block, Offset next_source)
{
    assert(next_source >= block.next_source);
    block.next_source = next_source;
}

std::string encode(const OffsetBlock& block)
{
    assert(block.runs.size() <= OffsetBlock::runs_max);

    std::string out;
    auto source = block.first_source.value();
    auto target = block.first_target.value();
    append_ordered(out, format);
    append_ordered(out, bits(source));
    append_ordered(out, bits(target));
    append_ordered(out, block.digest);
    append_varint(out, block.runs.size());
    for (const auto& run : block.runs) {
        append_varint(out, bits(run.source_start.value() - source));
        append_varint(out, bits(run.target_start.value() - target));
        append_varint(out, bits(run.length));
        source = run.source_start.value() + run.length;
        target = run.target_start.value() + run.length;
    }
    assert(block.next_target.value() == target);
    append_varint(out, bits(block.next_source.value() - source));
    return out;
}

Result<OffsetBlock> decode_block(std::string_view bytes)
{
    ByteReader in{bytes};
    const auto found = in.ordered<std::uint8_t>();
    if (in.ok() && found > format) {
        return fail(Errc::conflict, "offset block of format " + std::to_string(found));
    }

    OffsetBlock block;
    auto source = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    auto target = static_cast<std::int64_t>(in.ordered<std::uint64_t>());
    block.first_source = Offset{source};
    block.first_target = Offset{target};
    block.digest = in.ordered<std::uint64_t>();
    const auto count = in.varint();
    bool good = found == format && count <= OffsetBlock::runs_max && target >= 0;
    if (good) block.runs.reserve(count);
    for (std::uint64_t i = 0; good && i < count; ++i) {
        good = advance(source, in.varint()) && advance(target, in.varint());
        const auto length = in.varint();
        block.runs.push_back({Offset{source}, Offset{target}, static_cast<std::int64_t>(length)});
        good = good && length > 0 && advance(source, length) && advance(target, length);
    }
    good = good && advance(source, in.varint());
    block.next_source = Offset{source};
    block.next_target = Offset{target};
    if (!good || !in.ok() || !in.at_end()) return fail(Errc::corrupt, "offset block");
    return block;
}

}  // namespace strait::links
