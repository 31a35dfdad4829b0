#include <algorithm>
#include <utility>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <relia/parallel_fitters.hpp>

#include "core/sample/block_sums.hpp"

namespace relia {
namespace {

FitOptions on_one_thread(FitOptions options) {
  options.threads = 1;
  return options;
}

}  // namespace

struct ParallelFitters::State {
  State(FitOptions o, int asked)
      : options(on_one_thread(std::move(o))),
        threads(thread_count(asked)),
        arena(threads),
        fitters([this] { return Fitter(options); }) {}
  FitOptions options;
  int threads;
  tbb::task_arena arena;
  tbb::enumerable_thread_specific<Fitter> fitters;
};

ParallelFitters::ParallelFitters(FitOptions options, int threads)
    : state_(std::make_unique<State>(std::move(options), threads)) {
  (void)state_->fitters.local();
}

ParallelFitters::~ParallelFitters() = default;

int ParallelFitters::threads() const noexcept {
  return state_->threads;
}

void ParallelFitters::run(std::size_t count, const std::function<void(std::size_t, Fitter&)>& work) {
  const auto one = [&](std::size_t i) { work(i, state_->fitters.local()); };
  if (state_->threads == 1) {
    for (std::size_t i = 0; i < count; ++i) one(i);
  } else {
    state_->arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, one); });
  }
}

}  // namespace relia
