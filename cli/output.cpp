#include "cli/output.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <relia/error.hpp>

namespace relia::cli {
namespace {

bool g_stdout_was_closed = false;

[[noreturn]] void refuse(const std::string& file, int error) {
  throw MachineError(fmt::format("cannot write {}: {}", file, std::strerror(error)));
}

// 0, or the errno of the write that failed.
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(fd, text.data(), text.size());
    if (n < 0) {
      if (errno == EINTR) continue;
      return errno;
    }
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return 0;
}

void write_standard_output(std::string_view text) {
  if (g_stdout_was_closed) refuse("standard output", EBADF);
  const int error = write_all(STDOUT_FILENO, text);
  if (error != 0 && error != EPIPE) refuse("standard output", error);
}

void write_in_place(std::string_view text, const std::string& file) {
  const int fd = ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0) refuse(file, errno);
  const int error = write_all(fd, text);
  const int closing = ::close(fd) != 0 ? errno : 0;
  if (error != 0) refuse(file, error);
  if (closing != 0) refuse(file, closing);
}

// Makes the rename itself durable. Some file systems cannot sync a directory; the file is whole all the same.
void sync_directory(const std::string& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
}

void replace_file(std::string_view text, const std::string& file, const std::string& target, mode_t mode) {
  const std::size_t slash = target.rfind('/');
  const std::string directory = slash == std::string::npos ? "." : target.substr(0, slash + 1);
  std::string temporary = directory + (slash == std::string::npos ? "/" : "") + ".relia-XXXXXX";
  const int fd = ::mkostemp(temporary.data(), O_CLOEXEC);
  if (fd < 0) refuse(file, errno);
  int error = write_all(fd, text);
  if (error == 0 && ::fchmod(fd, mode) != 0) error = errno;
  if (error == 0 && ::fsync(fd) != 0) error = errno;
  if (::close(fd) != 0 && error == 0) error = errno;
  if (error == 0 && ::rename(temporary.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0) {
    ::unlink(temporary.c_str());
    refuse(file, error);
  }
  sync_directory(directory);
}

mode_t mode_of_new_file() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return static_cast<mode_t>(0666) & ~mask;
}

}  // namespace

void guard_standard_streams() {
  for (int fd = 0; fd <= 2; ++fd) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    if (fd == STDOUT_FILENO) g_stdout_was_closed = true;
    // The lowest free number is the one that was closed.
    if (::open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY) < 0) return;
  }
  // Both then come back as the errno of the write that met them.
  std::signal(SIGPIPE, SIG_IGN);
  std::signal(SIGXFSZ, SIG_IGN);
}

void write_output(std::string_view text, const std::string& file) {
  if (file.empty() || file == "-") return write_standard_output(text);
  struct stat status {};
  if (::stat(file.c_str(), &status) != 0) {
    if (errno != ENOENT) refuse(file, errno);
    // A link to nowhere is refused: replacing the link itself is not what the user named.
    if (::lstat(file.c_str(), &status) == 0) refuse(file, ENOENT);
    return replace_file(text, file, file, mode_of_new_file());
  }
  if (S_ISDIR(status.st_mode)) refuse(file, EISDIR);
  if (!S_ISREG(status.st_mode)) return write_in_place(text, file);
  // A file made read-only is meant to stay; the rename would not ask.
  if (::access(file.c_str(), W_OK) != 0) refuse(file, errno);
  const std::unique_ptr<char, decltype(&std::free)> real(::realpath(file.c_str(), nullptr), &std::free);
  if (!real) refuse(file, errno);
  replace_file(text, file, real.get(), status.st_mode & static_cast<mode_t>(07777));
}

bool colour_wanted(const std::string& file) {
  if (!file.empty() && file != "-") return false;
  const char* const no_colour = std::getenv("NO_COLOR");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* const terminal = std::getenv("TERM");
  if (terminal == nullptr || std::strcmp(terminal, "dumb") == 0) return false;
  return ::isatty(STDOUT_FILENO) == 1;
}

}  // namespace relia::cli
