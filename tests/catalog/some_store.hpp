#pragma once

#include "catalog/store/catalog_check.hpp"
#include "catalog/store/catalog_store.hpp"
#include "tests/catalog/some_records.hpp"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace strait::catalog {

// One that does not run the exchange.
inline Organisation guest(std::uint8_t number)
{
    auto record = some_organisation(number, "acme-" + std::to_string(number));
    record.operator_ = false;
    return record;
}

// A store without a disk.
struct StoreTest : ::testing::Test {
    static constexpr auto folder = "/catalog";

    std::unique_ptr<rocksdb::Env> env{rocksdb::NewMemEnv(rocksdb::Env::Default())};

    [[nodiscard]] CatalogStore open() const
    {
        auto store = CatalogStore::open(folder, env.get());
        if (!store) throw std::runtime_error{store.error().detail()};
        return *std::move(store);
    }

    static Outcome<void> put(CatalogStore& store, Organisation record)
    {
        return store.execute({.request_id = "r1"}, some_time, [&](Draft& draft) -> Outcome<void> {
            draft.put(record);
            return {};
        });
    }

    // What is stored there behind the store's back.
    void overwrite(Family family, const std::string& key, const std::string* value) const
    {
        rocksdb::Options options;
        options.env = env.get();
        std::vector<rocksdb::ColumnFamilyDescriptor> families{{"default", options}};
        for (const auto* const name : family_names) families.emplace_back(name, options);
        std::vector<rocksdb::ColumnFamilyHandle*> handles;
        rocksdb::DB* opened = nullptr;
        ASSERT_TRUE(rocksdb::DB::Open(options, folder, families, &handles, &opened).ok());
        const std::unique_ptr<rocksdb::DB> db{opened};
        auto* const at = handles.at(static_cast<std::size_t>(family) + 1);
        const auto status =
            value == nullptr ? db->Delete({}, at, key) : db->Put({}, at, key, *value);
        EXPECT_TRUE(status.ok());
        for (auto* const handle : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    }
};

inline std::string audit_fault(const Reader& reader)
{
    const auto fault = find_audit_fault(reader);
    if (!fault) return fault.error().detail();
    const auto& found = *fault;
    return found ? std::to_string(found->seq) + ": " + found->text : "";
}

inline std::string index_fault(const Reader& reader)
{
    const auto fault = find_index_fault(reader);
    return fault ? fault->value_or("") : fault.error().detail();
}

}  // namespace strait::catalog
