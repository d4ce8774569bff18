#include "catalog/search/search_file.hpp"

#include "core/codec.hpp"

#include <array>
#include <optional>
#include <system_error>
#include <utility>

namespace strait::catalog {

namespace {

constexpr std::int64_t application = 0x53547261;
constexpr std::int64_t format = 2;
constexpr std::size_t rarities_max = 1'000;

constexpr auto settings = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; "
                          "PRAGMA synchronous = OFF";

std::string schema()
{
    return "BEGIN; "
           "CREATE TABLE state(revision INTEGER NOT NULL, hash BLOB NOT NULL, "
           "complete INTEGER NOT NULL); "
           "INSERT INTO state VALUES(0, zeroblob(32), 0); "
           "CREATE TABLE products(number INTEGER PRIMARY KEY, product BLOB NOT NULL UNIQUE, "
           "name TEXT NOT NULL, deprecated INTEGER NOT NULL, facets BLOB NOT NULL); "
           "CREATE VIRTUAL TABLE text USING fts5(" +
           std::string{text_columns} +
           ", tokenize = \"unicode61 remove_diacritics 2\", prefix = '2 3 4 5 6'); "
           "PRAGMA application_id = " +
           std::to_string(application) + "; PRAGMA user_version = " + std::to_string(format) +
           "; COMMIT";
}

std::string encode(const std::set<FacetValue>& facets)
{
    std::string bytes;
    for (const auto& [facet, value] : facets) {
        append_ordered(bytes, static_cast<std::uint8_t>(facet));
        append_text(bytes, value);
    }
    return bytes;
}

std::optional<std::set<FacetValue>> decode_facets(std::string_view bytes)
{
    std::set<FacetValue> facets;
    for (ByteReader in{bytes}; !in.at_end();) {
        const auto facet = in.ordered<std::uint8_t>();
        const auto value = in.text();
        if (!in.ok() || facet > static_cast<std::uint8_t>(Facet::approval)) return std::nullopt;
        facets.insert({static_cast<Facet>(facet), std::string{value}});
    }
    return facets;
}

Error damaged() { return Error{Errc::corrupt, "the search index: a row is unreadable"}; }

// Whether it is one of ours, of this format.
Result<bool> is_known(const SqliteFile& database)
{
    const auto made_by = database.number("PRAGMA application_id");
    if (!made_by) return fail(made_by.error());
    const auto made_as = database.number("PRAGMA user_version");
    if (!made_as) return fail(made_as.error());
    return *made_by == application && *made_as == format;
}

}  // namespace

SearchFile::SearchFile(SqliteFile database, std::unique_ptr<Rarities> scored)
    : scored_{std::move(scored)}, database_{std::move(database)}
{
}

Result<SearchFile> SearchFile::open_database(const std::filesystem::path& path)
{
    auto database = SqliteFile::open(path);
    if (!database) return fail(database.error());
    if (const auto set = database->run(settings); !set) return fail(set.error());
    auto scored = std::make_unique<Rarities>();
    const auto registered = register_text_score(database->handle(), *scored);
    if (!registered) return fail(registered.error());
    return SearchFile{*std::move(database), std::move(scored)};
}

Result<SearchFile> SearchFile::open(const std::filesystem::path& path)
{
    {
        auto file = open_database(path);
        if (!file && file.error().code() != Errc::corrupt) return file;
        if (file) {
            const auto known = is_known(file->database_);
            if (!known && known.error().code() != Errc::corrupt) return fail(known.error());
            if (known && *known) return file;
        }
    }
    return make(path);
}

Result<SearchFile> SearchFile::make(const std::filesystem::path& path)
{
    for (const auto* const end : {"", "-wal", "-shm", "-journal"}) {
        std::error_code failure;
        std::filesystem::remove(path.string() + end, failure);
        if (failure) return fail(Errc::unavailable, "the search index: " + failure.message());
    }
    auto file = open_database(path);
    if (!file) return file;
    if (const auto made = file->database_.run(schema().c_str()); !made) return fail(made.error());
    return file;
}

Result<IndexedState> SearchFile::state() const
{
    auto select =
        Statement::prepare(database_.handle(), "SELECT revision, hash, complete FROM state");
    if (!select) return fail(select.error());
    const auto row = select->step();
    if (!row) return fail(row.error());
    IndexedState state;
    if (!*row || select->bytes(1).size() != state.head.hash.size()) return fail(damaged());
    ByteReader hash{select->bytes(1)};
    state.head = {static_cast<std::uint64_t>(select->number(0)), take_sha256(hash)};
    state.complete = select->number(2) != 0;
    return state;
}

Result<void> SearchFile::read(const std::function<void(IndexedProduct product)>& visit) const
{
    auto select = Statement::prepare(
        database_.handle(),
        "SELECT number, product, name, deprecated, facets FROM products ORDER BY number");
    if (!select) return fail(select.error());
    for (std::int64_t last = 0;;) {
        const auto row = select->step();
        if (!row) return fail(row.error());
        if (!*row) return {};
        const auto product = id_in(select->bytes(1));
        auto facets = decode_facets(select->bytes(4));
        if (select->number(0) <= last || !product || !facets) return fail(damaged());
        last = select->number(0);
        visit({.number = last,
               .product = {*product},
               .name = std::string{select->bytes(2)},
               .deprecated = select->number(3) != 0,
               .facets = *std::move(facets)});
    }
}

Result<std::vector<std::int64_t>> SearchFile::put(
    const std::vector<SearchDocument>& documents) const
{
    auto known = Statement::prepare(
        database_.handle(),
        "INSERT INTO products(product, name, deprecated, facets) VALUES(?1, ?2, ?3, ?4) "
        "ON CONFLICT(product) DO UPDATE SET name = excluded.name, "
        "deprecated = excluded.deprecated, facets = excluded.facets RETURNING number");
    if (!known) return fail(known.error());
    auto indexed =
        Statement::prepare(database_.handle(),
                           "INSERT OR REPLACE INTO text(rowid, " + std::string{text_columns} +
                               ") VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    if (!indexed) return fail(indexed.error());
    std::vector<std::int64_t> numbers;
    numbers.reserve(documents.size());
    for (const auto& each : documents) {
        const auto product = bytes_of(each.product.bits);
        const auto facets = encode(each.facets);
        known->bind_bytes(1, product).bind(2, each.name).bind(3, std::int64_t{each.deprecated});
        const auto row = known->bind_bytes(4, facets).step();
        if (!row) return fail(row.error());
        numbers.push_back(known->number(0));
        if (const auto done = known->run(); !done) return fail(done.error());
        indexed->bind(1, numbers.back());
        const std::array texts{&each.name,
                               &each.title,
                               &each.tags,
                               &each.fields,
                               &each.summary,
                               &each.description,
                               &each.owner,
                               &each.tokens};
        int at = 2;
        for (const auto* const text : texts) indexed->bind(at++, *text);
        if (const auto done = indexed->run(); !done) return fail(done.error());
    }
    return numbers;
}

Result<std::vector<std::int64_t>> SearchFile::remove(const std::vector<ProductId>& products) const
{
    std::vector<std::int64_t> numbers;
    if (products.empty()) return numbers;
    auto known = Statement::prepare(database_.handle(),
                                    "DELETE FROM products WHERE product = ?1 RETURNING number");
    if (!known) return fail(known.error());
    auto indexed = Statement::prepare(database_.handle(), "DELETE FROM text WHERE rowid = ?1");
    if (!indexed) return fail(indexed.error());
    for (const auto& each : products) {
        const auto product = bytes_of(each.bits);
        const auto row = known->bind_bytes(1, product).step();
        if (!row) return fail(row.error());
        if (!*row) continue;
        numbers.push_back(known->number(0));
        auto done = known->run();
        if (done) done = indexed->bind(1, numbers.back()).run();
        if (!done) return fail(done.error());
    }
    return numbers;
}

Result<void> SearchFile::put(const IndexedState& state) const
{
    auto update = Statement::prepare(database_.handle(),
                                     "UPDATE state SET revision = ?1, hash = ?2, complete = ?3");
    if (!update) return fail(update.error());
    const auto hash = bytes_of(state.head.hash);
    update->bind(1, static_cast<std::int64_t>(state.head.seq)).bind_bytes(2, hash);
    return update->bind(3, std::int64_t{state.complete}).run();
}

Result<SearchFile::Written> SearchFile::write(const std::vector<SearchDocument>& documents,
                                              const std::vector<ProductId>& gone,
                                              const IndexedState& state)
{
    rarities_.clear();
    if (const auto begun = database_.run("BEGIN IMMEDIATE"); !begun) return fail(begun.error());
    auto removed = remove(gone);
    auto numbers = put(documents);
    Result<void> done;
    if (!removed) done = fail(removed.error());
    if (done && !numbers) done = fail(numbers.error());
    if (done) done = put(state);
    if (done) done = database_.run("COMMIT");
    if (done) return Written{*std::move(numbers), *std::move(removed)};
    // One that failed may have been taken back already; the first failure is the one to tell.
    static_cast<void>(database_.run("ROLLBACK"));
    return fail(done.error());
}

// One phrase alone is as rare in every row that has it: then nobody has to count.
Result<void> SearchFile::find_rarities(const std::vector<std::string>& phrases)
{
    scored_->assign(phrases.size() == 1 ? 1 : 0, rarity_of(1, 1));
    if (phrases.size() == 1) return {};
    for (const auto& phrase : phrases) {
        if (const auto known = rarities_.find(phrase); known != rarities_.end()) {
            scored_->push_back(known->second);
            continue;
        }
        auto count = Statement::prepare(
            database_.handle(),
            "SELECT (SELECT max(number) FROM products), count(*) FROM text WHERE text MATCH ?1");
        if (!count) return fail(count.error());
        const auto row = count->bind(1, phrase).step();
        if (!row) return fail(row.error());
        scored_->push_back(rarity_of(count->number(0), count->number(1)));
        if (rarities_.size() == rarities_max) rarities_.clear();
        rarities_.emplace(phrase, scored_->back());
    }
    return {};
}

Result<void> SearchFile::match(
    const MatchExpression& expression,
    bool scored,
    const std::function<void(std::int64_t number, std::int64_t score)>& visit)
{
    if (scored) {
        if (const auto found = find_rarities(expression.scored); !found) return found;
    }
    auto select =
        Statement::prepare(database_.handle(),
                           scored ? "SELECT rowid, text_score(text) FROM text WHERE text MATCH ?1"
                                  : "SELECT rowid, 0 FROM text WHERE text MATCH ?1");
    if (!select) return fail(select.error());
    select->bind(1, expression.text);
    for (;;) {
        const auto row = select->step();
        if (!row) return fail(row.error());
        if (!*row) return {};
        visit(select->number(0), select->number(1));
    }
}

}  // namespace strait::catalog
