#include <algorithm>
#include <utility>

#include <tbb/enumerable_thread_specific.h>

#include <relia/parallel_fitters.hpp>

#include "core/parallel/for_each.hpp"

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
        fitters([this] { return Fitter(options); }) {}
  FitOptions options;
  int threads;
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
  for_each_part(count, state_->threads, [&](std::size_t i) { work(i, state_->fitters.local()); });
}

}  // namespace relia
