#pragma once

#include "api/handler.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

// Where the next page of a list begins: opaque to callers, bound to the caller, to the list and to
// what was asked of it.
namespace strait::api {

std::string page_token(const Services& services,
                       const Call& call,
                       std::span<const std::uint8_t> place);

// False unless we made `text` of as many bytes, for such a call; then `place` is not to be read.
bool read_page_token(const Services& services,
                     const Call& call,
                     std::string_view text,
                     std::span<std::uint8_t> place);

}  // namespace strait::api
