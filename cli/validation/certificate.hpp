// The accuracy certificate: what a validation found, by module and quantity, against stated bars.

#pragma once

#include <map>
#include <string>
#include <vector>

#include "cli/validation/problems.hpp"

namespace relia::cli {

/// Least digits each number of a quantity must have.
using Bars = std::map<std::string, double>;

/// The stated bars. Regular problems do far better; these hold for the near-degenerate ones too.
[[nodiscard]] Bars default_bars();

struct QuantitySummary {
  std::string module, quantity;
  std::size_t count = 0, below = 0;
  double least = 0, low = 0, median = 0, bar = 0;  ///< low: 5 % of the numbers have fewer digits
};

struct Certificate {
  Validation validation;
  std::vector<QuantitySummary> quantities;  ///< in order of module and quantity
  std::vector<Comparison> below;            ///< under their bar, worst first
  std::vector<Comparison> worst;            ///< the ten with the fewest digits, met or not
  bool passed = false;
  std::string command, version, machine, solver;
};

[[nodiscard]] Certificate certificate(Validation validation, const Bars& bars);

[[nodiscard]] std::string render_text(const Certificate& c);
[[nodiscard]] std::string render_json(const Certificate& c);
/// One test suite a module, one test case a problem: what CI systems read.
[[nodiscard]] std::string render_junit(const Certificate& c);
/// One self-contained page.
[[nodiscard]] std::string render_html(const Certificate& c);

}  // namespace relia::cli
