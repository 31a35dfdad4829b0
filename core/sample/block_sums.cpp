#include "core/sample/block_sums.hpp"

#include <algorithm>
#include <atomic>
#include <exception>

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include "core/rank_errors.hpp"

namespace relia {

int thread_count(int threads) {
  // TBB complains on standard error of more threads than cores; they would not help.
  const int cores = tbb::info::default_concurrency();
  return threads <= 0 ? cores : std::min(threads, cores);
}

std::vector<double> block_parts(std::size_t blocks,
                                std::size_t width,
                                const Workers& workers,
                                const std::function<void(std::size_t block, std::span<double> part)>& fill) {
  std::vector<double> all(blocks * width, 0.0);
  std::size_t from = 0, to = blocks;
  std::vector<std::size_t> first;
  if (workers.shared()) {
    first = slices_of(blocks, workers.ranks->size());
    from = first[static_cast<std::size_t>(workers.ranks->rank())];
    to = first[static_cast<std::size_t>(workers.ranks->rank()) + 1];
  }
  std::mutex mutex;
  std::atomic<std::size_t> failed_block = to;
  std::exception_ptr failure;
  const auto work = [&](std::size_t block) {
    if (block > failed_block) return;
    try {
      fill(block, std::span<double>(all).subspan(block * width, width));
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (block >= failed_block) return;
      failed_block = block;
      failure = std::current_exception();
    }
  };
  if (to - from > 1 && workers.threads != 1 && thread_count(workers.threads) > 1) {
    tbb::task_arena arena(thread_count(workers.threads));
    arena.execute([&] { tbb::parallel_for(from, to, work, tbb::simple_partitioner()); });
  } else {
    for (std::size_t block = from; block < to && failed_block == to; ++block) work(block);
  }
  if (workers.shared()) {
    throw_first_error(*workers.ranks, failure);
  } else if (failure) {
    std::rethrow_exception(failure);
  }
  if (workers.shared() && width > 0) {
    for (std::size_t& f : first) f *= width;
    workers.ranks->share(all, first);
  }
  return all;
}

}  // namespace relia
