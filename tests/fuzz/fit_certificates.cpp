#include "tests/fuzz/fit_certificates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "solvers/witness/linear.hpp"

namespace relia::fuzz {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace

witness::Model witness_model(const FitOptions& o) {
  witness::Model m;
  m.distribution = o.distributions[0];
  m.limited_failure = o.limited_failure;
  m.mixture = o.mixture;
  m.fixed = o.fixed;
  return m;
}

bool confirm(const Case& c, std::vector<double>& theta, double& log_likelihood, std::vector<double>* std_errors) {
  witness::Request r;
  r.wald = r.profile = false;
  const auto w = witness::certify(c.table, witness_model(c.options), theta, r);
  if (w.status != witness::CertificateStatus::maximum) return false;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    // Still the same place?
    theta[i] = w.parameters[i].estimate;
  }
  if (std_errors != nullptr) {
    std_errors->clear();
    for (const auto& p : w.parameters) std_errors->push_back(p.std_error);
  }
  const double before = log_likelihood;
  log_likelihood = w.log_likelihood;
  return std::abs(before - log_likelihood) < 1e-6 * (1 + std::abs(before));
}

bool certified_by_differences(const Case& c,
                              const std::vector<bool>& held,
                              const std::vector<double>& theta,
                              const std::vector<double>& errors) {
  const witness::Model model = witness_model(c.options);
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < theta.size(); ++i)
    if (!held[i]) at.push_back(i);
  const auto value = [&](const std::vector<double>& step) {
    auto moved = theta;
    for (std::size_t a = 0; a < at.size(); ++a) moved[at[a]] += 0.01 * step[a] * errors[at[a]];
    return witness::log_likelihood(c.table, model, moved);
  };
  const std::size_t n = at.size();
  const double here = value(std::vector<double>(n, 0.0));
  witness::Matrix<double> information(n);
  std::vector<double> gradient(n);
  for (std::size_t a = 0; a < n; ++a) {
    std::vector<double> e(n, 0.0);
    e[a] = 1;
    const double up = value(e);
    e[a] = -1;
    const double down = value(e);
    gradient[a] = 50 * (up - down);
    information(a, a) = 1e4 * (2 * here - up - down);
    for (std::size_t b = 0; b < a; ++b) {
      double mixed = 0;
      for (const int i : {1, -1})
        for (const int j : {1, -1}) {
          std::vector<double> s(n, 0.0);
          s[a] = i;
          s[b] = j;
          mixed += i * j * value(s);
        }
      information(a, b) = information(b, a) = -0.25e4 * mixed;
    }
  }
  if (!std::isfinite(here) || !witness::cholesky(information)) return false;
  auto step = gradient;
  witness::cholesky_solve(information, step);  // in standard errors
  return std::all_of(step.begin(), step.end(), [](double s) { return std::abs(s) < 1e-3; });
}

double last_place(const Case& c, const std::vector<double>& theta) {
  const witness::Model model = witness_model(c.options);
  double sum = 0;
  for (std::size_t i = 0; i < c.table.rows(); ++i) {
    LifeTable row;
    row.lower = {c.table.lower[i]};
    row.upper = {c.table.upper[i]};
    row.count = {c.table.count[i]};
    row.entry = {c.table.entry[i]};
    row.exit = {c.table.exit[i]};
    const double here = witness::log_likelihood(row, model, theta);
    const bool exact = row.lower == row.upper;
    for (std::vector<double>* end : {&row.lower, &row.upper, &row.entry, &row.exit}) {
      const double t = end->front();
      if (!(t > 0) || !std::isfinite(t) || (exact && end == &row.upper)) continue;
      double most = 0;
      for (const double towards : {0.0, kInfinity}) {
        end->front() = std::nextafter(t, towards);
        if (exact && end == &row.lower) row.upper = row.lower;
        if (exact ? row.entry[0] < row.lower[0] && row.lower[0] <= row.exit[0]
                  : row.lower[0] < row.upper[0] && row.entry[0] < row.exit[0] &&
                        std::max(row.lower[0], row.entry[0]) < std::min(row.upper[0], row.exit[0]))
          most = std::max(most, std::abs(witness::log_likelihood(row, model, theta) - here));
      }
      end->front() = t;
      if (exact) row.upper = row.lower;
      if (std::isfinite(most)) sum += most;
    }
  }
  const double here = witness::log_likelihood(c.table, model, theta);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    double most = 0;
    for (const double towards : {-kInfinity, kInfinity}) {
      auto moved = theta;
      moved[i] = std::nextafter(theta[i], towards);
      most = std::max(most, std::abs(witness::log_likelihood(c.table, model, moved) - here));
    }
    if (std::isfinite(most)) sum += most;
  }
  return sum;
}

bool components_carry_failures(const Case& c, const std::vector<double>& theta) {
  const auto count = static_cast<std::size_t>(c.options.mixture);
  const std::size_t size = (theta.size() - (count - 1)) / count;
  std::vector<double> carried(count, 0.0);
  witness::Model component;
  component.distribution = c.options.distributions.front();
  for (std::size_t i = 0; i < c.table.rows(); ++i) {
    if (std::isinf(c.table.upper[i])) continue;
    LifeTable row;
    // A unit seen from its entry on failed after it.
    row.lower = {std::max(c.table.lower[i], c.table.entry_at(i))};
    row.upper = {c.table.upper[i]};
    std::vector<double> share(count);
    double total = 0.0, last = 1.0;
    for (std::size_t k = 0; k < count; ++k) {
      const double p = k + 1 < count ? theta[k] : last;
      last -= p;
      const auto from = theta.begin() + static_cast<std::ptrdiff_t>(count - 1 + k * size);
      share[k] =
          p * std::exp(witness::log_likelihood(row, component, {from, from + static_cast<std::ptrdiff_t>(size)}));
      total += share[k];
    }
    for (std::size_t k = 0; k < count && total > 0.0; ++k) carried[k] += c.table.count_at(i) * share[k] / total;
  }
  return *std::min_element(carried.begin(), carried.end()) >= 2.0 * static_cast<double>(size);
}

}  // namespace relia::fuzz
