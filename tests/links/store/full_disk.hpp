#pragma once

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace strait::links {

// The disk of this machine, which takes no more while it is `full`, and says that `free` is free.
struct FullDisk {
    std::atomic<bool> full = false;
    std::atomic<std::uint64_t> free = std::uint64_t{1} << 30U;

    class File final : public rocksdb::FSWritableFileOwnerWrapper {
      public:
        File(std::unique_ptr<rocksdb::FSWritableFile> file, const FullDisk& disk)
            : FSWritableFileOwnerWrapper{std::move(file)}, disk_{disk}
        {
        }

        rocksdb::IOStatus Append(const rocksdb::Slice& bytes,
                                 const rocksdb::IOOptions& options,
                                 rocksdb::IODebugContext* debug) override
        {
            if (disk_.full) return rocksdb::IOStatus::NoSpace("disk");
            return FSWritableFileOwnerWrapper::Append(bytes, options, debug);
        }

        rocksdb::IOStatus Append(const rocksdb::Slice& bytes,
                                 const rocksdb::IOOptions& options,
                                 const rocksdb::DataVerificationInfo& /*verification*/,
                                 rocksdb::IODebugContext* debug) override
        {
            return Append(bytes, options, debug);
        }

      private:
        const FullDisk& disk_;
    };

    class Files final : public rocksdb::FileSystemWrapper {
      public:
        explicit Files(const FullDisk& disk)
            : FileSystemWrapper{rocksdb::FileSystem::Default()}, disk_{disk}
        {
        }

        [[nodiscard]] const char* Name() const override { return "FullDisk"; }

        rocksdb::IOStatus NewWritableFile(const std::string& name,
                                          const rocksdb::FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* file,
                                          rocksdb::IODebugContext* debug) override
        {
            auto status = FileSystemWrapper::NewWritableFile(name, options, file, debug);
            if (status.ok()) *file = std::make_unique<File>(std::move(*file), disk_);
            return status;
        }

        rocksdb::IOStatus GetFreeSpace(const std::string& /*path*/,
                                       const rocksdb::IOOptions& /*options*/,
                                       std::uint64_t* bytes,
                                       rocksdb::IODebugContext* /*debug*/) override
        {
            *bytes = disk_.free;
            return rocksdb::IOStatus::OK();
        }

      private:
        const FullDisk& disk_;
    };

    std::unique_ptr<rocksdb::Env> env{rocksdb::NewCompositeEnv(std::make_shared<Files>(*this))};
};

}  // namespace strait::links
