// The page of a fit.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/io/page.hpp>
#include <relia/io/report.hpp>

#include "io/html/page.hpp"
#include "io/html/page_words.hpp"
#include "io/html/result_blocks.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/plot/life_figures.hpp"
#include "io/report_numbers.hpp"
#include "io/report_reasons.hpp"
#include "io/report_sentences.hpp"
#include "io/report_shape.hpp"
#include "io/report_text.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

class FitPage {
 public:
  FitPage(const std::vector<FitPicture>& populations, Language language)
      : populations_(populations), language_(language), p_(page_words(language)) {}

  Page take() {
    const FitReport& first = *populations_.front().report;
    page_.language = language_;
    page_.title = filled(p_.fit_title, {source_label(first)});
    page_.subtitle = populations_.size() > 1
                         ? filled(p_.several, {first.group_column, std::to_string(populations_.size())})
                         : (first.group_column.empty() ? first.source.name : population_label(first));
    for (const FitPicture& picture : populations_) put_answer(*picture.report);
    put_data();
    put_pictures();
    put_results();
    put_warnings();
    put_methods();
    page_.sections.push_back(provenance_section(first, language_));
    for (const FitPicture& picture : populations_) page_.results.push_back(render_json(*picture.report, true));
    return std::move(page_);
  }

 private:
  [[nodiscard]] bool several() const { return populations_.size() > 1; }

  void put_answer(const FitReport& report) {
    const std::string prefix = several() ? population_label(report) + words(language_).colon : std::string();
    for (std::string& sentence : answer_sentences(report, language_))
      page_.answer.push_back(prefix + std::move(sentence));
    for (const RequirementResult& r : report.requirements)
      page_.badges.push_back(requirement_badge(r, prefix, language_));
  }

  void put_data() {
    PageSection section{.id = "data", .title = p_.data, .blocks = {}};
    for (const FitPicture& picture : populations_) {
      const FitReport& report = *picture.report;
      if (several()) section.blocks.push_back(heading(population_label(report)));
      section.blocks.push_back(data_facts(report, language_));
      section.blocks.push_back(list(data_remarks(report, language_)));
    }
    page_.sections.push_back(std::move(section));
  }

  void put_pictures() {
    std::vector<Figure> drawn;
    std::vector<std::string> kinds = fit_picture_kinds();
    std::erase(kinds, "cdf");      // the reliability upside down
    std::erase(kinds, "profile");  // one for every parameter instead
    for (const std::string& parameter : profiled_parameters(populations_)) kinds.push_back("profile=" + parameter);
    for (const std::string& kind : kinds) {
      try {
        Figure figure = fit_figure(kind, populations_, language_);
        if (!figure.marks.empty()) drawn.push_back(std::move(figure));
      } catch (const UsageError&) {  // these results do not have that picture
        continue;
      }
    }
    if (drawn.empty()) return;
    PageSection section{.id = "pictures", .title = p_.pictures, .blocks = {}};
    PageBlock hint = note(p_.hint);
    section.blocks.push_back(std::move(hint));
    section.blocks.push_back(figures(std::move(drawn)));
    page_.sections.push_back(std::move(section));
  }

  void put_results() {
    PageSection section{.id = "results", .title = p_.results, .blocks = {}};
    for (const FitPicture& picture : populations_) {
      const FitReport& report = *picture.report;
      if (several()) section.blocks.push_back(heading(population_label(report)));
      append(section.blocks, requirement_blocks(report, language_));
      append(section.blocks, candidate_blocks(report, language_));
      for (const ModelResult& model : report.models) {
        if (!is_answer(report, model)) continue;
        section.blocks.push_back(heading(distribution_title(model, language_)));
        section.blocks.push_back(note(estimation_in_words(report, model, language_)));
        append(section.blocks, model_blocks(report, model, language_));
        append(section.blocks, metric_blocks(report, model.metrics, language_));
        const std::vector<std::string> sentences = shape_in_words(report, model, language_);
        if (!sentences.empty()) {
          section.blocks.push_back(heading(p_.shape));
          section.blocks.push_back(list(sentences));
        }
      }
    }
    page_.sections.push_back(std::move(section));
  }

  void put_warnings() {
    PageSection section{.id = "warnings", .title = p_.warnings, .blocks = {}};
    const bool modes = std::any_of(populations_.begin(), populations_.end(), [](const FitPicture& f) {
      return std::any_of(f.report->models.begin(), f.report->models.end(),
                         [](const ModelResult& m) { return m.modifier == "mode"; });
    });
    std::vector<std::string> assumed{p_.assume_one, p_.assume_independent, p_.assume_censoring, p_.assume_model};
    if (modes) assumed.emplace_back(p_.assume_modes);
    assumed.emplace_back(p_.assume_untested);
    section.blocks.push_back(heading(p_.assumptions));
    section.blocks.push_back(list(std::move(assumed)));
    bool titled = false;
    for (const FitPicture& picture : populations_) {
      const std::vector<std::string> items = beware(*picture.report, language_);
      if (items.empty()) continue;
      if (!std::exchange(titled, true)) section.blocks.push_back(heading(p_.cautions));
      if (several()) section.blocks.push_back(paragraph(population_label(*picture.report)));
      section.blocks.push_back(list(items));
    }
    page_.sections.push_back(std::move(section));
  }

  void put_methods() {
    MethodList methods(language_);
    for (const FitPicture& picture : populations_) methods.add(*picture.report);
    for (const FitPicture& picture : populations_) {
      switch (picture.data.method) {
        case PlottedData::Method::ranks: methods.add("positions"), methods.add("kaplan-meier"); break;
        case PlottedData::Method::kaplan_meier: methods.add("kaplan-meier"); break;
        case PlottedData::Method::turnbull: methods.add("turnbull"); break;
        case PlottedData::Method::none: break;
      }
    }
    page_.sections.push_back(std::move(methods).section());
  }

  const std::vector<FitPicture>& populations_;
  Language language_;
  const PageWords& p_;
  Page page_;
};

}  // namespace

std::string render_html(const std::vector<FitPicture>& populations, Language language) {
  return html_of(FitPage(populations, language).take());
}

}  // namespace relia::io
