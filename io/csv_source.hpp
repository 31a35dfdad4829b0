// The bytes of a CSV text, window by window, from memory or from a file.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace relia::io {

class Sha256;

/// An open file, closed with the object.
class FileHandle {
 public:
  FileHandle() = default;
  explicit FileHandle(int fd) noexcept : fd_(fd) {}
  FileHandle(FileHandle&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FileHandle& operator=(FileHandle&& other) noexcept;
  ~FileHandle();
  [[nodiscard]] int get() const noexcept { return fd_; }

 private:
  int fd_ = -1;
};

/// Opens a file for reading; "-" is standard input. Says whether it is a regular file and how long.
struct OpenedFile {
  FileHandle file;
  bool regular = false;
  std::uint64_t size = 0;  ///< of a regular file
};
/// @throws MachineError
[[nodiscard]] OpenedFile open_for_reading(const std::string& path);

/// An unlinked file in $TMPDIR (or /tmp). @throws MachineError
[[nodiscard]] FileHandle open_spool();

/// Up to `size` bytes from where the file stands; 0 at its end. @throws MachineError
[[nodiscard]] std::size_t read_some(const FileHandle& file, char* to, std::size_t size, const std::string& name);
/// All bytes. @throws MachineError
void write_all(const FileHandle& file, std::string_view bytes, const std::string& name);
/// The rest of the file. @throws MachineError
[[nodiscard]] std::string read_rest(const FileHandle& file, const std::string& name);

/// A window that slides over a text. What the reader has not consumed stays in it.
class TextSource {
 public:
  /// The bytes must outlive the source.
  explicit TextSource(std::string_view memory) : memory_(memory) {}
  TextSource(FileHandle file, std::string name) : file_(std::move(file)), name_(std::move(name)), from_file_(true) {}

  /// Starts again at byte `start` (behind a byte order mark).
  void rewind(std::uint64_t start);
  /// Every byte that enters the window from now on is hashed too; nullptr: no more.
  void hash_into(Sha256* hash) noexcept { hash_ = hash; }

  /// Gives the file back; the source can then only be destroyed.
  [[nodiscard]] FileHandle release() noexcept { return std::move(file_); }

  /// Drops the first `consumed` bytes of the window and appends at least one more, if there are any.
  std::string_view refill(std::size_t consumed);
  /// The window reaches the end of the text.
  [[nodiscard]] bool last() const noexcept { return last_; }
  /// Offset of the window's first byte in the text.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

 private:
  static constexpr std::size_t kWindow = std::size_t{1} << 18;  ///< fits the second-level cache

  std::string_view memory_;
  FileHandle file_;
  std::string name_;
  bool from_file_ = false;
  Sha256* hash_ = nullptr;
  std::vector<char> buffer_;
  std::size_t size_ = 0;  ///< of the window
  std::uint64_t offset_ = 0;
  bool last_ = false;
};

}  // namespace relia::io
