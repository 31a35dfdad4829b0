#include "io/html/result_blocks.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "io/html/page_words.hpp"
#include "io/plot/figure_parts.hpp"
#include "io/report_numbers.hpp"
#include "io/report_reasons.hpp"
#include "io/report_sentences.hpp"
#include "io/report_text.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

std::string percent(double p) {
  return readable(100.0 * p);
}

std::string with_blank(const std::string& unit) {
  return unit.empty() ? unit : ' ' + unit;
}

std::string in_unit(const char* name, const std::string& unit) {
  return unit.empty() ? std::string(name) : fmt::format("{} ({})", name, unit);
}

// A number, or why there is none.
PageCell cell(double value, const std::string& reason, Language language) {
  if (std::isnan(value) && !reason.empty()) return {.text = in_language(reason, language)};
  return number_cell(value);
}

void add_quantity(std::vector<PageCell>& row, const Quantity& q, Language language, bool with_error = true) {
  row.push_back(cell(q.estimate, q.reason, language));
  if (with_error) row.push_back(number_cell(q.std_error));
  row.push_back(cell(q.lower, q.lower_reason, language));
  row.push_back(cell(q.upper, q.upper_reason, language));
}

std::vector<PageTable::Column> quantity_columns(std::vector<PageTable::Column> first, const Words& w) {
  for (const char* const name : {w.estimate, w.std_error, w.lower, w.upper}) first.push_back({name, true});
  return first;
}

PageTable parameter_table(const std::string& distribution,
                          const std::vector<NamedQuantity>& parameters,
                          const std::vector<NamedQuantity>& derived,
                          Language language) {
  const Words& w = words(language);
  PageTable out;
  out.caption = page_words(language).parameters;
  out.columns = quantity_columns({{w.parameter, false}}, w);
  out.columns.push_back({w.meaning, false});
  for (const auto* list : {&parameters, &derived}) {
    for (const NamedQuantity& p : *list) {
      std::vector<PageCell> row{{.text = p.name}};
      add_quantity(row, p.value, language);
      std::string meaning = parameter_meaning(distribution, p.name, language);
      if (p.fixed) meaning += (meaning.empty() ? "" : w.clause_comma) + std::string(w.held);
      row.push_back({.text = meaning});
      out.rows.push_back(std::move(row));
    }
  }
  return out;
}

}  // namespace

void append(PageBlocks& to, PageBlocks from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

std::vector<std::string> answer_sentences(const FitReport& report, Language language) {
  const PageWords& p = page_words(language);
  std::vector<std::string> out;
  if (report.models.empty()) return out;
  const ModelResult& model = report.models.front();
  if (!carries_estimates(model.convergence.status)) {
    out.push_back(filled(p.answer_none, {in_language(model.convergence.reason, language)}));
    return out;
  }
  const bool chosen = report.selection == "best" || report.selection == "all" || report.models.size() > 1;
  out.push_back(chosen ? filled(p.answer_best, {std::to_string(report.models.size()), model_label(model, language)})
                       : filled(p.answer_one, {model_label(model, language)}));
  const std::string unit = with_blank(report.source.time_unit);
  const auto bound = [&](double v) { return std::isnan(v) ? std::string(p.bound_none) : readable(v); };
  const auto bounded = [](const Quantity& q) { return !std::isnan(q.lower) || !std::isnan(q.upper); };
  const auto& quantiles = model.metrics.quantiles;
  auto life = std::find_if(quantiles.begin(), quantiles.end(), [](const auto& q) { return q.p == 0.1; });
  if (life == quantiles.end()) life = quantiles.begin();
  std::string second;
  if (life != quantiles.end() && !std::isnan(life->value.estimate)) {
    const Quantity& q = life->value;
    second = bounded(q) ? filled(p.answer_life, {percent(life->p), readable(q.estimate), unit,
                                                 percent(report.confidence), bound(q.lower), bound(q.upper)})
                        : filled(p.answer_life_plain, {percent(life->p), readable(q.estimate), unit});
    const Quantity& mean = model.metrics.mean;
    if (std::isnan(mean.estimate)) {
      second += words(language).full_stop;
    } else if (bounded(mean)) {
      second += filled(p.answer_mean, {readable(mean.estimate), unit, bound(mean.lower), bound(mean.upper)});
    } else {
      second += filled(p.answer_mean_plain, {readable(mean.estimate), unit});
    }
    out.push_back(second);
  }
  return out;
}

PageBadge requirement_badge(const RequirementResult& r, const std::string& prefix, Language language) {
  const Words& w = words(language);
  const bool lower = r.expression.find(">=") != std::string::npos;
  std::string text = prefix + r.expression + "  ";
  const std::string estimate = std::isnan(r.estimate) ? "–" : readable(r.estimate);
  text += std::isnan(r.bound)
              ? filled(w.requirement_missing, {estimate, percent(r.confidence), in_language(r.reason, language)})
              : filled(lower ? w.requirement_lower : w.requirement_upper,
                       {estimate, readable(r.bound), percent(r.confidence)});
  return {.good = r.met, .word = r.met ? w.met : w.not_met, .text = std::move(text)};
}

PageBlock data_facts(const FitReport& report, Language language) {
  const PageWords& p = page_words(language);
  const LifeCounts& c = report.data;
  PageBlock out = facts({});
  const auto text = [&](const char* name, const std::string& value) {
    out.table.rows.push_back({PageCell{.text = name}, PageCell{.text = value}});
  };
  const auto number = [&](const char* name, double value, int digits = 17) {
    out.table.rows.push_back({PageCell{.text = name}, number_cell(value, digits)});
  };
  text(p.source, report.source.name == "-" ? words(language).standard_input : report.source.name);
  number(p.units, static_cast<double>(c.n));
  number(p.rows, static_cast<double>(c.rows));
  number(p.failed, static_cast<double>(c.failures));
  number(p.suspended, static_cast<double>(c.right_censored));
  if (c.left_censored > 0) number(p.left, static_cast<double>(c.left_censored));
  if (c.interval_censored > 0) number(p.interval, static_cast<double>(c.interval_censored));
  if (c.truncated > 0) number(p.truncated, static_cast<double>(c.truncated));
  if (std::isfinite(report.first_failure)) text(p.first_failure, readable(report.first_failure));
  if (std::isfinite(report.last_failure)) text(p.last_failure, readable(report.last_failure));
  if (std::isfinite(report.last_time)) text(p.last_age, readable(report.last_time));
  text(p.time_unit, report.source.time_unit.empty() ? p.not_stated : report.source.time_unit);
  return out;
}

std::vector<std::string> data_remarks(const FitReport& report, Language language) {
  const PageWords& p = page_words(language);
  const LifeCounts& c = report.data;
  std::vector<std::string> out;
  const auto failed = static_cast<double>(c.failures + c.left_censored + c.interval_censored);
  if (c.n > 0)
    out.push_back(
        filled(p.share_failed, {readable(100.0 * failed / static_cast<double>(c.n), 3), std::to_string(c.n)}));
  // The reader's remarks begin with a small letter or a number, the engine's are sentences and stand with the results.
  bool remarked = false;
  for (const std::string& warning : report.warnings) {
    if (warning.empty() || (warning.front() >= 'A' && warning.front() <= 'Z')) continue;
    out.push_back(in_language(warning, language));
    remarked = true;
  }
  if (!remarked) out.emplace_back(p.nothing_found);
  return out;
}

PageBlocks requirement_blocks(const FitReport& report, Language language) {
  if (report.requirements.empty()) return {};
  const PageWords& p = page_words(language);
  const Words& w = words(language);
  PageTable t;
  t.caption = p.requirements;
  t.columns = {{p.requirement, false}, {p.estimate, true}, {p.bound, true}, {p.level, true}, {p.verdict, false}};
  for (const RequirementResult& r : report.requirements) {
    t.rows.push_back({{.text = r.expression},
                      number_cell(r.estimate),
                      cell(r.bound, r.reason, language),
                      {.text = percent(r.confidence)},
                      {.text = r.met ? w.met : w.not_met}});
  }
  return {table(std::move(t))};
}

PageBlocks candidate_blocks(const FitReport& report, Language language) {
  if (report.models.size() < 2) return {};
  const PageWords& p = page_words(language);
  const Words& w = words(language);
  PageTable t;
  const bool by_r_squared = report.criterion == "r_squared";
  const char* const criterion = report.criterion == "aic" ? "AIC" : by_r_squared ? w.r_squared : "AICc";
  t.caption = p.candidates + (w.clause_comma + filled(w.ranked_by, {criterion}));
  t.columns = {{w.rank, true}, {w.distribution, false},  {w.free_parameters, true},  {criterion, true}, {w.delta, true},
               {"BIC", true},  {w.log_likelihood, true}, {w.anderson_darling, true}, {p.verdict, false}};
  const double best = criterion_of(report, report.models.front());
  for (const ModelResult& m : report.models) {
    const double value = criterion_of(report, m);
    PageCell delta{.text = std::isfinite(value - best) ? fmt::format("{:.2f}", value - best) : "–"};
    t.rows.push_back({m.rank > 0 ? number_cell(m.rank) : PageCell{.text = "–"},
                      {.text = distribution_title(m, language)},
                      number_cell(m.free_parameters),
                      number_cell(value),
                      by_r_squared ? PageCell{.text = "–"} : delta,
                      number_cell(m.bic),
                      number_cell(m.log_likelihood),
                      number_cell(m.anderson_darling, 4),
                      {.text = verdict_in_words(m.convergence.status, language)}});
  }
  return {table(std::move(t))};
}

PageBlocks model_blocks(const FitReport& report, const ModelResult& model, Language language) {
  static_cast<void>(report);
  const PageWords& p = page_words(language);
  const Words& w = words(language);
  PageBlocks out;
  if (model.modifier == "mode") {
    for (const ModeResult& mode : model.modes) {
      out.push_back(paragraph(w.mode + (w.colon + mode.mode) + w.clause_comma +
                              filled(w.mode_counts, {std::to_string(mode.data.failures)})));
      if (carries_estimates(mode.convergence.status)) {
        out.push_back(table(parameter_table(model.distribution, mode.parameters, {}, language)));
      } else {
        out.push_back(note(in_language(mode.convergence.reason, language)));
      }
    }
  } else {
    out.push_back(table(parameter_table(model.distribution, model.parameters, model.derived, language)));
  }
  PageTable quality;
  quality.caption = p.fit_quality;
  quality.columns = {{p.quantity, false}, {p.value, true}};
  const auto add = [&](const char* name, double value) {
    if (std::isfinite(value)) quality.rows.push_back({{.text = name}, number_cell(value)});
  };
  add(w.log_likelihood, model.log_likelihood);
  add("AIC", model.aic);
  add("AICc", model.aicc);
  add("BIC", model.bic);
  add(w.anderson_darling, model.anderson_darling);
  add(w.anderson_darling_adjusted, model.anderson_darling_adjusted);
  add(w.r_squared, model.r_squared);
  out.push_back(table(std::move(quality)));
  if (model.convergence.status == FitStatus::boundary) {
    out.push_back(note(in_language(model.convergence.reason, language)));
  }
  return out;
}

PageBlocks metric_blocks(const FitReport& report, const LifeMetrics& metrics, Language language) {
  const PageWords& p = page_words(language);
  const Words& w = words(language);
  const std::string& unit = report.source.time_unit;
  PageBlocks out;
  PageTable lives;
  lives.caption = p.lives;
  lives.columns = quantity_columns({{in_unit(w.life, unit), false}}, w);
  lives.columns.push_back({w.meaning, false});
  for (const QuantileResult& q : metrics.quantiles) {
    std::vector<PageCell> row{{.text = q.name}};
    add_quantity(row, q.value, language);
    row.push_back({.text = filled(w.failed_fraction, {percent(q.p)})});
    lives.rows.push_back(std::move(row));
  }
  for (const ReliableLifeResult& r : metrics.reliable_life) {
    std::vector<PageCell> row{{.text = fmt::format("t(R={})", readable(r.reliability))}};
    add_quantity(row, r.value, language);
    row.push_back({.text = filled(w.reliable_life, {readable(r.reliability)})});
    lives.rows.push_back(std::move(row));
  }
  std::vector<PageCell> mean{{.text = named_in_language("mean", language)}};
  add_quantity(mean, metrics.mean, language);
  mean.push_back({.text = w.mean_life});
  lives.rows.push_back(std::move(mean));
  out.push_back(table(std::move(lives)));
  if (!metrics.reliability.empty()) {
    PageTable at;
    at.caption = p.at_ages;
    at.columns = quantity_columns({{in_unit(w.age, unit), true}, {p.quantity, false}}, w);
    const auto add = [&](const char* what, const std::vector<AtTimeResult>& list) {
      for (const AtTimeResult& r : list) {
        std::vector<PageCell> row{number_cell(r.time), {.text = what}};
        add_quantity(row, r.value, language);
        at.rows.push_back(std::move(row));
      }
    };
    add(w.reliability, metrics.reliability);
    add(w.failure_probability, metrics.failure_probability);
    add(w.hazard, metrics.hazard);
    out.push_back(table(std::move(at)));
  }
  if (!metrics.conditional.empty() || !metrics.residual_quantiles.empty()) {
    PageTable given;
    given.caption = p.given_ages;
    given.columns = quantity_columns({{in_unit(w.age, unit), true}, {p.quantity, false}}, w);
    for (const AtTimeResult& r : metrics.conditional) {
      std::vector<PageCell> row{number_cell(r.given), {.text = filled(p.conditional, {readable(r.time)})}};
      add_quantity(row, r.value, language);
      given.rows.push_back(std::move(row));
    }
    for (const QuantileResult& q : metrics.residual_quantiles) {
      std::vector<PageCell> row{number_cell(q.given), {.text = filled(p.residual, {q.name})}};
      add_quantity(row, q.value, language);
      given.rows.push_back(std::move(row));
    }
    out.push_back(table(std::move(given)));
  }
  return out;
}

PageSection provenance_section(const FitReport& report, Language language) {
  const PageWords& p = page_words(language);
  PageSection section{.id = "provenance", .title = p.provenance, .blocks = {}};
  std::string seed = p.no_seed;
  if (const std::size_t at = report.command.find("--seed "); at != std::string::npos) {
    seed = report.command.substr(at + 7, report.command.find(' ', at + 7) - at - 7);
  }
  section.blocks.push_back(
      facts({{p.source, report.source.name == "-" ? words(language).standard_input : report.source.name},
             {p.sha256, report.source.sha256},
             {p.command, report.command},
             {p.version, report.version},
             {p.confidence_row, percent(report.confidence) + " %"},
             {p.bounds_row, bounds_in_language(report.bounds, language)},
             {p.seed, seed},
             {p.made, page_time()}}));
  section.blocks.push_back(note(p.json_hint));
  return section;
}

MethodList::MethodList(Language language) : language_(language) {
  block_.kind = PageBlock::Kind::formulas;
}

void MethodList::add(const char* key) {
  if (std::find(seen_.begin(), seen_.end(), key) != seen_.end()) return;
  seen_.emplace_back(key);
  const MethodText text = method_text(key, language_);
  if (*text.what != '\0') block_.formulas.emplace_back(text.what, text.formula);
}

void MethodList::add(const FitReport& report) {
  for (const ModelResult& m : report.models) {
    if (!is_answer(report, m)) continue;
    const std::string key = "law " + m.distribution;
    if (std::find(seen_.begin(), seen_.end(), key) == seen_.end()) {
      seen_.push_back(key);
      if (const char* const law = law_formula(m.distribution.c_str()); *law != '\0') {
        block_.formulas.emplace_back(distribution_title(m, language_) + words(language_).colon, law);
      }
    }
    add(m.method == "rrx" ? "rrx" : m.method == "rry" ? "rry" : "mle");
    if (m.modifier == "mode") add("modes");
    for (const char* const bounds : {"lr", "wald", "exact", "bootstrap"}) {
      if (m.bounds == bounds) add(bounds);
    }
    add("quantiles");
    if (m.method == "mle") add("criteria");
    if (std::isfinite(m.anderson_darling)) add("anderson-darling");
  }
}

PageSection MethodList::section() && {
  PageSection out{.id = "methods", .title = page_words(language_).methods, .blocks = {}};
  out.blocks.push_back(std::move(block_));
  return out;
}

}  // namespace relia::io
