// Judges relia::fit's answer to one sample from outside, with the witness's likelihood:
//
//   converged        the point is stationary (largest Newton step below kStationary in unit-free coordinates) and
//                    the Hessian negative definite; log L and standard errors are right; no higher regular
//                    maximum is known to 20 random starts
//   boundary         the limit is where the likelihood rises to, and no interior maximum is higher
//   unbounded, flat  20 random starts meet no regular interior maximum, and the limit is not itself a model
//   iteration_limit  always a finding
//   an exception     always a finding: every sample made here is proper
//
// What "regular" means, and why the criteria are free of units, stands in maxima_search.hpp. Every accusation is
// repeated with 50 digits before it counts.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/fit_sampling.hpp"

namespace relia::fuzz {

struct Judgement {
  std::string status;   ///< what relia said
  std::string finding;  ///< kind; empty when all is well
  std::string detail;
  bool borderline = false;
  double fit_seconds = 0, check_seconds = 0;
};

/// Random places from which a case's judge looks for other maxima unless told otherwise.
inline constexpr int kStarts = 20;

/// Fits and judges; `seed` and `index` choose the random starts.
/// @param starts  random places from which other maxima are looked for
Judgement judge_case(const Case& c, std::uint64_t seed, std::uint64_t index, int starts = kStarts);

/// Numbers with 15 digits, separated by blanks.
std::string show(const std::vector<double>& v);

}  // namespace relia::fuzz
