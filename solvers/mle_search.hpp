// One climb of a likelihood and the judgement of where it ended: what every maximum-likelihood fit is made of.

#pragma once

#include <span>
#include <string>
#include <vector>

#include <Eigen/Core>

#include "core/likelihood/likelihood.hpp"
#include "solvers/estimate_mle.hpp"
#include "solvers/newton.hpp"
#include "solvers/space.hpp"

namespace relia {

/// The end of one climb.
struct Candidate {
  Eigen::VectorXd phi;
  Jet at{0};
  Stationarity point;
  bool maximum = false;
  bool supported = true;  ///< a mixture: every component rests on failures enough
  int passes = 0;
};

/// Maxima that climbs have ended at: another that comes into the neighbourhood of one would end there too.
class Summits {
 public:
  /// @param unit  what a step of one means for each coordinate at phi
  void add(const Eigen::VectorXd& phi, const Jet& at, const Eigen::VectorXd& unit);
  /// Whether Newton's method from phi ends at one of them: log L is as a maximum's parabola says and not higher.
  [[nodiscard]] bool below(const Eigen::VectorXd& phi, const Jet& at) const;

 private:
  struct Summit {
    Eigen::VectorXd phi, unit;
    double f;
    Eigen::MatrixXd h;
  };
  std::vector<Summit> summits_;
};

/// Climbs from starting points in theta, and judges the ends in units that carry no scale of the data.
class MleSearch {
 public:
  MleSearch(const Likelihood& likelihood, const Space& space, Engine engine);

  [[nodiscard]] Jet evaluate(const Eigen::VectorXd& phi) const;
  /// What a step of one means for each coordinate of phi: the distribution's units, carried over to the bound
  /// scales when parameters are held.
  [[nodiscard]] Eigen::VectorXd units(const Eigen::VectorXd& phi) const;
  struct Start {
    Eigen::VectorXd phi;
    Jet at{0};
  };
  /// phi at a start, moved to a wider or narrower law while the data are impossible there in floating point.
  [[nodiscard]] Start possible(const std::vector<double>& start) const;
  /// @param past_spikes  a climb that runs into a spike ends there, not after a hundred more steps up its side
  /// @param met  a climb that comes into the neighbourhood of one of these ends there
  [[nodiscard]] Candidate run(const std::vector<double>& start,
                              bool past_spikes = false,
                              const Summits* met = nullptr) const;
  /// A component of a mixture has gathered at one age: its spread is nothing beside the least distance between ages.
  /// No maximum lies beyond, and where the age is of an exact failure log L rises without end.
  [[nodiscard]] bool spike(const Eigen::VectorXd& phi) const;
  void judge(Candidate& c) const;
  /// The distribution's word on a point, but that a threshold that is held runs nowhere.
  [[nodiscard]] bool regular(std::span<const double> theta) const;
  /// A law of three parameters, the third its threshold.
  [[nodiscard]] bool threshold_form() const noexcept;
  [[nodiscard]] bool concave_chart() const noexcept;
  /// Without exact failures log L is a function of F at the ages of the rows alone: with fewer ages than free
  /// parameters whole curves of laws are alike, and no point is a maximum.
  [[nodiscard]] bool identifiable() const noexcept { return identifiable_; }

 private:
  /// A start so narrow that some rows lie far out in the law's tails, widened to where they do not: Newton's method
  /// comes down from e^z by one in z a step. At a fair start a unit's log L changes by order one when sigma grows by e.
  [[nodiscard]] Start wide_enough(Start start) const;
  /// Without exact failures: whether a law leaves as many ages uncertain as there are free parameters. What is surely
  /// failed or surely good at an age says nothing about where on a curve of such laws it lies.
  [[nodiscard]] bool ages_enough(const std::vector<double>& theta) const;
  [[nodiscard]] double law_unit(std::span<const double> law, int i) const;
  /// Of the flattest direction of log L at a maximum, in the parameters' units.
  [[nodiscard]] double least_information(const Eigen::VectorXd& phi) const;
  /// What of a maximum's information may be rounding: that of the rows' own curvatures, which cancel where windows say
  /// what events say, in the parameters' units. 0 where nothing hangs on it.
  [[nodiscard]] double curvature_rounding(const Candidate& c) const;
  /// Climbs on from the end of a climb of a threshold form, in coordinates that suit thresholds near the ages.
  void run_beside_threshold(Candidate& c) const;
  /// A few full Newton steps in phi itself, kept only while they shrink.
  void polish(Candidate& c) const;

  const Likelihood& likelihood_;
  const Distribution& distribution_;
  const Space& space_;
  Engine engine_;
  bool identifiable_ = true;
  bool few_rows_ = false;      ///< of a sample without covariates: few enough to look at one by one
  bool quantal_ = false;       ///< the sample says F at some ages and no more
  double least_spread_ = 0.0;  ///< of a mixture's component that is no spike
  double spacing_ = 0.0;       ///< between an age and the next double, on the axis; 0: not looked at
};

/// A maximum as an estimate, with its covariance.
[[nodiscard]] Estimate converged_at(const Candidate& c, const Space& space, int passes);
/// A verdict without estimates.
[[nodiscard]] Estimate no_estimate(FitStatus status, std::string reason, std::string advice, int passes);

/// What helps when a model asks more than the data say.
extern const char* const kFewerParameters;

}  // namespace relia
