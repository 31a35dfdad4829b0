#include "core/distributions/gompertz.hpp"

#include <cmath>

#include "core/distributions/log_gamma_density.hpp"
#include "core/distributions/shape_law.hpp"
#include "core/numeric/special.hpp"

namespace relia {
namespace {

/// Cumulative hazard H = r t E1(g t) at t, with derivatives in (ln r, g).
void cumulative_hazard(double t, double log_rate, double growth, Term& out) noexcept {
  const ExponentialRemainders e = exponential_remainders(growth * t);
  const double r = std::exp(log_rate) * t;
  out.reset(2, r * e.e1);
  out.d(0) = out.dd(0, 0) = out.f;
  out.d(1) = out.dd(1, 0) = r * t * e.e1_1;
  out.dd(1, 1) = r * t * t * e.e1_2;
}

class Law final : public BoundLaw {
 public:
  explicit Law(std::span<const double> theta) noexcept : log_rate_(theta[0]), growth_(theta[1]) {}

  void log_pdf(double u, Term& out) const override {
    log_sf(u, out);
    const double t = std::exp(u);
    out.f += log_rate_ + growth_ * t + u;
    out.d(0) += 1.0;
    out.d(1) += t;
  }
  void log_sf(double u, Term& out) const override {
    cumulative_hazard(std::exp(u), log_rate_, growth_, out);
    out.compose(-out.f, -1.0, 0.0);
  }
  void log_cdf(double u, Term& out) const override {
    cumulative_hazard(std::exp(u), log_rate_, growth_, out);
    // log(1 - e^-H): derivative 1/(e^H - 1).
    const double h = out.f, r = 1.0 / std::expm1(h);
    out.compose(log1mexp(-h), r, -r * (1.0 + r));
  }
  /// With a growth below 0 the hazard dies out and S ends level: differences of S between two late ages are rounding.
  /// S(a) - S(b) = S(a) (1 - e^-h), h = H(b) - H(a) = r e^(g a) w E1(g w) with w = b - a, by its logarithm.
  void log_interval(double lo, double up, double width, Term& out) const override {
    if (!(growth_ < 0.0) || std::isinf(lo) || std::isinf(up)) return BoundLaw::log_interval(lo, up, width, out);
    const double a = std::exp(lo), w = a * std::expm1(width);
    const ExponentialRemainders e = exponential_remainders(growth_ * w);
    const double slope = e.e1_1 / e.e1;
    Term part;
    part.reset(2, log_rate_ + growth_ * a + std::log(w * e.e1));
    part.d(0) = 1.0;
    part.d(1) = a + w * slope;
    part.dd(1, 1) = w * w * (e.e1_2 / e.e1 - slope * slope);
    // ln(1 - e^-h) in L = ln h: slope h/(e^h - 1), and with it the curvature.
    const double h = std::exp(part.f), first = h > 0.0 ? h / std::expm1(h) : 1.0;
    part.compose(h > 1e-300 ? log1mexp(-h) : part.f, first, first * (1.0 - h - first));
    log_sf(lo, out);
    out.add(1.0, part);
  }

 private:
  double log_rate_, growth_;
};

}  // namespace

std::unique_ptr<BoundLaw> Gompertz::bind(std::span<const double> theta) const {
  return std::make_unique<Law>(theta);
}

void Gompertz::describe(const Axis& axis, std::span<const double> theta, std::span<Term> eta) const {
  eta[0].reset(2, theta[0] - std::log(axis.scale));
  eta[0].d(0) = 1.0;
  eta[1].reset(2, theta[1] / axis.scale);
  eta[1].d(1) = 1.0 / axis.scale;
}

bool Gompertz::locate(const Axis& axis, std::span<const double> eta, std::span<double> theta) const {
  theta[0] = eta[0] + std::log(axis.scale);
  theta[1] = eta[1] * axis.scale;
  return true;
}

double Gompertz::log_total(std::span<const double> theta) const {
  return theta[1] < 0.0 ? log1mexp(std::exp(theta[0]) / theta[1]) : 0.0;
}

// ln of the integral of e^{-H(t)} over t > 0; -H is concave for growth >= 0. Derivatives are moments under the
// density e^{-H}/integral.
bool Gompertz::mean(const Axis& axis, std::span<const double> theta, Term& out) const {
  if (theta[1] < 0.0) return false;
  const double ratio = std::exp(theta[0]) / theta[1];
  if (ratio < 1.0) {
    // A steep hazard: E[T] = M(x)/g with M = e^x E1(x), x = r/g, and (ln M)' = 1 - 1/(x M),
    // (ln M)'' = (M + x M - 1)/(x M)^2.
    const double x = ratio, g = theta[1], m = scaled_expint(x), xm = x * m;
    const double l1 = 1.0 - 1.0 / xm, l2 = (m + xm - 1.0) / (xm * xm), both = x * l1 + x * x * l2;
    out.reset(2, std::log(axis.scale) + std::log(m / g));
    out.d(0) = x * l1;
    out.d(1) = -(1.0 + x * l1) / g;
    out.dd(0, 0) = both;
    out.dd(1, 0) = -both / g;
    out.dd(1, 1) = (1.0 + 2.0 * x * l1 + x * x * l2) / (g * g);
    return true;
  }
  Term h, sum(2);
  double total = 0.0;
  integrate_tail(
      1.0,
      [&](double t) {
        cumulative_hazard(t, theta[0], theta[1], h);
        return h.f;
      },
      kInfinity,
      [&](double t, double w) {
        cumulative_hazard(t, theta[0], theta[1], h);
        total += w;
        for (int i = 0; i < 2; ++i) {
          sum.d(i) -= w * h.d(i);
          for (int j = 0; j <= i; ++j) sum.dd(i, j) += w * (h.d(i) * h.d(j) - h.dd(i, j));
        }
      });
  out.reset(2, std::log(axis.scale) + std::log(total));
  for (int i = 0; i < 2; ++i) {
    out.d(i) = sum.d(i) / total;
    for (int j = 0; j <= i; ++j) out.dd(i, j) = sum.dd(i, j) / total - sum.d(i) * sum.d(j) / (total * total);
  }
  return true;
}

std::vector<std::vector<double>> Gompertz::starts(const PlotSummary& p) const {
  const double t = std::exp(p.middle), h = -std::log1p(-p.p_middle);
  std::vector<std::vector<double>> out;
  for (const double x : {0.5, 2.0, -0.5, 6.0, -2.0, 20.0, 100.0, -8.0}) {
    out.push_back({std::log(h / (t * exponential_remainders(x).e1)), x / t});
  }
  // A clear rise between the plotted levels asks for a growth on the scale of the spread.
  const double width = std::exp(p.high) - std::exp(p.low);
  if (width > 0.0) {
    const double g = 2.0 / width;
    out.push_back(
        {std::log(h / t) - std::log(exponential_remainders(std::fmin(g * t, 600.0)).e1), std::fmin(g, 600.0 / t)});
  }
  return out;
}

}  // namespace relia
