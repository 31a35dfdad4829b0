#include "core/nonparametric/turnbull.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>

#include <Eigen/Dense>

#include "core/nonparametric/turnbull_maximize.hpp"
#include "core/nonparametric/turnbull_support.hpp"

namespace relia {
namespace {

constexpr std::size_t kCovarianceColumns = 1000;

/// Which masses are the same in every maximum.
///
/// Without truncation all are: the events' probabilities are unique (log L is strictly concave in them), and every
/// innermost interval is the last of some event, so the events' probabilities give the masses one after the other.
/// With truncation a unit's event and window may grow in the same proportion. With u_j the relative change of mass j
/// that is a null vector of the rows (event share of u minus window share of u); the constant vector, a mere change of
/// scale, always is one. Clears the marks of masses that another one moves.
void mark_undetermined(const TurnbullSupport& support,
                       const TurnbullMasses& masses,
                       std::vector<std::uint8_t>& unique) {
  std::vector<std::size_t> columns, rank(masses.mass.size() + 1, 0);
  for (std::size_t j = 0; j < masses.mass.size(); ++j) {
    rank[j] = columns.size();
    if (masses.mass[j] > 0) columns.push_back(j);
  }
  rank[masses.mass.size()] = columns.size();
  const auto n = static_cast<Eigen::Index>(columns.size());
  Eigen::VectorXd mass(n);
  for (Eigen::Index k = 0; k < n; ++k) mass[k] = masses.mass[columns[static_cast<std::size_t>(k)]];
  // The rows pair an event with its window, which the merged lists no longer know; but the sum over a connected
  // set of rows does as well: at the maximum the curvature along u is sum c (event share^2 - window share^2).
  Eigen::MatrixXd curvature = Eigen::MatrixXd::Zero(n, n);
  const auto add = [&](const std::vector<CoverRow>& rows, double sign) {
    for (const CoverRow& row : rows) {
      const auto first = static_cast<Eigen::Index>(rank[row.first]);
      const auto length = static_cast<Eigen::Index>(rank[row.last + 1]) - first;
      if (length <= 0) continue;
      const Eigen::VectorXd share = mass.segment(first, length) / mass.segment(first, length).sum();
      curvature.block(first, first, length, length) += sign * row.count * share * share.transpose();
    }
  };
  add(support.events, 1.0);
  add(support.windows, -1.0);
  // units without window share in everything
  curvature -= (support.units - support.units_truncated) * mass * mass.transpose();
  // In units in which every column alone is equally curved, so that a small mass does not pass for a flat one.
  Eigen::VectorXd unit(n);
  for (Eigen::Index k = 0; k < n; ++k) {
    double alone = 0;
    for (const CoverRow& row : support.events) {
      if (rank[row.first] > static_cast<std::size_t>(k) || rank[row.last + 1] <= static_cast<std::size_t>(k)) continue;
      const auto first = static_cast<Eigen::Index>(rank[row.first]);
      const double p = mass.segment(first, static_cast<Eigen::Index>(rank[row.last + 1]) - first).sum();
      alone += row.count * (mass[k] / p) * (mass[k] / p);
    }
    unit[k] = 1 / std::sqrt(alone);
  }
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(unit.asDiagonal() * curvature * unit.asDiagonal());
  for (Eigen::Index e = 0; e < n; ++e) {
    if (std::fabs(solver.eigenvalues()[e]) > 1e-10) continue;
    const Eigen::VectorXd u = unit.cwiseProduct(solver.eigenvectors().col(e));
    const double mean = u.dot(mass);
    for (Eigen::Index k = 0; k < n; ++k) {
      if (std::fabs(u[k] - mean) > 1e-4 * unit[k]) unique[columns[static_cast<std::size_t>(k)]] = 0;
    }
  }
}

/// Standard errors of the survival after each column: inverse of the observed information in the cumulative
/// distribution at the inner borders of the support.
void standard_errors(const TurnbullSupport& support, const TurnbullMasses& masses, Turnbull& out) {
  const std::size_t columns = masses.mass.size();
  out.std_error.assign(columns, kAbsent);
  std::vector<std::size_t> rank(columns + 1, 0);
  std::size_t n = 0;
  for (std::size_t j = 0; j < columns; ++j) {
    rank[j] = n;
    n += masses.mass[j] > 0 ? 1u : 0u;
  }
  rank[columns] = n;
  if (std::find(out.unique.begin(), out.unique.end(), std::uint8_t{0}) != out.unique.end()) {
    out.std_error_reason = "the estimate is not unique, so the information is singular";
    return;
  }
  if (n > kCovarianceColumns) {
    out.std_error_reason = "more than " + std::to_string(kCovarianceColumns) +
                           " intervals carry mass; use --method kaplan-meier where the lives are exact or "
                           "right-censored";
    return;
  }
  const auto inner = static_cast<Eigen::Index>(n > 0 ? n - 1 : 0);
  Eigen::MatrixXd information = Eigen::MatrixXd::Zero(inner, inner);
  std::vector<long double> sum(columns + 1, 0.0L);
  for (std::size_t j = 0; j < columns; ++j) sum[j + 1] = sum[j] + static_cast<long double>(masses.mass[j]);
  const auto add = [&](const std::vector<CoverRow>& rows, double sign) {
    for (const CoverRow& row : rows) {
      const std::size_t a = rank[row.first], b = rank[row.last + 1];
      const double p =
          row.first == row.last ? masses.mass[row.first] : static_cast<double>(sum[row.last + 1] - sum[row.first]);
      const double w = sign * row.count / p / p;
      const auto ia = static_cast<Eigen::Index>(a) - 1, ib = static_cast<Eigen::Index>(b) - 1;
      const bool has_a = a > 0, has_b = b < n;
      if (has_a) information(ia, ia) += w;
      if (has_b) information(ib, ib) += w;
      if (has_a && has_b) {
        information(ia, ib) -= w;
        information(ib, ia) -= w;
      }
    }
  };
  add(support.events, 1.0);
  add(support.windows, -1.0);
  const Eigen::LLT<Eigen::MatrixXd> factor(information);
  if (factor.info() != Eigen::Success) {
    out.std_error_reason = "the observed information is not positive definite";
    return;
  }
  const Eigen::MatrixXd half = factor.matrixL().solve(Eigen::MatrixXd::Identity(inner, inner));
  for (std::size_t j = 0; j < columns; ++j) {
    const std::size_t after = rank[j + 1];
    if (after == 0) {
      out.std_error[j] = 0.0;
    } else if (after < n) {
      out.std_error[j] = half.col(static_cast<Eigen::Index>(after) - 1).norm();
    }
  }
}

}  // namespace

Turnbull turnbull(const LifeTable& table) {
  Turnbull out;
  const TurnbullSupport support = turnbull_support(table);
  if (support.units == 0 || support.lower.empty()) {
    out.convergence = {FitStatus::flat, 0, kAbsent, "there are no units", "give at least one unit"};
    return out;
  }
  const TurnbullMasses masses = maximize_turnbull(support);
  out.gradient = masses.violation;
  out.convergence.iterations = masses.iterations;
  out.convergence.gradient_norm = masses.violation;
  if (masses.least_window < 1e-12) {
    out.convergence.status = FitStatus::unbounded;
    out.convergence.reason =
        "the likelihood has no maximum: it rises while the probability of a truncation window goes to 0, as when "
        "every unit under observation fails before the next one enters";
    out.convergence.advice = "leave out the entries before the gap, or give the range of ages in which units overlap";
    return out;
  }
  if (!masses.converged) {
    out.convergence.status = FitStatus::iteration_limit;
    out.convergence.reason = "the gradient condition is not met";
    out.convergence.advice = "report the data set: this estimate should always be found";
    return out;
  }
  out.convergence.status = FitStatus::converged;
  out.log_likelihood = masses.log_likelihood;
  out.lower = support.lower;
  out.upper = support.upper;
  out.unique.assign(masses.mass.size(), 1);
  const auto carrying =
      static_cast<std::size_t>(std::count_if(masses.mass.begin(), masses.mass.end(), [](double p) { return p > 0; }));
  if (!support.windows.empty()) {
    out.uniqueness_examined = carrying <= kCovarianceColumns;
    if (out.uniqueness_examined) mark_undetermined(support, masses, out.unique);
  }
  const std::size_t columns = masses.mass.size();
  out.survival.assign(columns, 0.0);
  out.failure_probability.assign(columns, 0.0);
  long double left = 0, gone = 0;
  for (std::size_t j = columns; j-- > 0;) {
    out.survival[j] = static_cast<double>(left);
    left += static_cast<long double>(masses.mass[j]);
  }
  for (std::size_t j = 0; j < columns; ++j) {
    gone += static_cast<long double>(masses.mass[j]);
    out.failure_probability[j] = std::min(1.0, static_cast<double>(gone));
  }
  out.mass = masses.mass;
  standard_errors(support, masses, out);
  return out;
}

}  // namespace relia
