// Anderson-Darling distance between the Kaplan-Meier estimate and a fitted life distribution.
//
//   A^2 = n * integral of (Fn - F)^2 / (F (1 - F)) dF  from 0 to F(last observed age), Fn = 1 - Kaplan-Meier
//
// A piece with Fn = c between F = a and F = b is c^2 ln(b/a) - (1-c)^2 ln((1-b)/(1-a)) - (b-a). For complete data
// the integral runs to 1 and is the classical statistic.
//
// Source   Anderson & Darling (1954), JASA 49, 765-769.
// Checked  tests/solvers/anderson_darling_test.cpp (against the classical sum).

#pragma once

#include <relia/life_table.hpp>

#include "solvers/life_view.hpp"

namespace relia {

/// NaN with left or interval censoring or truncation.
[[nodiscard]] double anderson_darling(const LifeTable& table, const LifeView& view, const Eigen::VectorXd& phi);

}  // namespace relia
