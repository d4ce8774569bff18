#include "bench/replicator.hpp"

#include <stdexcept>
#include <utility>

namespace strait::bench {

Replicator::Replicator(std::string name,
                       TopicName target,
                       std::unique_ptr<testing::TempFolder> folder)
    : name_{std::move(name)}, target_{std::move(target)}, folder_{std::move(folder)}
{
}

void Replicator::run(std::vector<std::string> argv)
{
    process_ = std::make_unique<testing::ChildProcess>(std::move(argv), folder_->path() / "log");
}

std::string Replicator::log_end() const
{
    constexpr std::size_t shown = 3000;
    const auto log = process_->output();
    return log.substr(log.size() > shown ? log.size() - shown : 0);
}

void Replicator::require_running() const
{
    if (process_->running()) return;
    throw std::runtime_error{name_ + " has ended:\n" + log_end()};
}

}  // namespace strait::bench
