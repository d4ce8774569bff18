#include "links/store/local_view.hpp"

#include "tests/links/store/full_disk.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace strait::links {
namespace {

namespace fs = std::filesystem;

const LinkName link{"oslo-to-bergen"};
constexpr TopicId orders{{1}};

// A folder that goes with the test.
struct Folder {
    Folder()
    {
        auto name = (fs::temp_directory_path() / "strait-view-XXXXXX").string();
        path = mkdtemp(name.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { fs::remove_all(path); }

    fs::path path;
};

Checkpoint checkpoint_of(std::uint64_t seq)
{
    Checkpoint record;
    record.link = link;
    record.source_id = orders;
    record.seq = PartitionSeq{seq};
    const auto first = Offset{static_cast<std::int64_t>(seq)};
    record.block = block_at(first, first);
    record.block.runs = {{first, first, 1}};
    record.block.next_source = record.block.next_target = Offset{first.value() + 1};
    return record;
}

Result<void> write(LinkView& part, std::uint64_t seq)
{
    const auto applied = Offset{static_cast<std::int64_t>(seq)};
    return part.apply(ShardNumber{0}, std::vector<LinkRecord>{checkpoint_of(seq)}, applied);
}

struct LocalViewTest : ::testing::Test {
    LocalView::Opened open() const
    {
        auto opened = LocalView::open(view);
        EXPECT_TRUE(opened) << opened.error().detail();
        return *std::move(opened);
    }

    // Records 1 to `count`, in files of several kinds: they are opened `lives` times.
    void fill(std::uint64_t count, std::uint64_t lives) const
    {
        for (std::uint64_t life = 0; life < lives; ++life) {
            auto opened = open();
            std::vector<LinkRecord> records;
            for (auto seq = (life * count) + 1; seq <= (life + 1) * count; ++seq) {
                records.emplace_back(checkpoint_of(seq));
            }
            auto part = opened.view.link(link).value();
            ASSERT_TRUE(part.apply(ShardNumber{0}, records, Offset{static_cast<int>(life) + 1}));
        }
    }

    std::vector<fs::path> damaged() const
    {
        std::vector<fs::path> found;
        for (const auto& entry : fs::directory_iterator{folder.path}) {
            if (entry.path() != view) found.push_back(entry.path().filename());
        }
        std::ranges::sort(found);
        return found;
    }

    Folder folder;
    fs::path view = folder.path / "view";
};

TEST_F(LocalViewTest, IsThereAgainAfterItWasClosed)
{
    fill(10, 1);

    auto opened = open();

    EXPECT_FALSE(opened.rebuilt) << opened.reason;
    const auto part = opened.view.link(link).value();
    EXPECT_EQ(part.applied(ShardNumber{0}).value(), Offset{1});
    EXPECT_EQ(part.position(orders, Partition{0}).value(), checkpoint_of(10));
}

TEST_F(LocalViewTest, BelongsToOneProcess)
{
    const auto opened = open();

    const auto second = LocalView::open(view);

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code(), Errc::conflict);
    EXPECT_TRUE(second.error().detail().contains("another strait process uses this data_dir"));
    EXPECT_TRUE(damaged().empty());
}

TEST_F(LocalViewTest, SaysThatAFolderCannotBeMade)
{
    const auto opened = LocalView::open(folder.path / "missing" / "view");

    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code(), Errc::unavailable);
}

TEST_F(LocalViewTest, StartsAfreshWhenItWasCondemned)
{
    fill(10, 1);
    ASSERT_TRUE(open().view.condemn("a checksum differs"));

    auto opened = open();

    EXPECT_TRUE(opened.rebuilt);
    EXPECT_TRUE(opened.reason.starts_with("a checksum differs; kept as ")) << opened.reason;
    EXPECT_TRUE(opened.view.link(link).value().positions().value().empty());
    EXPECT_EQ(damaged(), std::vector<fs::path>{"view.damaged-1"});
}

TEST_F(LocalViewTest, KeepsTheTwoNewestDamagedOnes)
{
    for (int i = 0; i < 4; ++i) ASSERT_TRUE(open().view.condemn("for a test"));

    EXPECT_TRUE(open().rebuilt);

    EXPECT_EQ(damaged(), (std::vector<fs::path>{"view.damaged-3", "view.damaged-4"}));
}

TEST_F(LocalViewTest, SetsAnotherFormatAside)
{
    fill(1, 1);
    {
        rocksdb::DB* db = nullptr;
        std::vector<rocksdb::ColumnFamilyHandle*> families;
        std::vector<rocksdb::ColumnFamilyDescriptor> names{{"default", {}}};
        for (const auto* const name : view_family_names)
            names.emplace_back(name, rocksdb::ColumnFamilyOptions{});
        ASSERT_TRUE(rocksdb::DB::Open({}, view, names, &families, &db).ok());
        const std::unique_ptr<rocksdb::DB> owned{db};
        auto* const meta = families.at(1 + static_cast<std::size_t>(ViewFamily::meta));
        ASSERT_TRUE(db->Put({}, meta, link_prefix(0) + "f", link_prefix(1)).ok());
        for (auto* const family : families) ASSERT_TRUE(db->DestroyColumnFamilyHandle(family).ok());
    }

    EXPECT_TRUE(open().rebuilt);
}

// RocksDB itself would go on with the log that it could not append to, and abort.
TEST_F(LocalViewTest, RefusesAllWritesFromTheOneThatADiskHadNoRoomFor)
{
    FullDisk disk;
    auto opened = LocalView::open(view, disk.env.get());
    ASSERT_TRUE(opened) << opened.error().detail();
    auto part = opened->view.link(link).value();
    ASSERT_TRUE(write(part, 1));

    disk.full = true;
    const auto first = write(part, 2);
    disk.full = false;
    int refused = 0;
    for (int i = 0; i < 20'000; ++i) refused += write(part, 2) ? 0 : 1;

    ASSERT_FALSE(first);
    EXPECT_EQ(first.error().code(), Errc::unavailable);
    EXPECT_EQ(refused, 20'000);
    EXPECT_EQ(part.position(orders, Partition{0}).value(), checkpoint_of(1));
}

TEST_F(LocalViewTest, GoesOnWhenItIsOpenedAgainWithRoom)
{
    FullDisk disk;
    {
        auto opened = LocalView::open(view, disk.env.get());
        ASSERT_TRUE(opened) << opened.error().detail();
        auto part = opened->view.link(link).value();
        ASSERT_TRUE(write(part, 1));
        EXPECT_FALSE(opened->view.stopped());
        disk.full = true;
        disk.free = 1'000;
        const auto refused = write(part, 2);
        ASSERT_FALSE(refused);
        EXPECT_TRUE(refused.error().detail().contains("make room under data_dir"));
        EXPECT_TRUE(opened->view.stopped());
        EXPECT_FALSE(opened->view.has_room());
        disk.free = 2'000'000;
        EXPECT_TRUE(opened->view.has_room());
    }
    const auto early = LocalView::open(view, disk.env.get());
    ASSERT_FALSE(early);
    EXPECT_EQ(early.error().code(), Errc::unavailable);
    disk.full = false;

    auto opened = LocalView::open(view, disk.env.get());

    ASSERT_TRUE(opened) << opened.error().detail();
    EXPECT_FALSE(opened->rebuilt) << opened->reason;
    EXPECT_FALSE(opened->view.stopped());
    auto part = opened->view.link(link).value();
    EXPECT_EQ(part.applied(ShardNumber{0}).value(), Offset{1});
    ASSERT_TRUE(write(part, 2));
    EXPECT_EQ(part.position(orders, Partition{0}).value(), checkpoint_of(2));
}

// After any damage to any file the view opens, and holds what it held at some moment, or nothing.
TEST_F(LocalViewTest, OpensWhateverFilesAreDamaged)
{
    fill(40, 2);
    const auto intact = folder.path / "intact";
    fs::rename(view, intact);
    std::map<std::string, fs::path> files;  // one of each kind: 000012.sst, MANIFEST-000013
    for (const auto& entry : fs::directory_iterator{intact}) {
        auto kind = entry.path().filename().string();
        std::erase_if(kind, [](char c) { return c >= '0' && c <= '9'; });
        if (fs::file_size(entry.path()) > 0) files[kind] = entry.path().filename();
    }
    std::mt19937 random{1};
    int rebuilt = 0;
    for (int round = 0; round < 3 * std::ssize(files); ++round) {
        const auto damage = round % 3;
        const auto& [kind, name] = *std::next(files.begin(), round / 3);
        fs::remove_all(view);
        fs::copy(intact, view, fs::copy_options::recursive);
        const auto file = view / name;
        const auto size = fs::file_size(file);
        SCOPED_TRACE(name.string() + " damage " + std::to_string(damage));
        if (damage == 0) fs::remove(file);
        if (damage == 1) fs::resize_file(file, size / 2);
        if (damage == 2) {
            std::fstream out{file, std::ios::in | std::ios::out | std::ios::binary};
            out.seekp(static_cast<std::streamoff>(random() % size));
            out.put(static_cast<char>(random()));
        }

        auto opened = LocalView::open(view);
        ASSERT_TRUE(opened) << opened.error().detail();
        rebuilt += opened->rebuilt ? 1 : 0;
        const auto part = opened->view.link(link).value();
        const auto applied = part.applied(ShardNumber{0}).value();
        const auto position = part.position(orders, Partition{0}).value();
        ASSERT_EQ(applied.has_value(), position.has_value());
        if (position) {
            const auto last = static_cast<std::uint64_t>(applied->value()) * 40;
            ASSERT_EQ(position, checkpoint_of(last));
        }
    }
    EXPECT_GT(rebuilt, 5) << "of " << 3 * files.size();
}

}  // namespace
}  // namespace strait::links
