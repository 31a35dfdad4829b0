// System calls that change files, counted, and an end by SIGKILL at one of them. The program that links this has its
// own pwrite, ftruncate, fsync, fdatasync, rename and unlink; the library under test knows nothing of it.

#pragma once

#include <cstdint>

namespace relia::tests {

/// How the process ends at the chosen call.
enum class Stop : int {
  none,
  before,      ///< the call is not made
  half,        ///< of a write, a part is made; any other call is made
  after,       ///< the call is made
  power_loss,  ///< before it; and what was written since the last sync is lost, or not, write by write
};

/// Counting begins anew. Calls made by this process and those it forks count alike; `in_caller_only` counts those of
/// this process alone. The process group ends with the `at`-th call, from 1 on.
void stop_at(std::uint64_t at, Stop how, bool in_caller_only, unsigned seed);
/// How many calls there were since stop_at().
[[nodiscard]] std::uint64_t calls_made();

}  // namespace relia::tests
