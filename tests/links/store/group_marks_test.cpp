#include "links/store/group_marks.hpp"

#include "tests/links/store/memory_view.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace strait::links {
namespace {

GroupMarks some_marks()
{
    const TopicPartition first{TopicName{"o"}, Partition{1}};
    const TopicPartition second{TopicName{"p"}, Partition{2}};
    return {7,
            {{first, {{Offset{3}, "m"}, WrittenMark{{Offset{4}, "strait"}, Offset{3}, 9}}},
             {second, {{Offset{5}, ""}, std::nullopt}}}};
}

TEST(GroupMarks, KeepTheirBytes)
{
    const auto bytes = encode(some_marks());

    using namespace std::string_literals;
    EXPECT_EQ(bytes,
              "\0\0\0\0\0\0\0\x07"
              "\x01o\0\0\0\x01\0\0\0\0\0\0\0\x03\x01m\x01"
              "\0\0\0\0\0\0\0\x04\x06strait\0\0\0\0\0\0\0\x03\0\0\0\0\0\0\0\x09"
              "\x01p\0\0\0\x02\0\0\0\0\0\0\0\x05\0\0"s);
    EXPECT_EQ(decode_group_marks(bytes), some_marks());
}

// But where a mark ends.
TEST(GroupMarks, AreRefusedInPart)
{
    const auto bytes = encode(some_marks());
    std::size_t whole = 0;
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        if (decode_group_marks(std::string_view{bytes}.substr(0, size))) ++whole;
    }
    EXPECT_EQ(whole, 2U) << "no partition, and one";
    EXPECT_FALSE(decode_group_marks(bytes + "x"));
}

TEST(GroupMarks, AreKeptByTheViewUntilTheyAreEmpty)
{
    MemoryView stored;
    const GroupName group{"billing"};

    ASSERT_TRUE(stored.link.remember(group, some_marks()));
    EXPECT_EQ(stored.link.remembered()->at(group), some_marks());
    EXPECT_TRUE(stored.link.topics()->empty()) << "they are no records";
    ASSERT_TRUE(stored.link.remember(group, {}));
    EXPECT_TRUE(stored.link.remembered()->empty());
}

}  // namespace
}  // namespace strait::links
