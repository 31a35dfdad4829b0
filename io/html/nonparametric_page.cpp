// The page of a nonparametric estimate.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/nonparametric_report.hpp>
#include <relia/io/page.hpp>

#include "io/html/page.hpp"
#include "io/html/page_words.hpp"
#include "io/html/result_blocks.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/report_numbers.hpp"
#include "io/report_sentences.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

constexpr std::size_t kMostRows = 400;

// What pages say about data and provenance is written for fits.
FitReport as_fit(const NonparametricReport& r) {
  FitReport out;
  out.source = r.source;
  out.data = r.data;
  out.first_failure = r.first_failure, out.last_failure = r.last_failure, out.last_time = r.last_time;
  out.confidence = r.confidence;
  out.bounds = r.bounds;
  out.sides = r.sides;
  out.group_column = r.group_column, out.group = r.group;
  out.warnings = r.warnings;
  out.command = r.command, out.version = r.version;
  return out;
}

// The JSON's names of the columns, and what Chinese readers call them.
std::string column_title(const std::string& name, Language language) {
  if (language == Language::english) return name;
  constexpr std::pair<const char*, const char*> kTitles[] = {
      {"time", "年龄"},           {"at_risk", "在险数"},
      {"failures", "失效数"},     {"survival", "可靠度"},
      {"std_error", "标准误"},    {"lower", "下限"},
      {"upper", "上限"},          {"cumulative_hazard", "累积失效率"},
      {"mass", "概率质量"},       {"adjusted_rank", "调整秩"},
      {"median_rank", "中位秩"},  {"benard", "Benard 近似"},
      {"censored", "截尾数"},     {"failure_probability", "累积失效概率"},
      {"unique", "唯一"},         {"exact", "精确"},
      {"entered", "进入数"},      {"hazard", "失效率"},
      {"density", "失效概率密度"}};
  for (const auto& [key, title] : kTitles) {
    if (name == key) return title;
  }
  return name;
}

PageBlock points_table(const NonparametricReport& report, Language language) {
  PageTable t;
  std::size_t n = 0;
  for (const PointSeries& s : report.points) {
    t.columns.push_back({column_title(s.name, language), true});
    n = std::max(n, s.values.size());
  }
  const std::size_t stride = 1 + (n > 0 ? (n - 1) / kMostRows : 0);
  for (std::size_t i = 0; i < n; i += stride) {
    std::vector<PageCell> row;
    for (const PointSeries& s : report.points) {
      if (s.kind == PointSeries::Kind::truth) {
        row.push_back({.text = s.values[i] != 0.0 ? "✓" : "–"});
      } else {
        row.push_back(number_cell(s.values[i]));
      }
    }
    t.rows.push_back(std::move(row));
  }
  if (stride > 1) {
    t.caption = filled(page_words(language).points_shown, {std::to_string(t.rows.size()), std::to_string(n)});
  }
  return table(std::move(t));
}

// A million points are a hundred megabytes of JSON, which no page should carry.
constexpr std::size_t kMostEmbedded = 5000;

std::string embedded(const NonparametricReport& report) {
  std::size_t n = 0;
  for (const PointSeries& s : report.points) n = std::max(n, s.values.size());
  if (n <= kMostEmbedded) return render_json(report, true);
  NonparametricReport few = report;
  const std::size_t stride = 1 + (n - 1) / kMostEmbedded;
  for (PointSeries& s : few.points) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < s.values.size(); i += stride) s.values[kept++] = s.values[i];
    s.values.resize(kept);
  }
  return render_json(few, true);
}

}  // namespace

std::string render_html(const std::vector<NonparametricReport>& populations, Language language) {
  const PageWords& p = page_words(language);
  const Words& w = words(language);
  std::vector<FitReport> shared;
  for (const NonparametricReport& r : populations) shared.push_back(as_fit(r));
  Page page;
  page.language = language;
  page.title = filled(p.nonparametric_title, {source_label(shared.front())});
  page.subtitle = populations.size() > 1
                      ? filled(p.several, {shared.front().group_column, std::to_string(populations.size())})
                      : shared.front().source.name;
  PageSection data{.id = "data", .title = p.data, .blocks = {}},
      results{.id = "results", .title = p.results, .blocks = {}},
      cautions{.id = "warnings", .title = p.warnings, .blocks = {}};
  cautions.blocks.push_back(list({p.assume_one, p.assume_independent, p.assume_censoring}));
  MethodList methods(language);
  for (std::size_t i = 0; i < populations.size(); ++i) {
    const NonparametricReport& r = populations[i];
    const std::string prefix = populations.size() > 1 ? population_label(shared[i]) + w.colon : std::string();
    if (!prefix.empty()) data.blocks.push_back(heading(population_label(shared[i])));
    data.blocks.push_back(data_facts(shared[i], language));
    data.blocks.push_back(list(data_remarks(shared[i], language)));
    if (!carries_estimates(r.convergence.status)) {
      page.answer.push_back(prefix + filled(p.answer_none, {in_language(r.convergence.reason, language)}));
      page.results.push_back(embedded(r));
      continue;
    }
    page.answer.push_back(prefix + filled(p.answer_nonparametric, {named_in_language(r.method, language)}));
    PageTable lives;
    lives.caption = p.lives;
    lives.columns = {{w.life, false}, {w.estimate, true}, {w.lower, true}, {w.upper, true}};
    for (const NonparametricQuantile& q : r.quantiles) {
      const Quantity& v = q.quantile.value;
      const auto cell = [&](double value, const std::string& reason) {
        return std::isnan(value) && !reason.empty() ? PageCell{.text = in_language(reason, language)}
                                                    : number_cell(value);
      };
      lives.rows.push_back({{.text = q.quantile.name},
                            cell(v.estimate, v.reason),
                            cell(v.lower, v.lower_reason),
                            cell(v.upper, v.upper_reason)});
      if (q.quantile.p == 0.5 && std::isfinite(v.estimate)) {
        const std::string unit = r.source.time_unit.empty() ? "" : ' ' + r.source.time_unit;
        page.answer.push_back(prefix + filled(p.answer_life_plain, {"50", readable(v.estimate), unit}) + w.full_stop);
      }
    }
    if (!prefix.empty()) results.blocks.push_back(heading(population_label(shared[i])));
    results.blocks.push_back(table(std::move(lives)));
    results.blocks.push_back(points_table(r, language));
    for (const std::string& warning : all_warnings(r))
      cautions.blocks.push_back(list({in_language(warning, language)}));
    if (r.method == "ranks") methods.add("positions");
    if (r.method == "turnbull") methods.add("turnbull");
    if (r.method == "kaplan-meier") methods.add("kaplan-meier");
    if (r.method == "nelson-aalen") methods.add("nelson-aalen");
    page.results.push_back(embedded(r));
  }
  page.sections.push_back(std::move(data));
  try {
    PageSection drawn{.id = "pictures", .title = p.pictures, .blocks = {note(p.hint)}};
    drawn.blocks.push_back(figures({nonparametric_figure(populations, language)}));
    page.sections.push_back(std::move(drawn));
  } catch (const UsageError&) {  // nothing to draw
  }
  page.sections.push_back(std::move(results));
  page.sections.push_back(std::move(cautions));
  page.sections.push_back(std::move(methods).section());
  page.sections.push_back(provenance_section(shared.front(), language));
  return html_of(page);
}

}  // namespace relia::io
