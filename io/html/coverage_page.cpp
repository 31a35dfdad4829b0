// The page of a coverage study.

#include "io/html/coverage_page.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "io/html/page.hpp"
#include "io/html/page_words.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/plot/plan_words.hpp"
#include "io/report_numbers.hpp"
#include "io/report_sentences.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

struct CoverageWords {
  const char *title, *plan, *life, *test, *replicates, *failures, *without, *none, *level, *two, *lower, *upper;
  const char *caption, *bounds, *coverage, *error, *below, *above, *mean_width, *median_width, *no_lower, *no_upper;
  const char *assume_truth, *assume_left_out, *assume_missing, *one_target;
};

constexpr CoverageWords kEnglish{
    .title = "True coverage of {} % bounds",
    .plan = "Plan",
    .life = "life",
    .test = "test",
    .replicates = "simulated tests",
    .failures = "failures in a test, on average",
    .without = "tests without an estimate",
    .none = "none",
    .level = "asked for",
    .two = "{} % two-sided: {} % miss on each side",
    .lower = "{} % lower: {} % miss",
    .upper = "{} % upper: {} % miss",
    .caption = "{} (truth {}): shares of the tests with an estimate",
    .bounds = "bounds",
    .coverage = "coverage",
    .error = "±",
    .below = "truth below",
    .above = "truth above",
    .mean_width = "mean width",
    .median_width = "median width",
    .no_lower = "no lower bound",
    .no_upper = "no upper bound",
    .assume_truth =
        "Lives follow the law above, and the analysis fits that same law: a wrong law costs coverage besides.",
    .assume_left_out = "Shares are of the tests whose data have an estimate.",
    .assume_missing = "A bound that does not exist in a test does not exclude the truth on its side.",
    .one_target = "± is the Monte-Carlo standard error; more --replicates make it smaller.",
};

constexpr CoverageWords kChinese{
    .title = "{} % 置信限的真实覆盖率",
    .plan = "试验方案",
    .life = "寿命",
    .test = "试验",
    .replicates = "模拟试验数",
    .failures = "每次试验的平均失效数",
    .without = "无估计值的试验",
    .none = "无",
    .level = "名义值",
    .two = "双侧 {} %：每侧未覆盖 {} %",
    .lower = "下限 {} %：未覆盖 {} %",
    .upper = "上限 {} %：未覆盖 {} %",
    .caption = "{}（真值 {}）：占有估计值的试验的比例",
    .bounds = "方法",
    .coverage = "覆盖率",
    .error = "±",
    .below = "真值低于下限",
    .above = "真值高于上限",
    .mean_width = "平均宽度",
    .median_width = "中位宽度",
    .no_lower = "无下限",
    .no_upper = "无上限",
    .assume_truth = "寿命服从上述分布，分析亦拟合同一分布；分布取错时覆盖率另有损失。",
    .assume_left_out = "比例只计有估计值的试验。",
    .assume_missing = "试验中不存在的置信限不排除该侧的真值。",
    .one_target = "± 为蒙特卡罗标准误；增大 --replicates 可使其减小。",
};

const CoverageWords& coverage_words(Language language) {
  return language == Language::chinese ? kChinese : kEnglish;
}

std::string asked_for(const CoverageStudy& study, const CoverageWords& w) {
  const double miss = 100.0 * (1.0 - study.confidence) / (study.sides == "two" ? 2.0 : 1.0);
  const char* const pattern = study.sides == "two" ? w.two : study.sides == "lower" ? w.lower : w.upper;
  return filled(pattern, {readable(100.0 * study.confidence), readable(miss)});
}

// "weibull, shape 2, scale 1000": the law and its parameters.
std::string law_in_language(const std::string& life, Language language) {
  if (language == Language::english) return life;
  std::string out;
  for (std::size_t from = 0, to = 0; from <= life.size(); from = to + 2) {
    to = std::min(life.find(", ", from), life.size());
    const std::string part = life.substr(from, to - from);
    const std::size_t space = part.find(' ');
    const std::string name = part.substr(0, space);
    if (from > 0) out += words(language).clause_comma;
    if (part.starts_with("mixture of ")) {
      out += part.substr(11) + " 个组分的混合";
    } else if (space == std::string::npos) {
      out += named_in_language(name, language);
    } else {
      out += parameter_label(name, language) + part.substr(space);
    }
  }
  return out;
}

std::vector<std::string> targets_of(const CoverageStudy& study) {
  std::vector<std::string> out;
  for (const CoverageStudy::Row& r : study.rows) {
    if (std::find(out.begin(), out.end(), r.target) == out.end()) out.push_back(r.target);
  }
  return out;
}

}  // namespace

PageBlock plan_facts(const CoverageStudy& study, Language language) {
  const CoverageWords& w = coverage_words(language);
  std::string without = study.without_estimate > 0.0 ? readable(study.without_estimate) : std::string(w.none);
  const Words& terms = words(language);
  for (const auto& [status, count] : study.why)
    without += terms.clause_comma + verdict_word(status, language) + terms.colon + readable(count);
  return facts({{w.life, law_in_language(study.life, language)},
                {w.test, plan_in_language(study.plan, language)},
                {w.replicates, readable(study.replicates)},
                {w.failures, readable(study.mean_failures)},
                {w.without, without},
                {w.level, asked_for(study, w)},
                {page_words(language).seed, study.seed}});
}

PageBlocks coverage_blocks(const CoverageStudy& study, Language language) {
  const CoverageWords& w = coverage_words(language);
  PageBlocks out;
  for (const std::string& target : targets_of(study)) {
    PageTable t;
    t.columns = {{w.bounds, false}, {w.coverage, true}, {w.error, true}};
    const bool below = study.sides != "upper", above = study.sides != "lower";
    const auto add_columns = [&t](std::vector<const char*> titles) {
      for (const char* const title : titles) t.columns.push_back({title, true});
    };
    if (below) add_columns({w.below, w.error});
    if (above) add_columns({w.above, w.error});
    add_columns({w.mean_width, w.error, w.median_width});
    if (below) add_columns({w.no_lower});
    if (above) add_columns({w.no_upper});
    for (const CoverageStudy::Row& r : study.rows) {
      if (r.target != target) continue;
      t.caption = filled(w.caption, {target, readable(r.truth)});
      std::vector<PageCell> row{{.text = bounds_in_language(r.kind, language)}};
      const auto add_numbers = [&row](std::vector<double> values) {
        for (const double v : values) row.push_back(number_cell(v));
      };
      add_numbers({r.coverage, r.coverage_error});
      if (below) add_numbers({r.below, r.below_error});
      if (above) add_numbers({r.above, r.above_error});
      add_numbers({r.mean_width, r.mean_width_error, r.median_width});
      if (below) add_numbers({r.without_lower});
      if (above) add_numbers({r.without_upper});
      t.rows.push_back(std::move(row));
    }
    out.push_back(table(std::move(t)));
  }
  out.push_back(note(w.one_target));
  return out;
}

std::vector<std::string> coverage_advice(const CoverageStudy& study, Language language) {
  std::vector<std::string> out;
  for (const std::string& sentence : study.advice) out.push_back(in_language(sentence, language));
  return out;
}

void add_methods(MethodList& methods, const CoverageStudy& study) {
  methods.add("coverage");
  methods.add("mle");
  for (const CoverageStudy::Row& r : study.rows) {
    for (const char* const kind : {"lr", "wald", "exact", "bootstrap"}) {
      if (r.kind.starts_with(kind)) methods.add(kind);
    }
  }
}

std::vector<Figure> coverage_figures(const std::vector<CoverageStudy>& studies, Language language) {
  std::vector<const CoverageStudy*> order;
  for (const CoverageStudy& s : studies) order.push_back(&s);
  std::stable_sort(order.begin(), order.end(), [](const auto* a, const auto* b) { return a->n < b->n; });
  std::vector<std::pair<std::string, CoveragePicture>> pictures;
  for (const CoverageStudy* const s : order) {
    for (const CoverageStudy::Row& r : s->rows) {
      const std::string key = s->design + ' ' + r.target;
      auto place = std::find_if(pictures.begin(), pictures.end(), [&](const auto& p) { return p.first == key; });
      if (place == pictures.end()) {
        CoveragePicture picture;
        picture.target = r.target;
        picture.plan = law_in_language(s->life, language);
        picture.confidence = s->confidence;
        picture.replicates = static_cast<int>(s->replicates);
        pictures.emplace_back(key, std::move(picture));
        place = pictures.end() - 1;
      }
      CoveragePicture& p = place->second;
      p.replicates = std::min(p.replicates, static_cast<int>(s->replicates));
      const std::string kind_name = bounds_in_language(r.kind, language);
      auto kind = std::find_if(p.kinds.begin(), p.kinds.end(), [&](const auto& k) { return k.name == kind_name; });
      if (kind == p.kinds.end()) {
        p.kinds.push_back({.name = kind_name, .n = {}, .coverage = {}, .error = {}});
        kind = p.kinds.end() - 1;
      }
      if (!std::isfinite(r.coverage)) continue;
      kind->n.push_back(s->n);
      kind->coverage.push_back(r.coverage);
      kind->error.push_back(r.coverage_error);
    }
  }
  std::vector<Figure> out;
  for (const auto& [key, picture] : pictures) {
    const bool curve = std::any_of(picture.kinds.begin(), picture.kinds.end(),
                                   [](const auto& k) { return k.n.size() > 1 && k.n.front() != k.n.back(); });
    if (curve) out.push_back(coverage_figure(picture, language));
  }
  return out;
}

std::string render_coverage_html(const EarlierResult& result,
                                 const std::vector<Figure>& drawn,
                                 const std::string& command,
                                 const std::string& version,
                                 Language language) {
  const PageWords& p = page_words(language);
  const CoverageWords& w = coverage_words(language);
  const CoverageStudy& study = result.coverage;
  Page page;
  page.language = language;
  page.title = filled(w.title, {readable(100.0 * study.confidence)});
  page.subtitle = law_in_language(study.life, language);
  page.answer = coverage_advice(study, language);
  page.sections.push_back({.id = "data", .title = w.plan, .blocks = {plan_facts(study, language)}});
  if (!drawn.empty()) {
    page.sections.push_back({.id = "pictures", .title = p.pictures, .blocks = {note(p.hint), figures(drawn)}});
  }
  page.sections.push_back({.id = "results", .title = p.results, .blocks = coverage_blocks(study, language)});
  page.sections.push_back(
      {.id = "warnings",
       .title = p.warnings,
       .blocks = {list({w.assume_truth, p.assume_independent, w.assume_left_out, w.assume_missing})}});
  MethodList methods(language);
  add_methods(methods, study);
  page.sections.push_back(std::move(methods).section());
  page.sections.push_back(
      {.id = "provenance",
       .title = p.provenance,
       .blocks = {facts({{p.command, command}, {p.version, version}, {p.seed, study.seed}, {p.made, page_time()}}),
                  note(p.json_hint)}});
  page.results.push_back(result.json);
  return html_of(page);
}

}  // namespace relia::io
