#include "bench/replicator.hpp"
#include "tests/support/environment.hpp"

#include <spdlog/fmt/fmt.h>

#include <filesystem>
#include <stdexcept>

namespace strait::bench {
namespace {

namespace fs = std::filesystem;

// The source is called mm2, for that is the prefix of the topics at the target. The prefix before
// exactly.once.source.support matters: without it the property is ignored, without a word.
constexpr auto properties = R"(clusters = mm2, target
mm2.bootstrap.servers = {source}
target.bootstrap.servers = {target}
mm2->target.enabled = true
mm2->target.topics = {topic}
target->mm2.enabled = false
target.exactly.once.source.support = enabled
dedicated.mode.enable.internal.rest = true
listeners = http://127.0.0.1:0
tasks.max = 4
replication.factor = 1
offset-syncs.topic.replication.factor = 1
checkpoints.topic.replication.factor = 1
heartbeats.topic.replication.factor = 1
config.storage.replication.factor = 1
offset.storage.replication.factor = 1
status.storage.replication.factor = 1
emit.heartbeats.enabled = false
emit.checkpoints.enabled = false
sync.group.offsets.enabled = false
sync.topic.acls.enabled = false
sync.topic.configs.enabled = false
mm2.consumer.isolation.level = read_committed
mm2.consumer.max.poll.records = 20000
mm2.consumer.max.partition.fetch.bytes = 4194304
mm2.consumer.receive.buffer.bytes = 1048576
target.producer.batch.size = 1048576
target.producer.linger.ms = 5
target.producer.buffer.memory = 134217728
target.producer.max.request.size = 16777216
target.producer.send.buffer.bytes = 1048576
target.producer.compression.type = {codec}
)";

constexpr auto logging = R"(appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %-5p %c{1} %m%n
rootLogger.level = ERROR
rootLogger.appenderRef.console.ref = console
)";

}  // namespace

Replicator start_mirror_maker(const Job& job)
{
    const fs::path home =
        testing::environment_or("KAFKA_HOME", fs::path{STRAIT_SOURCE_DIR} / ".deps" / "kafka");
    const auto lib = home / "lib";
    bool found = false;
    for (const auto& entry : fs::directory_iterator{lib}) {
        found = found || entry.path().filename().string().starts_with("connect-mirror");
    }
    if (!found) {
        throw std::runtime_error{"no MirrorMaker 2 in " + lib.string() +
                                 ": run './dev bench link', which fetches it"};
    }
    auto folder = std::make_unique<testing::TempFolder>("bench-mm2");
    const auto file = folder->path() / "mm2.properties";
    testing::write_file(file,
                        fmt::format(properties,
                                    fmt::arg("source", job.source),
                                    fmt::arg("target", job.target),
                                    fmt::arg("topic", job.topic.value()),
                                    fmt::arg("codec", job.codec)));
    testing::write_file(folder->path() / "log4j2.properties", logging);

    const auto logging_option =
        "-Dlog4j2.configurationFile=" + (folder->path() / "log4j2.properties").string();
    Replicator peer{"mm2", TopicName{"mm2." + job.topic.value()}, std::move(folder)};
    // The heap and the collector of connect-mirror-maker.sh.
    peer.run({testing::environment_or("KAFKA_JAVA", "java"),
              "-Xms256m",
              "-Xmx2g",
              "-server",
              "-XX:+UseG1GC",
              "-XX:MaxGCPauseMillis=20",
              "-XX:InitiatingHeapOccupancyPercent=35",
              "-XX:+ExplicitGCInvokesConcurrent",
              logging_option,
              "-cp",
              (lib / "*").string(),
              "org.apache.kafka.connect.mirror.MirrorMaker",
              file});
    return peer;
}

}  // namespace strait::bench
