#include "api/body.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace strait::api {

namespace {

constexpr std::size_t size_digits_max = 16;
constexpr std::size_t extension_bytes_max = 256;

std::unexpected<Refusal> framing(std::string text) { return refuse("framing", std::move(text)); }

std::unexpected<Refusal> too_large()
{
    return refuse("payload-too-large", "the body is too large");
}

bool is_plain(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

}  // namespace

BodyReader::BodyReader(Framing framing, std::size_t bytes_max) noexcept
    : bytes_max_{bytes_max},
      missing_{framing.chunked ? 0 : framing.content_length},
      chunked_{framing.chunked},
      at_{framing.chunked ? At::size : At::data}
{
}

Answered<bool> BodyReader::take(std::string& bytes)
{
    if (!chunked_ && missing_ > bytes_max_ - body_.size()) return too_large();
    std::string_view rest{bytes};
    const auto complete = chunked_ ? take_chunks(rest) : Answered<bool>{take_data(rest)};
    bytes.erase(0, bytes.size() - rest.size());
    return complete;
}

Answered<bool> BodyReader::take_chunks(std::string_view& bytes)
{
    for (;;) {
        Answered<bool> taken{true};
        switch (at_) {
            case At::size: taken = take_size(bytes); break;
            case At::data:
                taken = take_data(bytes);
                if (*taken) at_ = At::data_end;
                break;
            case At::data_end:
            case At::last_end: taken = take_line_end(bytes); break;
            case At::end: return true;
        }
        if (!taken || !*taken) return taken;
    }
}

Answered<bool> BodyReader::take_size(std::string_view& bytes)
{
    constexpr auto line_bytes_max = size_digits_max + extension_bytes_max + 2;
    const auto end = bytes.substr(0, line_bytes_max).find('\n');
    if (end == std::string_view::npos && bytes.size() >= line_bytes_max) {
        return framing("a chunk extension has at most 256 bytes");
    }
    if (end == std::string_view::npos) return false;
    if (end == 0 || bytes[end - 1] != '\r') return framing("a line ends in CR LF");
    const auto line = bytes.substr(0, end - 1);
    const auto digits = line.substr(0, line.find(';'));
    const auto* const last = digits.data() + digits.size();
    const auto [stop, failure] = std::from_chars(digits.data(), last, missing_, 16);
    if (failure != std::errc{} || stop != last || digits.size() > size_digits_max ||
        line.size() - digits.size() > extension_bytes_max || !std::ranges::all_of(line, is_plain)) {
        return framing("not a chunk size");
    }
    if (missing_ > bytes_max_ - body_.size()) return too_large();
    bytes.remove_prefix(end + 1);
    at_ = missing_ == 0 ? At::last_end : At::data;
    return true;
}

Answered<bool> BodyReader::take_line_end(std::string_view& bytes)
{
    constexpr std::string_view line_end = "\r\n";
    const auto there = bytes.substr(0, line_end.size());
    if (!line_end.starts_with(there)) {
        return framing(at_ == At::last_end ? "trailers are not taken" : "a chunk ends in CR LF");
    }
    if (there.size() < line_end.size()) return false;
    bytes.remove_prefix(line_end.size());
    at_ = at_ == At::last_end ? At::end : At::size;
    return true;
}

bool BodyReader::take_data(std::string_view& bytes)
{
    const auto size = std::min<std::uint64_t>(missing_, bytes.size());
    body_.append(bytes.substr(0, size));
    bytes.remove_prefix(size);
    missing_ -= size;
    return missing_ == 0;
}

}  // namespace strait::api
