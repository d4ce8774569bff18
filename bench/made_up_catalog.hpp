#pragma once

#include "catalog/records/id.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace strait::bench {

// Products of many organisations, made of words that are as rare as those of a language (Zipf): the
// same ones in every run. Each has a published version of one port and an open offer, and every
// second one is for everybody; the others are for their owner and one organisation more.
class MadeUpCatalog {
  public:
    static constexpr std::size_t organisations = 1'000;

    // Writes `products` of them into the store in that folder, which nobody else has open, and
    // besides them `own` of one that is there, published, for everybody, and not listed. Throws
    // std::runtime_error where the store fails.
    MadeUpCatalog(const std::filesystem::path& store,
                  std::size_t products,
                  catalog::OrganisationId owner,
                  std::size_t own);

    // The nth word by how often it is used, from 0.
    [[nodiscard]] const std::string& word(std::size_t rank) const { return words_.at(rank); }

    // Of the products of `owner`. Each has its number in the title, as "unseen17".
    [[nodiscard]] const std::vector<catalog::ProductId>& own() const noexcept { return own_; }

  private:
    std::vector<std::string> words_;
    std::vector<catalog::ProductId> own_;
};

}  // namespace strait::bench
