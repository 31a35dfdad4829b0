// Ranks that a launcher (mpirun, srun) has started, by way of MPI.

#pragma once

#include <memory>

#include <relia/ranks.hpp>

namespace relia {

/// The ranks of this job; null without a launcher, MPI then being left alone.
[[nodiscard]] std::unique_ptr<Ranks> mpi_ranks();

/// Ends the whole job at once with this exit code.
[[noreturn]] void abort_ranks(int code);

}  // namespace relia
