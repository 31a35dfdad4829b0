#include "solvers/scatter.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace relia {

Scatter::Scatter(const Sample& sample, const Ages& ages)
    : sample_(sample),
      ages_(ages),
      low_(ages.all.front()),
      range_(ages.all.back() > low_ ? ages.all.back() - low_ : sample.plot.spread) {}

double Scatter::uniform(double a, double b) {
  return std::uniform_real_distribution<double>(a, b)(random_);
}

void Scatter::add_life(const Distribution& law, std::vector<double>& theta) {
  const double spread = range_ * std::exp(uniform(-6.0, 1.0)), beyond = uniform(0.0, 1.0) < 0.3 ? 1.5 : 0.2;
  const double place = low_ + range_ * uniform(-0.2, 1.0 + beyond);
  const std::vector<std::vector<double>> starts = law.starts(summary_at(sample_.plot, place, spread));
  // Of a law of three parameters the starts differ in the third.
  const std::size_t which =
      law.size() > 2 ? std::uniform_int_distribution<std::size_t>(0, starts.size() - 1)(random_) : 0;
  const std::vector<double>& life = starts[which];
  theta.insert(theta.end(), life.begin(), life.end());
}

template <class Draw>
std::vector<std::vector<double>> Scatter::several(double most, Draw draw) const {
  constexpr double kFewRows = 50.0, kManyRows = 1000.0, kLeast = 20.0;
  const auto rows = static_cast<double>(sample_.rows());
  std::vector<std::vector<double>> out;
  if (rows > kManyRows) return out;
  const double count = std::fmax(std::fmin(most, kLeast), most * std::fmin(1.0, kFewRows / rows));
  while (static_cast<double>(out.size()) < count) out.push_back(draw());
  return out;
}

std::vector<std::vector<double>> Scatter::lives(const Distribution& law) {
  return several(slow_tails(law) ? 0.0 : 60.0, [&] {
    std::vector<double> theta;
    add_life(law, theta);
    return theta;
  });
}

std::vector<std::vector<double>> Scatter::mixtures(const Mixture& mixture) {
  if (mixture.components() != 2) return {};
  return several(slow_tails(mixture.inner()) ? 150.0 : 400.0, [&] {
    const double share = uniform(0.05, 1.0), other = uniform(0.05, 1.0);
    std::vector<double> theta = {std::log(share / other)};
    add_life(mixture.inner(), theta);
    add_life(mixture.inner(), theta);
    return theta;
  });
}

std::vector<std::vector<double>> Scatter::limited(const LimitedFailure& limited) {
  return several(slow_tails(limited.inner()) ? 20.0 : 100.0, [&] {
    std::vector<double> theta;
    add_life(limited.inner(), theta);
    theta.push_back(uniform(-4.0, 4.0));
    return theta;
  });
}

std::vector<std::vector<double>> Scatter::thresholds(double held) {
  std::vector<double> ends = ages_.bends;
  std::erase_if(ends, [&](double u) { return !(u < sample_.plot.first); });
  ends.push_back(sample_.plot.first);
  return several(100.0, [&] {
    const double end = ends[std::uniform_int_distribution<std::size_t>(0, ends.size() - 1)(random_)];
    const double gap = range_ * std::exp(uniform(-8.0, 3.0));
    const double threshold = std::isfinite(held) ? held : end - gap;
    const double nearest = std::log(std::fmin(gap, range_)), furthest = std::log(low_ + 1.5 * range_ - threshold);
    const double mu = uniform(nearest - 0.5, std::fmax(furthest, nearest));
    const double xi = std::exp(uniform(-4.0, 1.5));
    return std::vector<double>{threshold + std::exp(mu), mu + std::log(xi), xi};
  });
}

}  // namespace relia
