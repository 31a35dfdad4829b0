#include "solvers/anderson_darling.hpp"

#include <cmath>
#include <vector>

#include "core/nonparametric/kaplan_meier.hpp"

namespace relia {

double anderson_darling(const LifeTable& table, const LifeView& view, const Eigen::VectorXd& phi) {
  const LifeCounts counts = count_by_kind(table);
  if (counts.left_censored + counts.interval_censored + counts.truncated > 0 || counts.failures == 0) return kNaN;
  const RiskTable risk = risk_table(table);
  const KaplanMeier km = kaplan_meier(risk);
  std::vector<double> u(risk.time.size());
  for (std::size_t i = 0; i < u.size(); ++i) u[i] = view.axis().to_u(risk.time[i]);
  u.push_back(view.axis().to_u(risk.last_time));
  std::vector<double> log_f(u.size()), log_s(u.size());
  view.tails(phi, u, log_f, log_s);
  struct Ends {
    double log_f, log_s;
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
    piece({log_f[i], log_s[i]});
    c = km.failure_probability[i];
    one_minus_c = km.survival[i];
  }
  if (counts.right_censored == 0) {
    piece({0.0, -kInfinity});  // one_minus_c is 0 here
  } else if (risk.last_time > risk.time.back()) {
    piece({log_f.back(), log_s.back()});
  }
  return static_cast<double>(counts.n) * sum;
}

}  // namespace relia
