#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace strait::testing {

// A program that runs until it ends or is ended, both output streams in one file. It never outlives
// its maker: the kernel kills it when the *thread* that made it ends, even by SIGKILL; so make it
// in a thread that stays. Every failure to start throws std::runtime_error.
class ChildProcess {
  public:
    // argv[0] is looked for in PATH. The file is emptied first. It sees the environment of the
    // test, but for the profiles of whoever runs it: a test that needs some names its own folder,
    // with `env XDG_CONFIG_HOME=...`.
    ChildProcess(std::vector<std::string> argv, std::filesystem::path output);
    ~ChildProcess();  // SIGKILL, and waits
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    [[nodiscard]] pid_t pid() const noexcept { return pid_; }
    [[nodiscard]] std::string output() const;
    [[nodiscard]] bool running();

    // Does nothing once the process has ended. After SIGSTOP it has stopped when this returns.
    void signal(int number);

    // The exit code, 128 + N after signal N; empty if it still runs at the deadline.
    std::optional<int> wait(std::chrono::milliseconds deadline);

    // True as soon as the output contains `text`; false if the process ends first, or at the
    // deadline.
    bool wait_for_output(std::string_view text, std::chrono::milliseconds deadline);

  private:
    bool reap(bool block);

    std::filesystem::path output_;
    pid_t pid_ = -1;
    int pid_fd_ = -1;
    std::optional<int> exit_code_;
};

struct CommandResult {
    int exit_code = 0;
    std::string output;  // both streams
};

// Runs a program to its end; throws std::runtime_error if it has not ended by the deadline.
CommandResult run_command(std::vector<std::string> argv,
                          std::chrono::milliseconds deadline = std::chrono::seconds{60});

}  // namespace strait::testing
