// Ranks that a launcher (mpirun, srun) has started, by way of MPI: what the module relia_mpi holds, to be found by
// name.

#pragma once

#include <relia/ranks.hpp>

extern "C" {

/// The version of relia that the module was built with.
[[nodiscard]] const char* relia_mpi_version();

/// Joins the job's other processes; once, from the main thread. Deleting the result leaves the job.
/// @throws MachineError
[[nodiscard]] relia::Ranks* relia_mpi_ranks();

/// Ends the whole job at once with this exit code.
[[noreturn]] void relia_mpi_abort(int code);
}
