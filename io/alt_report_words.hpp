// Fixed words of the text report of an accelerated test, in each language. Terms: Nelson (1990); GB/T 2689.

#pragma once

#include <string>

#include <relia/io/report.hpp>

namespace relia::io {

/// Templates take their arguments in {}; the order is the same in both languages.
struct AltWords {
  const char *stresses, *stress, *relation, *unit, *tested;
  const char* range;  ///< lowest, highest
  const char* preset;
  const char *shape_separate, *shape_stress;
  const char* life_at_use;      ///< settings
  const char* life_at_profile;  ///< file
  const char *acceleration, *acceleration_remark;
  const char *level, *to, *factor, *estimate, *lower, *upper;
  const char *tests, *test, *statistic, *freedom, *p_value, *meaning;
  const char *common_shape, *lack_of_fit;
  const char *common_shape_bad, *common_shape_good, *lack_bad, *lack_good;
  const char* method_two_step;
  const char *levels, *levels_remark, *units, *failures, *by_relation, *verdict;
};

[[nodiscard]] const AltWords& alt_words(Language language);

/// "activation energy", "power of the stress" …; empty when the name says it.
[[nodiscard]] std::string alt_parameter_meaning(const std::string& name, Language language);

}  // namespace relia::io
