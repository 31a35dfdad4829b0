// Why bounds and estimates are missing, gathered so that one sentence names all quantities it explains.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>

namespace relia::io {

/// One reason and everything it explains.
struct Missing {
  enum class What { estimate, lower, upper };
  std::string distribution;  ///< contract name of the model
  What what = What::estimate;
  std::vector<std::string> names;  ///< "shape", "B10", "R(1000)", "mean", in report order
  std::string reason;
};

/// Reasons of one model, in order of first appearance.
[[nodiscard]] std::vector<Missing> missing_values(const ModelResult& model);

}  // namespace relia::io
