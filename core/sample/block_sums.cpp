#include "core/sample/block_sums.hpp"

#include <exception>

#include "core/parallel/for_each.hpp"
#include "core/rank_errors.hpp"

namespace relia {

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
  std::exception_ptr failure;
  try {
    for_each_part(to - from, workers.threads,
                  [&](std::size_t i) { fill(from + i, std::span<double>(all).subspan((from + i) * width, width)); });
  } catch (...) {
    failure = std::current_exception();
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
