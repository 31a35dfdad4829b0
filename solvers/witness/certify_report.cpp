#include <algorithm>
#include <cmath>
#include <map>
#include <thread>

#include <relia/error.hpp>
#include <relia/witness.hpp>

namespace relia::witness {

namespace {

double digits(double reported, double certified) {
  const bool have = std::isfinite(reported), know = std::isfinite(certified);
  if (!have && !know) return kAbsent;
  if (have != know) return 0.0;
  if (reported == certified) return 16.0;
  const double size = std::abs(certified);
  const double error = std::abs(reported - certified) / (size > 0 ? size : 1.0);
  return std::clamp(-std::log10(error), 0.0, 16.0);
}

struct Bounds {
  bool profile = false, wald = false, lower = true, upper = true;
};

DigitsOf compare(const std::string& name,
                 const Quantity& reported,
                 const CertifiedQuantity& certified,
                 const Bounds& bounds) {
  DigitsOf d;
  d.name = name;
  d.estimate = digits(reported.estimate, certified.estimate);
  if (!certified.fixed) d.std_error = digits(reported.std_error, certified.std_error);
  if (bounds.profile || bounds.wald) {
    const double lower = bounds.profile ? certified.profile_lower : certified.wald_lower;
    const double upper = bounds.profile ? certified.profile_upper : certified.wald_upper;
    // A bound that exists on one side only is no disagreement of digits where a search for a profile bound ends at
    // the edge of the parameter space; it is left to the reasons the report gives.
    if (bounds.lower && std::isfinite(lower) && std::isfinite(reported.lower)) d.lower = digits(reported.lower, lower);
    if (bounds.upper && std::isfinite(upper) && std::isfinite(reported.upper)) d.upper = digits(reported.upper, upper);
  }
  return d;
}

void lower_to(double& least, double d) {
  if (std::isfinite(d) && !(least <= d)) least = d;
}

void lower_to(double& least, const DigitsOf& d) {
  for (double x : {d.estimate, d.std_error, d.lower, d.upper}) lower_to(least, x);
}

/// Why life against stress is not certified; empty when it is.
std::string out_of_reach(const AltOptions& options) {
  if (options.profile != nullptr) return "stress that varies with time is not certified";
  if (options.use_profile != nullptr) return "life under a mission profile is not certified";
  if (options.shape != "common" || !options.shape_stresses.empty())
    return "only models with one shape at all stresses are certified";
  if (!options.fit.mode_column.empty()) return "competing modes against stress are not certified";
  return {};
}

/// @param alt  nullptr for one population
std::vector<ModelDigits> certify_models(const LifeTable& table,
                                        const FitOptions& options,
                                        const AltOptions* alt,
                                        const FitReport& report) {
  if (table.rows() > kCertifiableRows)
    throw UsageError("--certify takes at most " + std::to_string(kCertifiableRows) + " rows, the data have " +
                     std::to_string(table.rows()));
  std::vector<ModelDigits> list;
  for (const ModelResult& m : report.models) {
    ModelDigits out;
    out.distribution = m.distribution;
    out.modifier = m.modifier;
    const FitStatus status = m.convergence.status;
    if (m.method != "mle") {
      out.reason = "only maximum-likelihood estimates can be certified";
    } else if (!carries_estimates(status)) {
      out.reason = "the model carries no estimates";
    } else if (status == FitStatus::closed_form) {
      out.reason = "estimates in closed form";
    } else if (alt != nullptr) {
      out.reason = out_of_reach(*alt);
    }
    Model model;
    model.distribution = m.distribution;
    model.limited_failure = m.modifier == "limited-failure";
    model.mixture = m.components;
    model.mode_column = m.modes.empty() ? "" : options.mode_column;
    model.unknown_mode_censor = options.unknown_mode_censor;
    model.fixed = options.fixed;
    if (alt != nullptr) {
      model.stresses = alt->stresses;
      model.factors = alt->factors;
      model.use = alt->use;
    }

    std::map<std::string, const NamedQuantity*> reported;
    const auto take = [&](const std::string& prefix, const std::vector<NamedQuantity>& parameters) {
      for (const NamedQuantity& p : parameters) reported[prefix + p.name] = &p;
    };
    take("", m.parameters);
    if (alt != nullptr)
      for (const NamedQuantity& d : m.derived) reported.emplace(d.name, &d);
    for (const ModeResult& mode : m.modes) take(mode.mode + ":", mode.parameters);
    if (out.reason.empty() && status == FitStatus::boundary) {
      // On its limit a parameter is held there: the rest of the point is a maximum.
      bool held = false;
      for (const char* name : {"p", "threshold"}) {
        const auto it = reported.find(name);
        if (it == reported.end() || it->second->fixed) continue;
        model.fixed.emplace_back(name, it->second->value.estimate);
        held = true;
      }
      if (!held) out.reason = "the maximum lies on a limit";
    }
    std::vector<double> start;
    if (out.reason.empty())
      for (const std::string& name : parameter_names(table, model)) {
        const auto it = reported.find(name);
        start.push_back(it == reported.end() ? kAbsent : it->second->value.estimate);
        if (!std::isfinite(start.back())) out.reason = "no estimate of " + name;
      }
    if (!out.reason.empty()) {
      list.push_back(out);
      continue;
    }
    Request request;
    request.confidence = report.confidence;
    request.sides = report.sides;
    request.wald_scale = report.wald_scale;
    Bounds bounds;
    bounds.profile = m.bounds == "lr";
    bounds.wald = m.bounds == "wald" && (report.wald_scale == "auto" || report.wald_scale == "plain");
    bounds.lower = report.sides != "upper";
    bounds.upper = report.sides != "lower";
    request.profile = bounds.profile;
    request.wald = bounds.wald;
    for (const QuantileResult& q : m.metrics.quantiles)
      if (!std::isfinite(q.given)) request.quantiles.push_back(q.p);
    for (const AtTimeResult& r : m.metrics.reliability)
      if (!std::isfinite(r.given)) request.at.push_back(r.time);
    request.mean = std::isfinite(m.metrics.mean.estimate) && m.modes.empty() && !model.limited_failure;
    request.threads = options.threads > 0 ? static_cast<unsigned>(options.threads)
                                          : std::max(1U, std::thread::hardware_concurrency());
    out.certificate = certify(table, model, start, request);
    const Certificate& c = out.certificate;
    if (c.status != CertificateStatus::maximum) {
      out.reason = std::string("50 digits find no maximum at the estimates: ") + to_string(c.status);
      out.least = 0.0;
      list.push_back(out);
      continue;
    }
    // A point on a limit has neither errors nor bounds.
    if (status == FitStatus::boundary) bounds = {};
    out.log_likelihood = digits(m.log_likelihood, c.log_likelihood);
    lower_to(out.least, out.log_likelihood);
    auto certified = c.parameters;
    for (const CertifiedQuantity& q : c.derived)
      if (reported.contains(q.name)) certified.push_back(q);
    for (const CertifiedQuantity& q : certified) {
      Bounds own = bounds;
      if (q.fixed) own = {};
      DigitsOf d = compare(q.name, reported.at(q.name)->value, q, own);
      if (status == FitStatus::boundary) d.std_error = kAbsent;
      lower_to(out.least, d);
      out.parameters.push_back(d);
    }
    std::size_t at = 0;
    for (const QuantileResult& q : m.metrics.quantiles) {
      if (std::isfinite(q.given)) continue;
      DigitsOf d = compare(q.name, q.value, c.quantiles[at++], bounds);
      if (status == FitStatus::boundary) d.std_error = kAbsent;
      lower_to(out.least, d);
      out.quantiles.push_back(d);
    }
    at = 0;
    for (const AtTimeResult& r : m.metrics.reliability) {
      if (std::isfinite(r.given)) continue;
      DigitsOf d = compare(c.reliability[at].name, r.value, c.reliability[at], bounds);
      ++at;
      if (status == FitStatus::boundary) d.std_error = kAbsent;
      lower_to(out.least, d);
      out.reliability.push_back(d);
    }
    if (request.mean) {
      out.mean = compare("mean", m.metrics.mean, c.mean, bounds);
      if (status == FitStatus::boundary) out.mean.std_error = kAbsent;
      lower_to(out.least, out.mean);
    }
    list.push_back(out);
  }
  return list;
}

}  // namespace

std::vector<ModelDigits> certify_report(const LifeTable& table, const FitOptions& options, const FitReport& report) {
  return certify_models(table, options, nullptr, report);
}

std::vector<ModelDigits> certify_report(const LifeTable& table, const AltOptions& options, const FitReport& report) {
  return certify_models(table, options.fit, &options, report);
}

}  // namespace relia::witness
