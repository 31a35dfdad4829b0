// Every life law of the registry, plain and under every modifier it takes, at several parameter values: what the
// tests of this directory are parameterised over. A new distribution is in as soon as it is registered.

#pragma once

#include <cmath>
#include <map>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "core/distributions/limited_failure.hpp"
#include "core/distributions/mixture.hpp"
#include "core/registry.hpp"

namespace relia::laws {

struct LawCase {
  std::string label;
  std::shared_ptr<const Distribution> law;
  std::vector<double> theta;  ///< working coordinates
};

inline std::ostream& operator<<(std::ostream& out, const LawCase& c) {
  out << c.label << " (";
  for (std::size_t i = 0; i < c.theta.size(); ++i) out << (i > 0 ? ", " : "") << c.theta[i];
  return out << ')';
}

/// Working coordinates worth trying: ordinary ones and awkward ones.
inline std::vector<std::vector<double>> thetas_of(const Distribution& d) {
  static const std::map<std::string, std::vector<std::vector<double>>> kSpecial = {
      {"gengamma",
       {{0.2, -0.6, 0.8}, {0.2, -0.6, 1e-6}, {0.2, -0.6, 0.0}, {-0.3, 0.4, -0.9}, {0.1, -1.5, 2.5}, {0.1, -1.5, -2.0}}},
      {"gamma", {{0.2, -2.5}, {0.2, 0.4}, {-0.1, 3.0}, {0.3, 12.0}}},
      {"inverse-gaussian", {{0.2, -2.0}, {0.2, 0.4}, {-0.1, 5.0}}},
      {"birnbaum-saunders", {{0.2, -2.0}, {0.2, 0.4}, {-0.1, 1.5}}},
      {"gompertz", {{-2.0, 1.3}, {-0.4, -0.3}, {0.2, 1e-7}, {-8.0, 6.0}}},
      {"exponential-2p", {{0.4, -1.3}, {-1.0, -2.0}}},
  };
  if (const auto it = kSpecial.find(d.name()); it != kSpecial.end()) return it->second;
  if (d.size() == 1) return {{0.3}, {-1.2}};
  if (d.size() == 3) return {{0.2, -0.3, 0.8}, {0.1, -0.5, 0.15}, {0.1, -0.5, 1e-5}, {-0.2, 0.2, 2.2}};
  return {{0.3, -0.7}, {-0.2, 0.5}, {0.7, -3.0}};
}

/// True for forms with a threshold, which take no modifier.
inline bool threshold_form(const Distribution& d) {
  return !d.log_axis() && d.positive();
}

inline std::vector<LawCase> plain_cases() {
  std::vector<LawCase> out;
  for (const RegistryRow& row : registry()) {
    for (const std::vector<double>& theta : thetas_of(*row.distribution)) {
      out.push_back({row.distribution->name(), row.distribution, theta});
    }
  }
  return out;
}

inline std::vector<LawCase> modified_cases() {
  std::vector<LawCase> out;
  for (const RegistryRow& row : registry()) {
    const auto& d = row.distribution;
    if (threshold_form(*d)) continue;
    const std::vector<std::vector<double>> thetas = thetas_of(*d);
    for (const double logit : {-2.0, 0.5, 6.0}) {
      std::vector<double> theta = thetas[0];
      theta.push_back(logit);
      out.push_back({d->name() + " limited-failure", std::make_shared<LimitedFailure>(d), theta});
    }
    for (const int components : {2, 3}) {
      std::vector<double> theta = {0.4};
      if (components == 3) theta.push_back(-0.9);
      for (int k = 0; k < components; ++k) {
        std::vector<double> part = thetas[static_cast<std::size_t>(k) % thetas.size()];
        part[0] += 0.8 * k;
        theta.insert(theta.end(), part.begin(), part.end());
      }
      out.push_back({d->name() + " mixture of " + std::to_string(components), std::make_shared<Mixture>(d, components),
                     std::move(theta)});
    }
  }
  return out;
}

inline std::vector<LawCase> all_cases() {
  std::vector<LawCase> out = plain_cases();
  for (LawCase& c : modified_cases()) out.push_back(std::move(c));
  return out;
}

/// u where F has these logarithms, through both tails; places F never reaches are left out.
inline std::vector<double> places(const LawCase& c, const std::vector<double>& probabilities) {
  std::vector<double> out;
  for (const double p : probabilities) {
    const double u = c.law->quantile(c.theta, std::log1p(-p), std::log(p));
    if (std::isfinite(u)) out.push_back(u);
  }
  return out;
}

/// gtest parameter names: letters, digits and underscores only.
template <class Info>
std::string case_name(const Info& info) {
  std::string out = info.param.label + "_" + std::to_string(info.index);
  for (char& c : out) {
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'))) c = '_';
  }
  return out;
}

}  // namespace relia::laws
