#include "tests/support/strait_process.hpp"

#include <spdlog/fmt/fmt.h>

#include <csignal>
#include <stdexcept>
#include <utility>

namespace strait::testing {
namespace {

constexpr std::chrono::seconds kill_deadline{10};

}  // namespace

std::string strait_binary()
{
#ifdef STRAIT_BINARY
    return STRAIT_BINARY;
#else
    throw std::runtime_error{"this build has no program strait"};
#endif
}

StraitProcess::StraitProcess(std::string_view configuration) { write_configuration(configuration); }

std::filesystem::path StraitProcess::config_file() const { return folder_.path() / "strait.yaml"; }

void StraitProcess::write_configuration(std::string_view configuration) const
{
    write_file(config_file(), fmt::format("data_dir: {}\n{}", data_dir().string(), configuration));
}

void StraitProcess::start(std::vector<std::string> words)
{
    words.insert(words.begin(), {strait_binary(), "serve", "--config", config_file()});
    run_in_background(std::move(words));
}

void StraitProcess::start_with_failpoint(const std::string& failpoint)
{
    run_in_background({"env",
                       "STRAIT_FAILPOINT=" + failpoint,
                       strait_binary(),
                       "serve",
                       "--config",
                       config_file()});
}

void StraitProcess::run_in_background(std::vector<std::string> words)
{
    if (process_ && process_->running()) throw std::runtime_error{"strait runs already"};
    process_.reset();
    process_ = std::make_unique<ChildProcess>(std::move(words), folder_.path() / "log");
}

bool StraitProcess::wait_for_end(std::chrono::milliseconds deadline)
{
    return process_ && process_->wait(deadline).has_value();
}

bool StraitProcess::wait_for_log(std::string_view message, std::chrono::milliseconds deadline)
{
    return process_ && process_->wait_for_output(message, deadline);
}

std::optional<int> StraitProcess::terminate(std::chrono::milliseconds deadline)
{
    signal(SIGTERM);
    return process_ ? process_->wait(deadline) : std::nullopt;
}

void StraitProcess::signal(int number)
{
    if (process_) process_->signal(number);
}

void StraitProcess::kill()
{
    signal(SIGKILL);
    if (process_) process_->wait(kill_deadline);
}

bool StraitProcess::running() { return process_ && process_->running(); }

pid_t StraitProcess::pid() const { return process_->pid(); }

std::string StraitProcess::log() const { return read_file(folder_.path() / "log"); }

CommandResult StraitProcess::run(std::vector<std::string> words) const
{
    words.insert(words.begin(), strait_binary());
    words.insert(words.end(), {"--config", config_file()});
    return run_command(std::move(words));
}

}  // namespace strait::testing
