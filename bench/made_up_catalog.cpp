#include "bench/made_up_catalog.hpp"

#include "catalog/records/offer.hpp"
#include "catalog/records/organisation.hpp"
#include "catalog/records/product.hpp"
#include "catalog/store/catalog_store.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <stdexcept>
#include <utility>

namespace strait::bench {
namespace {

using namespace catalog;

constexpr std::size_t vocabulary = 20'000;
constexpr std::size_t words_of_a_product = 50;
constexpr std::array domains{
    "retail", "finance", "logistics", "health", "energy", "travel", "media", "insurance"};

// Syllables make words that no tokeniser takes apart.
std::string word_of(std::size_t rank)
{
    constexpr std::array syllables{"ba", "co", "di", "fe", "gu", "ka", "lo", "mi", "ne", "pu"};
    std::string word;
    for (auto rest = rank + 10; rest > 0; rest /= syllables.size()) {
        word += syllables[rest % syllables.size()];
    }
    return word;
}

class Writer {
  public:
    Writer(const std::filesystem::path& folder, const std::vector<std::string>& words)
        : store_{open(folder)}, words_{words}
    {
        std::vector<double> weights(words.size());
        for (std::size_t i = 0; i < weights.size(); ++i) {
            weights[i] = 1 / static_cast<double>(i + 10);
        }
        ranks_ = std::discrete_distribution<std::size_t>{weights.begin(), weights.end()};
    }

    void organisations(std::size_t count)
    {
        write([&](Draft& draft) {
            for (std::size_t i = 0; i < count; ++i) {
                auto record = begun<Organisation>({});
                record.organisation = record.id;
                record.state = OrganisationState::active;
                record.name = "maker-" + std::to_string(i);
                record.title = "Maker " + std::to_string(i);
                organisations_.push_back(record.id);
                draft.put(record);
            }
        });
    }

    // One write for each organisation, as it could come to be.
    void products(std::size_t count)
    {
        for (std::size_t owner = 0; owner < organisations_.size(); ++owner) {
            write([&](Draft& draft) {
                for (auto i = owner; i < count; i += organisations_.size()) put_product(draft, i);
            });
        }
    }

    std::vector<ProductId> unlisted(OrganisationId owner, std::size_t count)
    {
        std::vector<ProductId> made;
        write([&](Draft& draft) {
            for (std::size_t i = 0; i < count; ++i) {
                auto product = described(owner, "unseen-" + std::to_string(i));
                product.title = "unseen" + std::to_string(i);
                product.audience.kind = AudienceKind::public_;
                product.listed = false;
                put(draft, product, i);
                made.push_back(product.id);
            }
        });
        return made;
    }

  private:
    static CatalogStore open(const std::filesystem::path& folder)
    {
        auto store = CatalogStore::open(folder);
        if (!store) throw std::runtime_error{store.error().detail()};
        return *std::move(store);
    }

    void write(const auto& change)
    {
        const auto done = store_.execute({}, now_, [&](Draft& draft) -> Outcome<void> {
            change(draft);
            return {};
        });
        if (!done) throw std::runtime_error{done.error().detail};
    }

    template <AnyRecord T>
    T begun(OrganisationId owner)
    {
        T record;
        std::array<std::uint8_t, 10> bits{};
        const auto number = ++number_;
        for (std::size_t i = 0; i < 8; ++i)
            bits[9 - i] = static_cast<std::uint8_t>(number >> (8 * i));
        record.id = {make_id(now_.unix_ms, bits)};
        record.organisation = owner;
        record.created_at = now_;
        record.updated_at = now_;
        return record;
    }

    std::string text(std::size_t count)
    {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) text.append(words_[ranks_(random_)]).append(" ");
        text.pop_back();
        return text;
    }

    DataProduct described(OrganisationId owner, std::string name)
    {
        auto product = begun<DataProduct>(owner);
        product.state = VersionState::published;
        product.name = std::move(name);
        product.title = text(4);
        product.summary = text(10);
        product.description = text(words_of_a_product - 14);
        product.domain = domains[random_() % domains.size()];
        product.tags = {words_[ranks_(random_)], words_[ranks_(random_)]};
        product.support = {{"support", "help@maker.example"}};
        return product;
    }

    void put_product(Draft& draft, std::size_t number)
    {
        const auto owner = organisations_[number % organisations_.size()];
        auto product = described(owner, "product-" + std::to_string(number));
        product.audience.kind = AudienceKind::public_;
        if (number % 2 == 1) {
            product.audience = {AudienceKind::organisations,
                                {organisations_[random_() % organisations_.size()]}};
        }
        put(draft, product, number);
    }

    void put(Draft& draft, DataProduct product, std::size_t number)
    {
        draft.put(product);
        auto version = begun<ProductVersion>(product.organisation);
        version.state = VersionState::published;
        version.product = product.id;
        version.version = {1, 0, 0};
        OutputPort port;
        port.alias = "stream";
        port.topic = "topic-" + std::to_string(number);
        port.rights = {StreamRight::consume};
        port.kinds = {number % 3 == 0 ? DeliveryKind::http_sse : DeliveryKind::kafka_mirror};
        port.format = number % 4 == 0 ? Format::avro : Format::json;
        port.observed = ObservedTopic{"AAAA", 12, 604'800'000};
        version.ports = {port};
        draft.put(version);
        auto offer = begun<Offer>(product.organisation);
        offer.state = OfferState::published;
        offer.name = "offer-" + std::to_string(number);
        offer.product = product.id;
        offer.versions = {{1, 0, 0}, true};
        offer.plan.kinds = port.kinds;
        offer.plan.rights = port.rights;
        offer.plan.approval = number % 5 == 0 ? Approval::auto_ : Approval::manual;
        draft.put(offer);
    }

    Timestamp now_{1'772'323'200'000};
    CatalogStore store_;
    const std::vector<std::string>& words_;
    std::mt19937_64 random_{1};  // NOLINT(cert-msc51-cpp): the same ones in every run
    std::discrete_distribution<std::size_t> ranks_;
    std::vector<OrganisationId> organisations_;
    std::uint64_t number_ = 0;
};

}  // namespace

MadeUpCatalog::MadeUpCatalog(const std::filesystem::path& store,
                             std::size_t products,
                             OrganisationId owner,
                             std::size_t own)
{
    words_.reserve(vocabulary);
    for (std::size_t i = 0; i < vocabulary; ++i) words_.push_back(word_of(i));
    Writer writer{store, words_};
    writer.organisations(organisations);
    writer.products(products);
    own_ = writer.unlisted(owner, own);
}

}  // namespace strait::bench
