#include "cli/likelihood_curves.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

#include <relia/error.hpp>

namespace relia::cli {
namespace {

constexpr std::array kLevels{0.5, 0.6, 0.7, 0.8, 0.9, 0.95};
constexpr int kDirections = 72, kProfilePoints = 60;

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

// log L with some parameters held and the others at their best; NaN when there is no such maximum.
double log_likelihood(const LifeTable& table,
                      FitOptions options,
                      const std::vector<std::pair<std::string, double>>& held) {
  options.bounds = "none";
  options.fixed.insert(options.fixed.end(), held.begin(), held.end());
  const FitReport report = fit(table, options);
  if (report.models.empty() || !carries_estimates(report.models.front().convergence.status)) return kAbsent;
  return report.models.front().log_likelihood;
}

}  // namespace

void add_contours(io::ModelCurves& curves,
                  const LifeTable& table,
                  const FitOptions& options,
                  const ModelResult& model) {
  const std::vector<Free> free = free_parameters(model);
  if (free.size() != 2 || model.method != "mle" || model.modifier == "mode") return;
  const Free &a = free[0], &b = free[1];
  if (!(a.scale_error() > 0.0) || !(b.scale_error() > 0.0)) return;
  // Directions in which the region is nearly a circle: by the correlation of the two.
  std::vector<std::size_t> rows;
  for (std::size_t i = 0; i < model.parameters.size(); ++i) {
    if (!model.parameters[i].fixed) rows.push_back(i);
  }
  double correlation = 0.0;
  if (model.covariance.size() > rows[1]) correlation = model.covariance[rows[0]][rows[1]] / (a.std_error * b.std_error);
  if (!(std::abs(correlation) < 1.0)) correlation = 0.0;
  const double rest = std::sqrt(1.0 - correlation * correlation);
  const auto place = [&](double radius, double angle) {
    const double u = radius * std::cos(angle), v = radius * std::sin(angle);
    return std::pair{a.from_scale(a.to_scale(a.estimate) + a.scale_error() * u),
                     b.from_scale(b.to_scale(b.estimate) + b.scale_error() * (correlation * u + rest * v))};
  };
  const auto drop = [&](double radius, double angle) {
    const auto [x, y] = place(radius, angle);
    const double value = log_likelihood(table, options, {{a.name, x}, {b.name, y}});
    return 2.0 * (model.log_likelihood - value);
  };
  std::vector<io::ModelCurves::Contour> contours(kLevels.size());
  for (std::size_t k = 0; k < kLevels.size(); ++k) contours[k].level = kLevels[k];
  for (int d = 0; d < kDirections; ++d) {
    const double angle = 2.0 * std::numbers::pi * d / kDirections;
    double from = 0.0, guess = 1.0;  // the drop is below the level at `from`
    for (std::size_t k = 0; k < kLevels.size(); ++k) {
      const double wanted = -2.0 * std::log1p(-kLevels[k]);
      double low = from, high = kAbsent, radius = std::max(guess, 1.001 * from);
      for (int step = 0; step < 40; ++step) {
        const double found = drop(radius, angle);
        if (!(found < wanted))
          high = radius;
        else
          low = radius;
        if (std::abs(found - wanted) < 1e-4 * wanted) break;
        // The drop is nearly radius squared, which makes a good next guess; the bracket guards it.
        double next = found > 0.0 ? radius * std::sqrt(wanted / found) : 2.0 * radius;
        if (!std::isfinite(next)) next = 0.5 * (low + high);
        if (!std::isnan(high) && !(next > low && next < high)) next = 0.5 * (low + high);
        if (std::isnan(high)) next = std::min(next, 2.0 * radius);
        if (std::abs(next - radius) < 1e-9 * radius) break;
        radius = next;
      }
      from = low;
      guess =
          k + 1 < kLevels.size() ? radius * std::sqrt(std::log1p(-kLevels[k + 1]) / std::log1p(-kLevels[k])) : radius;
      const auto [x, y] = place(radius, angle);
      contours[k].x.push_back(x);
      contours[k].y.push_back(y);
    }
  }
  curves.contours = std::move(contours);
  curves.contour_x = a.name;
  curves.contour_y = b.name;
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
      const double value =
          i == kProfilePoints / 2 ? p.estimate : p.from_scale(centre + share * (share < 0 ? down : up));
      const double found =
          i == kProfilePoints / 2 ? model.log_likelihood : log_likelihood(table, options, {{p.name, value}});
      if (std::isnan(found)) continue;
      profile.value.push_back(value);
      profile.relative.push_back(std::exp(found - model.log_likelihood));
    }
    if (profile.value.size() > 2) curves.profiles.push_back(std::move(profile));
  }
}

}  // namespace relia::cli
