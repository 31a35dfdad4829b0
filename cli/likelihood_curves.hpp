// Contours and profiles of the likelihood, for pictures.

#pragma once

#include <relia/fit.hpp>
#include <relia/io/pictures.hpp>
#include <relia/life_table.hpp>

namespace relia::cli {

/// Joint regions of the two free parameters: the curves where twice the drop of log L is the chi-squared quantile of
/// two degrees of freedom. Nothing when the model has not exactly two.
/// @param options  the call that gives this model and no quantities
void add_contours(io::ModelCurves& curves, const LifeTable& table, const FitOptions& options, const ModelResult& model);

/// The profile likelihood of every free parameter, relative to the maximum, from below the lower to above the upper
/// bound.
void add_profiles(io::ModelCurves& curves, const LifeTable& table, const FitOptions& options, const ModelResult& model);

}  // namespace relia::cli
