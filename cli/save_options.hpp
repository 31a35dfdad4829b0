// --save: an analysis keeps its answer beside its data, for relia data show --results and relia rerun.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "cli/arguments.hpp"
#include "cli/command.hpp"
#include "cli/load.hpp"
#include "cli/options.hpp"

namespace relia::cli {

/// --save[=ID]
struct SaveOptions {
  std::string id;
  const Arguments* arguments = nullptr;

  void declare(Arguments& given);
  /// Refuses what cannot be kept before any work is done: DATA that is in no store, an ID that is taken or
  /// impossible. @throws UsageError
  void check(const DataOptions& data) const;
  [[nodiscard]] bool wanted() const { return arguments->given("--save"); }
};

/// An answer in the forms that it can be asked for.
struct Answer {
  std::function<std::string(Format)> render;
  std::uint64_t seed = 1;  ///< of its random numbers
};

/// The end of every analysis: keeps the answer where --save is given, and prints it, saying where it is kept.
/// When it cannot be kept for the machine's sake it is printed all the same, before the MachineError leaves.
void deliver(const Answer& answer,
             const Call& call,
             const SaveOptions& save,
             const DataOptions& data,
             const LoadedTable& loaded,
             const OutputOptions& output);

}  // namespace relia::cli
