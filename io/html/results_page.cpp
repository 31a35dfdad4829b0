// One page from results made earlier.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/page.hpp>

#include "io/html/coverage_page.hpp"
#include "io/html/page.hpp"
#include "io/html/page_words.hpp"
#include "io/html/result_blocks.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/report_numbers.hpp"
#include "io/report_reasons.hpp"
#include "io/report_sentences.hpp"
#include "io/report_shape.hpp"
#include "io/report_text.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

std::string base_name(const std::string& file) {
  const std::size_t slash = file.rfind('/');
  return slash == std::string::npos ? file : file.substr(slash + 1);
}

// The lines that a result holds: its own quantiles, ascending.
ModelCurves curves_of(const ModelResult& model) {
  ModelCurves out;
  out.fine = model.metrics.quantiles;
  std::sort(out.fine.begin(), out.fine.end(), [](const auto& a, const auto& b) { return a.p < b.p; });
  const bool bounds = std::any_of(out.fine.begin(), out.fine.end(), [](const QuantileResult& q) {
    return std::isfinite(q.value.lower) || std::isfinite(q.value.upper);
  });
  if (bounds) out.bounded = out.fine;
  return out;
}

// A step function has no gap where its page shows a fit: labels are the files.
FitReport labelled(FitReport report, const std::string& file, bool many, Language language) {
  if (many && report.group_column.empty())
    report.group_column = language == Language::chinese ? "文件" : "file", report.group = base_name(file);
  return report;
}

}  // namespace

std::string render_html(const std::vector<EarlierResult>& results,
                        const std::vector<PlottedData>& data,
                        const std::string& command,
                        const std::string& version,
                        Language language) {
  const PageWords& p = page_words(language);
  const Words& w = words(language);
  const bool many = results.size() > 1;
  Page page;
  page.language = language;
  page.title = p.results_title;
  for (const EarlierResult& r : results)
    page.subtitle += (page.subtitle.empty() ? "" : w.list_comma) + base_name(r.file);

  std::vector<FitReport> fits;
  std::vector<NonparametricReport> steps;
  std::vector<CoverageStudy> studies;
  fits.reserve(results.size());
  std::vector<FitPicture> populations;
  PageSection pictures{.id = "pictures", .title = p.pictures, .blocks = {note(p.hint)}};
  std::vector<PageSection> sections;
  PageSection sources{.id = "provenance", .title = p.provenance, .blocks = {}};
  PageTable table_of_sources;
  table_of_sources.columns = {{p.result_file, false}, {p.source, false}, {p.sha256, false}};
  MethodList methods(language);
  bool without_data = false;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const EarlierResult& r = results[i];
    if (r.schema == "relia.coverage/1") {
      const std::string name = base_name(r.file);
      PageSection section{
          .id = fmt::format("result-page-{}", i + 1), .title = name, .blocks = {plan_facts(r.coverage, language)}};
      for (std::string& sentence : coverage_advice(r.coverage, language)) {
        page.answer.push_back((many ? name + w.colon : std::string()) + std::move(sentence));
      }
      append(section.blocks, coverage_blocks(r.coverage, language));
      add_methods(methods, r.coverage);
      studies.push_back(r.coverage);
      table_of_sources.rows.push_back({{.text = r.file}, {.text = "–"}, {.text = "–"}});
      page.results.push_back(r.json);
      sections.push_back(std::move(section));
      continue;
    }
    const bool nonparametric = r.schema == "relia.nonparametric/1";
    FitReport& report = fits.emplace_back(nonparametric ? FitReport{} : labelled(r.fit, r.file, many, language));
    if (nonparametric) {
      report.source = r.nonparametric.source, report.data = r.nonparametric.data;
      report.warnings = r.nonparametric.warnings;
    }
    const std::string name =
        base_name(r.file) + (r.fit.group.empty() ? "" : ", " + r.fit.group_column + " = " + r.fit.group);
    PageSection section{
        .id = fmt::format("result-page-{}", i + 1), .title = name, .blocks = {data_facts(report, language)}};
    const std::string prefix = many ? name + w.colon : std::string();
    if (nonparametric) {
      if (carries_estimates(r.nonparametric.convergence.status)) steps.push_back(r.nonparametric);
      page.answer.push_back(prefix +
                            filled(p.answer_nonparametric, {named_in_language(r.nonparametric.method, language)}));
      PageTable lives;
      lives.caption = p.lives;
      lives.columns = {{w.life, false}, {w.estimate, true}, {w.lower, true}, {w.upper, true}};
      for (const NonparametricQuantile& q : r.nonparametric.quantiles) {
        const Quantity& v = q.quantile.value;
        lives.rows.push_back(
            {{.text = q.quantile.name}, number_cell(v.estimate), number_cell(v.lower), number_cell(v.upper)});
      }
      section.blocks.push_back(table(std::move(lives)));
    } else {
      for (std::string& sentence : answer_sentences(report, language))
        page.answer.push_back(prefix + std::move(sentence));
      for (const RequirementResult& q : report.requirements)
        page.badges.push_back(requirement_badge(q, prefix, language));
      append(section.blocks, requirement_blocks(report, language));
      append(section.blocks, candidate_blocks(report, language));
      for (const ModelResult& model : report.models) {
        if (!is_answer(report, model)) continue;
        section.blocks.push_back(heading(distribution_title(model, language)));
        section.blocks.push_back(note(estimation_in_words(report, model, language)));
        append(section.blocks, model_blocks(report, model, language));
        append(section.blocks, metric_blocks(report, model.metrics, language));
      }
      methods.add(report);
      FitPicture picture;
      picture.report = &report;
      if (r.schema == "relia.fit/1") picture.data = data[i];
      picture.grid = curve_grid(picture.data, 2);
      for (const ModelResult& model : report.models) {
        picture.curves.push_back(carries_estimates(model.convergence.status) ? curves_of(model) : ModelCurves{});
      }
      without_data = without_data || picture.data.method == PlottedData::Method::none;
      populations.push_back(std::move(picture));
    }
    if (!report.warnings.empty()) {
      std::vector<std::string> said;
      for (const std::string& warning : report.warnings) said.push_back(in_language(warning, language));
      section.blocks.push_back(heading(p.cautions));
      section.blocks.push_back(list(std::move(said)));
    }
    table_of_sources.rows.push_back({{.text = r.file}, {.text = report.source.name}, {.text = report.source.sha256}});
    page.results.push_back(r.json);
    sections.push_back(std::move(section));
  }

  std::vector<Figure> drawn;
  const auto draw_if_any = [&](const auto& make) {
    try {
      Figure figure = make();
      if (!figure.marks.empty()) drawn.push_back(std::move(figure));
    } catch (const UsageError&) {  // these results do not have that picture
    }
  };
  if (!populations.empty()) {
    draw_if_any([&] { return fit_figure("probability", populations, language); });
  }
  for (const NonparametricReport& s : steps) draw_if_any([&] { return nonparametric_figure({s}, language); });
  for (Figure& figure : coverage_figures(studies, language)) drawn.push_back(std::move(figure));
  if (!drawn.empty()) {
    if (!populations.empty())
      pictures.blocks.push_back(note(without_data ? p.drawn_without_data : p.drawn_from_results));
    pictures.blocks.push_back(figures(std::move(drawn)));
    page.sections.push_back(std::move(pictures));
  }
  for (PageSection& s : sections) page.sections.push_back(std::move(s));
  page.sections.push_back(std::move(methods).section());
  sources.blocks.push_back(table(std::move(table_of_sources)));
  sources.blocks.push_back(facts({{p.command, command}, {p.version, version}, {p.made, page_time()}}));
  sources.blocks.push_back(note(p.json_hint));
  page.sections.push_back(std::move(sources));
  return html_of(page);
}

}  // namespace relia::io
