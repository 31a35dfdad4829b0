// The log-likelihood of a life table under any model of the user's manual, with gradient and Hessian in the
// reported parameters.
//
//   sum of count * ( log P(row's event) - log P(row's window) )
//
// where the event of an exact row is its density and every other event is cut to the window first. A mixture
// adds the probabilities of one event over its components; a limited-failure population is a mixture with
// units that never fail; competing modes are a sum of independent parts.

#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "solvers/witness/laws.hpp"

namespace relia::witness {

/// What is fitted.
struct Shape {
  LawName law;
  bool limited_failure = false;
  std::size_t components = 1;
  std::size_t covariates = 0;  ///< of a regression on stress, the leading 1 included; 0: none

  [[nodiscard]] std::size_t law_size() const { return law_parameters(law).size(); }
  [[nodiscard]] std::size_t size() const {
    if (covariates > 0) return covariates + law_size() - 1;
    return components * law_size() + (components - 1) + (limited_failure ? 1 : 0);
  }
};

/// Names of all parameters in report order: shape, scale, threshold, p; p1, shape1, scale1, shape2, ...
/// Of a regression only those that follow the coefficients: shape.
[[nodiscard]] std::vector<std::string> parameter_names(const Shape& shape);

/// Which parameter of a law follows stress, itself or its logarithm.
struct Location {
  std::size_t index;
  bool logarithm;
};
/// Nothing for laws that are not fitted against stress.
[[nodiscard]] std::optional<Location> stress_location(LawName law);

/// Covariates of one combination of stresses: location = offset + sum of coefficient * x.
template <class R>
struct StressPoint {
  R offset{};
  std::vector<R> x;
};

/// One distinct row. Bounds that do not bind are flags, so that no infinity enters the arithmetic.
template <class R>
struct Row {
  R lower{}, upper{}, entry{}, exit{};  ///< lower and upper are cut to the window already, unless exact
  R count{1};
  bool exact = false;
  bool from_below = false;  ///< the event reaches down to the start of the support
  bool to_infinity = false;
  bool entered = false, leaves = false;  ///< a truncation bound binds
  std::size_t point = 0;                 ///< which combination of stresses; rows of one stand together
};

/// Value, gradient and Hessian (dense, row-major) of a function of the parameters.
template <class R>
struct Jet {
  R value{};
  std::vector<R> gradient, hessian;

  void reset(std::size_t n) {
    value = R(0);
    gradient.assign(n, R(0));
    hessian.assign(n * n, R(0));
  }
  [[nodiscard]] std::size_t size() const { return gradient.size(); }
  R& h(std::size_t i, std::size_t j) { return hessian[i * gradient.size() + j]; }
  const R& h(std::size_t i, std::size_t j) const { return hessian[i * gradient.size() + j]; }
};

/// The likelihood of one population.
template <class R>
class Likelihood {
 public:
  Likelihood(const Shape& shape, std::vector<Row<R>> rows) : shape_(shape), rows_(std::move(rows)) {}
  /// A regression. @param use  the stresses at which log_survival() is asked
  Likelihood(const Shape& shape,
             std::vector<Row<R>> rows,
             std::vector<StressPoint<R>> points,
             std::optional<StressPoint<R>> use)
      : shape_(shape),
        rows_(std::move(rows)),
        location_(*stress_location(shape.law)),
        points_(std::move(points)),
        use_(std::move(use)) {}

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] const std::vector<Row<R>>& rows() const { return rows_; }
  [[nodiscard]] std::size_t size() const { return shape_.size(); }
  /// Threads of evaluate(); the sums are the same for any number.
  void set_threads(unsigned threads) { threads_ = threads; }

  /// log L at theta; false where theta is outside the space or the likelihood is zero or infinite.
  bool evaluate(const std::vector<R>& theta, Jet<R>& out) const {
    out.reset(size());
    if (!inside(theta)) return false;
    constexpr std::size_t kChunk = 512;
    const std::size_t chunks = (rows_.size() + kChunk - 1) / kChunk;
    if (chunks <= 1) return sum_range(theta, 0, rows_.size(), out) && finite(out);
    std::vector<Jet<R>> parts(chunks);
    std::vector<char> good(chunks, 0);
    std::atomic<std::size_t> next{0};
    const auto work = [&] {
      for (std::size_t c = next++; c < chunks; c = next++) {
        parts[c].reset(size());
        good[c] = sum_range(theta, c * kChunk, std::min(rows_.size(), (c + 1) * kChunk), parts[c]);
      }
    };
    std::vector<std::thread> pool;
    for (unsigned t = 1; t < std::min<std::size_t>(threads_, chunks); ++t) pool.emplace_back(work);
    work();
    for (auto& t : pool) t.join();
    for (std::size_t c = 0; c < chunks; ++c) {
      if (!good[c]) return false;
      out.value += parts[c].value;
      for (std::size_t i = 0; i < out.gradient.size(); ++i) out.gradient[i] += parts[c].gradient[i];
      for (std::size_t i = 0; i < out.hessian.size(); ++i) out.hessian[i] += parts[c].hessian[i];
    }
    return finite(out);
  }

  /// Stresses at use; nothing without a regression.
  [[nodiscard]] const std::optional<StressPoint<R>>& use() const { return use_; }

  /// Parameters of the law at some stresses, as functions of (location, other law parameters).
  template <int M>
  std::array<Dual<R, M>, 4> law_at(const std::vector<R>& theta, const StressPoint<R>& point) const {
    R location = point.offset;
    for (std::size_t j = 0; j < shape_.covariates; ++j) location += point.x[j] * theta[j];
    std::array<Dual<R, M>, 4> p{};
    std::size_t other = shape_.covariates;
    for (std::size_t i = 0; i < shape_.law_size(); ++i) {
      if (i != location_.index) {
        p[i] = Dual<R, M>::variable(theta[other++], i);
        continue;
      }
      const auto m = Dual<R, M>::variable(location, i);
      p[i] = location_.logarithm ? exp(m) : m;
    }
    return p;
  }

  /// Adds a function of (location, other law parameters, perhaps one variable more) at some stresses to `out`, by the
  /// chain rule; the variable more is the last of `out`.
  template <class D>
  void spread(const D& term, const StressPoint<R>& point, Jet<R>& out) const {
    const std::size_t q = shape_.covariates, n = shape_.law_size();
    const auto count = [&](std::size_t i) { return i == location_.index ? q : 1; };
    const auto place = [&](std::size_t i, std::size_t j) {
      if (i == location_.index) return j;
      if (i >= n) return out.size() - 1;
      return q + i - (i > location_.index ? 1 : 0);
    };
    const auto weight = [&](std::size_t i, std::size_t j) { return i == location_.index ? point.x[j] : R(1); };
    const std::size_t variables = std::min(D::kN, n + (out.size() > size() ? 1 : 0));
    out.value += term.v;
    for (std::size_t i = 0; i < variables; ++i)
      for (std::size_t a = 0; a < count(i); ++a) {
        out.gradient[place(i, a)] += weight(i, a) * term.g[i];
        for (std::size_t j = 0; j < variables; ++j) {
          const R& h = term.h[i >= j ? i * (i + 1) / 2 + j : j * (j + 1) / 2 + i];
          for (std::size_t b = 0; b < count(j); ++b) out.h(place(i, a), place(j, b)) += weight(i, a) * weight(j, b) * h;
        }
      }
  }

  /// log S(t) as a function of (theta, t): size() + 1 variables, t last. False where S is 0.
  bool log_survival(const std::vector<R>& theta, const R& t, Jet<R>& out, bool upper = true) const {
    out.reset(size() + 1);
    if (!inside(theta)) return false;
    switch (shape_.law_size()) {
      case 1: return tail<1>(theta, t, out, upper);
      case 2: return tail<2>(theta, t, out, upper);
      default: return tail<3>(theta, t, out, upper);
    }
  }

  [[nodiscard]] bool inside(const std::vector<R>& theta) const {
    const std::size_t k = shape_.components, n = shape_.law_size();
    for (const R& x : theta)
      if (!(x - x == R(0))) return false;
    if (shape_.covariates > 0) {
      // A location may lie anywhere, and its exponential is positive.
      std::array<R, 4> p;
      std::size_t other = shape_.covariates;
      for (std::size_t i = 0; i < n; ++i) p[i] = i == location_.index ? R(1) : theta[other++];
      return Law<R, 1>::valid(shape_.law, p.data());
    }
    R rest = R(1);
    for (std::size_t i = 0; i + 1 < k; ++i) {
      if (!(theta[i] > R(0))) return false;
      rest -= theta[i];
    }
    if (!(rest > R(0))) return false;
    for (std::size_t c = 0; c < k; ++c)
      if (!Law<R, 1>::valid(shape_.law, &theta[k - 1 + c * n])) return false;
    return !shape_.limited_failure || (theta.back() > R(0) && theta.back() <= R(1));
  }

 private:
  /// Derivatives of the log of one weight of a mixture: only the weights p_1 ... p_{K-1} (or p) occur.
  struct Component {
    std::size_t first = 0;  ///< place of its law's parameters
    R log_weight{};
    R weight{1};
  };

  [[nodiscard]] bool plain() const { return shape_.components == 1 && !shape_.limited_failure; }

  template <int N, int M>
  std::vector<Law<R, M>> laws(const std::vector<R>& theta) const {
    std::vector<Law<R, M>> list;
    const std::size_t k = shape_.components;
    for (std::size_t c = 0; c < k; ++c) {
      std::array<Dual<R, M>, 4> p{};
      for (std::size_t i = 0; i < N; ++i) p[i] = Dual<R, M>::variable(theta[k - 1 + c * N + i], i);
      list.emplace_back(shape_.law, p);
    }
    return list;
  }

  template <class D>
  static D event(const Law<R, static_cast<int>(D::kN)>& law, const Row<R>& row) {
    if (row.exact) return law.log_density(D(row.lower));
    return range(law, row.lower, row.from_below, row.upper, row.to_infinity, D());
  }
  template <class D>
  static D window(const Law<R, static_cast<int>(D::kN)>& law, const Row<R>& row) {
    return range(law, row.entry, !row.entered, row.exit, !row.leaves, D());
  }
  template <class D>
  static D range(const Law<R, static_cast<int>(D::kN)>& law,
                 const R& lower,
                 bool from_below,
                 const R& upper,
                 bool to_infinity,
                 D) {
    if (from_below && to_infinity) return D(R(0));
    if (from_below) return law.log_tail(D(upper), false);
    if (to_infinity) return law.log_tail(D(lower), true);
    return law.log_between(D(lower), D(upper));
  }

  bool sum_range(const std::vector<R>& theta, std::size_t first, std::size_t last, Jet<R>& out) const {
    switch (shape_.law_size()) {
      case 1: return sum_rows<1>(theta, first, last, out);
      case 2: return sum_rows<2>(theta, first, last, out);
      default: return sum_rows<3>(theta, first, last, out);
    }
  }

  template <int N>
  bool sum_rows(const std::vector<R>& theta, std::size_t first, std::size_t last, Jet<R>& out) const {
    using D = Dual<R, N>;
    if (shape_.covariates > 0) {
      for (std::size_t r = first; r < last;) {
        const StressPoint<R>& point = points_[rows_[r].point];
        const Law<R, N> law(shape_.law, law_at<N>(theta, point));
        D total;
        for (const std::size_t at = rows_[r].point; r < last && rows_[r].point == at; ++r) {
          const Row<R>& row = rows_[r];
          D term = event<D>(law, row);
          if (row.entered || row.leaves) term -= window<D>(law, row);
          if (!(term.v - term.v == R(0))) return false;
          total += row.count * term;
        }
        spread(total, point, out);
      }
      return true;
    }
    const auto list = laws<N, N>(theta);
    if (plain()) {
      D total;
      for (std::size_t r = first; r < last; ++r) {
        const Row<R>& row = rows_[r];
        D term = event<D>(list[0], row);
        if (row.entered || row.leaves) term -= window<D>(list[0], row);
        if (!(term.v - term.v == R(0))) return false;
        total += row.count * term;
      }
      out.value = total.v;
      std::size_t k = 0;
      for (std::size_t i = 0; i < N; ++i) {
        out.gradient[i] = total.g[i];
        for (std::size_t j = 0; j <= i; ++j, ++k) out.h(i, j) = out.h(j, i) = total.h[k];
      }
      return true;
    }
    std::vector<D> terms(list.size());
    // A row by itself: of an event and its window, both e^-1e200, the difference must not be taken from the sum of all.
    Jet<R> part;
    for (std::size_t r = first; r < last; ++r) {
      const Row<R>& row = rows_[r];
      const bool windowed = row.entered || row.leaves;
      if (windowed) part.reset(out.size());
      Jet<R>& sum = windowed ? part : out;
      for (std::size_t c = 0; c < list.size(); ++c) terms[c] = event<D>(list[c], row);
      if (!combine<N>(theta, terms, row.count, !row.exact && row.to_infinity, false, sum)) return false;
      if (!windowed) continue;
      for (std::size_t c = 0; c < list.size(); ++c) terms[c] = window<D>(list[c], row);
      if (!combine<N>(theta, terms, -row.count, !row.leaves, false, part)) return false;
      out.value += part.value;
      for (std::size_t i = 0; i < out.gradient.size(); ++i) out.gradient[i] += part.gradient[i];
      for (std::size_t i = 0; i < out.hessian.size(); ++i) out.hessian[i] += part.hessian[i];
    }
    return true;
  }

  template <int N>
  bool tail(const std::vector<R>& theta, const R& t, Jet<R>& out, bool upper) const {
    using D = Dual<R, N + 1>;
    if (shape_.covariates > 0) {
      if (!use_) return false;
      const Law<R, N + 1> law(shape_.law, law_at<N + 1>(theta, *use_));
      spread(law.log_tail(D::variable(t, N), upper), *use_, out);
      return finite(out);
    }
    const auto list = laws<N, N + 1>(theta);
    std::vector<D> terms;
    for (const auto& law : list) terms.push_back(law.log_tail(D::variable(t, N), upper));
    return combine<N>(theta, terms, R(1), upper, true, out) && finite(out);
  }

  static bool finite(const Jet<R>& j) {
    if (!(j.value - j.value == R(0))) return false;
    for (const R& x : j.gradient)
      if (!(x - x == R(0))) return false;
    for (const R& x : j.hessian)
      if (!(x - x == R(0))) return false;
    return true;
  }

  /// Adds factor * log(sum over components of weight * exp(term)) to `out`. `immortal`: the event includes
  /// never failing. With `timed` the last variable of each term is t, the last variable of `out`.
  template <int N, class D>
  bool combine(const std::vector<R>& theta,
               const std::vector<D>& terms,
               const R& factor,
               bool immortal,
               bool timed,
               Jet<R>& out) const {
    using std::exp;
    using std::log;
    const std::size_t k = shape_.components, n = out.size();
    const std::size_t groups = terms.size() + (shape_.limited_failure ? 1 : 0);
    R top = -std::numeric_limits<R>::infinity();
    R rest = R(1);
    for (std::size_t c = 0; c + 1 < k; ++c) rest -= theta[c];
    const auto weight = [&](std::size_t c) {
      if (shape_.limited_failure) return c == 0 ? theta[size() - 1] : R(1) - theta[size() - 1];
      return c + 1 < k ? theta[c] : rest;
    };
    const auto level = [&](std::size_t c) {
      if (c < terms.size()) return terms[c].v;
      return immortal ? R(0) : -std::numeric_limits<R>::infinity();
    };
    for (std::size_t c = 0; c < groups; ++c)
      if (level(c) > top) top = level(c);
    if (!(top > -std::numeric_limits<R>::infinity()) || !(top < std::numeric_limits<R>::infinity())) return false;
    R total = R(0);
    std::vector<R> share(groups);
    for (std::size_t c = 0; c < groups; ++c) total += share[c] = exp(level(c) - top);  // without the weight
    total = R(0);
    for (std::size_t c = 0; c < groups; ++c) total += weight(c) * share[c];
    if (!(total > R(0))) return false;
    out.value += factor * (top + log(total));
    // d log total: weights enter linearly, so their derivative is share / total; law parameters through r = w share /
    // total
    std::vector<R> g(n, R(0));
    const R inverse = R(1) / total;
    const auto place = [&](std::size_t c, std::size_t i) {
      if (timed && i == N) return n - 1;
      return k - 1 + c * N + i;
    };
    const auto weight_place = [&](std::size_t c) { return shape_.limited_failure ? size() - 1 : c; };
    const bool weighted = groups > 1;
    // sign of d weight_c / d p_j
    const std::size_t weights = weighted ? groups - 1 : 0;
    const auto slope = [&](std::size_t c, std::size_t j) {
      if (c == groups - 1) return R(-1);
      return c == j ? R(1) : R(0);
    };
    for (std::size_t c = 0; c < groups; ++c) {
      const R s = share[c] * inverse, r = weight(c) * s;
      for (std::size_t j = 0; j < weights; ++j) g[weight_place(j)] += slope(c, j) * s;
      if (c >= terms.size() || !(s > R(0))) continue;
      const D& term = terms[c];
      std::size_t m = 0;
      for (std::size_t i = 0; i < D::kN; ++i) {
        const std::size_t a = place(c, i);
        g[a] += r * term.g[i];
        for (std::size_t j = 0; j <= i; ++j, ++m) {
          const std::size_t b = place(c, j);
          const R x = factor * r * (term.h[m] + term.g[i] * term.g[j]);
          out.h(a, b) += x;
          if (a != b) out.h(b, a) += x;
        }
        for (std::size_t j = 0; j < weights; ++j) {
          const R x = factor * slope(c, j) * s * term.g[i];
          out.h(a, weight_place(j)) += x;
          out.h(weight_place(j), a) += x;
        }
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      out.gradient[i] += factor * g[i];
      for (std::size_t j = 0; j < n; ++j) out.h(i, j) -= factor * g[i] * g[j];
    }
    return true;
  }

  Shape shape_;
  std::vector<Row<R>> rows_;
  Location location_{0, false};
  std::vector<StressPoint<R>> points_;
  std::optional<StressPoint<R>> use_;
  unsigned threads_ = 1;
};

}  // namespace relia::witness
