#include "core/nonparametric/turnbull_maximize.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>

#include <Eigen/Dense>

namespace relia {
namespace {

// Maximised is  sum c log(A p) - sum c log(B p) - n_u S - n/2 (S - 1)^2,  S = sum p, p >= 0: A the events, B the
// windows, n_u the units without window. Its maximum has S = 1 and is the maximum of the likelihood over p with
// sum 1; the last term only takes the freedom of scale.
constexpr std::size_t kDense = 600;  // free columns up to which the Hessian is factored
constexpr int kOuter = 300;
constexpr int kInner = 200;
constexpr double kRidge = 1e-12;  // relative; bounds steps along directions in which the likelihood is flat

class Maximizer {
 public:
  explicit Maximizer(const TurnbullSupport& support)
      : data_(support),
        columns_(support.lower.size()),
        untruncated_(support.units - support.units_truncated),
        mass_(columns_, 0.0),
        gradient_(columns_, 0.0),
        event_mass_(support.events.size()),
        window_mass_(support.windows.size()) {}

  TurnbullMasses run() {
    start();
    bool settled = false;
    for (int outer = 0; outer < kOuter; ++outer) {
      settled = climb();
      drop_empty();
      if (!grow()) break;
      settled = false;
    }
    return result(settled);
  }

 private:
  // ---- the likelihood at the current masses ----

  /// Probability of every event and window, from prefix sums in long double (differences of them cancel).
  void evaluate() {
    prefix_.assign(columns_ + 1, 0.0L);
    for (std::size_t j = 0; j < columns_; ++j) prefix_[j + 1] = prefix_[j] + static_cast<long double>(mass_[j]);
    total_ = static_cast<double>(prefix_[columns_]);
    cover(data_.events, event_mass_);
    cover(data_.windows, window_mass_);
  }
  void cover(const std::vector<CoverRow>& rows, std::vector<double>& out) const {
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const CoverRow& row = rows[i];
      out[i] =
          row.first == row.last ? mass_[row.first] : static_cast<double>(prefix_[row.last + 1] - prefix_[row.first]);
    }
  }

  /// sum over rows that cover a column of count / probability, for every column.
  void add_gradient(const std::vector<CoverRow>& rows, const std::vector<double>& probability, double sign) {
    slope_.assign(columns_ + 1, 0.0L);
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double x = rows[i].count / probability[i];
      if (rows[i].first == rows[i].last) {
        gradient_[rows[i].first] += sign * x;
      } else {
        slope_[rows[i].first] += static_cast<long double>(x);
        slope_[rows[i].last + 1] -= static_cast<long double>(x);
      }
    }
    long double sum = 0;
    for (std::size_t j = 0; j < columns_; ++j) {
      sum += slope_[j];
      gradient_[j] += sign * static_cast<double>(sum);
    }
  }
  void compute_gradient() {
    std::fill(gradient_.begin(), gradient_.end(), 0.0);
    add_gradient(data_.events, event_mass_, 1.0);
    add_gradient(data_.windows, window_mass_, -1.0);
    const double multiplier = untruncated_ + data_.units * (total_ - 1.0);
    for (double& g : gradient_) g -= multiplier;
  }

  /// Change of the objective by `step` (one a column), without cancellation; -inf when an event loses its mass.
  [[nodiscard]] double gain(const std::vector<double>& step) {
    slope_.assign(columns_ + 1, 0.0L);
    for (std::size_t j = 0; j < columns_; ++j) slope_[j + 1] = slope_[j] + static_cast<long double>(step[j]);
    long double sum = 0;
    const auto change = [&](const CoverRow& row, double probability) {
      const double d =
          row.first == row.last ? step[row.first] : static_cast<double>(slope_[row.last + 1] - slope_[row.first]);
      return d / probability;
    };
    for (std::size_t i = 0; i < data_.events.size(); ++i) {
      const double r = change(data_.events[i], event_mass_[i]);
      if (!(r > -1.0)) return -std::numeric_limits<double>::infinity();
      sum += static_cast<long double>(data_.events[i].count * std::log1p(r));
    }
    for (std::size_t i = 0; i < data_.windows.size(); ++i) {
      const double r = change(data_.windows[i], window_mass_[i]);
      if (!(r > -1.0)) return -std::numeric_limits<double>::infinity();
      sum -= static_cast<long double>(data_.windows[i].count * std::log1p(r));
    }
    const auto ds = static_cast<double>(slope_[columns_]);
    return static_cast<double>(sum) - untruncated_ * ds - data_.units * ds * ((total_ - 1.0) + ds / 2);
  }

  // ---- the start ----

  void start() {
    if (data_.windows.empty()) {
      smallest_cover();
    } else {
      // Not concave: from equal masses everywhere, as the self-consistency algorithm does.
      active_.resize(columns_);
      std::iota(active_.begin(), active_.end(), 0u);
    }
    for (const std::uint32_t j : active_) mass_[j] = 1.0 / static_cast<double>(active_.size());
    const int steps = data_.windows.empty() ? 20 : 200;
    for (int k = 0; k < steps; ++k) self_consistency();
  }

  /// Fewest columns such that every event covers one: the last column of every event that has none yet.
  void smallest_cover() {
    std::vector<std::uint32_t> order(data_.events.size());
    std::iota(order.begin(), order.end(), 0u);
    std::sort(order.begin(), order.end(),
              [&](std::uint32_t a, std::uint32_t b) { return data_.events[a].last < data_.events[b].last; });
    for (const std::uint32_t i : order) {
      if (active_.empty() || active_.back() < data_.events[i].first) active_.push_back(data_.events[i].last);
    }
  }

  /// One EM step (Turnbull's self-consistency, with the units that truncation hid).
  void self_consistency() {
    evaluate();
    compute_gradient();
    // gradient + multiplier = d_j - w_j; hidden units add W - w_j.
    double hidden = 0;
    for (std::size_t i = 0; i < data_.windows.size(); ++i) hidden += data_.windows[i].count / window_mass_[i];
    const double shift = untruncated_ + data_.units * (total_ - 1.0) + hidden;
    double sum = 0;
    for (const std::uint32_t j : active_) {
      mass_[j] *= std::max(gradient_[j] + shift, 0.0);
      sum += mass_[j];
    }
    for (const std::uint32_t j : active_) mass_[j] /= sum;
  }

  // ---- Newton on the active columns ----

  /// Climbs to the maximum over the active columns; true when it arrived.
  bool climb() {
    int polish = 0;
    for (int step = 0; step < kInner; ++step) {
      evaluate();
      compute_gradient();
      choose_free();
      const Eigen::VectorXd direction = newton_direction();
      ++iterations_;
      // expected gain of the whole step
      double expected = 0;
      for (std::size_t k = 0; k < free_.size(); ++k) {
        expected += direction[static_cast<Eigen::Index>(k)] * gradient_[free_[k]];
      }
      const double units = data_.units;
      if (expected <= 1e-13 * units && at_bound_.empty()) {
        // In the region of quadratic convergence the gain is below rounding: two or three steps more.
        const bool moved = take(direction, 1.0);
        if (!moved || ++polish >= 3 || expected <= 1e-28 * units) return true;
        continue;
      }
      polish = 0;
      if (!search(direction)) {
        const std::vector<double> before = mass_;
        self_consistency();
        double change = 0;
        for (std::size_t j = 0; j < columns_; ++j) change = std::max(change, std::fabs(mass_[j] - before[j]));
        if (change < 1e-15) return expected <= 1e-9 * units;
      }
    }
    return false;
  }

  /// Free columns move by Newton; a tiny mass that wants to be negative goes to 0.
  void choose_free() {
    free_.clear();
    at_bound_.clear();
    const double tiny = std::min(1e-6, 1e-2 / data_.units);
    for (const std::uint32_t j : active_) {
      if (gradient_[j] < 0 && (mass_[j] == 0.0 || (mass_[j] < tiny && gradient_[j] < -1e-9 * data_.units))) {
        if (mass_[j] > 0) at_bound_.push_back(j);
      } else {
        free_.push_back(j);
      }
    }
  }

  /// Masses after a step of length `a`, cut at 0; false when nothing moves.
  void displaced(const Eigen::VectorXd& direction, double a) {
    step_.assign(columns_, 0.0);
    for (const std::uint32_t j : at_bound_) step_[j] = -std::min(1.0, a) * mass_[j];
    for (std::size_t k = 0; k < free_.size(); ++k) {
      const std::uint32_t j = free_[k];
      step_[j] = std::max(a * direction[static_cast<Eigen::Index>(k)], -mass_[j]);
    }
  }
  void apply() {
    for (const std::uint32_t j : active_) {
      const double next = mass_[j] + step_[j];
      mass_[j] = next > 0 ? next : 0.0;
    }
  }
  bool take(const Eigen::VectorXd& direction, double a) {
    displaced(direction, a);
    if (!(gain(step_) > -1e-12 * data_.units)) return false;
    apply();
    return true;
  }

  /// Longest of the halved steps along the projected path that raises the likelihood enough.
  bool search(const Eigen::VectorXd& direction) {
    for (double a = 1.0; a > 1e-14; a /= 2) {
      displaced(direction, a);
      double linear = 0;
      for (const std::uint32_t j : active_) linear += step_[j] * gradient_[j];
      if (!(linear > 0)) continue;
      if (gain(step_) >= 1e-4 * linear) {
        apply();
        return true;
      }
    }
    return false;
  }

  /// Rows in the coordinates of the free columns; rows that cover none are left out.
  struct FreeRow {
    std::uint32_t first, last;
    double weight;
  };
  void reduce(const std::vector<CoverRow>& rows,
              const std::vector<double>& probability,
              std::vector<FreeRow>& out) const {
    out.clear();
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const std::uint32_t first = rank_[rows[i].first], end = rank_[rows[i].last + 1];
      if (first < end) out.push_back({first, end - 1, rows[i].count / probability[i] / probability[i]});
    }
  }

  Eigen::VectorXd newton_direction() {
    rank_.assign(columns_ + 1, 0u);
    for (const std::uint32_t j : free_) rank_[j + 1] = 1u;
    std::partial_sum(rank_.begin(), rank_.end(), rank_.begin());
    reduce(data_.events, event_mass_, free_events_);
    reduce(data_.windows, window_mass_, free_windows_);
    Eigen::VectorXd g(static_cast<Eigen::Index>(free_.size()));
    for (std::size_t k = 0; k < free_.size(); ++k) g[static_cast<Eigen::Index>(k)] = gradient_[free_[k]];
    if (free_.empty()) return g;
    return free_.size() <= kDense ? dense_direction(g) : conjugate_gradients(g);
  }

  /// Minus the Hessian: entry (j, k) sums the weights of the rows that cover both, by sums over a corner.
  void add_dense(const std::vector<FreeRow>& rows, double sign, Eigen::MatrixXd& h) const {
    const Eigen::Index n = h.rows();
    Eigen::MatrixXd corner = Eigen::MatrixXd::Zero(n, n);
    for (const FreeRow& row : rows) corner(row.last, row.first) += row.weight;
    // corner(k, j), k >= j: first sum over last >= k, then over first <= j
    for (Eigen::Index f = 0; f < n; ++f) {
      for (Eigen::Index k = n - 2; k >= f; --k) corner(k, f) += corner(k + 1, f);
    }
    for (Eigen::Index j = 1; j < n; ++j) corner.col(j).tail(n - j) += corner.col(j - 1).tail(n - j);
    h.triangularView<Eigen::Lower>() += sign * corner;
  }

  Eigen::VectorXd dense_direction(const Eigen::VectorXd& g) const {
    const Eigen::Index n = g.size();
    Eigen::MatrixXd events = Eigen::MatrixXd::Constant(n, n, data_.units);
    add_dense(free_events_, 1.0, events);
    Eigen::LLT<Eigen::MatrixXd> factor;
    const auto try_factor = [&](const Eigen::MatrixXd& h, double ridge) {
      Eigen::MatrixXd damped = h;
      damped.diagonal() *= 1 + ridge;
      factor.compute(damped);
      return factor.info() == Eigen::Success;
    };
    if (!free_windows_.empty()) {
      Eigen::MatrixXd exact = events;
      add_dense(free_windows_, -1.0, exact);
      for (double ridge = kRidge; ridge < 1e-2; ridge *= 1000) {
        if (try_factor(exact, ridge)) return factor.solve(g);
      }
    }
    // The events alone bound the curvature from above: always an ascent direction.
    for (double ridge = kRidge; ridge < 1; ridge *= 100) {
      if (try_factor(events, ridge)) return factor.solve(g);
    }
    return g.cwiseQuotient(events.diagonal());
  }

  // In the cumulative coordinates x_k = step_0 + … + step_(k-1) every row is an edge between two nodes and the
  // Hessian a sparse graph Laplacian, near to tridiagonal where most lives are exact.
  Eigen::VectorXd conjugate_gradients(const Eigen::VectorXd& g) const {
    const Eigen::Index n = g.size();  // nodes 1 … n; node 0 is held at 0
    Eigen::VectorXd diagonal = Eigen::VectorXd::Zero(n + 1), next = Eigen::VectorXd::Zero(n + 1);
    diagonal[n] += data_.units;
    for (const FreeRow& row : free_events_) {
      diagonal[row.first] += row.weight;
      diagonal[row.last + 1] += row.weight;
      if (row.first == row.last) next[row.first] -= row.weight;
    }
    diagonal *= 1 + kRidge;
    // tridiagonal factors, nodes 1 … n
    Eigen::VectorXd pivot = diagonal, lower = Eigen::VectorXd::Zero(n + 1);
    for (Eigen::Index k = 2; k <= n; ++k) {
      lower[k] = next[k - 1] / pivot[k - 1];
      pivot[k] = std::max(diagonal[k] - lower[k] * next[k - 1], 1e-14 * diagonal[k]);
    }
    const auto precondition = [&](const Eigen::VectorXd& r) {
      Eigen::VectorXd y = r;
      y[0] = 0;
      for (Eigen::Index k = 2; k <= n; ++k) y[k] -= lower[k] * y[k - 1];
      for (Eigen::Index k = 1; k <= n; ++k) y[k] /= pivot[k];
      for (Eigen::Index k = n - 1; k >= 1; --k) y[k] -= lower[k + 1] * y[k + 1];
      return y;
    };
    const auto multiply = [&](const Eigen::VectorXd& x) {
      Eigen::VectorXd y = Eigen::VectorXd::Zero(n + 1);
      for (const FreeRow& row : free_events_) {
        const double t = row.weight * (x[row.last + 1] - x[row.first]);
        y[row.last + 1] += t;
        y[row.first] -= t;
      }
      for (const FreeRow& row : free_windows_) {
        const double t = row.weight * (x[row.last + 1] - x[row.first]);
        y[row.last + 1] -= t;
        y[row.first] += t;
      }
      y[n] += data_.units * x[n];
      y += kRidge * diagonal.cwiseProduct(x);
      y[0] = 0;
      return y;
    };
    Eigen::VectorXd residual(n + 1);
    residual[0] = 0;
    for (Eigen::Index k = 1; k <= n; ++k) residual[k] = g[k - 1] - (k < n ? g[k] : 0.0);
    Eigen::VectorXd x = Eigen::VectorXd::Zero(n + 1), z = precondition(residual), d = z;
    double rz = residual.dot(z);
    const double target = rz * (rz > 1e-4 * data_.units ? 1e-6 : 1e-20);  // far from the maximum a rough step will do
    for (int k = 0; k < 3000 && rz > target; ++k) {
      const Eigen::VectorXd q = multiply(d);
      const double curvature = d.dot(q);
      if (!(curvature > 0)) {  // a direction in which the windows bend it upwards: what there is will do
        if (k == 0) x = d;
        break;
      }
      const double a = rz / curvature;
      x += a * d;
      residual -= a * q;
      z = precondition(residual);
      const double following = residual.dot(z);
      d = z + following / rz * d;
      rz = following;
    }
    return x.tail(n) - x.head(n);
  }

  // ---- the active set ----

  void drop_empty() {
    // Masses at the level of rounding are zeros that Newton's method met from above.
    for (const std::uint32_t j : active_) {
      if (mass_[j] < 1e-14) mass_[j] = 0.0;
    }
    std::erase_if(active_, [&](std::uint32_t j) { return mass_[j] == 0.0; });
  }

  /// Adds, between any two neighbours of the support, the column whose gradient is largest; false when the
  /// gradient is nowhere positive.
  bool grow() {
    evaluate();
    compute_gradient();
    const double tolerance = 1e-11 * data_.units;
    std::vector<std::uint32_t> grown;
    std::size_t a = 0;
    bool any = false;
    std::uint32_t best = 0;
    bool have = false;
    const auto flush = [&] {
      if (have) {
        grown.push_back(best);
        any = true;
      }
      have = false;
    };
    for (std::uint32_t j = 0; j < columns_; ++j) {
      if (a < active_.size() && active_[a] == j) {
        flush();
        grown.push_back(j);
        ++a;
      } else if (gradient_[j] > tolerance && (!have || gradient_[j] > gradient_[best])) {
        best = j;
        have = true;
      }
    }
    flush();
    active_ = std::move(grown);
    return any;
  }

  TurnbullMasses result(bool settled) {
    evaluate();
    for (double& p : mass_) p /= total_;
    evaluate();
    compute_gradient();
    TurnbullMasses out;
    long double log_likelihood = 0;
    for (std::size_t i = 0; i < data_.events.size(); ++i) {
      log_likelihood +=
          static_cast<long double>(data_.events[i].count) * std::log(static_cast<long double>(event_mass_[i]));
    }
    for (std::size_t i = 0; i < data_.windows.size(); ++i) {
      log_likelihood -=
          static_cast<long double>(data_.windows[i].count) * std::log(static_cast<long double>(window_mass_[i]));
      out.least_window = std::min(out.least_window, window_mass_[i]);
    }
    out.log_likelihood = static_cast<double>(log_likelihood);
    out.gradient.resize(columns_);
    for (std::size_t j = 0; j < columns_; ++j) {
      const double g = gradient_[j] / data_.units;
      out.gradient[j] = g;
      out.violation = std::max(out.violation, mass_[j] > 0 ? std::fabs(g) : g);
    }
    out.mass = std::move(mass_);
    out.iterations = iterations_;
    out.converged = settled && out.violation <= 1e-9;
    return out;
  }

  const TurnbullSupport& data_;
  std::size_t columns_;
  double untruncated_;
  std::vector<double> mass_, gradient_, event_mass_, window_mass_, step_;
  std::vector<long double> prefix_, slope_;
  std::vector<std::uint32_t> active_, free_, at_bound_, rank_;
  std::vector<FreeRow> free_events_, free_windows_;
  double total_ = 1;
  int iterations_ = 0;
};

}  // namespace

TurnbullMasses maximize_turnbull(const TurnbullSupport& support) {
  return Maximizer(support).run();
}

}  // namespace relia
