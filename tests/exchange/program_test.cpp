#include "tests/support/child_process.hpp"
#include "tests/support/strait_process.hpp"
#include "tests/support/temp_folder.hpp"
#include "tests/support/wait.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

// The program itself, where no cluster is needed: its streams, its files, its signals.
namespace strait::exchange {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::ChildProcess;
using testing::wait_for;

struct Program : ::testing::Test {
    testing::TempFolder folder{"program"};
    fs::path config = folder.path() / "strait.yaml";

    // Its link waits for clusters that do not answer: without a link it ends at once.
    Program()
    {
        std::ofstream{config} << R"(data_dir: ./data
drain_time: 3s
ops: {listen: ""}
clusters:
  oslo: {bootstrap: ["127.0.0.1:1"]}
  turin: {bootstrap: ["127.0.0.1:2"]}
links: [{name: eu, source: oslo, target: turin, topics: {include: [orders]}}]
)";
    }

    // In a shell, where "$0" is the program and "$1" its configuration.
    [[nodiscard]] std::vector<std::string> in_shell(const std::string& line) const
    {
        return {"sh", "-c", line, testing::strait_binary(), config.string()};
    }

    [[nodiscard]] bool serves() const
    {
        return wait_for([&] { return fs::exists(folder.path() / "data" / "admin.sock"); }, 30s);
    }
};

std::string open_files_of(const ChildProcess& process)
{
    std::ifstream limits{"/proc/" + std::to_string(process.pid()) + "/limits"};
    for (std::string line; std::getline(limits, line);) {
        if (line.starts_with("Max open files")) return line;
    }
    return "";
}

TEST_F(Program, FailsWhereItsAnswerCannotBeWritten)
{
    const auto full = testing::run_command(in_shell(R"("$0" check --config "$1" >/dev/full)"));
    const auto closed = testing::run_command(in_shell(R"("$0" check --config "$1" >&-)"));

    EXPECT_EQ(full.exit_code, 1);
    EXPECT_TRUE(full.output.ends_with("error: standard output cannot be written\n"));
    EXPECT_EQ(closed.exit_code, 1);
    EXPECT_TRUE(closed.output.ends_with("error: standard output cannot be written\n"));
}

TEST_F(Program, ServesWithoutStandardStreams)
{
    ChildProcess process{in_shell(R"(exec "$0" serve --config "$1" <&- >&- 2>&-)"),
                         folder.path() / "log"};

    ASSERT_TRUE(serves());

    for (const auto* const fd : {"0", "1", "2"}) {
        const auto open = fs::path{"/proc"} / std::to_string(process.pid()) / "fd" / fd;
        EXPECT_EQ(fs::read_symlink(open), "/dev/null") << fd;
    }
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(30s), 0);
}

TEST_F(Program, OpensAsManyFilesAsItMay)
{
    ChildProcess process{
        in_shell(R"(ulimit -Sn 200 && ulimit -Hn 1000 && exec "$0" serve --config "$1")"),
        folder.path() / "log"};

    ASSERT_TRUE(process.wait_for_output("serving", 30s)) << process.output();

    EXPECT_TRUE(open_files_of(process).contains(" 1000 ")) << open_files_of(process);
    EXPECT_TRUE(process.output().contains("few files may be open limit=1000 ")) << process.output();
    EXPECT_TRUE(process.output().contains("LimitNOFILE")) << process.output();
}

TEST_F(Program, SaysWhichSignalsItIgnores)
{
    ChildProcess process{in_shell(R"(exec "$0" serve --config "$1")"), folder.path() / "log"};
    ASSERT_TRUE(process.wait_for_output("serving", 30s)) << process.output();

    for (const int number : std::array{SIGUSR1, SIGUSR2}) {
        ASSERT_TRUE(wait_for(
            [&] {  // until it watches
                process.signal(number);
                return process.output().contains("signal ignored signal=" + std::to_string(number));
            },
            30s))
            << process.output();
    }

    EXPECT_TRUE(process.output().contains("SIGHUP reads the configuration again"))
        << process.output();
    process.signal(SIGTERM);
    EXPECT_EQ(process.wait(30s), 0) << process.output();
}

}  // namespace
}  // namespace strait::exchange
