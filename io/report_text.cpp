// What an engineer reads without a manual: what was read, which distribution fits, its numbers with bounds,
// what the shape means and what to beware of.

#include "io/report_text.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/io/report.hpp>

#include "io/alt_report_words.hpp"
#include "io/report_certificate.hpp"
#include "io/report_numbers.hpp"
#include "io/report_reasons.hpp"
#include "io/report_resampling.hpp"
#include "io/report_sentences.hpp"
#include "io/report_shape.hpp"
#include "io/report_table.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

constexpr std::size_t kWidth = 100;
constexpr std::uint64_t kFewFailures = 10, kVeryFewFailures = 5;

template <class... Args>
std::string say(const char* pattern, Args&&... args) {
  return fmt::format(fmt::runtime(pattern), std::forward<Args>(args)...);
}

std::string percent(double p) {
  return readable(100.0 * p);
}

class TextReport {
 public:
  TextReport(const FitReport& report, const TextStyle& style, const TextExtras& extras)
      : report_(report),
        extras_(extras),
        style_(style),
        w_(words(style.language)),
        unit_(report.source.time_unit.empty() ? "" : ' ' + report.source.time_unit) {}

  std::string take() {
    put_data();
    out_ += extras_.after_data;
    put_requirements();
    put_candidates();
    for (std::size_t i = 0; i < report_.models.size(); ++i) {
      const ModelResult& model = report_.models[i];
      if (!is_answer(report_, model)) continue;
      put_model(model);
      put_certificate(model);
      if (extras_.after_model) out_ += extras_.after_model(i);
    }
    if (!any_estimates() || !many()) put_verdicts();
    put_warnings();
    return std::move(out_);
  }

 private:
  // --- pieces ---

  [[nodiscard]] std::string bold(const std::string& text) const {
    return style_.colour ? "\x1b[1m" + text + "\x1b[0m" : text;
  }
  [[nodiscard]] std::string coloured(const std::string& text, bool good) const {
    return style_.colour ? (good ? "\x1b[32m" : "\x1b[1;31m") + text + "\x1b[0m" : text;
  }
  void put_heading(const std::string& title, const std::string& remark = "") {
    out_ += '\n' + bold(title);
    const std::size_t column = display_width(title) + 2;
    if (!remark.empty()) out_ += "  " + wrap(remark, column, column, kWidth);
    out_ += '\n';
  }
  void put_line(const std::string& text) { out_ += "  " + wrap(text, 2, 2, kWidth) + '\n'; }
  void put_item(const std::string& text) { out_ += "  - " + wrap(text, 4, 4, kWidth) + '\n'; }
  void put_table(const Table& table) {
    if (!table.empty()) out_ += table.text(2, style_.colour ? "\x1b[2m" : "", style_.colour ? "\x1b[0m" : "");
  }
  [[nodiscard]] std::string joined(const std::vector<std::string>& names) const {
    return fmt::format("{}", fmt::join(names, w_.list_comma));
  }
  [[nodiscard]] std::string phrases(const std::vector<std::string>& parts) const {
    return fmt::format("{}", fmt::join(parts, w_.clause_comma));
  }
  [[nodiscard]] const char* verdict(FitStatus status) const { return verdict_word(status, style_.language); }
  [[nodiscard]] std::string title(const ModelResult& model) const { return distribution_title(model, style_.language); }
  [[nodiscard]] bool any_estimates() const {
    return std::any_of(report_.models.begin(), report_.models.end(),
                       [](const ModelResult& m) { return carries_estimates(m.convergence.status); });
  }
  /// All candidates were tried and the first is the answer.
  [[nodiscard]] bool many() const { return report_.selection == "best" || report_.selection == "all"; }
  [[nodiscard]] const char* criterion_name() const {
    return report_.criterion == "aic" ? "AIC" : report_.criterion == "r_squared" ? w_.r_squared : "AICc";
  }

  // --- sections ---

  void put_data() {
    if (!report_.group_column.empty()) {
      out_ += bold(say(w_.group, report_.group_column, report_.group)) + '\n';
    }
    const std::string source = report_.source.name == "-" ? std::string(w_.standard_input) : report_.source.name;
    std::string first = say(w_.units_rows, report_.data.n, report_.data.n == 1 ? w_.unit : w_.units, report_.data.rows,
                            report_.data.rows == 1 ? w_.row : w_.rows);
    if (!report_.source.sha256.empty())
      first += w_.clause_comma + ("SHA-256 " + report_.source.sha256.substr(0, 12)) + "…";
    out_ += bold(source) + "  " + first + '\n';
    const LifeCounts& c = report_.data;
    put_line(say(w_.counts, c.failures, c.right_censored, c.left_censored, c.interval_censored));
    if (c.truncated > 0) put_line(say(w_.truncated, c.truncated));
    std::vector<std::string> ages;
    if (std::isfinite(report_.first_failure) && std::isfinite(report_.last_failure)) {
      ages.push_back(say(w_.first_last, readable(report_.first_failure), readable(report_.last_failure), unit_));
    }
    if (std::isfinite(report_.last_time)) ages.push_back(say(w_.last_age, readable(report_.last_time), unit_));
    if (!ages.empty()) put_line(phrases(ages));
  }

  void put_requirements() {
    if (report_.requirements.empty()) return;
    put_heading(w_.requirements);
    Table table;
    for (int i = 0; i < 3; ++i) table.column("", Table::Align::left);
    for (const RequirementResult& r : report_.requirements) {
      const bool lower = r.expression.find(">=") != std::string::npos;
      const std::string level = percent(r.confidence), estimate = std::isnan(r.estimate) ? "-" : readable(r.estimate);
      const std::string numbers = std::isnan(r.bound) ? say(w_.requirement_missing, estimate, level, said(r.reason))
                                                      : say(lower ? w_.requirement_lower : w_.requirement_upper,
                                                            estimate, readable(r.bound), level);
      table.row({coloured(r.met ? w_.met : w_.not_met, r.met), r.expression, numbers});
    }
    put_table(table);
  }

  void put_candidates() {
    if (report_.models.size() < 2) return;
    const bool by_r_squared = report_.criterion == "r_squared";
    put_heading(w_.candidates, say(w_.ranked_by, criterion_name()));
    Table table;
    table.column(w_.rank, Table::Align::number);
    table.column(w_.distribution, Table::Align::left);
    table.column(w_.free_parameters, Table::Align::number);
    table.column(criterion_name(), Table::Align::number);
    table.column(w_.delta, Table::Align::number);
    table.column(w_.log_likelihood, Table::Align::number);
    table.column(w_.anderson_darling, Table::Align::number);
    table.column(w_.verdict, Table::Align::left);
    const double best = criterion_of(report_, report_.models.front());
    for (const ModelResult& m : report_.models) {
      const double value = criterion_of(report_, m);
      table.row({m.rank > 0 ? std::to_string(m.rank) : w_.no_rank, title(m), std::to_string(m.free_parameters),
                 fixed(value, by_r_squared ? 5 : 2), by_r_squared ? "" : fixed(value - best, 2),
                 fixed(m.log_likelihood, 3), fixed(m.anderson_darling, 3), verdict(m.convergence.status)});
    }
    put_table(table);
  }

  // Numbers that are compared with each other down a column keep the same number of decimals.
  static std::string fixed(double value, int decimals) {
    return std::isfinite(value) ? fmt::format("{:.{}f}", value, decimals) : std::string();
  }

  void put_model(const ModelResult& m) {
    put_heading(title(m), how_estimated(m));
    put_fit_quality(m);
    if (m.convergence.status == FitStatus::boundary) put_reason(m.convergence);
    if (m.modifier == "mode") {
      for (const ModeResult& mode : m.modes) put_mode(m, mode);
      out_ += '\n';
      put_line(bold(w_.system));
    } else {
      put_parameters(m.distribution, m.parameters, m.derived);
    }
    if (!extras_.life_heading.empty()) out_ += '\n' + extras_.life_heading;
    if (extras_.lives) put_metrics(m.metrics);
    const std::vector<std::string> sentences = shape_in_words(report_, m, style_.language);
    if (sentences.empty()) return;
    put_heading(w_.shape_says);
    for (const std::string& sentence : sentences) put_line(sentence);
  }

  void put_certificate(const ModelResult& m) {
    if (m.certification.status.empty()) return;
    put_heading(certificate_title(style_.language), certificate_remark(m, style_.language));
    put_table(certificate_table(m, style_.language));
  }

  [[nodiscard]] std::string how_estimated(const ModelResult& m) const {
    std::string out = m.method == "rrx"        ? w_.method_rrx
                      : m.method == "rry"      ? w_.method_rry
                      : m.method == "two-step" ? alt_words(style_.language).method_two_step
                                               : w_.method_mle;
    if (m.method != "mle") {
      out = say(w_.model_by, out, m.ranks == "benard" ? w_.ranks_benard : w_.ranks_exact);
    }
    if (m.bounds == "none" || m.bounds.empty()) return say(w_.model_by, out, w_.bounds_none);
    const std::string how = m.bounds == "wald"        ? w_.how_wald
                            : m.bounds == "exact"     ? w_.how_exact
                            : m.bounds == "bootstrap" ? how_resampled(m.resampling, style_.language)
                                                      : std::string(w_.how_lr);
    const char* const sides = report_.sides == "lower"   ? w_.bounds_lower
                              : report_.sides == "upper" ? w_.bounds_upper
                                                         : w_.bounds_two;
    return say(w_.model_by, out, say(sides, percent(report_.confidence), how));
  }

  void put_fit_quality(const ModelResult& m) {
    std::vector<std::string> parts;
    const auto add = [&](const char* name, double value, const std::string& text) {
      if (std::isfinite(value)) parts.push_back(fmt::format("{} {}", name, text));
    };
    add(w_.log_likelihood, m.log_likelihood, readable(m.log_likelihood));
    add("AICc", m.aicc, readable(m.aicc));
    add("BIC", m.bic, readable(m.bic));
    add(w_.anderson_darling, m.anderson_darling, readable(m.anderson_darling, 4));
    add(w_.anderson_darling_adjusted, m.anderson_darling_adjusted, readable(m.anderson_darling_adjusted, 4));
    add(w_.r_squared, m.r_squared, readable(m.r_squared));
    if (!parts.empty()) put_line(phrases(parts));
  }

  static std::vector<std::string> numbers(const Quantity& q) {
    return {std::isnan(q.estimate) ? "-" : readable(q.estimate), readable(q.lower), readable(q.upper)};
  }

  void put_parameters(const std::string& distribution,
                      const std::vector<NamedQuantity>& parameters,
                      const std::vector<NamedQuantity>& derived) {
    Table table;
    table.column(w_.parameter, Table::Align::left);
    table.column(w_.estimate, Table::Align::number);
    table.column(w_.std_error, Table::Align::number);
    table.column(w_.lower, Table::Align::number);
    table.column(w_.upper, Table::Align::number);
    table.column(w_.meaning, Table::Align::left);
    const auto add = [&](const NamedQuantity& p) {
      std::vector<std::string> cells = numbers(p.value);
      std::string meaning = parameter_meaning(distribution, p.name, style_.language);
      if (p.fixed) meaning = meaning.empty() ? w_.held : say("{}{}{}", meaning, w_.clause_comma, w_.held);
      table.row({p.name, cells[0], readable(p.value.std_error), cells[1], cells[2], meaning});
    };
    for (const NamedQuantity& p : parameters) add(p);
    for (const NamedQuantity& p : derived) add(p);
    out_ += '\n';
    put_table(table);
  }

  void put_mode(const ModelResult& m, const ModeResult& mode) {
    out_ += '\n';
    put_line(bold(w_.mode + (w_.colon + mode.mode)) + "  " + say(w_.mode_counts, mode.data.failures));
    if (!carries_estimates(mode.convergence.status)) {
      put_reason(mode.convergence);
      return;
    }
    put_parameters(m.distribution, mode.parameters, {});
  }

  void put_metrics(const LifeMetrics& metrics) {
    put_lives(metrics);
    put_at_ages(metrics);
    put_given(metrics);
  }

  void put_lives(const LifeMetrics& metrics) {
    Table table;
    table.column(w_.life + (unit_.empty() ? std::string() : " (" + unit_.substr(1) + ')'), Table::Align::left);
    table.column(w_.estimate, Table::Align::number);
    table.column(w_.lower, Table::Align::number);
    table.column(w_.upper, Table::Align::number);
    table.column("", Table::Align::left);
    for (const QuantileResult& q : metrics.quantiles) {
      const auto cells = numbers(q.value);
      table.row({q.name, cells[0], cells[1], cells[2], say(w_.failed_fraction, percent(q.p))});
    }
    for (const ReliableLifeResult& r : metrics.reliable_life) {
      const auto cells = numbers(r.value);
      table.row({fmt::format("t(R={})", readable(r.reliability)), cells[0], cells[1], cells[2],
                 say(w_.reliable_life, readable(r.reliability))});
    }
    const auto mean = numbers(metrics.mean);
    table.row({"mean", mean[0], mean[1], mean[2], w_.mean_life});
    out_ += '\n';
    put_table(table);
  }

  void put_at_ages(const LifeMetrics& metrics) {
    if (metrics.reliability.empty() && metrics.hazard.empty()) return;
    Table table;
    start_age_table(table, w_.age);
    add_ages(table, w_.reliability, metrics.reliability);
    add_ages(table, w_.failure_probability, metrics.failure_probability);
    add_ages(table, w_.hazard, metrics.hazard);
    out_ += '\n';
    put_table(table);
  }

  void start_age_table(Table& table, const char* age) {
    table.column(age + (unit_.empty() ? std::string() : " (" + unit_.substr(1) + ')'), Table::Align::number);
    table.column("", Table::Align::left);
    table.column(w_.estimate, Table::Align::number);
    table.column(w_.lower, Table::Align::number);
    table.column(w_.upper, Table::Align::number);
  }

  void add_ages(Table& table, const char* what, const std::vector<AtTimeResult>& list) {
    for (const AtTimeResult& r : list) {
      const auto cells = numbers(r.value);
      table.row({readable(r.time), what, cells[0], cells[1], cells[2]});
    }
  }

  void put_given(const LifeMetrics& metrics) {
    std::vector<double> ages;
    const auto note = [&](double age) {
      if (std::find(ages.begin(), ages.end(), age) == ages.end()) ages.push_back(age);
    };
    for (const AtTimeResult& r : metrics.conditional) note(r.given);
    for (const QuantileResult& q : metrics.residual_quantiles) note(q.given);
    for (const double age : ages) {
      out_ += '\n';
      put_line(bold(say(w_.given_age, readable(age), unit_)));
      Table at;
      start_age_table(at, w_.time_after);
      for (const AtTimeResult& r : metrics.conditional) {
        if (r.given != age) continue;
        const auto cells = numbers(r.value);
        at.row({readable(r.time), w_.reliability, cells[0], cells[1], cells[2]});
      }
      put_table(at);
      Table left;
      left.column(w_.time_more + (unit_.empty() ? std::string() : " (" + unit_.substr(1) + ')'), Table::Align::left);
      left.column(w_.estimate, Table::Align::number);
      left.column(w_.lower, Table::Align::number);
      left.column(w_.upper, Table::Align::number);
      left.column("", Table::Align::left);
      for (const QuantileResult& q : metrics.residual_quantiles) {
        if (q.given != age) continue;
        const auto cells = numbers(q.value);
        left.row({q.name, cells[0], cells[1], cells[2], say(w_.failed_fraction, percent(q.p))});
      }
      if (!at.empty() && !left.empty()) out_ += '\n';
      put_table(left);
    }
  }

  void put_reason(const Convergence& c) {
    const std::string status = coloured(verdict(c.status), false);
    put_line(w_.verdict + (w_.colon + status) + (c.reason.empty() ? "" : w_.full_stop + said(c.reason)));
    if (!c.advice.empty()) put_line(w_.help + (w_.colon + said(c.advice)));
  }

  // Models without estimates, those with the same verdict and reason together.
  [[nodiscard]] std::vector<std::vector<const ModelResult*>> failed() const {
    std::vector<std::vector<const ModelResult*>> out;
    for (const ModelResult& m : report_.models) {
      const Convergence& c = m.convergence;
      if (carries_estimates(c.status)) continue;
      const auto same = std::find_if(out.begin(), out.end(), [&c](const auto& others) {
        const Convergence& o = others.front()->convergence;
        return o.status == c.status && o.reason == c.reason && o.advice == c.advice;
      });
      if (same == out.end()) {
        out.push_back({&m});
      } else {
        same->push_back(&m);
      }
    }
    return out;
  }

  [[nodiscard]] std::string titles(const std::vector<const ModelResult*>& models) const {
    std::vector<std::string> names;
    for (const ModelResult* m : models) names.push_back(title(*m));
    return joined(names);
  }

  void put_verdicts() {
    for (const auto& models : failed()) {
      out_ += '\n' + bold(wrap(say(w_.no_estimate, titles(models)), 0, 2, kWidth)) + '\n';
      put_reason(models.front()->convergence);
    }
  }

  // --- what to beware of ---

  void put_warnings() {
    const std::vector<std::string> items = warnings();
    if (items.empty()) return;
    put_heading(w_.beware);
    for (const std::string& item : items) put_item(item);
  }

 public:
  [[nodiscard]] std::vector<std::string> warnings() const {
    std::vector<std::string> items;
    if (any_estimates()) {
      warn_of_few_failures(items);
      if (extras_.at_ages_tested) warn_of_extrapolation(items);
      warn_of_rivals(items);
    }
    for (const std::string& warning : report_.warnings) items.push_back(said(warning));
    for (const ModelResult& m : report_.models) warn_of_model(m, items);
    if (many() && any_estimates()) {
      for (const auto& models : failed()) {
        const Convergence& c = models.front()->convergence;
        items.push_back(say(w_.left_out, titles(models), verdict(c.status), said(c.reason)));
      }
    }
    return items;
  }

  [[nodiscard]] std::string method_of(const ModelResult& m) const { return how_estimated(m); }
  [[nodiscard]] std::string verdict_of(FitStatus status) const { return verdict(status); }

 private:
  void warn_of_few_failures(std::vector<std::string>& items) const {
    const std::uint64_t failures = report_.data.failures + report_.data.left_censored + report_.data.interval_censored;
    if (failures == 0 || failures >= kFewFailures) return;
    if (failures >= kVeryFewFailures) {
      items.push_back(say(w_.few_failures, failures));
      return;
    }
    const auto& parameters = report_.models.front().parameters;
    const bool held = std::any_of(parameters.begin(), parameters.end(), [](const auto& p) { return p.fixed; });
    items.push_back(say(w_.very_few_failures, failures) + (held ? "" : w_.very_few_help));
  }

  // The ages that the shown models were asked about, outside the ages at which units were seen.
  void warn_of_extrapolation(std::vector<std::string>& items) const {
    std::vector<std::string> beyond, before;
    const auto note = [](std::vector<std::string>& list, const std::string& name) {
      if (std::find(list.begin(), list.end(), name) == list.end()) list.push_back(name);
    };
    for (const ModelResult& m : report_.models) {
      if (!is_answer(report_, m)) continue;
      for (const QuantileResult& q : m.metrics.quantiles) {
        if (q.value.estimate > report_.last_time) note(beyond, q.name);
        if (q.value.estimate < report_.first_failure) note(before, q.name);
      }
      for (const ReliableLifeResult& r : m.metrics.reliable_life) {
        if (r.value.estimate > report_.last_time) note(beyond, fmt::format("t(R={})", readable(r.reliability)));
      }
      for (const AtTimeResult& r : m.metrics.reliability) {
        if (r.time > report_.last_time) note(beyond, fmt::format("R({})", readable(r.time)));
      }
      for (const AtTimeResult& r : m.metrics.conditional) {
        if (r.given + r.time > report_.last_time)
          note(beyond, fmt::format("R({} | {})", readable(r.time), readable(r.given)));
      }
      for (const QuantileResult& q : m.metrics.residual_quantiles) {
        if (q.given + q.value.estimate > report_.last_time)
          note(beyond, fmt::format("{} | {}", q.name, readable(q.given)));
      }
      if (m.metrics.mean.estimate > report_.last_time) note(beyond, "mean");
    }
    if (!beyond.empty()) items.push_back(say(w_.beyond_last, joined(beyond), readable(report_.last_time), unit_));
    if (!before.empty()) items.push_back(say(w_.before_first, joined(before), readable(report_.first_failure), unit_));
  }

  void warn_of_rivals(std::vector<std::string>& items) const {
    const std::vector<const ModelResult*> rivals = not_told_apart(report_);
    if (rivals.empty()) return;
    std::string text = say(w_.not_told_apart, titles(rivals));
    if (const std::string range = life_range(rivals); !range.empty()) text += w_.gap + range;
    items.push_back(std::move(text));
  }

  // How much the choice moves the first quantile that all rivals have; B10 when it is among them.
  [[nodiscard]] std::string life_range(const std::vector<const ModelResult*>& rivals) const {
    const auto& asked = rivals.front()->metrics.quantiles;
    std::size_t k = 0;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      if (asked[i].name == "B10") k = i;
    }
    double least = INFINITY, most = -INFINITY;
    for (const ModelResult* m : rivals) {
      if (m->metrics.quantiles.size() <= k || !std::isfinite(m->metrics.quantiles[k].value.estimate)) return {};
      least = std::min(least, m->metrics.quantiles[k].value.estimate);
      most = std::max(most, m->metrics.quantiles[k].value.estimate);
    }
    if (!(least < most)) return {};
    return say(w_.not_told_apart_life, asked[k].name, readable(least, 4), readable(most, 4), unit_);
  }

  void warn_of_model(const ModelResult& m, std::vector<std::string>& items) const {
    const std::string prefix = report_.models.size() == 1 ? std::string() : title(m) + w_.colon;
    for (const std::string& warning : m.warnings) items.push_back(prefix + said(warning));
    if (!is_answer(report_, m)) return;
    for (const Missing& missing : missing_values(m)) {
      // A model without any estimate says so in its verdict already.
      if (missing.what == Missing::What::estimate && !std::isfinite(m.log_likelihood)) continue;
      const char* const pattern = missing.what == Missing::What::lower    ? w_.no_lower
                                  : missing.what == Missing::What::upper  ? w_.no_upper
                                  : missing.what == Missing::What::bounds ? w_.no_bounds
                                                                          : w_.no_value;
      items.push_back(prefix + say(pattern, joined(missing.names), said(missing.reason)));
    }
  }

  [[nodiscard]] std::string said(const std::string& sentence) const { return in_language(sentence, style_.language); }

  const FitReport& report_;
  const TextExtras& extras_;
  TextStyle style_;
  const Words& w_;
  std::string unit_;  ///< with a blank in front, or empty
  std::string out_;
};

}  // namespace

std::string render_text(const FitReport& report, const TextStyle& style) {
  return render_text(report, style, {});
}

std::string render_text(const FitReport& report, const TextStyle& style, const TextExtras& extras) {
  return TextReport(report, style, extras).take();
}

std::vector<std::string> beware(const FitReport& report, Language language, bool at_ages_tested) {
  TextExtras extras;
  extras.at_ages_tested = at_ages_tested;
  return TextReport(report, {.colour = false, .language = language}, extras).warnings();
}

std::string verdict_in_words(FitStatus status, Language language) {
  const FitReport none;
  const TextExtras extras;
  return TextReport(none, {.colour = false, .language = language}, extras).verdict_of(status);
}

std::string estimation_in_words(const FitReport& report, const ModelResult& model, Language language) {
  const TextExtras extras;
  return TextReport(report, {.colour = false, .language = language}, extras).method_of(model);
}

}  // namespace relia::io
