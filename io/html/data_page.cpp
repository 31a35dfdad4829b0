// The page of data without a model: what they are, and what they look like.

#include <string>
#include <utility>
#include <vector>

#include <relia/io/page.hpp>

#include "io/html/page.hpp"
#include "io/html/page_words.hpp"
#include "io/html/result_blocks.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/plot/plan_words.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

struct DataWords {
  const char *title, *simulated_title, *life, *test;  ///< title: source
  const char* answer;                                 ///< units, failed, percent
  const char *no_model, *several;
};

constexpr DataWords kEnglish{
    .title = "Data of {}",
    .simulated_title = "Simulated test",
    .life = "life",
    .test = "test",
    .answer = "{} units, of which {} failed.",
    .no_model = "No model has been fitted: the pictures show the records, and the law they were drawn from if any.",
    .several = "{} modes or levels of stress, each with a law of its own",
};

constexpr DataWords kChinese{
    .title = "{} 的数据",
    .simulated_title = "模拟试验",
    .life = "寿命",
    .test = "试验",
    .answer = "{} 个样品，其中 {} 个失效。",
    .no_model = "未拟合模型：图示为记录本身，模拟数据另示其抽样分布。",
    .several = "{} 种失效模式或应力水平，各有自己的分布",
};

}  // namespace

std::string render_html(const DataPage& data, const std::vector<Figure>& drawn, Language language) {
  const PageWords& p = page_words(language);
  const DataWords& w = language == Language::chinese ? kChinese : kEnglish;
  const LifeCounts& c = data.report.data;
  std::string life = filled(w.several, {std::to_string(data.laws)});
  if (data.laws == 1) {
    life = distribution_title(data.law, language) + words(language).colon +
           parameters_label(data.law.parameters, language);
  }
  Page page;
  page.language = language;
  page.title = data.simulated ? w.simulated_title : filled(w.title, {source_label(data.report)});
  page.subtitle = data.simulated ? life : data.report.source.name;
  page.answer.push_back(
      filled(w.answer, {std::to_string(c.n), std::to_string(c.failures + c.left_censored + c.interval_censored)}));
  PageSection section{.id = "data", .title = p.data, .blocks = {}};
  if (data.simulated)
    section.blocks.push_back(
        facts({{w.life, life}, {w.test, plan_in_language(data.plan, language)}, {p.seed, data.seed}}));
  section.blocks.push_back(data_facts(data.report, language));
  section.blocks.push_back(list(data_remarks(data.report, language)));
  page.sections.push_back(std::move(section));
  if (!drawn.empty()) {
    page.sections.push_back({.id = "pictures", .title = p.pictures, .blocks = {note(p.hint), figures(drawn)}});
  }
  page.sections.push_back({.id = "warnings", .title = p.warnings, .blocks = {list({w.no_model})}});
  MethodList methods(language);
  methods.add("positions");
  page.sections.push_back(std::move(methods).section());
  std::vector<std::pair<std::string, std::string>> from;
  if (!data.simulated) from = {{p.source, data.report.source.name}, {p.sha256, data.report.source.sha256}};
  from.insert(from.end(), {{p.command, data.report.command}, {p.version, data.report.version}});
  if (data.simulated) from.emplace_back(p.seed, data.seed);
  from.emplace_back(p.made, page_time());
  page.sections.push_back({.id = "provenance", .title = p.provenance, .blocks = {facts(from), note(p.json_hint)}});
  page.results.push_back(data.json);
  return html_of(page);
}

}  // namespace relia::io
