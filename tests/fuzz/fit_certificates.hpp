// What 50-digit arithmetic says to an accusation.

#pragma once

#include <string>
#include <vector>

#include <relia/witness.hpp>

#include "tests/fuzz/fit_sampling.hpp"

namespace relia::fuzz {

/// The case's model in the witness's words.
witness::Model witness_model(const FitOptions& o);

/// Is there really a maximum here? 50 digits decide; the point is improved on the way.
bool confirm(const Case& c,
             std::vector<double>& theta,
             double& log_likelihood,
             std::vector<double>* std_errors = nullptr);

/// The same question by differences of the 50-digit log L, for points at which the witness's coarser arithmetic
/// overflows (rows 1e8 spreads of life away): is log L flat here and bent downwards, seen in steps of a hundredth of
/// the reported standard errors?
bool certified_by_differences(const Case& c,
                              const std::vector<bool>& held,
                              const std::vector<double>& theta,
                              const std::vector<double>& errors);

/// How far log L moves, at most, when every age and every parameter moves by one unit in its last place: what doubles
/// leave open. The ages of 50-digit arithmetic are the shortest decimals that read back as the same doubles, up to
/// half a unit away from them, and printed parameters are rounded to doubles; with a spread of life of 1e-10 of the
/// life, z = (ln t - mu)/sigma moves by 1e-6 in either case.
double last_place(const Case& c, const std::vector<double>& theta);

/// Whether every component of a mixture carries at least two failures for each of its parameters: fewer make one of
/// the spurious maxima that a few neighbouring failures give anywhere (McLachlan & Peel 2000, Finite Mixture Models,
/// section 3.10). Such a maximum is not regular: nobody is accused of having missed it.
bool components_carry_failures(const Case& c, const std::vector<double>& theta);

}  // namespace relia::fuzz
