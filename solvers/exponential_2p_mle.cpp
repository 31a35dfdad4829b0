#include "solvers/exponential_2p_mle.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "solvers/existence.hpp"
#include "solvers/mle_search.hpp"
#include "solvers/starting_points.hpp"

namespace relia {
namespace {

/// log L per unit of threshold/scale that is more than rounding.
constexpr double kSlope = 1e-7;

/// The ages at which log L bends in the threshold, rising, and where it ends.
struct Bends {
  std::vector<double> ages;
  double limit = kInfinity;  ///< no threshold beyond leaves every failure possible
  bool attained = false;     ///< an exact failure lies there: the threshold may be the limit itself
};

Bends bends_of(const Sample& sample) {
  Bends b;
  double exact = kInfinity, open = kInfinity;
  for (const Segment& s : sample.cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size(); ++i) {
      const Event e = event_of(s, i);
      if (e.kind == Kind::exact) exact = std::fmin(exact, e.a);
      if (e.kind == Kind::left) open = std::fmin(open, e.a);
      if (e.kind == Kind::interval) open = std::fmin(open, e.b);
      if (e.kind == Kind::right || e.kind == Kind::interval) b.ages.push_back(e.a);
      if (s.kind == Kind::conditional && std::isfinite(s.c[i])) b.ages.push_back(s.c[i]);
    }
  }
  b.limit = std::fmin(exact, open);
  b.attained = exact < open;  // a failure in (l, u] is impossible with the threshold at u
  std::erase_if(b.ages, [&](double u) { return !(u < b.limit); });
  std::sort(b.ages.begin(), b.ages.end());
  b.ages.erase(std::unique(b.ages.begin(), b.ages.end()), b.ages.end());
  return b;
}

class ThresholdSearch {
 public:
  ThresholdSearch(const Likelihood& likelihood, const Space& space, Engine engine)
      : likelihood_(likelihood), sample_(likelihood.sample()), space_(space), engine_(engine) {}

  Estimate estimate() {
    Bends bends = bends_of(sample_);
    if (bends.attained) bends.ages.push_back(bends.limit);
    // Every row is passed over for every age: with many rows, look at some of the ages and then between those
    // beside the best.
    const double rows = std::fmax(1.0, static_cast<double>(rows_of_sample()));
    const auto most = static_cast<std::size_t>(std::fmin(std::fmax(2e6 / rows, 12.0), 200.0));
    std::size_t from = 0, to = bends.ages.size();
    while (from < to) {
      const std::size_t step = (to - from + most - 1) / most;
      for (std::size_t i = from; i < to; i += step) look_at(i, bends);
      if (bends.attained && to == bends.ages.size()) look_at(to - 1, bends);
      if (step <= 1 || !best_age_) break;
      const std::size_t middle = *best_age_;
      from = middle > step ? middle - step : 0;
      to = std::min(bends.ages.size(), middle + step + 1);
    }
    for (const std::vector<double>& start : starting_points(likelihood_, sample_.truncated)) climb_from(start);
    climb_within_pieces(bends);
    if (sample_.truncated && space_.identity()) look_at_endless_thresholds(bends);
    Estimate found = answer(bends);
    if (found.usable() || !sample_.truncated) return found;
    // Windows can make a small scale likely that no plotted point tells of: look at every distance from the limit.
    climb_at_every_distance(bends);
    return answer(bends);
  }

 private:
  struct Peak {
    Candidate at;
    double threshold = 0.0;
    std::optional<Space> space;
  };

  [[nodiscard]] std::size_t rows_of_sample() const {
    std::size_t n = 0;
    for (const Segment& s : sample_.cells.front().segments) n += s.a.size();
    return n;
  }

  /// Scale that puts the plotted middle where it is, for a threshold g.
  [[nodiscard]] double plotted_scale(double g) const {
    const PlotSummary& p = sample_.plot;
    return std::fmax(p.middle - g, 1e-3 * p.spread) / -std::log1p(-p.p_middle);
  }

  void note(const Candidate& c) {
    passes_ += c.passes;
    if (!std::isfinite(c.at.f)) return;
    highest_ = std::fmax(highest_, c.at.f);
    if (c.point.gradient_norm < 1e-6 && c.point.flat) flat_ = std::fmax(flat_, c.at.f);
  }

  /// log L at one age with the scale free: does it peak there?
  void look_at(std::size_t index, const Bends& bends) {
    const double age = bends.ages[index];
    std::vector<double> fixed = space_.fixed();
    std::vector<Term> eta(2);
    likelihood_.distribution().describe(sample_.axis, std::vector<double>{0.0, age}, eta);
    fixed[1] = eta[1].f;
    Space edge(likelihood_.distribution(), sample_.axis, fixed);
    const MleSearch search(likelihood_, edge, engine_);
    Candidate top;
    bool found = false;
    const double guess = std::log(plotted_scale(age));
    for (const double change : {0.0, 2.0, -3.0, 6.0}) {
      Candidate c = search.run({guess + change, age});
      note(c);
      const bool maximum = c.maximum;
      if (maximum && (!found || c.at.f > top.at.f)) {
        top = std::move(c);
        found = true;
      }
      // Without upper truncation log L is concave in 1/scale.
      if (maximum && !sample_.truncated) break;
    }
    if (!found) return;
    if (top.at.f > best_at_age_) {
      best_at_age_ = top.at.f;
      best_age_ = index;
    }
    const double log_scale = edge.theta(top.phi)[0], scale = std::exp(log_scale);
    scales_.push_back({age, log_scale});
    // At the age itself the law takes an interval that begins there for one that begins with life: the slope from
    // above.
    const Jet below = likelihood_.evaluate(std::vector<double>{log_scale, std::nextafter(age, -kInfinity)});
    double behind = -kInfinity;
    if (age < bends.limit) {
      const Jet above = likelihood_.evaluate(std::vector<double>{log_scale, std::nextafter(age, kInfinity)});
      behind = std::isfinite(above.f) ? above.g[1] * scale : -kInfinity;
    }
    if (below.g[1] * scale > kSlope && behind < -kSlope && (!peak_ || top.at.f > peak_->at.at.f)) {
      peak_.emplace();
      peak_->at = std::move(top);
      peak_->threshold = age;
      peak_->space.emplace(std::move(edge));
    }
  }

  void climb_from(const std::vector<double>& start) {
    const MleSearch search(likelihood_, space_, engine_);
    Candidate c = search.run(start);
    note(c);
    if (c.maximum && (!interior_ || c.at.f > interior_->at.f)) interior_ = std::move(c);
  }

  void climb_within_pieces(const Bends& bends) {
    std::vector<double> ends = bends.ages;
    if (!bends.attained) ends.push_back(bends.limit);
    if (ends.size() > 64) {
      // The pieces around the ages of highest log L hold the maximum, if any does.
      const auto near = std::lower_bound(ends.begin(), ends.end(), peak_ ? peak_->threshold : bends.limit);
      const auto place = static_cast<std::size_t>(near - ends.begin());
      const std::size_t from = place > 32 ? place - 32 : 0;
      ends = {ends.begin() + static_cast<std::ptrdiff_t>(from),
              ends.begin() + static_cast<std::ptrdiff_t>(std::min(ends.size(), from + 64))};
    }
    for (std::size_t i = 0; i < ends.size(); ++i) {
      const double to = ends[i], from = i > 0 ? ends[i - 1] : to - 2.0 * std::fmax(sample_.plot.spread, 1e-12);
      // A scale that is held says how far below an age the threshold can be felt, however wide apart the ages are.
      if (space_.is_fixed(0)) {
        const double scale = std::exp(space_.fixed()[0]) / sample_.axis.scale;
        for (const double distance : {0.1, 1.0, 10.0}) {
          if (i == 0 || to - distance * scale > from) climb_from({std::log(scale), to - distance * scale});
        }
      }
      for (const double part : {0.5, 0.97, 0.03}) {
        const double g = from + part * (to - from);
        if (!(g > from && g < to)) continue;
        climb_from({std::log(plotted_scale(g)), g});
        for (const auto& [age, log_scale] : scales_) {
          if (age == from || age == to) climb_from({log_scale, g});
        }
      }
    }
  }

  void climb_at_every_distance(const Bends& bends) {
    if (!std::isfinite(bends.limit)) return;
    for (double distance = 4.0 * sample_.plot.spread; distance > 1e-4 * sample_.plot.spread; distance *= 0.4) {
      for (const double ratio : {0.3, 1.0, 4.0}) climb_from({std::log(ratio * distance), bends.limit - distance});
    }
  }

  /// What log L comes to as the threshold runs to minus infinity and the scale with it: every unit has come to the same
  /// share of failures before the first age, and windows make up for what such a law does not say of the ages.
  void look_at_endless_thresholds(const Bends& bends) {
    if (!std::isfinite(bends.limit)) return;
    const double range =
        std::fmax(sample_.plot.spread, sample_.plot.curve.back().first - sample_.plot.curve.front().first);
    for (const double ranges : {1e3, 1e5}) {
      const double distance = ranges * range;
      for (double ratio = 1e-2; ratio < 1e7; ratio *= 2.0) {
        const double f =
            likelihood_.evaluate(std::vector<double>{std::log(ratio * distance), bends.limit - distance}).f;
        ++passes_;
        if (std::isfinite(f)) endless_ = std::fmax(endless_, f);
      }
    }
  }

  [[nodiscard]] Estimate answer(const Bends& bends) const {
    const double value = std::fmax(interior_ ? interior_->at.f : -kInfinity, peak_ ? peak_->at.at.f : -kInfinity);
    const double slack = 1e-7 * (1.0 + 1e-3 * std::fabs(value));
    const bool endless = endless_ > value + 1e-6 * (1.0 + 1e-3 * std::fabs(value));
    if (std::isfinite(value) && highest_ <= value + slack && !endless && !(flat_ >= value)) {
      if (peak_ && (!interior_ || peak_->at.at.f >= interior_->at.f)) {
        Estimate e = converged_at(peak_->at, *peak_->space, passes_);
        e.theta[1] = peak_->threshold;
        e.phi = space_.phi(e.theta);
        e.status = FitStatus::boundary;
        e.reason = peak_->threshold == bends.limit
                       ? "The likelihood rises in the threshold up to the first failure, where it ends."
                       : "The likelihood peaks sharply with the threshold at an age at which units were still good: it "
                         "rises up to that age and falls behind it.";
        e.advice = "Standard errors and likelihood-ratio bounds do not exist there.";
        e.covariance = Eigen::MatrixXd();
        return e;
      }
      return converged_at(*interior_, space_, passes_);
    }
    if (flat_ >= std::fmax(value, highest_ - slack)) {
      return no_estimate(FitStatus::flat,
                         "The data fix only a curve of scale and threshold: every point of it fits equally well.",
                         kFewerParameters, passes_);
    }
    const Existence e = explain_sample(sample_);
    return no_estimate(
        FitStatus::unbounded,
        e.exists ? "The likelihood keeps rising as the threshold or the scale runs to its limit." : e.reason,
        e.exists ? kFewerParameters : e.advice, passes_);
  }

  const Likelihood& likelihood_;
  const Sample& sample_;
  const Space& space_;
  Engine engine_;
  int passes_ = 0;
  double highest_ = -kInfinity, flat_ = -kInfinity, best_at_age_ = -kInfinity, endless_ = -kInfinity;
  std::optional<std::size_t> best_age_;
  std::optional<Candidate> interior_;
  std::optional<Peak> peak_;
  std::vector<std::pair<double, double>> scales_;  ///< (age, ln of the best scale there)
};

}  // namespace

Estimate exponential_2p_mle(const Likelihood& likelihood, const Space& space, Engine engine) {
  return ThresholdSearch(likelihood, space, engine).estimate();
}

}  // namespace relia
