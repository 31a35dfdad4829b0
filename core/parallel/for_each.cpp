#include "core/parallel/for_each.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <map>
#include <mutex>

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace relia {
namespace {

/// One arena a number of threads, kept while the program runs: threads that have left an arena take longer to come back
/// than a pass over a hundred thousand rows takes.
tbb::task_arena& arena_of(int threads) {
  static std::mutex mutex;
  // Not destroyed: TBB's own statics may be gone by then.
  static auto& arenas = *new std::map<int, tbb::task_arena>;
  const std::lock_guard lock(mutex);
  return arenas.try_emplace(threads, threads).first->second;
}

}  // namespace

int thread_count(int threads) {
  // TBB complains on standard error of more threads than cores; they would not help.
  static const int cores = tbb::info::default_concurrency();
  return threads <= 0 ? cores : std::min(threads, cores);
}

void for_each_part(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  const int used = count < 2 || threads == 1 ? 1 : thread_count(threads);
  if (used == 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::mutex mutex;
  std::atomic<std::size_t> failed = count;
  std::exception_ptr failure;
  const auto guarded = [&](std::size_t i) {
    if (i > failed.load(std::memory_order_relaxed)) return;
    try {
      work(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (i >= failed) return;
      failed = i;
      failure = std::current_exception();
    }
  };
  arena_of(used).execute([&] { tbb::parallel_for(std::size_t{0}, count, guarded); });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace relia
