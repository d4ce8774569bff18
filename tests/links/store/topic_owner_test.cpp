#include "links/store/link_record.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace strait::links {
namespace {

using namespace std::string_literals;

const std::string one(16, '\x01');
const std::string two(16, '\x02');

// What every format begins with.
const std::string common = "\x0boslo.orders" + one + two +
                           "\x02"
                           "c1\0\0\0\x06\0\0\0\0"s;

TopicOwner mirrored()
{
    TopicOwner owner;
    owner.link = LinkName{"ab"};
    owner.source = TopicName{"orders"};
    owner.target = TopicName{"oslo.orders"};
    owner.source_id.bytes.fill(1);
    owner.target_id.bytes.fill(2);
    owner.source_cluster = ClusterId{"c1"};
    owner.partitions = 6;
    return owner;
}

TopicOwner told(Desired desired, bool released)
{
    auto owner = mirrored();
    owner.released = released;
    owner.order = {desired, "why", 1'000};
    return owner;
}

const std::string since = "\x03why\0\0\0\0\0\0\x03\xe8"s;

// The newest format says what a topic was told by itself; those before are written as long as they
// can say it all, and read for ever. If this test fails, write a new format instead.
TEST(TopicOwner, KeepsItsBytes)
{
    auto released = mirrored();
    released.released = true;
    const std::vector<std::pair<TopicOwner, std::string>> golden{
        {mirrored(), "\x01" + common + "\xef\xf8\x0b\xcc"},
        {released, "\x02" + common + "\x01" + "\xa5\x4c\x46\xe4"},
        {told(Desired::paused, false), "\x03" + common + "\0\x01"s + since + "\xd7\x1a\x12\x27"},
        {told(Desired::failed_over, true),
         "\x03" + common + "\x01\x03" + since + "\xe2\xb9\x37\xab"},
    };
    for (const auto& [owner, bytes] : golden) {
        const auto key = encode_key(key_of(owner));
        EXPECT_EQ(encode_value(owner), bytes);
        EXPECT_EQ(decode_record(key, bytes), LinkRecord{owner});
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            EXPECT_EQ(decode_record(key, bytes.substr(0, size)).error().code(), Errc::corrupt);
        }
    }
    const auto newer = "\x04" + golden.back().second.substr(1);
    EXPECT_EQ(decode_record(encode_key(key_of(released)), newer).error().code(), Errc::conflict);
}

TEST(TopicOwner, RestsByItselfUntilItIsCutOffOrMirroredAgain)
{
    EXPECT_FALSE(mirrored().is_paused());
    auto owner = told(Desired::paused, false);
    EXPECT_TRUE(owner.is_paused());
    owner.released = true;
    EXPECT_FALSE(owner.is_paused());
    owner.mirror_again();
    EXPECT_EQ(owner, mirrored());
}

}  // namespace
}  // namespace strait::links
