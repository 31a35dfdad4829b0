#include "cli/coverage_report.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "io/report_sentences.hpp"
#include "io/report_table.hpp"

namespace relia::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kWidth = 100;

struct Words {
  const char *title, *life, *tests, *failures, *no_estimate, *conditional;
  const char *bounds, *coverage, *below, *above, *width, *median, *missing, *advice, *error, *nominal;
};
constexpr Words kEnglish{"True coverage of {} {} % bounds",
                         "Life",
                         "Test: {}; {} of them simulated, seed {}",
                         "{:.1f} failures in a test on average",
                         "{} tests ({:.2f} %) have no estimate ({}); the shares below are of the others",
                         "Every test has an estimate",
                         "bounds",
                         "coverage",
                         "truth below",
                         "truth above",
                         "mean width",
                         "median",
                         "without a bound",
                         "Which to use",
                         "±: Monte-Carlo standard error",
                         "asked for"};
constexpr Words kChinese{"{} {} % 置信限的真实覆盖率",
                         "寿命",
                         "试验：{}；模拟 {} 次，种子 {}",
                         "每次试验平均 {:.1f} 个失效",
                         "{} 次试验（{:.2f} %）没有估计值（{}）；以下比例只计其余各次",
                         "每次试验都有估计值",
                         "方法",
                         "覆盖率",
                         "真值低于下限",
                         "真值高于上限",
                         "平均宽度",
                         "中位宽度",
                         "无置信限",
                         "建议",
                         "±：蒙特卡罗标准误",
                         "名义值"};

std::string number(double v) {
  return std::isfinite(v) ? fmt::format("{:.6g}", v) : std::string("-");
}

std::string percent(const Share& s) {
  if (std::isnan(s.value)) return "-";
  return fmt::format("{:6.2f} ± {:.2f} %", 100.0 * s.value, 100.0 * s.error);
}

std::string life_of(const LifeModel& m) {
  std::string out = m.distribution;
  if (m.mixture > 1) out += fmt::format(", mixture of {}", m.mixture);
  if (m.limited_failure) out += ", limited failure population";
  for (const auto& [name, value] : m.parameters) out += fmt::format(", {} {}", name, value);
  return out;
}

std::string padded(const std::string& text, std::size_t width) {
  const std::size_t used = io::display_width(text);
  return text + std::string(used < width ? width - used : 0, ' ');
}

}  // namespace

std::string coverage_text(const CoverageReport& r, bool chinese) {
  const Words& w = chinese ? kChinese : kEnglish;
  const CoverageOptions& o = r.options;
  const std::string sides = o.sides == "two"     ? (chinese ? "双侧" : "two-sided")
                            : o.sides == "lower" ? (chinese ? "单侧下" : "one-sided lower")
                                                 : (chinese ? "单侧上" : "one-sided upper");
  std::string out = fmt::format(fmt::runtime(w.title), sides, number(100.0 * o.confidence)) + '\n';
  out += fmt::format("  {}: {}\n", w.life, life_of(o.truth));
  for (const auto& [name, value] : o.fixed) out += fmt::format("  --fix {}={}\n", name, value);
  out += "  " + fmt::format(fmt::runtime(w.tests), r.plan, r.tests, o.seed) + '\n';
  out += "  " + fmt::format(fmt::runtime(w.failures), r.mean_failures) + '\n';
  std::string why;
  for (const auto& [status, count] : r.why) why += fmt::format("{}{}: {}", why.empty() ? "" : ", ", status, count);
  out += "  " +
         (r.without_estimate == 0 ? std::string(w.conditional)
                                  : fmt::format(fmt::runtime(w.no_estimate), r.without_estimate,
                                                100.0 * r.without_estimate / r.tests, why)) +
         '\n';
  std::vector<std::vector<std::string>> table;
  std::string target;
  const auto flush = [&] {
    if (table.empty()) return;
    std::vector<std::size_t> widths(table.front().size());
    for (const auto& row : table) {
      for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], io::display_width(row[i]));
    }
    for (const auto& row : table) {
      std::string line = " ";
      for (std::size_t i = 0; i < row.size(); ++i) line += ' ' + padded(row[i], widths[i] + 1);
      out += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    }
    table.clear();
  };
  for (const CoverageRow& row : r.rows) {
    if (row.target != target) {
      flush();
      target = row.target;
      out += fmt::format("\n{} = {}\n", row.target, number(row.truth));
      table.push_back({w.bounds, w.coverage, w.below, w.above, w.width, w.median, w.missing});
      const double miss = o.sides == "two" ? 0.5 - 0.5 * o.confidence : 1.0 - o.confidence;
      const auto nominal = [&](bool asked) { return asked ? fmt::format("{:6.2f} %", 100.0 * miss) : std::string(); };
      table.push_back({fmt::format("({})", w.nominal), fmt::format("{:6.2f} %", 100.0 * o.confidence),
                       nominal(o.sides != "upper"), nominal(o.sides != "lower"), "", "", ""});
    }
    table.push_back(
        {row.kind, percent(row.coverage), o.sides == "upper" ? "" : percent(row.missed_below),
         o.sides == "lower" ? "" : percent(row.missed_above),
         std::isnan(row.mean_width) ? "-" : fmt::format("{} ± {:.2g}", number(row.mean_width), row.mean_width_error),
         number(row.median_width), fmt::format("{}", row.without_lower + row.without_upper)});
  }
  flush();
  out += fmt::format("  {}\n\n{}\n", w.error, w.advice);
  const io::Language language = chinese ? io::Language::chinese : io::Language::english;
  for (const std::string& sentence : r.advice) {
    out += "  " + io::wrap(io::in_language(sentence, language), 2, 2, kWidth) + '\n';
  }
  return out;
}

std::string coverage_json(const CoverageReport& r) {
  const CoverageOptions& o = r.options;
  const auto share = [](const Share& s) { return Json{{"estimate", s.value}, {"std_error", s.error}}; };
  const auto parameters = [](const LifeModel& m) {
    Json out = Json::object();
    for (const auto& [name, value] : m.parameters) out[name] = value;
    return out;
  };
  Json truth = {{"distribution", o.truth.distribution}};
  if (o.truth.limited_failure) truth["modifier"] = "limited-failure";
  if (o.truth.mixture > 1) truth["components"] = o.truth.mixture;
  truth["parameters"] = parameters(o.truth);
  Json plan = {{"n", o.plan.n}, {"censor_at", o.plan.censor_at}};
  plan["failures"] = o.plan.failures > 0 ? Json(o.plan.failures) : Json(nullptr);
  plan["stagger"] = o.plan.stagger;
  if (!o.plan.leaves.distribution.empty()) {
    plan["censor"] = {{"distribution", o.plan.leaves.distribution}, {"parameters", parameters(o.plan.leaves)}};
  }
  if (!o.plan.inspections.empty()) plan["inspections"] = o.plan.inspections;
  plan["in_words"] = r.plan;
  Json out = {{"schema", "relia.coverage/1"},
              {"truth", truth},
              {"plan", plan},
              {"confidence", o.confidence},
              {"sides", o.sides},
              {"seed", o.seed},
              {"replicates", r.tests},
              {"resamples", o.resamples},
              {"mean_failures", r.mean_failures},
              {"without_estimate", r.without_estimate}};
  Json why = Json::object();
  for (const auto& [status, count] : r.why) why[status] = count;
  out["without_estimate_by_status"] = why;
  if (!o.fixed.empty()) {
    Json fixed = Json::object();
    for (const auto& [name, value] : o.fixed) fixed[name] = value;
    out["fixed"] = fixed;
  }
  out["results"] = Json::array();
  for (const CoverageRow& row : r.rows) {
    out["results"].push_back({{"target", row.target},
                              {"truth", row.truth},
                              {"bounds", row.kind},
                              {"coverage", share(row.coverage)},
                              {"missed_below", share(row.missed_below)},
                              {"missed_above", share(row.missed_above)},
                              {"mean_width", {{"estimate", row.mean_width}, {"std_error", row.mean_width_error}}},
                              {"median_width", row.median_width},
                              {"without_lower", row.without_lower},
                              {"without_upper", row.without_upper}});
  }
  out["advice"] = r.advice;
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string coverage_csv(const CoverageReport& r) {
  std::string out =
      "target,truth,bounds,coverage,coverage_error,missed_below,missed_below_error,missed_above,missed_above_error,"
      "mean_width,mean_width_error,median_width,without_lower,without_upper,tests,without_estimate\n";
  const auto cell = [](double v) { return std::isfinite(v) ? fmt::format("{}", v) : std::string(); };
  for (const CoverageRow& row : r.rows) {
    out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", row.target, cell(row.truth), row.kind,
                       cell(row.coverage.value), cell(row.coverage.error), cell(row.missed_below.value),
                       cell(row.missed_below.error), cell(row.missed_above.value), cell(row.missed_above.error),
                       cell(row.mean_width), cell(row.mean_width_error), cell(row.median_width), row.without_lower,
                       row.without_upper, r.tests, r.without_estimate);
  }
  return out;
}

}  // namespace relia::cli
