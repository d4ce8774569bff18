#include "catalog/records/principal.hpp"

#include <utility>

namespace strait::catalog {

std::string to_string(const Principal& principal)
{
    switch (principal.kind) {
        case Principal::Kind::system: return "system";
        case Principal::Kind::host: return "host";
        case Principal::Kind::anyone: return "anyone";
        case Principal::Kind::user: return text_of(Noun::user, principal.bits);
        case Principal::Kind::application: return text_of(Noun::application, principal.bits);
    }
    std::unreachable();
}

std::optional<Principal> principal_from(std::string_view text)
{
    if (text == "system") return Principal{Principal::Kind::system};
    if (text == "host") return Principal{Principal::Kind::host};
    if (text == "anyone") return Principal{Principal::Kind::anyone};
    if (const auto user = id_from<Noun::user>(text)) return Principal{*user};
    if (const auto application = id_from<Noun::application>(text)) return Principal{*application};
    return std::nullopt;
}

}  // namespace strait::catalog
