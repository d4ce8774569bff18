#include "exchange/demo/screen.hpp"

#include "core/document.hpp"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <ostream>

namespace strait::exchange {

namespace {

double seconds(std::chrono::milliseconds time)
{
    return std::chrono::duration<double>{time}.count();
}

std::string shown(const std::optional<std::int64_t>& lag)
{
    return lag ? std::to_string(*lag) : "?";
}

std::string shown(const links::Translation& translation)
{
    using enum links::Translation::Status;
    if (translation.status == exact && translation.offset) {
        return std::to_string(translation.offset->value());
    }
    return translation.status == clamped || translation.status == end ? "on its way" : "?";
}

}  // namespace

std::string progress_line(const DemoProgress& now)
{
    auto line =
        fmt::format("{:5.0f} s  written {:>6} ({:>4.0f}/s)  mirrored {:>6} ({:>4.0f}/s)  lag {}",
                    seconds(now.elapsed),
                    now.written.records,
                    now.written_per_s,
                    now.mirrored,
                    now.mirrored_per_s,
                    shown(now.lag));
    if (!now.last.empty()) {
        const auto& last = now.last.front();
        line += fmt::format(
            "  offset {} -> {} ({})", last.source.value(), shown(last.target), to_string(last.at));
    }
    if (!now.trouble.empty()) line += "  " + escaped(now.trouble);
    return line + "\n";
}

std::string progress_block(const DemoProgress& now)
{
    auto out =
        fmt::format("  {:.0f} s, Ctrl-C ends it and checks every record\n"
                    "\n"
                    "  written   {:>8} records {:>7.0f}/s   {} transactions, {} more aborted\n"
                    "  mirrored  {:>8} records {:>7.0f}/s   lag {} offsets\n"
                    "\n"
                    "  {:<24}{:>14}{:>14}\n",
                    seconds(now.elapsed),
                    now.written.records,
                    now.written_per_s,
                    now.written.transactions,
                    now.written.transactions_aborted,
                    now.mirrored,
                    now.mirrored_per_s,
                    shown(now.lag),
                    "last record of",
                    "at source",
                    "at target");
    for (const auto& last : now.last) {
        out += fmt::format(
            "  {:<24}{:>14}{:>14}\n", to_string(last.at), last.source.value(), shown(last.target));
    }
    if (!now.trouble.empty()) out += "  " + escaped(now.trouble) + "\n";
    return out;
}

void DemoScreen::show(const DemoProgress& now)
{
    if (!terminal_) {
        out_ << progress_line(now) << std::flush;
        return;
    }
    const auto block = progress_block(now);
    if (drawn_ > 0) out_ << "\x1b[" << drawn_ << "A\x1b[J";  // up, and clear what is below
    out_ << block << std::flush;
    drawn_ = static_cast<std::size_t>(std::ranges::count(block, '\n'));
}

void DemoScreen::say(const std::string& text)
{
    out_ << text << std::flush;
    drawn_ = 0;
}

}  // namespace strait::exchange
