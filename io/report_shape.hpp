// What a fitted model says about the failure rate, in the engineer's three words: infant mortality, random,
// wear-out. Judged from the numbers of the result alone.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>

#include "io/report_words.hpp"

namespace relia::io {

/// Sentences, at most four, or one a failure mode; empty for a model without estimates.
[[nodiscard]] std::vector<std::string> shape_in_words(const FitReport& report,
                                                      const ModelResult& model,
                                                      Language language);

}  // namespace relia::io
