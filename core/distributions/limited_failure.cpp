#include "core/distributions/limited_failure.hpp"

#include <array>
#include <cmath>

namespace relia {
namespace {

/// ln p (sign +1) or ln(1 - p) (sign -1) for logit p = x, in place `last` of n.
void log_fraction(double x, double sign, int n, Term& out) noexcept {
  const double y = sign * x, e = std::exp(-std::fabs(y)), small = e / (1.0 + e);
  const double rest = y > 0.0 ? small : 1.0 - small;  // 1 - that fraction
  out.reset(n, y > 0.0 ? -std::log1p(e) : y - std::log1p(e));
  out.d(n - 1) = sign * rest;
  out.dd(n - 1, n - 1) = -rest * (1.0 - rest);
}

class Law final : public BoundLaw {
 public:
  Law(std::unique_ptr<BoundLaw> inner, double logit, int n) : inner_(std::move(inner)), n_(n) {
    log_fraction(logit, 1.0, n, log_p_);
    log_fraction(logit, -1.0, n, log_q_);
  }
  void log_pdf(double u, Term& out) const override {
    Term t;
    inner_->log_pdf(u, t);
    scale(t, out);
  }
  void log_cdf(double u, Term& out) const override {
    Term t;
    inner_->log_cdf(u, t);
    scale(t, out);
  }
  void log_sf(double u, Term& out) const override {
    // 1 - p + p S0: both parts positive, nothing cancels; near 1 the complement of p F0 is the sharper form.
    Term t;
    inner_->log_cdf(u, t);
    scale(t, out);
    if (out.f < -1.0) return log_complement(out);
    std::array<Term, 2> parts;
    inner_->log_sf(u, t);
    scale(t, parts[0]);
    parts[1] = log_q_;
    log_sum_exp(parts.data(), 2, out);
  }
  void log_interval(double lo, double up, double width, Term& out) const override {
    if (up == kInfinity) return BoundLaw::log_interval(lo, up, width, out);
    Term t;
    inner_->log_interval(lo, up, width, t);
    scale(t, out);
  }

 private:
  void scale(const Term& t, Term& out) const noexcept {
    embed(t, 0, n_, out);
    out.add(1.0, log_p_);
  }
  std::unique_ptr<BoundLaw> inner_;
  int n_;
  Term log_p_, log_q_;
};

}  // namespace

std::vector<ParameterInfo> LimitedFailure::parameters() const {
  std::vector<ParameterInfo> out = inner_->parameters();
  out.push_back({"p", BoundScale::logit});
  return out;
}

std::unique_ptr<BoundLaw> LimitedFailure::bind(std::span<const double> theta) const {
  return std::make_unique<Law>(inner_->bind(theta.first(theta.size() - 1)), theta.back(), size());
}

void LimitedFailure::describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const {
  const std::size_t k = theta.size() - 1;
  inner_->describe(axis, theta.first(k), eta.first(k));
  for (std::size_t i = 0; i < k; ++i) {
    const Term t = eta[i];
    embed(t, 0, size(), eta[i]);
  }
  eta[k].reset(size(), theta[k]);
  eta[k].d(size() - 1) = 1.0;
}

bool LimitedFailure::locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const {
  const std::size_t k = eta.size() - 1;
  theta[k] = eta[k];
  return inner_->locate(axis, eta.first(k), theta.first(k));
}

double LimitedFailure::log_total(std::span<const double> theta) const {
  Term t;
  log_fraction(theta.back(), 1.0, 1, t);
  return t.f + inner_->log_total(theta.first(theta.size() - 1));
}

double LimitedFailure::quantile(std::span<const double> theta, double log_sf, double log_cdf) const {
  static_cast<void>(log_sf);
  Term p;
  log_fraction(theta.back(), 1.0, 1, p);
  const double inside = log_cdf - p.f;
  if (!(inside < 0.0)) return kInfinity;
  return inner_->quantile(theta.first(theta.size() - 1), log1mexp(inside), inside);
}

std::vector<std::vector<double>> LimitedFailure::starts(const PlotSummary& plot) const {
  std::vector<std::vector<double>> out;
  const double seen = plot.failed_fraction;
  for (const double part : {0.05, 0.3, 0.7, 0.95}) {
    // p between the fraction already failed and one; the plotted F of those that can fail is F/p.
    const double p = seen + part * (1.0 - seen);
    PlotSummary s = plot;
    for (double* level : {&s.p_low, &s.p_middle, &s.p_high}) *level = std::fmin(*level / p, 0.999);
    for (auto& point : s.curve) point.second = std::fmin(point.second / p, 0.999);
    std::vector<std::vector<double>> inner = inner_->starts(s);
    if (inner.size() > 4) inner.resize(4);
    for (std::vector<double>& t : inner) {
      t.push_back(std::log(p / std::fmax(1.0 - p, 1e-9)));
      out.push_back(std::move(t));
    }
  }
  return out;
}

}  // namespace relia
