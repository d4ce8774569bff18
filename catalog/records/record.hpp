#pragma once

#include "catalog/records/id.hpp"
#include "catalog/records/json_codec.hpp"
#include "catalog/records/principal.hpp"
#include "catalog/records/states.hpp"
#include "core/units.hpp"

#include <boost/describe/class.hpp>
#include <boost/json/object.hpp>

#include <concepts>
#include <cstdint>
#include <map>
#include <string>

namespace strait::catalog {

// At most 32, of keys up to 63 and values up to 255 bytes.
using Labels = std::map<std::string, std::string>;

// What every record begins with. `organisation` owns it; that of an organisation is itself.
template <Noun N, DescribedEnum S>
struct Record {
    static constexpr Noun noun = N;
    using State = S;

    Id<N> id;
    OrganisationId organisation;
    S state{};
    Labels labels;
    std::uint64_t revision = 0;  // of the command that changed it last; also its ETag
    Timestamp created_at;
    Principal created_by;
    Timestamp updated_at;

    // Members that a newer program has written: kept, and written again. So has every struct that
    // is inside of a record.
    boost::json::object unknown;

    bool operator==(const Record&) const = default;

    BOOST_DESCRIBE_CLASS(
        Record,
        (),
        (id, organisation, state, labels, revision, created_at, created_by, updated_at),
        (),
        ())
};

template <class T>
concept AnyRecord = std::derived_from<T, Record<T::noun, typename T::State>>;

}  // namespace strait::catalog
