#include "links/clusters/target_log.hpp"

#include "links/store/link_batch.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

namespace strait::links {
namespace {

ShardSession session_of(const std::string& link, std::uint32_t shard)
{
    return {LinkName{link}, ShardNumber{shard}, Session{1}, TxnNo{1}, "node"};
}

// What the log holds of two links, from offset 40.
struct RecordsOfTest : ::testing::Test {
    std::vector<LinkRecord> written{session_of("ours", 0),
                                    session_of("theirs", 1),
                                    session_of("ours", 2),
                                    session_of("ours", 3)};
    kafka::RecordBatch batch = batch_of(written, 0);

    RecordsOfTest()
    {
        for (std::size_t i = 0; i < batch.records.size(); ++i) {
            batch.records[i].offset = Offset{40 + static_cast<std::int64_t>(i)};
        }
    }

    [[nodiscard]] Result<std::vector<LinkRecord>> read() const
    {
        return records_of(LinkName{"ours"}, batch, Offset{43});
    }
};

TEST_F(RecordsOfTest, AreThoseOfTheLinkBeforeTheEnd)
{
    EXPECT_EQ(read().value(), (std::vector{written[0], written[2]}));
}

TEST_F(RecordsOfTest, DoNotMindTheValuesOfOtherLinks)
{
    batch.records[1].value = "damaged";
    EXPECT_EQ(read().value(), (std::vector{written[0], written[2]}));
}

// It would be taken for damage of the local view otherwise, which is made again for it.
TEST_F(RecordsOfTest, AreAConflictWhenTheyAreDamaged)
{
    for (auto* const part : {&batch.records[2].value, &batch.records[2].key}) {
        const auto before = *part;
        *part = before->substr(0, 3);
        const auto error = read().error();
        EXPECT_EQ(error.code(), Errc::conflict);
        EXPECT_TRUE(error.detail().starts_with("checkpoints_damaged: ")) << error.detail();
        EXPECT_TRUE(error.detail().contains("offset 42")) << error.detail();
        *part = before;
    }
}

}  // namespace
}  // namespace strait::links
