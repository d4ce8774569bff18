#include "bench/exchange_node.hpp"
#include "bench/made_up_catalog.hpp"
#include "bench/measurement.hpp"
#include "catalog/records/id.hpp"
#include "tests/support/wait.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <functional>
#include <future>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <unistd.h>

// How a node answers with a large catalog: over HTTP, as its users have it.
namespace strait::bench {
namespace {

using namespace std::chrono_literals;
using Verb = DoorClient::Verb;

constexpr double search_p50_max_ms = 2;
constexpr double search_p99_max_ms = 10;
constexpr double searchable_max_ms = 100;
constexpr double start_max_s = 2;
constexpr double memory_max_mb = 500;
constexpr double gets_min = 20'000;
constexpr double mutations_min = 300;

constexpr int searches_per_second = 200;
constexpr std::chrono::nanoseconds interval = 1'000'000'000ns / searches_per_second;
constexpr std::size_t searching_threads = 8;
constexpr std::size_t asking_threads = 16;
constexpr std::size_t writing_threads = 16;
constexpr std::size_t common_words = 1'000;
constexpr std::size_t own_products = 100;
constexpr auto index_deadline = 600s;

constexpr std::string_view usage = R"(usage: catalog [OPTION]...
  --quick        10,000 products, 3 s for each figure: about half a minute
  --products N   of 1,000 organisations (default 100000)
  --seconds S    for each figure (default 10)
)";

struct Options {
    std::size_t products = 100'000;
    std::chrono::seconds time{10};
};

std::optional<Options> read_options(const std::vector<std::string>& words)
{
    Options options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--quick") {
            options = {.products = 10'000, .time = 3s};
            continue;
        }
        if (i + 1 == words.size()) return std::nullopt;
        int number = 0;
        const auto& value = words[i + 1];
        const auto [end, code] = std::from_chars(value.data(), value.data() + value.size(), number);
        const bool is_number =
            code == std::errc{} && end == value.data() + value.size() && number > 0;
        if (!is_number) return std::nullopt;
        if (words[i] == "--products") {
            options.products = static_cast<std::size_t>(number);
        } else if (words[i] == "--seconds") {
            options.time = std::chrono::seconds{number};
        } else {
            return std::nullopt;
        }
        ++i;
    }
    return options;
}

double milliseconds_since(Clock::time_point begun)
{
    return std::chrono::duration<double, std::milli>{Clock::now() - begun}.count();
}

// Runs it so many times at once; throws what the first threw, when all have ended.
void at_once(std::size_t count, const std::function<void(std::size_t)>& work)
{
    std::vector<std::future<void>> all;
    all.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        all.push_back(std::async(std::launch::async, work, i));
    }
    for (auto& each : all) each.wait();
    for (auto& each : all) each.get();
}

class CatalogBench {
  public:
    explicit CatalogBench(Options options) : options_{options} {}

    int run()
    {
        set_up();
        start();
        search();
        see_what_is_listed();
        get();
        write();
        tell("peak memory",
             static_cast<double>(peak_memory(node_.process().pid()).value) / 1e6,
             "MB",
             memory_max_mb);
        return 0;
    }

  private:
    // `limit`: the most that is wanted, or the least.
    static void tell(std::string_view what,
                     double value,
                     std::string_view unit,
                     double limit = 0,
                     bool at_least = false)
    {
        if (limit == 0) {
            fmt::print("{:52} {:10.1f} {}\n", what, value, unit);
        } else {
            const bool met = at_least ? value >= limit : value <= limit;
            fmt::print("{:52} {:10.1f} {:5} {} {:g}: {:.2f} of it{}\n",
                       what,
                       value,
                       unit,
                       at_least ? ">=" : "<=",
                       limit,
                       value / limit,
                       met ? "" : ", MISSED");
        }
        std::fflush(stdout);
    }

    // An organisation that owns what is listed later, and one that looks for it.
    void set_up()
    {
        node_.start();
        owner_ = node_.join("owner");
        seeker_ = node_.join("seeker");
        node_.stop();

        const auto begun = Clock::now();
        products_.emplace(
            node_.process().data_dir() / "catalog", options_.products, owner_.id, own_products);
        tell("made up", milliseconds_since(begun) / 1e3, "s");
    }

    // Until a search is answered.
    double seconds_to_search()
    {
        const auto begun = Clock::now();
        node_.start();
        auto seeker = node_.client(seeker_.key);
        const bool answers = testing::wait_for(
            [&] { return seeker.ask(Verb::get, "/v1/discover?q=word").status == 200; },
            index_deadline);
        if (!answers) throw std::runtime_error{"the index is not built: " + node_.process().log()};
        return milliseconds_since(begun) / 1e3;
    }

    void start()
    {
        tell("first start, with the index to be built", seconds_to_search(), "s");
        node_.stop();
        tell("start", seconds_to_search(), "s", start_max_s);
        tell("memory after it",
             static_cast<double>(peak_memory(node_.process().pid()).value) / 1e6,
             "MB",
             memory_max_mb);
    }

    // At a pace that does not wait for the answers: what one holds up is counted to all behind it.
    void search()
    {
        std::vector<std::string> targets;
        std::mt19937 random{1};  // NOLINT(cert-msc51-cpp): the same ones in every run
        const auto count =
            static_cast<std::size_t>(options_.time.count()) * std::size_t{searches_per_second};
        for (std::size_t i = 0; i < count; ++i) {
            targets.push_back("/v1/discover?facets=domain,format&page_size=20&q=" +
                              products_->word(random() % common_words));
        }
        std::vector<double> took(count);
        std::atomic<std::size_t> next{0};
        const auto cpu_before = cpu_seconds(node_.process().pid());
        const auto begun = Clock::now() + 100ms;
        at_once(searching_threads, [&](std::size_t) {
            auto seeker = node_.client(seeker_.key);
            for (auto i = next++; i < count; i = next++) {
                const auto due = begun + static_cast<std::int64_t>(i) * interval;
                const auto early = due - Clock::now();
                if (early > 0ms) pause(std::chrono::ceil<std::chrono::milliseconds>(early));
                seeker.must(Verb::get, targets[i]);
                took[i] = milliseconds_since(due);
            }
        });
        const auto spent = cpu_seconds(node_.process().pid()) - cpu_before;
        fmt::print("search, two facets, {} of the {} commonest words at {}/s\n",
                   count,
                   common_words,
                   searches_per_second);
        tell("  p50", percentile(took, 50), "ms", search_p50_max_ms);
        tell("  p99", percentile(took, 99), "ms", search_p99_max_ms);
        tell("  processor time of the node", spent * 1e3 / static_cast<double>(count), "ms each");
    }

    void see_what_is_listed()
    {
        auto owner = node_.client(owner_.key);
        auto seeker = node_.client(seeker_.key);
        std::vector<double> took;
        for (std::size_t i = 0; i < own_products; ++i) {
            const auto target = "/v1/products/" + to_string(products_->own()[i]) + ":list";
            owner.must(Verb::post, target, "{}");
            const auto answered = Clock::now();
            const auto question = fmt::format("/v1/discover?q=unseen{}", i);
            const bool found = testing::wait_for(
                [&] {
                    return !seeker.must(Verb::get, question).json().at("items").as_array().empty();
                },
                10s);
            if (!found) throw std::runtime_error{question + " finds nothing"};
            took.push_back(milliseconds_since(answered));
        }
        tell("listed, and found by somebody else: p99",
             percentile(took, 99),
             "ms",
             searchable_max_ms);
    }

    // As many as there are answers to, and for each second of a processor of the node.
    double per_cpu_second(const std::string& key, const std::string& target)
    {
        std::atomic<std::size_t> answers{0};
        const auto cpu_before = cpu_seconds(node_.process().pid());
        const auto end = Clock::now() + options_.time;
        at_once(asking_threads, [&](std::size_t) {
            auto client = node_.client(key);
            while (Clock::now() < end) {
                client.must(Verb::get, target);
                ++answers;
            }
        });
        return static_cast<double>(answers) / (cpu_seconds(node_.process().pid()) - cpu_before);
    }

    void get()
    {
        const auto bare = per_cpu_second("", "/v1/about");
        const auto with_key =
            per_cpu_second(owner_.key, "/v1/products/" + to_string(products_->own().front()));
        tell("GETs with a key, per second of a processor", with_key, "", gets_min, true);
        tell("the same without one, of what is no record", bare, "");
        tell("ratio of the two", with_key / bare, "");
    }

    // How often this disk takes 4 KiB for good, one after the other.
    [[nodiscard]] double syncs_per_second()
    {
        const auto file = node_.process().data_dir() / "bench";
        const int to = ::open(file.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
        if (to < 0) throw std::system_error{errno, std::generic_category(), file};
        const std::string block(4096, 'x');
        const auto end = Clock::now() + 2s;
        std::size_t count = 0;
        for (; Clock::now() < end; ++count) {
            if (::write(to, block.data(), block.size()) < 0 || ::fdatasync(to) != 0) {
                throw std::system_error{errno, std::generic_category(), file};
            }
        }
        ::close(to);
        return static_cast<double>(count) / 2;
    }

    void write()
    {
        const auto syncs = syncs_per_second();
        std::atomic<std::size_t> written{0};
        const auto begun = Clock::now();
        at_once(writing_threads, [&](std::size_t thread) {
            auto owner = node_.client(owner_.key);
            for (std::size_t i = 0; Clock::now() < begun + options_.time; ++i) {
                const auto body =
                    fmt::format(R"({{"name": "app-{}-{}", "title": "Bench"}})", thread, i);
                owner.must(Verb::post, "/v1/applications", body);
                ++written;
            }
        });
        const auto rate = static_cast<double>(written) * 1e3 / milliseconds_since(begun);
        tell("durable commands per second", rate, "", mutations_min, true);
        tell("synced writes of 4 KiB per second, one by one", syncs, "");
        tell("ratio of the two", rate / syncs, "");
    }

    Options options_;
    ExchangeNode node_;
    ExchangeNode::Member owner_;
    ExchangeNode::Member seeker_;
    std::optional<MadeUpCatalog> products_;
};

}  // namespace
}  // namespace strait::bench

int main(int argc, char** argv)
{
    const std::vector<std::string> words(argv + 1, argv + argc);
    const auto options = strait::bench::read_options(words);
    if (!options) {
        fmt::print(stderr, "{}", strait::bench::usage);
        return 2;
    }
    try {
        return strait::bench::CatalogBench{*options}.run();
    } catch (const std::exception& failure) {
        fmt::print(stderr, "{}\n", failure.what());
        return 1;
    }
}
