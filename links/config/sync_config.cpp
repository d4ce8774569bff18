#include "links/config/sync_config.hpp"

#include "links/config/topic_configs.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace strait::links {

namespace {

using std::chrono::milliseconds;

constexpr Range<milliseconds> interval_range{milliseconds{1'000}, std::chrono::hours{24}};

bool is_config(std::string_view text)
{
    constexpr std::size_t size_max = 249;
    const auto fine = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '_' || c == '-';
    };
    return !text.empty() && text.size() <= size_max && std::ranges::all_of(text, fine);
}

// A type, a colon and a name, as Kafka has them.
bool is_principal(std::string_view text)
{
    constexpr std::size_t size_max = 1'000;
    const auto colon = text.find(':');
    return colon != 0 && colon < text.size() - 1 && text.size() <= size_max;
}

std::set<std::string> read_names(ObjectReader& reader, std::string_view key)
{
    constexpr std::size_t names_max = 100;
    std::set<std::string> names;
    std::size_t count = 0;
    reader.texts(key, [&](const std::string& name, const Spot& spot) {
        if (++count > names_max) return;
        auto& problems = reader.problems();
        if (!is_config(name)) {
            problems.add(spot, "bad_name", in_quotes(name) + " is no name of a topic's config");
        } else if (const auto reason = why_not_to_choose(name)) {
            problems.add(spot, "out_of_range", in_quotes(name) + ": " + *reason);
        }
        names.insert(name);
    });
    if (count > names_max) reader.reject(key, "out_of_range", "more than 100 names");
    return names;
}

}  // namespace

ConfigSyncConfig read_config_sync(ObjectReader& reader)
{
    ConfigSyncConfig sync;
    sync.enabled = reader.optional("enabled", sync.enabled);
    sync.interval = reader.optional("interval", sync.interval, interval_range);
    sync.also = read_names(reader, "also");
    sync.never = read_names(reader, "never");
    for (const auto& name : sync.also) {
        if (!sync.never.contains(name)) continue;
        reader.reject("also", "literal_conflict", in_quotes(name) + " is in never as well");
    }
    return sync;
}

AclSyncConfig read_acl_sync(ObjectReader& reader)
{
    constexpr std::size_t principals_max = 10'000;
    AclSyncConfig sync;
    sync.enabled = reader.optional("enabled", sync.enabled);
    sync.interval = reader.optional("interval", sync.interval, interval_range);
    sync.groups = reader.optional("groups", sync.groups);
    reader.scalars(
        "principals", [&](const std::string& name, const std::string& text, const Spot& spot) {
            for (const auto& principal : {name, text}) {
                if (is_principal(principal)) continue;
                reader.problems().add(
                    spot, "bad_name", in_quotes(principal) + " is no principal: say User:NAME");
            }
            sync.principals.emplace(name, text);
        });
    if (sync.principals.size() > principals_max) {
        reader.reject("principals", "out_of_range", "more than 10000 names");
    }
    sync.removal_percent =
        reader.optional("removal_percent", sync.removal_percent, Range<std::uint32_t>{0, 100});
    return sync;
}

}  // namespace strait::links
