// What the ranks of a job must have in common before they divide the work on it.

#pragma once

#include <string>

#include <relia/life_table.hpp>
#include <relia/ranks.hpp>

namespace relia::cli {

/// Whether every rank can read it by itself: a data set in a store or a regular file, not standard input or a pipe.
[[nodiscard]] bool can_be_shared(const std::string& source);

/// @throws MachineError on all ranks when they do not hold the same table, as where the nodes of a job see different
///         files
void check_same_table(const Ranks& ranks, const LifeTable& table);

}  // namespace relia::cli
