#include "io/store_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/store_codec.hpp"

namespace relia::io {

namespace {

constexpr std::size_t kTrailer = 64;
constexpr std::array<char, 8> kMagic = {'R', 'E', 'L', 'I', 'A', 'J', 'N', 'L'};
constexpr std::size_t kSuperblock = 48;

template <class T>
T load(const std::byte* p) noexcept {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

std::uint64_t round_up(std::uint64_t n) noexcept {
  return (n + kPage - 1) / kPage * kPage;
}

std::string directory_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

// The lock and the journal belong to the file, not to a link to it.
std::string resolved(const std::string& path) {
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return path;
  std::string out(real);
  std::free(real);
  return out;
}

void sync_directory(const std::string& path) noexcept {
  const Descriptor d(::open(directory_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (d.valid()) (void)::fsync(d.get());
}

// Other HDF5 programs flock() the file itself. A file system without such locks has no such programs to fear.
bool flock_until(int fd, int kind, Deadline deadline) {
  while (::flock(fd, kind | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) return true;
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

std::optional<Superblock> parse_superblock(std::span<const std::byte, kSuperblock> b) noexcept {
  static constexpr std::array<unsigned char, 8> kSignature = {0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};
  if (std::memcmp(b.data(), kSignature.data(), 8) != 0) return std::nullopt;
  if (b[8] != std::byte{3} || b[9] != std::byte{8} || b[10] != std::byte{8}) return std::nullopt;
  if (lookup3(b.first(44)) != load<std::uint32_t>(b.data() + 44)) return std::nullopt;
  if (load<std::uint64_t>(b.data() + 12) != 0) return std::nullopt;  // base address
  return Superblock{load<std::uint64_t>(b.data() + 28), static_cast<unsigned>(b[11])};
}

std::array<std::byte, kTrailer> encode(const JournalTrailer& t) noexcept {
  std::array<std::byte, kTrailer> out{};
  const std::array<std::uint64_t, 6> words = {1, t.start, t.pages, t.old_eof, t.new_eof, t.checksum};
  std::memcpy(out.data(), kMagic.data(), 8);
  std::memcpy(out.data() + 8, words.data(), sizeof words);
  const std::uint64_t check = xxh64(std::span(out).first(56), 0);
  std::memcpy(out.data() + 56, &check, 8);
  return out;
}

// The trailer at the end of the file, when there is one that fits the file's length.
std::optional<JournalTrailer> find_trailer(int fd, std::uint64_t size) {
  if (size < kTrailer + kPage) return std::nullopt;
  std::array<std::byte, kTrailer> b;
  if (read_fully(fd, b, size - kTrailer) != 0) return std::nullopt;
  if (std::memcmp(b.data(), kMagic.data(), 8) != 0 || load<std::uint64_t>(b.data() + 8) != 1) return std::nullopt;
  if (xxh64(std::span(b).first(56), 0) != load<std::uint64_t>(b.data() + 56)) return std::nullopt;
  const JournalTrailer t{load<std::uint64_t>(b.data() + 16), load<std::uint64_t>(b.data() + 24),
                         load<std::uint64_t>(b.data() + 32), load<std::uint64_t>(b.data() + 40),
                         load<std::uint64_t>(b.data() + 48)};
  if (t.start > size || t.pages > size / kPage) return std::nullopt;
  if (t.start + t.pages * (8 + kPage) + kTrailer != size) return std::nullopt;
  if (t.new_eof > t.start || t.old_eof > t.start) return std::nullopt;
  return t;
}

// The pages of a journal; nothing when their checksum or their numbers are wrong.
std::optional<Pages> read_journal(int fd, const JournalTrailer& t) {
  std::vector<std::byte> body(t.pages * (8 + kPage));
  if (read_fully(fd, body, t.start) != 0 || xxh64(body, 0) != t.checksum) return std::nullopt;
  Pages pages;
  const std::byte* data = body.data() + t.pages * 8;
  for (std::uint64_t i = 0; i < t.pages; ++i) {
    const auto number = load<std::uint64_t>(body.data() + i * 8);
    if (number >= t.start / kPage) return std::nullopt;
    std::memcpy(pages[number].data(), data + i * kPage, kPage);
  }
  return pages;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Descriptor::~Descriptor() {
  if (fd_ >= 0) (void)::close(fd_);
}

void refuse(const std::string& path, const std::string& what, int error_number) {
  throw MachineError(path + ": " + what + ": " + std::strerror(error_number));
}

BadData damaged(const std::string& path, const std::string& message) {
  DataErrors errors;
  errors.add({path, 0, "", message});
  return BadData(std::move(errors));
}

int read_fully(int fd, std::span<std::byte> out, std::uint64_t offset) noexcept {
  while (!out.empty()) {
    const ssize_t n = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return EIO;
    out = out.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return 0;
}

int write_fully(int fd, std::span<const std::byte> in, std::uint64_t offset) noexcept {
  while (!in.empty()) {
    const ssize_t n = ::pwrite(fd, in.data(), in.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) return ENOSPC;
    in = in.subspan(static_cast<std::size_t>(n));
    offset += static_cast<std::uint64_t>(n);
  }
  return 0;
}

StoreLock::StoreLock(const std::string& store, Kind kind, Deadline deadline) : store_(store) {
  const std::string real = resolved(store), name = real + ".lock";
  // Who may not use the store leaves no lock file behind.
  if (::faccessat(AT_FDCWD, real.c_str(), kind == Kind::read ? R_OK : W_OK, AT_EACCESS) != 0 && errno != ENOENT) {
    refuse(store_, kind == Kind::read ? "cannot be opened" : "cannot be opened for writing", errno);
  }
  if (kind == Kind::read) {
    fd_ = Descriptor(::open(name.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!fd_.valid() && errno == EACCES) refuse(name, "the lock file cannot be opened", EACCES);
  }
  if (!fd_.valid()) {
    // The lock is for whoever may use the store, now or when its owner permits more; made by somebody else than the
    // owner, it must not keep the owner out.
    struct stat st {};
    const bool exists = ::stat(real.c_str(), &st) == 0;
    if (!exists && kind == Kind::read) refuse(store_, "cannot be opened", errno);
    const mode_t mode = exists && st.st_uid == ::geteuid() ? (st.st_mode & 0666) | 0600 : 0666;
    fd_ = Descriptor(::open(name.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (fd_.valid() && exists) (void)::fchmod(fd_.get(), mode);
    if (!fd_.valid() && errno == EEXIST) {
      fd_ = Descriptor(::open(name.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    }
    if (!fd_.valid()) {
      // Nobody who could write here could have made a lock file either.
      if (kind == Kind::read && (errno == EACCES || errno == EROFS || errno == EPERM)) return;
      refuse(name, "the lock file cannot be made", errno);
    }
  }
  const std::string waited = " is locked by another process (lock file " + name + "); gave up after --lock-timeout";
  if (kind == Kind::write) {
    if (!wait(F_WRLCK, 0, deadline)) throw MachineError(store_ + waited);
  } else {
    if (!wait(F_RDLCK, 2, deadline) || !wait(F_RDLCK, 1, deadline)) throw MachineError(store_ + waited);
    (void)wait(F_UNLCK, 2, deadline);
  }
}

bool StoreLock::wait(short type, int byte, Deadline deadline) const {
  if (!fd_.valid()) return true;
  struct flock range {};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = byte;
  range.l_len = 1;
  auto pause = std::chrono::microseconds(500);
  while (::fcntl(fd_.get(), F_OFD_SETLK, &range) != 0) {
    if (errno != EAGAIN && errno != EACCES && errno != EINTR) refuse(store_ + ".lock", "cannot be locked", errno);
    if (std::chrono::steady_clock::now() >= deadline) return false;
    std::this_thread::sleep_for(pause);
    pause = std::min(pause * 2, std::chrono::microseconds(10000));
  }
  return true;
}

void StoreLock::exclude_readers(Deadline deadline) {
  if (!wait(F_WRLCK, 2, deadline) || !wait(F_WRLCK, 1, deadline)) {
    allow_readers();
    throw MachineError(store_ + " is being read by another process; gave up after --lock-timeout");
  }
}

void StoreLock::allow_readers() noexcept {
  for (const int byte : {1, 2}) {
    struct flock range {};
    range.l_type = F_UNLCK;
    range.l_whence = SEEK_SET;
    range.l_start = byte;
    range.l_len = 1;
    if (fd_.valid()) (void)::fcntl(fd_.get(), F_OFD_SETLK, &range);
  }
}

StoreFile StoreFile::open(const std::string& path, bool writable, StoreLock& lock, Deadline deadline) {
  StoreFile f;
  f.path_ = path;
  f.real_ = resolved(path);
  f.fd_ = Descriptor(::open(f.real_.c_str(), (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!f.fd_.valid()) refuse(path, writable ? "cannot be opened for writing" : "cannot be opened", errno);
  struct stat st {};
  if (::fstat(f.fd(), &st) != 0) refuse(path, "cannot be examined", errno);
  if (!S_ISREG(st.st_mode)) throw MachineError(path + " is not a regular file");
  if (!flock_until(f.fd(), LOCK_SH, deadline)) {
    throw MachineError(path + " is open for writing in another program; gave up after --lock-timeout");
  }
  // A leftover of a creation or compaction that was killed; whoever holds the writer's lock may clear it.
  if (writable) (void)::unlink((f.real_ + ".new").c_str());
  if (::fstat(f.fd(), &st) != 0) refuse(path, "cannot be examined", errno);
  const auto size = static_cast<std::uint64_t>(st.st_size);

  if (const auto trailer = find_trailer(f.fd(), size)) {
    if (auto pages = read_journal(f.fd(), *trailer)) {
      f.eof_ = trailer->new_eof;
      if (writable) {
        lock.exclude_readers(deadline);
        f.apply(*pages, trailer->new_eof);
        lock.allow_readers();
      } else {
        f.overlay_ = std::move(*pages);
      }
    }
  }
  std::array<std::byte, kPage> head{};
  const std::uint64_t have = std::min<std::uint64_t>(size, kSuperblock);
  if (const int e = read_fully(f.fd(), std::span(head).first(have), 0)) refuse(path, "cannot be read", e);
  if (const auto first = f.overlay_.find(0); first != f.overlay_.end()) head = first->second;
  const auto superblock = parse_superblock(std::span(head).first<kSuperblock>());
  if (!superblock) throw damaged(path, "not a store of relia, or its first block is damaged");
  if (superblock->flags != 0) {
    throw damaged(path, "another program has it open for writing or left it half-written (HDF5 status flags are set)");
  }
  if (superblock->eof > size) {
    throw damaged(path, "the file is cut short: it has " + std::to_string(size) + " bytes and should have " +
                            std::to_string(superblock->eof));
  }
  if (!f.overlay_.empty() && superblock->eof != f.eof_) throw damaged(path, "its journal contradicts it");
  f.eof_ = superblock->eof;
  if (writable) f.roll_back();
  return f;
}

StoreFile StoreFile::create(const std::string& path) {
  StoreFile f;
  f.path_ = path;
  f.real_ = resolved(path);
  f.temporary_ = f.real_ + ".new";
  f.is_new_ = true;
  (void)::unlink(f.temporary_.c_str());
  f.fd_ = Descriptor(::open(f.temporary_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!f.fd_.valid()) refuse(path, "cannot be made", errno);
  return f;
}

void StoreFile::read(std::span<std::byte> out, std::uint64_t offset) const {
  if (offset > eof_ || out.size() > eof_ - offset) throw damaged(path_, "data lie behind the end of the file");
  if (const int e = read_fully(fd(), out, offset)) refuse(path_, "cannot be read", e);
  if (overlay_.empty()) return;
  for (auto it = overlay_.lower_bound(offset / kPage); it != overlay_.end(); ++it) {
    const std::uint64_t begin = it->first * kPage;
    if (begin >= offset + out.size()) break;
    const std::uint64_t from = std::max(begin, offset), to = std::min(begin + kPage, offset + out.size());
    std::memcpy(out.data() + (from - offset), it->second.data() + (from - begin), to - from);
  }
}

void StoreFile::apply(const Pages& pages, std::uint64_t new_eof) {
  const std::string what = "the change is committed but could not be completed; the next use completes it";
  for (const auto& [number, page] : pages) {
    if (const int e = write_fully(fd(), page, number * kPage)) refuse(path_, what, e);
  }
  if (::fdatasync(fd()) != 0) refuse(path_, what, errno);
  if (::ftruncate(fd(), static_cast<off_t>(new_eof)) != 0) refuse(path_, what, errno);
  if (::fsync(fd()) != 0) refuse(path_, what, errno);
  eof_ = new_eof;
}

void StoreFile::commit(const JournalTrailer& journal, StoreLock& lock, Deadline deadline) {
  // The child that wrote the journal has worked on a file that may be hostile: look at its work once more.
  const auto pages = read_journal(fd(), journal);
  const bool sound = pages && journal.old_eof == eof_ && journal.new_eof <= journal.start;
  if (!sound) throw MachineError(path_ + ": the journal could not be read back as written");
  std::array<std::byte, kPage> head;
  if (const int e = read_fully(fd(), std::span(head).first(kSuperblock), 0)) refuse(path_, "cannot be read", e);
  if (const auto first = pages->find(0); first != pages->end()) head = first->second;
  const auto superblock = parse_superblock(std::span(head).first<kSuperblock>());
  if (!superblock || superblock->flags != 0 || superblock->eof != journal.new_eof) {
    throw damaged(path_, "the changed file would not be sound; nothing was changed");
  }
  lock.exclude_readers(deadline);
  if (!flock_until(fd(), LOCK_EX, deadline)) {
    lock.allow_readers();
    throw MachineError(path_ + " is open in another program; gave up after --lock-timeout");
  }
  const std::uint64_t end = journal.start + journal.pages * (8 + kPage);
  if (const int e = write_fully(fd(), encode(journal), end)) refuse(path_, "cannot be written", e);
  if (::fdatasync(fd()) != 0) refuse(path_, "cannot be written", errno);
  committed_ = true;
  apply(*pages, journal.new_eof);
  committed_ = false;
  (void)::flock(fd(), LOCK_SH);
  lock.allow_readers();
}

void StoreFile::roll_back() noexcept {
  if (committed_) return;
  if (is_new_) {
    (void)::unlink(temporary_.c_str());
    return;
  }
  struct stat st {};
  if (::fstat(fd(), &st) == 0 && static_cast<std::uint64_t>(st.st_size) > eof_) {
    (void)::ftruncate(fd(), static_cast<off_t>(eof_));
  }
}

void StoreFile::publish(bool replace) {
  if (::fsync(fd()) != 0) refuse(path_, "cannot be written", errno);
  struct stat old {};
  if (::stat(real_.c_str(), &old) == 0) {
    if (!replace) throw MachineError(path_ + " has come into being meanwhile");
    if (::fchmod(fd(), old.st_mode & 07777) != 0) refuse(path_, "cannot be given its permissions", errno);
    (void)!::fchown(fd(), old.st_uid, old.st_gid);
  }
  if (::rename(temporary_.c_str(), real_.c_str()) != 0) refuse(path_, "cannot be put in place", errno);
  sync_directory(real_);
  is_new_ = false;
}

StoreImage::StoreImage(const StoreFile& file, bool writable, bool record)
    : eof(file.eof()), record_raw(record), file_(file), writable_(writable), protected_end_(round_up(file.eof())) {
  changed_ = file.overlay();
}

void StoreImage::allow_in_place(std::vector<Extent> free) {
  // Whole pages only: a page is either journaled or written, never both.
  for (const Extent& e : free) {
    const Extent inner{round_up(e.begin), e.end / kPage * kPage};
    if (inner.begin < inner.end && inner.end <= file_.eof()) free_.push_back(inner);
  }
  std::sort(free_.begin(), free_.end(), [](const Extent& a, const Extent& b) { return a.begin < b.begin; });
}

bool StoreImage::in_place(std::uint64_t page) const noexcept {
  const std::uint64_t offset = page * kPage;
  if (offset >= protected_end_) return true;
  auto it = std::upper_bound(free_.begin(), free_.end(), offset,
                             [](std::uint64_t o, const Extent& e) { return o < e.begin; });
  return it != free_.begin() && offset < std::prev(it)->end;
}

int StoreImage::read(std::span<std::byte> out, std::uint64_t offset) noexcept {
  std::span<std::byte> rest = out;
  std::uint64_t at = offset;
  while (!rest.empty()) {
    const ssize_t n = ::pread(file_.fd(), rest.data(), rest.size(), static_cast<off_t>(at));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return errno;
    if (n == 0) {
      std::fill(rest.begin(), rest.end(), std::byte{0});
      break;
    }
    rest = rest.subspan(static_cast<std::size_t>(n));
    at += static_cast<std::uint64_t>(n);
  }
  for (auto it = changed_.lower_bound(offset / kPage); it != changed_.end(); ++it) {
    const std::uint64_t begin = it->first * kPage;
    if (begin >= offset + out.size()) break;
    const std::uint64_t from = std::max(begin, offset), to = std::min(begin + kPage, offset + out.size());
    std::memcpy(out.data() + (from - offset), it->second.data() + (from - begin), to - from);
  }
  return 0;
}

int StoreImage::write(std::span<const std::byte> in, std::uint64_t offset) noexcept {
  if (!writable_) return EROFS;
  eof = std::max(eof, offset + in.size());
  written_ += in.size();
  if (beat && written_ >= (1U << 20)) {
    beat();
    written_ = 0;
  }
  while (!in.empty()) {
    const std::uint64_t page = offset / kPage;
    if (in_place(page)) {
      std::uint64_t end = (page + 1) * kPage;
      while (end < offset + in.size() && in_place(end / kPage)) end += kPage;
      const std::size_t n = std::min<std::uint64_t>(end - offset, in.size());
      if (const int e = write_fully(file_.fd(), in.first(n), offset)) {
        if (error == 0) error = e;
        return e;
      }
      in = in.subspan(n);
      offset += n;
      continue;
    }
    try {
      auto [it, fresh] = changed_.try_emplace(page);
      if (fresh) {
        it->second.fill(std::byte{0});
        // The page that holds the committed end may be short in the file.
        const std::uint64_t begin = page * kPage;
        const std::uint64_t have = std::min(kPage, file_.eof() > begin ? file_.eof() - begin : 0);
        if (const int e = read_fully(file_.fd(), std::span(it->second).first(have), begin)) {
          if (error == 0) error = e;
          changed_.erase(it);
          return e;
        }
      }
      const std::size_t n = std::min<std::uint64_t>((page + 1) * kPage - offset, in.size());
      std::memcpy(it->second.data() + (offset - page * kPage), in.data(), n);
      in = in.subspan(n);
      offset += n;
    } catch (const std::bad_alloc&) {
      if (error == 0) error = ENOMEM;
      return ENOMEM;
    }
  }
  return 0;
}

void StoreImage::check() const {
  if (error != 0) refuse(file_.path(), "cannot be written", error);
}

JournalTrailer StoreImage::prepare() {
  check();
  JournalTrailer t;
  t.old_eof = file_.eof();
  t.new_eof = eoa;
  if (file_.is_new()) {
    if (::ftruncate(file_.fd(), static_cast<off_t>(eoa)) != 0) refuse(file_.path(), "cannot be written", errno);
    return t;
  }
  t.start = round_up(std::max({eof, eoa, file_.eof()}));
  std::vector<std::byte> table, body;
  for (const auto& [number, page] : changed_) {
    // A page that ended as it began, or lies behind the new end, need not be written.
    if (number * kPage >= eoa) continue;
    Page old{};
    const std::uint64_t begin = number * kPage;
    const std::uint64_t have = std::min(kPage, file_.eof() > begin ? file_.eof() - begin : 0);
    if (const int e = read_fully(file_.fd(), std::span(old).first(have), begin)) {
      refuse(file_.path(), "cannot be read", e);
    }
    if (old == page && begin + have >= std::min(eoa, begin + kPage)) continue;
    const auto* bytes = reinterpret_cast<const std::byte*>(&number);
    table.insert(table.end(), bytes, bytes + 8);
    body.insert(body.end(), page.begin(), page.end());
    ++t.pages;
  }
  table.insert(table.end(), body.begin(), body.end());
  t.checksum = xxh64(table, 0);
  if (const int e = write_fully(file_.fd(), table, t.start)) refuse(file_.path(), "cannot be written", e);
  if (::fdatasync(file_.fd()) != 0) refuse(file_.path(), "cannot be written", errno);
  return t;
}

}  // namespace relia::io
