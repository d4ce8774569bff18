#include "bench/replicator.hpp"

#include <spdlog/fmt/fmt.h>

namespace strait::bench {
namespace {

constexpr auto configuration = R"(data_dir: {folder}/data
ops: {{listen: ""}}
clusters:
  a:
    bootstrap: ["{source}"]
  b:
    bootstrap: ["{target}"]
links:
  - name: {topic}
    source: a
    target: b
    topics:
      include: ["{topic}"]
      rename: {{prefix: "strait."}}
    compression: {{codec: {codec}}}
{more})";

}  // namespace

Replicator start_strait(const Job& job)
{
    auto folder = std::make_unique<testing::TempFolder>("bench-strait");
    const auto file = folder->path() / "strait.yaml";
    testing::write_file(file,
                        fmt::format(configuration,
                                    fmt::arg("folder", folder->path().string()),
                                    fmt::arg("source", job.source),
                                    fmt::arg("target", job.target),
                                    fmt::arg("topic", job.topic.value()),
                                    fmt::arg("codec", job.codec),
                                    fmt::arg("more", job.strait_settings)));
    Replicator peer{"strait", TopicName{"strait." + job.topic.value()}, std::move(folder)};
    peer.run({STRAIT_BINARY, "serve", "--config", file});
    return peer;
}

}  // namespace strait::bench
