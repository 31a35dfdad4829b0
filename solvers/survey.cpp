#include "solvers/survey.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>
#include <utility>

#include "core/distributions/limited_failure.hpp"
#include "core/distributions/mixture.hpp"
#include "solvers/sample_ages.hpp"
#include "solvers/scatter.hpp"

namespace relia {
namespace {

/// At most n of the values, evenly by rank, ends included.
std::vector<double> some_of(const std::vector<double>& v, std::size_t n) {
  if (v.size() <= n) return v;
  std::vector<double> out;
  for (std::size_t k = 0; k < n; ++k) out.push_back(v[k * (v.size() - 1) / (n - 1)]);
  return out;
}

/// Geometric steps of about `ratio` from low to high, at most n.
std::vector<double> steps(double low, double high, double ratio, std::size_t n) {
  const double whole = std::log(high / low);
  const auto count = static_cast<std::size_t>(
      std::fmin(std::fmax(std::ceil(whole / std::log(ratio)), 1.0), static_cast<double>(n - 1)));
  std::vector<double> out;
  for (std::size_t k = 0; k <= count; ++k)
    out.push_back(low * std::exp(whole * static_cast<double>(k) / static_cast<double>(count)));
  return out;
}

/// Least and largest distance that the ages suggest for a spread of life.
std::pair<double, double> scales_of(const std::vector<double>& ages, double fallback) {
  double least = kInfinity;
  for (std::size_t i = 1; i < ages.size(); ++i) least = std::fmin(least, ages[i] - ages[i - 1]);
  const double range = ages.empty() ? 0.0 : ages.back() - ages.front();
  if (!(range > 0.0)) return {0.02 * fallback, 8.0 * fallback};
  return {std::fmax(0.3 * least, 1e-14 * range), 6.0 * range};
}

/// Points of the grid by cells: the starts of one cell are alternatives of which the best is kept.
class Grid {
 public:
  Grid(const MleSearch& search, const Space& space) : search_(search), space_(space) {}

  /// Cells of one row of the grid follow each other; a new row begins with `row()`.
  void row() { rows_.emplace_back(); }
  /// @param groups  of which the best point is wanted, whatever its height beside others
  void cell(const std::vector<std::vector<double>>& starts, const std::vector<std::size_t>& groups = {}) {
    Point best;
    for (const std::vector<double>& t : starts) {
      bool finite = true;
      for (const double x : t) finite = finite && std::isfinite(x);
      if (!finite) continue;
      const Jet j = search_.evaluate(space_.phi(t));
      if (std::isfinite(j.f) && j.f > best.f && j.g.allFinite() && j.h.allFinite()) best = {j.f, t, groups};
    }
    rows_.back().push_back(std::move(best));
  }

  /// Local maxima of the grid first, then the highest of the others.
  [[nodiscard]] std::vector<std::vector<double>> highest(std::size_t most) const {
    std::vector<const Point*> peaks, others;
    for (std::size_t r = 0; r < rows_.size(); ++r) {
      for (std::size_t c = 0; c < rows_[r].size(); ++c) {
        const Point& p = rows_[r][c];
        if (p.f == -kInfinity) continue;
        bool peak = true;
        for (std::size_t i = r > 0 ? r - 1 : 0; i <= r + 1 && i < rows_.size(); ++i) {
          for (std::size_t k = c > 0 ? c - 1 : 0; k <= c + 1 && k < rows_[i].size(); ++k) {
            peak = peak && rows_[i][k].f <= p.f;
          }
        }
        (peak ? peaks : others).push_back(&p);
      }
    }
    const auto higher = [](const Point* a, const Point* b) { return a->f > b->f; };
    std::sort(peaks.begin(), peaks.end(), higher);
    std::sort(others.begin(), others.end(), higher);
    std::vector<std::vector<double>> out;
    const std::size_t room = std::max<std::size_t>(most / 3, 1);  // for the others
    for (const Point* p : peaks)
      if (out.size() + room < most) out.push_back(p->theta);
    for (const Point* p : others)
      if (out.size() < most) out.push_back(p->theta);
    return out;
  }

  /// The best point of every group, each once.
  [[nodiscard]] std::vector<std::vector<double>> group_tops() const {
    std::map<std::size_t, const Point*> tops;
    for (const std::vector<Point>& row : rows_) {
      for (const Point& p : row) {
        for (const std::size_t group : p.groups) {
          const Point*& top = tops[group];
          if (p.f > -kInfinity && (top == nullptr || p.f > top->f)) top = &p;
        }
      }
    }
    std::vector<const Point*> distinct;
    std::vector<std::vector<double>> out;
    for (const auto& [group, top] : tops) {
      if (top == nullptr || std::find(distinct.begin(), distinct.end(), top) != distinct.end()) continue;
      distinct.push_back(top);
      out.push_back(top->theta);
    }
    return out;
  }

  /// The best point of every row that has one.
  [[nodiscard]] std::vector<std::vector<double>> row_tops() const {
    std::vector<std::vector<double>> out;
    for (const std::vector<Point>& row : rows_) {
      const Point* top = nullptr;
      for (const Point& p : row) {
        if (p.f > -kInfinity && (top == nullptr || p.f > top->f)) top = &p;
      }
      if (top != nullptr) out.push_back(top->theta);
    }
    return out;
  }

 private:
  struct Point {
    double f = -kInfinity;
    std::vector<double> theta;
    std::vector<std::size_t> groups;
  };
  const MleSearch& search_;
  const Space& space_;
  std::vector<std::vector<Point>> rows_;
};

/// A law whose starts follow from a place and a spread.
void survey_plain(const Distribution& distribution, const Sample& sample, const Ages& ages, Grid& grid) {
  const bool coarse = distribution.size() > 2 || slow_tails(distribution);
  const auto [least, largest] = scales_of(ages.all, sample.plot.spread);
  std::vector<double> places = some_of(ages.all, coarse ? 4 : 7);
  std::vector<double> failed;
  for (const auto& [u, count] : ages.failures) failed.push_back(u);
  for (const double u : some_of(failed, coarse ? 3 : 5)) places.push_back(u);
  distinct(places);
  for (const double spread : steps(least, largest, 2.7, coarse ? 8 : 16)) {
    const auto look_at = [&](double place) {
      std::vector<std::vector<double>> starts = distribution.starts(summary_at(sample.plot, place, spread));
      if (coarse && starts.size() > 4) starts.resize(4);
      grid.cell(starts);
    };
    grid.row();
    look_at(places.front() - spread);
    for (const double place : places) look_at(place);
    look_at(places.back() + spread);
  }
}

/// A life of those that can fail at every place and spread, and how many those are. The plotted share of failures says
/// little of it where most units are censored early or seen in wide intervals.
void survey_limited(const LimitedFailure& limited, const Sample& sample, const Ages& ages, Grid& grid) {
  const Distribution& inner = limited.inner();
  const bool slow = slow_tails(inner);
  const auto [least, largest] = scales_of(ages.all, sample.plot.spread);
  std::vector<double> places = some_of(ages.all, slow ? 4 : 6);
  std::vector<double> failed;
  for (const auto& [u, count] : ages.failures) failed.push_back(u);
  for (const double u : some_of(failed, slow ? 4 : 7)) places.push_back(u);
  distinct(places);
  const std::vector<double> spreads = inner.size() > 1 ? steps(least, largest, slow ? 4.0 : 2.7, slow ? 6 : 14)
                                                       : std::vector<double>{sample.plot.spread};
  const std::vector<double> shares =
      slow ? std::vector<double>{0.1, 0.4, 0.8} : std::vector<double>{0.01, 0.04, 0.12, 0.3, 0.55, 0.8, 0.97};
  for (const double share : shares) {
    for (const double spread : spreads) {
      grid.row();
      for (const double place : places) {
        std::vector<double> theta = inner.starts(summary_at(sample.plot, place, spread)).front();
        theta.push_back(std::log(share / (1.0 - share)));
        grid.cell({std::move(theta)}, {});
      }
    }
  }
}

/// theta = (m, ln s, xi) of threshold.hpp, for thresholds in every piece between two bends.
/// @param held      the threshold, when it is held
/// @param distance  of the life's place from the threshold, when mu or the scale is held; otherwise NaN
void survey_thresholds(const Sample& sample, const Ages& ages, double held, double distance, Grid& grid) {
  const double limit = sample.plot.first, spread = sample.plot.spread;
  std::vector<double> thresholds;
  if (std::isfinite(held)) {
    thresholds.push_back(held);
  } else {
    // Below every age at which log L bends, the distance on a logarithmic scale: log L is smooth in its logarithm.
    std::vector<double> ends = ages.bends;
    std::erase_if(ends, [&](double u) { return !(u < limit); });
    if (ends.size() > 12) ends.erase(ends.begin(), ends.end() - 12);
    ends.push_back(limit);
    const double range = std::fmax(ages.all.back() - ages.all.front(), spread);
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const double width = i > 0 ? ends[i] - ends[i - 1] : 100.0 * range;
      double nearest = range;
      for (const double u : ages.all)
        if (u > ends[i]) nearest = std::fmin(nearest, u - ends[i]);
      for (const double gap : steps(std::fmin(1e-5 * nearest, 1e-3 * width), 0.999 * width, 6.0, 24))
        thresholds.push_back(ends[i] - gap);
      if (i > 0) thresholds.push_back(ends[i] - 0.5 * width);
    }
    // The place of life at every age, or just beyond all of them.
    if (std::isfinite(distance)) {
      for (const double u : some_of(ages.all, 8)) thresholds.push_back(u - distance);
      for (const double beyond : {0.3, 1.0, 3.0}) thresholds.push_back(ages.all.back() + beyond * range - distance);
    }
    std::erase_if(thresholds, [&](double t) { return !(t < limit); });
    distinct(thresholds);
  }
  for (const double t0 : thresholds) {
    std::vector<double> x, failed;
    for (const double u : ages.all)
      if (u > t0) x.push_back(std::log(u - t0));
    for (const auto& [u, count] : ages.failures) failed.push_back(std::log(std::fmax(u, limit) - t0));
    if (x.empty()) continue;
    std::vector<double> places = some_of(x, 3);
    for (const double u : some_of(failed, 3)) places.push_back(u);
    const double range = x.back() - x.front() > 0.0 ? x.back() - x.front() : 1.0;
    places.push_back(x.back() + 0.5 * range);
    places.push_back(x.back() + 1.5 * range);
    distinct(places);
    grid.row();
    for (const double mu : places) {
      std::vector<std::vector<double>> starts;
      for (const double part : {0.02, 0.07, 0.2, 0.5, 1.2, 2.5}) {
        const double xi = part * range;
        starts.push_back({t0 + std::exp(mu), mu + std::log(xi), xi});
      }
      grid.cell(starts);
    }
  }
}

/// One component on each run of neighbouring failures, the other on the rest.
void survey_mixture(const Mixture& mixture,
                    const Sample& sample,
                    const Space& space,
                    const Ages& ages,
                    Grid& grid,
                    std::vector<std::vector<double>>& cuts) {
  if (mixture.components() != 2 || ages.failures.size() < 2) return;
  const auto& f = ages.failures;
  const auto [least, largest] = scales_of(ages.all, sample.plot.spread);
  double total = 0.0;
  for (const auto& [u, count] : f) total += count;
  const Distribution& inner = mixture.inner();
  const auto component = [&](std::size_t from, std::size_t to, bool inside, double wider, double& weight) {
    double mean = 0.0, square = 0.0;
    weight = 0.0;
    for (std::size_t i = 0; i < f.size(); ++i) {
      if ((i >= from && i < to) != inside) continue;
      weight += f[i].second;
      mean += f[i].second * f[i].first;
    }
    mean /= weight;
    for (std::size_t i = 0; i < f.size(); ++i) {
      if ((i >= from && i < to) == inside) square += f[i].second * (f[i].first - mean) * (f[i].first - mean);
    }
    const double spread = wider * std::fmax(1.7 * std::sqrt(square / weight), 2.0 * least);
    std::vector<double> theta = inner.starts(summary_at(sample.plot, mean, spread)).front();
    if (theta.size() == 1) theta[0] += std::log(wider);  // a law of one parameter is longer, not wider
    return theta;
  };
  // (change of log odds, of the spread of the rest). Of a component that entry ages hide, the rows show a small part:
  // any share of the whole may fit.
  using Change = std::pair<double, double>;
  std::vector<std::vector<Change>> shares = {{{0.0, 1.0}, {0.0, 3.0}}};
  if (sample.truncated) {
    shares.push_back({{3.0, 1.0}, {7.0, 1.0}, {12.0, 1.0}});
    shares.push_back({{-3.0, 1.0}, {-7.0, 1.0}, {-12.0, 1.0}});
  }
  const bool slow = slow_tails(inner);
  const std::size_t most = slow ? 15 : 32, stride = (f.size() + most - 1) / most;
  // High stand the blocks of one age, which lead to spikes. Of the others the best of every square of neighbouring
  // blocks is climbed from, whatever its height, and every cut of the ages in two.
  const std::size_t square = stride * (slow ? 4 : f.size() / stride <= 24 ? 1 : sample.truncated ? 3 : 2);
  const double enough = 2.0 * inner.size();
  const auto mixed = [](double odds, std::vector<double> block, std::vector<double> others, bool swapped) {
    std::vector<double> theta = {swapped ? -odds : odds};
    if (swapped) std::swap(block, others);
    theta.insert(theta.end(), block.begin(), block.end());
    theta.insert(theta.end(), others.begin(), others.end());
    return theta;
  };
  std::size_t group = 0;
  const auto look = [&](const std::vector<Change>& changes, bool swapped) {
    const std::size_t first_group = group, side = f.size() / square + 2;
    group += side * side + f.size() + 1;
    for (std::size_t from = 0; from < f.size(); from += stride) {
      grid.row();
      for (std::size_t to = from + 1; to <= f.size(); to += stride) {
        if (from == 0 && to >= f.size()) continue;
        double weight = 0.0, rest = 0.0;
        const std::vector<double> block = component(from, to, true, 1.0, weight);
        std::vector<std::vector<double>> starts;
        for (const auto& [share, wider] : changes) {
          const std::vector<double> others = component(from, to, false, wider, rest);
          starts.push_back(mixed(std::log(weight / rest) + share, block, others, swapped));
        }
        std::vector<std::size_t> groups;
        if (to - from > 1 && f.size() - (to - from) > 1 && weight >= enough && rest >= enough) {
          groups.push_back(first_group + from / square * side + to / square);
          if (from == 0) groups.push_back(first_group + side * side + to);
        }
        if (from == 0 && !groups.empty() && &changes == &shares.front()) {
          // Above the saddle beside a low hill every climb leads past it: of a cut also narrower and wider parts.
          const double odds = std::log(weight / rest);
          for (const auto& [inside, outside] : std::initializer_list<std::pair<double, double>>{
                   {1.0, 1.0}, {1.0, 0.6}, {0.6, 1.0}, {1.5, 0.8}, {0.8, 1.5}}) {
            cuts.push_back(mixed(odds, component(from, to, true, inside, weight),
                                 component(from, to, false, outside, rest), swapped));
          }
        }
        grid.cell(starts, groups);
      }
    }
  };
  for (const std::vector<Change>& changes : shares) {
    look(changes, false);
    // With a parameter held, it matters which component is which.
    if (!space.identity()) look(changes, true);
  }
}

/// The highest point with the threshold held at `threshold`, from a start.
std::pair<double, std::vector<double>> best_at_threshold(const Likelihood& likelihood,
                                                         const Space& space,
                                                         Engine engine,
                                                         double threshold,
                                                         const std::vector<double>& start) {
  const Sample& sample = likelihood.sample();
  std::vector<double> fixed = space.fixed();
  fixed[2] = sample.axis.shift + sample.axis.scale * threshold;
  const Space held(likelihood.distribution(), sample.axis, fixed);
  const double scale = std::exp(start[1]) / start[2];
  const Candidate c = MleSearch(likelihood, held, engine).run({threshold + scale, start[1], start[2]});
  return {std::isfinite(c.at.f) ? c.at.f : -kInfinity, held.theta(c.phi)};
}

/// Local maxima of log L along the threshold, the two other parameters at their best for each: by bisection on its
/// slope between neighbouring points of `tops` where it turns from rising to falling. log L is smooth in the logarithm
/// of the threshold's distance from the next age at which it bends, and all but singular in the threshold itself, so
/// a climb in all three coordinates has to begin close by.
std::vector<std::vector<double>> threshold_peaks(const Likelihood& likelihood,
                                                 const Space& space,
                                                 const Ages& ages,
                                                 Engine engine,
                                                 const std::vector<std::vector<double>>& tops) {
  struct Profile {
    double threshold, end, f, slope;
    std::vector<double> theta;
  };
  const auto at = [&](double threshold, const std::vector<double>& start) {
    Profile p{threshold, likelihood.sample().plot.first, -kInfinity, 0.0, {}};
    for (const double u : ages.bends)
      if (u > threshold) p.end = std::fmin(p.end, u);
    std::tie(p.f, p.theta) = best_at_threshold(likelihood, space, engine, threshold, start);
    // With the others at their best this is the slope along the threshold: m = threshold + e^mu moves with it.
    if (p.f > -kInfinity) p.slope = likelihood.evaluate(p.theta).g[0];
    return p;
  };
  std::vector<Profile> profile;
  for (const std::vector<double>& t : tops) {
    Profile p = at(t[0] - std::exp(t[1]) / t[2], t);
    if (p.f > -kInfinity && std::isfinite(p.slope)) profile.push_back(std::move(p));
  }
  std::sort(profile.begin(), profile.end(),
            [](const Profile& a, const Profile& b) { return a.threshold < b.threshold; });
  std::vector<std::vector<double>> out;
  // In units of the interval, along the logarithm: the slopes at its ends and the rise.
  const auto look_between = [&](auto&& self, const Profile& low, const Profile& high, int looks, int halvings) -> void {
    const double far = low.end - low.threshold, near = low.end - high.threshold, h = std::log(far / near);
    const double from = low.slope * far * h, to = high.slope * near * h, rise = high.f - low.f;
    const bool certain = (from > 0.0 && (to < 0.0 || rise < 0.0)) || (to < 0.0 && rise > 0.0);
    if (certain && (h < 0.01 || halvings == 0)) {
      out.push_back(low.f > high.f ? low.theta : high.theta);
      return;
    }
    if (!certain) {
      // The cubic through both ends: if its slope comes close to turning inside, there may be a small rise.
      const double a = 3.0 * (from + to - 2.0 * rise), b = 2.0 * (3.0 * rise - 2.0 * from - to), t = -0.5 * b / a;
      const double turning = t > 0.0 && t < 1.0 ? from + 0.5 * b * t : from;
      const bool close = from > 0.0 ? turning < 0.25 * std::fmin(from, to) : turning > 0.25 * std::fmax(from, to);
      if (!close || looks == 0 || h < 0.01) return;
    }
    const Profile middle = at(low.end - std::sqrt(far * near), low.f > high.f ? low.theta : high.theta);
    if (middle.f == -kInfinity || !std::isfinite(middle.slope)) return;
    self(self, low, middle, certain ? looks : looks - 1, halvings - 1);
    self(self, middle, high, certain ? looks : looks - 1, halvings - 1);
  };
  for (std::size_t i = 1; i < profile.size(); ++i) {
    if (profile[i - 1].end == profile[i].end && profile[i - 1].threshold < profile[i].threshold)
      look_between(look_between, profile[i - 1], profile[i], 3, 12);
  }
  return out;
}

}  // namespace

std::vector<std::vector<double>> survey(
    const MleSearch& search, const Likelihood& likelihood, const Space& space, Engine engine, std::size_t most) {
  const Distribution& distribution = likelihood.distribution();
  const Sample& sample = likelihood.sample();
  const Ages ages = ages_of(sample);
  if (ages.all.empty()) return {};
  Grid grid(search, space);
  if (const auto* mixture = dynamic_cast<const Mixture*>(&distribution)) {
    std::vector<std::vector<double>> out = Scatter(sample, ages).mixtures(*mixture);
    survey_mixture(*mixture, sample, space, ages, grid, out);
    for (std::vector<double>& start : grid.group_tops()) out.push_back(std::move(start));
    for (std::vector<double>& start : grid.highest(slow_tails(mixture->inner()) ? most / 3 : most))
      out.push_back(std::move(start));
    return out;
  } else if (!distribution.log_axis() && distribution.positive() && distribution.size() == 3) {
    double distance = kNaN;
    const std::vector<ParameterInfo> parameters = distribution.parameters();
    for (std::size_t i = 0; i < parameters.size(); ++i) {
      if (space.is_fixed(i) && (parameters[i].name == "mu" || parameters[i].name == "scale"))
        distance = std::exp(space.fixed()[i]) / sample.axis.scale;
    }
    const double held = space.is_fixed(2) ? (space.fixed()[2] - sample.axis.shift) / sample.axis.scale : kNaN;
    survey_thresholds(sample, ages, held, distance, grid);
    std::vector<std::vector<double>> out;
    if (!space.is_fixed(2)) out = threshold_peaks(likelihood, space, ages, engine, grid.row_tops());
    for (std::vector<double>& start : grid.highest(most)) out.push_back(std::move(start));
    for (std::vector<double>& start : Scatter(sample, ages).thresholds(held)) out.push_back(std::move(start));
    return out;
  } else if (const auto* limited = dynamic_cast<const LimitedFailure*>(&distribution)) {
    survey_limited(*limited, sample, ages, grid);
    std::vector<std::vector<double>> out = grid.highest(slow_tails(limited->inner()) ? most / 2 : most);
    Grid plain(search, space);
    survey_plain(distribution, sample, ages, plain);
    for (std::vector<double>& start : plain.highest(most / 2)) out.push_back(std::move(start));
    for (std::vector<double>& start : Scatter(sample, ages).limited(*limited)) out.push_back(std::move(start));
    return out;
  } else {
    survey_plain(distribution, sample, ages, grid);
  }
  // Where a climb is slow, only the most promising are worth it.
  std::vector<std::vector<double>> out = grid.highest(slow_tails(distribution) ? most / 3 : most);
  for (std::vector<double>& start : Scatter(sample, ages).lives(distribution)) out.push_back(std::move(start));
  return out;
}

std::vector<double> highest_far_out(const MleSearch& search, const Likelihood& likelihood, const Space& space) {
  const Distribution& distribution = likelihood.distribution();
  const Sample& sample = likelihood.sample();
  std::vector<double> top;
  const Ages ages = ages_of(sample);
  // A Gompertz life has no place that moves by itself: its rate and growth turn into each other.
  if (ages.all.empty() || distribution.size() != 2 || distribution.name() == "gompertz") return top;
  const bool slow = slow_tails(distribution);
  const double first = ages.all.front(), last = ages.all.back(), range = std::fmax(last - first, sample.plot.spread);
  constexpr double kLargestLog = 600.0;
  constexpr double kFurthest = 3000.0;  // spreads: the square of it still has seven decimals
  double highest = -kInfinity;
  const auto look = [&](std::vector<double> theta) {
    const Eigen::VectorXd phi = space.phi(theta);
    theta = space.theta(phi);
    // Logarithms of ages and of parameters beyond the range of numbers: the law loses its digits there.
    if (distribution.log_axis() && (std::fabs(theta[0]) > kLargestLog || std::fabs(theta[1]) > kLargestLog)) return;
    const double f = search.evaluate(phi).f;
    if (!std::isfinite(f) || !(f > highest)) return;
    highest = f;
    top = std::move(theta);
  };
  if (distribution.name() == "birnbaum-saunders") {
    // As the shape grows and the scale with its square, half of all lives are without end and the others Levy's.
    for (const double log_shape : {3.0, 6.0, 12.0}) {
      for (double place = first - 5.0; place <= 2.0 * log_shape + last + 5.0; place += 0.25) look({place, log_shape});
    }
  }
  for (const double spread : steps(1e-3 * range, 1e4 * range, slow ? 4.0 : 2.0, slow ? 14 : 26)) {
    const std::vector<double> middle = distribution.starts(summary_at(sample.plot, sample.plot.middle, spread)).front();
    for (double distance = 0.25; distance < kFurthest; distance *= slow ? 3.0 : 1.7) {
      for (const double place : {last + distance * spread, first - distance * spread}) {
        std::vector<double> theta = middle;
        theta[0] += place - sample.plot.middle;
        look(std::move(theta));
      }
    }
  }
  return top;
}

}  // namespace relia
