// Life against stress: covariates computed with all digits of R from stresses as they stand in the table.

#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <relia/life_table.hpp>
#include <relia/witness.hpp>

#include "solvers/witness/problem.hpp"

namespace relia::witness {

enum class StressScale { as_is, kelvin, celsius, fahrenheit };

/// A column with its relation, or a level of a factor.
struct StressPart {
  const Column* column = nullptr;
  std::string relation;  ///< of the manual; "level": 1 at the level, else 0
  StressScale scale = StressScale::as_is;
  std::size_t place = 0;  ///< in the list of values
  std::size_t level = 0;  ///< index into the column's levels
};

/// Location = intercept + sum of coefficient * product of the term's parts - ln T for every eyring term.
struct Regression {
  std::vector<std::vector<StressPart>> terms;
  std::vector<std::string> names;         ///< of the coefficients, intercept first
  std::vector<const Column*> columns;     ///< what a list of values holds: numbers, or indices of levels
  std::vector<std::vector<double>> sets;  ///< distinct lists of values in the table
  std::vector<std::size_t> set_of;        ///< one a row of the table
  std::vector<double> use;                ///< empty: none asked for
};

/// @throws UsageError when a column, relation, unit or value is missing or not what the relation takes
[[nodiscard]] Regression make_regression(const LifeTable& table, const Model& model);

template <class R>
R kelvin(const StressPart& part, const R& v) {
  const R zero = R(27315) / R(100);
  if (part.scale == StressScale::celsius) return v + zero;
  if (part.scale == StressScale::fahrenheit) return (v - R(32)) * R(5) / R(9) + zero;
  return v;
}

/// The transformed stress; `alone`: the only part of its term, where the power relation has its minus sign.
template <class R>
R stress_value(const StressPart& part, const R& v, bool alone) {
  using std::log;
  if (part.relation == "arrhenius" || part.relation == "eyring") {
    const R boltzmann = R(8617333262.0) / R(1e14);  // eV/K, both integers held exactly
    return R(1) / (boltzmann * kelvin(part, v));
  }
  if (part.relation == "power") return alone ? R(-log(v)) : R(log(v));
  if (part.relation == "log") return log(v);
  if (part.relation == "reciprocal") return R(1) / v;
  return v;
}

template <class R>
StressPoint<R> stress_point(const Regression& regression, const std::vector<double>& values) {
  using std::log;
  StressPoint<R> out;
  out.x.push_back(R(1));
  for (const auto& term : regression.terms) {
    R x = R(1);
    for (const StressPart& part : term) {
      if (part.relation == "level") {
        if (values[part.place] != static_cast<double>(part.level)) x = R(0);
        continue;
      }
      const R v = decimal<R>(values[part.place]);
      x *= stress_value(part, v, term.size() == 1);
      if (part.relation == "eyring" && term.size() == 1) out.offset -= log(kelvin(part, v));
    }
    out.x.push_back(x);
  }
  return out;
}

}  // namespace relia::witness
