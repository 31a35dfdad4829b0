#include "cli/likelihood_curves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <functional>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <relia/error.hpp>

namespace relia::cli {
namespace {

constexpr std::array kLevels{0.5, 0.6, 0.7, 0.8, 0.9, 0.95};
constexpr int kSlices = 37, kMostSlices = 250, kProfilePoints = 60;
// A region that goes on this many standard errors from the estimate is drawn open; then nobody reads it further than
// kOpen of the parameter that is cut through, and twice that of the other.
constexpr double kFar = 60.0, kOpen = 6.0;
// Points lie on their contour to this in twice the drop of log L, or to the rounding of log L itself.
constexpr double kOnContour = 1e-10, kRounding = 4e-15;
// Slices are added between neighbours until the contour turns and steps no more than this, in radians and in shares of
// its extent.
constexpr double kMostTurn = 0.2, kLongestChord = 0.04, kShortestChord = 0.008;

// A free parameter on the scale where its likelihood is nearly quadratic.
struct Free {
  std::string name;
  double estimate, std_error;
  bool log;

  [[nodiscard]] double to_scale(double v) const { return log ? std::log(v) : v; }
  [[nodiscard]] double from_scale(double s) const { return log ? std::exp(s) : s; }
  [[nodiscard]] double scale_error() const { return log ? std_error / estimate : std_error; }
};

std::vector<Free> free_parameters(const ModelResult& model) {
  std::vector<Free> out;
  for (const NamedQuantity& p : model.parameters) {
    if (p.fixed) continue;
    const bool whole_line = p.name == "mu" || p.name == "threshold" || p.name == "lambda" || p.name == "growth";
    out.push_back({p.name, p.value.estimate, p.value.std_error, !whole_line && p.value.estimate > 0.0});
  }
  return out;
}

// The fit with some parameters held and the others at their best; no value when there is no such maximum.
std::optional<ModelResult> held_fit(const LifeTable& table,
                                    FitOptions options,
                                    const std::vector<std::pair<std::string, double>>& held) {
  if (std::any_of(held.begin(), held.end(), [](const auto& h) { return !std::isfinite(h.second); })) return {};
  options.bounds = "none";
  options.fixed.insert(options.fixed.end(), held.begin(), held.end());
  FitReport report = fit(table, options);
  if (report.models.empty() || !carries_estimates(report.models.front().convergence.status)) return {};
  return std::move(report.models.front());
}

struct Point {
  double x = kAbsent, y = kAbsent;
};

double turn(const Point& a, const Point& b, const Point& c) {
  const double ux = b.x - a.x, uy = b.y - a.y, vx = c.x - b.x, vy = c.y - b.y;
  return std::abs(std::atan2(ux * vy - uy * vx, ux * vx + uy * vy));
}

// One contour: the region is cut at values of one parameter, and each cut runs from one crossing to the other, on both
// sides of the best value of the second parameter there. Given a shape (sigma, threshold) the likelihood of the scale
// (mu) has one hill for the laws we have, so that a cut is one interval also where the region is long and bent.
class Contour {
 public:
  /// @param cut, across  x and y of what is drawn; points are on the scales of these parameters
  Contour(const LifeTable& table,
          const FitOptions& options,
          const ModelResult& model,
          const Free& cut,
          const Free& across,
          double level)
      : table_(table),
        options_(options),
        model_(model),
        cut_(cut),
        across_(across),
        wanted_(-2.0 * std::log1p(-level)),
        close_(std::max(kOnContour, kRounding * std::abs(model.log_likelihood))) {}

  // Around the region; a point without coordinates where it is open.
  [[nodiscard]] std::vector<Point> trace() {
    const double centre = cut_.to_scale(cut_.estimate), error = cut_.scale_error();
    const auto end = [&](double side) {
      const double radius = crossing([&](double r) { return slice(centre + side * error * r).drop; }, 0.0);
      return centre + side * error * (std::isnan(radius) ? kOpen : radius);
    };
    const auto is_open = [&](double at) { return !(std::abs(slice(at).drop - wanted_) <= 1e3 * close_); };
    const double right = end(1.0), left = end(-1.0);
    const bool open_right = is_open(right), open_left = is_open(left);
    const auto at_share = [&](double share) {
      return 0.5 * (left + right) + 0.5 * (right - left) * std::cos(std::numbers::pi * share);
    };
    std::vector<Cut> cuts;
    for (int i = 0; i < kSlices; ++i) {
      const double share = static_cast<double>(i) / (kSlices - 1);
      const bool tip = (i == 0 && !open_right) || (i == kSlices - 1 && !open_left);
      cuts.push_back(cut_at(share, i == 0 ? right : i == kSlices - 1 ? left : at_share(share), tip));
    }
    for (bool added = true; added && cuts.size() < kMostSlices;) {
      std::vector<Cut> next;
      const Point size = extent(cuts);
      for (std::size_t i = 0; i < cuts.size(); ++i) {
        next.push_back(cuts[i]);
        if (i + 1 == cuts.size() || smooth(cuts, i, size)) continue;
        const double share = 0.5 * (cuts[i].share + cuts[i + 1].share);
        next.push_back(cut_at(share, at_share(share), false));
      }
      added = next.size() > cuts.size();
      cuts = std::move(next);
    }
    return around(cuts, open_right, open_left);
  }

 private:
  struct Slice {
    double best = kAbsent;  ///< of the other parameter, on its scale
    double drop = kAbsent;  ///< there
  };
  struct Cut {
    double share;  ///< of half a turn
    Point upper, lower;
  };

  [[nodiscard]] Slice slice(double at) const {
    const auto found = held_fit(table_, options_, {{cut_.name, cut_.from_scale(at)}});
    if (!found) return {};
    for (const NamedQuantity& p : found->parameters) {
      if (p.name == across_.name)
        return {across_.to_scale(p.value.estimate), 2.0 * (model_.log_likelihood - found->log_likelihood)};
    }
    return {};
  }

  [[nodiscard]] double drop(double at, double other) const {
    const auto found =
        held_fit(table_, options_, {{cut_.name, cut_.from_scale(at)}, {across_.name, across_.from_scale(other)}});
    return found ? 2.0 * (model_.log_likelihood - found->log_likelihood) : kAbsent;
  }

  [[nodiscard]] Cut cut_at(double share, double at, bool tip) const {
    const Slice here = slice(at);
    Cut out{share, {at, kAbsent}, {at, kAbsent}};
    if (tip || std::abs(here.drop - wanted_) <= close_) {
      out.upper.y = out.lower.y = here.best;
    } else if (here.drop < wanted_) {
      const double error = across_.scale_error();
      const auto reach = [&](double side) {
        const double radius =
            crossing([&](double r) { return drop(at, here.best + side * error * r); }, std::max(here.drop, 0.0));
        return here.best + side * error * radius;
      };
      out.upper.y = reach(1.0), out.lower.y = reach(-1.0);
    }
    return out;
  }

  // The radius at which the drop, `start` at radius 0, reaches the level; NaN when it does not within kFar or where
  // log L can be followed. False position (Illinois) on the square root of what it rises, nearly proportional to the
  // radius.
  [[nodiscard]] double crossing(const std::function<double(double)>& drop_at, double start) const {
    const double root = std::sqrt(wanted_ - start);
    double low = 0.0, at_low = -root, high = kAbsent, at_high = kAbsent, radius = root;
    int side = 0;
    for (int step = 0; step < 200; ++step) {
      radius = std::min(radius, kFar);
      const double found = drop_at(radius);
      if (std::abs(found - wanted_) <= close_) return radius;
      const double here = std::sqrt(std::max(found - start, 0.0)) - root;
      if (found < wanted_) {
        if (radius >= kFar) return kAbsent;
        low = radius, at_low = here;
        if (side < 0) at_high *= 0.5;
        side = -1;
      } else {
        high = radius, at_high = here;
        if (side > 0) at_low *= 0.5;
        side = 1;
      }
      if (std::isnan(high)) {
        // A likelihood that levels off is followed in longer steps.
        const double next = found > start ? 1.0001 * radius * root / (here + root) : 2.0 * radius;
        radius = step < 8 ? std::min(next, 2.0 * radius) : 2.0 * radius;
        continue;
      }
      if (high - low <= 4e-16 * high) return std::isnan(at_high) ? kAbsent : low;
      radius = low - at_low * (high - low) / (at_high - at_low);
      if (!(radius > low && radius < high)) radius = 0.5 * (low + high);
    }
    return std::isnan(at_high) ? kAbsent : low;
  }

  [[nodiscard]] static Point extent(const std::vector<Cut>& cuts) {
    Point low, high;
    for (const Cut& c : cuts) {
      for (const Point& p : {c.upper, c.lower}) {
        low = {std::fmin(low.x, p.x), std::fmin(low.y, p.y)};
        high = {std::fmax(high.x, p.x), std::fmax(high.y, p.y)};
      }
    }
    return {high.x - low.x, high.y - low.y};
  }

  // Whether both ways from cut i to the next need no point between.
  [[nodiscard]] static bool smooth(const std::vector<Cut>& cuts, std::size_t i, const Point& size) {
    for (const bool upper : {true, false}) {
      // Around the tip the way goes on on the other side.
      const auto point = [&](std::ptrdiff_t k) {
        const auto last = static_cast<std::ptrdiff_t>(cuts.size()) - 1;
        const bool beyond = k < 0 || k > last;
        const Cut& c = cuts[static_cast<std::size_t>(k < 0 ? -k : k > last ? 2 * last - k : k)];
        const Point& p = upper != beyond ? c.upper : c.lower;
        return Point{p.x / size.x, p.y / size.y};
      };
      const auto k = static_cast<std::ptrdiff_t>(i);
      const Point before = point(k - 1), from = point(k), to = point(k + 1), after = point(k + 2);
      const double chord = std::hypot(to.x - from.x, to.y - from.y);
      const double turns = std::fmax(turn(before, from, to), turn(from, to, after));
      if (chord > kLongestChord || (chord > kShortestChord && turns > kMostTurn)) return false;
    }
    return true;
  }

  [[nodiscard]] std::vector<Point> around(const std::vector<Cut>& cuts, bool open_right, bool open_left) const {
    std::vector<Point> out;
    const double far = 2.0 * kOpen * across_.scale_error(), middle = across_.to_scale(across_.estimate);
    const auto put = [&](const Point& p) {
      const bool shown = !(open_right || open_left) || std::abs(p.y - middle) <= far;
      out.push_back(shown && std::isfinite(p.y) ? p : Point{});
    };
    for (const Cut& c : cuts) put(c.upper);
    if (open_left) out.push_back({});
    for (std::size_t i = cuts.size() - (open_left ? 0 : 1); i-- > (open_right ? 0 : 1);) put(cuts[i].lower);
    if (open_right) out.push_back({});
    return out;
  }

  const LifeTable& table_;
  const FitOptions& options_;
  const ModelResult& model_;
  const Free &cut_, &across_;
  double wanted_, close_;
};

}  // namespace

void add_contours(io::ModelCurves& curves,
                  const LifeTable& table,
                  const FitOptions& options,
                  const ModelResult& model) {
  const std::vector<Free> free = free_parameters(model);
  if (free.size() != 2 || model.method != "mle" || model.modifier == "mode") return;
  if (!(free[0].scale_error() > 0.0) || !(free[1].scale_error() > 0.0)) return;
  const std::string& second = free[1].name;
  const bool swapped = second == "threshold" || (second != "scale" && second != "mu" && free[0].name != "shape" &&
                                                 free[0].name != "sigma" && free[0].name != "threshold");
  const Free &cut = swapped ? free[1] : free[0], &across = swapped ? free[0] : free[1];
  for (const double level : kLevels) {
    io::ModelCurves::Contour out{.level = level, .x = {}, .y = {}};
    for (const Point& p : Contour(table, options, model, cut, across, level).trace()) {
      const double at = cut.from_scale(p.x), other = across.from_scale(p.y);
      out.x.push_back(swapped ? other : at);
      out.y.push_back(swapped ? at : other);
    }
    curves.contours.push_back(std::move(out));
  }
  curves.contour_x = free[0].name;
  curves.contour_y = free[1].name;
}

void add_profiles(io::ModelCurves& curves,
                  const LifeTable& table,
                  const FitOptions& options,
                  const ModelResult& model) {
  if (model.method != "mle" || model.modifier == "mode") return;
  for (const Free& p : free_parameters(model)) {
    const auto named = std::find_if(model.parameters.begin(), model.parameters.end(),
                                    [&](const NamedQuantity& q) { return q.name == p.name; });
    const double centre = p.to_scale(p.estimate), error = p.scale_error();
    const auto reach = [&](double bound) {
      const double far =
          std::isnan(bound) || (p.log && !(bound > 0.0)) ? kAbsent : std::abs(p.to_scale(bound) - centre);
      return std::isfinite(far) ? 1.3 * far : 3.0 * error;
    };
    const double down = reach(named->value.lower), up = reach(named->value.upper);
    if (!(down > 0.0) || !(up > 0.0)) continue;
    io::ModelCurves::Profile profile{.parameter = p.name,
                                     .estimate = p.estimate,
                                     .lower = named->value.lower,
                                     .upper = named->value.upper,
                                     .value = {},
                                     .relative = {}};
    for (int i = 0; i <= kProfilePoints; ++i) {
      const double share = 2.0 * i / kProfilePoints - 1.0;
      const double value = p.from_scale(centre + share * (share < 0 ? down : up));
      if (i == kProfilePoints / 2) {
        profile.value.push_back(p.estimate);
        profile.relative.push_back(1.0);
      } else if (const auto found = held_fit(table, options, {{p.name, value}})) {
        profile.value.push_back(value);
        profile.relative.push_back(std::exp(found->log_likelihood - model.log_likelihood));
      }
    }
    if (profile.value.size() > 2) curves.profiles.push_back(std::move(profile));
  }
}

}  // namespace relia::cli
