// The exit codes scripts and CI jobs rely on.

#pragma once

namespace relia::cli {

enum ExitCode : int {
  kDone = 0,
  kOurFault = 1,           ///< always a bug
  kWrongUsage = 2,         ///< an option or a command: which one, what it takes
  kBadInput = 3,           ///< the user's data: file, line, column, found, expected
  kNotEstimable = 4,       ///< the data cannot answer; the output says why and what would help
  kRequirementNotMet = 5,  ///< a --require or a tolerance of validate
  kMachineRefused = 6,     ///< file missing or unwritable, disk full, lock held, no memory
};

}  // namespace relia::cli
