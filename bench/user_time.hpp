// Bytes a second of user time: what the code costs, also where other programs keep the machine and its kernel busy.

#pragma once

#include <cstddef>

#include <benchmark/benchmark.h>
#include <sys/resource.h>

namespace relia::bench {

/// User time of this process, all its threads, and the children it has waited for; since construction.
class UserTime {
 public:
  UserTime() : begin_(now()) {}

  /// Sets bytes_per_second and the counter user_MB/s (10^6 bytes a second of user time).
  void count(benchmark::State& state, std::size_t bytes_an_iteration) const {
    const double bytes = static_cast<double>(state.iterations()) * static_cast<double>(bytes_an_iteration);
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes));
    state.counters["user_MB/s"] = bytes / (now() - begin_) * 1e-6;
  }

 private:
  static double now() {
    double seconds = 0.0;
    for (const auto who : {RUSAGE_SELF, RUSAGE_CHILDREN}) {
      struct rusage used {};
      (void)::getrusage(who, &used);
      seconds += static_cast<double>(used.ru_utime.tv_sec) + 1e-6 * static_cast<double>(used.ru_utime.tv_usec);
    }
    return seconds;
  }
  double begin_;
};

}  // namespace relia::bench
