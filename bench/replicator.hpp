#pragma once

#include "core/ids.hpp"
#include "tests/support/child_process.hpp"
#include "tests/support/temp_folder.hpp"

#include <memory>
#include <string>
#include <vector>

#include <sys/types.h>

namespace strait::bench {

// What every peer is asked to do.
struct Job {
    std::string source;  // bootstrap servers
    std::string target;
    TopicName topic;
    std::string codec;            // of the batches that are written
    std::string strait_settings;  // further lines of the link in strait.yaml, each indented by 4
};

// A running process that copies the topic of a job, from its log start, into one of its own, in
// transactions. Killed by the destructor. Make it in the main thread.
class Replicator {
  public:
    Replicator(std::string name, TopicName target, std::unique_ptr<testing::TempFolder> folder);

    // Once.
    void run(std::vector<std::string> argv);

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] const TopicName& target() const noexcept { return target_; }
    [[nodiscard]] pid_t pid() const { return process_->pid(); }

    [[nodiscard]] std::string log_end() const;

    // Throws std::runtime_error with the end of its log if it runs no more.
    void require_running() const;

  private:
    std::string name_;
    TopicName target_;
    std::unique_ptr<testing::TempFolder> folder_;
    std::unique_ptr<testing::ChildProcess> process_;
};

Replicator start_strait(const Job& job);

// MirrorMaker 2 in dedicated mode and exactly once; see the README for how it is tuned.
Replicator start_mirror_maker(const Job& job);

// What librdkafka costs by itself: this program again, as run_bare_copy().
Replicator start_bare_copy(const Job& job);

// Copies until it is killed. `words` are those that start_bare_copy() gave it.
int run_bare_copy(const std::vector<std::string>& words);

}  // namespace strait::bench
