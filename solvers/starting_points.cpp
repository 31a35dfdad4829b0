#include "solvers/starting_points.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/QR>

namespace relia {
namespace {

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

}  // namespace

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

}  // namespace relia
