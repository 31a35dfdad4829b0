// Maximum likelihood for an exponential life after a failure-free time.
//
// log L bends wherever the threshold g passes an age c at which a row's tail begins: a censored age, an inspection
// interval's lower end or an entry age. Between two such ages every row is a smooth concave function of
// (a, h) = (1/scale, g/scale) (rows without an upper truncation age: -a t + h, log a and log(1 - e^(h - a u)) are
// concave), so a piece holds at most one maximum. What remains are the ages themselves: log L may peak sharply on
// one, rising up to it and falling behind it, just as it rises up to the first exact failure, where it ends. Both are
// maxima on a limit: the threshold is known, and no standard error exists.
//
// Checked  tests/solvers/difficult_samples_test.cpp; the fit fuzzer.

#pragma once

#include "solvers/estimate_mle.hpp"

namespace relia {

/// @pre the threshold is free
[[nodiscard]] Estimate exponential_2p_mle(const Likelihood& likelihood, const Space& space, Engine engine);

}  // namespace relia
