#include "exchange/configuration.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace strait::exchange {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t clusters_max = 1'000;
constexpr std::size_t links_max = 1'000;

OpsConfig read_ops(ObjectReader& reader)
{
    OpsConfig ops;
    if (!reader.has("listen")) return ops;
    const auto text = reader.optional<std::string>("listen", "");
    ops.listen = address_of(text);
    if (!ops.listen && !text.empty()) {
        reader.reject("listen",
                      "wrong_type",
                      in_quotes(text) + " is not ADDRESS:PORT, like 127.0.0.1:9180 or [::1]:9180");
    }
    return ops;
}

HttpConfig read_http(ObjectReader& reader)
{
    using Counts = Range<std::uint32_t>;
    constexpr Range<std::chrono::milliseconds> times{100ms, 1h};
    HttpConfig http;
    auto& each = http.connection;
    const auto count = [&](std::string_view name, std::size_t fallback, Counts allowed) {
        return reader.optional(name, static_cast<std::uint32_t>(fallback), allowed);
    };
    http.connections_max = count("connections", http.connections_max, {1, 50'000});
    http.address_connections_max =
        count("connections_per_address", http.address_connections_max, {1, 50'000});
    each.requests_max = count("requests", each.requests_max, {1, 1'000'000});
    each.header_time_max = reader.optional("header_time", each.header_time_max, times);
    each.idle_time_max = reader.optional("idle_time", each.idle_time_max, times);
    each.body_time_max = reader.optional("body_time", each.body_time_max, times);
    each.write_time_max = reader.optional("write_time", each.write_time_max, times);
    return http;
}

LogConfig read_log(ObjectReader& reader)
{
    using enum LogLevel;
    LogConfig log;
    log.level = reader.choice("level", log.level, {debug, info, warn, error});
    log.format = reader.choice("format", log.format, {LogFormat::text, LogFormat::json});
    return log;
}

std::string data_dir_of(ObjectReader& reader, bool required, const SecretSource& secrets)
{
    const bool given = reader.has("data_dir");
    const auto path = reader.optional<std::string>("data_dir", "");
    if (required) reader.expect("data_dir");
    if (!required && !given) reader.warn("data_dir", "missing", "`strait serve` needs it");
    if (given && reader.has_text("data_dir", "")) {
        reader.reject("data_dir", "out_of_range", "it is not empty: say ./strait-data");
    }
    if (escaped(path) != path) {
        reader.reject("data_dir",
                      "out_of_range",
                      in_quotes(path) + " has control characters, or is not UTF-8");
    }
    return path.empty() ? "" : secrets.resolve(path);
}

Configuration read_members(ObjectReader& reader,
                           const ReadOptions& options,
                           const SecretSource& secrets)
{
    Configuration all;
    all.data_dir = data_dir_of(reader, options.data_dir_required, secrets);
    all.drain_time =
        reader.optional("drain_time", all.drain_time, Range<std::chrono::milliseconds>{1s, 10min});
    reader.object("log", [&](ObjectReader& in) { all.log = read_log(in); });
    reader.object("ops", [&](ObjectReader& in) { all.ops = read_ops(in); });
    reader.object("api", [&](ObjectReader& in) { all.api = read_api(in, secrets); });
    reader.object("catalog", [&](ObjectReader& in) { all.catalog = read_catalog(in, secrets); });
    reader.object("http", [&](ObjectReader& in) { all.http = read_http(in); });
    reader.members("clusters", [&](const std::string& name, ObjectReader& in) {
        all.clusters.emplace(ClusterName{name},
                             kafka::read_cluster(name, in, secrets, options.allow_insecure));
    });
    reader.list("links", [&](ObjectReader& in) {
        all.links.push_back(links::read_link(in));
        all.link_spots.push_back(links::spots_of(in));
    });
    if (all.clusters.size() > clusters_max) {
        reader.reject("clusters", "out_of_range", "more than 1000 clusters");
    }
    if (all.links.size() > links_max) {
        reader.reject("links", "out_of_range", "more than 1000 links");
    }
    return all;
}

Document parse_file(const std::string& text, const std::string& file, Problems& problems)
{
    auto document = parse_yaml(text, file, problems);
    if (document.kind == Document::Kind::null) {
        problems.add({document.place, "", "wrong_type", "the file is empty"});
        document.kind = Document::Kind::unreadable;
    }
    return document;
}

}  // namespace

std::expected<Configuration, Problems> read_configuration(const std::string& text,
                                                          const ReadOptions& options,
                                                          const SecretSource& secrets)
{
    Problems problems;
    const auto document = parse_file(text, options.file, problems);
    if (document.kind == Document::Kind::unreadable) return std::unexpected{std::move(problems)};

    Configuration all;
    {
        ObjectReader reader{document, "", problems};
        all = read_members(reader, options, secrets);
    }
    if (all.links.size() <= links_max && all.clusters.size() <= clusters_max) {
        links::check_links(all.clusters, all.links, all.link_spots, problems);
    }
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    all.warnings = problems.warnings();
    return all;
}

std::expected<std::string, Problems> read_data_dir(const std::string& text,
                                                   const std::string& file,
                                                   const SecretSource& secrets)
{
    Problems unreadable;
    auto document = parse_file(text, file, unreadable);
    if (document.kind == Document::Kind::unreadable) return std::unexpected{std::move(unreadable)};
    std::erase_if(document.members, [](const auto& member) { return member.name != "data_dir"; });

    Problems problems;
    auto data_dir = [&] {
        ObjectReader reader{document, "", problems};
        return data_dir_of(reader, true, secrets);
    }();
    if (!problems.empty()) return std::unexpected{std::move(problems)};
    return data_dir;
}

}  // namespace strait::exchange
