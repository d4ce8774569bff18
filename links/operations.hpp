#pragma once

#include "core/clock.hpp"
#include "core/error.hpp"
#include "links/store/operation.hpp"
#include "links/store/operation_store.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace strait::links {

// What operators have asked for: in memory for whoever looks, on the disk before it begins, so that
// nothing that was promised is forgotten.
//
// Not thread-safe: control thread. The disk is written by `pool`.
class Operations {
  public:
    static constexpr std::size_t kept_max =
        1'000;  // of those that have ended and fence nothing, the newest

    Operations(boost::asio::any_io_executor pool, Clock& clock);

    Result<void> open(const std::filesystem::path& folder);

    // By their ids, the newest last.
    [[nodiscard]] std::vector<Operation> all() const;
    [[nodiscard]] const Operation* find(OperationId id) const;

    // True if another one of its link has been asked for since, but for those that go beside.
    [[nodiscard]] bool has_newer(const Operation& operation) const;

    // Errc::conflict while the same verb of that link is under way; another verb replaces it,
    // unless it goes beside.
    boost::asio::awaitable<Result<Operation>> begin(LinkName link, VerbRequest request);

    void note(OperationId id, std::string what);

    // Which topics of its source the operation fences from now on, on the disk as well.
    boost::asio::awaitable<Result<void>> keep_fence(OperationId id, SourceFence fence);

    // The same of the topics that it is about to delete, and has.
    boost::asio::awaitable<Result<void>> keep_rebuilt(OperationId id,
                                                      std::vector<RebuiltTopic> topics);

    // What an operation that succeeded did, for people, and of a cut in numbers.
    struct Done {
        std::string text;
        std::optional<CutReport> report{};
    };

    // Fails if the disk did not take it: then the next start does it once more.
    boost::asio::awaitable<Result<void>> end(OperationId id, Result<Done> outcome);

  private:
    // The newest that is under way for a link, of those that go beside the others or of the others,
    // as `verb` does; null if none is.
    [[nodiscard]] const Operation* under_way(const LinkName& link, Verb verb) const;
    boost::asio::awaitable<Result<void>> keep(Operation changed);
    boost::asio::awaitable<Result<void>> forget_oldest();

    boost::asio::any_io_executor pool_;
    Clock& clock_;
    std::optional<OperationStore> store_;
    std::map<OperationId, Operation> all_;
    OperationId last_;
};

}  // namespace strait::links
