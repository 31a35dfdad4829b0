// The processes of one job. Without MPI, and without a launcher, there is this one.

#pragma once

#include <memory>

#include <relia/ranks.hpp>

namespace relia::cli {

class Processes {
 public:
  /// Under a launcher joins the others; all but the first fall silent.
  Processes();
  ~Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  /// Null when this process is alone.
  [[nodiscard]] const Ranks* ranks() const noexcept;
  /// Before an error is printed: gives the first rank time to say it, then lets this one speak.
  void before_error() const;
  /// After it: ends the whole job with this exit code, since others may wait for this process.
  void after_error(int code) const;

 private:
  std::unique_ptr<Ranks> ranks_;
  int standard_error_ = -1;  ///< where it went before this process fell silent
};

}  // namespace relia::cli
