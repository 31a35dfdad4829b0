// The page of an accelerated life test.

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/io/alt_report.hpp>
#include <relia/io/page.hpp>

#include "io/alt_report_words.hpp"
#include "io/html/page.hpp"
#include "io/html/page_words.hpp"
#include "io/html/result_blocks.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/report_numbers.hpp"
#include "io/report_reasons.hpp"
#include "io/report_sentences.hpp"
#include "io/report_text.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

std::string settings(const std::vector<StressSetting>& list) {
  std::string out;
  for (const StressSetting& s : list) {
    out += (out.empty() ? "" : ", ") + s.column + " = " + (s.level.empty() ? readable(s.value) : s.level);
  }
  return out;
}

PageBlock stress_table(const AltReport& report, Language language) {
  const AltWords& a = alt_words(language);
  PageTable t;
  t.caption = a.stresses;
  t.columns = {{a.stress, false}, {a.relation, false}, {a.unit, false}, {a.tested, false}};
  for (const StressTermInfo& s : report.stresses) {
    const std::string range = std::isfinite(s.lowest) ? filled(a.range, {readable(s.lowest), readable(s.highest)})
                                                      : fmt::format("{}", fmt::join(s.levels, ", "));
    t.rows.push_back({{.text = s.column},
                      {.text = named_in_language(s.relation, language)},
                      {.text = named_in_language(s.unit, language)},
                      {.text = range}});
  }
  return table(std::move(t));
}

PageBlock acceleration_table(const AltModel& model, Language language) {
  const AltWords& a = alt_words(language);
  PageTable t;
  t.caption = a.acceleration;
  t.columns = {{a.level, false}, {a.factor, true}, {a.lower, true}, {a.upper, true}};
  for (const Acceleration& x : model.acceleration) {
    const std::string level = settings(x.stress) + (x.to.empty() ? "" : " → " + settings(x.to));
    t.rows.push_back(
        {{.text = level}, number_cell(x.factor.estimate), number_cell(x.factor.lower), number_cell(x.factor.upper)});
  }
  return table(std::move(t));
}

PageBlock test_table(const AltModel& model, Language language) {
  const AltWords& a = alt_words(language);
  PageTable t;
  t.caption = a.tests;
  t.columns = {{a.test, false}, {a.statistic, true}, {a.freedom, true}, {a.p_value, true}};
  for (const LikelihoodRatioTest& x : model.tests) {
    const std::string name = x.name == "common_shape"  ? a.common_shape
                             : x.name == "lack_of_fit" ? a.lack_of_fit
                                                       : x.name.c_str();
    if (std::isnan(x.p_value)) {
      t.rows.push_back({{.text = name}, {.text = in_language(x.reason, language)}, {}, {}});
    } else {
      t.rows.push_back(
          {{.text = name}, number_cell(x.statistic), number_cell(x.degrees_of_freedom), number_cell(x.p_value, 4)});
    }
  }
  return table(std::move(t));
}

// Sections of one report. @param suffix  of their names when the page has several
void add_sections(Page& page,
                  const AltReport& report,
                  const std::vector<Figure>& drawn,
                  const std::string& suffix,
                  const std::string& title,
                  Language language) {
  const PageWords& p = page_words(language);
  const FitReport& fit = report.fit;
  for (std::string& sentence : answer_sentences(fit, language)) page.answer.push_back(title + std::move(sentence));
  if (report.has_use && !report.use.empty())
    page.answer.push_back(title + filled(alt_words(language).life_at_use, {settings(report.use)}));
  for (const RequirementResult& r : fit.requirements) page.badges.push_back(requirement_badge(r, title, language));
  page.sections.push_back(
      {.id = "data" + suffix,
       .title = title + p.data,
       .blocks = {data_facts(fit, language), stress_table(report, language), list(data_remarks(fit, language))}});
  if (!drawn.empty()) {
    page.sections.push_back(
        {.id = "pictures" + suffix, .title = title + p.pictures, .blocks = {note(p.hint), figures(drawn)}});
  }
  PageSection results{
      .id = "results" + suffix, .title = title + p.results, .blocks = requirement_blocks(fit, language)};
  append(results.blocks, candidate_blocks(fit, language));
  for (std::size_t i = 0; i < fit.models.size(); ++i) {
    const ModelResult& model = fit.models[i];
    if (!is_answer(fit, model)) continue;
    results.blocks.push_back(heading(distribution_title(model, language)));
    results.blocks.push_back(note(estimation_in_words(fit, model, language)));
    append(results.blocks, model_blocks(fit, model, language));
    if (report.has_use) append(results.blocks, metric_blocks(fit, model.metrics, language));
    if (i < report.models.size()) {
      results.blocks.push_back(acceleration_table(report.models[i], language));
      results.blocks.push_back(test_table(report.models[i], language));
    }
  }
  page.sections.push_back(std::move(results));
  PageSection cautions{.id = "warnings" + suffix, .title = title + p.warnings, .blocks = {}};
  cautions.blocks.push_back(heading(p.assumptions));
  cautions.blocks.push_back(list(
      {p.assume_one, p.assume_independent, p.assume_censoring, p.assume_relation, p.assume_model, p.assume_untested}));
  if (const std::vector<std::string> items = beware(fit, language, false); !items.empty()) {
    cautions.blocks.push_back(heading(p.cautions));
    cautions.blocks.push_back(list(items));
  }
  page.sections.push_back(std::move(cautions));
  page.results.push_back(render_json(report, true));
}

}  // namespace

std::string render_html(const std::vector<AltReport>& reports,
                        const std::vector<std::vector<Figure>>& drawn,
                        Language language) {
  const PageWords& p = page_words(language);
  const FitReport& first = reports.front().fit;
  const bool many = reports.size() > 1;
  Page page;
  page.language = language;
  page.title = filled(p.alt_title, {source_label(first)});
  page.subtitle = many                         ? filled(p.several, {first.group_column, std::to_string(reports.size())})
                  : first.group_column.empty() ? first.source.name
                                               : population_label(first);
  MethodList methods(language);
  methods.add("alt");
  for (std::size_t i = 0; i < reports.size(); ++i) {
    const FitReport& fit = reports[i].fit;
    add_sections(page, reports[i], i < drawn.size() ? drawn[i] : std::vector<Figure>{},
                 many ? fmt::format("-{}", i + 1) : std::string(),
                 many ? population_label(fit) + words(language).colon : std::string(), language);
    methods.add(fit);
  }
  page.sections.push_back(std::move(methods).section());
  page.sections.push_back(provenance_section(first, language));
  return html_of(page);
}

}  // namespace relia::io
