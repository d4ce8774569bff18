#pragma once

#include "tests/support/child_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace strait::testing {

// Where the program is.
std::string strait_binary();

// The program, with a configuration and a data folder of its own that it keeps over restarts. It
// never outlives the test program; make it in the main thread. What cannot be started throws
// std::runtime_error.
class StraitProcess {
  public:
    // `configuration` is strait.yaml without `data_dir`, which is data_dir().
    explicit StraitProcess(std::string_view configuration);

    [[nodiscard]] std::filesystem::path data_dir() const { return folder_.path() / "data"; }
    [[nodiscard]] std::filesystem::path config_file() const;
    void write_configuration(std::string_view configuration) const;

    // `strait serve`, which must not run yet, with these words more, for example --take-over oslo.
    void start(std::vector<std::string> words = {});

    // The same, and it comes to grief: "commit.committed:kill:3", see core/failpoint.hpp.
    void start_with_failpoint(const std::string& failpoint);

    // False if it has not ended by itself by the deadline.
    bool wait_for_end(std::chrono::milliseconds deadline = std::chrono::seconds{60});

    // True as soon as its log contains `message`; false if it ends first, or at the deadline.
    bool wait_for_log(std::string_view message,
                      std::chrono::milliseconds deadline = std::chrono::seconds{30});

    // SIGTERM, and waits: the exit code; empty if it still runs at the deadline.
    std::optional<int> terminate(std::chrono::milliseconds deadline = std::chrono::seconds{30});

    void signal(int number);  // SIGSTOP, SIGCONT, a second SIGTERM
    void kill();              // SIGKILL, and waits
    [[nodiscard]] bool running();
    [[nodiscard]] pid_t pid() const;        // REQUIRES: it was started
    [[nodiscard]] std::string log() const;  // since it was started last

    // Runs `strait` with these words and --config, for example {"link", "status", "oslo"}.
    [[nodiscard]] CommandResult run(std::vector<std::string> words) const;

  private:
    void run_in_background(std::vector<std::string> words);

    TempFolder folder_{"strait"};
    std::unique_ptr<ChildProcess> process_;
};

}  // namespace strait::testing
