#include "core/distributions/interpolated_rows.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <vector>

#include "core/kernels/exp_lane.hpp"

namespace relia {
namespace {

constexpr std::size_t kNodes = 20;
/// Panels with fewer rows are not worth their nodes.
constexpr std::size_t kFewRows = 2 * kNodes;
/// Rows side by side.
constexpr std::size_t kLanes = 8;
/// How often a panel is halved on which the law is less smooth than it should be.
constexpr int kHalvings = 2;
/// What the last two coefficients may be of the largest value.
constexpr double kSettled = 1e-13;
/// Chunks that spread over more panels have too few rows in each.
constexpr double kMostPanels = 512.0;

using Nodes = std::array<double, kNodes>;

/// The Chebyshev points of the first kind and what takes values there to coefficients: cos(k theta_j), scaled so that
/// row k times the values is coefficient k.
struct Chebyshev {
  Nodes x{};
  std::array<Nodes, kNodes> to_coefficients{};
  Chebyshev() {
    for (std::size_t j = 0; j < kNodes; ++j) {
      const double theta = std::numbers::pi * (static_cast<double>(j) + 0.5) / kNodes;
      x[j] = std::cos(theta);
      for (std::size_t k = 0; k < kNodes; ++k)
        to_coefficients[k][j] = (k == 0 ? 1.0 : 2.0) / kNodes * std::cos(static_cast<double>(k) * theta);
    }
  }
};

const Chebyshev& chebyshev() {
  static const Chebyshev points;
  return points;
}

/// moments[k] += sum_i c_i T_k(s_i); the number of rows is a multiple of kLanes, filled up with counts of 0.
RELIA_CLONES void add_moments(const double* s, const double* c, std::size_t rows, double* moments) noexcept {
  std::array<std::array<double, kLanes>, kNodes> sums{};
  for (std::size_t i = 0; i < rows; i += kLanes) {
    std::array<double, kLanes> before, now, twice;
    for (std::size_t l = 0; l < kLanes; ++l) {
      before[l] = c[i + l];
      now[l] = c[i + l] * s[i + l];
      twice[l] = 2.0 * s[i + l];
      sums[0][l] += before[l];
      sums[1][l] += now[l];
    }
    for (std::size_t k = 2; k < kNodes; ++k) {
      for (std::size_t l = 0; l < kLanes; ++l) {
        const double next = twice[l] * now[l] - before[l];
        before[l] = now[l];
        now[l] = next;
        sums[k][l] += next;
      }
    }
  }
  for (std::size_t k = 0; k < kNodes; ++k) {
    for (std::size_t l = 0; l < kLanes; ++l) moments[k] += sums[k][l];
  }
}

/// Clenshaw's sum at each of some places.
RELIA_CLONES void evaluate(const double* coefficients, const double* s, std::size_t rows, double* out) noexcept {
  for (std::size_t i = 0; i < rows; i += kLanes) {
    std::array<double, kLanes> before{}, now{};
    for (std::size_t k = kNodes - 1; k > 0; --k) {
      for (std::size_t l = 0; l < kLanes; ++l) {
        const double next = 2.0 * s[i + l] * now[l] - before[l] + coefficients[k];
        before[l] = now[l];
        now[l] = next;
      }
    }
    for (std::size_t l = 0; l < kLanes; ++l) out[i + l] = s[i + l] * now[l] - before[l] + coefficients[0];
  }
}

/// A stretch of the axis and the rows on it.
struct Panel {
  std::span<std::size_t> rows;
  double centre, half;

  [[nodiscard]] double node(std::size_t j) const noexcept { return centre + half * chebyshev().x[j]; }
  /// The rows' places on [-1, 1], filled up to whole lanes.
  void places(std::span<const double> u, std::vector<double>& s) const {
    s.assign((rows.size() + kLanes - 1) / kLanes * kLanes, 0.0);
    for (std::size_t i = 0; i < rows.size(); ++i) s[i] = (u[rows[i]] - centre) / half;
  }
};

/// Ages by the panel they are on.
class Panels {
 public:
  /// @return false where panels do not pay
  bool lay(std::span<const double> u, double length) {
    if (!(length > 0.0) || !std::isfinite(length)) return false;
    const auto [least, greatest] = std::minmax_element(u.begin(), u.end());
    const double count = std::fmax(1.0, std::ceil((*greatest - *least) / length));
    if (!(count <= kMostPanels)) return false;
    low_ = *least;
    panels_ = static_cast<std::size_t>(count);
    width_ = std::fmax((*greatest - *least) / count, 1e-3 * length);
    // Places on a panel must not be lost in the rounding of ages.
    if (!(width_ > 1e-7 * std::fmax(std::fabs(*least), std::fabs(*greatest)))) return false;
    const double inverse = 1.0 / width_;
    std::vector<std::uint32_t> of(u.size());
    begin_.assign(panels_ + 1, 0);
    for (std::size_t i = 0; i < u.size(); ++i) {
      of[i] = static_cast<std::uint32_t>(std::fmin(count - 1.0, (u[i] - low_) * inverse));
      ++begin_[of[i] + 1];
    }
    for (std::size_t p = 0; p < panels_; ++p) begin_[p + 1] += begin_[p];
    rows_.resize(u.size());
    std::vector<std::size_t> next(begin_.begin(), begin_.end() - 1);
    for (std::size_t i = 0; i < u.size(); ++i) rows_[next[of[i]]++] = i;
    return true;
  }
  /// Calls interpolate(panel) for panels with enough rows, which says whether it could, else halves them; and
  /// one_by_one(row) for what is left.
  template <class Interpolate, class OneByOne>
  void visit(std::span<const double> u, const Interpolate& interpolate, const OneByOne& one_by_one) {
    for (std::size_t p = 0; p < panels_; ++p) {
      visit(u,
            {std::span(rows_).subspan(begin_[p], begin_[p + 1] - begin_[p]),
             low_ + (static_cast<double>(p) + 0.5) * width_, 0.5 * width_},
            kHalvings, interpolate, one_by_one);
    }
  }

 private:
  template <class Interpolate, class OneByOne>
  static void visit(std::span<const double> u,
                    const Panel& panel,
                    int halvings,
                    const Interpolate& interpolate,
                    const OneByOne& one_by_one) {
    if (panel.rows.size() >= kFewRows && interpolate(panel)) return;
    if (panel.rows.size() < kFewRows || halvings == 0) {
      for (const std::size_t i : panel.rows) one_by_one(i);
      return;
    }
    const auto middle =
        std::stable_partition(panel.rows.begin(), panel.rows.end(), [&](std::size_t i) { return u[i] < panel.centre; });
    const auto low = static_cast<std::size_t>(middle - panel.rows.begin());
    const double half = 0.5 * panel.half;
    visit(u, {panel.rows.first(low), panel.centre - half, half}, halvings - 1, interpolate, one_by_one);
    visit(u, {panel.rows.subspan(low), panel.centre + half, half}, halvings - 1, interpolate, one_by_one);
  }

  double low_ = 0.0, width_ = 1.0;
  std::size_t panels_ = 0;
  std::vector<std::size_t> rows_, begin_;
};

double coefficient(std::size_t k, const Nodes& values) {
  const Nodes& row = chebyshev().to_coefficients[k];
  double sum = 0.0;
  for (std::size_t j = 0; j < kNodes; ++j) sum += row[j] * values[j];
  return sum;
}

/// Whether the values at the nodes are those of a function that 20 coefficients hold.
bool settled(const Nodes& values) {
  double largest = 0.0;
  for (const double v : values) largest = std::isfinite(v) ? std::fmax(largest, std::fabs(v)) : kInfinity;
  return std::isfinite(largest) && std::fabs(coefficient(kNodes - 1, values)) <= kSettled * largest &&
         std::fabs(coefficient(kNodes - 2, values)) <= kSettled * largest;
}

void term_at(const BoundLaw& law, Kind kind, double u, Term& out) {
  switch (kind) {
    case Kind::exact: law.log_pdf(u, out); break;
    case Kind::right: law.log_sf(u, out); break;
    case Kind::left: law.log_cdf(u, out); break;
    case Kind::interval:
    case Kind::conditional: break;
  }
}

}  // namespace

void add_interpolated(const BoundLaw& law, const Rows& rows, double length, Term& sum) {
  Term t;
  const auto one_by_one = [&](std::size_t i) {
    term_at(law, rows.kind, rows.a[i], t);
    sum.add(rows.sign * rows.count_at(i), t);
  };
  Panels panels;
  if (!panels.lay(rows.a, length)) {
    for (std::size_t i = 0; i < rows.size(); ++i) one_by_one(i);
    return;
  }
  std::array<Term, kNodes> at;
  std::vector<double> s, counts;
  const auto interpolate = [&](const Panel& panel) {
    for (std::size_t j = 0; j < kNodes; ++j) term_at(law, rows.kind, panel.node(j), at[j]);
    bool smooth = true;
    const auto component = [&](auto of) {
      Nodes values;
      for (std::size_t j = 0; j < kNodes; ++j) values[j] = of(at[j]);
      smooth = smooth && settled(values);
    };
    component([](const Term& v) { return v.f; });
    for (int i = 0; i < at[0].n; ++i) {
      component([i](const Term& v) { return v.d(i); });
      for (int j = 0; j <= i; ++j) component([i, j](const Term& v) { return v.dd(i, j); });
    }
    if (!smooth) return false;
    panel.places(rows.a, s);
    counts.assign(s.size(), 0.0);
    for (std::size_t i = 0; i < panel.rows.size(); ++i) counts[i] = rows.count_at(panel.rows[i]);
    Nodes moments{};
    add_moments(s.data(), counts.data(), s.size(), moments.data());
    for (std::size_t j = 0; j < kNodes; ++j) {
      double weight = 0.0;
      for (std::size_t k = 0; k < kNodes; ++k) weight += moments[k] * chebyshev().to_coefficients[k][j];
      sum.add(rows.sign * weight, at[j]);
    }
    return true;
  };
  panels.visit(rows.a, interpolate, one_by_one);
}

void tails_interpolated(
    const BoundLaw& law, std::span<const double> u, double length, std::span<double> log_f, std::span<double> log_s) {
  Term t;
  const auto put = [&](std::size_t i, double lower, double upper) {
    log_f[i] = lower < upper ? lower : std::log1p(-std::exp(upper));
    log_s[i] = lower < upper ? std::log1p(-std::exp(lower)) : upper;
  };
  const auto one_by_one = [&](std::size_t i) {
    law.log_cdf(u[i], t);
    double lower = t.f, upper = 0.0;
    if (lower > -kLn2) {
      law.log_sf(u[i], t);
      upper = t.f;
    }
    put(i, lower, upper);
  };
  Panels panels;
  if (!panels.lay(u, length)) {
    for (std::size_t i = 0; i < u.size(); ++i) one_by_one(i);
    return;
  }
  std::vector<double> s, lower, upper;
  const auto interpolate = [&](const Panel& panel) {
    Nodes below, above;
    for (std::size_t j = 0; j < kNodes; ++j) {
      law.log_cdf(panel.node(j), t);
      below[j] = t.f;
      law.log_sf(panel.node(j), t);
      above[j] = t.f;
    }
    if (!settled(below) || !settled(above)) return false;
    panel.places(u, s);
    const auto values = [&](const Nodes& at, std::vector<double>& out) {
      Nodes coefficients;
      for (std::size_t k = 0; k < kNodes; ++k) coefficients[k] = coefficient(k, at);
      out.resize(s.size());
      evaluate(coefficients.data(), s.data(), s.size(), out.data());
    };
    values(below, lower);
    values(above, upper);
    for (std::size_t i = 0; i < panel.rows.size(); ++i) put(panel.rows[i], lower[i], upper[i]);
    return true;
  };
  panels.visit(u, interpolate, one_by_one);
}

}  // namespace relia
