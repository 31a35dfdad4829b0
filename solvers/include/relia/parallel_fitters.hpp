// Many tables fitted on several threads.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <relia/fit.hpp>

namespace relia {

/// Fitters of the same options, one a thread.
class ParallelFitters {
 public:
  /// Each fit keeps to its own thread, whatever options.threads says.
  /// @param threads  0: all cores
  /// @throws UsageError as Fitter
  ParallelFitters(FitOptions options, int threads);
  ~ParallelFitters();
  ParallelFitters(const ParallelFitters&) = delete;
  ParallelFitters& operator=(const ParallelFitters&) = delete;

  [[nodiscard]] int threads() const noexcept;
  /// Calls work(i, fitter) for every i below `count`, several at once; what it throws leaves from here.
  void run(std::size_t count, const std::function<void(std::size_t, Fitter&)>& work);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace relia
