#include "links/store/offset_block.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace strait::links {
namespace {

using namespace std::string_literals;

// Source 10..12 and 20..21 with a marker between them at the target, then read on to 25.
OffsetBlock two_runs()
{
    auto block = block_at(Offset{8}, Offset{99});
    block.runs = {{Offset{10}, Offset{100}, 3}, {Offset{20}, Offset{104}, 2}};
    block.next_source = Offset{25};
    block.next_target = Offset{106};
    block.digest = 0x0102030405060708;
    return block;
}

// These bytes are on disk. If this test fails, write a new format instead of changing it.
const auto golden = "\x01"
                    "\0\0\0\0\0\0\0\x08"
                    "\0\0\0\0\0\0\0\x63"
                    "\1\2\3\4\5\6\7\x08"
                    "\x02"
                    "\2\1\3"
                    "\7\1\2"
                    "\3"s;
const auto golden_empty = "\x01"
                          "\0\0\0\0\0\0\0\x08"
                          "\0\0\0\0\0\0\0\x63"
                          "\0\0\0\0\0\0\0\0"
                          "\0"
                          "\0"s;

TEST(OffsetBlock, KeepsItsBytes)
{
    EXPECT_EQ(encode(two_runs()), golden);
    EXPECT_EQ(decode_block(golden), two_runs());
    EXPECT_EQ(encode(block_at(Offset{8}, Offset{99})), golden_empty);
    EXPECT_EQ(decode_block(golden_empty), block_at(Offset{8}, Offset{99}));
}

TEST(OffsetBlock, RefusesWhatItCannotHaveWritten)
{
    for (std::size_t size = 0; size < golden.size(); ++size) {
        EXPECT_EQ(decode_block(golden.substr(0, size)).error().code(), Errc::corrupt) << size;
    }
    EXPECT_EQ(decode_block(golden + "\0"s).error().code(), Errc::corrupt);
    EXPECT_EQ(decode_block("\x02"s + golden.substr(1)).error().code(), Errc::conflict);
    EXPECT_EQ(decode_block("\0"s + golden.substr(1)).error().code(), Errc::corrupt);

    auto far = golden;
    far[1] = '\x40';
    EXPECT_EQ(decode_block(far).error().code(), Errc::corrupt) << "beyond what can be added to";
}

TEST(OffsetBlock, NeverCrashesOnWhateverBytes)
{
    std::mt19937 random{1};
    for (int i = 0; i < 100'000; ++i) {
        auto bytes = golden;
        for (auto changes = random() % 4; changes <= 4; ++changes) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        const auto block = decode_block(bytes);
        if (block) {
            EXPECT_EQ(decode_block(encode(*block)), *block);
        }
    }
}

TEST(OffsetBlock, GrowsByRunsOfRecordsThatFollowEachOther)
{
    auto block = block_at(Offset{8}, Offset{99});

    for (const auto [source, target] : {std::pair{10, 100}, {11, 101}, {12, 102}, {20, 104}}) {
        ASSERT_TRUE(extend(block, Offset{source}, Offset{target}));
    }
    ASSERT_TRUE(extend(block, Offset{21}, Offset{105}));
    skip_to(block, Offset{25});
    block.digest = two_runs().digest;

    EXPECT_EQ(block, two_runs());
}

TEST(OffsetBlock, StartsARunWhereOnlyOneSideGoesOn)
{
    auto block = block_at(Offset{0}, Offset{0});

    ASSERT_TRUE(extend(block, Offset{0}, Offset{0}));
    ASSERT_TRUE(extend(block, Offset{1}, Offset{2}));
    ASSERT_TRUE(extend(block, Offset{3}, Offset{3}));

    EXPECT_EQ(
        block.runs,
        (std::vector<links::Run>{
            {Offset{0}, Offset{0}, 1}, {Offset{1}, Offset{2}, 1}, {Offset{3}, Offset{3}, 1}}));
}

TEST(OffsetBlock, IsFullBeforeOneRunTooManyAndItsSuccessorGoesOn)
{
    auto block = block_at(Offset{0}, Offset{0});
    for (std::int64_t i = 0; i < 256; ++i) ASSERT_TRUE(extend(block, Offset{2 * i}, Offset{i}));
    ASSERT_TRUE(extend(block, Offset{511}, Offset{256})) << "still the last run";
    const auto full = block;

    EXPECT_FALSE(extend(block, Offset{513}, Offset{257}));
    EXPECT_EQ(block, full);

    auto next = successor_of(block);
    EXPECT_EQ(next, block_at(Offset{512}, Offset{257}));
    EXPECT_TRUE(extend(next, Offset{513}, Offset{257}));
    EXPECT_EQ(decode_block(encode(full)), full);
}

}  // namespace
}  // namespace strait::links
