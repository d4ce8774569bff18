#include "catalog/search/search_index.hpp"

#include "catalog/search/text_score.hpp"
#include "catalog/store/change_feed.hpp"
#include "catalog/store/keys.hpp"

#include <algorithm>
#include <utility>

namespace strait::catalog {

namespace {

Result<ChainHead> head_of(const Reader& reader)
{
    const auto bytes = reader.get(Family::meta, head_key());
    if (!bytes) return fail(bytes.error());
    const auto& found = *bytes;
    return found ? decode_chain_head(*found) : ChainHead{};
}

// As the chain was at that revision; empty if it has not got that far.
Result<std::optional<ChainHead>> head_at(const Reader& reader, std::uint64_t revision)
{
    if (revision == 0) return ChainHead{};
    const auto bytes = reader.get(Family::audit, audit_key(revision));
    if (!bytes) return fail(bytes.error());
    const auto& found = *bytes;
    if (!found) return std::nullopt;
    const auto entry = decode_audit_entry(*found);
    if (!entry) return fail(entry.error());
    return ChainHead{entry->seq, entry->hash};
}

}  // namespace

SearchIndex::SearchIndex(std::filesystem::path path, SearchFile file)
    : path_{std::move(path)}, file_{std::make_unique<SearchFile>(std::move(file))}
{
}

Result<SearchIndex> SearchIndex::open(const std::filesystem::path& path)
{
    auto file = SearchFile::open(path);
    if (!file) return fail(file.error());
    SearchIndex index{path, *std::move(file)};
    const auto loaded = index.seen(index.load());
    if (!loaded && !index.damaged_) return fail(loaded.error());
    return index;
}

Result<void> SearchIndex::load()
{
    const auto state = file_->state();
    if (!state) return fail(state.error());
    state_ = *state;
    return file_->read([this](IndexedProduct product) { put(std::move(product)); });
}

void SearchIndex::put(IndexedProduct product)
{
    const auto at = static_cast<std::size_t>(product.number);
    if (rows_.size() <= at) rows_.resize(at + 1);
    auto& row = rows_.at(at);
    auto facets = facets_.acquire(product.facets);
    facets_.release(row.facets);
    row = {product.product, product.deprecated, std::move(facets), std::move(product.name)};
}

Result<bool> SearchIndex::catch_up(const Reader& reader, std::size_t count_max)
{
    if (auto& building = building_; building && !damaged_) {
        return build(reader, *building, count_max);
    }
    // Mostly nothing has changed, and then nothing more is read.
    const auto head = head_of(reader);
    if (!head) return fail(head.error());
    if (!damaged_ && state_.complete && *head == state_.head) return false;
    const auto same = follows(reader);
    if (!same) return fail(same.error());
    if (*same) return follow(reader, count_max);
    if (const auto begun = begin_building(reader); !begun) return fail(begun.error());
    return true;
}

// Another catalog, or one that was set back, has another entry there, or none.
Result<bool> SearchIndex::follows(const Reader& reader) const
{
    if (damaged_ || !state_.complete) return false;
    const auto head = head_at(reader, state_.head.seq);
    if (!head) return fail(head.error());
    return *head == state_.head;
}

Result<void> SearchIndex::begin_building(const Reader& reader)
{
    const auto head = head_of(reader);
    if (!head) return fail(head.error());
    state_ = {};
    damaged_ = true;  // until there is another
    file_.reset();    // before that is made: closing it removes what lies beside it
    auto made = SearchFile::make(path_);
    if (!made) return fail(made.error());
    file_ = std::make_unique<SearchFile>(*std::move(made));
    damaged_ = false;
    rows_.clear();
    facets_ = {};
    building_ = Building{{static_cast<char>(Noun::product)}, *head};
    return {};
}

Result<bool> SearchIndex::build(const Reader& reader, Building& building, std::size_t count_max)
{
    std::set<ProductId> products;
    std::optional<std::string> rest;
    const std::string all{static_cast<char>(Noun::product)};
    const auto scanned = reader.scan(
        Family::records, all, building.from, [&](std::string_view key, std::string_view) {
            if (products.size() == count_max) {
                rest.emplace(key);
                return false;
            }
            if (const auto id = id_in(key.substr(1))) products.insert({*id});
            return true;
        });
    if (!scanned) return fail(scanned.error());
    const IndexedState state = rest ? IndexedState{} : IndexedState{building.head, true};
    if (const auto written = write(reader, products, state); !written) return fail(written.error());
    if (rest) building.from = *std::move(rest);
    if (state.complete) building_.reset();
    return true;  // what changed meanwhile is followed next
}

Result<bool> SearchIndex::follow(const Reader& reader, std::size_t count_max)
{
    const auto changes = changes_after(reader, state_.head.seq, count_max);
    if (!changes && changes.error().code() == Errc::out_of_range) {
        if (const auto begun = begin_building(reader); !begun) return fail(begun.error());
        return true;
    }
    if (!changes) return fail(changes.error());
    if (changes->empty()) return false;
    std::set<ProductId> products;
    for (const auto& change : *changes) {
        for (const auto* const keys : {&change.records, &change.erased}) {
            for (const auto& key : *keys) {
                auto named = products_of(reader, key);
                if (!named) return fail(named.error());
                products.merge(*named);
            }
        }
    }
    const auto head = head_at(reader, changes->back().revision);
    if (!head) return fail(head.error());
    const auto& reached = *head;
    if (!reached) return fail(Errc::corrupt, "the catalog: a change has no entry in the audit");
    const auto written = write(reader, products, {*reached, true});
    if (!written) return fail(written.error());
    return changes->size() == count_max;
}

Result<void> SearchIndex::write(const Reader& reader,
                                const std::set<ProductId>& products,
                                const IndexedState& state)
{
    std::vector<SearchDocument> documents;
    std::vector<ProductId> gone;
    documents.reserve(products.size());
    for (const auto& product : products) {
        auto document = read_document(reader, product);
        if (!document) return fail(document.error());
        if (auto& made = *document) {
            documents.push_back(*std::move(made));
        } else {
            gone.push_back(product);
        }
    }
    const auto written = seen(file_->write(documents, gone, state));
    if (!written) return fail(written.error());
    for (const auto number : written->removed) put({.number = number});
    for (std::size_t i = 0; i < documents.size(); ++i) {
        auto& each = documents.at(i);
        put({.number = written->numbers.at(i),
             .product = each.product,
             .name = std::move(each.name),
             .deprecated = each.deprecated,
             .facets = std::move(each.facets)});
    }
    state_ = state;
    return {};
}

// All of them, in no order; `counts` by the numbers of facets.
Result<std::vector<SearchIndex::Hit>> SearchIndex::hits_of(const SearchRequest& request,
                                                           SortBy sort,
                                                           std::vector<std::size_t>& counts)
{
    std::vector<Hit> hits;
    FacetTable::Numbers wanted;
    for (const auto& filter : request.filters) {
        const auto number = facets_.number_of(filter);
        if (!number) return hits;
        wanted.push_back(*number);
    }
    const auto has = [](const Row& row, std::uint32_t number) {
        return std::ranges::find(row.facets, number) != row.facets.end();
    };
    const bool scored = sort == SortBy::relevance;
    Result<void> good;
    const auto matched = file_->match(
        expression_of(request.query, request.caller),
        scored,
        [&](std::int64_t number, std::int64_t score) {
            const auto at = static_cast<std::size_t>(number);
            if (at >= rows_.size()) good = fail(Errc::corrupt, "the search index: an unknown row");
            if (!good) return;
            const auto& row = rows_.at(at);
            if (!std::ranges::all_of(wanted, [&](auto each) { return has(row, each); })) return;
            for (const auto each : row.facets) ++counts.at(each);
            const auto rank =
                scored ? rank_of(score, row.deprecated, row.name == request.query.whole) : 0;
            hits.push_back({rank, row.product});
        });
    if (!matched) return fail(matched.error());
    if (!good) return fail(good.error());
    return hits;
}

Result<SearchPage> SearchIndex::search(const SearchRequest& request)
{
    if (damaged_ || !state_.complete) {
        return fail(Errc::unavailable, "the search index is being built: try again later");
    }
    const auto& terms = request.query.terms;
    const bool has_terms =
        !std::ranges::all_of(terms, [](const Term& term) { return term.excluded; });
    const auto sort = has_terms ? request.sort : SortBy::newest;
    std::vector<std::size_t> counts(facets_.limit());
    auto found = seen(hits_of(request, sort, counts));
    if (!found) return fail(found.error());
    auto& hits = *found;
    SearchPage page;
    page.total = hits.size();
    page.revision = state_.head.seq;
    page.facets = facets_.top(counts, request.facets);

    const auto before = [sort](const Hit& a, const Hit& b) {
        if (a.rank != b.rank) return a.rank > b.rank;
        return sort == SortBy::newest ? a.product > b.product : a.product < b.product;
    };
    if (const auto& after = request.after) {
        const Hit last{after->rank, after->product};
        std::erase_if(hits, [&](const Hit& hit) { return !before(last, hit); });
    }
    const auto shown = page.total - hits.size();
    const auto order_max = sort == SortBy::relevance ? relevance_hits_max : page.total;
    const auto left = order_max - std::min(order_max, shown);
    const auto size = std::min({hits.size(), left, request.hits_max, page_hits_max});
    const auto end = hits.begin() + static_cast<std::ptrdiff_t>(size);
    std::ranges::partial_sort(hits, end, before);
    for (auto hit = hits.begin(); hit != end; ++hit) page.hits.push_back(hit->product);
    page.cut = size == left && size < hits.size();
    if (size > 0 && size < hits.size() && !page.cut) {
        page.next = SearchCursor{std::prev(end)->rank, std::prev(end)->product};
    }
    return page;
}

}  // namespace strait::catalog
