#include "catalog/search/sqlite.hpp"

#include <utility>

namespace strait::catalog {

namespace {

constexpr int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;

}  // namespace

Error translated(sqlite3* database, std::string_view what)
{
    const auto code = ::sqlite3_errcode(database);
    const bool damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    return Error{damaged ? Errc::corrupt : Errc::unavailable,
                 "the search index: " + std::string{what} + ": " + ::sqlite3_errmsg(database)};
}

Result<Statement> Statement::prepare(sqlite3* database, std::string_view sql)
{
    sqlite3_stmt* statement = nullptr;
    const auto code = ::sqlite3_prepare_v2(
        database, sql.data(), static_cast<int>(sql.size()), &statement, nullptr);
    if (code != SQLITE_OK) return fail(translated(database, sql));
    return Statement{statement};
}

Statement& Statement::bind(int at, std::int64_t value)
{
    if (bound_ == SQLITE_OK) bound_ = ::sqlite3_bind_int64(statement_.get(), at, value);
    return *this;
}

Statement& Statement::bind(int at, std::string_view text)
{
    if (bound_ == SQLITE_OK) {
        bound_ = ::sqlite3_bind_text64(
            statement_.get(), at, text.data(), text.size(), nullptr, SQLITE_UTF8);
    }
    return *this;
}

Statement& Statement::bind_bytes(int at, std::string_view bytes)
{
    if (bound_ == SQLITE_OK) {
        bound_ = ::sqlite3_bind_blob64(statement_.get(), at, bytes.data(), bytes.size(), nullptr);
    }
    return *this;
}

Result<bool> Statement::step()
{
    const auto code = std::exchange(bound_, SQLITE_OK) == SQLITE_OK
                          ? ::sqlite3_step(statement_.get())
                          : SQLITE_MISUSE;
    if (code == SQLITE_ROW) return true;
    auto* const database = ::sqlite3_db_handle(statement_.get());
    Result<bool> done = false;
    if (code != SQLITE_DONE) done = fail(translated(database, ::sqlite3_sql(statement_.get())));
    ::sqlite3_reset(statement_.get());  // which only says again how the step ended
    return done;
}

Result<void> Statement::run()
{
    for (;;) {
        const auto row = step();
        if (!row) return fail(row.error());
        if (!*row) return {};
    }
}

std::int64_t Statement::number(int column) const
{
    return ::sqlite3_column_int64(statement_.get(), column);
}

std::string_view Statement::bytes(int column) const
{
    const auto* const data =
        static_cast<const char*>(::sqlite3_column_blob(statement_.get(), column));
    const auto size = ::sqlite3_column_bytes(statement_.get(), column);
    return data == nullptr ? std::string_view{}
                           : std::string_view{data, static_cast<std::size_t>(size)};
}

Result<SqliteFile> SqliteFile::open(const std::filesystem::path& path)
{
    sqlite3* database = nullptr;
    const auto code = ::sqlite3_open_v2(path.c_str(), &database, flags, nullptr);
    SqliteFile file{database};
    if (code != SQLITE_OK) return fail(translated(database, path.string()));
    return file;
}

Result<void> SqliteFile::run(const char* sql) const
{
    const auto code = ::sqlite3_exec(handle(), sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) return fail(translated(handle(), sql));
    return {};
}

Result<std::int64_t> SqliteFile::number(std::string_view sql) const
{
    auto statement = Statement::prepare(handle(), sql);
    if (!statement) return fail(statement.error());
    const auto row = statement->step();
    if (!row) return fail(row.error());
    return *row ? statement->number(0) : 0;
}

}  // namespace strait::catalog
