#include "core/simulation/life_law.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <string>
#include <system_error>

#include <relia/error.hpp>

#include "core/distributions/limited_failure.hpp"
#include "core/distributions/mixture.hpp"
#include "core/registry.hpp"

namespace relia {
namespace {

std::string joined(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& n : names) out += (out.empty() ? "" : ", ") + n;
  return out;
}

std::string option_of(const std::string& parameter) {
  return "--" + parameter;
}

}  // namespace

double LifeLaw::life(double u) const {
  return axis.to_time(distribution->quantile(theta, std::log1p(-u), std::log(u)));
}

std::shared_ptr<const Distribution> distribution_of(const LifeModel& model) {
  std::shared_ptr<const Distribution> d = find_distribution(model.distribution);
  if (d == nullptr) {
    std::vector<std::string> known;
    for (const RegistryRow& row : registry()) known.push_back(row.distribution->name());
    throw UsageError("'" + model.distribution + "' is not one of " + joined(known));
  }
  if (model.limited_failure && model.mixture > 1) throw UsageError("--limited-failure and --mixture do not combine");
  const bool threshold_form = !d->log_axis() && d->positive();
  if ((model.limited_failure || model.mixture > 1) && threshold_form) {
    throw UsageError("--dist " + d->name() + " does not combine with --limited-failure or --mixture");
  }
  if (model.limited_failure) return std::make_shared<LimitedFailure>(std::move(d));
  if (model.mixture > 1) {
    if (model.mixture * d->size() + model.mixture - 1 > kMaxLawParameters) {
      throw UsageError("--mixture " + std::to_string(model.mixture) + ": too many components for " + d->name());
    }
    return std::make_shared<Mixture>(std::move(d), model.mixture);
  }
  return d;
}

std::vector<std::string> parameter_names(const LifeModel& model) {
  std::vector<std::string> out;
  for (const ParameterInfo& p : distribution_of(model)->parameters()) out.push_back(p.name);
  return out;
}

LifeLaw life_law(const LifeModel& model) {
  LifeLaw law;
  law.distribution = distribution_of(model);
  law.axis.log = law.distribution->log_axis();
  const std::vector<ParameterInfo> parameters = law.distribution->parameters();
  const std::vector<std::string> names = parameter_names(model);
  // A mixture's last fraction is what the others leave; it may be given all the same.
  const std::string last_share = model.mixture > 1 ? "p" + std::to_string(model.mixture) : std::string();
  double share = 0.0, remainder = kNaN;
  for (const auto& [name, value] : model.parameters) {
    if (name == last_share) {
      remainder = value;
      continue;
    }
    if (std::find(names.begin(), names.end(), name) == names.end()) {
      throw UsageError(option_of(name) + ": " + model.distribution + " has " + joined(names));
    }
  }
  for (const ParameterInfo& p : parameters) {
    const auto given = std::find_if(model.parameters.begin(), model.parameters.end(),
                                    [&p](const auto& item) { return item.first == p.name; });
    if (given == model.parameters.end()) {
      throw UsageError(option_of(p.name) + " is missing: " + model.distribution + " has " + joined(names));
    }
    const double x = given->second;
    law.eta.push_back(to_scale(p.scale, x));
    if (!std::isfinite(law.eta.back())) {
      throw UsageError(option_of(p.name) + ": takes a " +
                       (p.scale == BoundScale::log     ? "positive number"
                        : p.scale == BoundScale::logit ? "number between 0 and 1"
                                                       : "number"));
    }
    if (model.mixture > 1 && p.scale == BoundScale::logit) share += x;
  }
  if (model.mixture > 1 && (share >= 1.0 || std::fabs(share + remainder - 1.0) > 1e-9)) {
    throw UsageError("--mixture: the fractions p1, p2, … sum to " +
                     std::to_string(std::isnan(remainder) ? share : share + remainder) + ", not to 1");
  }
  law.theta.resize(law.eta.size());
  if (!law.distribution->locate(law.axis, law.eta, law.theta)) {
    throw UsageError("--dist " + model.distribution + " has no life with these parameters");
  }
  return law;
}

LifeModel parse_life_model(std::string_view text) {
  LifeModel model;
  const std::size_t colon = text.find(':');
  model.distribution = text.substr(0, colon);
  std::string_view rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  while (!rest.empty()) {
    const std::size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    const std::size_t equals = item.find('=');
    double value = 0.0;
    const char* const end = item.data() + item.size();
    const char* const begin = equals == std::string_view::npos ? end : item.data() + equals + 1;
    const auto [stop, error] = std::from_chars(begin, end, value);
    if (equals == std::string_view::npos || equals == 0 || error != std::errc{} || stop != end ||
        !std::isfinite(value)) {
      throw UsageError("'" + std::string(item) + "' is not of the form PARAMETER=VALUE");
    }
    const std::string name(item.substr(0, equals));
    const auto same = [&name](const auto& given) { return given.first == name; };
    if (std::any_of(model.parameters.begin(), model.parameters.end(), same)) {
      throw UsageError("'" + std::string(text) + "' gives " + name + " twice");
    }
    model.parameters.emplace_back(name, value);
  }
  return model;
}

}  // namespace relia
