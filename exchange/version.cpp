#include "exchange/version.hpp"

#include "kafka/client_settings.hpp"
#include "links/store/local_view.hpp"

#include <boost/version.hpp>
#include <openssl/crypto.h>

namespace strait::exchange {

namespace {

constexpr auto boost_version = BOOST_VERSION;

std::string boost_text()
{
    return std::to_string(boost_version / 100'000) + "." +
           std::to_string(boost_version / 100 % 1'000) + "." + std::to_string(boost_version % 100);
}

}  // namespace

std::string_view version() noexcept { return STRAIT_VERSION; }

std::string version_text()
{
    std::string text{"strait "};
    text.append(version());
    text += "\nlibrdkafka " + kafka::library_version();
    text += "\nRocksDB " + links::LocalView::library_version();
    text += "\nBoost " + boost_text();
    text += "\n";
    text += OpenSSL_version(OPENSSL_VERSION);
    text += "\nbuilt with " STRAIT_BUILT_WITH;
    return text;
}

}  // namespace strait::exchange
