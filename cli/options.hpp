// Options that mean the same in every command, in groups: a command holds the groups it takes and declares
// them; what it does not declare is refused.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <relia/requirement.hpp>

#include "cli/arguments.hpp"

namespace relia::cli {

enum class Format { text, json, csv };

/// --format --output --lang
struct OutputOptions {
  Format format = Format::text;
  std::string file;  ///< empty: standard output
  bool chinese = false;

  /// @param formats  names this command prints, the first is the default
  void declare(Arguments& arguments, std::vector<std::string> formats = {"text", "json", "csv"});
};

/// DATA and which column is what: --time --status --lower --upper --count --entry --exit --failed-code --unit
/// --time-unit --lock-timeout
struct DataOptions {
  std::vector<std::string> sources;  ///< file, "-" or STORE.h5:NAME
  std::optional<std::string> time, status, lower, upper, count, entry, exit, failed_code;
  std::string time_unit;
  std::vector<std::pair<std::string, std::string>> units;
  std::optional<double> lock_timeout;  ///< seconds; only for DATA in a store

  void declare(Arguments& arguments, std::size_t most = 1);
  /// All of them but DATA and --lock-timeout.
  void declare_columns(Arguments& arguments);
};

/// --by
struct GroupOptions {
  std::string by;
  void declare(Arguments& arguments);
};

/// --confidence --bounds --wald-scale --sides --termination
struct BoundOptions {
  double confidence = 0.95;
  std::string bounds = "lr", wald_scale = "auto", sides = "two", termination = "time";

  /// @param methods  values of --bounds this command has, the first is the default; empty: no --bounds,
  ///                 --wald-scale and --termination
  void declare(Arguments& arguments, std::vector<std::string> methods = {"lr", "wald", "exact", "none"});
};

/// --quantiles --at --given --reliable-life
struct QuantityOptions {
  std::vector<double> quantiles = {0.01, 0.05, 0.1, 0.5};
  std::vector<double> at, given, reliable_life;

  void declare(Arguments& arguments);
};

/// --require
struct RequirementOptions {
  std::vector<Requirement> requirements;
  void declare(Arguments& arguments);
};

/// --threads
struct ThreadOptions {
  int threads = 0;  ///< 0: all cores
  void declare(Arguments& arguments);
};

/// --seed
struct SeedOptions {
  std::uint64_t seed = 1;
  void declare(Arguments& arguments);
};

/// A level strictly between 0 and 1; a percentage is refused with the level it looks like. @throws UsageError
[[nodiscard]] double parse_level(std::string_view text);

/// Levels or probabilities strictly between 0 and 1. @throws UsageError
[[nodiscard]] std::vector<double> parse_probabilities(std::string_view text);

/// Finite ages >= 0. @throws UsageError
[[nodiscard]] std::vector<double> parse_ages(std::string_view text);

/// Seconds >= 0. @throws UsageError
[[nodiscard]] double parse_lock_timeout(std::string_view text);

/// NAME=VALUE with both parts non-empty, split at the last '='. @throws UsageError
[[nodiscard]] std::pair<std::string, std::string> parse_assignment(std::string_view text);

}  // namespace relia::cli
