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

/// A number with its derivatives in ln r and in g.
struct Pair {
  double f = 0.0, r = 0.0, g = 0.0, rr = 0.0, rg = 0.0, gg = 0.0;

  void add(double w, const Pair& o) noexcept {
    f += w * o.f;
    r += w * o.r;
    g += w * o.g;
    rr += w * o.rr;
    rg += w * o.rg;
    gg += w * o.gg;
  }
  void compose(double value, double first, double second) noexcept {
    rr = first * rr + second * r * r;
    rg = first * rg + second * r * g;
    gg = first * gg + second * g * g;
    r *= first;
    g *= first;
    f = value;
  }
  void add_to(Term& out) const noexcept {
    out.f += f;
    out.d(0) += r;
    out.d(1) += g;
    out.dd(0, 0) += rr;
    out.dd(1, 0) += rg;
    out.dd(1, 1) += gg;
  }
};

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
  /// S(a) - S(b) = S(a) (1 - e^-h), h = H(b) - H(a) by its logarithm.
  void log_interval(double lo, double up, double width, Term& out) const override {
    if (!(growth_ < 0.0) || std::isinf(lo) || std::isinf(up)) return BoundLaw::log_interval(lo, up, width, out);
    const double a = std::exp(lo);
    const Pair rate = log_rate_at(a);
    Pair event = log_growth_within(0.0, a * std::expm1(width));
    event.add(1.0, log_failing_share(rate, event));
    event.add(1.0, rate);
    log_sf(lo, out);
    event.add_to(out);
  }
  /// What is left of a Gompertz life at age c is a Gompertz life too, of rate r e^(g c). With a growth below 0 that
  /// rate and S(c) may be numbers of any size: they drop out before anything is subtracted.
  void log_conditional(
      double lo, double up, double width, double entry, double exit, double window_width, Term& out) const override {
    if (!(growth_ < 0.0)) return BoundLaw::log_conditional(lo, up, width, entry, exit, window_width, out);
    const double c = std::exp(entry), a = std::exp(lo), since = a - c;
    const bool exact = width == 0.0 && lo == up, failed = exact || !std::isinf(up), windowed = !std::isinf(exit);
    const Pair rate = log_rate_at(c);
    Pair sum;
    if (since > 0.0) {
      Pair hazard = log_growth_within(0.0, since);
      hazard.add(1.0, rate);
      const double h = std::exp(hazard.f);
      hazard.compose(h, h, h);
      sum.add(-1.0, hazard);
    }
    if (exact) {
      sum.f += growth_ * since + lo;
      sum.g += since;
    } else if (failed) {
      const Pair event = log_growth_within(since, std::isinf(width) ? std::exp(up) - a : a * std::expm1(width));
      sum.add(1.0, event);
      sum.add(1.0, log_failing_share(rate, event));
    }
    if (windowed) {
      const Pair window =
          log_growth_within(0.0, std::isinf(window_width) ? std::exp(exit) - c : c * std::expm1(window_width));
      sum.add(-1.0, window);
      sum.add(-1.0, log_failing_share(rate, window));
    }
    // Failures of a window of which both ends are known say nothing of the rate's size.
    if (failed != windowed) sum.add(failed ? 1.0 : -1.0, rate);
    out.reset(2);
    sum.add_to(out);
  }

 private:
  /// ln of the hazard at age c.
  [[nodiscard]] Pair log_rate_at(double c) const noexcept { return {log_rate_ + growth_ * c, 1.0, c}; }
  /// ln of the cumulative hazard of `w` units of time that begin `since` after an age, over the hazard at that age.
  [[nodiscard]] Pair log_growth_within(double since, double w) const noexcept {
    const ExponentialRemainders e = exponential_remainders(growth_ * w);
    const double slope = e.e1_1 / e.e1;
    Pair out{growth_ * since + std::log(w * e.e1), 0.0, since + w * slope};
    out.gg = w * w * (e.e1_2 / e.e1 - slope * slope);
    return out;
  }
  /// ln((1 - e^-h)/h) for ln h = rate + growth: in ln h its slope is h/(e^h - 1) - 1.
  [[nodiscard]] static Pair log_failing_share(const Pair& rate, const Pair& growth) noexcept {
    Pair out = rate;
    out.add(1.0, growth);
    const double h = std::exp(out.f);
    if (h < 1e-300) return {};
    if (h > 700.0) {
      out.compose(-out.f, -1.0, 0.0);
      return out;
    }
    const double slope = h / std::expm1(h);
    out.compose(std::log(-std::expm1(-h) / h), slope - 1.0, slope * (1.0 - h - slope));
    return out;
  }

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
