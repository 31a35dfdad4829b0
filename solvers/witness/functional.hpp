// Life quantiles, reliabilities and means as functions of the parameters, with gradient and Hessian.

#pragma once

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include "solvers/witness/problem.hpp"

namespace relia::witness {

/// e^x E1(x), x > 0.
template <class R>
R scaled_exponential_integral(const R& x) {
  using std::exp;
  using std::log;
  const R eps = std::numeric_limits<R>::epsilon();
  if (x < (kBits < R >> 64 ? R(20) : R(1))) {  // with 50 digits the cancellation is affordable
    static const R euler = [] {
      const Uni<R> lg = log_gamma(R(1));
      return -lg.d1;
    }();
    R term = R(1), sum = R(0);
    for (int n = 1; n < 500; ++n) {
      term *= -x / R(n);
      sum -= term / R(n);
      if ((term < R(0) ? -term : term) < eps * R(0.001)) break;
    }
    return exp(x) * (-euler - log(x) + sum);
  }
  R b = x + R(1), c = R(1e200), d = R(1) / b, f = d;
  for (int n = 1; n < 10000; ++n) {
    const R an = -R(n) * R(n);
    b += R(2);
    d = R(1) / (an * d + b);
    c = b + an / c;
    const R delta = c * d;
    f *= delta;
    const R off = delta - R(1);
    if ((off < R(0) ? -off : off) < R(2) * eps) break;
  }
  return f;
}

/// E[T] of one law; false where there is none.
template <class R, int N>
bool law_mean(LawName name, const std::array<Dual<R, N>, 4>& p, Dual<R, N>& out) {
  using T = Dual<R, N>;
  using std::cos;
  using std::exp;
  using std::sin;
  const auto gamma_log = [](const T& x) { return apply(x, log_gamma<R>(x.v)); };
  switch (name.family) {
    case Family::exponential: out = p[0]; break;
    case Family::weibull: out = p[1] * exp(gamma_log(R(1) / p[0] + R(1))); break;
    case Family::normal:
    case Family::logistic: out = p[0]; break;
    case Family::gumbel:
    case Family::gumbel_max: {
      const R euler = -log_gamma(R(1)).d1;
      out = name.family == Family::gumbel ? p[0] - euler * p[1] : p[0] + euler * p[1];
      break;
    }
    case Family::lognormal: out = exp(p[0] + p[1] * p[1] * R(0.5)); break;
    case Family::loglogistic: {
      if (!(p[1].v < R(1))) return false;
      out = exp(p[0] + gamma_log(R(1) + p[1]) + gamma_log(R(1) - p[1]));
      break;
    }
    case Family::frechet:
      if (!(p[1].v < R(1))) return false;
      out = exp(p[0] + gamma_log(R(1) - p[1]));
      break;
    case Family::gamma: out = p[0] * p[1]; break;
    case Family::gengamma: {
      if (p[2].v == R(0)) return false;  // the caller's lambda is never exactly 0
      const T absolute = p[2].v > R(0) ? p[2] : -p[2];
      const T k = R(1) / (p[2] * p[2]), m = p[1] / p[2];
      if (!(k.v + m.v > R(0))) return false;
      out = exp(p[0] + R(2) * (m * log(absolute)) + gamma_log(k + m) - gamma_log(k));
      break;
    }
    case Family::birnbaum_saunders: out = p[1] * (p[0] * p[0] * R(0.5) + R(1)); break;
    case Family::inverse_gaussian: out = p[0]; break;
    case Family::gompertz: {
      if (!(p[1].v > R(0))) return false;
      const T x = p[0] / p[1];
      const R f = scaled_exponential_integral(x.v), w = R(1) / x.v;
      // (e^x E1)' = e^x E1 - 1/x
      out = chain(x, f, f - w, f - w + w * w) / p[1];
      break;
    }
  }
  if (name.threshold) out += p[Law<R, N>::law_size(name.family)];
  return true;
}

/// E[T] of a problem of one part without a limited-failure fraction; false where there is none.
template <class R>
bool mean_life(const Problem<R>& problem, const std::vector<R>& theta, Jet<R>& out) {
  if (problem.parts().size() != 1 || problem.parts()[0].shape().limited_failure) return false;
  const Shape& shape = problem.parts()[0].shape();
  const std::size_t k = shape.components, m = shape.law_size();
  out.reset(theta.size());
  if (shape.covariates > 0) {
    const Likelihood<R>& part = problem.parts()[0];
    Dual<R, 3> mean;
    if (!part.use() || !law_mean<R, 3>(shape.law, part.template law_at<3>(theta, *part.use()), mean)) return false;
    part.spread(mean, *part.use(), out);
    return true;
  }
  R rest = R(1);
  for (std::size_t c = 0; c + 1 < k; ++c) rest -= theta[c];
  std::vector<Dual<R, 3>> means(k);
  for (std::size_t c = 0; c < k; ++c) {
    std::array<Dual<R, 3>, 4> p{};
    for (std::size_t i = 0; i < m; ++i) p[i] = Dual<R, 3>::variable(theta[k - 1 + c * m + i], i);
    if (!law_mean<R, 3>(shape.law, p, means[c])) return false;
  }
  for (std::size_t c = 0; c < k; ++c) {
    const R w = c + 1 < k ? theta[c] : rest;
    out.value += w * means[c].v;
    std::size_t at = 0;
    for (std::size_t i = 0; i < m; ++i) {
      const std::size_t a = k - 1 + c * m + i;
      out.gradient[a] += w * means[c].g[i];
      for (std::size_t j = 0; j <= i; ++j, ++at) {
        const std::size_t b = k - 1 + c * m + j;
        out.h(a, b) += w * means[c].h[at];
        if (a != b) out.h(b, a) += w * means[c].h[at];
      }
      if (c + 1 < k) {
        out.h(a, c) += means[c].g[i];
        out.h(c, a) += means[c].g[i];
      } else {
        for (std::size_t j = 0; j + 1 < k; ++j) {
          out.h(a, j) -= means[c].g[i];
          out.h(j, a) -= means[c].g[i];
        }
      }
    }
    if (c + 1 < k) out.gradient[c] += means[c].v - means[k - 1].v;
  }
  return true;
}

/// Something an engineer asks of a fitted model.
struct Functional {
  enum class Kind { parameter, quantile, reliability, mean } kind = Kind::parameter;
  std::size_t index = 0;  ///< parameter
  double argument = 0;    ///< failure probability or age, in the table's unit
};

/// Evaluates a functional; times are in units of `scale`.
template <class R>
class FunctionalValue {
 public:
  FunctionalValue(const Problem<R>& problem, Functional what, double scale)
      : problem_(problem), what_(what), p_(decimal<R>(what.argument)), age_(p_ / R(scale)) {}

  /// Increasing transform of the functional that suits searching: the parameter, the quantile, the mean, and for
  /// a reliability log S where S < 1/2 and -log F elsewhere. False where it does not exist.
  bool evaluate(const std::vector<R>& theta, Jet<R>& out) {
    switch (what_.kind) {
      case Functional::Kind::parameter:
        out.reset(theta.size());
        out.value = theta[what_.index];
        out.gradient[what_.index] = R(1);
        return true;
      case Functional::Kind::mean: return mean_life(problem_, theta, out);
      case Functional::Kind::reliability: {
        Jet<R> full;
        if (side_ == 0) {
          if (!problem_.log_tail(theta, age_, true, full)) return false;
          side_ = full.value < R(-0.69) || full.value == R(0) ? 1 : -1;  // before every threshold S is 1
        }
        if (!problem_.log_tail(theta, age_, side_ > 0, full)) return false;
        const std::size_t n = theta.size();
        out.reset(n);
        out.value = R(side_) * full.value;
        for (std::size_t i = 0; i < n; ++i) {
          out.gradient[i] = R(side_) * full.gradient[i];
          for (std::size_t j = 0; j < n; ++j) out.h(i, j) = R(side_) * full.h(i, j);
        }
        return true;
      }
      case Functional::Kind::quantile: return quantile(theta, out);
    }
    return false;
  }

  /// The quantity itself from its transform.
  R restore(const R& value) const {
    using std::exp;
    using std::expm1;
    if (what_.kind != Functional::Kind::reliability) return value;
    return side_ > 0 ? exp(value) : -expm1(-value);
  }

 private:
  R base(const std::vector<R>& theta) const {
    bool found = false;
    R low = R(0);
    std::size_t at = 0;
    for (const auto& part : problem_.parts()) {
      const Shape& s = part.shape();
      if (s.law.threshold) {
        for (std::size_t c = 0; c < s.components; ++c) {
          const R x = theta[at + (s.components - 1) + (c + 1) * s.law_size() - 1];
          if (!found || x < low) low = x;
          found = true;
        }
      } else if (!found || R(0) < low) {
        low = R(0);
        found = true;
      }
      at += part.size();
    }
    return low;
  }

  bool quantile(const std::vector<R>& theta, Jet<R>& out) {
    using std::exp;
    using std::log;
    using std::log1p;
    const bool upper = p_ > R(0.5);
    const R target = upper ? log1p(-p_) : log(p_);
    const bool line = whole_line(problem_.parts()[0].shape().law.family);
    const R low = line ? R(0) : base(theta);
    const auto age = [&](const R& u) { return line ? u : low + exp(u); };
    Jet<R> g;
    // +1: u is too large, -1: too small, 0: cannot say
    const auto side = [&](const R& u) {
      if (!problem_.log_tail(theta, age(u), upper, g)) return upper ? 1 : -1;
      return (g.value > target) != upper ? 1 : -1;
    };
    R lo, hi, u = warm_ ? last_ : R(0);
    R step = warm_ ? R(0.01) : R(1);
    if (side(u) > 0) {
      hi = u;
      for (lo = u - step; side(lo) > 0; lo -= step) {
        hi = lo;
        step *= R(2);
        if (step > R(20000)) return false;
      }
    } else {
      lo = u;
      for (hi = u + step; side(hi) < 0; hi += step) {
        lo = hi;
        step *= R(2);
        if (step > R(20000)) return false;
      }
    }
    const R eps = std::numeric_limits<R>::epsilon();
    u = (lo + hi) / R(2);
    for (int i = 0; i < 400; ++i) {
      const bool ok = problem_.log_tail(theta, age(u), upper, g);
      const bool above = ok ? (g.value > target) != upper : upper;
      (above ? hi : lo) = u;
      R next = (lo + hi) / R(2);
      if (ok) {
        const R slope = g.gradient.back() * (line ? R(1) : age(u) - low);
        const R newton = u - (g.value - target) / slope;
        if (newton > lo && newton < hi) next = newton;
        const R move = newton - u, size = u < R(0) ? R(1) - u : R(1) + u;
        if ((move < R(0) ? -move : move) < R(8) * eps * size) {
          u = newton;
          break;
        }
      }
      if (!(next > lo && next < hi)) break;
      u = next;
    }
    const R t = age(u);
    if (!problem_.log_tail(theta, t, upper, g)) return false;
    warm_ = true;
    last_ = u;
    const std::size_t n = theta.size();
    out.reset(n);
    out.value = t;
    const R gt = g.gradient[n], gtt = g.h(n, n);
    for (std::size_t i = 0; i < n; ++i) out.gradient[i] = -g.gradient[i] / gt;
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j)
        out.h(i, j) = -(g.h(i, j) + g.h(i, n) * out.gradient[j] + g.h(j, n) * out.gradient[i] +
                        gtt * out.gradient[i] * out.gradient[j]) /
                      gt;
    return true;
  }

  const Problem<R>& problem_;
  Functional what_;
  R p_, age_;
  int side_ = 0;  ///< reliability: +1 log S, -1 log F
  bool warm_ = false;
  R last_{};

 public:
  [[nodiscard]] int side() const { return side_; }
  void set_side(int side) { side_ = side; }
};

}  // namespace relia::witness
