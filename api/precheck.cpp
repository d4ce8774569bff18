#include "api/precheck.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/field.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace strait::api {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::string_view alphanumeric =
    "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

bool only(std::string_view text, std::string_view some, std::string_view others = {})
{
    return std::ranges::all_of(text,
                               [&](char c) { return some.contains(c) || others.contains(c); });
}

bool is_control(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

bool is_visible(char c) { return c > ' ' && c < 0x7f; }

std::unexpected<Refusal> framing(std::string text) { return refuse("framing", std::move(text)); }

// Sent twice, two readers may take different ones.
constexpr std::array<std::string_view, 11> singletons{"Host",
                                                      "Content-Length",
                                                      "Transfer-Encoding",
                                                      "Expect",
                                                      "Authorization",
                                                      "Content-Type",
                                                      "If-Match",
                                                      "Idempotency-Key",
                                                      "Last-Event-ID",
                                                      "Origin",
                                                      "Sec-WebSocket-Key"};

struct RequestLine {
    std::string_view method;
    std::string_view version;  // "1.0" or "1.1"
};

Answered<RequestLine> read_request_line(std::string_view line)
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last) return framing("not a request line");
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    if (method.empty() || !only(method, alphanumeric, "!#$%&'*+-.^_`|~")) {
        return framing("not a method");
    }
    if (target.empty() || !std::ranges::all_of(target, is_visible)) {
        return framing("not a request target");
    }
    if (target.size() > target_bytes_max) {
        return refuse("uri-too-long", "a target has at most 4 KiB");
    }
    if (version.size() != 8 || !version.starts_with("HTTP/") || version[6] != '.' ||
        !only(version.substr(5, 1), digits) || !only(version.substr(7), digits)) {
        return framing("not an HTTP version");
    }
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return refuse("http-version-not-supported", "this server speaks HTTP/1.1 and HTTP/1.0");
    }
    return RequestLine{method, version.substr(5)};
}

bool is_port(std::string_view port) { return port.size() <= 5 && only(port, digits); }

bool is_host(std::string_view host)
{
    const bool literal = host.starts_with('[');
    const auto name_end = literal ? host.find(']') : host.find(':');
    if (literal && name_end == std::string_view::npos) return false;
    const auto name = host.substr(0, name_end);
    auto rest = host.substr(name.size());
    if (literal) rest.remove_prefix(1);
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return false;
    if (literal) return name.size() > 2 && only(name.substr(1), "0123456789abcdefABCDEF:.");
    return !name.empty() && only(name, alphanumeric, "-._~!$&'()*+,;=%");
}

// The fields of one block, one after the other, and what they say about its body.
class FieldReader {
  public:
    explicit FieldReader(const RequestLine& request) : request_{request} {}

    std::optional<Refusal> add(std::string_view line)
    {
        if (++count_ > header_fields_max) {
            return Refusal{"headers-too-large", "a request has at most 100 header fields"};
        }
        if (line.starts_with(' ') || line.starts_with('\t')) return bad("folded header line");
        const auto colon = line.find(':');
        const auto name = line.substr(0, colon);
        if (colon == std::string_view::npos || name.empty() ||
            !only(name, alphanumeric, "!#$%&'*+-.^`|~")) {
            return bad("not a header field name");
        }
        auto value = line.substr(colon + 1);
        while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
        while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
        if (std::ranges::any_of(value, is_control)) return bad("control byte in a header field");
        return read(name, value);
    }

    Answered<Framing> finish() const
    {
        if (!seen("Host")) return framing("no Host");
        if (framing_.chunked && seen("Content-Length")) {
            return framing("Content-Length beside Transfer-Encoding");
        }
        const bool bodiless =
            request_.method == "GET" || request_.method == "HEAD" || request_.method == "DELETE";
        if (bodiless && framing_.has_body()) return framing("this method carries no body");
        return framing_;
    }

  private:
    static std::optional<Refusal> bad(std::string text) { return framing(std::move(text)).error(); }

    static std::size_t index_of(std::string_view name)
    {
        const auto* const found = std::ranges::find_if(
            singletons, [&](std::string_view one) { return beast::iequals(one, name); });
        return static_cast<std::size_t>(found - singletons.begin());
    }

    bool seen(std::string_view name) const { return seen_.test(index_of(name)); }

    std::optional<Refusal> read(std::string_view name, std::string_view value)
    {
        if (const auto index = index_of(name); index < singletons.size()) {
            if (seen_.test(index)) return bad("a header field sent twice: " + std::string{name});
            seen_.set(index);
        }
        switch (http::string_to_field(name)) {
            case http::field::host: return is_host(value) ? std::nullopt : bad("not a Host");
            case http::field::content_length: return read_length(value);
            case http::field::transfer_encoding:
                framing_.chunked = true;
                if (value == "chunked" && request_.version == "1.1") return std::nullopt;
                return bad("the only Transfer-Encoding is chunked, in HTTP/1.1");
            case http::field::expect:
                framing_.expects_continue = true;
                if (beast::iequals(value, "100-continue")) return std::nullopt;
                return Refusal{"expectation-failed", "the only expectation is 100-continue"};
            case http::field::content_encoding:
                return Refusal{"unsupported-media-type", "requests are not compressed"};
            default: return std::nullopt;
        }
    }

    std::optional<Refusal> read_length(std::string_view value)
    {
        std::int64_t length = 0;
        const auto* const last = value.data() + value.size();
        const auto [end, failure] = std::from_chars(value.data(), last, length);
        if (value.empty() || !only(value, digits) || failure != std::errc{} || end != last) {
            return bad("not a Content-Length");
        }
        framing_.content_length = static_cast<std::uint64_t>(length);
        return std::nullopt;
    }

    RequestLine request_;
    Framing framing_;
    std::bitset<singletons.size()> seen_;
    std::size_t count_ = 0;
};

// Takes the first line away, without its CRLF; empty if it does not end in one.
std::optional<std::string_view> take_line(std::string_view& text)
{
    const auto end = text.find('\n');
    if (end == std::string_view::npos || end == 0 || text[end - 1] != '\r') return std::nullopt;
    const auto line = text.substr(0, end - 1);
    if (line.contains('\r')) return std::nullopt;
    text.remove_prefix(end + 1);
    return line;
}

}  // namespace

std::size_t header_bytes(std::string_view bytes) noexcept
{
    const auto strict = bytes.find("\r\n\r\n");
    const auto bare = std::min(bytes.find("\n\n"), bytes.find("\n\r\n"));
    if (strict == std::string_view::npos && bare == std::string_view::npos) {
        return bytes.starts_with("\r\n") ? 2 : 0;
    }
    if (strict != std::string_view::npos && strict + 1 <= bare) return strict + 4;
    return bytes.find('\n', bare + 1) + 1;
}

Answered<Framing> precheck(std::string_view header)
{
    if (header.size() > header_bytes_max) {
        return refuse("headers-too-large", "a header block has at most 8 KiB");
    }
    auto line = take_line(header);
    if (!line) return framing("a line ends in CR LF");
    const auto request = read_request_line(*line);
    if (!request) return std::unexpected{request.error()};
    FieldReader fields{*request};
    for (line = take_line(header); line && !line->empty(); line = take_line(header)) {
        if (auto refused = fields.add(*line)) return refuse(*std::move(refused));
    }
    if (!line || !header.empty()) return framing("a line ends in CR LF");
    return fields.finish();
}

}  // namespace strait::api
