#include "solvers/estimate_mle.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <memory>
#include <span>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>

#include "core/distributions/exponential_2p.hpp"
#include "core/distributions/limited_failure.hpp"
#include "core/distributions/mixture.hpp"
#include "solvers/existence.hpp"
#include "solvers/exponential_2p_mle.hpp"
#include "solvers/mixture_starts.hpp"
#include "solvers/mle_search.hpp"
#include "solvers/starting_points.hpp"
#include "solvers/survey.hpp"

namespace relia {
namespace {

/// Rows up to which several maxima are looked for in every corner; beyond, data speak for themselves.
constexpr std::size_t kSurveyedRows = 1000;

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

/// Whether log L rises in p at p = 1. With S the inner survival function, the derivative there is one for every
/// failure, 1 - 1/S(a) for a unit good at a, and the negative of that for the window it was seen in. Tails of 1/S far
/// apart are summed as logarithms.
bool rises_to_whole(const Distribution& inner, const Sample& sample, const std::vector<double>& theta) {
  const std::unique_ptr<BoundLaw> law = inner.bind(theta);
  double up = -kInfinity, down = -kInfinity;  // logs of the positive and of the negative parts
  Term t;
  const auto survival = [&](double u) {
    law->log_sf(u, t);
    return t.f;
  };
  for (const Segment& s : sample.cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size(); ++i) {
      const Event e = event_of(s, i);
      const double count = std::log(e.count);
      up = log_sum_exp(up, count);
      if (e.kind == Kind::right) down = log_sum_exp(down, count - survival(e.a));
      if (s.kind != Kind::conditional) continue;
      down = log_sum_exp(down, count);
      if (std::isinf(s.d[i]) && std::isfinite(s.c[i])) up = log_sum_exp(up, count - survival(s.c[i]));
    }
  }
  return up >= down;
}

/// A threshold form whose threshold agrees with an age to this part g of the law's scale, or of the distance to the
/// next age if that is larger: such maxima sit on the bend of log L at an inspection or entry age. The information
/// about the reported parameters then has a condition of g^-2, and the rounding of location minus scale enters it with
/// 1e-16/g: standard errors lose digits like 1e-16/g^3.
constexpr double kGluedThreshold = 3e-4;
/// A threshold that is held need not be found among the ages; but closer to an age than this part of the scale, its
/// distance from it has lost too many digits (information about mu and sigma those of the square of it).
constexpr double kGluedHeld = 1e-5;

/// Distance of the threshold from the nearest age above it in those units.
/// @param held  in units of the scale alone
double threshold_distance(const Sample& sample, const std::vector<double>& theta, bool held) {
  const double scale = std::exp(theta[1]) / theta[2], threshold = theta[0] - scale;
  double least = kInfinity, next = kInfinity;
  const auto look = [&](double u) {
    // An age below the threshold by no more than rounding is on it: log L knows t - threshold to those digits only.
    const double last = 4e-16 * (std::fabs(u) + std::fabs(theta[0]) + scale);
    if (!std::isfinite(u) || !(u > threshold - last)) return;
    const double distance = std::fmax(u - threshold, 0.0);
    if (distance < least) {
      next = least;
      least = distance;
    } else if (distance > least) {
      next = std::fmin(next, distance);
    }
  };
  for (const Segment& s : sample.cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size(); ++i) {
      const Event e = event_of(s, i);
      look(e.a);
      if (e.kind == Kind::interval) look(e.b);
      if (s.kind == Kind::conditional) look(s.c[i]);
    }
  }
  return least / std::fmax(scale, std::isfinite(next) && !held ? next : 0.0);
}

/// log L at a climb's end, or where the same life seen from further away is still resolved: with a sigma of more than
/// 1e7 times the range of the ages, the differences of F that windows divide by are rounding.
double sound_height(const MleSearch& search, const Likelihood& likelihood, const Space& space, const Candidate& c) {
  const PlotSummary& plot = likelihood.sample().plot;
  std::vector<double> theta = space.theta(c.phi);
  const double largest = std::log(1e7 * std::fmax(plot.spread, plot.curve.back().first - plot.curve.front().first));
  if (!likelihood.distribution().concave() || theta.size() != 2) return c.at.f;
  // A life ten thousand sigmas beyond all ages: what its last digit moves log L by is no height.
  constexpr double kFurthest = 1e4;
  if (!(theta[1] > largest)) {
    return std::fabs(theta[0] - plot.middle) > kFurthest * std::exp(theta[1]) ? -kInfinity : c.at.f;
  }
  theta[0] = plot.middle + (theta[0] - plot.middle) * std::exp(largest - theta[1]);
  theta[1] = largest;
  const double f = search.evaluate(space.phi(theta)).f;
  return std::isfinite(f) ? f : -kInfinity;
}

/// What log L of a location-scale life comes to as sigma grows beyond the data, mu/sigma at its best: under truncation
/// each row tends to a ratio of widths of its event and its window, which need not be nothing.
double endless_height(const MleSearch& search, const Likelihood& likelihood) {
  const PlotSummary& plot = likelihood.sample().plot;
  if (!likelihood.distribution().concave() || likelihood.distribution().size() != 2) return -kInfinity;
  const double sigma = 1e5 * std::fmax(plot.spread, plot.curve.back().first - plot.curve.front().first);
  double highest = -kInfinity;
  for (double z = -12.0; z <= 12.0; z += 0.5) {
    const double f = search.evaluate(Eigen::Vector2d(plot.middle - z * sigma, std::log(sigma))).f;
    if (std::isfinite(f)) highest = std::fmax(highest, f);
  }
  return highest;
}

/// What log L of a Gompertz life comes to as its hazard falls ever faster: a share p of all fails at once, the rest
/// never. A unit found failed says log p, a unit found good log(1 - p), and nothing may have failed at an age.
double at_once_height(const Sample& sample) {
  double failed = 0.0, good = 0.0;
  for (const Segment& s : sample.cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size(); ++i) {
      const Event e = event_of(s, i);
      const bool window = s.kind == Kind::conditional;
      const bool entered = window && std::isfinite(s.c[i]), leaves = window && std::isfinite(s.d[i]);
      if (e.kind == Kind::left && !entered) {
        failed += leaves ? 0.0 : s.sign * e.count;
      } else if (e.kind == Kind::right && !leaves) {
        good += entered ? 0.0 : s.sign * e.count;
      } else {
        return -kInfinity;
      }
    }
  }
  if (!(failed > 0.0) || !(good > 0.0)) return failed < 0.0 || good < 0.0 ? -kInfinity : 0.0;
  return failed * std::log(failed / (failed + good)) + good * std::log(good / (failed + good));
}

/// Rows of a sample from which its maximum is approached; more cost passes and bring the start no nearer.
constexpr std::size_t kThinnedRows = 20000;
/// The same for laws whose tails are integrals and for mixtures, limited failure and three-parameter laws: there every
/// pass is dear or many starts are climbed from.
constexpr std::size_t kThinnedDearRows = 2000;

/// Superblocks of a sample that the thinned one is taken from.
constexpr std::size_t kThinnedBlocks = 16;

/// Every `stride`-th row of the segments of one kind, in order, on the same axis.
struct ThinnedKind {
  std::size_t rows = 0, stride = 1, next = 0;
  Segment some;

  void set_step(std::size_t step) {
    // Few rows (ties gathered in one) are kept whole: they stand for no others.
    stride = rows < 2 * step ? 1 : step;
    next = stride / 2;
  }
  void take_from(const Segment& s) {
    some.kind = s.kind;
    some.sign = s.sign;
    const auto take = [this](const std::vector<double>& from, std::vector<double>& to) {
      for (std::size_t i = next; i < from.size(); i += stride) to.push_back(from[i]);
    };
    take(s.a, some.a);
    take(s.b, some.b);
    take(s.width, some.width);
    take(s.c, some.c);
    take(s.d, some.d);
    take(s.window, some.window);
    take(s.count, some.count);
    some.count.resize(some.a.size(), 1.0);
    while (next < s.a.size()) next += stride;
    next -= s.a.size();
  }
};

/// About `about` rows of a sample, on the same axis: what a start is sought on. Log L and its derivatives are
/// smaller by about the same factor; every segment keeps its share of the units. Of large samples some superblocks,
/// evenly spread, stand for all.
Sample thinned(const Sample& sample, std::size_t about) {
  Sample out;
  out.axis = sample.axis;
  out.plot = sample.plot;
  out.truncated = sample.truncated;
  out.crowded = sample.crowded;
  const bool several = sample.cells.size() > 1;
  const std::size_t blocks = several ? 1 : std::min(kThinnedBlocks, sample.blocks);
  SegmentBlocks::Scratch scratch;
  for (const Cell& cell : sample.cells) {
    std::array<ThinnedKind, 5> kinds;
    const auto visit = [&](auto take) {
      for (std::size_t k = 0; k < blocks; ++k) {
        const std::span<const Segment> segments = several ? std::span<const Segment>(cell.segments)
                                                          : sample.block_segments(k * sample.blocks / blocks, scratch);
        for (const Segment& s : segments) take(s, kinds[static_cast<std::size_t>(s.kind)]);
      }
    };
    visit([](const Segment& s, ThinnedKind& kind) { kind.rows += s.a.size(); });
    std::size_t rows = several ? sample.rows() : 0;
    if (!several) {
      for (const ThinnedKind& kind : kinds) rows += kind.rows;
    }
    const std::size_t step = std::max<std::size_t>(1, rows / about);
    // A kind that is rare (few of many have failed) is thinned less, and counts for less a row.
    for (ThinnedKind& kind : kinds) kind.set_step(std::min(step, std::max<std::size_t>(1, 4 * kind.rows / about)));
    visit([](const Segment& s, ThinnedKind& kind) { kind.take_from(s); });
    Cell some;
    some.x = cell.x;
    some.offset = cell.offset;
    some.w = cell.w;
    for (ThinnedKind& kind : kinds) {
      if (kind.some.a.empty()) continue;
      const double share =
          static_cast<double>(kind.rows) / static_cast<double>(kind.some.a.size()) / static_cast<double>(step);
      for (double& count : kind.some.count) {
        count *= share;
        out.n += count;
        out.exact += kind.some.kind == Kind::exact ? count : 0.0;
        out.failed += kind.some.kind == Kind::right ? 0.0 : count;
      }
      some.segments.push_back(std::move(kind.some));
    }
    out.cells.push_back(std::move(some));
  }
  return out;
}

/// Whether log L stays as high as at `top` for ten units and more along its flattest direction, the others following.
/// A climb that has run far enough towards infinity ends where nothing changes either; but there log L is lower on the
/// way back.
bool flat_along(const MleSearch& search, const Candidate& top) {
  constexpr int kUnits = 12;
  const Eigen::VectorXd unit = search.units(top.phi);
  const auto scaled = [&](const Jet& at) -> Eigen::MatrixXd { return unit.asDiagonal() * at.h * unit.asDiagonal(); };
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen(scaled(top.at));
  // Eigenvalues come in increasing order; the flattest direction of a Hessian that bends down is the last.
  const Eigen::Index n = top.phi.size();
  const Eigen::VectorXd flattest = eigen.eigenvectors().col(n - 1);
  const Eigen::MatrixXd others = eigen.eigenvectors().leftCols(n - 1);
  const double least = top.at.f - 1e-9 * (1.0 + std::fabs(top.at.f));
  for (const double sign : {1.0, -1.0}) {
    Eigen::VectorXd phi = top.phi;
    bool on_ridge = true;
    for (int i = 0; i < kUnits && on_ridge; ++i) {
      phi += sign * unit.cwiseProduct(flattest);
      on_ridge = false;
      for (int newton = 0; newton < 12; ++newton) {
        const Jet at = search.evaluate(phi);
        if (!std::isfinite(at.f) || !at.g.allFinite() || !at.h.allFinite()) break;
        const Eigen::VectorXd g = others.transpose() * unit.cwiseProduct(at.g);
        const Eigen::LLT<Eigen::MatrixXd> down(-(others.transpose() * scaled(at) * others));
        if (n > 1 && down.info() != Eigen::Success) break;
        const Eigen::VectorXd step = n > 1 ? Eigen::VectorXd(down.solve(g)) : Eigen::VectorXd(0);
        if (n == 1 || g.dot(step) < 1e-16) {
          if (at.f < least) return false;
          on_ridge = true;
          break;
        }
        phi += unit.cwiseProduct(others * step);
      }
    }
  }
  return true;
}

}  // namespace

Estimate climb_from(const Likelihood& likelihood, const Space& space, const std::vector<double>& theta) {
  const MleSearch search(likelihood, space, Engine::newton);
  Candidate c = search.run(theta);
  const auto* mixture = dynamic_cast<const Mixture*>(&likelihood.distribution());
  if (!c.maximum) return no_estimate(FitStatus::iteration_limit, "", "", c.passes);
  if (mixture != nullptr && space.identity()) {
    std::vector<double> sorted(c.phi.begin(), c.phi.end());
    mixture->sort_components(sorted);
    c.phi = Eigen::Map<Eigen::VectorXd>(sorted.data(), c.phi.size());
    c.at = search.evaluate(c.phi);
    search.judge(c);
  }
  return converged_at(c, space, c.passes);
}

namespace {

Estimate highest_maximum(const Likelihood& likelihood, const Space& space, Engine engine, const MoreStarts& more) {
  const Distribution& distribution = likelihood.distribution();
  const Sample& sample = likelihood.sample();
  const bool one_cell = sample.cells.size() == 1 && sample.cells.front().x.empty();
  const MleSearch search(likelihood, space, engine);

  if (space.size() == 0) {
    Candidate c;
    c.phi = Eigen::VectorXd(0);
    c.at = search.evaluate(c.phi);
    c.point = stationarity(c.at);
    if (!std::isfinite(c.at.f)) {
      return no_estimate(FitStatus::unbounded, "The data are impossible under the parameters that are held.",
                         "Check the values of --fix against the data.", 1);
    }
    return converged_at(c, space, 1);
  }
  const bool exponential_threshold = dynamic_cast<const Exponential2p*>(&distribution) != nullptr;
  if (exponential_threshold && !space.is_fixed(1)) return exponential_2p_mle(likelihood, space, engine);

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
    if (!e.exists) return no_estimate(e.verdict, e.reason, e.advice, 0);
  }
  const auto* mixture = dynamic_cast<const Mixture*>(&distribution);
  const auto* limited = dynamic_cast<const LimitedFailure*>(&distribution);
  const bool threshold_form =
      one_cell && !distribution.log_axis() && distribution.positive() && distribution.size() == 3;
  double glued = -kInfinity;  // the highest maximum with the threshold on an age
  const bool local_maxima_count = mixture != nullptr || (!distribution.log_axis() && distribution.positive());
  double gathered = -kInfinity;  // a supremum that is not attained but must be beaten
  if (one_cell && space.identity() && !(decidable && distribution.concave())) {
    // One age that explains every row gives the highest likelihood there can be, truncated or not; a regular
    // local maximum beside it counts only for mixtures and threshold forms.
    const Existence e = explain_sample(sample);
    const bool nothing = e.verdict == FitStatus::flat || sample.failed == 0.0;
    if (!e.exists && nothing && (!sample.truncated || sample.failed == 0.0))
      return no_estimate(e.verdict, e.reason, e.advice, 0);
    if (!e.exists && !nothing && !local_maxima_count && limited == nullptr && distribution.can_gather()) {
      if (e.gathered >= 0.0) return no_estimate(e.verdict, e.reason, e.advice, 0);
      gathered = e.gathered;
    }
  }

  // Concave in (beta/sigma, 1/sigma): a local maximum is the maximum. A scale that varies with stress is not.
  const bool single =
      distribution.concave() && likelihood.linear() && !sample.truncated && likelihood.shape_size() <= 1;
  std::vector<std::vector<double>> starts;
  const auto start_from_few = [&](std::size_t about) {
    const Sample few = thinned(sample, about);
    const Likelihood few_likelihood(distribution, few);
    const Estimate near = estimate_mle(few_likelihood, space, Engine::newton);
    if (near.status == FitStatus::converged) starts.push_back(near.theta);
  };
  if (const std::size_t rows = sample.rows();
      single && search.concave_chart() && rows > 5 * kThinnedRows && sample.cells.size() * 100 < kThinnedRows) {
    // The maximum of a fiftieth of the rows lies a few standard errors from that of all: half of the passes are saved.
    start_from_few(kThinnedRows);
  }
  if (one_cell && space.identity() && !distribution.concave() && distribution.size() == 2 && !sample.truncated &&
      !local_maxima_count && limited == nullptr && sample.rows() > 5 * kThinnedDearRows) {
    start_from_few(kThinnedDearRows);
  }
  // Where many places have to be looked at, the highest maximum of a small part leads to one of all. Where two hills
  // are nearly as high as each other it may be the lower one (a warning says so): a search on all rows takes minutes.
  const bool many_hills = local_maxima_count || limited != nullptr || distribution.size() > 2;
  const bool begun_on_few =
      one_cell && space.identity() && many_hills && !sample.truncated && sample.rows() > 10 * kThinnedDearRows;
  if (begun_on_few) start_from_few(kThinnedDearRows);
  const bool few_tell = begun_on_few && !starts.empty();
  if (starts.empty()) starts = starting_points(likelihood, sample.truncated);
  if (more && !single) {
    std::vector<std::vector<double>> first = more();
    starts.insert(starts.begin(), std::make_move_iterator(first.begin()), std::make_move_iterator(first.end()));
  }
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
      if (rises_to_whole(limited->inner(), sample, theta)) boundary = whole;
      theta.push_back(0.0);
      for (const double logit : {4.0, 1.0}) {
        theta.back() = logit;
        starts.push_back(theta);
      }
    }
  }

  const bool small = one_cell && sample.rows() <= kSurveyedRows;
  if (mixture != nullptr && mixture->components() == 2 && small) {
    const Likelihood inner(mixture->inner(), sample);
    const Space inner_space(mixture->inner(), sample.axis,
                            std::vector<double>(static_cast<std::size_t>(mixture->inner().size()), kNaN));
    const Estimate whole = estimate_mle(inner, inner_space, engine);
    passes += whole.passes;
    if (whole.status == FitStatus::converged) {
      for (std::vector<double>& start : parted(mixture->inner(), whole.theta)) starts.push_back(std::move(start));
      if (sample.truncated) {
        for (std::vector<double>& start : with_hidden(mixture->inner(), whole.theta))
          starts.push_back(std::move(start));
      }
    }
  }

  Candidate best, top;
  bool found = false, ran = false;
  bool spike_climbed = false;  // one tells how high they are; the others need not be climbed
  Summits met;
  const auto remember = [&](const Candidate& c) {
    met.add(c.phi, c.at, search.units(c.phi));
    if (mixture == nullptr || mixture->components() != 2 || !space.identity()) return;
    const Eigen::Index size = mixture->inner().size();  // the same with its components the other way round
    Candidate other;
    other.phi.resize(c.phi.size());
    other.phi << -c.phi[0], c.phi.tail(size), c.phi.segment(1, size);
    other.at = search.evaluate(other.phi);
    met.add(other.phi, other.at, search.units(other.phi));
  };
  const auto try_start = [&](const std::vector<double>& start) {
    Candidate c = search.run(start, spike_climbed, &met);
    passes += c.passes;
    if (!std::isfinite(c.at.f)) return;
    spike_climbed = spike_climbed || search.spike(c.phi);
    if (!ran || c.at.f > top.at.f) top = c;
    ran = true;
    if (c.maximum && threshold_form) {
      const bool held = space.is_fixed(2);
      const double distance = threshold_distance(sample, space.theta(c.phi), held);
      if (distance < (held ? kGluedHeld : kGluedThreshold)) {
        c.maximum = false;
        glued = std::fmax(glued, c.at.f);
      }
    }
    c.maximum = c.maximum && !search.spike(c.phi);
    if (c.maximum) remember(c);
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
  };
  for (const std::vector<double>& start : starts) {
    try_start(start);
    if (found && single) break;
  }
  if (few_tell && !found) {
    for (const std::vector<double>& start : starting_points(likelihood, sample.truncated)) try_start(start);
  }
  if (more && single && !found) {
    for (const std::vector<double>& start : more()) try_start(start);
  }
  // Where the plotted points cannot tell where maxima lie, or none was found, look everywhere.
  const bool slice = !space.identity() && !distribution.concave();  // through a surface with one summit, not of one
  const bool gompertz = distribution.name() == "gompertz";          // one hill where it ages, another where it dies out
  const bool several =
      local_maxima_count || limited != nullptr || sample.truncated || distribution.size() > 2 || slice || gompertz;
  // Of a simple law on many rows the plotted points tell enough.
  const bool surveyed = sample.blocks == 1 || distribution.size() > 2;
  if (one_cell && surveyed && search.identifiable() && !(found && single) &&
      (!found || (several && sample.rows() <= kSurveyedRows))) {
    const std::size_t most = distribution.size() > 3 ? 24 : 12;
    for (const std::vector<double>& start : survey(search, likelihood, space, engine, most)) try_start(start);
  }
  // A climb may end on the saddle between two hills as high as each other (Birnbaum-Saunders with a shape held above 2
  // and ages that agree): beside it they begin.
  if (!found && ran && slice && small) {
    const Eigen::VectorXd saddle = top.phi, unit = search.units(saddle);
    for (Eigen::Index i = 0; i < saddle.size(); ++i) {
      for (const double change : {-2.0, -0.5, 0.5, 2.0}) {
        Eigen::VectorXd beside = saddle;
        beside[i] += change * unit[i];
        try_start(space.theta(beside));
      }
    }
  }
  // Maxima of a mixture come in families: from the best, look about.
  for (int round = 0; mixture != nullptr && small && found && round < 3; ++round) {
    const double before = best.at.f;
    for (const std::vector<double>& start : moved_about(*mixture, space.theta(best.phi))) try_start(start);
    if (!(best.at.f > before + 1e-9)) break;
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
  // A law without spikes has one answer, the highest point; a local maximum below what the likelihood comes to where a
  // parameter runs to its limit is not it. (Of limited failure and the generalized gamma law such limits are other
  // models, and their best regular maximum is reported, with a word.)
  const bool one_answer = one_cell && !local_maxima_count && limited == nullptr && distribution.size() <= 2;
  const auto beats_best = [&](double f) { return f > best.at.f + 1e-6 * (1.0 + 1e-3 * std::fabs(best.at.f)); };
  double far = -kInfinity;
  if (found && one_answer && sample.truncated && sample.rows() <= kSurveyedRows) {
    if (space.identity()) far = endless_height(search, likelihood);
    if (const std::vector<double> theta = highest_far_out(search, likelihood, space); !theta.empty()) {
      try_start(theta);
      far = std::fmax(far, search.evaluate(space.phi(theta)).f);
    }
  }
  if (found && one_answer && space.identity() && gompertz && sample.blocks == 1)
    far = std::fmax(far, at_once_height(sample));
  if (found && one_answer && (beats_best(far) || beats_best(sound_height(search, likelihood, space, top)))) {
    return no_estimate(
        FitStatus::unbounded,
        "The likelihood has a local maximum, but is higher where a parameter runs to its limit: there is "
        "no best estimate.",
        kFewerParameters, passes);
  }
  if (found && best.at.f > gathered) {
    if (mixture != nullptr && space.identity()) {
      std::vector<double> theta(best.phi.data(), best.phi.data() + best.phi.size());
      mixture->sort_components(theta);
      best.phi = Eigen::Map<Eigen::VectorXd>(theta.data(), best.phi.size());
      best.at = search.evaluate(best.phi);
      search.judge(best);
    }
    Estimate e = converged_at(best, space, passes);
    if (!best.supported) {
      e.warnings.push_back(
          "A component of this mixture rests on fewer than two failures for each of its parameters; such maxima arise "
          "from any few neighbouring failures and say little.");
    } else if (spurious_found && spurious > best.at.f) {
      e.warnings.push_back("A higher maximum exists, at log L = " + std::to_string(spurious) +
                           ", in which a component rests on fewer than two failures for each of its parameters; it is "
                           "taken for spurious.");
    }
    if (few_tell) {
      e.warnings.push_back(
          "The maximum was sought on some two thousand of the rows and then climbed to on all of them: of two maxima "
          "nearly as high as each other it may be the lower one.");
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
    return no_estimate(sample_says.verdict, sample_says.reason, sample_says.advice, passes);
  if (!ran) {
    return no_estimate(FitStatus::unbounded, "No parameter values make these data possible.",
                       "Check the held parameters and the truncation ages against the data.", passes);
  }
  if (!search.identifiable()) {
    return no_estimate(
        FitStatus::flat,
        "The data say only which fraction had failed by each inspection age, and these are fewer than the "
        "free parameters: a whole curve of laws fits equally well.",
        kFewerParameters, passes);
  }
  const bool still = top.point.gradient_norm < 1e-6 && top.phi.cwiseAbs().maxCoeff() < 30.0;
  if (still && top.point.flat && flat_along(search, top)) {
    return no_estimate(
        FitStatus::flat,
        "The likelihood does not change along some direction: the data cannot tell the parameters apart.",
        kFewerParameters, passes);
  }
  if (glued > -kInfinity && space.is_fixed(2)) {
    return no_estimate(
        FitStatus::unbounded,
        "The threshold held lies so close to an age, beside the scale of life, that the distance between "
        "them has lost its digits.",
        "Subtract the threshold from every age and fit the two-parameter form.", passes);
  }
  if (glued > -kInfinity) {
    return no_estimate(
        FitStatus::unbounded,
        "The likelihood peaks only where the threshold agrees with an age of the data to three digits and "
        "more: how far below that age it lies is beyond what the data can say.",
        "Use the two-parameter form, or hold the threshold (--fix threshold=...) at that age.", passes);
  }
  if (search.threshold_form() && !search.regular(space.theta(top.phi))) {
    return no_estimate(
        FitStatus::unbounded,
        "The likelihood rises without end as the threshold runs to minus infinity: the data have no use for "
        "a threshold.",
        "Use the two-parameter form, or the family it tends to (gumbel, normal or logistic).", passes);
  }
  return no_estimate(FitStatus::unbounded,
                     "The likelihood has no regular maximum: the climb ends with a parameter running to its limit.",
                     kFewerParameters, passes);
}

}  // namespace

Estimate estimate_mle(const Likelihood& likelihood, const Space& space, Engine engine, const MoreStarts& more) {
  Estimate e = highest_maximum(likelihood, space, engine, more);
  const Sample& sample = likelihood.sample();
  if (e.status != FitStatus::converged || sample.cells.size() != 1 || !sample.cells.front().x.empty()) return e;
  const std::vector<ParameterInfo> parameters = likelihood.distribution().parameters();
  std::vector<Term> eta(parameters.size());
  likelihood.distribution().describe(sample.axis, e.theta, eta);
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    const double value = from_scale(parameters[i].scale, eta[i].f);
    if (parameters[i].scale == BoundScale::logit && value == 1.0 && std::isfinite(eta[i].f)) {
      return no_estimate(
          FitStatus::unbounded,
          "The best " + parameters[i].name +
              " agrees with 1 in every digit of a number: the rest of the population is too small a part "
              "to be written down.",
          kFewerParameters, e.passes);
    }
    if (std::isnormal(value) || (parameters[i].scale == BoundScale::identity && value == 0.0)) continue;
    return no_estimate(
        FitStatus::unbounded,
        "The parameter " + parameters[i].name + " of the best law lies beyond the range of numbers (1e-308 to 1e308).",
        kFewerParameters, e.passes);
  }
  return e;
}

}  // namespace relia
