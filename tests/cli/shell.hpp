// Runs the real program as a user's shell would.

#pragma once

#include <filesystem>
#include <string>

namespace relia::tests {

struct ShellResult {
  int exit_code = -1;  ///< 128 + n when signal n ended the shell
  std::string out, err;
};

/// A directory of its own that is removed with the object.
class ScratchDirectory {
 public:
  ScratchDirectory();
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  void write(const std::string& name, const std::string& content) const;
  [[nodiscard]] std::string read(const std::string& name) const;
  [[nodiscard]] bool holds(const std::string& name) const;

 private:
  std::filesystem::path path_;
};

/// `script` is given to /bin/sh in `directory`, with relia first in PATH and no terminal in sight.
[[nodiscard]] ShellResult run_shell(const std::filesystem::path& directory, const std::string& script);

[[nodiscard]] std::string read_file(const std::filesystem::path& file);

}  // namespace relia::tests
