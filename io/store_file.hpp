// The file of a store as bytes: locks, the committed length, the journal, recovery. Knows nothing of HDF5 but
// its superblock.
//
// A change leaves every committed byte where it is. New bytes go behind the committed end (or into space that
// the committed state holds free); pages of committed bytes that change go to a journal behind everything else.
// A trailer of 64 bytes, written last and alone, commits. Then the pages are copied to their places and the
// file is cut to its new length. A file that ends with a valid trailer is in the new state (the copying is
// done, or done again); any other file longer than its superblock says is in the old state.

#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <relia/error.hpp>

namespace relia::io {

inline constexpr std::uint64_t kPage = 4096;
using Page = std::array<std::byte, kPage>;
using Pages = std::map<std::uint64_t, Page>;  ///< by page number

using Deadline = std::chrono::steady_clock::time_point;

/// A file descriptor that closes itself.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  [[nodiscard]] int get() const noexcept { return fd_; }
  [[nodiscard]] bool valid() const noexcept { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

/// MachineError "PATH: WHAT: reason of errno".
[[noreturn]] void refuse(const std::string& path, const std::string& what, int error_number);
/// One DataError without a place in the file.
[[nodiscard]] BadData damaged(const std::string& path, const std::string& message);

/// Reads or writes all bytes; returns 0, or an errno (read: EIO when the file ends before).
[[nodiscard]] int read_fully(int fd, std::span<std::byte> out, std::uint64_t offset) noexcept;
[[nodiscard]] int write_fully(int fd, std::span<const std::byte> in, std::uint64_t offset) noexcept;

/// Locks on STORE.lock, a file that is made once and never renamed or removed. Byte 0: writers. Byte 1: shared
/// by readers, taken whole while committed bytes are changed. Byte 2: a gate that keeps new readers from
/// starving a commit. Open-file-description locks: they end with the last process that holds the file, so a
/// killed parent's child still keeps others out until it is gone.
class StoreLock {
 public:
  enum class Kind { read, write };
  StoreLock(const std::string& store, Kind kind, Deadline deadline);
  /// Waits until no reader is left and keeps new ones out, until allow_readers() or the end.
  void exclude_readers(Deadline deadline);
  void allow_readers() noexcept;

 private:
  bool wait(short type, int byte, Deadline deadline) const;
  std::string store_;
  Descriptor fd_;
};

/// The superblock fields that matter here.
struct Superblock {
  std::uint64_t eof = 0;
  unsigned flags = 0;
};

/// A journal as its trailer tells it.
struct JournalTrailer {
  std::uint64_t start = 0;  ///< offset of the page table; the pages follow
  std::uint64_t pages = 0;
  std::uint64_t old_eof = 0;
  std::uint64_t new_eof = 0;
  std::uint64_t checksum = 0;  ///< XXH64 of table and pages
};

/// An open store file and its committed state.
class StoreFile {
 public:
  /// Opens an existing store. For writing, a journal left behind is finished and a tail left behind cut off;
  /// for reading, a committed journal is laid over the bytes in memory.
  /// @throws MachineError, BadData
  static StoreFile open(const std::string& path, bool writable, StoreLock& lock, Deadline deadline);
  /// Makes STORE.new, to take the place of STORE when it is complete.
  static StoreFile create(const std::string& path);

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] int fd() const noexcept { return fd_.get(); }
  [[nodiscard]] std::uint64_t eof() const noexcept { return eof_; }
  [[nodiscard]] const Pages& overlay() const noexcept { return overlay_; }
  [[nodiscard]] bool is_new() const noexcept { return is_new_; }

  /// Committed bytes. @throws BadData when they lie behind the committed end, MachineError
  void read(std::span<std::byte> out, std::uint64_t offset) const;

  /// Makes what a StoreImage has prepared the committed state. Waits for readers before the trailer is
  /// written; after it the new state stands whatever happens.
  void commit(const JournalTrailer& journal, StoreLock& lock, Deadline deadline);
  /// Cuts off what an abandoned change has written. Never throws: the next writer does it otherwise.
  void roll_back() noexcept;
  /// Puts a file made by create() in its place. @param replace  an older file may be there (compact)
  void publish(bool replace);

 private:
  StoreFile() = default;
  void apply(const Pages& pages, std::uint64_t new_eof);
  std::string path_;              ///< as the user wrote it, for messages
  std::string real_, temporary_;  ///< without links
  Descriptor fd_;
  std::uint64_t eof_ = 0;
  Pages overlay_;
  bool is_new_ = false;
  bool committed_ = false;  ///< the trailer stands: nothing may be cut off before it is applied
};

/// The store as HDF5 sees it through its driver: committed bytes, what this change has written, and how to
/// hand the change over. Lives in the child.
class StoreImage {
 public:
  /// @param record_raw  raw data are not read; their place is noted instead
  StoreImage(const StoreFile& file, bool writable, bool record_raw);

  struct Extent {
    std::uint64_t begin = 0, end = 0;
  };
  /// Space that the committed state does not use: written in place, like space behind the end.
  void allow_in_place(std::vector<Extent> free);

  /// As pread and pwrite, all bytes; 0 or errno. Reads behind the end give zeros.
  [[nodiscard]] int read(std::span<std::byte> out, std::uint64_t offset) noexcept;
  [[nodiscard]] int write(std::span<const std::byte> in, std::uint64_t offset) noexcept;

  /// @throws MachineError when a write has failed
  void check() const;
  /// Writes the journal behind everything else and makes all bytes durable; the commit is StoreFile's.
  [[nodiscard]] JournalTrailer prepare();

  std::uint64_t eoa = 0;       ///< end of allocated space, HDF5's business
  std::uint64_t eof = 0;       ///< end of written space
  std::function<void()> beat;  ///< called now and then while much is written; may be empty
  int error = 0;               ///< errno of the first write that failed
  bool record_raw = false;
  Extent recorded;  ///< with record_raw: where the last raw read was

 private:
  [[nodiscard]] bool in_place(std::uint64_t page) const noexcept;
  const StoreFile& file_;
  bool writable_;
  std::uint64_t protected_end_;  ///< committed end, rounded up to a page
  std::vector<Extent> free_;
  Pages changed_;
  std::uint64_t written_ = 0;  ///< bytes, since the last beat
};

}  // namespace relia::io
