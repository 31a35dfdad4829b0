#include "cli/processes.hpp"

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <relia/error.hpp>

#include "cli/command.hpp"
#include "mpi/mpi_ranks.hpp"

namespace relia::cli {
namespace {

constexpr const char* kModule = "librelia_mpi.so";

bool launched() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE"}) {
    if (std::getenv(name) != nullptr) return true;
  }
  return false;
}

/// How many processes the launcher has started, as far as it says.
int told_size() {
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"}) {
    if (const char* const text = std::getenv(name)) return std::atoi(text);
  }
  return 1;
}

/// Of this program, with a slash at its end; empty when the system does not say.
std::string own_directory() {
  std::string path(4096, '\0');
  const ssize_t n = ::readlink("/proc/self/exe", path.data(), path.size());
  path.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
  return path.substr(0, path.rfind('/') + 1);
}

/// The module, which exists where relia was built with RELIA_MPI; null without it.
void* open_module() {
  const std::string here = own_directory();
  for (const std::string& place : {here, here + RELIA_MPI_DIRECTORY + '/'}) {
    const std::string file = place + kModule;
    if (::access(file.c_str(), R_OK) != 0) continue;
    // Its parts find libmpi's names among those of the program.
    void* const module = ::dlopen(file.c_str(), RTLD_NOW | RTLD_GLOBAL);
    if (module == nullptr) throw MachineError(fmt::format("MPI cannot be loaded: {}", ::dlerror()));
    return module;
  }
  return nullptr;
}

template <class F>
F* find(void* module, const char* name) {
  void* const found = ::dlsym(module, name);
  if (found == nullptr) throw MachineError(fmt::format("{} has no {}", kModule, name));
  return reinterpret_cast<F*>(found);
}

}  // namespace

void Processes::join(const std::vector<std::string>& words) {
  if (!launched()) return;
  void* const module = open_module();
  if (module == nullptr) {
    if (told_size() < 2) return;
    throw MachineError(fmt::format(
        "a launcher has started {} processes of relia, which was built without MPI (RELIA_MPI); each would do the "
        "whole work and write the same output",
        told_size()));
  }
  const std::string version = find<decltype(relia_mpi_version)>(module, "relia_mpi_version")();
  if (version != version_number()) {
    throw MachineError(fmt::format("{} is of relia {}, the program of {}", kModule, version, version_number()));
  }
  abort_ = find<decltype(relia_mpi_abort)>(module, "relia_mpi_abort");
  ranks_.reset(find<decltype(relia_mpi_ranks)>(module, "relia_mpi_ranks")());
  // A launcher may give the first rank a terminal of its own making; what it prints is the same wherever it goes.
  ::setenv("NO_COLOR", "1", 1);
  if (ranks() == nullptr) return;
  if (ranks()->rank() != 0) fall_silent();
  const std::string line = quoted_line(words);
  for (const std::string& other : ranks()->gather(line, true)) {
    if (other != line) throw UsageError("the processes of one job run one command, and these were given several");
  }
}

Processes::~Processes() = default;

void Processes::fall_silent() {
  standard_error_ = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere < 0) return;
  ::dup2(nowhere, STDOUT_FILENO);
  ::dup2(nowhere, STDERR_FILENO);
  ::close(nowhere);
}

const Ranks* Processes::ranks() const noexcept {
  return ranks_ != nullptr && ranks_->size() > 1 ? ranks_.get() : nullptr;
}

void Processes::before_error() const {
  if (ranks() == nullptr || ranks()->rank() == 0) return;
  // What all ranks find wrong the first one says, and ends the job.
  std::this_thread::sleep_for(std::chrono::seconds(2));
  if (standard_error_ >= 0) ::dup2(standard_error_, STDERR_FILENO);
}

void Processes::after_error(int code) const {
  if (ranks() != nullptr) abort_(code);
}

}  // namespace relia::cli
