// The log-likelihood of a sample under a distribution, with gradient and Hessian in one pass.
//
// theta = (beta, gamma, rest): beta the location's coefficients (one without a design), gamma the log-scale's
// (one for a common shape), rest the distribution's other parameters. Each cell is summed in the
// distribution's own few parameters and pulled back through its covariates, so distributions and stress
// models add and never multiply.
//
// Sums run over chunks of 4096 rows, are added in index order within a superblock, and these in order: the bits depend
// neither on threads nor on ranks, nor on whether the rows are in memory.

#pragma once

#include <span>

#include <Eigen/Core>

#include "core/distributions/distribution.hpp"
#include "core/sample/sample.hpp"

namespace relia {

/// A value with gradient and Hessian in any number of coordinates.
struct Jet {
  double f = 0.0;
  Eigen::VectorXd g;
  Eigen::MatrixXd h;

  explicit Jet(Eigen::Index n = 0) : g(Eigen::VectorXd::Zero(n)), h(Eigen::MatrixXd::Zero(n, n)) {}
};

class Likelihood {
 public:
  /// Both must outlive the likelihood.
  /// @param threads  0: all cores
  Likelihood(const Distribution& distribution, const Sample& sample, int threads = 1);
  virtual ~Likelihood() = default;

  [[nodiscard]] int size() const noexcept { return size_; }
  [[nodiscard]] int location_size() const noexcept { return location_; }
  [[nodiscard]] int shape_size() const noexcept { return shape_; }
  [[nodiscard]] const Distribution& distribution() const noexcept { return distribution_; }
  [[nodiscard]] const Sample& sample() const noexcept { return sample_; }

  /// log L with derivatives; f is -inf (or NaN) where the data are impossible under theta.
  [[nodiscard]] virtual Jet evaluate(std::span<const double> theta) const;
  /// The location is linear in beta, so that log L is concave where the distribution's kernel is.
  [[nodiscard]] virtual bool linear() const noexcept { return true; }

  /// The distribution's own parameters in a cell with these covariates.
  void law_parameters(std::span<const double> theta,
                      std::span<const double> x,
                      double offset,
                      std::span<const double> w,
                      std::span<double> law) const;
  /// Derivatives in the law's parameters turned into derivatives in theta, added to `out`.
  void pull_back(const Term& t, std::span<const double> x, std::span<const double> w, Jet& out) const;

 private:
  struct Chunk {
    std::size_t cell, block, segment, from, to;
  };
  /// The sum over the one cell of a sample that streams.
  [[nodiscard]] Term streamed(std::span<const double> theta) const;
  const Distribution& distribution_;
  const Sample& sample_;
  int location_ = 1, shape_ = 1, size_ = 0, threads_ = 1;
  std::vector<Chunk> chunks_;
};

}  // namespace relia
