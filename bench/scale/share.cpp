// What it costs that every rank has the sums of all: Ranks::share under mpirun, as a pass over the likelihood calls it.
//
//   mpirun -n 2 relia_share MODULE      prints "numbers seconds" a line, the median of many calls; MODULE:
//   librelia_mpi.so

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include <dlfcn.h>

#include "mpi/mpi_ranks.hpp"

namespace {

double seconds_of(const relia::Ranks& ranks, std::size_t numbers) {
  const auto first = relia::slices_of(numbers, ranks.size());
  std::vector<double> values(numbers, 1.0), taken;
  for (int call = 0; call < 40; ++call) {
    const auto begin = std::chrono::steady_clock::now();
    ranks.share(values, first);
    taken.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
  }
  std::nth_element(taken.begin(), taken.begin() + 20, taken.end());
  return taken[20];
}

}  // namespace

int main(int argc, char** argv) {
  void* const module = argc == 2 ? dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL) : nullptr;
  const auto join =
      module == nullptr ? nullptr : reinterpret_cast<relia::Ranks* (*)()>(dlsym(module, "relia_mpi_ranks"));
  if (join == nullptr) {
    std::fprintf(stderr, "usage: mpirun -n RANKS relia_share librelia_mpi.so\n");
    return 2;
  }
  const std::unique_ptr<relia::Ranks> ranks(join());
  for (std::size_t numbers = 12; numbers <= 3000000; numbers *= 8) {
    const double seconds = seconds_of(*ranks, numbers);
    if (ranks->rank() == 0) std::printf("%zu %.9f\n", numbers, seconds);
  }
  return 0;
}
