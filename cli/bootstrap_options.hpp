// Options of bounds by resampling, the same in every command that makes them.

#pragma once

#include <string>

#include <relia/fit.hpp>

#include "cli/arguments.hpp"

namespace relia::cli {

/// --bootstrap --interval --replicates --seed --censor-at
struct ResampleOptions {
  BootstrapOptions options;

  void declare(Arguments& arguments);
  /// @throws UsageError when one of them is given without --bounds bootstrap, or without what it needs
  void refuse_what_does_nothing(const Arguments& arguments, const std::string& bounds) const;
};

}  // namespace relia::cli
