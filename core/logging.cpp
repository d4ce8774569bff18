#include "core/logging.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/string.hpp>
#include <spdlog/details/os.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <chrono>
#include <ctime>
#include <iterator>
#include <memory>
#include <utility>

namespace strait {

namespace {

using std::chrono::duration_cast;

void append_time(spdlog::memory_buf_t& line, spdlog::log_clock::time_point at)
{
    const auto since_epoch = at.time_since_epoch();
    const auto ms = duration_cast<std::chrono::milliseconds>(since_epoch).count() % 1000;
    const std::tm utc = spdlog::details::os::gmtime(spdlog::log_clock::to_time_t(at));
    fmt::format_to(std::back_inserter(line),
                   "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
                   utc.tm_year + 1900,
                   utc.tm_mon + 1,
                   utc.tm_mday,
                   utc.tm_hour,
                   utc.tm_min,
                   utc.tm_sec,
                   ms);
}

std::string_view word(spdlog::level::level_enum level)
{
    switch (level) {
        case spdlog::level::critical:
        case spdlog::level::err: return "error";
        case spdlog::level::warn: return "warn";
        case spdlog::level::info: return "info";
        default: return "debug";
    }
}

std::string_view view(spdlog::string_view_t text) { return {text.data(), text.size()}; }

std::string quoted(std::string_view text)
{
    return boost::json::serialize(boost::json::string_view{text.data(), text.size()});
}

class TextFormatter final : public spdlog::formatter {
  public:
    void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& line) override
    {
        append_time(line, event.time);
        const auto level = word(event.level);
        fmt::format_to(std::back_inserter(line), " {:5} {}: ", level, view(event.logger_name));
        for (const char c : view(event.payload)) append(line, c);
        line.push_back('\n');
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override
    {
        return std::make_unique<TextFormatter>();
    }

  private:
    static void append(spdlog::memory_buf_t& line, char c)
    {
        const auto byte = static_cast<unsigned char>(c);
        if (byte >= 0x20 && byte != 0x7f) return line.push_back(c);
        if (c == '\n') return line.append(std::string_view{"\\n"});
        fmt::format_to(std::back_inserter(line), "\\x{:02x}", byte);
    }
};

class JsonFormatter final : public spdlog::formatter {
  public:
    void format(const spdlog::details::log_msg& event, spdlog::memory_buf_t& line) override
    {
        line.append(std::string_view{R"({"time":")"});
        append_time(line, event.time);
        fmt::format_to(std::back_inserter(line),
                       R"(","level":"{}","logger":{},"message":{}}})",
                       word(event.level),
                       quoted(view(event.logger_name)),
                       quoted(view(event.payload)));
        line.push_back('\n');
    }

    [[nodiscard]] std::unique_ptr<spdlog::formatter> clone() const override
    {
        return std::make_unique<JsonFormatter>();
    }
};

spdlog::level::level_enum level_of(LogLevel level)
{
    switch (level) {
        case LogLevel::error: return spdlog::level::err;
        case LogLevel::warn: return spdlog::level::warn;
        case LogLevel::info: return spdlog::level::info;
        case LogLevel::debug: return spdlog::level::debug;
    }
    std::unreachable();
}

std::unique_ptr<spdlog::formatter> formatter_of(LogFormat format)
{
    switch (format) {
        case LogFormat::text: return std::make_unique<TextFormatter>();
        case LogFormat::json: return std::make_unique<JsonFormatter>();
    }
    std::unreachable();
}

}  // namespace

std::string_view to_string(LogLevel level) noexcept
{
    switch (level) {
        case LogLevel::debug: return "debug";
        case LogLevel::info: return "info";
        case LogLevel::warn: return "warn";
        case LogLevel::error: return "error";
    }
    std::unreachable();
}

std::string_view to_string(LogFormat format) noexcept
{
    switch (format) {
        case LogFormat::text: return "text";
        case LogFormat::json: return "json";
    }
    std::unreachable();
}

Logging::Logging(LogConfig config)
    : Logging{config, std::make_shared<spdlog::sinks::stderr_sink_mt>()}
{
}

Logging::Logging(LogConfig config, spdlog::sink_ptr sink)
    : level_{level_of(config.level)}, sink_{std::move(sink)}
{
    sink_->set_formatter(formatter_of(config.format));
}

spdlog::logger Logging::make_logger(std::string name) const
{
    spdlog::logger logger{std::move(name), sink_};
    logger.set_level(level_);
    logger.flush_on(spdlog::level::debug);
    return logger;
}

}  // namespace strait
