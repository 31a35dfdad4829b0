#include "solvers/mixture_starts.hpp"

#include <cstddef>
#include <random>
#include <utility>

namespace relia {

std::vector<std::vector<double>> parted(const Distribution& inner, const std::vector<double>& whole) {
  std::vector<std::vector<double>> out;
  const double unit = inner.unit(whole, 0);
  const std::vector<double> changes = whole.size() > 1 ? std::vector<double>{0.0, -0.5, 0.5} : std::vector<double>{0.0};
  for (const double p : {0.0, -1.5, 1.5}) {
    for (const double change : changes) {
      for (const double apart : {0.1, 0.7}) {
        std::vector<double> theta = {p};
        for (const double side : {-1.0, 1.0}) {
          std::vector<double> component = whole;
          component[0] += side * apart * unit;
          if (component.size() > 1) component[1] += side * change;
          theta.insert(theta.end(), component.begin(), component.end());
        }
        out.push_back(std::move(theta));
      }
    }
  }
  return out;
}

std::vector<std::vector<double>> with_hidden(const Distribution& inner, const std::vector<double>& whole) {
  struct Hidden {
    double odds, below, wider;  ///< logit of its share, distance in units of the location, change of ln sigma
  };
  std::vector<std::vector<double>> out;
  for (const Hidden& h : {Hidden{2.0, 5.0, 2.5}, Hidden{4.0, 15.0, 1.8}, Hidden{6.0, 30.0, 1.8}}) {
    std::vector<double> theta = {h.odds};
    std::vector<double> hidden = whole;
    hidden[0] -= h.below * inner.unit(whole, 0);
    if (hidden.size() > 1) hidden[1] += h.wider;
    theta.insert(theta.end(), hidden.begin(), hidden.end());
    theta.insert(theta.end(), whole.begin(), whole.end());
    out.push_back(std::move(theta));
  }
  return out;
}

std::vector<std::vector<double>> moved_about(const Mixture& mixture, const std::vector<double>& theta) {
  std::vector<std::vector<double>> out;
  const auto count = static_cast<std::size_t>(mixture.components());
  const auto size = static_cast<std::size_t>(mixture.inner().size());
  const auto add = [&](std::size_t i, double change) {
    std::vector<double> other = theta;
    other[i] += change;
    out.push_back(std::move(other));
  };
  for (std::size_t k = 0; k < count; ++k) {
    if (k + 1 < count) {
      for (const double change : {-1.5, 1.5}) add(k, change);
    }
    const std::size_t first = count - 1 + k * size;
    const double unit = mixture.inner().unit(mixture.component(theta, static_cast<int>(k)), 0);
    for (const double change : {-1.0, 1.0}) add(first, change * unit);
    if (size < 2) continue;
    for (const double change : {-1.5, -0.7, 0.7, 1.5}) add(first + 1, change);
  }
  // Everything at once, some way in every direction: always the same directions.
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal(0.0, 1.0);
  for (int i = 0; i < 30; ++i) {
    std::vector<double> other = theta;
    for (std::size_t k = 0; k < count; ++k) {
      if (k + 1 < count) other[k] += 0.8 * normal(random);
      const std::size_t first = count - 1 + k * size;
      other[first] += 1.2 * normal(random) * mixture.inner().unit(mixture.component(theta, static_cast<int>(k)), 0);
      if (size > 1) other[first + 1] += 0.6 * normal(random);
    }
    out.push_back(std::move(other));
  }
  return out;
}

}  // namespace relia
