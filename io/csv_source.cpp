#include "io/csv_source.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <relia/error.hpp>
#include <relia/io/hash.hpp>

namespace relia::io {
namespace {

[[noreturn]] void refuse(const std::string& name, int error) {
  throw MachineError(name + ": " + std::generic_category().message(error));
}

}  // namespace

FileHandle& FileHandle::operator=(FileHandle&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

FileHandle::~FileHandle() {
  if (fd_ >= 0) ::close(fd_);
}

OpenedFile open_for_reading(const std::string& path) {
  OpenedFile out;
  int fd = -1;
  do {
    fd =
        path == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) refuse(path, errno);
  out.file = FileHandle(fd);
  struct stat info {};
  if (::fstat(fd, &info) != 0) refuse(path, errno);
  if (S_ISDIR(info.st_mode)) refuse(path, EISDIR);
  // Standard input may stand in the middle of a regular file, so it is always read as it comes.
  out.regular = S_ISREG(info.st_mode) && path != "-";
  out.size = out.regular ? static_cast<std::uint64_t>(info.st_size) : 0;
  return out;
}

FileHandle open_spool() {
  const char* directory = std::getenv("TMPDIR");
  std::string path = directory != nullptr && *directory != '\0' ? directory : "/tmp";
#ifdef O_TMPFILE
  if (const int fd = ::open(path.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600); fd >= 0) return FileHandle(fd);
#endif
  path += "/relia-XXXXXX";
  const int fd = ::mkostemp(path.data(), O_CLOEXEC);
  if (fd < 0) refuse(path, errno);
  ::unlink(path.c_str());
  return FileHandle(fd);
}

std::size_t read_some(const FileHandle& file, char* to, std::size_t size, const std::string& name) {
  for (;;) {
    const ssize_t got = ::read(file.get(), to, size);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) refuse(name, errno);
  }
}

void write_all(const FileHandle& file, std::string_view bytes, const std::string& name) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(file.get(), bytes.data(), bytes.size());
    if (put < 0) {
      if (errno == EINTR) continue;
      refuse(name, errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
}

std::string read_rest(const FileHandle& file, const std::string& name) {
  std::string out;
  std::size_t size = 0;
  for (;;) {
    if (out.size() - size < (std::size_t{1} << 16))
      out.resize(std::max<std::size_t>(out.size() * 2, std::size_t{1} << 17));
    const std::size_t got = read_some(file, out.data() + size, out.size() - size, name);
    if (got == 0) break;
    size += got;
  }
  out.resize(size);
  return out;
}

void TextSource::rewind(std::uint64_t start) {
  size_ = 0;
  offset_ = start;
  last_ = false;
  if (from_file_ && ::lseek(file_.get(), static_cast<off_t>(start), SEEK_SET) < 0) refuse(name_, errno);
}

std::string_view TextSource::refill(std::size_t consumed) {
  offset_ += consumed;
  const std::size_t kept = size_ - consumed;
  const std::size_t more = std::max(kWindow, kept);  // doubling keeps a growing window linear in time
  if (!from_file_) {
    const std::size_t begin = static_cast<std::size_t>(offset_);
    size_ = std::min(kept + more, memory_.size() - begin);
    last_ = begin + size_ == memory_.size();
    if (hash_ != nullptr) hash_->update(memory_.substr(begin + kept, size_ - kept));
    return memory_.substr(begin, size_);
  }
  if (kept > 0 && consumed > 0) std::memmove(buffer_.data(), buffer_.data() + consumed, kept);
  if (buffer_.size() < kept + more) buffer_.resize(kept + more);
  size_ = kept;
  while (size_ < buffer_.size()) {
    const std::size_t got = read_some(file_, buffer_.data() + size_, buffer_.size() - size_, name_);
    if (got == 0) {
      last_ = true;
      break;
    }
    if (hash_ != nullptr) hash_->update({buffer_.data() + size_, got});
    size_ += got;
  }
  return {buffer_.data(), size_};
}

}  // namespace relia::io
