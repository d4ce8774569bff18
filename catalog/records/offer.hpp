#pragma once

#include "catalog/records/product.hpp"
#include "catalog/records/record.hpp"
#include "catalog/records/semver.hpp"

#include <boost/describe/class.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace strait::catalog {

BOOST_DEFINE_ENUM_CLASS(Approval, auto_, manual)
BOOST_DEFINE_ENUM_CLASS(OnGap, halt, skip, restart)
BOOST_DEFINE_ENUM_CLASS(OnTermination, retain, delete_)

// Per subscription; 0: no limit.
struct Quota {
    std::int64_t records_s = 0;
    std::int64_t bytes_s = 0;
    std::int64_t connections = 0;
    boost::json::object unknown{};

    bool operator==(const Quota&) const = default;
};
BOOST_DESCRIBE_STRUCT(Quota, (), (records_s, bytes_s, connections))

struct Plan {
    std::vector<DeliveryKind> kinds;
    std::vector<StreamRight> rights;
    Quota quota;
    Approval approval = Approval::manual;
    std::uint32_t max_duration_d = 365;
    boost::json::object unknown{};

    bool operator==(const Plan&) const = default;
};
BOOST_DESCRIBE_STRUCT(Plan, (), (kinds, rights, quota, approval, max_duration_d))

struct Policy {
    std::vector<OrganisationId> organisations;  // empty: whoever sees the product
    std::vector<std::string> purposes;          // empty: any
    std::vector<std::string> allow_ips;         // empty: from anywhere
    OnGap on_gap = OnGap::halt;
    OnTermination on_termination = OnTermination::retain;
    boost::json::object unknown{};

    bool operator==(const Policy&) const = default;
};
BOOST_DESCRIBE_STRUCT(Policy, (), (organisations, purposes, allow_ips, on_gap, on_termination))

// One version of the terms of an offer; the text is stored under its hash.
struct Terms {
    std::uint32_t version = 0;
    std::string title;
    std::string sha256;
    std::optional<Timestamp> accept_by;  // by when live subscriptions have to accept it
    bool enforced = false;               // that time is over, and those that had not are held
    boost::json::object unknown{};

    bool operator==(const Terms&) const = default;
};
BOOST_DESCRIBE_STRUCT(Terms, (), (version, title, sha256, accept_by, enforced))

// On what conditions a product is to be had. Plan and policy of a published one do not change.
struct Offer : Record<Noun::offer, OfferState> {
    std::string name;
    ProductId product;
    SemverRange versions;
    Plan plan;
    Policy policy;
    std::vector<Terms> terms;  // the newest last; empty: there are none to accept

    bool operator==(const Offer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Offer,
                      (Record<Noun::offer, OfferState>),
                      (name, product, versions, plan, policy, terms))

// The terms whose time to accept them ends next, and is not enforced yet.
struct DueTerms {
    std::size_t place = 0;  // among those of the offer
    Timestamp at;
};
std::optional<DueTerms> due_terms(const Offer& offer);

}  // namespace strait::catalog
