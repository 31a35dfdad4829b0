// Where the answer goes: standard output, or a file that is written whole or not at all.

#pragma once

#include <string>
#include <string_view>

namespace relia::cli {

/// Opens /dev/null on every standard descriptor that the caller left closed, so that no file we open can
/// take its number; ignores SIGPIPE and SIGXFSZ. Called once, first thing.
void guard_standard_streams();

/// Standard output when `file` is empty or "-". A reader that has gone away (`| head`) is no error.
///
/// A regular file is written beside its final name, synced and renamed over it; through a symbolic link the
/// file it points to is replaced. A device or a pipe is written directly.
/// @throws MachineError naming the file and the reason; then the old file is as it was
void write_output(std::string_view text, const std::string& file);

/// The same in pieces, for answers that need not fit into memory.
class OutputStream {
 public:
  /// @throws MachineError
  explicit OutputStream(std::string file);
  /// Without finish() a file is as it was.
  ~OutputStream();
  OutputStream(const OutputStream&) = delete;
  OutputStream& operator=(const OutputStream&) = delete;
  void write(std::string_view piece);
  /// Puts a file in its place.
  void finish();

 private:
  /// Gives it one, temporary_. @returns 0 or errno
  int name_file();

  std::string file_, target_, temporary_;
  unsigned mode_ = 0;
  bool nameless_ = false;  ///< the open file has no name yet
  int fd_ = -1;            ///< -1: standard output
};

/// True when `file` means standard output, that is a terminal, and neither NO_COLOR nor TERM=dumb speaks
/// against colour.
[[nodiscard]] bool colour_wanted(const std::string& file);

}  // namespace relia::cli
