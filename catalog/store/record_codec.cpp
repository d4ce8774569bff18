#include "catalog/store/record_codec.hpp"

#include "core/codec.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace strait::catalog {

namespace {

template <AnyRecord T>
Result<std::vector<Entry>> entries_in(std::string_view key, std::string_view value)
{
    const auto record = decode<T>(value);
    if (!record) return fail(record.error());
    if (record_key(T::noun, record->id.bits) != key) {
        return fail(Errc::corrupt, "the catalog: a record has the id of another");
    }
    return entries_of(*record);
}

}  // namespace

std::string encode_record(const boost::json::value& json)
{
    std::string bytes;
    append_ordered(bytes, record_version);
    return bytes.append(boost::json::serialize(json));
}

Result<boost::json::value> decode_record(std::string_view bytes, boost::json::storage_ptr memory)
{
    ByteReader in{bytes};
    const auto version = in.ordered<std::uint8_t>();
    if (version > record_version) {
        return fail(Errc::conflict,
                    "the catalog: written by a newer version of strait: use that one");
    }
    boost::system::error_code failure;
    auto json = boost::json::parse(in.rest(), failure, std::move(memory));
    if (version == 0 || failure) return fail(Errc::corrupt, "the catalog: a record is unreadable");
    return json;
}

Result<std::vector<Entry>> entries_of_stored(std::string_view key, std::string_view value)
{
    ByteReader in{key};
    const auto noun = noun_from(in.ordered<std::uint8_t>());
    if (!noun) return fail(Errc::corrupt, "the catalog: a record of no known kind");
    switch (*noun) {
        case Noun::organisation: return entries_in<Organisation>(key, value);
        case Noun::user: return entries_in<User>(key, value);
        case Noun::application: return entries_in<Application>(key, value);
        case Noun::invitation: return entries_in<Invitation>(key, value);
        case Noun::credential: return entries_in<Credential>(key, value);
        case Noun::cluster: return entries_in<Cluster>(key, value);
        case Noun::product: return entries_in<DataProduct>(key, value);
        case Noun::version: return entries_in<ProductVersion>(key, value);
        case Noun::contract: return entries_in<Contract>(key, value);
        case Noun::offer: return entries_in<Offer>(key, value);
        case Noun::request: return entries_in<AccessRequest>(key, value);
        case Noun::agreement: return entries_in<Agreement>(key, value);
        case Noun::subscription: return entries_in<Subscription>(key, value);
        case Noun::delivery:
        case Noun::operation: break;
    }
    return fail(Errc::corrupt, "the catalog: a record of no known kind");
}

}  // namespace strait::catalog
