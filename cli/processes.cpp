#include "cli/processes.hpp"

#include <chrono>
#include <cstdlib>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

#ifdef RELIA_HAS_MPI
#include "mpi/mpi_ranks.hpp"
#endif

namespace relia::cli {

Processes::Processes() {
#ifdef RELIA_HAS_MPI
  ranks_ = mpi_ranks();
#endif
  // A launcher may give the first rank a terminal of its own making; what it prints is the same wherever it goes.
  if (ranks_ != nullptr) ::setenv("NO_COLOR", "1", 1);
  if (ranks() == nullptr || ranks()->rank() == 0) return;
  standard_error_ = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  ::close(nowhere);
}

Processes::~Processes() = default;

const Ranks* Processes::ranks() const noexcept {
  return ranks_ != nullptr && ranks_->size() > 1 ? ranks_.get() : nullptr;
}

void Processes::before_error() const {
  if (ranks() == nullptr || ranks()->rank() == 0) return;
  // What all ranks find wrong the first one says, and ends the job.
  std::this_thread::sleep_for(std::chrono::seconds(2));
  if (standard_error_ >= 0) ::dup2(standard_error_, STDERR_FILENO);
}

void Processes::after_error([[maybe_unused]] int code) const {
#ifdef RELIA_HAS_MPI
  if (ranks() != nullptr) abort_ranks(code);
#endif
}

}  // namespace relia::cli
