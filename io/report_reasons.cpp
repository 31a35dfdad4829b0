#include "io/report_reasons.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include <relia/io/report.hpp>

#include "io/report_numbers.hpp"

namespace relia::io {
namespace {

using What = Missing::What;

class Collector {
 public:
  void add(const std::string& name, const Quantity& q) {
    add(name, What::estimate, q.reason);
    if (q.lower_reason == q.upper_reason) {
      add(name, What::bounds, q.lower_reason);
      return;
    }
    add(name, What::lower, q.lower_reason);
    add(name, What::upper, q.upper_reason);
  }

  std::vector<Missing> take() { return std::move(found_); }

 private:
  void add(const std::string& name, What what, const std::string& reason) {
    if (reason.empty()) return;
    const auto same = [&](const Missing& m) { return m.what == what && m.reason == reason; };
    const auto it = std::find_if(found_.begin(), found_.end(), same);
    if (it != found_.end()) {
      it->names.push_back(name);
    } else {
      found_.push_back({.what = what, .names = {name}, .reason = reason});
    }
  }

  std::vector<Missing> found_;
};

void add_metrics(Collector& out, const std::string& prefix, const LifeMetrics& m) {
  out.add(prefix + "mean", m.mean);
  for (const auto& q : m.quantiles) out.add(prefix + q.name, q.value);
  for (const auto& r : m.reliable_life) {
    out.add(fmt::format("{}life at R = {}", prefix, readable(r.reliability)), r.value);
  }
  for (const auto& r : m.reliability) out.add(fmt::format("{}R({})", prefix, readable(r.time)), r.value);
  for (const auto& r : m.failure_probability) out.add(fmt::format("{}F({})", prefix, readable(r.time)), r.value);
  for (const auto& r : m.hazard) out.add(fmt::format("{}h({})", prefix, readable(r.time)), r.value);
  for (const auto& r : m.conditional) {
    out.add(fmt::format("{}R({} | {})", prefix, readable(r.time), readable(r.given)), r.value);
  }
  for (const auto& q : m.residual_quantiles) {
    out.add(fmt::format("{}{} | {}", prefix, q.name, readable(q.given)), q.value);
  }
}

std::string_view words_of(What what) {
  switch (what) {
    case What::estimate: return "no estimate";
    case What::lower: return "no lower bound";
    case What::upper: return "no upper bound";
    case What::bounds: return "no bounds";
  }
  return "";
}

}  // namespace

std::vector<Missing> missing_values(const ModelResult& model) {
  Collector out;
  for (const NamedQuantity& p : model.parameters) out.add(p.name, p.value);
  for (const NamedQuantity& p : model.derived) out.add(p.name, p.value);
  add_metrics(out, "", model.metrics);
  for (const ModeResult& mode : model.modes) {
    for (const NamedQuantity& p : mode.parameters) out.add(mode.mode + ": " + p.name, p.value);
    add_metrics(out, mode.mode + ": ", mode.metrics);
  }
  return out.take();
}

double criterion_of(const FitReport& report, const ModelResult& model) {
  return report.criterion == "aic" ? model.aic : report.criterion == "r_squared" ? model.r_squared : model.aicc;
}

std::vector<const ModelResult*> not_told_apart(const FitReport& report) {
  constexpr double kNear = 2.0;
  std::vector<const ModelResult*> out;
  if (report.models.empty() || report.criterion == "r_squared") return out;
  const double best = criterion_of(report, report.models.front());
  for (const ModelResult& m : report.models) {
    if (carries_estimates(m.convergence.status) && criterion_of(report, m) - best <= kNear) out.push_back(&m);
  }
  if (out.size() < 2) out.clear();
  return out;
}

bool is_answer(const FitReport& report, const ModelResult& model) {
  if (!carries_estimates(model.convergence.status)) return false;
  return model.rank == 1 || (report.selection != "best" && report.selection != "all");
}

std::vector<std::string> all_warnings(const FitReport& report) {
  std::vector<std::string> out = report.warnings;
  std::vector<std::string> near;
  for (const ModelResult* m : not_told_apart(report)) near.push_back(m->distribution);
  if (!near.empty()) {
    out.push_back(fmt::format("the data cannot tell these apart, which lie within 2 units of the best: {}",
                              fmt::join(near, ", ")));
  }
  for (const ModelResult& model : report.models) {
    for (const std::string& w : model.warnings) out.push_back(fmt::format("{}: {}", model.distribution, w));
    // What a model without estimates lacks is said by its verdict.
    if (!is_answer(report, model)) continue;
    for (const Missing& m : missing_values(model)) {
      out.push_back(
          fmt::format("{}: {} for {}: {}", model.distribution, words_of(m.what), fmt::join(m.names, ", "), m.reason));
    }
  }
  std::vector<std::string> once;
  for (std::string& w : out) {
    if (std::find(once.begin(), once.end(), w) == once.end()) once.push_back(std::move(w));
  }
  return once;
}

}  // namespace relia::io
