#include "bench/measurement.hpp"

#include "tests/support/temp_folder.hpp"

#include <poll.h>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <sstream>
#include <stdexcept>

#include <unistd.h>

namespace strait::bench {
namespace {

std::string read_proc(pid_t pid, const char* file)
{
    const auto text =
        testing::read_file(std::filesystem::path{"/proc"} / std::to_string(pid) / file);
    if (text.empty()) throw std::runtime_error{"a process under measurement has ended"};
    return text;
}

}  // namespace

double cpu_seconds(pid_t pid)
{
    const auto stat = read_proc(pid, "stat");
    std::istringstream fields{stat.substr(stat.rfind(')') + 1)};  // the name may hold anything
    constexpr int before_utime = 11;
    std::string skipped;
    for (int i = 0; i < before_utime; ++i) fields >> skipped;
    std::uint64_t user = 0;
    std::uint64_t system = 0;
    fields >> user >> system;
    return static_cast<double>(user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

Bytes peak_memory(pid_t pid)
{
    const auto status = read_proc(pid, "status");
    constexpr std::string_view label = "VmHWM:";
    const auto at = status.find(label);
    if (at == std::string::npos) return {};
    return {std::stoull(status.substr(at + label.size())) * 1024};
}

double percentile(std::vector<double> samples, double percent)
{
    if (samples.empty()) return 0;
    std::ranges::sort(samples);
    const auto last = static_cast<double>(samples.size() - 1);
    return samples[static_cast<std::size_t>(last * percent / 100)];
}

void pause(std::chrono::milliseconds time) { ::poll(nullptr, 0, static_cast<int>(time.count())); }

}  // namespace strait::bench
