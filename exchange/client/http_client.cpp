#include "exchange/client/http_client.hpp"

#include "core/document.hpp"

#include <boost/asio/ip/address.hpp>
#include <curl/curl.h>

#include <array>
#include <cassert>
#include <cstdint>
#include <new>
#include <utility>

namespace strait::exchange {

namespace {

struct FreeUrl {
    void operator()(CURLU* url) const noexcept { ::curl_url_cleanup(url); }
};
struct FreeText {
    void operator()(char* text) const noexcept { ::curl_free(text); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { ::curl_slist_free_all(list); }
};
using Url = std::unique_ptr<CURLU, FreeUrl>;
using Text = std::unique_ptr<char, FreeText>;
using Headers = std::unique_ptr<curl_slist, FreeList>;

std::string part_of(const Url& url, CURLUPart part)
{
    char* text = nullptr;
    if (::curl_url_get(url.get(), part, &text, 0) != CURLUE_OK) return {};
    return Text{text}.get();
}

// An IPv6 address stands in brackets.
bool is_loopback(const std::string& host)
{
    const bool bracketed = host.starts_with('[') && host.ends_with(']');
    boost::system::error_code failure;
    const auto address =
        boost::asio::ip::make_address(bracketed ? host.substr(1, host.size() - 2) : host, failure);
    return host == "localhost" || (!failure && address.is_loopback());
}

const char* name_of(HttpMethod method)
{
    switch (method) {
        case HttpMethod::get: return "GET";
        case HttpMethod::post: return "POST";
        case HttpMethod::patch: return "PATCH";
        case HttpMethod::delete_: return "DELETE";
    }
    std::unreachable();
}

void add(Headers& headers, const std::string& line)
{
    auto* const longer = ::curl_slist_append(headers.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc{};
    static_cast<void>(headers.release());
    headers.reset(longer);
}

Headers headers_of(const HttpRequest& request, const Secret& key)
{
    Headers headers;
    add(headers, "Accept: application/json");
    if (!key.empty()) add(headers, "Authorization: Bearer " + key.reveal());
    add(headers, "Expect:");  // the server would not say "100 Continue"
    if (request.method != HttpMethod::get) add(headers, "Content-Type: application/json");
    if (!request.if_match.empty()) add(headers, "If-Match: " + request.if_match);
    if (!request.idempotency_key.empty()) {
        add(headers, "Idempotency-Key: " + request.idempotency_key);
    }
    return headers;
}

// Takes no more than the limit: fewer bytes than were given are an error to libcurl.
std::size_t take(char* bytes, std::size_t size, std::size_t count, void* body)
{
    auto& text = *static_cast<std::string*>(body);
    if (text.size() + size * count > HttpClient::answer_bytes_max) return 0;
    text.append(bytes, size * count);
    return size * count;
}

std::string header_of(CURL* handle, const char* name)
{
    curl_header* header = nullptr;
    const auto found = ::curl_easy_header(handle, name, 0, CURLH_HEADER, -1, &header);
    return found == CURLHE_OK ? std::string{header->value} : std::string{};
}

// After these nobody knows whether the request arrived.
bool is_broken(CURLcode code)
{
    return code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
           code == CURLE_PARTIAL_FILE;
}

Error error_of(CURLcode code, std::string_view said, const HttpPeer& peer)
{
    const auto why =
        peer.origin + ": " + (said.empty() ? ::curl_easy_strerror(code) : std::string{said});
    switch (code) {
        case CURLE_OPERATION_TIMEDOUT: return Error{Errc::timed_out, why};
        case CURLE_WRITE_ERROR:
            return Error{Errc::too_large, peer.origin + ": the answer is too large"};
        case CURLE_SSL_CACERT_BADFILE:
            return Error{Errc::invalid_argument, "the CA file cannot be used: " + why};
        case CURLE_PEER_FAILED_VERIFICATION:
            return Error{Errc::unauthenticated,
                         why + ": name the file of its authority with `strait login --ca-file`"};
        default: return Error{Errc::unavailable, why};
    }
}

}  // namespace

Result<std::string> origin_of(std::string_view url)
{
    const std::string text{url};
    const auto wrong = [&](std::string_view why) {
        return fail(Errc::invalid_argument, in_quotes(text) + std::string{why});
    };
    const Url parsed{::curl_url()};
    if (::curl_url_set(parsed.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) {
        return wrong(" is no URL, like https://x.example:8443");
    }
    const auto scheme = part_of(parsed, CURLUPART_SCHEME);
    const auto host = part_of(parsed, CURLUPART_HOST);
    const auto port = part_of(parsed, CURLUPART_PORT);
    const auto path = part_of(parsed, CURLUPART_PATH);
    const bool plain = part_of(parsed, CURLUPART_USER).empty() &&
                       part_of(parsed, CURLUPART_QUERY).empty() &&
                       part_of(parsed, CURLUPART_FRAGMENT).empty();
    if (!plain || (path != "/" && path != "/v1" && path != "/v1/")) {
        return wrong(": an endpoint is no more than https://HOST:PORT/v1");
    }
    if (scheme != "https" && !(scheme == "http" && is_loopback(host))) {
        return wrong(": only https, because a key must not be read on its way");
    }
    return scheme + "://" + host + (port.empty() ? "" : ":" + port);
}

std::string percent_encoded(std::string_view text)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view as_it_is =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    std::string out;
    for (const char c : text) {
        if (as_it_is.contains(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<std::uint8_t>(c);
        out += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
    }
    return out;
}

void HttpClient::FreeHandle::operator()(void* handle) const noexcept
{
    ::curl_easy_cleanup(handle);
}

HttpClient::HttpClient(HttpPeer peer) : peer_{std::move(peer)}, handle_{::curl_easy_init()}
{
    if (handle_ == nullptr) throw std::bad_alloc{};
}

Result<HttpAnswer> HttpClient::ask(const HttpRequest& request)
{
    auto* const handle = handle_.get();
    const auto headers = headers_of(request, peer_.key);
    const auto url = peer_.origin + request.target;
    std::array<char, CURL_ERROR_SIZE> said{};
    HttpAnswer answer;

    ::curl_easy_reset(handle);  // the options, not the connections
    const auto set = [handle](CURLoption option, auto value) {
        const auto done = ::curl_easy_setopt(handle, option, value);
        assert(done == CURLE_OK);
        static_cast<void>(done);
    };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_CUSTOMREQUEST, name_of(request.method));
    set(CURLOPT_HTTPHEADER, headers.get());
    if (request.method != HttpMethod::get) {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
        set(CURLOPT_POSTFIELDS, request.body.c_str());
    }
    // Clear text is for this host alone: not for a proxy of the environment.
    if (peer_.origin.starts_with("http:")) set(CURLOPT_PROXY, "");
    set(CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!peer_.ca_file.empty()) set(CURLOPT_CAINFO, peer_.ca_file.c_str());
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(peer_.time_max.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_ERRORBUFFER, said.data());
    set(CURLOPT_WRITEFUNCTION, &take);
    set(CURLOPT_WRITEDATA, &answer.body);

    auto code = ::curl_easy_perform(handle);
    const bool repeatable = request.method == HttpMethod::get || !request.idempotency_key.empty();
    if (repeatable && is_broken(code)) {
        answer.body.clear();
        code = ::curl_easy_perform(handle);
    }
    if (code != CURLE_OK) return fail(error_of(code, said.data(), peer_));
    long status = 0;
    ::curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    answer.status = static_cast<unsigned>(status);
    answer.content_type = header_of(handle, "Content-Type");
    answer.etag = header_of(handle, "ETag");
    return answer;
}

}  // namespace strait::exchange
