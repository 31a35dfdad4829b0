// A reliability requirement as a specification states it: R(1000)>=0.95@0.9, B10>=2000, MTTF>=5e4.

#pragma once

#include <string>
#include <string_view>

#include <relia/expected.hpp>

namespace relia {

struct Requirement {
  enum class Kind { reliability, failure_probability, hazard, life_quantile, mean, parameter };
  std::string expression;  ///< as the user wrote it
  Kind kind = Kind::reliability;
  double argument = 0.0;    ///< the age of R, F, h; the failure probability (not percent) of B
  std::string parameter;    ///< Kind::parameter: contract name
  bool at_least = true;     ///< >= (else <=)
  double limit = 0.0;       ///< the right-hand side
  double confidence = 0.0;  ///< level after '@'; 0: the call's --confidence
};

/// Grammar: QUANTITY (">=" | "<=") NUMBER ["@" LEVEL]; QUANTITY: R(t) F(t) h(t) B<x> MTTF MTBF mean or a
/// parameter's name; blanks are free. The error says what was expected where.
[[nodiscard]] Expected<Requirement, std::string> parse_requirement(std::string_view text);

}  // namespace relia
