// The life laws of the user's manual, each written as its textbook formula in the reported parameters.
//
// Three questions can be put to a law: log f(t), log S(t) and log F(t); derivatives come from the Dual type.
// A probability is always computed in its own tail, never as 1 minus the other one.

#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "solvers/witness/dual.hpp"
#include "solvers/witness/special.hpp"

namespace relia::witness {

enum class Family {
  exponential,
  weibull,
  normal,
  logistic,
  gumbel,
  gumbel_max,
  lognormal,
  loglogistic,
  frechet,
  gamma,
  gengamma,
  birnbaum_saunders,
  inverse_gaussian,
  gompertz
};

/// A distribution name of the manual, taken apart.
struct LawName {
  Family family = Family::weibull;
  bool threshold = false;
};

/// Nothing when the name is unknown.
[[nodiscard]] std::optional<LawName> parse_law(const std::string& name);

/// Parameter names in report order.
[[nodiscard]] std::vector<std::string> law_parameters(LawName law);

/// Lives on the whole real line, so that a lower bound of 0 stands for minus infinity.
[[nodiscard]] bool whole_line(Family family);

/// One law at one point of its parameter space. T is a Dual type.
template <class R, int N>
class Law {
 public:
  using T = Dual<R, N>;

  Law(LawName name, const std::array<T, 4>& parameters) : name_(name), p_(parameters) {
    using std::log;
    switch (name_.family) {
      case Family::exponential:
      case Family::gamma: a_ = name_.family == Family::gamma ? log(p_[1]) : log(p_[0]); break;
      case Family::weibull:
        a_ = log(p_[1]);
        b_ = log(p_[0]);
        break;
      case Family::gengamma:
      case Family::normal:
      case Family::logistic:
      case Family::gumbel:
      case Family::gumbel_max:
      case Family::lognormal:
      case Family::loglogistic:
      case Family::frechet:
        a_ = R(1) / p_[1];
        b_ = log(p_[1]);
        break;
      case Family::birnbaum_saunders:
      case Family::inverse_gaussian:
      case Family::gompertz: break;
    }
    const std::size_t k = law_size(name_.family);
    if (name_.threshold) threshold_ = p_[k];
    if (name_.family == Family::gamma) log_gamma_ = apply(p_[0], log_gamma<R>(p_[0].v));
  }

  static std::size_t law_size(Family f) { return f == Family::exponential ? 1 : (f == Family::gengamma ? 3 : 2); }

  /// Inside the parameter space?
  static bool valid(LawName name, const R* p) {
    const auto positive = [](const R& x) { return x > R(0); };
    switch (name.family) {
      case Family::exponential: return positive(p[0]);
      case Family::weibull:
      case Family::gamma:
      case Family::birnbaum_saunders:
      case Family::inverse_gaussian: return positive(p[0]) && positive(p[1]);
      case Family::gompertz: return positive(p[0]);
      default: return positive(p[1]);
    }
  }

  /// log of the density on the original time scale; value -infinity outside the support.
  T log_density(const T& at) const {
    using std::log;
    T t = at;
    if (name_.threshold) t -= threshold_;
    if (!whole_line(name_.family) && !(t.v > R(0))) {
      if (name_.family == Family::exponential && t.v == R(0)) return -a_;
      if (!(name_.family == Family::gompertz && t.v == R(0))) return nothing();
    }
    switch (name_.family) {
      case Family::exponential: return -(a_ + t / p_[0]);
      case Family::weibull: {
        const T y = log(t), z = p_[0] * (y - a_);
        return z - exp(z) + b_ - y;
      }
      case Family::normal:
      case Family::logistic:
      case Family::gumbel:
      case Family::gumbel_max: return standard_density((t - p_[0]) * a_) - b_;
      case Family::lognormal:
      case Family::loglogistic:
      case Family::frechet: {
        const T y = log(t);
        return standard_density((y - p_[0]) * a_) - b_ - y;
      }
      case Family::gamma: {
        const T y = log(t);
        return p_[0] * (y - a_) - t / p_[1] - y - log_gamma_;
      }
      case Family::gengamma: {
        const T y = log(t), w = (y - p_[0]) * a_;
        return gengamma_density(w) - b_ - y;
      }
      case Family::birnbaum_saunders: {
        const T x = sqrt(t / p_[1]), u = R(1) / x;
        const T z = (x - u) / p_[0];
        return -(z * z) * R(0.5) - log_sqrt_two_pi<R>() + log((x + u) / (R(2) * (t * p_[0])));
      }
      case Family::inverse_gaussian: {
        const T d = (t - p_[0]) / p_[0];
        return (log(p_[1]) - R(3) * log(t)) * R(0.5) - log_sqrt_two_pi<R>() - p_[1] * d * d / t * R(0.5);
      }
      case Family::gompertz: return log(p_[0]) + p_[1] * t - gompertz_hazard(t);
    }
    return nothing();
  }

  /// log S(t) when `upper`, else log F(t).
  T log_tail(const T& at, bool upper) const {
    using std::log;
    T t = at;
    if (name_.threshold) t -= threshold_;
    if (!whole_line(name_.family) && !(t.v > R(0))) return upper ? T(R(0)) : nothing();
    switch (name_.family) {
      case Family::exponential: {
        const T h = t / p_[0];
        return upper ? -h : complement(-h);
      }
      case Family::weibull: {
        const T z = p_[0] * (log(t) - a_);
        return upper ? -exp(z) : apply(z, log_cdf_sev<R>(z.v));
      }
      case Family::normal:
      case Family::logistic:
      case Family::gumbel:
      case Family::gumbel_max: return standard_tail((t - p_[0]) * a_, upper);
      case Family::lognormal:
      case Family::loglogistic:
      case Family::frechet: return standard_tail((log(t) - p_[0]) * a_, upper);
      case Family::gamma: {
        const T l = log(t) - a_;
        const R& shape = p_[0].v;
        if (shape < (kBits < R >> 64 ? R(250) : R(45))) {
          const auto g = log_incomplete_gamma<R>(shape, l.v, upper);
          return chain2(p_[0], l, g.v, g.g[0], g.g[1], g.h[0], g.h[1], g.h[2]);
        }
        // A large shape is a generalized gamma law with lambda = shape^(-1/2).
        const T lambda = R(1) / sqrt(p_[0]);
        const T w = (l - log(p_[0])) / lambda;
        const auto g = gengamma_log_tail<R>(w.v, lambda.v, upper);
        return chain2(w, lambda, g.v, g.g[0], g.g[1], g.h[0], g.h[1], g.h[2]);
      }
      case Family::gengamma: {
        const T w = (log(t) - p_[0]) * a_;
        const auto g = gengamma_log_tail<R>(w.v, p_[2].v, upper);
        return chain2(w, p_[2], g.v, g.g[0], g.g[1], g.h[0], g.h[1], g.h[2]);
      }
      case Family::birnbaum_saunders: {
        const T x = sqrt(t / p_[1]);
        const T z = (x - R(1) / x) / p_[0];
        const T q = upper ? z : -z;
        return apply(q, log_normal_sf<R>(q.v));
      }
      case Family::inverse_gaussian: {
        const T root = sqrt(p_[1] / t), x = t / p_[0];
        const T a = root * (x - R(1)), b = root * (x + R(1));
        if (upper && a.v > R(0)) {
          const auto m = log_mills_difference<R>(a.v, b.v);
          return chain2(a, b, m.v, m.g[0], m.g[1], m.h[0], m.h[1], m.h[2]) - a * a * R(0.5) - log_sqrt_two_pi<R>();
        }
        // exp(2 shape / mean) Phi(-b) = phi(a) M(b), without the large exponent
        const T ma = -a;
        const Uni<R> tail = log_normal_sf<R>(b.v);
        const T log_mb = apply(b, tail) + b * b * R(0.5) - a * a * R(0.5);
        const T lower = log_sum(apply(ma, log_normal_sf<R>(ma.v)), log_mb);
        return upper ? complement(lower) : lower;
      }
      case Family::gompertz: {
        const T h = gompertz_hazard(t);
        return upper ? -h : complement(-h);
      }
    }
    return nothing();
  }

  /// log[F(upper) - F(lower)], lower < upper, in whichever tail keeps the digits.
  T log_between(const T& lower, const T& upper) const {
    if (name_.family == Family::gompertz) return gompertz_between(lower, upper);
    const T fu = log_tail(upper, false);
    if (fu.v < R(-0.7)) {
      const T fl = log_tail(lower, false);
      if (!is_something(fl)) return fu;
      return difference(fu, fl);
    }
    const T sl = log_tail(lower, true), su = log_tail(upper, true);
    if (!is_something(su)) return sl;
    return difference(sl, su);
  }

  static T nothing() { return T(-std::numeric_limits<R>::infinity()); }
  static bool is_something(const T& x) { return x.v > -std::numeric_limits<R>::infinity(); }

 private:
  static T difference(const T& big, const T& small) {
    const T u = big - small;
    if (!(u.v > R(0))) return nothing();
    return big + apply(u, log1mexp<R>(u.v));
  }

  T standard_density(const T& z) const {
    switch (name_.family) {
      case Family::normal:
      case Family::lognormal: return z * z * R(-0.5) - log_sqrt_two_pi<R>();
      case Family::logistic:
      case Family::loglogistic: return z - R(2) * apply(z, softplus<R>(z.v));
      case Family::gumbel: return z - exp(z);
      default:  // largest extreme value
        return -z - exp(-z);
    }
  }
  T standard_tail(const T& z, bool upper) const {
    const T q = upper ? -z : z;
    switch (name_.family) {
      case Family::normal:
      case Family::lognormal: return apply(-q, log_normal_sf<R>(-q.v));
      case Family::logistic:
      case Family::loglogistic: return -apply(-q, softplus<R>(-q.v));
      case Family::gumbel: return upper ? -exp(z) : apply(z, log_cdf_sev<R>(z.v));
      default: return upper ? apply(q, log_cdf_sev<R>(q.v)) : -exp(-z);
    }
  }
  T gengamma_density(const T& w) const {
    const T& lambda = p_[2];
    const R cut = kBits<R> > 64 ? R(0.06) : R(0.15);
    if (lambda.v <= cut && lambda.v >= -cut) {
      const auto g = gengamma_log_density_small<R>(w.v, lambda.v);
      return chain2(w, lambda, g.v, g.g[0], g.g[1], g.h[0], g.h[1], g.h[2]);
    }
    const T absolute = lambda.v > R(0) ? lambda : -lambda;
    const T k = R(1) / (lambda * lambda), lw = lambda * w;
    return log(absolute) + k * (log(k) + lw - exp(lw)) - apply(k, log_gamma<R>(k.v));
  }
  /// (e^x - 1) / x, through x = 0
  static T exponential_quotient(const T& x) {
    using std::exp;
    using std::expm1;
    const R& v = x.v;
    Uni<R> u;
    if (v < R(0.05) && v > R(-0.05)) {
      R c = R(1), half_d2 = R(0);
      std::array<R, 26> series;  // 1/(n+1)!
      for (std::size_t n = 0; n < series.size(); ++n) series[n] = c /= R(static_cast<int>(n) + 1);
      u = {R(0), R(0), R(0)};
      for (std::size_t n = kBits < R >> 64 ? series.size() : 10; n-- > 0;) {
        half_d2 = half_d2 * v + u.d1;
        u.d1 = u.d1 * v + u.f;
        u.f = u.f * v + series[n];
      }
      u.d2 = R(2) * half_d2;
    } else {
      const R w = R(1) / v, e = exp(v), f = expm1(v) * w, d1 = (e - f) * w;
      u = {f, d1, (e - R(2) * d1) * w};
    }
    return apply(x, u);
  }
  /// rate (e^(growth t) - 1) / growth
  T gompertz_hazard(const T& t) const { return p_[0] * t * exponential_quotient(p_[1] * t); }
  /// S(a) (1 - e^-h), h the hazard from a to b: with a growth below 0 both values of S tend to e^(rate/growth), and no
  /// number of digits tells them apart far out.
  T gompertz_between(const T& lower, const T& upper) const {
    using std::log;
    const T from = log_tail(lower, true), width = upper - lower;
    if (!is_something(log_tail(upper, true))) return from;
    const T z = log(p_[0]) + p_[1] * lower + log(width * exponential_quotient(p_[1] * width));
    return from + apply(z, log_cdf_sev<R>(z.v));
  }

  LawName name_;
  std::array<T, 4> p_;
  T a_, b_, threshold_, log_gamma_;
};

}  // namespace relia::witness
