#pragma once

#include "catalog/commands/contracts.hpp"
#include "catalog/inputs/read_input.hpp"

#include <boost/describe/class.hpp>

// What callers send about contracts.
namespace strait::catalog {

BOOST_DESCRIBE_STRUCT(NewReference, (), (name, text))
BOOST_DESCRIBE_STRUCT(NewSchema, (), (type, text, references))
BOOST_DESCRIBE_STRUCT(ContractChange,
                      (),
                      (schema, key_schema, fields, sla, values, event_type, extra))
BOOST_DESCRIBE_STRUCT(NewContract, (ContractChange), (name, version))

}  // namespace strait::catalog
