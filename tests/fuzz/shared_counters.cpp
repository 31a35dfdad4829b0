// The child does most of the work on a store and ends with what it has covered, so libFuzzer's counters are put into
// memory that parent and child share.
//
// Compiled without coverage itself: where a file has both these references and counters, the linker resolves the
// counters' own references to null.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include <sys/mman.h>
#include <unistd.h>

extern "C" {
extern char __start___sancov_cntrs[] __attribute__((visibility("hidden")));
extern char __stop___sancov_cntrs[] __attribute__((visibility("hidden")));
}

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
  const auto begin = (reinterpret_cast<std::uintptr_t>(__start___sancov_cntrs) + page - 1) / page * page;
  const auto end = reinterpret_cast<std::uintptr_t>(__stop___sancov_cntrs) / page * page;
  if (end <= begin) return 0;
  if (::mmap(reinterpret_cast<void*>(begin), end - begin, PROT_READ | PROT_WRITE,
             MAP_SHARED | MAP_FIXED | MAP_ANONYMOUS, -1, 0) == MAP_FAILED) {
    std::perror("the counters cannot be shared");
    std::abort();
  }
  return 0;
}
