#include "tests/support/child_process.hpp"

#include "tests/support/temp_folder.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace strait::testing {
namespace {

using Clock = std::chrono::steady_clock;

int milliseconds_until(Clock::time_point deadline)
{
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    return static_cast<int>(std::max<std::int64_t>(left.count(), 0));
}

// Between fork and exec of a process with threads: only what is safe in a signal handler.
[[noreturn]] void become(char* const* argv, char* const* environment, int output, pid_t parent)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != parent) ::_exit(126);  // it ended before the line above
    ::setpgid(0, 0);                          // Ctrl-C at the terminal is the test program's alone
    for (const int number : {SIGINT, SIGQUIT})  // a shell lets its background jobs ignore them
        static_cast<void>(::signal(number, SIG_DFL));
    const int nothing = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (nothing >= 0) ::dup2(nothing, STDIN_FILENO);
    ::dup2(output, STDOUT_FILENO);
    ::dup2(output, STDERR_FILENO);
    ::execvpe(argv[0], argv, environment);
    constexpr std::string_view text = "cannot be executed\n";
    static_cast<void>(::write(STDERR_FILENO, text.data(), text.size()) != 0);
    ::_exit(127);
}

class Descriptor {
  public:
    explicit Descriptor(int fd) noexcept : fd_{fd} {}
    ~Descriptor() { ::close(fd_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;

    [[nodiscard]] int get() const noexcept { return fd_; }

  private:
    int fd_;
};

// What the program sees: all that the test does, but no profile of whoever runs it. There is none
// to be read, and none can be written.
std::vector<char*> environment_of_programs()
{
    static std::string nowhere = "XDG_CONFIG_HOME=/dev/null/of-no-test";
    std::vector<char*> variables;
    for (char** each = ::environ; *each != nullptr; ++each) {
        const std::string_view variable{*each};
        if (variable.starts_with("XDG_CONFIG_HOME=")) continue;
        if (!variable.starts_with("STRAIT_PROFILE=")) variables.push_back(*each);
    }
    variables.insert(variables.end(), {nowhere.data(), nullptr});
    return variables;
}

void drain(int fd)
{
    std::array<char, 4096> events{};
    while (::read(fd, events.data(), events.size()) > 0) {
    }
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> argv, std::filesystem::path output)
    : output_{std::move(output)}
{
    const Descriptor file{
        ::open(output_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600)};
    if (file.get() < 0) throw std::runtime_error{"cannot write " + output_.string()};
    std::vector<char*> words;
    words.reserve(argv.size() + 1);
    for (auto& word : argv) words.push_back(word.data());
    words.push_back(nullptr);
    const auto environment = environment_of_programs();
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) become(words.data(), environment.data(), file.get(), parent);
    if (pid_ < 0) throw std::runtime_error{"cannot fork for " + argv.front()};
    pid_fd_ = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));  // glibc 2.36 declares it wrong
    if (pid_fd_ < 0) throw std::runtime_error{"the kernel has no pidfd_open"};
}

ChildProcess::~ChildProcess()
{
    signal(SIGKILL);
    reap(true);
    ::close(pid_fd_);
}

std::string ChildProcess::output() const { return read_file(output_); }

bool ChildProcess::running() { return !reap(false); }

void ChildProcess::signal(int number)
{
    if (!running()) return;
    ::kill(pid_, number);
    siginfo_t stopped{};
    if (number == SIGSTOP)
        ::waitid(P_PID, static_cast<id_t>(pid_), &stopped, WSTOPPED | WEXITED | WNOWAIT);
}

std::optional<int> ChildProcess::wait(std::chrono::milliseconds deadline)
{
    const auto end = Clock::now() + deadline;
    pollfd ended{.fd = pid_fd_, .events = POLLIN, .revents = 0};
    while (running() && milliseconds_until(end) > 0) ::poll(&ended, 1, milliseconds_until(end));
    return exit_code_;
}

bool ChildProcess::wait_for_output(std::string_view text, std::chrono::milliseconds deadline)
{
    const auto end = Clock::now() + deadline;
    const Descriptor changes{::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    ::inotify_add_watch(changes.get(), output_.c_str(), IN_MODIFY);
    for (;;) {
        const bool alive = running();  // asked first: what it said last is seen
        if (output().contains(text)) return true;
        if (!alive || milliseconds_until(end) == 0) return false;
        std::array<pollfd, 2> waits{pollfd{.fd = changes.get(), .events = POLLIN, .revents = 0},
                                    pollfd{.fd = pid_fd_, .events = POLLIN, .revents = 0}};
        ::poll(waits.data(), waits.size(), milliseconds_until(end));
        drain(changes.get());
    }
}

// True once the process has ended.
bool ChildProcess::reap(bool block)
{
    if (exit_code_) return true;
    int status = 0;
    pid_t result = 0;
    do result = ::waitpid(pid_, &status, block ? 0 : WNOHANG);
    while (result < 0 && errno == EINTR);
    if (result == 0) return false;
    exit_code_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return true;
}

CommandResult run_command(std::vector<std::string> argv, std::chrono::milliseconds deadline)
{
    const TempFolder folder{"command"};
    const auto name = argv.front();
    ChildProcess process{std::move(argv), folder.path() / "output"};
    const auto exit_code = process.wait(deadline);
    if (!exit_code) throw std::runtime_error{name + " has not ended: " + process.output()};
    return {*exit_code, process.output()};
}

}  // namespace strait::testing
