#pragma once

#include "core/error.hpp"

#include <sqlite3.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

// SQLite, with errors as values: Errc::corrupt for a file that is damaged or none of its own,
// Errc::unavailable for the rest. Not thread-safe.
namespace strait::catalog {

Error translated(sqlite3* database, std::string_view what);

// One prepared statement. What is bound has to live until the step after it.
class Statement {
  public:
    static Result<Statement> prepare(sqlite3* database, std::string_view sql);

    Statement& bind(int at, std::int64_t value);
    Statement& bind(int at, std::string_view text);
    Statement& bind_bytes(int at, std::string_view bytes);

    // Whether there is a row; after the last one it is ready to be bound again.
    Result<bool> step();

    // To the end, whatever rows there are.
    Result<void> run();

    [[nodiscard]] std::int64_t number(int column) const;
    [[nodiscard]] std::string_view bytes(int column) const;  // until the next step

  private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { ::sqlite3_finalize(statement); }
    };

    explicit Statement(sqlite3_stmt* statement) : statement_{statement} {}

    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
    int bound_ = SQLITE_OK;  // the first that could not be bound
};

class SqliteFile {
  public:
    // Makes it if there is none.
    static Result<SqliteFile> open(const std::filesystem::path& path);

    [[nodiscard]] sqlite3* handle() const noexcept { return database_.get(); }
    [[nodiscard]] Result<void> run(const char* sql) const;  // statements without parameters
    [[nodiscard]] Result<std::int64_t> number(std::string_view sql) const;  // that it selects

  private:
    struct Close {
        void operator()(sqlite3* database) const { ::sqlite3_close_v2(database); }
    };

    explicit SqliteFile(sqlite3* database) : database_{database} {}

    std::unique_ptr<sqlite3, Close> database_;
};

}  // namespace strait::catalog
