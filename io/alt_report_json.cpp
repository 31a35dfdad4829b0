// The schema "relia.alt/1": the object of a fit, with stresses on top and life at use inside each model.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <relia/io/alt_report.hpp>

#include "io/alt_report_settings.hpp"
#include "io/report_json.hpp"
#include "io/report_numbers.hpp"

namespace relia::io {
namespace {

constexpr const char* kLifeKeys[] = {"mean",   "quantiles",   "reliability",        "failure_probability",
                                     "hazard", "conditional", "residual_quantiles", "reliable_life"};

Json settings_object(const std::vector<StressSetting>& settings) {
  Json out = Json::object();
  for (const StressSetting& s : settings) out[s.column] = std::isnan(s.value) ? Json(s.level) : Json(s.value);
  return out;
}

Json term(const StressTermInfo& t) {
  Json out = {{"column", t.column}, {"relation", t.relation}, {"unit", t.unit.empty() ? Json(nullptr) : Json(t.unit)}};
  if (!std::isnan(t.lowest)) out["tested"] = {t.lowest, t.highest};
  if (!t.levels.empty()) out["levels"] = t.levels;
  return out;
}

Json acceleration(const Acceleration& a) {
  Json out = {{"stress", settings_object(a.stress)}};
  if (!a.to.empty()) out["to"] = settings_object(a.to);
  out["factor"] = a.factor.estimate;
  out["std_error"] = a.factor.std_error;
  out["lower"] = a.factor.lower;
  out["upper"] = a.factor.upper;
  for (const auto& [key, reason] :
       {std::pair{"reason", &a.factor.reason}, std::pair{"lower_reason", &a.factor.lower_reason},
        std::pair{"upper_reason", &a.factor.upper_reason}}) {
    if (!reason->empty()) out[key] = *reason;
  }
  return out;
}

Json level(const LevelResult& l) {
  Json out = {{"stress", settings_object(l.stress)}};
  put_counts(out, l.data);
  out["parameters"] = Json::array();
  for (const NamedQuantity& p : l.parameters) out["parameters"].push_back(parameter_object(p));
  out["log_likelihood"] = l.log_likelihood;
  out["by_relation"] = l.common_estimate;
  out["convergence"] = convergence_object(l.convergence);
  return out;
}

Json test(const LikelihoodRatioTest& t) {
  Json out = {{"name", t.name},
              {"statistic", t.statistic},
              {"degrees_of_freedom", t.degrees_of_freedom},
              {"p_value", t.p_value}};
  if (!t.reason.empty()) out["reason"] = t.reason;
  return out;
}

/// Life at use moves under `use`; what only accelerated tests have stands beside it.
void put_accelerated(Json& model, const AltReport& report, const AltModel& extra) {
  Json use = Json::object();
  use["stress"] = settings_object(report.use);
  if (!report.use_profile.empty()) use["profile"] = report.use_profile;
  for (const char* key : kLifeKeys) {
    const auto found = model.find(key);
    if (found == model.end()) continue;
    use[key] = std::move(*found);
    model.erase(key);
  }
  // With competing modes the series of them is what lives at use.
  if (const auto system = model.find("system"); system != model.end()) {
    for (const auto& [key, value] : system->items()) use[key] = value;
  }
  model.erase("anderson_darling");
  Json verdict = std::move(model["convergence"]);
  model.erase("convergence");
  if (report.has_use) model["use"] = std::move(use);
  model["acceleration"] = Json::array();
  for (const Acceleration& a : extra.acceleration) model["acceleration"].push_back(acceleration(a));
  if (!extra.sensitivity.empty()) {
    model["sensitivity"] = Json::array();
    for (const Sensitivity& s : extra.sensitivity) {
      model["sensitivity"].push_back({{"distribution", s.distribution},
                                      {"quantity", s.quantity},
                                      {"estimate", s.estimate},
                                      {"ratio", s.ratio},
                                      {"log_likelihood", s.log_likelihood}});
    }
  }
  if (!extra.tests.empty()) {
    model["tests"] = Json::array();
    for (const LikelihoodRatioTest& t : extra.tests) model["tests"].push_back(test(t));
  }
  if (!extra.levels.empty()) {
    model["levels"] = Json::array();
    for (const LevelResult& l : extra.levels) model["levels"].push_back(level(l));
  }
  model["convergence"] = std::move(verdict);
}

}  // namespace

std::string settings_text(const std::vector<StressSetting>& settings) {
  std::string out;
  for (const StressSetting& s : settings) {
    if (!out.empty()) out += ", ";
    out += s.column + "=" + (std::isnan(s.value) ? s.level : shortest(s.value));
  }
  return out;
}

std::string render_json(const AltReport& report, bool one_line) {
  const Json fit = fit_object(report.fit);
  Json out = Json::object();
  for (const auto& [key, value] : fit.items()) {
    if (key == "models") {
      // On top, before the models.
      if (!report.model.empty()) out["model"] = report.model;
      out["stresses"] = Json::array();
      for (const StressTermInfo& t : report.stresses) out["stresses"].push_back(term(t));
      out["shape"] = report.shape;
      if (report.has_use) {
        out["extrapolation"] = Json::array();
        for (const Extrapolation& e : report.extrapolation)
          out["extrapolation"].push_back({{"column", e.column}, {"ranges", e.ranges}});
      }
    }
    out[key] = value;
  }
  out["schema"] = "relia.alt/1";
  out["warnings"] = all_warnings(report);
  for (std::size_t i = 0; i < report.models.size(); ++i) put_accelerated(out["models"][i], report, report.models[i]);
  return dumped(out, one_line);
}

}  // namespace relia::io
