#include "exchange/demo/setup.hpp"

#include "core/document.hpp"
#include "exchange/demo/orders.hpp"
#include "links/config/topic_pattern.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <system_error>
#include <utility>
#include <vector>

namespace strait::exchange {

namespace fs = std::filesystem;

namespace {

kafka::ClusterConfig cluster_at(const std::string& name, const std::string& address)
{
    kafka::ClusterConfig cluster;
    cluster.name = ClusterName{name};
    cluster.bootstrap = {address};
    cluster.admin_timeout = std::chrono::seconds{10};
    return cluster;
}

std::string remedy_of(const Error& error, const DemoOptions& options)
{
    switch (error.code()) {
        case Errc::unavailable:
        case Errc::timed_out:
            return fmt::format("check that both clusters run and can be reached from here: {} and "
                               "{}; `./dev kafka up` starts two",
                               options.source,
                               options.target);
        case Errc::conflict:
            if (error.detail().contains("is there already")) {
                return "nothing was touched; if an earlier demo left its topics, with --keep or "
                       "because it was killed, delete " +
                       topic_names() + " at both clusters";
            }
            return "give two different clusters to --source and --target";
        case Errc::unauthenticated:
        case Errc::forbidden:
            return "the demo knows no TLS and no passwords: use clusters that let anyone in, or "
                   "write a strait.yaml, and try `strait check --connect` and `strait serve`";
        case Errc::cancelled: return "run it again, and let it run for longer";
        case Errc::invalid_argument:
        case Errc::not_found:
        case Errc::fenced:
        case Errc::fatal:
        case Errc::abort_required:
        case Errc::too_large:
        case Errc::refused:
        case Errc::out_of_range:
        case Errc::truncated:
        case Errc::data_loss:
        case Errc::corrupt: return "look into the brokers' logs, and run it again";
    }
    std::unreachable();
}

}  // namespace

Result<std::unique_ptr<DemoFolder>> DemoFolder::make()
{
    std::error_code why;
    const auto temporary = fs::temp_directory_path(why);
    if (why) return fail(Errc::unavailable, "no folder for temporary files: " + why.message());
    auto path = (temporary / "strait-demo-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
        return fail(Errc::unavailable, "cannot make a folder in " + temporary.string());
    }
    return std::unique_ptr<DemoFolder>{new DemoFolder{path}};
}

void DemoFolder::remove() const noexcept
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::optional<std::string> misfit_of(std::string_view address)
{
    const auto colon = address.rfind(':');
    if (colon != std::string_view::npos && colon > 0) {
        const auto port = address.substr(colon + 1);
        std::uint16_t number = 0;
        const auto* const last = port.data() + port.size();
        const auto [end, failure] = std::from_chars(port.data(), last, number);
        const bool odd = address.find_first_of(", /\t") != std::string_view::npos;
        if (failure == std::errc{} && end == last && number > 0 && !odd) return std::nullopt;
    }
    return in_quotes(address) + " is not HOST:PORT, like 127.0.0.1:19092";
}

Configuration demo_configuration(const DemoOptions& options, const DataDir& data_dir)
{
    std::vector<links::TopicPattern> include;
    for (const auto& topic : demo_topics()) {
        include.push_back(links::TopicPattern::parse(topic.name.value()).value());
    }
    links::LinkConfig link;
    link.name = LinkName{"demo-" + data_dir.install.value().substr(0, 4)};
    link.source = ClusterName{"source"};
    link.target = ClusterName{"target"};
    link.shards = 2;
    link.topics.selection = links::TopicSelection{std::move(include), {}};

    Configuration all;
    all.data_dir = data_dir.folder.string();
    all.log.level = LogLevel::error;  // the rest is on the screen
    all.ops.listen.reset();
    all.clusters.emplace(link.source, cluster_at("source", options.source));
    all.clusters.emplace(link.target, cluster_at("target", options.target));
    all.links.push_back(std::move(link));
    return all;
}

std::int64_t lag_of(const links::LinkStatus& status, const Ends& ends)
{
    std::map<TopicPartition, Offset> next;
    for (const auto& topic : status.topics) {
        for (const auto& partition : topic.partitions) {
            if (!partition.next_source) continue;
            next.emplace(TopicPartition{topic.source, partition.id}, *partition.next_source);
        }
    }
    std::int64_t lag = 0;
    for (const auto& [at, end] : ends) {
        const auto found = next.find(at);
        const auto from = found == next.end() ? 0 : found->second.value();
        lag += std::max<std::int64_t>(0, end.value() - from);
    }
    return lag;
}

std::string topic_names()
{
    std::vector<std::string> names;
    for (const auto& topic : demo_topics()) names.push_back(topic.name.value());
    return fmt::format("{}", fmt::join(names, ", "));
}

std::string header_text(const DemoOptions& options,
                        const kafka::ClusterDescription& source,
                        const kafka::ClusterDescription& target)
{
    const auto brokers = [](std::size_t count) {
        return fmt::format("{} broker{}", count, count == 1 ? "" : "s");
    };
    std::vector<std::string> topics;
    for (const auto& topic : demo_topics()) {
        topics.push_back(fmt::format("{} ({} partitions)", topic.name.value(), topic.partitions));
    }
    return fmt::format(
        "A shop's orders and payments, in transactions, go from one Kafka cluster to another.\n"
        "\n"
        "  source  {}, cluster {}, {}\n"
        "  target  {}, cluster {}, {}\n"
        "  topics  {}\n",
        options.source,
        escaped(source.id.value()),
        brokers(source.brokers),
        options.target,
        escaped(target.id.value()),
        brokers(target.brokers),
        fmt::join(topics, ", "));
}

std::string commands_text(const DemoOptions& options,
                          const LinkName& link,
                          const fs::path& data_dir)
{
    return fmt::format(
        "\n"
        "Meanwhile, in another terminal:\n"
        "  {0} link status {1} --partitions --data-dir {2}\n"
        "  {0} link translate {1} --topic {3} --partition 0 --offset 100 --data-dir {2}\n"
        "\n",
        options.program,
        link.value(),
        data_dir.string(),
        demo_topics().front().name.value());
}

std::string failure_text(std::string_view step, const Error& error, const DemoOptions& options)
{
    return fmt::format(
        "error: {}: {}\n    remedy: {}\n",
        step,
        error.detail().empty() ? std::string{to_string(error.code())} : escaped(error.detail()),
        remedy_of(error, options));
}

}  // namespace strait::exchange
