#include "io/store_child.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <new>

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <relia/error.hpp>

#include "io/hdf5_handle.hpp"
#include "io/store_file.hpp"

namespace relia::io {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool kLimitMemory = false;  // the shadow memory alone would exceed every limit
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
constexpr bool kLimitMemory = false;
#else
constexpr bool kLimitMemory = true;
#endif
#else
constexpr bool kLimitMemory = true;
#endif

// Kinds of messages: a byte, a length, the bytes.
constexpr char kBeat = 'b', kResult = 'r', kDamaged = 'd', kUsage = 'u', kMachine = 'm';

std::uint64_t mapped_bytes() {
  std::uint64_t pages = 0;
  if (std::FILE* f = std::fopen("/proc/self/statm", "r")) {
    unsigned long n = 0;
    if (std::fscanf(f, "%lu", &n) == 1) pages = n;
    (void)std::fclose(f);
  }
  return pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

void send(int fd, char kind, std::string_view bytes) {
  std::string message(1, kind);
  const std::uint64_t n = bytes.size();
  message.append(reinterpret_cast<const char*>(&n), sizeof n);
  message.append(bytes);
  std::string_view rest = message;
  while (!rest.empty()) {
    const ssize_t k = ::write(fd, rest.data(), rest.size());
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) ::_exit(3);
    rest.remove_prefix(static_cast<std::size_t>(k));
  }
}

std::string pack(const DataErrors& errors) {
  WireWriter w;
  w.number(errors.total);
  w.number(errors.first.size());
  for (const DataError& e : errors.first) {
    w.text(e.file);
    w.number(e.line);
    w.text(e.column);
    w.text(e.message);
  }
  return w.take();
}

DataErrors unpack(std::string_view bytes) {
  WireReader r(bytes);
  DataErrors errors;
  errors.total = r.number();
  const std::uint64_t n = r.count(32);
  for (std::uint64_t i = 0; i < n && i < DataErrors::kShown; ++i) {
    DataError e;
    e.file = r.text();
    e.line = r.number();
    e.column = r.text();
    e.message = r.text();
    errors.first.push_back(std::move(e));
  }
  return errors;
}

void limit(int what, std::uint64_t value) {
  struct rlimit r {};
  if (::getrlimit(what, &r) != 0) return;
  if (r.rlim_max != RLIM_INFINITY) value = std::min<std::uint64_t>(value, r.rlim_max);
  r.rlim_cur = r.rlim_max = value;
  (void)::setrlimit(what, &r);
}

[[noreturn]] void child_main(const ChildJob& job, int out, std::uint64_t mapped, pid_t parent) {
  for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGALRM}) {
    (void)::signal(s, SIG_DFL);
  }
  (void)::signal(SIGPIPE, SIG_IGN);
  (void)::signal(SIGXFSZ, SIG_IGN);
  (void)::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(3);
  // What a dying library prints is not for the user: the parent says what happened.
  const int null = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null >= 0) {
    (void)::dup2(null, 1);
    (void)::dup2(null, 2);
  }
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_NOFILE, 0);  // no file outside can be opened, whatever a link or a filter in the store says
  if (!job.writes) {
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_CPU, 600);
  }
  if (kLimitMemory && mapped > 0) limit(RLIMIT_AS, mapped + job.memory);
  try {
    (void)H5open();
    (void)H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
    (void)H5PLset_loading_state(0);
    const auto beat = [out](std::uint64_t done) {
      send(out, kBeat, {reinterpret_cast<const char*>(&done), sizeof done});
    };
    send(out, kResult, job.work(beat));
  } catch (const UsageError& e) {
    send(out, kUsage, e.what());
  } catch (const BadData& e) {
    send(out, kDamaged, pack(e.errors()));
  } catch (const MachineError& e) {
    send(out, kMachine, e.what());
  } catch (const std::bad_alloc&) {
    if (job.writes) {
      send(out, kMachine, job.path + ": out of memory");
    } else {
      send(out, kDamaged, pack(damaged(job.path, "damaged: reading it takes absurd amounts of memory").errors()));
    }
  } catch (const std::exception& e) {
    send(out, kDamaged, pack(damaged(job.path, std::string("damaged: ") + e.what()).errors()));
  }
  // No destructor and no exit handler of the parent's may run twice.
  ::_exit(0);
}

// Reads exactly `n` bytes unless the child ends or is silent for too long; then says how many.
std::size_t receive(int fd, char* out, std::size_t n, double silence, bool& silent) {
  std::size_t have = 0;
  while (have < n) {
    struct pollfd p {};
    p.fd = fd;
    p.events = POLLIN;
    const int ready = ::poll(&p, 1, static_cast<int>(silence * 1000.0));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) {
      silent = true;
      break;
    }
    const ssize_t k = ::read(fd, out + have, n - have);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) break;
    have += static_cast<std::size_t>(k);
  }
  return have;
}

// Ends and reaps the child on every way out.
class ChildProcess {
 public:
  explicit ChildProcess(pid_t id) : id_(id) {}
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  ~ChildProcess() {
    if (id_ > 0) (void)end(true);
  }
  /// Its wait status; `kill` does not wait for it to end by itself.
  int end(bool kill) {
    if (kill) (void)::kill(id_, SIGKILL);
    int status = 0;
    while (::waitpid(id_, &status, 0) < 0 && errno == EINTR) {
    }
    id_ = -1;
    return status;
  }

 private:
  pid_t id_;
};

}  // namespace

std::string run_in_child(const ChildJob& job) {
  load_hdf5();  // here, because the child may open no file
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) refuse(job.path, "no pipe to a reading process", errno);
  const Descriptor in(ends[0]);
  Descriptor out(ends[1]);
  const std::uint64_t mapped = mapped_bytes();
  const pid_t parent = ::getpid();
  const pid_t id = ::fork();
  if (id < 0) refuse(job.path, "no reading process can be started", errno);
  if (id == 0) child_main(job, out.get(), mapped, parent);
  ChildProcess child(id);
  out = Descriptor();

  for (;;) {
    bool silent = false;
    std::array<char, 9> head{};
    std::uint64_t length = 0;
    std::string body;
    bool complete = receive(in.get(), head.data(), head.size(), job.silence, silent) == head.size();
    if (complete) {
      std::memcpy(&length, head.data() + 1, 8);
      if (length > (std::uint64_t{1} << 32)) throw damaged(job.path, "damaged: its description is absurdly long");
      body.resize(length);
      complete = receive(in.get(), body.data(), length, job.silence, silent) == length;
    }
    if (!complete) {
      const int status = child.end(silent);
      if (silent) throw damaged(job.path, "damaged: HDF5 hangs on it");
      if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGTERM)) {
        throw MachineError(job.path + ": the process that reads it was killed (out of memory?)");
      }
      throw damaged(job.path, "damaged: HDF5 crashes on it");
    }
    if (head[0] == kBeat) {
      if (length != 8) throw damaged(job.path, WireError().what());
      std::uint64_t done = 0;
      std::memcpy(&done, body.data(), 8);
      if (job.progress) job.progress(done);
      continue;
    }
    (void)child.end(false);
    try {
      switch (head[0]) {
        case kResult: return body;
        case kUsage: throw UsageError(body);
        case kMachine: throw MachineError(body);
        case kDamaged: throw BadData(unpack(body));
        default: throw WireError();
      }
    } catch (const WireError& e) {
      throw damaged(job.path, e.what());
    }
  }
}

}  // namespace relia::io
