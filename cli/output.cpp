#include "cli/output.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utility>

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

/// What mkostemp() makes names of.
constexpr const char* kTemporary = ".relia-XXXXXX";

/// A path to an open file that has none of its own.
std::string own_link(int fd) {
  return fmt::format("/proc/self/fd/{}", fd);
}

// With a slash at its end.
std::string directory_of(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? "./" : file.substr(0, slash + 1);
}

// Makes the rename itself durable. Some file systems cannot sync a directory; the file is whole all the same.
void sync_directory(const std::string& directory) {
  const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  ::fsync(fd);
  ::close(fd);
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
  OutputStream out(file);
  out.write(text);
  out.finish();
}

OutputStream::OutputStream(std::string file) : file_(std::move(file)) {
  if (file_.empty() || file_ == "-") return;
  struct stat status {};
  if (::stat(file_.c_str(), &status) != 0) {
    if (errno != ENOENT) refuse(file_, errno);
    // A link to nowhere is refused: replacing the link itself is not what the user named.
    if (::lstat(file_.c_str(), &status) == 0) refuse(file_, ENOENT);
    target_ = file_;
    mode_ = mode_of_new_file();
  } else if (S_ISDIR(status.st_mode)) {
    refuse(file_, EISDIR);
  } else if (!S_ISREG(status.st_mode)) {
    fd_ = ::open(file_.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd_ < 0) refuse(file_, errno);
    return;
  } else {
    // A file made read-only is meant to stay; the rename would not ask.
    if (::access(file_.c_str(), W_OK) != 0) refuse(file_, errno);
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(file_.c_str(), nullptr), &std::free);
    if (!real) refuse(file_, errno);
    target_ = real.get();
    mode_ = status.st_mode & static_cast<mode_t>(07777);
  }
  const std::string directory = directory_of(target_);
  // A file without a name until it is whole: a killed process leaves nothing behind.
  fd_ = ::open(directory.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (fd_ >= 0 && ::access(own_link(fd_).c_str(), F_OK) == 0) {
    nameless_ = true;
    return;
  }
  if (fd_ >= 0) ::close(fd_);
  temporary_ = directory + kTemporary;
  fd_ = ::mkostemp(temporary_.data(), O_CLOEXEC);
  if (fd_ < 0) {
    temporary_.clear();
    refuse(file_, errno);
  }
}

OutputStream::~OutputStream() {
  if (fd_ >= 0) ::close(fd_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void OutputStream::write(std::string_view piece) {
  if (fd_ < 0) return write_standard_output(piece);
  if (const int error = write_all(fd_, piece); error != 0) refuse(file_, error);
}

int OutputStream::name_file() {
  for (int attempt = 0; attempt < 100; ++attempt) {
    // Nobody has the name that mkostemp makes, and once its file is gone hardly anybody takes it.
    std::string name = directory_of(target_) + kTemporary;
    const int taken = ::mkostemp(name.data(), O_CLOEXEC);
    if (taken < 0) return errno;
    ::close(taken);
    ::unlink(name.c_str());
    if (::linkat(AT_FDCWD, own_link(fd_).c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      temporary_ = std::move(name);
      return 0;
    }
    if (errno != EEXIST) return errno;
  }
  return EEXIST;
}

void OutputStream::finish() {
  if (fd_ < 0) return;
  int error = 0;
  const bool renamed = nameless_ || !temporary_.empty();
  if (renamed && ::fchmod(fd_, mode_) != 0) error = errno;
  if (renamed && error == 0 && ::fsync(fd_) != 0) error = errno;
  if (nameless_ && error == 0) error = name_file();
  if (::close(std::exchange(fd_, -1)) != 0 && error == 0) error = errno;
  if (!renamed || temporary_.empty()) {
    if (error != 0) refuse(file_, error);
    return;
  }
  if (error == 0 && ::rename(temporary_.c_str(), target_.c_str()) != 0) error = errno;
  if (error != 0) refuse(file_, error);
  temporary_.clear();
  sync_directory(directory_of(target_));
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
