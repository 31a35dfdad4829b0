#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include <relia/error.hpp>
#include <relia/witness.hpp>

#include "solvers/witness/functional.hpp"
#include "solvers/witness/linear.hpp"
#include "solvers/witness/problem.hpp"
#include "solvers/witness/regression.hpp"

namespace relia::witness {

namespace {

struct Setup {
  std::vector<Shape> shapes;            ///< one, or one a mode
  std::vector<std::vector<char>> keep;  ///< which rows are this mode's failures; empty: all
  std::vector<std::string> names;
  std::vector<std::string> bare;  ///< names without the mode
  std::vector<std::optional<double>> fixed;
  std::optional<Regression> regression;
};

Setup make_setup(const LifeTable& table, const Model& model) {
  const auto law = parse_law(model.distribution);
  if (!law) throw UsageError("unknown distribution '" + model.distribution + "'");
  Shape shape;
  shape.law = *law;
  shape.limited_failure = model.limited_failure;
  if (model.mixture < 1) throw UsageError("--mixture takes a positive number of components");
  shape.components = static_cast<std::size_t>(model.mixture);
  if (shape.components > 1 && shape.limited_failure) throw UsageError("--mixture and --limited-failure do not combine");
  Setup s;
  if (!model.stresses.empty() || !model.factors.empty()) {
    if (shape.components > 1 || shape.limited_failure || !model.mode_column.empty() || !stress_location(shape.law))
      throw UsageError(model.distribution + ": no such model of life against stress");
    s.regression = make_regression(table, model);
    shape.covariates = s.regression->names.size();
  }
  auto names = parameter_names(shape);
  if (s.regression) names.insert(names.begin(), s.regression->names.begin(), s.regression->names.end());
  if (model.mode_column.empty()) {
    s.shapes = {shape};
    s.keep = {{}};
    s.names = s.bare = names;
  } else {
    const Column* column = table.find(model.mode_column);
    if (column == nullptr || column->type != Column::Type::text)
      throw UsageError("--mode: no text column '" + model.mode_column + "'");
    for (std::size_t level = 0; level < column->levels.size(); ++level) {
      if (column->levels[level].empty()) continue;
      std::vector<char> keep(table.rows());
      bool any = false;
      for (std::size_t i = 0; i < table.rows(); ++i) {
        keep[i] = column->codes[i] == level;
        any = any || (keep[i] && table.count_at(i) > 0 && table.lower[i] == table.upper[i]);
      }
      if (!any) continue;
      s.shapes.push_back(shape);
      s.keep.push_back(keep);
      for (const auto& n : names) {
        s.names.push_back(column->levels[level] + ":" + n);
        s.bare.push_back(n);
      }
    }
    if (s.shapes.empty()) throw UsageError("--mode: no failure carries a mode");
  }
  s.fixed.resize(s.names.size());
  for (const auto& [name, value] : model.fixed) {
    bool found = false;
    for (std::size_t i = 0; i < s.names.size(); ++i)
      if (s.names[i] == name || s.bare[i] == name) {
        s.fixed[i] = value;
        found = true;
      }
    if (!found) throw UsageError("--fix: '" + name + "' is no parameter of " + model.distribution);
  }
  return s;
}

template <class R>
Problem<R> make_problem(const LifeTable& table, const Setup& setup, double scale, unsigned threads = 1) {
  std::vector<Likelihood<R>> parts;
  if (setup.regression) {
    const Regression& r = *setup.regression;
    std::vector<StressPoint<R>> points;
    for (const auto& values : r.sets) points.push_back(stress_point<R>(r, values));
    std::optional<StressPoint<R>> use;
    if (!r.use.empty()) use = stress_point<R>(r, r.use);
    parts.emplace_back(setup.shapes[0], make_rows<R>(table, {}, r.set_of, scale), std::move(points), std::move(use));
    parts.back().set_threads(threads);
    return Problem<R>(std::move(parts));
  }
  for (std::size_t m = 0; m < setup.shapes.size(); ++m) {
    parts.emplace_back(setup.shapes[m], make_rows<R>(table, setup.keep[m], {}, scale));
    parts.back().set_threads(threads);
  }
  return Problem<R>(std::move(parts));
}

template <class R>
R absolute(const R& x) {
  return x < R(0) ? R(-x) : x;
}

/// A problem with some parameters held, in free coordinates.
template <class R>
struct Free {
  const Problem<R>* problem;
  std::vector<std::size_t> index;  ///< of the free parameters
  std::vector<R> theta;            ///< values of the held ones

  [[nodiscard]] std::size_t size() const { return index.size(); }
  std::vector<R> parameters(const std::vector<R>& phi) const {
    auto t = theta;
    for (std::size_t i = 0; i < index.size(); ++i) t[index[i]] = to_parameter(problem->axis()[index[i]], phi[i]);
    return t;
  }
  std::vector<R> coordinates(const std::vector<R>& t) const {
    std::vector<R> phi(index.size());
    for (std::size_t i = 0; i < index.size(); ++i) phi[i] = to_free(problem->axis()[index[i]], t[index[i]]);
    return phi;
  }
  /// Brings a jet in all parameters to the free coordinates.
  void reduce(const std::vector<R>& t, Jet<R>& j) const {
    pull_back(problem->axis(), t, j);
    Jet<R> out;
    out.reset(index.size());
    out.value = j.value;
    for (std::size_t a = 0; a < index.size(); ++a) {
      out.gradient[a] = j.gradient[index[a]];
      for (std::size_t b = 0; b < index.size(); ++b) out.h(a, b) = j.h(index[a], index[b]);
    }
    j = std::move(out);
  }
  bool evaluate(const std::vector<R>& phi, Jet<R>& out) const {
    const auto t = parameters(phi);
    if (!problem->evaluate(t, out)) return false;
    reduce(t, out);
    return true;
  }
};

template <class R>
Matrix<R> minus_hessian(const Jet<R>& j) {
  Matrix<R> m(j.size());
  for (std::size_t i = 0; i < j.size(); ++i)
    for (std::size_t k = 0; k < j.size(); ++k) m(i, k) = -j.h(i, k);
  return m;
}

template <class R>
struct Summit {
  bool started = false, reached = false, definite = false;
  int iterations = 0;
  R decrement{};
  std::vector<R> phi;
  Jet<R> jet;
};

/// Newton's method with a ridge while the Hessian is not negative definite, and step halving.
template <class R>
Summit<R> climb(const Free<R>& f, std::vector<R> phi, const R& tolerance, int limit) {
  using std::sqrt;
  Summit<R> s;
  s.phi = std::move(phi);
  if (!f.evaluate(s.phi, s.jet)) return s;
  s.started = true;
  const std::size_t n = f.size();
  if (n == 0) {
    s.reached = s.definite = true;
    return s;
  }
  for (s.iterations = 0; s.iterations < limit; ++s.iterations) {
    Matrix<R> m = minus_hessian(s.jet);
    Matrix<R> l = m;
    s.definite = cholesky(l);
    if (!s.definite) {
      R ridge = R(0);
      for (std::size_t i = 0; i < n; ++i) ridge = std::max(ridge, absolute(m(i, i)));
      ridge = ridge * R(1e-3) + R(1e-300);
      for (int k = 0; k < 400; ++k, ridge *= R(4)) {
        l = m;
        for (std::size_t i = 0; i < n; ++i) l(i, i) += ridge;
        if (cholesky(l)) break;
      }
    }
    std::vector<R> step = s.jet.gradient;
    cholesky_solve(l, step);
    R d = R(0);
    for (std::size_t i = 0; i < n; ++i) d += step[i] * s.jet.gradient[i];
    s.decrement = sqrt(absolute(d));
    if (s.decrement < tolerance) {
      s.reached = true;
      return s;
    }
    for (std::size_t i = 0; i < n; ++i) {  // coordinates are logarithms or logits: a step beyond 2 is no local step
      const R limit_i = f.problem->axis()[f.index[i]] == Axis::plain ? R(-1) : R(2);
      if (limit_i > R(0) && absolute(step[i]) > limit_i) {
        const R shrink = limit_i / absolute(step[i]);
        for (auto& x : step) x *= shrink;
      }
    }
    Jet<R> next;
    bool moved = false;
    for (int k = 0; k < 60; ++k) {
      auto trial = s.phi;
      for (std::size_t i = 0; i < n; ++i) trial[i] += step[i];
      // Close to the top the gain drowns in rounding; the decrement then decides.
      if (f.evaluate(trial, next) && (next.value > s.jet.value || s.decrement < sqrt(sqrt(tolerance)))) {
        s.phi = trial;
        s.jet = next;
        moved = true;
        break;
      }
      for (auto& x : step) x *= R(0.5);
    }
    if (!moved) return s;
  }
  return s;
}

/// The end of a profile-likelihood interval: log L = top - drop, gradient of log L along that of the functional.
template <class R>
struct ProfileEnd {
  std::vector<R> phi;
  R kappa{};
};

/// One Newton solve of the profile equations from a nearby start. False when it does not settle.
template <class R>
bool settle(const Free<R>& f,
            FunctionalValue<R>& q,
            const R& level,
            ProfileEnd<R>& end,
            const std::vector<R>& unit,
            const R& tolerance,
            int limit,
            const R& reach) {
  const std::size_t n = f.size();
  Jet<R> l, g;
  const auto start = end.phi;
  for (int it = 0; it < limit; ++it) {
    const auto theta = f.parameters(end.phi);
    if (!f.problem->evaluate(theta, l)) return false;
    if (!q.evaluate(theta, g)) return false;
    f.reduce(theta, l);
    f.reduce(theta, g);
    Matrix<R> m(n + 1);
    std::vector<R> b(n + 1);
    // Columns are scaled by `unit` (standard errors), the last by 1/|grad q|.
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) m(i, j) = (l.h(i, j) - end.kappa * g.h(i, j)) * unit[i] * unit[j];
      m(i, n) = -g.gradient[i] * unit[i];
      m(n, i) = l.gradient[i] * unit[i];
      b[i] = -(l.gradient[i] - end.kappa * g.gradient[i]) * unit[i];
    }
    R size = R(0);
    for (std::size_t i = 0; i < n; ++i) size = std::max(size, absolute(m(i, n)));
    if (!(size > R(0))) return false;
    for (std::size_t i = 0; i < n; ++i) m(i, n) /= size;
    b[n] = level - l.value;
    if (!solve(m, b)) return false;
    R move = R(0);
    for (std::size_t i = 0; i < n; ++i) {
      if (!(b[i] - b[i] == R(0))) return false;
      move = std::max(move, absolute(b[i]));
    }
    for (std::size_t i = 0; i < n; ++i) end.phi[i] += b[i] * unit[i];
    end.kappa += b[n] / size;
    for (std::size_t i = 0; i < n; ++i)
      if (reach > R(0) && absolute(end.phi[i] - start[i]) > reach * unit[i]) return false;
    if (move < tolerance) return true;
  }
  return false;
}

/// Is the point a maximum of log L on its level set of the functional?
template <class R>
bool constrained_maximum(const Free<R>& f, FunctionalValue<R>& q, const ProfileEnd<R>& end) {
  const std::size_t n = f.size();
  if (n == 1) return true;
  Jet<R> l, g;
  const auto theta = f.parameters(end.phi);
  if (!f.problem->evaluate(theta, l) || !q.evaluate(theta, g)) return false;
  f.reduce(theta, l);
  f.reduce(theta, g);
  std::size_t pivot = 0;
  for (std::size_t i = 1; i < n; ++i)
    if (absolute(g.gradient[i]) > absolute(g.gradient[pivot])) pivot = i;
  Matrix<R> m(n - 1);  // minus the Hessian of the Lagrangian on the tangent space, one basis vector a coordinate
  std::vector<std::vector<R>> basis;
  for (std::size_t i = 0; i < n; ++i) {
    if (i == pivot) continue;
    std::vector<R> v(n, R(0));
    v[i] = R(1);
    v[pivot] = -g.gradient[i] / g.gradient[pivot];
    basis.push_back(v);
  }
  for (std::size_t a = 0; a < n - 1; ++a)
    for (std::size_t b = 0; b < n - 1; ++b) {
      R sum = R(0);
      for (std::size_t i = 0; i < n; ++i)
        for (std::size_t j = 0; j < n; ++j) sum -= basis[a][i] * (l.h(i, j) - end.kappa * g.h(i, j)) * basis[b][j];
      m(a, b) = sum;
    }
  return cholesky(m);
}

template <class R>
R normal_deviate(const R& upper_tail) {
  using std::log;
  const R target = log(upper_tail);
  R z = R(2);
  for (int i = 0; i < 100; ++i) {
    const Uni<R> u = log_normal_sf(z);
    const R move = (u.f - target) / u.d1;
    z -= move;
    if (absolute(move) < R(4) * std::numeric_limits<R>::epsilon()) break;
  }
  return z;
}

double to_double(const Real50& x) {
  return static_cast<double>(x);
}

std::string thirty_digits(const Real50& x) {
  return x.str(30);
}

/// Follows the profile from the summit to a drop of z^2/2 in long double, then settles with 50 digits.
class Profiler {
 public:
  Profiler(const Free<Real50>& fine,
           const Summit<Real50>& summit,
           const Free<long double>& coarse,
           const std::vector<Real50>& error,
           double scale)
      : fine_(fine), summit_(summit), coarse_(coarse), scale_(scale), unit_(error) {
    for (const Real50& x : summit.phi) phi_.push_back(static_cast<long double>(x));
    for (const Real50& x : error) coarse_unit_.push_back(static_cast<long double>(x));
    top_ = static_cast<long double>(summit.jet.value);
  }

  /// NaN when the drop is never reached on a regular path.
  double bound(const Functional& what, int direction, const Real50& z) {
    FunctionalValue<long double> q(*coarse_.problem, what, scale_);
    Jet<long double> g;
    const std::size_t n = phi_.size();
    const auto theta = coarse_.parameters(phi_);
    if (!q.evaluate(theta, g)) return kAbsent;
    coarse_.reduce(theta, g);
    // First-order path: phi moves along the inverse information times grad q.
    Jet<long double> l;
    if (!coarse_.evaluate(phi_, l)) return kAbsent;
    Matrix<long double> m = minus_hessian(l);
    if (!cholesky(m)) return kAbsent;
    std::vector<long double> way = g.gradient;
    cholesky_solve(m, way);
    long double variance = 0;
    for (std::size_t i = 0; i < n; ++i) variance += way[i] * g.gradient[i];
    if (!(variance > 0)) return kAbsent;
    const long double se = std::sqrt(variance);
    const long double goal = static_cast<long double>(z);
    ProfileEnd<long double> at{phi_, 0}, before = at;
    long double s = 0, s_before = 0, step = goal / 8;
    const long double base = l.value;
    int steps = 0;
    while (s < goal) {
      if (++steps > 20000 || step < goal * 1e-6L) return kAbsent;
      const long double next = std::min(goal, s + step);
      ProfileEnd<long double> trial = at;
      if (s == 0) {
        for (std::size_t i = 0; i < n; ++i) trial.phi[i] += direction * next * way[i] / se;
        trial.kappa = -direction * next / se;
      } else {
        const long double r = (next - s) / (s - s_before);
        for (std::size_t i = 0; i < n; ++i) trial.phi[i] += r * (at.phi[i] - before.phi[i]);
        trial.kappa += r * (at.kappa - before.kappa);
      }
      const auto predicted = trial.phi;
      if (settle<long double>(coarse_, q, base - next * next / 2, trial, coarse_unit_, next < goal ? 1e-7L : 1e-12L, 8,
                              0.5L + step) &&
          trial.kappa * direction < 0 && constrained_maximum(coarse_, q, trial)) {
        long double miss = 0;
        for (std::size_t i = 0; i < n; ++i)
          miss = std::max(miss, absolute(trial.phi[i] - predicted[i]) / coarse_unit_[i]);
        before = at;
        s_before = s;
        at = trial;
        s = next;
        if (miss < 0.05L) step = std::min(step * 2, goal / 4);
      } else {
        step /= 2;
      }
    }
    FunctionalValue<Real50> exact(*fine_.problem, what, scale_);
    exact.set_side(q.side());
    ProfileEnd<Real50> end;
    for (const long double x : at.phi) end.phi.emplace_back(x);
    end.kappa = Real50(at.kappa);
    const Real50 level = summit_.jet.value - z * z / 2;
    // A step below 1e-11 leaves an error near its square.
    if (!settle<Real50>(fine_, exact, level, end, unit_, Real50(1e-11), 12, Real50(0.01))) return kAbsent;
    Jet<Real50> value;
    if (!exact.evaluate(fine_.parameters(end.phi), value)) return kAbsent;
    const Real50 result = exact.restore(value.value);
    const bool time = what.kind == Functional::Kind::quantile || what.kind == Functional::Kind::mean;
    return to_double(time ? Real50(result * scale_) : result);
  }

 private:
  const Free<Real50>& fine_;
  const Summit<Real50>& summit_;
  const Free<long double>& coarse_;
  double scale_;
  std::vector<Real50> unit_;
  std::vector<long double> phi_, coarse_unit_;
  long double top_ = 0;
};

}  // namespace

const char* to_string(CertificateStatus status) noexcept {
  switch (status) {
    case CertificateStatus::maximum: return "maximum";
    case CertificateStatus::not_a_maximum: return "not a maximum";
    case CertificateStatus::no_optimum: return "no optimum";
    case CertificateStatus::invalid_start: return "invalid start";
  }
  return "";
}

std::vector<std::string> parameter_names(const LifeTable& table, const Model& model) {
  return make_setup(table, model).names;
}

double log_likelihood(const LifeTable& table, const Model& model, const std::vector<double>& theta) {
  const Setup setup = make_setup(table, model);
  const auto problem = make_problem<Real50>(table, setup, 1.0);
  if (theta.size() != problem.size()) throw UsageError("one value a parameter is needed");
  std::vector<Real50> point;
  for (double x : theta) point.push_back(decimal<Real50>(x));
  Jet<Real50> j;
  if (!problem.evaluate(point, j)) return -std::numeric_limits<double>::infinity();
  return to_double(j.value);
}

Certificate certify(const LifeTable& table,
                    const Model& model,
                    const std::vector<double>& start,
                    const Request& request) {
  const Setup setup = make_setup(table, model);
  Certificate out;
  const std::size_t n = setup.names.size();
  if (start.size() != n) throw UsageError("one starting value a parameter is needed");
  const auto problem = make_problem<Real50>(table, setup, 1.0, request.threads);
  const auto coarse_problem = make_problem<long double>(table, setup, 1.0, request.threads);
  Free<Real50> fine{&problem, {}, {}};
  Free<long double> coarse{&coarse_problem, {}, {}};
  for (std::size_t i = 0; i < n; ++i) {
    const double x = setup.fixed[i].value_or(start[i]);
    fine.theta.push_back(decimal<Real50>(x));
    coarse.theta.push_back(static_cast<long double>(x));
    if (!setup.fixed[i]) {
      fine.index.push_back(i);
      coarse.index.push_back(i);
    }
  }
  const std::size_t k = fine.size();
  // Most of the way in long double, the rest with 50 digits: each further step doubles the correct digits.
  Jet<long double> probe;
  std::vector<Real50> phi = fine.coordinates(fine.theta);
  auto rough = climb<long double>(coarse, coarse.coordinates(coarse.theta), 1e-13L, 60);
  if (!rough.started) {
    Jet<Real50> j;
    if (!fine.evaluate(phi, j)) {
      out.status = CertificateStatus::invalid_start;
      return out;
    }
  } else if (rough.definite) {
    for (std::size_t i = 0; i < k; ++i) phi[i] = Real50(rough.phi[i]);
  }
  const auto summit = climb<Real50>(fine, phi, Real50(1e-26), 60);
  out.iterations = summit.iterations;
  out.gradient = to_double(summit.decrement);
  const auto theta = fine.parameters(summit.phi);
  out.log_likelihood = to_double(summit.jet.value);
  out.log_likelihood_digits = thirty_digits(summit.jet.value);
  for (std::size_t i = 0; i < n; ++i) {
    CertifiedQuantity q;
    q.name = setup.names[i];
    q.estimate = to_double(theta[i]);
    q.digits = thirty_digits(theta[i]);
    q.fixed = setup.fixed[i].has_value();
    out.parameters.push_back(q);
  }
  if (!summit.started) {
    out.status = CertificateStatus::invalid_start;
    return out;
  }
  for (const Real50& x : eigenvalues(minus_hessian(summit.jet))) out.information.push_back(to_double(x));
  if (!summit.reached) return out;
  out.status = summit.definite ? CertificateStatus::maximum : CertificateStatus::not_a_maximum;
  if (!summit.definite) return out;

  // Covariance in the parameters themselves. At the optimum the gradient vanishes, so the Hessian transforms by
  // the first derivatives alone.
  Jet<Real50> plain;
  problem.evaluate(theta, plain);
  Matrix<Real50> factor(k);
  for (std::size_t a = 0; a < k; ++a)
    for (std::size_t b = 0; b < k; ++b) factor(a, b) = -plain.h(fine.index[a], fine.index[b]);
  if (k > 0 && !cholesky(factor)) return out;
  Matrix<Real50> covariance(n);
  for (std::size_t a = 0; a < k; ++a) {
    std::vector<Real50> column(k, Real50(0));
    column[a] = 1;
    cholesky_solve(factor, column);
    for (std::size_t b = 0; b < k; ++b) covariance(fine.index[b], fine.index[a]) = column[b];
  }
  out.covariance.assign(n, std::vector<double>(n));
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < n; ++j) out.covariance[i][j] = to_double(covariance(i, j));
  std::vector<Real50> free_error;
  {
    Matrix<Real50> l = minus_hessian(summit.jet);
    if (k > 0 && !cholesky(l)) return out;
    for (std::size_t a = 0; a < k; ++a) {
      std::vector<Real50> column(k, Real50(0));
      column[a] = 1;
      cholesky_solve(l, column);
      free_error.push_back(sqrt(column[a]));
    }
  }
  const Real50 level = decimal<Real50>(request.confidence);
  const bool two = request.sides == "two";
  const Real50 z = normal_deviate<Real50>(two ? Real50((1 - level) / 2) : Real50(1 - level));
  const bool lower = request.sides != "upper", upper = request.sides != "lower";

  const auto wald = [&](CertifiedQuantity& q, const Real50& estimate, const Real50& se, Axis axis) {
    if (!request.wald || !(se > 0)) return;
    if (request.wald_scale == "plain") axis = Axis::plain;
    if (axis == Axis::log && !(estimate > 0)) return;
    if (axis == Axis::logit && !(estimate > 0 && estimate < 1)) return;
    const Real50 centre = to_free(axis, estimate);
    Real50 spread = se;
    if (axis == Axis::log) spread = se / estimate;
    if (axis == Axis::logit) spread = se / (estimate * (1 - estimate));
    if (lower) q.wald_lower = to_double(to_parameter<Real50>(axis, Real50(centre - z * spread)));
    if (upper) q.wald_upper = to_double(to_parameter<Real50>(axis, Real50(centre + z * spread)));
  };
  Profiler profiler(fine, summit, coarse, free_error, 1.0);
  const auto profile = [&](CertifiedQuantity& q, const Functional& what) {
    if (!request.profile || k == 0) return;
    if (lower) q.profile_lower = profiler.bound(what, -1, z);
    if (upper) q.profile_upper = profiler.bound(what, +1, z);
  };
  for (std::size_t i = 0; i < n; ++i) {
    CertifiedQuantity& q = out.parameters[i];
    if (q.fixed) continue;
    const Real50 se = sqrt(covariance(i, i));
    q.std_error = to_double(se);
    wald(q, theta[i], se, problem.axis()[i]);
    profile(q, {Functional::Kind::parameter, i, 0.0});
  }
  if (setup.regression && setup.shapes[0].law.family == Family::weibull) {
    const CertifiedQuantity& shape = out.parameters.back();
    CertifiedQuantity q;
    q.name = "sigma";
    q.fixed = shape.fixed;
    const Real50 sigma = 1 / theta.back();
    q.estimate = to_double(sigma);
    q.digits = thirty_digits(sigma);
    if (!q.fixed) {
      const Real50 se = sqrt(covariance(n - 1, n - 1)) * sigma * sigma;
      q.std_error = to_double(se);
      wald(q, sigma, se, Axis::log);
      q.profile_lower = 1 / shape.profile_upper;
      q.profile_upper = 1 / shape.profile_lower;
    }
    out.derived.push_back(q);
  }
  const bool line = whole_line(setup.shapes[0].law.family);
  const auto functional = [&](const Functional& what, Axis axis) {
    CertifiedQuantity q;
    FunctionalValue<Real50> f(problem, what, 1.0);
    Jet<Real50> j;
    if (!f.evaluate(theta, j)) return q;
    const Real50 estimate = f.restore(j.value);
    q.estimate = to_double(estimate);
    q.digits = thirty_digits(estimate);
    Real50 variance = 0;
    for (std::size_t a = 0; a < n; ++a)
      for (std::size_t b = 0; b < n; ++b) variance += j.gradient[a] * covariance(a, b) * j.gradient[b];
    Real50 se = sqrt(variance);
    if (what.kind == Functional::Kind::reliability) se *= f.side() > 0 ? estimate : Real50(exp(-j.value));
    if (!(se > 0)) return q;  // a constant, such as a reliability before every threshold
    q.std_error = to_double(se);
    wald(q, estimate, se, axis);
    profile(q, what);
    return q;
  };
  for (double p : request.quantiles) {
    out.quantiles.push_back(functional({Functional::Kind::quantile, 0, p}, line ? Axis::plain : Axis::log));
    std::ostringstream name;
    name << "B" << 100 * p;
    out.quantiles.back().name = name.str();
  }
  for (double t : request.at) {
    out.reliability.push_back(functional({Functional::Kind::reliability, 0, t}, Axis::logit));
    std::ostringstream name;
    name << "R(" << t << ")";
    out.reliability.back().name = name.str();
  }
  if (request.mean) {
    out.mean = functional({Functional::Kind::mean, 0, 0.0}, line ? Axis::plain : Axis::log);
    out.mean.name = "mean";
  }
  return out;
}

}  // namespace relia::witness
