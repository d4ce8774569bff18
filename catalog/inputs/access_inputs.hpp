#pragma once

#include "catalog/commands/renewals.hpp"
#include "catalog/commands/requests.hpp"
#include "catalog/inputs/people_inputs.hpp"
#include "catalog/inputs/read_input.hpp"

#include <boost/describe/class.hpp>

// What callers send to be given access, and to give it.
namespace strait::catalog {

BOOST_DESCRIBE_STRUCT(ShownTerms, (), (version, sha256))
BOOST_DESCRIBE_STRUCT(NewRequest,
                      (),
                      (offer, application, kind, target, start, purpose, duration_d, terms))

BOOST_DESCRIBE_STRUCT(RequestText, (), (kind, target, start, purpose, duration_d, terms))

BOOST_DESCRIBE_STRUCT(Renewal, (), (duration_d, terms))

BOOST_DESCRIBE_STRUCT(Narrowing, (), (ends_at, quota))

// POST /v1/requests/{}:approve
struct ApprovalInput : ReasonInput, Narrowing {};
BOOST_DESCRIBE_STRUCT(ApprovalInput, (ReasonInput, Narrowing), ())

}  // namespace strait::catalog
