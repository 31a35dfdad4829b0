#include "cli/validation/problems.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <exception>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <relia/alt.hpp>
#include <relia/error.hpp>
#include <relia/fit.hpp>
#include <relia/nonparametric.hpp>
#include <relia/witness.hpp>

#include "cli/load.hpp"
#include "cli/validation/published.hpp"

namespace relia::cli {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

json read_json(const fs::path& path) {
  std::ifstream in(path);
  if (!in) throw MachineError(fmt::format("cannot read {}", path.string()));
  try {
    return json::parse(in);
  } catch (const json::exception& e) {
    DataErrors errors;
    errors.add({path.string(), 0, "", fmt::format("is not the JSON it should be: {}", e.what())});
    throw BadData(errors);
  }
}

double number(const json& value) {
  return value.is_number() ? value.get<double>() : kAbsent;
}

double number(const json& object, const char* key) {
  return object.contains(key) ? number(object.at(key)) : kAbsent;
}

double digits(double ours, double certified) {
  if (!std::isfinite(ours)) return 0.0;
  if (ours == certified) return 16.0;
  const double error = std::abs(ours - certified) / (certified == 0.0 ? 1.0 : std::abs(certified));
  return std::clamp(-std::log10(error), 0.0, 16.0);
}

/// The comparisons of one problem.
class Sheet {
 public:
  Sheet(std::string module, std::string problem) : module_(std::move(module)), problem_(std::move(problem)) {}

  void say(bool right, const std::string& what, const std::string& note) {
    rows.push_back({module_, "verdict", problem_, what, kAbsent, kAbsent, right ? 16.0 : 0.0, note});
  }
  void compare(const std::string& quantity, const std::string& what, double ours, double certified) {
    if (std::isfinite(certified))
      rows.push_back({module_, quantity, problem_, what, ours, certified, digits(ours, certified), ""});
  }
  /// From the call with Wald bounds all but the profile ends, from the one with likelihood-ratio bounds only those.
  void quantity(const std::string& kind, const std::string& what, const Quantity& ours, const json& want, bool wald) {
    const char* key = wald ? "wald95" : "profile95";
    if (wald) {
      compare(kind, what, ours.estimate, number(want, "estimate"));
      compare("std-error", what, ours.std_error, number(want, "se"));
    }
    if (!want.contains(key) || !want.at(key).is_array()) return;
    compare(wald ? "wald-bound" : "lr-bound", what + " lower", ours.lower, number(want.at(key).at(0)));
    compare(wald ? "wald-bound" : "lr-bound", what + " upper", ours.upper, number(want.at(key).at(1)));
  }
  const std::string& module() const { return module_; }
  const std::string& problem() const { return problem_; }

  std::vector<Comparison> rows;

 private:
  std::string module_, problem_;
};

struct Modified {
  std::string distribution;
  bool limited_failure = false;
  int mixture = 1;
  bool modes = false;
};

/// Model names of the certified files in the words of --dist.
std::optional<Modified> distribution_of(const std::string& model) {
  static const std::map<std::string, Modified> table = {
      {"exponential_1p", {"exponential"}},
      {"exponential_2p", {"exponential-2p"}},
      {"weibull_2p", {"weibull"}},
      {"weibull_3p", {"weibull-3p"}},
      {"lognormal_2p", {"lognormal"}},
      {"lognormal_3p", {"lognormal-3p"}},
      {"loglogistic", {"loglogistic"}},
      {"normal", {"normal"}},
      {"logistic", {"logistic"}},
      {"gumbel_min", {"gumbel"}},
      {"gumbel_max", {"gumbel-max"}},
      {"gamma", {"gamma"}},
      {"gengamma", {"gengamma"}},
      {"birnbaum_saunders", {"birnbaum-saunders"}},
      {"inverse_gaussian", {"inverse-gaussian"}},
      {"gompertz", {"gompertz"}},
      {"weibull_mixture_2", {"weibull", false, 2}},
      {"weibull_dsp", {"weibull", true}},
      {"competing_risks_weibull", {"weibull", false, 1, true}},
  };
  const auto it = table.find(model);
  if (it == table.end()) return std::nullopt;
  return it->second;
}

const std::map<std::string, std::vector<std::string>>& relations() {
  static const std::map<std::string, std::vector<std::string>> table = {
      {"arrhenius", {"arrhenius"}},
      {"eyring", {"eyring"}},
      {"inverse_power", {"power"}},
      {"peck", {"arrhenius", "power"}},
      {"temperature_nonthermal", {"arrhenius", "power"}},
      {"log_linear", {}},
  };
  return table;
}

/// Our name of a coefficient in the words of the certified files.
std::string certified_name(const std::string& printed) {
  const auto bracket = printed.find('[');
  const std::string head = printed.substr(0, bracket);
  if (head == "intercept") return "beta0";
  if (head == "activation_energy_ev") return "ea_ev";
  if (head == "exponent") return "n";
  if (head == "coefficient" && bracket != std::string::npos)
    return "beta_" + printed.substr(bracket + 1, printed.size() - bracket - 2);
  return printed;
}

void compare_parameters(
    Sheet& sheet, const std::string& mode, const std::vector<NamedQuantity>& ours, const json& certified, bool wald) {
  std::map<std::string, const json*> known;
  if (certified.contains("alternative"))
    for (const json& p : certified.at("alternative").at("parameters")) known[p.at("name")] = &p;
  for (const json& p : certified.at("parameters")) known[p.at("name")] = &p;
  std::size_t found = 0;
  for (const NamedQuantity& p : ours) {
    const auto it = known.find(certified_name(p.name));
    if (it == known.end()) continue;
    ++found;
    sheet.quantity("estimate", mode + p.name, p.value, *it->second, wald);
  }
  sheet.say(found >= certified.at("parameters").size(), mode + "parameters",
            fmt::format("{} of {} reported", found, certified.at("parameters").size()));
}

void compare_life(Sheet& sheet, const LifeMetrics& ours, const json& lives, const json& reliability, bool wald) {
  for (const json& want : lives) {
    const double p = number(want, "p");
    const auto it = std::find_if(ours.quantiles.begin(), ours.quantiles.end(),
                                 [&](const QuantileResult& q) { return std::abs(q.p - p) < 1e-12; });
    sheet.quantity("quantile", fmt::format("life at p = {}", p), it == ours.quantiles.end() ? Quantity{} : it->value,
                   want, wald);
  }
  if (reliability.is_object() && !ours.reliability.empty())
    sheet.quantity("reliability", fmt::format("R({})", number(reliability, "t")), ours.reliability[0].value,
                   reliability, wald);
}

void compare_covariance(Sheet& sheet, const ModelResult& m, const json& certified) {
  if (!certified.contains("covariance") || m.covariance.empty()) return;
  const json& want = certified.at("covariance");
  for (std::size_t i = 0; i < m.parameters.size(); ++i)
    if (i >= want.size() || certified_name(m.parameters[i].name) != certified.at("parameters").at(i).at("name")) return;
  for (std::size_t i = 0; i < want.size(); ++i)
    for (std::size_t j = 0; j < want.size(); ++j) {
      // An entry may be a small difference of large ones: it is held against the two standard errors.
      const double unit = std::sqrt(number(want.at(i).at(i)) * number(want.at(j).at(j)));
      const double c = number(want.at(i).at(j));
      sheet.compare("covariance", fmt::format("covariance of {} and {}", m.parameters[i].name, m.parameters[j].name),
                    1 + (m.covariance[i][j] - c) / unit, 1.0);
    }
}

const json& null() {
  static const json value;
  return value;
}

const json& at_or_null(const json& object, const char* key) {
  return object.contains(key) ? object.at(key) : null();
}

void compare_model(Sheet& sheet, const FitReport& report, const json& certified, const char* status, bool wald) {
  if (report.models.size() != 1) {
    sheet.say(false, "models", fmt::format("{} in the report", report.models.size()));
    return;
  }
  const ModelResult& m = report.models[0];
  const std::string got = to_string(m.convergence.status);
  sheet.say(got == status, wald ? "status" : "status with likelihood-ratio bounds",
            fmt::format("{}, should be {}", got, status));
  if (!carries_estimates(m.convergence.status)) return;
  if (wald) {
    sheet.compare("counts", "n", static_cast<double>(report.data.n), number(certified, "n"));
    sheet.compare("log-likelihood", "log-likelihood", m.log_likelihood, number(certified, "loglik"));
    sheet.compare("criterion", "aic", m.aic, number(certified, "aic"));
    sheet.compare("criterion", "aicc", m.aicc, number(certified, "aicc"));
    sheet.compare("criterion", "bic", m.bic, number(certified, "bic"));
    if (!certified.contains("modes")) compare_covariance(sheet, m, certified);
  }
  if (certified.contains("modes")) {
    for (const json& want : certified.at("modes")) {
      const std::string name = want.at("mode");
      for (const ModeResult& mode : m.modes)
        if (mode.mode == name) compare_parameters(sheet, name + ": ", mode.parameters, want, wald);
    }
    const json& system = certified.at("system");
    compare_life(sheet, m.metrics, at_or_null(system, "life"), at_or_null(system, "reliability"), wald);
    return;
  }
  compare_parameters(sheet, "", m.parameters, certified, wald);
  if (certified.contains("use_life"))
    compare_life(sheet, m.metrics, certified.at("use_life"), at_or_null(certified, "use_reliability"), wald);
  else
    compare_life(sheet, m.metrics, at_or_null(certified, "life"), at_or_null(certified, "reliability"), wald);
}

/// Quantities that a 50-digit recomputation answers for.
void compare_witness(Sheet& sheet, const std::vector<witness::ModelDigits>& models, bool wald) {
  for (const witness::ModelDigits& d : models) {
    if (!d.reason.empty() && !std::isfinite(d.least)) continue;  // nothing to certify, e.g. no estimates
    sheet.say(d.reason.empty(), "maximum", d.reason);
    const auto add = [&](const std::string& quantity, const std::string& what, double value, double certified) {
      if (std::isfinite(value))
        sheet.rows.push_back({sheet.module(), quantity, sheet.problem(), what, kAbsent, certified, value, ""});
    };
    const auto all = [&](const std::string& kind, const witness::DigitsOf& q) {
      if (wald) {
        add(kind, q.name, q.estimate, kAbsent);
        add("std-error", q.name, q.std_error, kAbsent);
      }
      add(wald ? "wald-bound" : "lr-bound", q.name + " lower", q.lower, kAbsent);
      add(wald ? "wald-bound" : "lr-bound", q.name + " upper", q.upper, kAbsent);
    };
    if (wald) add("log-likelihood", "log-likelihood", d.log_likelihood, d.certificate.log_likelihood);
    for (const auto& q : d.parameters) all("estimate", q);
    for (const auto& q : d.quantiles) all("quantile", q);
    for (const auto& q : d.reliability) all("reliability", q);
  }
}

FitOptions fit_options(const json& certified, const ValidationOptions& options) {
  FitOptions o;
  o.selection = "one";
  o.solver = options.solver;
  o.quantiles = {0.01, 0.1, 0.5};
  o.threads = 1;
  const json& holder = certified.contains("system") ? certified.at("system") : certified;
  for (const char* key : {"reliability", "use_reliability"})
    if (holder.contains(key)) o.at = {number(holder.at(key), "t")};
  return o;
}

LifeTable load(const fs::path& path, const std::vector<std::string>& text_columns = {}) {
  DataOptions options;
  options.sources = {path.string()};
  return load_table(path.string(), options, text_columns).table;
}

std::vector<Comparison> judge_fit(const ValidationOptions& options, const fs::path& data, const json& certified) {
  const std::string problem =
      fmt::format("{} {}", certified.at("dataset").get<std::string>(), certified.at("model").get<std::string>());
  Sheet sheet("fit", problem), deep("fit, 50 digits", problem);
  const Modified model = *distribution_of(certified.at("model"));
  FitOptions o = fit_options(certified, options);
  o.distributions = {model.distribution};
  o.limited_failure = model.limited_failure;
  o.mixture = model.mixture;
  if (model.modes) o.mode_column = "failure_mode";
  const LifeTable table =
      load(data, model.modes ? std::vector<std::string>{"failure_mode"} : std::vector<std::string>{});
  const std::string status = certified.at("status");
  if (status == "no_interior_maximum") {
    o.bounds = "none";
    const FitReport report = fit(table, o);
    const bool carries = report.models.empty() || carries_estimates(report.models[0].convergence.status);
    sheet.say(!carries, "no maximum exists",
              report.models.empty() ? "no model" : to_string(report.models[0].convergence.status));
    return sheet.rows;
  }
  const bool interior = status == "maximum";
  for (const bool wald : {true, false}) {
    if (!wald && !interior) continue;
    o.bounds = wald ? "wald" : "lr";
    const FitReport report = fit(table, o);
    compare_model(sheet, report, certified, interior ? "converged" : "boundary", wald);
    if (options.deep) compare_witness(deep, witness::certify_report(table, o, report), wald);
  }
  sheet.rows.insert(sheet.rows.end(), deep.rows.begin(), deep.rows.end());
  return sheet.rows;
}

std::vector<Comparison> judge_alt(const ValidationOptions& options, const fs::path& data, const json& certified) {
  const std::string name = certified.at("model");
  const std::string problem = fmt::format("{} {}", certified.at("dataset").get<std::string>(), name);
  Sheet sheet("alt", problem), deep("alt, 50 digits", problem);
  const auto first = name.find('_') + 1, second = name.find('_', first);
  AltOptions o;
  o.fit = fit_options(certified, options);
  o.fit.distributions = {name.substr(first, second - first)};
  const auto& words = relations().at(name.substr(second + 1));
  std::size_t at = 0;
  for (const json& column : certified.at("stress_columns")) {
    o.stresses.push_back({{{column.get<std::string>(), at < words.size() ? words[at] : std::string("linear")}}});
    ++at;
  }
  for (const auto& [column, value] : certified.at("use_stress").items())
    o.use.emplace_back(column, fmt::format("{}", number(value)));
  const LifeTable table = load(data);
  for (const bool wald : {true, false}) {
    o.fit.bounds = wald ? "wald" : "lr";
    const FitReport report = alt(table, o).fit;
    compare_model(sheet, report, certified, "converged", wald);
    if (options.deep) compare_witness(deep, witness::certify_report(table, o, report), wald);
  }
  sheet.rows.insert(sheet.rows.end(), deep.rows.begin(), deep.rows.end());
  return sheet.rows;
}

std::vector<Comparison> judge_rank_regression(const fs::path& data, const json& certified) {
  Sheet sheet("fit", fmt::format("{} rank regression", certified.at("dataset").get<std::string>()));
  const LifeTable table = load(data);
  for (const auto& [ranks, block] : {std::pair{"exact", "median_rank"}, std::pair{"benard", "benard"}})
    for (const char* method : {"rrx", "rry"}) {
      FitOptions o;
      o.selection = "one";
      o.distributions = {"weibull"};
      o.method = method;
      o.ranks = ranks;
      o.bounds = "none";
      o.threads = 1;
      const FitReport report = fit(table, o);
      const json& want = certified.at(block);
      for (const auto& [parameter, value] : want.at(method).items()) {
        double ours = kAbsent;
        if (!report.models.empty())
          for (const NamedQuantity& p : report.models[0].parameters)
            if (p.name == parameter) ours = p.value.estimate;
        sheet.compare("rank-regression", fmt::format("{} {} {}", ranks, method, parameter), ours, number(value));
      }
      sheet.compare("rank-regression", fmt::format("{} {} r_squared", ranks, method),
                    report.models.empty() ? kAbsent : report.models[0].r_squared, number(want, "r_squared"));
    }
  return sheet.rows;
}

struct Steps {
  std::string method, quantity;
  std::vector<std::pair<const char*, const char*>> fields;  ///< ours, certified
};

const std::map<std::string, Steps>& steps() {
  static const std::map<std::string, Steps> table = {
      {"kaplan_meier", {"kaplan-meier", "kaplan-meier", {{"survival", "survival"}, {"std_error", "se_greenwood"}}}},
      {"nelson_aalen",
       {"nelson-aalen", "nelson-aalen", {{"cumulative_hazard", "cumulative_hazard"}, {"std_error", "se"}}}},
      {"turnbull", {"turnbull", "turnbull", {{"mass", "mass"}, {"survival", "survival_at_upper"}}}},
      {"median_ranks",
       {"ranks",
        "median-ranks",
        {{"adjusted_rank", "adjusted_rank"}, {"median_rank", "median_rank"}, {"benard", "benard"}}}},
  };
  return table;
}

std::vector<Comparison> judge_steps(const fs::path& data, const json& certified) {
  const std::string name = certified.at("model");
  const Steps& how = steps().at(name);
  Sheet sheet("nonparametric", fmt::format("{} {}", certified.at("dataset").get<std::string>(), name));
  NonparametricOptions o;
  o.method = how.method;
  o.threads = 1;
  const NonparametricReport report = nonparametric(load(data), o);
  const bool turnbull = how.method == "turnbull";
  const auto value = [&](const char* series, std::size_t i) {
    const PointSeries* s = report.find(series);
    return s != nullptr && i < s->values.size() ? s->values[i] : kAbsent;
  };
  const char* key = turnbull ? "lower" : "time";
  const std::size_t count = report.find(key) == nullptr ? 0 : report.find(key)->values.size();
  if (turnbull)
    sheet.compare("log-likelihood", "log-likelihood", report.log_likelihood, number(certified, "loglik"));
  else
    sheet.say(count == certified.at("points").size(), "points",
              fmt::format("{} of {}", count, certified.at("points").size()));
  std::vector<char> used(count, 0);
  for (const json& c : certified.at("points")) {
    if (turnbull && number(c, "mass") < 1e-6) continue;  // below that a mass has fewer digits than its survival
    const double t = number(c, turnbull ? "lower" : c.contains("t") ? "t" : "time");
    const double end = turnbull ? number(c, "upper") : kAbsent;
    std::size_t at = count;
    for (std::size_t i = 0; i < count && at == count; ++i) {
      const double upper = value("upper", i);
      const bool same = value(key, i) == t && (!turnbull || upper == end || (std::isnan(end) && !std::isfinite(upper)));
      if (same && !used[i]) at = i;
    }
    const std::string place = turnbull ? fmt::format("({}, {}]", t, end) : fmt::format("{}", t);
    if (at < count) used[at] = 1;
    for (const auto& [ours, theirs] : how.fields)
      sheet.compare(how.quantity, fmt::format("{} at {}", ours, place), at < count ? value(ours, at) : kAbsent,
                    number(c, theirs));
    if (c.contains("ci95_loglog") && c.at("ci95_loglog").is_array()) {
      sheet.compare(how.quantity + "-bound", "lower at " + place, at < count ? value("lower", at) : kAbsent,
                    number(c.at("ci95_loglog").at(0)));
      sheet.compare(how.quantity + "-bound", "upper at " + place, at < count ? value("upper", at) : kAbsent,
                    number(c.at("ci95_loglog").at(1)));
    }
  }
  return sheet.rows;
}

enum class Kind { none, fit, alt, rank_regression, steps };

Kind kind_of(const std::string& model) {
  if (steps().contains(model)) return Kind::steps;
  if (model.starts_with("alt_")) return Kind::alt;
  if (model == "rank_regression_weibull") return Kind::rank_regression;
  return distribution_of(model) ? Kind::fit : Kind::none;
}

}  // namespace

fs::path shipped_problems() {
  std::error_code ignored;
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  const fs::path installed = program.parent_path() / "share" / "relia" / "reference";
  if (fs::exists(installed / "index.json", ignored)) return installed;
  for (fs::path p = program; !p.empty(); p = p.parent_path()) {
    if (fs::exists(p / "data" / "reference" / "index.json", ignored)) return p / "data" / "reference";
    if (p == p.parent_path()) break;
  }
  throw MachineError(
      fmt::format("the certified problems are missing: neither {} nor data/reference above {} has an "
                  "index.json; name a directory with --problems",
                  installed.string(), program.string()));
}

Validation validate(const ValidationOptions& options) {
  const auto begin = std::chrono::steady_clock::now();
  Validation out;
  out.directory = options.directory.string();
  const json index = read_json(options.directory / "index.json");
  std::map<std::string, const json*> sets;
  for (const json& d : index.at("datasets")) sets[d.at("name")] = &d;

  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& f : fs::directory_iterator(options.directory / "certified", error))
    if (f.path().extension() == ".json") files.push_back(f.path());
  if (error)
    throw MachineError(fmt::format("cannot read {}: {}", (options.directory / "certified").string(), error.message()));
  std::sort(files.begin(), files.end());
  std::vector<json> problems;
  std::map<std::string, std::size_t> used;
  for (const fs::path& f : files) {
    if (f.stem().string().find(options.only) == std::string::npos) continue;
    json c = read_json(f);
    if (kind_of(c.at("model")) == Kind::none || !sets.contains(c.at("dataset"))) continue;
    ++used[c.at("dataset")];
    problems.push_back(std::move(c));
  }
  std::vector<std::vector<Comparison>> results(problems.size());
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::exception_ptr failure;
  const auto work = [&] {
    for (std::size_t i = next++; i < problems.size(); i = next++) {
      const json& c = problems[i];
      const std::string model = c.at("model");
      const fs::path data = options.directory / sets.at(c.at("dataset"))->at("file").get<std::string>();
      try {
        switch (kind_of(model)) {
          case Kind::steps: results[i] = judge_steps(data, c); break;
          case Kind::alt: results[i] = judge_alt(options, data, c); break;
          case Kind::rank_regression: results[i] = judge_rank_regression(data, c); break;
          default: results[i] = judge_fit(options, data, c); break;
        }
      } catch (const MachineError&) {
        const std::lock_guard<std::mutex> lock(mutex);
        if (!failure) failure = std::current_exception();
      } catch (const std::exception& e) {
        // An answer that is an exception is a wrong answer to this problem, not the end of the validation.
        Sheet sheet(model.starts_with("alt_") ? "alt"
                    : steps().contains(model) ? "nonparametric"
                                              : "fit",
                    fmt::format("{} {}", c.at("dataset").get<std::string>(), model));
        sheet.say(false, "answer", e.what());
        results[i] = sheet.rows;
      }
    }
  };
  const unsigned threads =
      options.threads > 0 ? static_cast<unsigned>(options.threads) : std::max(1U, std::thread::hardware_concurrency());
  std::vector<std::thread> pool;
  for (unsigned t = 1; t < threads; ++t) pool.emplace_back(work);
  work();
  for (std::thread& t : pool) t.join();
  if (failure) std::rethrow_exception(failure);

  out.problems = problems.size();
  for (auto& r : results) out.comparisons.insert(out.comparisons.end(), r.begin(), r.end());
  for (const json& d : index.at("datasets")) {
    const std::string name = d.at("name");
    if (!used.contains(name)) continue;
    out.sources.push_back({name, d.value("title", ""), d.value("source", ""), used.at(name)});
    if (!d.contains("published")) continue;
    for (const json& p : d.at("published")) {
      if (fmt::format("{}.{}", name, p.value("model", "")).find(options.only) == std::string::npos) continue;
      out.published.push_back({fmt::format("{} {}", name, p.value("model", "")), p.value("quantity", ""),
                               p.value("source", ""), "", number(p, "value"), number(p, "certified"),
                               number(p, "relative_difference"), false, p.value("source_checked", false)});
    }
  }
  if (!options.published.empty()) hold_published(options, out);
  out.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  return out;
}

}  // namespace relia::cli
