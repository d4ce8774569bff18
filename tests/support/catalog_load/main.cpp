#include "catalog/store/catalog_store.hpp"
#include "tests/catalog/random_load.hpp"

#include <cstdint>
#include <cstdio>
#include <exception>
#include <string>

// catalog_load FOLDER SEED FIRST: gives a catalog one command after the other, until it is killed.
// Each number is printed once its command is acknowledged, or refused.
namespace strait::catalog {
namespace {

int run(const std::string& folder, std::uint64_t seed, std::uint64_t first)
{
    auto store = CatalogStore::open(folder);
    if (!store) {
        static_cast<void>(std::fprintf(stderr, "%s\n", store.error().detail().c_str()));
        return 1;
    }
    const RandomLoad load{seed};
    for (auto number = first;; ++number) {
        const auto outcome = store->execute(
            {}, RandomLoad::time_of(number), RandomLoad::call_of(number), [&](Draft& draft) {
                return load.answer(draft, number);
            });
        const bool broken = !outcome && outcome.error().code == RefusalCode::unavailable;
        if (broken) {
            static_cast<void>(std::fprintf(stderr, "%s\n", outcome.error().detail.c_str()));
            return 1;
        }
        if (std::printf("%llu\n", static_cast<unsigned long long>(number)) < 0) return 1;
        if (std::fflush(stdout) != 0) return 1;
    }
}

}  // namespace
}  // namespace strait::catalog

int main(int argc, char** argv)
{
    try {
        if (argc != 4) return 2;
        return strait::catalog::run(argv[1], std::stoull(argv[2]), std::stoull(argv[3]));
    } catch (const std::exception& failure) {
        static_cast<void>(std::fprintf(stderr, "%s\n", failure.what()));
        return 1;
    }
}
