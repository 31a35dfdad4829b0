#include "solvers/estimate_mle.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>

#include "core/distributions/exponential_2p.hpp"
#include "core/distributions/limited_failure.hpp"
#include "core/distributions/mixture.hpp"
#include "solvers/ceres_mle.hpp"
#include "solvers/existence.hpp"
#include "solvers/newton.hpp"

namespace relia {
namespace {

/// A Newton step shorter than this, in units of the coordinate, cannot be the crawl towards infinity along an
/// exponentially flattening tail, where every step is of order one.
constexpr double kSettledStep = 1e-5;
constexpr double kSettledDecrement = 1e-10;
/// One unit carries information of order one about each parameter in its own units; less than a billionth of that in
/// some direction is a ridge, not a maximum.
constexpr double kLeastInformation = 1e-9;

/// log L in (a, b) = (beta/sigma, 1/sigma), where it is concave for log-concave kernels.
///
///   beta_j = a_j/b, ln sigma = -ln b;  d beta_j/db = -beta_j/b, d2 beta_j/(da_j db) = -1/b^2, d2 beta_j/db2 = 2
///   beta_j/b^2, d ln sigma/db = -1/b, d2 ln sigma/db2 = 1/b^2
class ConcaveChart {
 public:
  /// Without a design the location is counted from the middle of the data, so that a and b stay independent also
  /// when the data lie many sigmas from the origin of the axis.
  explicit ConcaveChart(const Likelihood& likelihood)
      : likelihood_(likelihood),
        centre_(likelihood.sample().cells.front().x.empty() ? likelihood.sample().plot.middle : 0.0) {}

  [[nodiscard]] Eigen::VectorXd from_theta(const Eigen::VectorXd& theta) const {
    const Eigen::Index p = theta.size() - 1;
    Eigen::VectorXd x(theta.size());
    x[p] = std::exp(-theta[p]);
    x.head(p) = theta.head(p) * x[p];
    x[0] = (theta[0] - centre_) * x[p];
    return x;
  }
  [[nodiscard]] Eigen::VectorXd to_theta(const Eigen::VectorXd& x) const {
    const Eigen::Index p = x.size() - 1;
    Eigen::VectorXd theta(x.size());
    theta.head(p) = x.head(p) / x[p];
    theta[0] += centre_;
    theta[p] = -std::log(x[p]);
    return theta;
  }
  [[nodiscard]] Jet operator()(const Eigen::VectorXd& x) const {
    const Eigen::Index p = x.size() - 1;
    const double b = x[p];
    if (!(b > 0.0)) {
      Jet out(x.size());
      out.f = -kInfinity;
      return out;
    }
    const Eigen::VectorXd theta = to_theta(x);
    Eigen::VectorXd from_centre = theta.head(p);
    from_centre[0] -= centre_;
    if (known(x) == nullptr) know(x, likelihood_.evaluate({theta.data(), static_cast<std::size_t>(theta.size())}));
    const Jet& in = last_;
    Eigen::MatrixXd jacobian = Eigen::MatrixXd::Zero(p + 1, p + 1);
    jacobian.topLeftCorner(p, p).diagonal().setConstant(1.0 / b);
    jacobian.topRightCorner(p, 1) = -from_centre / b;
    jacobian(p, p) = -1.0 / b;
    Jet out(x.size());
    out.f = in.f;
    out.g = jacobian.transpose() * in.g;
    out.h = jacobian.transpose() * in.h * jacobian;
    const double b2 = b * b;
    for (Eigen::Index j = 0; j < p; ++j) {
      out.h(j, p) -= in.g[j] / b2;
      out.h(p, j) -= in.g[j] / b2;
      out.h(p, p) += 2.0 * in.g[j] * from_centre[j] / b2;
    }
    out.h(p, p) += in.g[p] / b2;
    return out;
  }

  /// Derivatives in theta at x if that is where they were taken last: a climb begins and ends at points its caller
  /// looks at too, and a pass over the data is what costs.
  [[nodiscard]] const Jet* known(const Eigen::VectorXd& x) const {
    return at_.size() == x.size() && at_ == x ? &last_ : nullptr;
  }
  void know(const Eigen::VectorXd& x, Jet in_theta) const {
    at_ = x;
    last_ = std::move(in_theta);
  }

 private:
  const Likelihood& likelihood_;
  double centre_;
  mutable Eigen::VectorXd at_;
  mutable Jet last_{0};
};

struct Candidate {
  Eigen::VectorXd phi;
  Jet at{0};
  Stationarity point;
  bool maximum = false;
  bool supported = true;  ///< a mixture: every component rests on failures enough
  int passes = 0;
};

class Search {
 public:
  Search(const Likelihood& likelihood, const Space& space, Engine engine)
      : likelihood_(likelihood), distribution_(likelihood.distribution()), space_(space), engine_(engine) {}

  [[nodiscard]] Jet evaluate(const Eigen::VectorXd& phi) const {
    if (space_.identity()) return likelihood_.evaluate({phi.data(), static_cast<std::size_t>(phi.size())});
    const std::vector<double> theta = space_.theta(phi);
    return space_.pull(likelihood_.evaluate(theta), theta);
  }

  /// What a step of one means for each coordinate of phi: the distribution's units, carried over to the bound
  /// scales when parameters are held.
  [[nodiscard]] Eigen::VectorXd units(const Eigen::VectorXd& phi) const {
    Eigen::VectorXd out(phi.size());
    const std::vector<double> theta = space_.theta(phi);
    const auto k = static_cast<std::size_t>(distribution_.size());
    if (space_.identity() || space_.basis().size() > 0) {
      // Coefficients of the location count as location; then log-scale coefficients, then the rest.
      std::vector<double> law(k, 0.0);
      likelihood_.law_parameters(theta, likelihood_.sample().cells.front().x, 0.0, likelihood_.sample().cells.front().w,
                                 law);
      const Eigen::Index l = likelihood_.location_size(), s = likelihood_.shape_size();
      const auto n = static_cast<Eigen::Index>(theta.size());
      Eigen::VectorXd own(n);
      for (Eigen::Index i = 0; i < n; ++i) {
        own[i] = distribution_.unit(law, static_cast<int>(i < l ? 0 : i < l + s ? 1 : i - l - s + 2));
      }
      if (space_.identity()) return own;
      // On a plane: the step that moves some coordinate of theta by its unit, and none by more.
      for (Eigen::Index i = 0; i < phi.size(); ++i) {
        out[i] = 1.0 / space_.basis().col(i).cwiseAbs().cwiseQuotient(own).maxCoeff();
      }
      return out;
    }
    std::vector<Term> eta(k);
    distribution_.describe(likelihood_.sample().axis, theta, eta);
    Eigen::Index free = 0;
    for (std::size_t j = 0; j < k; ++j) {
      if (space_.is_fixed(j)) continue;
      double size = 0.0;
      for (std::size_t i = 0; i < k; ++i)
        size += std::fabs(eta[j].d(static_cast<int>(i))) * distribution_.unit(theta, static_cast<int>(i));
      out[free++] = size > 0.0 && std::isfinite(size) ? size : 1.0;
    }
    return out;
  }

  struct Start {
    Eigen::VectorXd phi;
    Jet at{0};
  };

  /// phi at a start, moved to a wider or narrower law while the data are impossible there in floating point.
  [[nodiscard]] Start possible(const std::vector<double>& start) const {
    Start out;
    const auto feasible = [&](const std::vector<double>& theta) {
      out.phi = space_.phi(theta);
      out.at = evaluate(out.phi);
      return std::isfinite(out.at.f) && out.at.g.allFinite() && out.at.h.allFinite();
    };
    if (feasible(start) || start.size() < 2) return wide_enough(std::move(out));
    Start given = out;
    const std::size_t scale =
        likelihood_.location_size() == 1 ? 1 : static_cast<std::size_t>(likelihood_.location_size());
    for (double change = 1.0; change < 20.0; change += 1.5) {
      for (const double sign : {1.0, -1.0}) {
        for (const double shift : {0.0, -1.0, 1.0, -5.0, 5.0}) {
          std::vector<double> other = start;
          other[scale] += sign * change;
          other[0] += shift * likelihood_.sample().plot.spread;
          if (feasible(other)) return wide_enough(std::move(out));
        }
      }
    }
    return given;
  }

  /// A start so narrow that some rows lie far out in the law's tails, widened to where they do not: Newton's method
  /// comes down from e^z by one in z a step. At a fair start a unit's log L changes by order one when sigma grows by e.
  [[nodiscard]] Start wide_enough(Start start) const {
    if (!concave_chart()) return start;
    constexpr double kFair = 30.0;
    const Eigen::Index scale = likelihood_.location_size();
    for (int doubling = 0; doubling < 60; ++doubling) {
      if (!(start.at.g[scale] > kFair * likelihood_.sample().n)) break;
      start.phi[scale] += std::log(2.0);
      start.at = evaluate(start.phi);
    }
    return start;
  }

  [[nodiscard]] Candidate run(const std::vector<double>& start) const {
    Candidate c;
    Start from = possible(start);
    c.phi = from.phi;
    const bool chart = concave_chart();
    Climb end;
    bool taken = false;
    if (chart) {
      const ConcaveChart map(likelihood_);
      const Objective objective = [&map](const Eigen::VectorXd& at) { return map(at); };
      const Eigen::VectorXd x = map.from_theta(c.phi);
      map.know(x, std::move(from.at));
      NewtonOptions options;
      options.reach = [](const Eigen::VectorXd& at) {
        Eigen::VectorXd reach = Eigen::VectorXd::Constant(at.size(), kInfinity);
        reach[at.size() - 1] = 0.9 * at[at.size() - 1];
        return reach;
      };
      // A step that changes b by its own size, or z at the middle of the data by one, is a step of one.
      options.unit = [](const Eigen::VectorXd& at) {
        Eigen::VectorXd unit = Eigen::VectorXd::Ones(at.size());
        unit[at.size() - 1] = at[at.size() - 1];
        return unit;
      };
      // A step up in b has no natural limit, a step down must stay inside b > 0: the cap serves both.
      end = engine_ == Engine::ceres ? climb_ceres(objective, x) : climb(objective, x, options);
      if (end.x[end.x.size() - 1] > 0.0) {
        c.phi = map.to_theta(end.x);
        if (const Jet* at = map.known(end.x)) {
          c.at = *at;
          taken = true;
        }
      }
    } else {
      const Objective objective = [this](const Eigen::VectorXd& x) { return evaluate(x); };
      NewtonOptions options;
      const double spread = likelihood_.sample().plot.spread;
      options.reach = [spread](const Eigen::VectorXd& at) {
        Eigen::VectorXd reach(at.size());
        for (Eigen::Index i = 0; i < at.size(); ++i) reach[i] = std::fmax(1.0, 0.5 * std::fabs(at[i]));
        reach[0] = std::fmax(reach[0], spread);
        return reach;
      };
      options.unit = [this](const Eigen::VectorXd& at) { return units(at); };
      end = engine_ == Engine::ceres ? climb_ceres(objective, c.phi) : climb(objective, c.phi, options);
      c.phi = end.x;
    }
    c.passes = end.passes;
    if (!taken) c.at = evaluate(c.phi);
    if (engine_ == Engine::newton && std::isfinite(c.at.f)) polish(c);
    judge(c);
    return c;
  }

  void judge(Candidate& c) const {
    const Eigen::VectorXd unit = units(c.phi);
    c.point = stationarity(c.at, unit);
    if (!std::isfinite(c.at.f)) return;
    c.maximum = c.point.negative_definite && c.point.information > kLeastInformation &&
                c.point.decrement < kSettledDecrement * std::fmax(1.0, 1e-6 * std::fabs(c.at.f)) &&
                distribution_.regular(space_.theta(c.phi));
    for (Eigen::Index i = 0; c.maximum && i < c.phi.size(); ++i) {
      c.maximum = std::fabs(c.point.step[i]) < kSettledStep * unit[i] + 1e-13 * std::fabs(c.phi[i]);
    }
  }

  [[nodiscard]] bool concave_chart() const noexcept {
    return distribution_.concave() && likelihood_.linear() && space_.identity() && distribution_.size() == 2 &&
           likelihood_.shape_size() == 1;
  }

 private:
  /// A few full Newton steps in phi itself, kept only while they shrink.
  void polish(Candidate& c) const {
    Stationarity s = stationarity(c.at);
    for (int i = 0; i < 4 && s.negative_definite && s.decrement > 1e-30 * std::fmax(1.0, std::fabs(c.at.f)); ++i) {
      const Eigen::VectorXd x = c.phi + s.step;
      Jet at = evaluate(x);
      ++c.passes;
      if (!std::isfinite(at.f)) return;
      const Stationarity next = stationarity(at);
      if (!next.negative_definite || !(next.decrement < 0.5 * s.decrement)) return;
      c.phi = x;
      c.at = std::move(at);
      s = next;
    }
  }

  const Likelihood& likelihood_;
  const Distribution& distribution_;
  const Space& space_;
  Engine engine_;
};

Estimate finish(const Candidate& c, const Space& space, int passes) {
  Estimate e;
  e.status = FitStatus::converged;
  e.phi = c.phi;
  e.theta = space.theta(c.phi);
  e.at = c.at;
  e.log_likelihood = c.at.f;
  e.passes = passes;
  e.gradient_norm = c.point.gradient_norm;
  if (c.phi.size() > 0) {
    // Invert on coordinates of unit curvature: no digits are lost to units.
    const Eigen::VectorXd d = (-c.at.h.diagonal()).cwiseSqrt().cwiseInverse();
    const Eigen::MatrixXd scaled = -(d.asDiagonal() * c.at.h * d.asDiagonal());
    const Eigen::MatrixXd inverse = scaled.ldlt().solve(Eigen::MatrixXd::Identity(d.size(), d.size()));
    e.covariance = d.asDiagonal() * inverse * d.asDiagonal();
  } else {
    e.covariance = Eigen::MatrixXd(0, 0);
  }
  return e;
}

Estimate verdict(FitStatus status, std::string reason, std::string advice, int passes) {
  Estimate e;
  e.status = status;
  e.reason = std::move(reason);
  e.advice = std::move(advice);
  e.passes = passes;
  return e;
}

bool regression(const Likelihood& likelihood) {
  return !likelihood.sample().cells.front().x.empty();
}

/// Least squares of u on the covariates, censored ages moved on by half the spread: where a regression starts.
class RegressionStart {
 public:
  explicit RegressionStart(const Likelihood& likelihood) {
    const Sample& sample = likelihood.sample();
    const Eigen::Index p = likelihood.location_size();
    Eigen::MatrixXd normal = Eigen::MatrixXd::Zero(p, p);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(p);
    double squares = 0.0, weight = 0.0, sum = 0.0;
    for (const Cell& cell : sample.cells) {
      const Eigen::Map<const Eigen::VectorXd> x(cell.x.data(), p);
      double w = 0.0, y = 0.0;
      for (const Segment& s : cell.segments) {
        for (std::size_t i = 0; i < s.a.size(); ++i) {
          const Event e = event_of(s, i);
          const double c = e.count, move = e.kind == Kind::right ? 0.5 : e.kind == Kind::left ? -0.5 : 0.0;
          const double u =
              (e.kind == Kind::interval ? 0.5 * (e.a + e.b) : e.a + move * sample.plot.spread) - cell.offset;
          w += c;
          y += c * u;
          squares += c * u * u;
        }
      }
      normal += w * x * x.transpose();
      right += y * x;
      weight += w;
      sum += y;
    }
    beta_ = normal.completeOrthogonalDecomposition().solve(right);
    if (!beta_.allFinite()) beta_ = Eigen::VectorXd::Zero(p);
    middle_ = weight > 0.0 ? sum / weight : 0.0;
    const double all = squares - sum * middle_, rest = squares - beta_.dot(right);
    narrower_ = all > 0.0 ? std::sqrt(std::fmin(1.0, std::fmax(rest / all, 1e-4))) : 1.0;
  }

  /// The law's start t moved along the fitted plane, its spread narrowed by what the plane explains.
  [[nodiscard]] std::vector<double> theta(const Likelihood& likelihood,
                                          const std::vector<double>& t,
                                          bool sloped) const {
    std::vector<double> out(static_cast<std::size_t>(likelihood.size()), 0.0);
    const auto l = static_cast<std::size_t>(likelihood.location_size());
    const auto shapes = static_cast<std::size_t>(likelihood.shape_size());
    if (sloped) {
      for (std::size_t j = 0; j < l; ++j) out[j] = beta_[static_cast<Eigen::Index>(j)];
      out[0] += narrower_ * (t[0] - middle_);
    } else {
      out[0] = t[0];
    }
    if (t.size() > 1) {
      // Covariates of the log-scale: a one in the first column, or one column a level.
      const Cell& cell = likelihood.sample().cells.front();
      const bool separate =
          shapes > 1 && std::count(cell.w.begin(), cell.w.end(), 0.0) + 1 == static_cast<std::ptrdiff_t>(shapes);
      const double log_scale = t[1] + (sloped && likelihood.distribution().concave() ? std::log(narrower_) : 0.0);
      for (std::size_t j = 0; j < (separate ? shapes : 1); ++j) out[l + j] = log_scale;
    }
    for (std::size_t j = 2; j < t.size(); ++j) out[l + shapes + j - 2] = t[j];
    return out;
  }

 private:
  Eigen::VectorXd beta_;
  double middle_ = 0.0, narrower_ = 1.0;
};

/// Starting points in theta of the whole likelihood.
std::vector<std::vector<double>> starting_points(const Likelihood& likelihood, bool many) {
  const Sample& sample = likelihood.sample();
  std::vector<std::vector<double>> law = likelihood.distribution().starts(sample.plot);
  if (many) {
    // Truncation hides part of the life, so the plotted points mislead: look around them.
    const std::size_t given = std::min<std::size_t>(law.size(), 3);
    for (std::size_t k = 0; k < given; ++k) {
      for (const double shift : {-3.0, -1.0, 1.0, 3.0}) {
        std::vector<double> t = law[k];
        t[0] += shift * sample.plot.spread;
        law.push_back(t);
      }
      if (law[k].size() < 2) continue;
      for (const double change : {-1.5, 1.5}) {
        std::vector<double> t = law[k];
        t[1] += change;
        law.push_back(t);
      }
    }
  }
  if (!regression(likelihood)) return law;
  const RegressionStart least_squares(likelihood);
  std::vector<std::vector<double>> out;
  for (const bool sloped : {true, false}) {
    for (const std::vector<double>& t : law) out.push_back(least_squares.theta(likelihood, t, sloped));
  }
  if (!likelihood.linear()) {
    // Under a profile the stress a unit has met follows its age, so least squares misleads: look to both sides.
    const auto l = static_cast<std::size_t>(likelihood.location_size());
    for (std::size_t j = 1; j < l; ++j) {
      for (const double slope : {-1.0, 1.0, -3.0, 3.0}) {
        for (const std::vector<double>& t : law) {
          std::vector<double> theta = least_squares.theta(likelihood, t, false);
          theta[j] = slope;
          out.push_back(std::move(theta));
        }
      }
    }
  }
  return out;
}

/// Failures a mixture's component must carry for each of its parameters. Below, a local maximum is one of the
/// spurious ones that a few neighbouring failures make anywhere (McLachlan & Peel 2000, Finite Mixture Models,
/// section 3.10): it is taken only when no better founded one exists, and then said.
constexpr double kFailuresPerParameter = 2.0;

/// Expected number of failures each component explains: sum over failures of p_k f_k / sum_j p_j f_j.
std::vector<double> failures_carried(const Mixture& mixture, const Sample& sample, const std::vector<double>& theta) {
  const auto count = static_cast<std::size_t>(mixture.components());
  std::vector<std::unique_ptr<BoundLaw>> laws;
  std::vector<double> log_p, carried(count, 0.0), l(count);
  for (std::size_t k = 0; k < count; ++k) {
    laws.push_back(mixture.inner().bind(mixture.component(theta, static_cast<int>(k))));
    log_p.push_back(mixture.log_weight(theta, static_cast<int>(k)));
  }
  Term t;
  for (const Segment& s : sample.cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size(); ++i) {
      const Event e = event_of(s, i);
      if (e.kind == Kind::right) continue;
      double total = -kInfinity;
      for (std::size_t k = 0; k < count; ++k) {
        switch (e.kind) {
          case Kind::exact: laws[k]->log_pdf(e.a, t); break;
          case Kind::left: laws[k]->log_cdf(e.a, t); break;
          case Kind::interval: laws[k]->log_interval(e.a, e.b, e.width, t); break;
          case Kind::right:
          case Kind::conditional: break;
        }
        l[k] = log_p[k] + t.f;
        total = log_sum_exp(total, l[k]);
      }
      for (std::size_t k = 0; k < count; ++k) carried[k] += e.count * std::exp(l[k] - total);
    }
  }
  return carried;
}

const char* const kFewer =
    "A distribution with fewer parameters, a held parameter (--fix), or more failures spread over more ages would "
    "help.";

/// exponential-2p: the threshold climbs to the earliest failure unless that failure is only known to an interval.
Estimate exponential_2p(const Likelihood& likelihood, const Space& space, Engine engine) {
  const Search search(likelihood, space, engine);
  const Sample& sample = likelihood.sample();
  const double first = sample.plot.first;
  bool exact_first = false;
  for (const Segment& s : sample.cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size() && !exact_first; ++i) {
      const Event e = event_of(s, i);
      exact_first = e.kind == Kind::exact && e.a == first;
    }
  }
  int passes = 0;
  Candidate best;
  bool found = false, flat = false;
  for (const std::vector<double>& start : starting_points(likelihood, sample.truncated)) {
    Candidate c = search.run(start);
    passes += c.passes;
    flat = flat || (c.point.gradient_norm < 1e-6 && c.point.flat && std::isfinite(c.at.f));
    if (c.maximum && (!found || c.at.f > best.at.f)) {
      best = std::move(c);
      found = true;
    }
  }
  if (exact_first) {
    // On the boundary: threshold at the first failure, scale free.
    std::vector<double> fixed = space.fixed();
    std::vector<Term> eta(2);
    const std::vector<double> at_first = {0.0, first};
    likelihood.distribution().describe(sample.axis, at_first, eta);
    fixed[1] = eta[1].f;
    const Space edge(likelihood.distribution(), sample.axis, fixed);
    const Search on_edge(likelihood, edge, engine);
    Candidate c = on_edge.run({std::log(std::fmax(sample.plot.middle - first, 0.1 * sample.plot.spread)), first});
    passes += c.passes;
    if (c.maximum && (!found || c.at.f > best.at.f)) {
      Estimate e = finish(c, edge, passes);
      e.theta[1] = first;
      e.phi = space.phi(e.theta);
      // Rising towards the edge?  d log L/d threshold at the edge, scale at its optimum.
      const Jet inside = likelihood.evaluate(std::vector<double>{e.theta[0], first - 1e-9 * sample.plot.spread});
      if (inside.g[1] >= 0.0) {
        e.status = FitStatus::boundary;
        e.reason = "The likelihood rises in the threshold up to the first failure, where it ends.";
        e.advice = "Standard errors and likelihood-ratio bounds do not exist there.";
        e.covariance = Eigen::MatrixXd();
        return e;
      }
    }
  }
  if (found) return finish(best, space, passes);
  const Existence e = explain_sample(sample);
  if (flat) {
    return verdict(FitStatus::flat,
                   "The data fix only a curve of scale and threshold: every point of it fits equally well.", kFewer,
                   passes);
  }
  return verdict(FitStatus::unbounded,
                 e.exists ? "The likelihood keeps rising as the threshold or the scale runs to its limit." : e.reason,
                 e.exists ? kFewer : e.advice, passes);
}

/// Rows of a sample from which its maximum is approached; more cost passes and bring the start no nearer.
constexpr std::size_t kThinnedRows = 20000;

std::size_t rows_of(const Sample& sample) {
  std::size_t rows = 0;
  for (const Cell& cell : sample.cells) {
    for (const Segment& s : cell.segments) rows += s.a.size();
  }
  return rows;
}

/// Every `step`-th row of each segment, on the same axis: what a start is sought on. Log L and its derivatives are
/// about `step` times smaller; every segment keeps its share of the units.
Sample thinned(const Sample& sample, std::size_t step) {
  Sample out;
  out.axis = sample.axis;
  out.plot = sample.plot;
  out.truncated = sample.truncated;
  for (const Cell& cell : sample.cells) {
    Cell some;
    some.x = cell.x;
    some.offset = cell.offset;
    some.w = cell.w;
    for (const Segment& s : cell.segments) {
      Segment t;
      t.kind = s.kind;
      t.sign = s.sign;
      if (s.a.empty()) continue;
      // A short segment (ties gathered in one row) is kept whole: its rows stand for no others.
      const std::size_t stride = s.a.size() < 2 * step ? 1 : step;
      const auto take = [&](const std::vector<double>& from, std::vector<double>& to) {
        for (std::size_t i = stride / 2; i < from.size(); i += stride) to.push_back(from[i]);
      };
      take(s.a, t.a);
      take(s.b, t.b);
      take(s.width, t.width);
      take(s.count, t.count);
      take(s.c, t.c);
      take(s.d, t.d);
      if (t.count.empty()) t.count.assign(t.a.size(), 1.0);
      const double share =
          static_cast<double>(s.a.size()) / static_cast<double>(t.a.size()) / static_cast<double>(step);
      for (double& count : t.count) {
        count *= share;
        out.n += count;
        out.exact += t.kind == Kind::exact ? count : 0.0;
        out.failed += t.kind == Kind::right ? 0.0 : count;
      }
      some.segments.push_back(std::move(t));
    }
    out.cells.push_back(std::move(some));
  }
  return out;
}

}  // namespace

Estimate climb_from(const Likelihood& likelihood, const Space& space, const std::vector<double>& theta) {
  const Search search(likelihood, space, Engine::newton);
  Candidate c = search.run(theta);
  const auto* mixture = dynamic_cast<const Mixture*>(&likelihood.distribution());
  if (!c.maximum) return verdict(FitStatus::iteration_limit, "", "", c.passes);
  if (mixture != nullptr && space.identity()) {
    std::vector<double> sorted(c.phi.begin(), c.phi.end());
    mixture->sort_components(sorted);
    c.phi = Eigen::Map<Eigen::VectorXd>(sorted.data(), c.phi.size());
    c.at = search.evaluate(c.phi);
    search.judge(c);
  }
  return finish(c, space, c.passes);
}

Estimate estimate_mle(const Likelihood& likelihood, const Space& space, Engine engine) {
  const Distribution& distribution = likelihood.distribution();
  const Sample& sample = likelihood.sample();
  const bool one_cell = sample.cells.size() == 1 && sample.cells.front().x.empty();
  const Search search(likelihood, space, engine);

  if (space.size() == 0) {
    Candidate c;
    c.phi = Eigen::VectorXd(0);
    c.at = search.evaluate(c.phi);
    c.point = stationarity(c.at);
    if (!std::isfinite(c.at.f)) {
      return verdict(FitStatus::unbounded, "The data are impossible under the parameters that are held.",
                     "Check the values of --fix against the data.", 1);
    }
    return finish(c, space, 1);
  }
  const bool exponential_threshold = dynamic_cast<const Exponential2p*>(&distribution) != nullptr;
  if (exponential_threshold && !space.is_fixed(1)) return exponential_2p(likelihood, space, engine);

  const bool decidable = one_cell && !sample.truncated;
  if (decidable && distribution.concave()) {
    bool location_free = true, scale_free = distribution.size() == 2;
    double location = 0.0;
    if (!space.identity()) {
      // Which of (mu, sigma) the held parameters leave free: each is held by exactly one named parameter.
      const Eigen::VectorXd zero = Eigen::VectorXd::Zero(space.size());
      Eigen::VectorXd one = Eigen::VectorXd::Ones(space.size());
      const std::vector<double> a = space.theta(zero), b = space.theta(one);
      location_free = a[0] != b[0];
      scale_free = distribution.size() == 2 && a[1] != b[1];
      location = a[0];
    }
    const Existence e = maximum_exists(sample, location_free, scale_free, location);
    if (!e.exists) return verdict(e.verdict, e.reason, e.advice, 0);
  }
  const auto* mixture = dynamic_cast<const Mixture*>(&distribution);
  const auto* limited = dynamic_cast<const LimitedFailure*>(&distribution);
  const bool local_maxima_count = mixture != nullptr || (!distribution.log_axis() && distribution.positive());
  double gathered = -kInfinity;  // a supremum that is not attained but must be beaten
  if (one_cell && space.identity() && !(decidable && distribution.concave())) {
    // One age that explains every row gives the highest likelihood there can be, truncated or not; a regular
    // local maximum beside it counts only for mixtures and threshold forms.
    const Existence e = explain_sample(sample);
    const bool nothing = e.verdict == FitStatus::flat || sample.failed == 0.0;
    if (!e.exists && nothing && (!sample.truncated || sample.failed == 0.0))
      return verdict(e.verdict, e.reason, e.advice, 0);
    if (!e.exists && !nothing && !local_maxima_count && limited == nullptr && distribution.can_gather()) {
      if (e.gathered >= 0.0) return verdict(e.verdict, e.reason, e.advice, 0);
      gathered = e.gathered;
    }
  }

  // Concave in (beta/sigma, 1/sigma): a local maximum is the maximum. A scale that varies with stress is not.
  const bool single =
      distribution.concave() && likelihood.linear() && !sample.truncated && likelihood.shape_size() <= 1;
  std::vector<std::vector<double>> starts;
  if (const std::size_t rows = rows_of(sample);
      single && search.concave_chart() && rows > 5 * kThinnedRows && sample.cells.size() * 100 < kThinnedRows) {
    // The maximum of a fiftieth of the rows lies a few standard errors from that of all: half of the passes are saved.
    const Sample few = thinned(sample, rows / kThinnedRows);
    const Likelihood few_likelihood(distribution, few);
    const Estimate near = estimate_mle(few_likelihood, space, Engine::newton);
    if (near.status == FitStatus::converged) starts.push_back(near.theta);
  }
  if (starts.empty()) starts = starting_points(likelihood, sample.truncated);
  bool spurious_found = false;
  double spurious = 0.0;
  int passes = 0;
  Estimate boundary;
  const std::size_t inner_size = limited != nullptr ? static_cast<std::size_t>(distribution.size()) - 1 : 0;
  if (limited != nullptr && !space.is_fixed(inner_size)) {
    // p = 1 is the inner distribution: a boundary maximum when log L still rises in p there.
    const Likelihood inner(limited->inner(), sample);
    const Space inner_space(limited->inner(), sample.axis,
                            {space.fixed().begin(), space.fixed().begin() + static_cast<std::ptrdiff_t>(inner_size)});
    const Estimate whole = estimate_mle(inner, inner_space, engine);
    passes += whole.passes;
    if (whole.status == FitStatus::converged) {
      std::vector<double> theta = whole.theta;
      theta.push_back(34.0);
      const Jet edge = likelihood.evaluate(theta);
      if (edge.g[edge.g.size() - 1] >= 0.0) boundary = whole;
      for (const double logit : {4.0, 1.0}) {
        theta.back() = logit;
        starts.push_back(theta);
      }
    }
  }

  Candidate best, top;
  bool found = false, ran = false;
  for (const std::vector<double>& start : starts) {
    Candidate c = search.run(start);
    passes += c.passes;
    if (!std::isfinite(c.at.f)) continue;
    if (!ran || c.at.f > top.at.f) top = c;
    ran = true;
    if (c.maximum && mixture != nullptr) {
      const std::vector<double> carried = failures_carried(*mixture, sample, space.theta(c.phi));
      c.supported =
          *std::min_element(carried.begin(), carried.end()) >= kFailuresPerParameter * mixture->inner().size();
      if (!c.supported && (!spurious_found || c.at.f > spurious)) {
        spurious = c.at.f;
        spurious_found = true;
      }
    }
    const bool better = !found || (c.supported == best.supported ? c.at.f > best.at.f + 1e-9 : c.supported);
    if (c.maximum && better) {
      best = std::move(c);
      found = true;
    }
    if (found && single) break;
  }
  if (boundary.usable() && (!found || boundary.log_likelihood >= best.at.f)) {
    boundary.status = FitStatus::boundary;
    boundary.theta.push_back(kInfinity);
    boundary.phi =
        Eigen::Map<const Eigen::VectorXd>(boundary.theta.data(), static_cast<Eigen::Index>(boundary.theta.size()));
    boundary.covariance = Eigen::MatrixXd();
    boundary.passes = passes;
    boundary.reason = "The likelihood rises up to p = 1: the data show no fraction that cannot fail.";
    boundary.advice = "Use the distribution without --limited-failure; standard errors do not exist on the boundary.";
    return boundary;
  }
  if (found && best.at.f > gathered) {
    if (mixture != nullptr && space.identity()) {
      std::vector<double> theta(best.phi.data(), best.phi.data() + best.phi.size());
      mixture->sort_components(theta);
      best.phi = Eigen::Map<Eigen::VectorXd>(theta.data(), best.phi.size());
      best.at = search.evaluate(best.phi);
      search.judge(best);
    }
    Estimate e = finish(best, space, passes);
    if (!best.supported) {
      e.warnings.push_back(
          "A component of this mixture rests on fewer than two failures for each of its parameters; such maxima arise "
          "from any few neighbouring failures and say little.");
    } else if (spurious_found && spurious > best.at.f) {
      e.warnings.push_back("A higher maximum exists, at log L = " + std::to_string(spurious) +
                           ", in which a component rests on fewer than two failures for each of its parameters; it is "
                           "taken for spurious.");
    }
    if (ran && top.at.f > std::fmax(best.at.f, spurious_found ? spurious : best.at.f) + 1e-6) {
      e.warnings.push_back(
          "The likelihood is higher still where it has no regular maximum (a spike or a parameter running to its "
          "limit); the estimate is the highest regular local maximum.");
    }
    return e;
  }
  const Existence sample_says = explain_sample(sample);
  if (!sample_says.exists && space.identity())
    return verdict(sample_says.verdict, sample_says.reason, sample_says.advice, passes);
  if (!ran) {
    return verdict(FitStatus::unbounded, "No parameter values make these data possible.",
                   "Check the held parameters and the truncation ages against the data.", passes);
  }
  const bool still = top.point.gradient_norm < 1e-6 && top.phi.cwiseAbs().maxCoeff() < 30.0;
  if (still && top.point.flat) {
    return verdict(FitStatus::flat,
                   "The likelihood does not change along some direction: the data cannot tell the parameters apart.",
                   kFewer, passes);
  }
  if (!distribution.regular(space.theta(top.phi))) {
    return verdict(FitStatus::unbounded,
                   "The likelihood rises without end as the threshold runs to minus infinity: the data have no use for "
                   "a threshold.",
                   "Use the two-parameter form, or the family it tends to (gumbel, normal or logistic).", passes);
  }
  return verdict(FitStatus::unbounded,
                 "The likelihood has no regular maximum: the climb ends with a parameter running to its limit.", kFewer,
                 passes);
}

}  // namespace relia
