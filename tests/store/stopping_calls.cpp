#include "tests/store/stopping_calls.hpp"

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdio>
#include <random>
#include <vector>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace relia::tests {
namespace {

struct Plan {
  std::atomic<std::uint64_t> calls{0};
  std::uint64_t at = 0;
  Stop how = Stop::none;
  bool caller_only = false;
  pid_t caller = 0;
};

// In memory that forked processes share.
Plan* plan() {
  static Plan* const p = [] {
    void* const memory = ::mmap(nullptr, sizeof(Plan), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : new (memory) Plan;
  }();
  return p;
}

// What a write has overwritten; this process's alone, since the last sync.
struct Overwritten {
  int fd;
  off_t offset;
  std::vector<char> bytes;
};
std::vector<Overwritten> g_unsynced;
std::mt19937 g_random;

[[noreturn]] void end_now() {
  (void)::kill(0, SIGKILL);
  for (;;) (void)::pause();
}

void lose_unsynced() {
  for (std::size_t i = g_unsynced.size(); i-- > 0;) {
    const Overwritten& w = g_unsynced[i];
    if (g_random() % 2 == 0) (void)::syscall(SYS_pwrite64, w.fd, w.bytes.data(), w.bytes.size(), w.offset);
  }
}

void remember(int fd, std::size_t n, off_t offset) {
  std::vector<char> old(n, '\0');
  (void)!::pread(fd, old.data(), n, offset);
  g_unsynced.push_back({fd, offset, std::move(old)});
}

// The call `make(part)` with `part` false for the whole of it. A call that syncs makes earlier writes safe.
template <class Make>
auto counted(bool syncs, Make make) {
  Plan* const p = plan();
  if (p == nullptr || p->how == Stop::none || (p->caller_only && ::getpid() != p->caller)) return make(false);
  if (++p->calls == p->at) {
    if (p->how == Stop::half) (void)make(true);
    if (p->how == Stop::after) (void)make(false);
    if (p->how == Stop::power_loss) lose_unsynced();
    end_now();
  }
  const auto result = make(false);
  if (syncs) g_unsynced.clear();
  return result;
}

}  // namespace

void stop_at(std::uint64_t at, Stop how, bool in_caller_only, unsigned seed) {
  g_random.seed(seed);
  g_unsynced.clear();
  Plan* const p = plan();
  p->calls = 0;
  p->at = at;
  p->how = how;
  p->caller_only = in_caller_only;
  p->caller = ::getpid();
}

std::uint64_t calls_made() {
  return plan()->calls;
}

}  // namespace relia::tests

namespace {

ssize_t write_counted(int fd, const void* bytes, std::size_t n, off_t offset) {
  using namespace relia::tests;
  return counted(false, [&](bool part) {
    if (plan()->how == Stop::power_loss) remember(fd, n, offset);
    return static_cast<ssize_t>(::syscall(SYS_pwrite64, fd, bytes, part ? n / 2 : n, offset));
  });
}

int truncate_counted(int fd, off_t length) {
  return relia::tests::counted(false, [&](bool) { return static_cast<int>(::syscall(SYS_ftruncate, fd, length)); });
}

}  // namespace

// The linker takes these before the C library's. Both spellings of file offsets.
extern "C" {
ssize_t pwrite(int fd, const void* bytes, size_t n, off_t offset) {
  return write_counted(fd, bytes, n, offset);
}
ssize_t pwrite64(int fd, const void* bytes, size_t n, off64_t offset) {
  return write_counted(fd, bytes, n, offset);
}
int ftruncate(int fd, off_t length) noexcept {
  return truncate_counted(fd, length);
}
int ftruncate64(int fd, off64_t length) noexcept {
  return truncate_counted(fd, length);
}
int fsync(int fd) {
  return relia::tests::counted(true, [&](bool) { return static_cast<int>(::syscall(SYS_fsync, fd)); });
}
int fdatasync(int fd) {
  return relia::tests::counted(true, [&](bool) { return static_cast<int>(::syscall(SYS_fdatasync, fd)); });
}
int rename(const char* from, const char* to) noexcept {
  return relia::tests::counted(false, [&](bool) { return static_cast<int>(::syscall(SYS_rename, from, to)); });
}
int unlink(const char* path) noexcept {
  return relia::tests::counted(false, [&](bool) { return static_cast<int>(::syscall(SYS_unlink, path)); });
}
}
