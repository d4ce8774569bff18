#pragma once

#include "core/error.hpp"
#include "core/ids.hpp"
#include "exchange/configuration.hpp"
#include "exchange/data_dir.hpp"
#include "exchange/demo/demo.hpp"
#include "exchange/demo/sides.hpp"
#include "kafka/admin.hpp"
#include "links/link_status.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

// What the demo is made of, and what it says; the run itself is in demo.cpp.
namespace strait::exchange {

// A data_dir for as long as the demo runs.
class DemoFolder {
  public:
    static Result<std::unique_ptr<DemoFolder>> make();
    ~DemoFolder() { remove(); }
    DemoFolder(const DemoFolder&) = delete;
    DemoFolder& operator=(const DemoFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
    void remove() const noexcept;

  private:
    explicit DemoFolder(std::filesystem::path path) : path_{std::move(path)} {}

    std::filesystem::path path_;
};

// Why this is no HOST:PORT; nothing if it is one.
std::optional<std::string> misfit_of(std::string_view address);

// Two clusters and a link between them. Each run has a name of its own for its link: what an
// earlier one may have left at the target does not concern it.
Configuration demo_configuration(const DemoOptions& options, const DataDir& data_dir);

// How far the link is from `ends`, in offsets; what it has not begun counts whole.
std::int64_t lag_of(const links::LinkStatus& status, const Ends& ends);

// "strait-demo.orders, strait-demo.payments".
std::string topic_names();

std::string header_text(const DemoOptions& options,
                        const kafka::ClusterDescription& source,
                        const kafka::ClusterDescription& target);

// What to try in another terminal meanwhile.
std::string commands_text(const DemoOptions& options,
                          const LinkName& link,
                          const std::filesystem::path& data_dir);

// Which step failed, why, and what to do.
std::string failure_text(std::string_view step, const Error& error, const DemoOptions& options);

}  // namespace strait::exchange
