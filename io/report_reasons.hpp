// What the numbers of a result need said beside them: why some are missing, which models are not told apart.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>

namespace relia::io {

/// One reason and everything it explains.
struct Missing {
  enum class What { estimate, lower, upper, bounds };  ///< bounds: both, for the same reason
  What what = What::estimate;
  std::vector<std::string> names;  ///< "shape", "B10", "R(1000)", "mean", in report order
  std::string reason;
};

/// Reasons of one model, in order of first appearance.
[[nodiscard]] std::vector<Missing> missing_values(const ModelResult& model);

/// What models are ranked by; NaN where the model has none.
[[nodiscard]] double criterion_of(const FitReport& report, const ModelResult& model);

/// The models with estimates within 2 units of the best (Burnham & Anderson 2002, section 2.6), the best among
/// them; empty when it stands alone or rank regression ranks them.
[[nodiscard]] std::vector<const ModelResult*> not_told_apart(const FitReport& report);

/// True for the models whose numbers are the answer: all of a list, the first of "best" and "all".
[[nodiscard]] bool is_answer(const FitReport& report, const ModelResult& model);

}  // namespace relia::io
