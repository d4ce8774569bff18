#pragma once

#include <spdlog/common.h>
#include <spdlog/logger.h>

#include <string>
#include <string_view>

namespace strait {

enum class LogLevel { debug, info, warn, error };
enum class LogFormat { text, json };

std::string_view to_string(LogLevel level) noexcept;
std::string_view to_string(LogFormat format) noexcept;

// The `log` of the configuration.
struct LogConfig {
    LogLevel level = LogLevel::info;
    LogFormat format = LogFormat::text;

    bool operator==(const LogConfig&) const = default;
};

// Where the loggers of the program come from. Every event is one line: control bytes that found
// their way into a message are escaped, in both formats. As JSON it is an object with the members
// time, level, logger and message; times are UTC.
//
// A message is constant and followed by key=value; a value of foreign text is written with {:?}.
// The logger's name says what it is about: "links/eu-to-us/shard-0". Loggers are thread-safe and
// may outlive this object.
class Logging {
  public:
    explicit Logging(LogConfig config);                // to standard error
    Logging(LogConfig config, spdlog::sink_ptr sink);  // its formatter is replaced

    [[nodiscard]] spdlog::logger make_logger(std::string name) const;

  private:
    spdlog::level::level_enum level_;
    spdlog::sink_ptr sink_;
};

}  // namespace strait
