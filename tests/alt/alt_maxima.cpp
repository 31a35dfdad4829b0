// Judges relia alt on random small samples: is "converged" always a maximum, and is a maximum always found?
//
//   alt_maxima [--seed N] [--cases N]
//
// Everything is decided apart from the engine, in (a, b) = (beta/sigma, 1/sigma), where z = b u - x'a is linear and
// log L concave, with a log L written anew in long double.
//
// Existence. A maximum exists unless some direction (da, db), db >= 0, never lowers a row: dz = 0 for an exact age,
// dz <= 0 for a right-censored one, dz >= 0 for a left-censored one, both for the ends of an interval. Such a cone, if
// it is not just 0, has an extreme ray on which all but one dimension of the constraints hold with equality; with a
// dozen rows all of them can be tried. Without an exact age or an interval log L has a limit also as b falls to 0, and
// a maximum exists inside only if log L rises in b at the best a there.
//
// Converged. The decrement g' H^-1 g at the reported parameters, what a Newton step would still gain, must vanish.
//
// Missed. A maximum is sought by another climb. One that is so flat that a unit of z holds less than a billionth of one
// unit's information (a standard error above some 30,000 sigma) counts as a ridge: the engine refuses those by rule.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include <Eigen/Dense>

#include <relia/alt.hpp>

namespace {

using relia::LifeTable;
constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Row {
  int lower = 0, upper = 0;  ///< 0 and -1 stand for none
  std::vector<int> x;
  int count = 1;
};

struct Case {
  std::string distribution;
  std::vector<Row> rows;
  std::size_t stresses = 1;
};

Case draw(std::mt19937_64& random) {
  const auto pick = [&](int from, int to) { return std::uniform_int_distribution<int>(from, to)(random); };
  Case c;
  static const char* const kNames[] = {"weibull", "lognormal", "loglogistic", "exponential"};
  c.distribution = kNames[pick(0, 3)];
  c.stresses = static_cast<std::size_t>(pick(1, 4) == 1 ? 2 : 1);
  const int rows = pick(2, 9), levels = pick(1, 4);
  std::vector<std::vector<int>> level;
  for (int l = 0; l < levels; ++l) {
    std::vector<int> x;
    for (std::size_t s = 0; s < c.stresses; ++s) x.push_back(pick(0, 3));
    level.push_back(std::move(x));
  }
  const int censored = pick(0, 8), grouped = pick(0, 3);
  for (int i = 0; i < rows; ++i) {
    Row r;
    r.x = level[static_cast<std::size_t>(pick(0, levels - 1))];
    r.count = pick(0, 9) == 0 ? 2 : 1;
    // Powers of two often: rows that lie on one line exactly.
    const int age = pick(0, 2) == 0 ? 1 << pick(0, 4) : pick(1, 12);
    const int kind = pick(0, 9);
    if (kind < censored) {
      r.lower = age;
      r.upper = -1;
    } else if (grouped == 0 && kind == 9) {
      r.upper = age;
    } else if (grouped == 0 && kind == 8) {
      r.lower = age;
      r.upper = age + pick(1, 5);
    } else {
      r.lower = r.upper = age;
    }
    c.rows.push_back(std::move(r));
  }
  return c;
}

LifeTable table_of(const Case& c) {
  LifeTable t;
  for (std::size_t s = 0; s < c.stresses; ++s) {
    relia::Column column;
    column.name = std::string(1, static_cast<char>('a' + s));
    t.columns.push_back(std::move(column));
  }
  for (const Row& r : c.rows) {
    t.lower.push_back(r.lower);
    t.upper.push_back(r.upper < 0 ? kInfinity : r.upper);
    t.count.push_back(r.count);
    for (std::size_t s = 0; s < c.stresses; ++s) t.columns[s].numbers.push_back(r.x[s]);
  }
  return t;
}

using Real = long double;
using Vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;
using Matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

/// Survival, its complement, density and slope of the density of the standard law.
struct Law {
  Real s, f, d, dd;
};

Law law(const std::string& name, Real z) {
  if (name == "lognormal") {
    const Real root = std::sqrt(Real(2)), d = std::exp(-z * z / 2) / std::sqrt(2 * std::acos(Real(-1)));
    return {std::erfc(z / root) / 2, std::erfc(-z / root) / 2, d, -z * d};
  }
  if (name == "loglogistic") {
    const Real e = std::exp(-std::fabs(z)), low = e / (1 + e), high = 1 / (1 + e), d = low * high;
    return {z > 0 ? low : high, z > 0 ? high : low, d, z > 0 ? d * (low - high) : d * (high - low)};
  }
  const Real e = std::exp(z), s = std::exp(-e);
  return {s, -std::expm1(-e), e * s, e * s * (1 - e)};
}

/// P(z1 < Z < z2) without cancellation.
Real between(const std::string& name, Real z1, Real z2) {
  const Law a = law(name, z1), b = law(name, z2);
  if (name == "weibull" || name == "exponential") return a.s * -std::expm1(std::exp(z1) - std::exp(z2));
  return z1 > 0 ? a.s - b.s : b.f - a.f;
}

/// log L in (a, b), less the constant -ln t of exact rows, with gradient and Hessian.
struct Value {
  Real f = 0;
  Vector g;
  Matrix h;
};

Eigen::Index dimension(const Case& c) {
  return static_cast<Eigen::Index>(1 + c.stresses + (c.distribution != "exponential" ? 1 : 0));
}

Value evaluate(const Case& c, const Vector& x) {
  const Eigen::Index n = x.size(), p = static_cast<Eigen::Index>(1 + c.stresses);
  const bool scale = n > p;
  const Real b = scale ? x[p] : Real(1);
  Value v;
  v.g = Vector::Zero(n);
  v.h = Matrix::Zero(n, n);
  const auto row = [&](const Row& r, int age) {
    Vector w = Vector::Zero(n);
    w[0] = -1;
    for (std::size_t s = 0; s < c.stresses; ++s) w[static_cast<Eigen::Index>(s) + 1] = -r.x[s];
    if (scale) w[p] = std::log(Real(age));
    return w;
  };
  const auto z_of = [&](const Vector& w, int age) { return scale ? w.dot(x) : w.dot(x) + std::log(Real(age)); };
  const auto one = [&](const Vector& w, Real count, Real f, Real d, Real dd) {
    v.f += count * f;
    v.g += count * d * w;
    v.h += count * dd * w * w.transpose();
  };
  for (const Row& r : c.rows) {
    const Real count = r.count;
    if (r.lower == r.upper) {
      const Vector w = row(r, r.lower);
      const Real z = z_of(w, r.lower);
      if (c.distribution == "lognormal") {
        one(w, count, -z * z / 2 - std::log(2 * std::acos(Real(-1))) / 2, -z, -1);
      } else if (c.distribution == "loglogistic") {
        const Law l = law(c.distribution, z);
        one(w, count, std::log(l.d), l.s - l.f, -2 * l.d);
      } else {
        one(w, count, z - std::exp(z), 1 - std::exp(z), -std::exp(z));
      }
      if (scale) {
        v.f += count * std::log(b);
        v.g[p] += count / b;
        v.h(p, p) -= count / (b * b);
      }
    } else if (r.upper < 0) {
      const Vector w = row(r, r.lower);
      const Real z = z_of(w, r.lower);
      if (c.distribution == "weibull" || c.distribution == "exponential") {
        one(w, count, -std::exp(z), -std::exp(z), -std::exp(z));
        continue;
      }
      const Law l = law(c.distribution, z);
      const Real d = -l.d / l.s;
      one(w, count, std::log(l.s), d, -l.dd / l.s - d * d);
    } else if (r.lower == 0) {
      const Vector w = row(r, r.upper);
      const Law l = law(c.distribution, z_of(w, r.upper));
      const Real d = l.d / l.f;
      one(w, count, std::log(l.f), d, l.dd / l.f - d * d);
    } else {
      const Vector w1 = row(r, r.lower), w2 = row(r, r.upper);
      const Real z1 = z_of(w1, r.lower), z2 = z_of(w2, r.upper);
      const Law l1 = law(c.distribution, z1), l2 = law(c.distribution, z2);
      const Real mass = between(c.distribution, z1, z2), d1 = -l1.d / mass, d2 = l2.d / mass;
      const Vector g = d1 * w1 + d2 * w2;
      v.f += count * std::log(mass);
      v.g += count * g;
      v.h += count * (-l1.dd / mass * w1 * w1.transpose() + l2.dd / mass * w2 * w2.transpose() - g * g.transpose());
    }
  }
  return v;
}

bool finite(const Value& v) {
  return std::isfinite(v.f) && v.g.allFinite() && v.h.allFinite();
}

/// What a Newton step would gain, twice; infinity where -H is not positive definite.
Real decrement(const Value& v) {
  const Eigen::LDLT<Matrix> solver(-v.h);
  if (solver.info() != Eigen::Success || !solver.isPositive() || (solver.vectorD().array() <= 0).any())
    return kInfinity;
  const Real d = v.g.dot(solver.solve(v.g));
  return d >= 0 ? d : kInfinity;
}

struct Top {
  Vector x;
  Value at;
  bool settled = false;
};

/// Damped Newton ascent over the coordinates that are not held; b stays above 0.
Top climb(const Case& c, Vector x, bool hold_b) {
  const auto p = static_cast<Eigen::Index>(1 + c.stresses);
  const bool scale = x.size() > p && !hold_b;
  const Eigen::Index n = hold_b ? p : x.size();
  Top t{x, evaluate(c, x), false};
  for (int widen = 0; widen < 60 && scale && !finite(t.at); ++widen) {
    t.x *= 0.5;
    t.at = evaluate(c, t.x);
  }
  for (int pass = 0; pass < 3000 && finite(t.at); ++pass) {
    const Matrix curved = -t.at.h.topLeftCorner(n, n);
    const Vector g = t.at.g.head(n);
    Vector step;
    for (Real ridge = 0;; ridge = ridge == 0 ? Real(1e-18) : ridge * 10) {
      Matrix m = curved;
      m.diagonal().array() += ridge * curved.diagonal().maxCoeff();
      const Eigen::LDLT<Matrix> solver(m);
      step = solver.solve(g);
      if (solver.isPositive() && (solver.vectorD().array() > 0).all() && step.allFinite()) break;
      if (ridge > 1) return t;
    }
    const Real gain = g.dot(step);
    if (gain < Real(1e-26)) {
      t.settled = true;
      return t;
    }
    Real length = 1;
    if (scale && step[p] < 0) length = std::fmin(length, Real(-0.9) * t.x[p] / step[p]);
    bool moved = false;
    for (int halving = 0; halving < 60 && !moved; ++halving, length /= 2) {
      Vector y = t.x;
      y.head(n) += length * step;
      Value next = evaluate(c, y);
      if (!finite(next) || next.f < t.at.f - Real(1e-18) * (1 + std::fabs(t.at.f))) continue;
      t.x = std::move(y);
      t.at = std::move(next);
      moved = true;
    }
    if (!moved) {
      t.settled = gain < Real(1e-15);
      return t;
    }
  }
  return t;
}

/// Least eigenvalue of -H: the information about the worst known direction, z counted as it stands.
Real information(const Value& v) {
  return Eigen::SelfAdjointEigenSolver<Matrix>(-v.h, Eigen::EigenvaluesOnly).eigenvalues().minCoeff();
}

Vector start(const Case& c) {
  Vector x = Vector::Zero(dimension(c));
  Real sum = 0, count = 0;
  for (const Row& r : c.rows) {
    sum += std::log(Real(std::max(r.lower, r.upper)));
    count += 1;
  }
  x[0] = sum / count;
  if (c.distribution != "exponential") x[x.size() - 1] = 1;
  return x;
}

/// d log L/d b at b = 0 and the best a there, for samples of failed-or-not rows.
Real slope_at_no_ages(const Case& c) {
  Vector x = start(c);
  x[x.size() - 1] = 0;
  x[0] = 0;
  const Top t = climb(c, x, true);
  return t.at.g[x.size() - 1];
}

enum class Existence { maximum, none };

Existence decide(const Case& c) {
  const bool scale = c.distribution != "exponential";
  const auto p = static_cast<Eigen::Index>(1 + c.stresses), dimension = p + (scale ? 1 : 0);
  std::vector<Eigen::VectorXd> constraints;  // row . d <= 0
  std::vector<bool> equal;
  bool barrier = !scale, data = false;
  const auto add = [&](const Row& r, int age, double sign, bool equality) {
    Eigen::VectorXd v = Eigen::VectorXd::Zero(dimension);
    v[0] = -1.0;
    for (std::size_t s = 0; s < c.stresses; ++s) v[static_cast<Eigen::Index>(s) + 1] = -r.x[s];
    if (scale) v[p] = std::log(age);
    constraints.push_back(sign * v / v.norm());
    equal.push_back(equality);
    data = true;
  };
  for (const Row& r : c.rows) {
    if (r.lower == r.upper) {
      add(r, r.lower, 1.0, true);
      barrier = true;
    } else if (r.upper < 0) {
      add(r, r.lower, 1.0, false);
    } else if (r.lower == 0) {
      add(r, r.upper, -1.0, false);
    } else {
      add(r, r.lower, 1.0, false);
      add(r, r.upper, -1.0, false);
      barrier = true;
    }
  }
  if (!data) return Existence::none;
  if (scale) {
    Eigen::VectorXd v = Eigen::VectorXd::Zero(dimension);
    v[p] = -1.0;
    constraints.push_back(v);
    equal.push_back(false);
  }
  const std::size_t m = constraints.size();
  Eigen::MatrixXd all(static_cast<Eigen::Index>(m), dimension);
  for (std::size_t i = 0; i < m; ++i) all.row(static_cast<Eigen::Index>(i)) = constraints[i].transpose();
  static constexpr double kTolerance = 1e-9;
  const auto rank = [](const Eigen::MatrixXd& a) {
    Eigen::FullPivLU<Eigen::MatrixXd> lu(a);
    lu.setThreshold(kTolerance);
    return lu.rank();
  };
  if (rank(all) < dimension) return Existence::none;
  const auto in_cone = [&](const Eigen::VectorXd& d) {
    for (std::size_t i = 0; i < m; ++i) {
      const double v = constraints[i].dot(d);
      if (v > kTolerance || (equal[i] && v < -kTolerance)) return false;
    }
    return true;
  };
  // Every choice of dimension - 1 rows that leaves one direction.
  const auto k = static_cast<std::size_t>(dimension - 1);
  std::vector<std::size_t> chosen(k);
  for (std::size_t i = 0; i < k; ++i) chosen[i] = i;
  if (k > m) return Existence::none;
  while (true) {
    Eigen::MatrixXd a(static_cast<Eigen::Index>(k), dimension);
    for (std::size_t i = 0; i < k; ++i) a.row(static_cast<Eigen::Index>(i)) = constraints[chosen[i]].transpose();
    Eigen::FullPivLU<Eigen::MatrixXd> lu(a);
    lu.setThreshold(kTolerance);
    if (lu.rank() == dimension - 1) {
      const Eigen::VectorXd d = lu.kernel().col(0).normalized();
      if (in_cone(d) || in_cone(-d)) return Existence::none;
    }
    std::size_t i = k;
    while (i > 0 && chosen[i - 1] == m - k + i - 1) --i;
    if (i == 0) break;
    ++chosen[i - 1];
    for (std::size_t j = i; j < k; ++j) chosen[j] = chosen[j - 1] + 1;
  }
  return barrier || slope_at_no_ages(c) > Real(1e-12) ? Existence::maximum : Existence::none;
}

void print(const Case& c, std::uint64_t number, const char* what) {
  std::printf("case %llu, %s: %s\n", static_cast<unsigned long long>(number), c.distribution.c_str(), what);
  for (const Row& r : c.rows) {
    std::printf("  %d,%s,%d", r.lower, r.upper < 0 ? "" : std::to_string(r.upper).c_str(), r.count);
    for (const int x : r.x) std::printf(",%d", x);
    std::printf("\n");
  }
}

/// The engine asks for 1e-9 of a unit's information in its own units, which differ by a small factor.
const Real kRidge = 1e-8L;
const Real kSettled = 1e-12L;

}  // namespace

int main(int argc, char** argv) {
  std::uint64_t seed = 1, cases = 20000;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::uint64_t value = std::strtoull(argv[i + 1], nullptr, 10);
    if (std::strcmp(argv[i], "--seed") == 0)
      seed = value;
    else if (std::strcmp(argv[i], "--cases") == 0)
      cases = value;
    else {
      std::fprintf(stderr, "usage: alt_maxima [--seed N] [--cases N]\n");
      return 2;
    }
  }
  Real worst = 0;
  std::uint64_t converged = 0, without = 0, ridges = 0, wrong = 0, missed = 0, slopes = 0;
  for (std::uint64_t k = 0; k < cases; ++k) {
    std::mt19937_64 random(seed * 1000003 + k);
    const Case c = draw(random);
    relia::AltOptions o;
    o.fit.distributions = {c.distribution};
    o.fit.selection = "one";
    o.fit.bounds = "none";
    o.fit.threads = 1;
    for (std::size_t s = 0; s < c.stresses; ++s)
      o.stresses.push_back({{{std::string(1, static_cast<char>('a' + s)), "linear"}}});
    const relia::AltReport report = relia::alt(table_of(c), o);
    const relia::ModelResult& m = report.fit.models.front();
    const bool claimed = m.convergence.status == relia::FitStatus::converged;
    converged += claimed ? 1U : 0U;
    const Existence exists = decide(c);
    without += exists == Existence::none ? 1U : 0U;
    if (claimed && exists == Existence::none) {
      ++wrong;
      if (wrong <= 10) print(c, k, "converged, but there is no maximum");
    }
    if (!claimed && exists == Existence::maximum) {
      const Top top = climb(c, start(c), false);
      const Real held = information(top.at);
      if (!(held > kRidge)) {
        ++ridges;
      } else {
        ++missed;
        char what[200];
        std::snprintf(what, sizeof what,
                      "a maximum was missed (information %.3Lg, decrement %.3Lg, scale %.6Lg): ", held,
                      decrement(top.at), 1 / top.x[top.x.size() - 1]);
        if (missed <= 10) print(c, k, (what + m.convergence.reason).c_str());
      }
    }
    if (!claimed) continue;
    Vector x = Vector::Zero(dimension(c));
    Real sigma = 1;
    for (const relia::NamedQuantity& p : m.parameters) {
      if (p.name == "shape") sigma = 1 / Real(p.value.estimate);
      if (p.name == "sigma") sigma = p.value.estimate;
    }
    for (std::size_t i = 0; i <= c.stresses; ++i)
      x[static_cast<Eigen::Index>(i)] = m.parameters[i].value.estimate / sigma;
    if (x.size() > static_cast<Eigen::Index>(1 + c.stresses)) x[x.size() - 1] = 1 / sigma;
    const Real gain = decrement(evaluate(c, x));
    worst = std::fmax(worst, gain);
    if (!(gain < kSettled)) {
      ++slopes;
      if (slopes <= 10) print(c, k, "converged, but the gradient does not vanish");
    }
  }
  std::printf("%llu samples: %llu converged, %llu without a maximum, %llu with one on a ridge\n",
              static_cast<unsigned long long>(cases), static_cast<unsigned long long>(converged),
              static_cast<unsigned long long>(without), static_cast<unsigned long long>(ridges));
  std::printf("converged without a maximum: %llu; gradient not zero: %llu; maxima missed: %llu\n",
              static_cast<unsigned long long>(wrong), static_cast<unsigned long long>(slopes),
              static_cast<unsigned long long>(missed));
  std::printf("largest decrement where converged: %.3Lg\n", worst);
  return wrong + slopes + missed == 0 ? 0 : 1;
}
