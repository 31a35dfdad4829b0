// The fit of a location-scale law to a few untruncated rows, in a hundredth of the time that the general fit takes:
// closed forms for two coordinates in place of matrices, every buffer kept from one sample to the next.
//
// It answers only where nothing needs judgement: a maximum that exists for certain (the log-likelihood is concave),
// well inside the parameter space, with bounds that close. Everything else is left to the general fit, which then gives
// the verdict and its words. Both are the same function of the data: estimates agree to some 1e-13 of a standard error.
//
// Threads   one object a thread.
// Checked   tests/solvers/quick_fit_test.cpp, against the general fit on thousands of random samples.

#pragma once

#include <array>
#include <memory>
#include <string>
#include <vector>

#include <relia/fit.hpp>

#include "solvers/bounds.hpp"
#include "solvers/quick_bounds.hpp"
#include "solvers/quick_sample.hpp"

namespace relia {

/// Fits one table after another by the laws among `distributions` that it knows.
class QuickFitter {
 public:
  QuickFitter(const FitOptions& options, const std::vector<std::shared_ptr<const Distribution>>& distributions);
  QuickFitter(const QuickFitter&) = delete;
  QuickFitter& operator=(const QuickFitter&) = delete;
  ~QuickFitter();

  /// Must outlive the calls below.
  void begin(const LifeTable& table);
  /// Estimate, verdict and criteria of a law; false: not for this path, and nothing is set.
  [[nodiscard]] bool estimate(std::size_t law, ModelResult& m);
  /// What the fit reports of an estimate, with bounds as the options say or none; false: not for this path, and what is
  /// set is to be thrown away.
  [[nodiscard]] bool describe(std::size_t law, bool with_bounds, ModelResult& m);

 private:
  struct Law;
  struct NamedProbability {
    double p;
    std::string name;
  };
  struct Slot {
    QuickSample sample;
    bool tried = false, usable = false;
  };
  [[nodiscard]] QuickSample* sample(bool log);
  [[nodiscard]] bool start(const Law& law, const QuickSample& sample, double& mu, double& log_sigma) const;
  [[nodiscard]] bool parameters(const Law& law, const QuickSample& sample, ModelResult& m);
  [[nodiscard]] bool metrics(const Law& law, const QuickSample& sample, LifeMetrics& m);
  /// One quantity with its bounds.
  [[nodiscard]] bool finish(const Law& law, const QuickQuantity& quantity, BoundScale scale, Quantity& out);

  FitOptions options_;
  bool allowed_ = false;  ///< by the options
  std::vector<Law> laws_;
  double z_ = 0.0;  ///< standard normal quantile of the level
  bool lower_ = true, upper_ = true;
  BoundMethod method_ = BoundMethod::none, asked_ = BoundMethod::none;
  std::vector<NamedProbability> lives_;
  const LifeTable* table_ = nullptr;
  std::array<Slot, 2> slots_;  ///< line, log
  QuickBounds bounds_;
};

}  // namespace relia
