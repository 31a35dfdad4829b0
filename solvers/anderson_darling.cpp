#include "solvers/anderson_darling.hpp"

#include <cmath>

#include "core/nonparametric/kaplan_meier.hpp"

namespace relia {

double anderson_darling(const LifeTable& table, const LifeView& view, const Eigen::VectorXd& phi) {
  const LifeCounts counts = count_by_kind(table);
  if (counts.left_censored + counts.interval_censored + counts.truncated > 0 || counts.failures == 0) return kNaN;
  const RiskTable risk = risk_table(table);
  const KaplanMeier km = kaplan_meier(risk);
  Jet j(0);
  struct Ends {
    double log_f, log_s;
  };
  const auto at = [&](double t) {
    const double u = view.axis().to_u(t);
    view.log_cdf(phi, u, j);
    const double log_f = j.f;
    view.log_sf(phi, u, j);
    return Ends{log_f, j.f};
  };
  double sum = 0.0, c = 0.0, one_minus_c = 1.0;
  Ends a{-kInfinity, 0.0};
  const auto piece = [&](Ends b) {
    if (c > 0.0) sum += c * c * (b.log_f - a.log_f);
    if (one_minus_c > 0.0) sum -= one_minus_c * one_minus_c * (b.log_s - a.log_s);
    // b - a from the tail in which it is sharper.
    sum -= a.log_s < -kLn2
               ? std::exp(a.log_s) * -std::expm1(b.log_s - a.log_s)
               : (a.log_f == -kInfinity ? std::exp(b.log_f) : std::exp(a.log_f) * std::expm1(b.log_f - a.log_f));
    a = b;
  };
  for (std::size_t i = 0; i < risk.time.size(); ++i) {
    piece(at(risk.time[i]));
    c = km.failure_probability[i];
    one_minus_c = km.survival[i];
  }
  if (counts.right_censored == 0) {
    piece({0.0, -kInfinity});  // one_minus_c is 0 here
  } else if (risk.last_time > risk.time.back()) {
    piece(at(risk.last_time));
  }
  return static_cast<double>(counts.n) * sum;
}

}  // namespace relia
