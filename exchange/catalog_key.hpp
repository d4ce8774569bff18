#pragma once

#include "core/error.hpp"
#include "core/secret.hpp"
#include "exchange/api_config.hpp"
#include "exchange/data_dir.hpp"

namespace strait::exchange {

// The secret without which the catalog's keys are of no use: that of the configuration, or else the
// one in data_dir, which is made for a catalog that is new. Errc::not_found for a catalog whose
// secret is gone: a new one would refuse every key there is. Errc::forbidden if others may read it.
Result<Secret> open_catalog_key(const DataDir& data_dir, const CatalogConfig& config);

}  // namespace strait::exchange
