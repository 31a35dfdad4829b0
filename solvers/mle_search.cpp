#include "solvers/mle_search.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/Cholesky>

#include "core/distributions/mixture.hpp"
#include "solvers/ceres_mle.hpp"

namespace relia {

const char* const kFewerParameters =
    "A distribution with fewer parameters, a held parameter (--fix), or more failures spread over more ages would "
    "help.";

namespace {

/// A Newton step shorter than this, in units of the coordinate, cannot be the crawl towards infinity along an
/// exponentially flattening tail, where every step is of order one.
constexpr double kSettledStep = 1e-5;
constexpr double kSettledDecrement = 1e-10;
/// One failure carries information of order one about each parameter in its own units; less than a billionth of what
/// all of them could carry in some direction is a ridge, not a maximum: log L rises along it by less than rounding.
constexpr double kLeastInformation = 1e-9;
/// Standard errors of thirty units: more information than this is a maximum whatever the last digits of the ages are.
constexpr double kHardlyFlat = 1e-3;

/// log L in (a, b) = (beta/sigma, 1/sigma), where it is concave for log-concave kernels.
///
///   beta_j = a_j/b, ln sigma = -ln b;  d beta_j/db = -beta_j/b, d2 beta_j/(da_j db) = -1/b^2, d2 beta_j/db2 = 2
///   beta_j/b^2, d ln sigma/db = -1/b, d2 ln sigma/db2 = 1/b^2
class ConcaveChart {
 public:
  /// Without a design the location is counted from the middle of the data, so that a and b stay independent also
  /// when the data lie many sigmas from the origin of the axis; with crowded ages from the crowd, the axis' origin.
  explicit ConcaveChart(const Likelihood& likelihood)
      : likelihood_(likelihood),
        centre_(likelihood.sample().cells.front().x.empty() && !likelihood.sample().crowded
                    ? likelihood.sample().plot.middle
                    : 0.0) {}

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

/// log L of a threshold form in x = (ln(limit - threshold), mu, ln sigma) of ln(t - threshold), `limit` the first age
/// by which a failure is certain. theta = (m, ln s, xi) of threshold.hpp suits thresholds far away, where the
/// three-parameter law comes close to one of two parameters; near the ages its maxima lie on long bent ridges, which
/// are straight here.
///
///   m = limit - e^x0 + e^x1, ln s = x1 + x2, xi = e^x2
class ThresholdChart {
 public:
  ThresholdChart(const MleSearch& search, double limit) : search_(search), limit_(limit) {}

  /// Not finite where the threshold is not below the limit.
  [[nodiscard]] Eigen::VectorXd from_theta(const Eigen::VectorXd& theta) const {
    const double mu = theta[1] - std::log(theta[2]);
    return Eigen::Vector3d(std::log(limit_ - theta[0] + std::exp(mu)), mu, std::log(theta[2]));
  }
  [[nodiscard]] Eigen::VectorXd to_theta(const Eigen::VectorXd& x) const {
    return Eigen::Vector3d(limit_ - std::exp(x[0]) + std::exp(x[1]), x[1] + x[2], std::exp(x[2]));
  }
  [[nodiscard]] Jet operator()(const Eigen::VectorXd& x) const {
    const Jet in = search_.evaluate(to_theta(x));
    const double gap = std::exp(x[0]), scale = std::exp(x[1]), sigma = std::exp(x[2]);
    Eigen::Matrix3d jacobian;
    jacobian << -gap, scale, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0, sigma;
    Jet out(3);
    out.f = in.f;
    out.g = jacobian.transpose() * in.g;
    out.h = jacobian.transpose() * in.h * jacobian;
    out.h(0, 0) -= in.g[0] * gap;
    out.h(1, 1) += in.g[0] * scale;
    out.h(2, 2) += in.g[2] * sigma;
    return out;
  }

 private:
  const MleSearch& search_;
  double limit_;
};

/// Part of the least distance between two ages below which a spread of life is a spike's.
constexpr double kSpike = 1e-4;
/// Spacings of doubles below which a spread of life is a spike's as well: the location would not be written to the
/// digits that a stationary point takes.
constexpr double kSpikeSpacings = 1e4;

/// The least distance between two different ages of a sample's rows; 0 when there is only one.
double least_distance(const Sample& sample) {
  std::vector<double> ages;
  for (const Cell& cell : sample.cells) {
    for (const Segment& s : cell.segments) {
      for (const std::vector<double>* column : {&s.a, &s.b, &s.c, &s.d}) {
        for (const double u : *column) {
          if (std::isfinite(u)) ages.push_back(u);
        }
      }
    }
  }
  std::sort(ages.begin(), ages.end());
  double least = kInfinity;
  for (std::size_t i = 1; i < ages.size(); ++i) {
    if (ages[i] > ages[i - 1]) least = std::fmin(least, ages[i] - ages[i - 1]);
  }
  return std::isfinite(least) ? least : 0.0;
}

/// Distance on the axis between an age in the middle of the sample and the next double.
double spacing_of_doubles(const Sample& sample) {
  const double age = sample.axis.to_time(sample.plot.middle);
  return sample.axis.width(age, std::nextafter(age, kInfinity));
}

}  // namespace

MleSearch::MleSearch(const Likelihood& likelihood, const Space& space, Engine engine)
    : likelihood_(likelihood), distribution_(likelihood.distribution()), space_(space), engine_(engine) {
  const Sample& sample = likelihood.sample();
  const auto* mixture = dynamic_cast<const Mixture*>(&distribution_);
  if (mixture != nullptr && mixture->inner().size() > 1 && sample.cells.front().x.empty())
    least_spread_ = std::fmax(kSpike * least_distance(sample), kSpikeSpacings * spacing_of_doubles(sample));
  // Of a threshold's law, ages near the threshold are known to more digits than those in the middle.
  if (distribution_.size() == 2 && sample.cells.size() == 1 && sample.cells.front().x.empty())
    spacing_ = spacing_of_doubles(sample);
  if (sample.cells.size() != 1 || !sample.cells.front().x.empty()) return;
  constexpr std::size_t kFewRows = 2000;  // more rows have ages enough
  std::size_t rows = 0;
  for (const Segment& s : sample.cells.front().segments) rows += s.a.size();
  few_rows_ = rows <= kFewRows;
  if (sample.exact > 0.0) return;
  quantal_ = few_rows_;
  // As soon as there are ages enough the count ends.
  const auto enough = static_cast<std::size_t>(space.size());
  std::vector<double> ages;
  const auto count = [&](const std::vector<double>& column) {
    for (const double u : column) {
      if (ages.size() >= enough) return;
      if (std::isfinite(u) && std::find(ages.begin(), ages.end(), u) == ages.end()) ages.push_back(u);
    }
  };
  SegmentBlocks::Scratch scratch;
  for (std::size_t block = 0; block < sample.blocks && ages.size() < enough; ++block) {
    for (const Segment& s : sample.block_segments(block, scratch)) {
      for (const std::vector<double>* column : {&s.a, &s.b, &s.c, &s.d}) count(*column);
    }
  }
  identifiable_ = ages.size() >= enough;
}

Jet MleSearch::evaluate(const Eigen::VectorXd& phi) const {
  if (space_.identity()) return likelihood_.evaluate({phi.data(), static_cast<std::size_t>(phi.size())});
  const std::vector<double> theta = space_.theta(phi);
  return space_.pull(likelihood_.evaluate(theta), theta);
}

bool MleSearch::ages_enough(const std::vector<double>& theta) const {
  if (!quantal_) return true;
  // A row's log-probability moves with F at an age by no more than the share that the outcome beyond it would have.
  const double nothing = std::log(kLeastInformation);
  const std::unique_ptr<BoundLaw> law = distribution_.bind(theta);
  const auto enough = static_cast<std::size_t>(space_.size());
  std::vector<double> ages;
  const auto add = [&](double u) {
    if (std::find(ages.begin(), ages.end(), u) == ages.end()) ages.push_back(u);
  };
  Term t, whole;
  for (const Segment& s : likelihood_.sample().cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size() && ages.size() < enough; ++i) {
      const Event e = event_of(s, i);
      whole.f = 0.0;
      if (e.kind == Kind::interval) law->log_interval(e.a, e.b, e.width, whole);
      if (e.kind == Kind::right || e.kind == Kind::interval) {
        law->log_cdf(e.a, t);
        if (t.f - whole.f > nothing) add(e.a);
      }
      if (e.kind == Kind::left || e.kind == Kind::interval) {
        const double end = e.kind == Kind::left ? e.a : e.b;
        law->log_sf(end, t);
        if (t.f - whole.f > nothing) add(end);
      }
      if (s.kind != Kind::conditional) continue;
      if (std::isfinite(s.c[i])) {
        law->log_cdf(s.c[i], t);
        if (t.f > nothing) add(s.c[i]);
      }
      if (std::isfinite(s.d[i])) {
        law->log_sf(s.d[i], t);
        if (t.f > nothing) add(s.d[i]);
      }
    }
  }
  return ages.size() >= enough;
}

double MleSearch::law_unit(std::span<const double> law, int i) const {
  const double unit = distribution_.unit(law, i);
  if (i != 0 || !threshold_form() || !(law[2] > 1.0)) return unit;
  // A law so skew that it crowds at its threshold: what the threshold can move by is its distance from the first age
  // by which a failure is certain.
  return std::fmax(unit, likelihood_.sample().plot.first - (law[0] - std::exp(law[1]) / law[2]));
}

Eigen::VectorXd MleSearch::units(const Eigen::VectorXd& phi) const {
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
      own[i] = law_unit(law, static_cast<int>(i < l ? 0 : i < l + s ? 1 : i - l - s + 2));
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
  const std::vector<ParameterInfo> parameters = distribution_.parameters();
  Eigen::Index free = 0;
  for (std::size_t j = 0; j < k; ++j) {
    if (space_.is_fixed(j)) continue;
    double size = 0.0;
    for (std::size_t i = 0; i < k; ++i)
      size += std::fabs(eta[j].d(static_cast<int>(i))) * law_unit(theta, static_cast<int>(i));
    if (!(size > 0.0) || !std::isfinite(size)) size = 1.0;
    // One e-fold is a step of one for any logarithm, whatever a step of theta would make of it.
    out[free++] = parameters[j].scale == BoundScale::identity ? size : std::fmin(size, 1.0);
  }
  return out;
}

MleSearch::Start MleSearch::possible(const std::vector<double>& start) const {
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

MleSearch::Start MleSearch::wide_enough(Start start) const {
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

bool MleSearch::spike(const Eigen::VectorXd& phi) const {
  if (!(least_spread_ > 0.0)) return false;
  const auto& mixture = static_cast<const Mixture&>(distribution_);
  const std::vector<double> theta = space_.theta(phi);
  for (int k = 0; k < mixture.components(); ++k) {
    // The unit of a location is the spread of life on the axis.
    if (mixture.inner().unit(mixture.component(theta, k), 0) < least_spread_) return true;
  }
  return false;
}

void Summits::add(const Eigen::VectorXd& phi, const Jet& at, const Eigen::VectorXd& unit) {
  summits_.push_back({phi, unit, at.f, at.h});
}

bool Summits::below(const Eigen::VectorXd& phi, const Jet& at) const {
  constexpr double kNear = 0.05;  // twice the drop of the parabola: within a quarter of a standard error
  for (const Summit& s : summits_) {
    if (!(at.f <= s.f + 1e-7) || !(at.f >= s.f - kNear)) continue;
    const Eigen::VectorXd d = phi - s.phi;
    if (!((d.cwiseAbs() - 0.5 * s.unit).maxCoeff() < 0.0)) continue;
    if (-d.dot(s.h * d) < kNear) return true;
  }
  return false;
}

Candidate MleSearch::run(const std::vector<double>& start, bool past_spikes, const Summits* met) const {
  const bool beside = threshold_form() && space_.identity() && likelihood_.sample().cells.front().x.empty();
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
    if (beside) options.max_passes = 100;  // what takes longer is better done in the other coordinates
    const double spread = likelihood_.sample().plot.spread;
    options.reach = [this, spread](const Eigen::VectorXd& at) {
      Eigen::VectorXd reach(at.size());
      for (Eigen::Index i = 0; i < at.size(); ++i) reach[i] = std::fmax(1.0, 0.5 * std::fabs(at[i]));
      reach[0] = std::fmax(reach[0], spread);
      // A component as narrow as its neighbours in age must not jump over them.
      if (least_spread_ > 0.0) reach = reach.cwiseMin(units(at));
      return reach;
    };
    options.unit = [this](const Eigen::VectorXd& at) { return units(at); };
    bool known = false;
    options.lost = [&](const Eigen::VectorXd& x, const Jet& at) {
      known = met != nullptr && met->below(x, at);
      return known || (past_spikes && spike(x));
    };
    end = engine_ == Engine::ceres ? climb_ceres(objective, c.phi) : climb(objective, c.phi, options);
    c.phi = end.x;
    if (known) {
      c.at = std::move(end.at);
      c.passes = end.passes;
      return c;
    }
  }
  c.passes = end.passes;
  if (!taken) c.at = evaluate(c.phi);
  if (engine_ == Engine::newton && std::isfinite(c.at.f)) polish(c);
  judge(c);
  if (!c.maximum && beside && engine_ == Engine::newton && std::isfinite(c.at.f)) run_beside_threshold(c);
  return c;
}

void MleSearch::run_beside_threshold(Candidate& c) const {
  const PlotSummary& plot = likelihood_.sample().plot;
  const ThresholdChart map(*this, plot.first);
  const Eigen::VectorXd x = map.from_theta(c.phi);
  if (!x.allFinite()) return;
  constexpr double kNearest = -16.0;  // e-folds of the spread of the ages: closer to an age no threshold is reported
  const double nearest = std::log(plot.spread) + kNearest;
  NewtonOptions options;
  options.max_passes = 80;
  options.reach = [](const Eigen::VectorXd& at) { return Eigen::VectorXd::Constant(at.size(), 1.5); };
  options.lost = [nearest](const Eigen::VectorXd& at, const Jet&) { return at[0] < nearest; };
  const Climb end = climb([&map](const Eigen::VectorXd& at) { return map(at); }, x, options);
  Candidate other;
  other.phi = map.to_theta(end.x);
  other.passes = c.passes + end.passes;
  other.at = evaluate(other.phi);
  c.passes = other.passes;
  if (!std::isfinite(other.at.f) || !(other.at.f > c.at.f - 1e-6)) return;
  polish(other);
  judge(other);
  if (other.maximum) c = std::move(other);
}

void MleSearch::judge(Candidate& c) const {
  const Eigen::VectorXd unit = units(c.phi);
  c.point = stationarity(c.at, unit);
  if (!std::isfinite(c.at.f)) return;
  // With parameters held phi counts from the axes' own origins: of a life narrow beside its age the last digit of the
  // location is a step that log L feels.
  double last_digit = 0.0;
  for (Eigen::Index i = 0; i < c.phi.size(); ++i) {
    const double digit = 4e-16 * c.phi[i];
    last_digit += std::fabs(c.at.h(i, i)) * digit * digit;
  }
  if (threshold_form() && space_.is_fixed(2)) {
    // A location that is a held threshold and a scale has the last digits of both: so many sigmas, for every failure.
    const double digit = 3e-15 / space_.theta(c.phi)[2];
    last_digit += likelihood_.sample().failed * digit * digit;
  }
  c.maximum = identifiable_ && c.point.negative_definite && c.point.information > least_information(c.phi) &&
              c.point.decrement < kSettledDecrement * std::fmax(1.0, 1e-6 * std::fabs(c.at.f)) + last_digit &&
              regular(space_.theta(c.phi));
  c.maximum = c.maximum && ages_enough(space_.theta(c.phi));
  c.maximum = c.maximum && c.point.information > curvature_rounding(c);
  for (Eigen::Index i = 0; c.maximum && i < c.phi.size(); ++i) {
    c.maximum = std::fabs(c.point.step[i]) < kSettledStep * unit[i] + 1e-13 * std::fabs(c.phi[i]);
  }
}

double MleSearch::curvature_rounding(const Candidate& c) const {
  const Sample& sample = likelihood_.sample();
  if (!few_rows_) return 0.0;
  const std::vector<double> theta = space_.theta(c.phi);
  const double rounding = distribution_.rounding(theta);
  if (!(rounding > 0.0)) return 0.0;
  const std::unique_ptr<BoundLaw> law = distribution_.bind(theta);
  std::vector<double> sum(theta.size(), 0.0);
  Term t;
  for (const Segment& s : sample.cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size(); ++i) {
      const Event e = event_of(s, i);
      switch (s.kind) {
        case Kind::exact: law->log_pdf(e.a, t); break;
        case Kind::left: law->log_cdf(e.a, t); break;
        case Kind::interval: law->log_interval(e.a, e.b, e.width, t); break;
        case Kind::right: law->log_sf(e.a, t); break;
        case Kind::conditional: law->log_conditional(s.a[i], s.b[i], s.width[i], s.c[i], s.d[i], s.window[i], t); break;
      }
      for (std::size_t k = 0; k < sum.size(); ++k) {
        const int j = static_cast<int>(k);
        sum[k] += e.count * (std::fabs(t.dd(j, j)) + t.d(j) * t.d(j));
      }
    }
  }
  double most = 0.0;
  for (std::size_t i = 0; i < sum.size(); ++i) {
    const double unit = law_unit(theta, static_cast<int>(i));
    most = std::fmax(most, sum[i] * unit * unit);
  }
  return rounding * most;
}

bool MleSearch::regular(std::span<const double> theta) const {
  // A sigma of fewer than ten thousand last digits is a spike at an age, held threshold or not.
  constexpr double kNarrowest = 2e-12;
  if (threshold_form() && space_.is_fixed(2)) return theta[2] > kNarrowest;
  // With covariates theta holds coefficients: the distribution is asked for its own parameters, cell by cell.
  std::vector<double> law(static_cast<std::size_t>(distribution_.size()));
  for (const Cell& cell : likelihood_.sample().cells) {
    likelihood_.law_parameters(theta, cell.x, cell.offset, cell.w, law);
    if (!distribution_.regular(law)) return false;
  }
  return true;
}

double MleSearch::least_information(const Eigen::VectorXd& phi) const {
  const Sample& sample = likelihood_.sample();
  const double ridge = kLeastInformation * std::fmax(1.0, sample.failed);
  if (!(spacing_ > 0.0)) return ridge;
  // An age is known to one spacing of doubles, and so is the place of life among the ages: the slope of log L that
  // this leaves open must not move a flat top by more than a settled step.
  const double z = spacing_ / distribution_.unit(space_.theta(phi), 0);
  return std::fmax(ridge, std::fmin(kHardlyFlat, z * std::sqrt(sample.n) / kSettledStep));
}

bool MleSearch::threshold_form() const noexcept {
  return !distribution_.log_axis() && distribution_.positive() && distribution_.size() == 3;
}

bool MleSearch::concave_chart() const noexcept {
  return distribution_.concave() && likelihood_.linear() && space_.identity() && distribution_.size() == 2 &&
         likelihood_.shape_size() == 1;
}

void MleSearch::polish(Candidate& c) const {
  Stationarity s = stationarity(c.at);
  for (int i = 0; i < 4 && s.negative_definite && s.decrement > 1e-30 * std::fmax(1.0, std::fabs(c.at.f)); ++i) {
    const Eigen::VectorXd x = c.phi + s.step;
    Jet at = evaluate(x);
    ++c.passes;
    if (!std::isfinite(at.f)) return;
    const Stationarity next = stationarity(at);
    if (!next.negative_definite && s.decrement < 1e-6) {
      // The step is far too short to leave the neighbourhood of a maximum, yet the curvature is gone: the point lay
      // beside a curve of equally good points, and only the slope across that curve bent log L downwards.
      c.phi = x;
      c.at = std::move(at);
      return;
    }
    if (!next.negative_definite || !(next.decrement < 0.5 * s.decrement)) return;
    c.phi = x;
    c.at = std::move(at);
    s = next;
  }
}

Estimate converged_at(const Candidate& c, const Space& space, int passes) {
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

Estimate no_estimate(FitStatus status, std::string reason, std::string advice, int passes) {
  Estimate e;
  e.status = status;
  e.reason = std::move(reason);
  e.advice = std::move(advice);
  e.passes = passes;
  return e;
}

}  // namespace relia
