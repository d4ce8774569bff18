#include "links/store/link_record.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace strait::links {
namespace {

using namespace std::string_literals;

TopicId id_of(std::uint8_t byte)
{
    TopicId id;
    id.bytes.fill(byte);
    return id;
}

const LinkName link{"ab"};

const LinkOwner owner{
    link, InstallId{"i1"}, ClusterId{"c1"}, 4, Term{7}, {Desired::paused, "why", 1'000}};
const ShardSession session{link, ShardNumber{3}, Session{7}, TxnNo{9}, "n1"};
const TopicOwner topic{link,
                       TopicName{"orders"},
                       TopicName{"oslo.orders"},
                       id_of(1),
                       id_of(2),
                       ClusterId{"c1"},
                       6,
                       {id_of(9)}};

Gap some_gap()
{
    Gap gap;
    gap.link = link;
    gap.id = 5;
    gap.topic = TopicName{"orders"};
    gap.old_id = id_of(1);
    gap.new_id = id_of(3);
    gap.partition = Partition{2};
    gap.generation = Generation{1};
    gap.cause = GapCause::recreated;
    gap.from = Offset{100};
    gap.to = Offset{200};
    gap.target = Offset{90};
    gap.policy = GapPolicy::restart;
    gap.open = true;
    gap.wall_time_ms = 1'000;
    gap.acknowledged_by = "me";
    return gap;
}

Checkpoint some_checkpoint()
{
    Checkpoint found;
    found.link = link;
    found.source_id = id_of(1);
    found.partition = Partition{2};
    found.generation = Generation{1};
    found.shard = ShardNumber{3};
    found.session = Session{7};
    found.txn_no = TxnNo{9};
    found.touched = 2;
    found.seq = PartitionSeq{11};
    found.target_id = id_of(2);
    found.from_log_start = true;
    found.block = block_at(Offset{8}, Offset{99});
    found.wall_time_ms = 1'000;
    return found;
}

LinkOwner promoted()
{
    auto of = owner;
    of.order.desired = Desired::promoted;
    return of;
}

LinkOwner promoted_at_least_once()
{
    auto of = promoted();
    of.delivery = Delivery::at_least_once;
    return of;
}

TopicOwner released()
{
    auto of = topic;
    of.released = true;
    return of;
}

const AclOwner acl{link,
                   {.resource = kafka::AclResource::topic,
                    .name = "oslo.orders",
                    .pattern = kafka::AclPattern::literal,
                    .principal = "User:al",
                    .host = "*",
                    .operation = kafka::AclOperation::describe_configs,
                    .permission = kafka::AclPermission::deny},
                   1'000};

const std::vector<LinkRecord> records{owner,
                                      session,
                                      topic,
                                      some_gap(),
                                      some_checkpoint(),
                                      promoted(),
                                      released(),
                                      acl,
                                      promoted_at_least_once()};

std::string hex(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        text += digits[static_cast<std::uint8_t>(byte) >> 4U];
        text += digits[static_cast<std::uint8_t>(byte) & 15U];
    }
    return text;
}

TEST(LinkRecord, PutsEverySessionOfATermAboveThoseBefore)
{
    EXPECT_GT(first_session(Term{1}), Session{});
    const Session last_of_first{first_session(Term{2}).value() - 1};
    EXPECT_GT(last_of_first, first_session(Term{1}));
}

const auto one = "01010101010101010101010101010101"s;
const auto two = "02020202020202020202020202020202"s;
const auto three = "03030303030303030303030303030303"s;

// Key and value of each of the records, in hex.
const std::vector<std::pair<std::string, std::string>> golden{
    {"4c01"
     "026162",
     "02"
     "026931"
     "026331"
     "0000000400000007"
     "0103776879"
     "00000000000003e8"
     "5f7da3d4"},
    {"5301"
     "026162"
     "00000003",
     "01"
     "0000000000000007"
     "0000000000000009"
     "026e31"
     "cf726b7e"},
    {"5401"
     "026162"
     "066f7264657273",
     "01"
     "0b6f736c6f2e6f7264657273" +
         one + two +
         "026331"
         "00000006"
         "00000001"
         "09090909090909090909090909090909"
         "90415bbf"},
    {"4701"
     "026162"
     "066f7264657273"
     "00000002"
     "0000000000000005",
     "01" + one + three +
         "00000001"
         "020201"
         "0000000000000064"
         "00000000000000c8"
         "000000000000005a"
         "ffffffff"
         "00000000000003e8"
         "026d65"
         "1fa968c7"},
    {"4301"
     "026162" +
         one +
         "00000002"
         "00000001"
         "0000000000000008",
     "01"
     "00000003"
     "0000000000000007"
     "0000000000000009"
     "00000002"
     "000000000000000b"
     "ffffffff" +
         two +
         "01"
         "00000000000003e8"
         "0100000000000000080000000000000063000000000000000000"
         "00"
         "6c8ea4e2"},
    {"4c01"
     "026162",
     "03"
     "026931"
     "026331"
     "0000000400000007"
     "0203776879"
     "00000000000003e8"
     "ac1e604f"},
    {"5401"
     "026162"
     "066f7264657273",
     "02"
     "0b6f736c6f2e6f7264657273" +
         one + two +
         "026331"
         "00000006"
         "00000001"
         "09090909090909090909090909090909"
         "01"
         "953df1c2"},
    {"4101"
     "026162"
     "02"
     "0b6f736c6f2e6f7264657273"
     "07557365723a616c"
     "012a"
     "0a02",
     "01"
     "00000000000003e8"
     "12d5e6a7"},
    {"4c01"
     "026162",
     "04"
     "026931"
     "026331"
     "0000000400000007"
     "0203776879"
     "00000000000003e8"
     "01"
     "730973b3"},
};

// These bytes are in Kafka. If this test fails, write a new format instead of changing it.
TEST(LinkRecord, KeepsItsBytes)
{
    for (std::size_t i = 0; i < records.size(); ++i) {
        EXPECT_EQ(hex(encode_key(key_of(records[i]))), golden[i].first);
        EXPECT_EQ(hex(encode_value(records[i]).value()), golden[i].second);
    }
}

TEST(LinkRecord, ReadsAnOwnerOfTheFormatBefore)
{
    const auto value = "\x01"
                       "\x02i1"
                       "\x02"
                       "c1\0\0\0\x04\0\0\0\x07"
                       "\x30\x64\x49\xea"s;
    auto expected = owner;
    expected.order = {};

    EXPECT_EQ(decode_record(encode_key(key_of(owner)), value), LinkRecord{expected});
}

TEST(LinkRecord, ReadsBackWhatItWrote)
{
    for (const auto& record : records) {
        const auto key = encode_key(key_of(record));
        const auto value = encode_value(record);

        EXPECT_EQ(decode_record(key, value), record);
        EXPECT_EQ(decode_key(key), key_of(record));
        EXPECT_EQ(link_of(record), link);
    }
}

TEST(LinkRecord, IsRemovedByATombstoneOfItsKey)
{
    for (const auto& record : records) {
        const LinkRecord removal = Removal{key_of(record)};

        EXPECT_EQ(encode_value(removal), std::nullopt);
        EXPECT_EQ(decode_record(encode_key(key_of(removal)), std::nullopt), removal);
        EXPECT_EQ(link_of(removal), link);
    }
}

TEST(LinkRecord, RefusesWhatItCannotHaveWritten)
{
    for (const auto& record : records) {
        const auto key = encode_key(key_of(record));
        const auto value = *encode_value(record);

        for (std::size_t size = 0; size < key.size(); ++size) {
            EXPECT_EQ(decode_key(key.substr(0, size)).error().code(), Errc::corrupt) << size;
        }
        for (std::size_t size = 0; size < value.size(); ++size) {
            EXPECT_EQ(decode_record(key, value.substr(0, size)).error().code(), Errc::corrupt);
        }
        EXPECT_EQ(decode_key(key + "\0"s).error().code(), Errc::corrupt);
        EXPECT_EQ(decode_record(key, value + "\0"s).error().code(), Errc::corrupt);
    }
}

TEST(LinkRecord, LeavesNewerFormatsAndTypesToNewerPrograms)
{
    const auto key = encode_key(OwnerKey{link});
    const auto value = *encode_value(owner);

    EXPECT_EQ(decode_record("L\x02" + key.substr(2), value).error().code(), Errc::conflict);
    EXPECT_EQ(decode_record(key, "\x05" + value.substr(1)).error().code(), Errc::conflict);
    EXPECT_EQ(decode_record("B" + key.substr(1), value).error().code(), Errc::conflict);
    const auto newer = "\x02" + encode_value(session)->substr(1);
    EXPECT_EQ(decode_record(encode_key(key_of(session)), newer).error().code(), Errc::conflict);
}

TEST(LinkRecord, NoticesEveryFlippedBitOfAValue)
{
    for (const auto& record : records) {
        const auto key = encode_key(key_of(record));
        const auto value = *encode_value(record);
        for (std::size_t bit = 0; bit < value.size() * 8; ++bit) {
            auto damaged = value;
            damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << (bit % 8)));
            EXPECT_FALSE(decode_record(key, damaged)) << bit;
        }
    }
}

TEST(LinkRecord, RefusesABlockThatIsNotTheKeys)
{
    auto other = some_checkpoint();
    other.block = block_at(Offset{9}, Offset{99});

    const auto found = decode_record(encode_key(key_of(some_checkpoint())), encode_value(other));

    EXPECT_EQ(found.error().code(), Errc::corrupt);
}

TEST(LinkRecord, NeverCrashesOnWhateverBytes)
{
    std::mt19937 random{1};
    const auto mutate = [&](std::string& bytes) {
        for (auto changes = random() % 3; changes < 3; ++changes) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        if (random() % 4 == 0) bytes.resize(random() % (bytes.size() + 8));
    };
    for (int i = 0; i < 100'000; ++i) {
        const auto& record = records[random() % records.size()];
        auto key = encode_key(key_of(record));
        auto value = *encode_value(record);
        mutate(i % 2 == 0 ? key : value);
        const auto found = decode_record(key, value);
        if (found) {
            EXPECT_EQ(encode_key(key_of(*found)), key);
        }
    }
}

TEST(LinksPartition, IsTheSameForEver)
{
    EXPECT_EQ(links_partition(LinkName{"oslo-to-bergen"}, 16), Partition{10});
    EXPECT_EQ(links_partition(LinkName{"ab"}, 16), Partition{1});
    EXPECT_EQ(links_partition(LinkName{"ab"}, 1), Partition{0});
}

}  // namespace
}  // namespace strait::links
