#pragma once

#include "catalog/records/record.hpp"

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

namespace strait::catalog {

// What somebody may do in an organisation; they add up (catalog.md 3).
BOOST_DEFINE_ENUM_CLASS(Role, org_admin, product_owner, developer, auditor, operator_)

BOOST_DEFINE_ENUM_CLASS(Review, off, four_eyes)

struct Contact {
    std::string purpose;  // "support", "billing"
    std::string address;  // of e-mail or a page; of a function, not of a person
    boost::json::object unknown{};

    bool operator==(const Contact&) const = default;
};
BOOST_DESCRIBE_STRUCT(Contact, (), (purpose, address))

struct OrganisationSettings {
    Review review = Review::off;
    std::vector<Role> terms_acceptors{Role::org_admin};
    std::vector<std::string> allow_ips;  // CIDR; empty: from anywhere
    boost::json::object unknown{};

    bool operator==(const OrganisationSettings&) const = default;
};
BOOST_DESCRIBE_STRUCT(OrganisationSettings, (), (review, terms_acceptors, allow_ips))

// A business unit or a company: what owns records, and what others see of each other.
struct Organisation : Record<Noun::organisation, OrganisationState> {
    std::string name;
    std::string title;
    std::optional<std::string> website;
    std::vector<Contact> contacts;
    OrganisationSettings settings;
    bool operator_ = false;  // the one that runs the exchange

    bool operator==(const Organisation&) const = default;
};
BOOST_DESCRIBE_STRUCT(Organisation,
                      (Record<Noun::organisation, OrganisationState>),
                      (name, title, website, contacts, settings, operator_))

}  // namespace strait::catalog
