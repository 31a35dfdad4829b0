// A whole estimation problem: one likelihood, or one for each competing mode, with coordinates in which the
// parameters are free to move, and the functionals engineers ask for.

#pragma once

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <string>
#include <tuple>
#include <vector>

#include <relia/life_table.hpp>

#include "solvers/witness/model.hpp"
#include "solvers/witness/real.hpp"

namespace relia::witness {

/// The decimal number a double was read from (its shortest form), as exact as R can hold it.
template <class R>
R decimal(double x) {
  if constexpr (kBits < R >> 64) {
    char text[64];
    const auto end = std::to_chars(text, text + sizeof text, x).ptr;
    return R(std::string(text, end));
  } else {
    return static_cast<R>(x);
  }
}

/// Rows of the table as the model sees them: count 0 and empty rows dropped, events cut to their windows, equal
/// rows merged. `keep`: a row's exact failure counts as one (else it is right-censored there); empty: all do.
/// `point`: the combination of stresses of each row; empty: there are none. Times are divided by `scale`.
template <class R>
std::vector<Row<R>> make_rows(const LifeTable& table,
                              const std::vector<char>& keep,
                              const std::vector<std::size_t>& point,
                              double scale) {
  struct Key {
    double lower, upper, entry, exit;
    bool exact;
    std::size_t point;
    auto tie() const { return std::tie(point, exact, lower, upper, entry, exit); }
    bool operator<(const Key& o) const { return tie() < o.tie(); }
    bool operator==(const Key& o) const { return tie() == o.tie(); }
  };
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<std::pair<Key, double>> list;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const double count = table.count_at(i);
    if (!(count > 0)) continue;
    Key k{table.lower[i],
          table.upper[i],
          table.entry.empty() ? 0.0 : table.entry[i],
          table.exit.empty() ? infinity : table.exit[i],
          false,
          point.empty() ? 0 : point[i]};
    k.exact = k.lower == k.upper;
    if (k.exact && !keep.empty() && !keep[i]) {
      k.exact = false;
      k.upper = infinity;
    }
    if (!k.exact) {
      k.lower = std::max(k.lower, k.entry);
      k.upper = std::min(k.upper, k.exit);
      if (k.lower <= 0 && k.upper == infinity && k.entry <= 0) continue;  // says nothing
    }
    list.emplace_back(k, count);
  }
  std::sort(list.begin(), list.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Row<R>> rows;
  for (std::size_t i = 0; i < list.size();) {
    const Key& k = list[i].first;
    double count = 0;
    for (; i < list.size() && list[i].first == k; ++i) count += list[i].second;
    const Key key = list[i - 1].first;
    Row<R> r;
    const R unit = R(scale);
    r.exact = key.exact;
    r.from_below = !key.exact && key.lower <= 0;
    r.to_infinity = !key.exact && key.upper == infinity;
    r.entered = key.entry > 0;
    r.leaves = key.exit < infinity;
    r.lower = decimal<R>(key.lower) / unit;
    if (!r.to_infinity) r.upper = decimal<R>(key.upper) / unit;
    if (r.entered) r.entry = decimal<R>(key.entry) / unit;
    if (r.leaves) r.exit = decimal<R>(key.exit) / unit;
    r.count = decimal<R>(count);
    r.point = key.point;
    rows.push_back(r);
  }
  return rows;
}

/// How one parameter moves freely.
enum class Axis { plain, log, logit };

std::vector<Axis> axes(const Shape& shape);

template <class R>
R to_parameter(Axis a, const R& x) {
  using std::exp;
  if (a == Axis::plain) return x;
  if (a == Axis::log) return exp(x);
  return x > R(0) ? R(1) / (R(1) + exp(-x)) : exp(x) / (R(1) + exp(x));
}
template <class R>
R to_free(Axis a, const R& p) {
  using std::log;
  if (a == Axis::plain) return p;
  if (a == Axis::log) return log(p);
  return log(p / (R(1) - p));
}
/// Turns derivatives in the parameters into derivatives in the free coordinates.
template <class R>
void pull_back(const std::vector<Axis>& axis, const std::vector<R>& theta, Jet<R>& j) {
  const std::size_t n = j.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (axis[i] == Axis::plain) continue;
    const R t1 = axis[i] == Axis::log ? theta[i] : theta[i] * (R(1) - theta[i]);
    const R t2 = axis[i] == Axis::log ? theta[i] : t1 * (R(1) - R(2) * theta[i]);
    for (std::size_t k = 0; k < n; ++k) {
      j.h(i, k) *= t1;
      j.h(k, i) *= t1;
    }
    j.h(i, i) += j.gradient[i] * t2;
    j.gradient[i] *= t1;
  }
}

/// Parts that share nothing: their likelihoods add, their survival functions multiply.
template <class R>
class Problem {
 public:
  explicit Problem(std::vector<Likelihood<R>> parts) : parts_(std::move(parts)) {
    for (const auto& p : parts_) {
      const auto a = axes(p.shape());
      axes_.insert(axes_.end(), a.begin(), a.end());
    }
  }
  [[nodiscard]] std::size_t size() const { return axes_.size(); }
  [[nodiscard]] const std::vector<Axis>& axis() const { return axes_; }
  [[nodiscard]] const std::vector<Likelihood<R>>& parts() const { return parts_; }

  bool evaluate(const std::vector<R>& theta, Jet<R>& out) const {
    if (parts_.size() == 1) return parts_[0].evaluate(theta, out);
    out.reset(size());
    Jet<R> part;
    std::size_t at = 0;
    for (const auto& p : parts_) {
      if (!p.evaluate(slice(theta, at, p.size()), part)) return false;
      add(part, at, p.size(), out);
      at += p.size();
    }
    return true;
  }

  /// log S(t), or log F(t) with upper = false, of the system; variables (theta, t).
  bool log_tail(const std::vector<R>& theta, const R& t, bool upper, Jet<R>& out) const {
    if (parts_.size() == 1) return parts_[0].log_survival(theta, t, out, upper);
    using std::expm1;
    using std::log;
    out.reset(size() + 1);
    Jet<R> part;
    std::size_t at = 0;
    for (const auto& p : parts_) {
      if (!p.log_survival(slice(theta, at, p.size()), t, part, true)) return false;
      add(part, at, p.size(), out);
      const std::size_t last = size(), own = p.size();
      out.gradient[last] += part.gradient[own];
      out.h(last, last) += part.h(own, own);
      for (std::size_t i = 0; i < own; ++i) {
        out.h(at + i, last) += part.h(i, own);
        out.h(last, at + i) += part.h(i, own);
      }
      at += own;
    }
    if (upper) return true;
    if (!(out.value < R(0))) return false;
    const Uni<R> u = log1mexp<R>(-out.value);
    const std::size_t n = out.size();
    for (std::size_t i = 0; i < n; ++i)
      for (std::size_t j = 0; j < n; ++j) out.h(i, j) = -u.d1 * out.h(i, j) + u.d2 * out.gradient[i] * out.gradient[j];
    for (auto& g : out.gradient) g *= -u.d1;
    out.value = u.f;
    return true;
  }

 private:
  static std::vector<R> slice(const std::vector<R>& v, std::size_t at, std::size_t n) {
    return {v.begin() + static_cast<std::ptrdiff_t>(at), v.begin() + static_cast<std::ptrdiff_t>(at + n)};
  }
  static void add(const Jet<R>& part, std::size_t at, std::size_t n, Jet<R>& out) {
    out.value += part.value;
    for (std::size_t i = 0; i < n; ++i) {
      out.gradient[at + i] += part.gradient[i];
      for (std::size_t j = 0; j < n; ++j) out.h(at + i, at + j) += part.h(i, j);
    }
  }
  std::vector<Likelihood<R>> parts_;
  std::vector<Axis> axes_;
};

extern template class Likelihood<double>;
extern template class Likelihood<long double>;
extern template class Likelihood<Real50>;

}  // namespace relia::witness
