// The processes of one job. Without MPI, and without a launcher, there is this one.

#pragma once

#include <memory>
#include <string>
#include <vector>

#include <relia/ranks.hpp>

namespace relia::cli {

class Processes {
 public:
  Processes() = default;
  ~Processes();
  Processes(const Processes&) = delete;
  Processes& operator=(const Processes&) = delete;

  /// Under a launcher joins the others, which all must have been given these words; all but the first fall silent.
  /// @throws MachineError, UsageError
  void join(const std::vector<std::string>& words);
  /// Null when this process is alone.
  [[nodiscard]] const Ranks* ranks() const noexcept;
  /// Before an error is printed: gives the first rank time to say it, then lets this one speak.
  void before_error() const;
  /// After it: ends the whole job with this exit code, since others may wait for this process.
  void after_error(int code) const;

 private:
  void fall_silent();

  std::unique_ptr<Ranks> ranks_;
  void (*abort_)(int code) = nullptr;
  int standard_error_ = -1;  ///< where it went before this process fell silent
};

}  // namespace relia::cli
