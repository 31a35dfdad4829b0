// Random small awkward samples with a model to fit each: what the fit fuzzer feeds relia::fit.

#pragma once

#include <cstdint>
#include <string>

#include <relia/fit.hpp>
#include <relia/life_table.hpp>

namespace relia::fuzz {

struct Case {
  LifeTable table;
  FitOptions options;
  std::string label;  ///< law and form, for the report
};

/// Case `index` of `seed`: the same on every machine.
/// @param only  a label, or the words it ends with; cases of other models have no rows. Empty: all
Case make_case(std::uint64_t seed, std::uint64_t index, const std::string& only);

/// The sample as a CSV file that `relia fit` reads back to the last digit.
std::string csv(const LifeTable& table);

}  // namespace relia::fuzz
