#include "tests/faults/link_under_load.hpp"
#include "tests/support/shared_clusters.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace strait::testing {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

// The largest file of the view whose name begins and ends so.
fs::path file_of(const fs::path& view, std::string_view prefix, std::string_view suffix)
{
    fs::path largest;
    for (const auto& entry : fs::directory_iterator{view}) {
        const auto name = entry.path().filename().string();
        if (!name.starts_with(prefix) || !name.ends_with(suffix)) continue;
        if (largest.empty() || entry.file_size() > fs::file_size(largest)) largest = entry.path();
    }
    if (largest.empty()) ADD_FAILURE() << "no file " << prefix << "*" << suffix;
    return largest;
}

void flip_in_the_middle(const fs::path& file)
{
    auto bytes = read_file(file);
    ASSERT_FALSE(bytes.empty()) << file;
    auto& middle = bytes[bytes.size() / 2];
    middle = static_cast<char>(~middle);
    write_file(file, bytes);
}

struct Damage {
    const char* name;
    std::function<void(const fs::path&)> inflict;
};

const std::vector<Damage>& damages()
{
    static const std::vector<Damage> all{
        {"deleted", [](const fs::path& view) { fs::remove_all(view); }},
        {"table flipped",
         [](const fs::path& view) { flip_in_the_middle(file_of(view, "", ".sst")); }},
        {"log cut",
         [](const fs::path& view) {
             const auto file = file_of(view, "", ".log");
             fs::resize_file(file, fs::file_size(file) / 2);
         }},
        {"table missing", [](const fs::path& view) { fs::remove(file_of(view, "", ".sst")); }},
        {"table cut",
         [](const fs::path& view) {
             const auto file = file_of(view, "", ".sst");
             fs::resize_file(file, fs::file_size(file) / 2);
         }},
        {"manifest flipped",
         [](const fs::path& view) { flip_in_the_middle(file_of(view, "MANIFEST", "")); }},
        {"CURRENT missing", [](const fs::path& view) { fs::remove(view / "CURRENT"); }},
        {"log flipped",
         [](const fs::path& view) { flip_in_the_middle(file_of(view, "", ".log")); }},
    };
    return all;
}

// But for the transaction that the link had come to, and for its position behind the last record,
// which passes markers now and then only.
void expect_same(const LinkUnderLoad::Answer& answer, const LinkUnderLoad::Answer& expected)
{
    auto now = answer.translation;
    now.as_of_txn = expected.translation.as_of_txn;
    using enum links::Translation::Status;
    const bool behind = now.status == end || now.status == clamped;
    if (behind && now.offset > expected.translation.offset)
        now.offset = expected.translation.offset;
    ASSERT_EQ(now, expected.translation)
        << to_string(answer.at) << " " << to_string(answer.direction) << " "
        << answer.asked.value();
}

void expect_read_again(std::span<const Damage> damages)
{
    LinkUnderLoad run{SharedClusters::source(), SharedClusters::target(), {.seed = fault_seed()}};
    const auto view = run.strait().data_dir() / "links";
    run.strait().start();
    ASSERT_TRUE(run.sees_more(2000)) << run.story();
    ASSERT_TRUE(run.drains(run.door())) << run.story();
    const auto expected = run.answers(run.door());

    for (const auto& [name, inflict] : damages) {
        SCOPED_TRACE(name);
        // Once without damage: what was in the log of the view becomes a table.
        ASSERT_EQ(run.strait().terminate(), EXIT_SUCCESS);
        run.strait().start();
        ASSERT_TRUE(run.drains(run.door())) << run.story();
        // Its claim at the least: a log without a byte cannot be damaged.
        ASSERT_TRUE(wait_for([&] { return fs::file_size(file_of(view, "", ".log")) > 0; }, 30s));
        run.strait().kill();
        inflict(view);
        run.strait().start();

        ASSERT_TRUE(run.drains(run.door())) << run.story();
        const auto answers = run.answers(run.door());

        ASSERT_EQ(answers.size(), expected.size());
        for (std::size_t i = 0; i < answers.size(); ++i) {
            ASSERT_NO_FATAL_FAILURE(expect_same(answers[i], expected[i]));
        }
    }
    const auto verdict = run.verdict();
    EXPECT_TRUE(verdict.passed()) << verdict.text() << run.story();
}

TEST(LostView, IsReadAgainFromTheTargetAndAnswersTheSame)
{
    constexpr std::size_t first = 3;  // each takes ten seconds
    expect_read_again(std::span{damages()}.first(first));
}

TEST(LostView, IsReadAgainWhateverHappenedToIt) { expect_read_again(damages()); }

}  // namespace
}  // namespace strait::testing
