// What an engineer reads of an accelerated test: the fit's report, with the stresses, life at use, acceleration
// factors and the tests of the model.

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/io/alt_report.hpp>

#include "io/alt_report_settings.hpp"
#include "io/alt_report_words.hpp"
#include "io/report_numbers.hpp"
#include "io/report_reasons.hpp"
#include "io/report_sentences.hpp"
#include "io/report_table.hpp"
#include "io/report_text.hpp"
#include "io/report_words.hpp"

namespace relia::io {
namespace {

constexpr double kSignificant = 0.05;

template <class... Args>
std::string say(const char* pattern, Args&&... args) {
  return fmt::format(fmt::runtime(pattern), std::forward<Args>(args)...);
}

class AltText {
 public:
  AltText(const AltReport& report, const TextStyle& style)
      : report_(report), style_(style), w_(alt_words(style.language)) {}

  [[nodiscard]] std::string render() const {
    TextExtras extras;
    extras.after_data = stresses();
    extras.lives = report_.has_use;
    extras.at_ages_tested = false;
    if (report_.has_use) {
      const std::string where = settings_text(report_.use);
      extras.life_heading = bold(report_.use_profile.empty() ? say(w_.life_at_use, where)
                                                             : say(w_.life_at_profile, report_.use_profile)) +
                            '\n';
    }
    extras.after_model = [this](std::size_t i) {
      const AltModel& m = report_.models[i];
      return acceleration(m) + tests(m) + levels(m);
    };
    return render_text(report_.fit, style_, extras);
  }

 private:
  [[nodiscard]] std::string bold(const std::string& text) const {
    return style_.colour ? "\x1b[1m" + text + "\x1b[0m" : text;
  }
  [[nodiscard]] std::string set(const Table& table) const {
    return table.text(2, style_.colour ? "\x1b[2m" : "", style_.colour ? "\x1b[0m" : "");
  }

  [[nodiscard]] std::string stresses() const {
    std::string out = '\n' + bold(w_.stresses);
    if (!report_.model.empty()) out += "  " + say(w_.preset, report_.model);
    if (report_.shape == "separate") out += std::string("  ") + w_.shape_separate;
    if (report_.shape == "stress") out += std::string("  ") + w_.shape_stress;
    out += '\n';
    Table table;
    table.column(w_.stress, Table::Align::left);
    table.column(w_.relation, Table::Align::left);
    table.column(w_.unit, Table::Align::left);
    table.column(w_.tested, Table::Align::left);
    for (const StressTermInfo& t : report_.stresses) {
      std::string tested = fmt::format("{}", fmt::join(t.levels, ", "));
      if (!std::isnan(t.lowest)) tested = say(w_.range, shortest(t.lowest), shortest(t.highest));
      table.row({t.column, t.relation, t.unit, tested});
    }
    return out + set(table);
  }

  [[nodiscard]] std::string acceleration(const AltModel& m) const {
    if (m.acceleration.empty()) return {};
    std::string out = '\n' + bold(w_.acceleration) + "  " + w_.acceleration_remark + '\n';
    Table table;
    table.column(w_.level, Table::Align::left);
    table.column(w_.to, Table::Align::left);
    table.column(w_.factor, Table::Align::number);
    table.column(w_.lower, Table::Align::number);
    table.column(w_.upper, Table::Align::number);
    for (const Acceleration& a : m.acceleration) {
      table.row({settings_text(a.stress), settings_text(a.to),
                 std::isnan(a.factor.estimate) ? "-" : readable(a.factor.estimate), readable(a.factor.lower),
                 readable(a.factor.upper)});
    }
    return out + set(table);
  }

  [[nodiscard]] std::string tests(const AltModel& m) const {
    if (m.tests.empty()) return {};
    std::string out = '\n' + bold(w_.tests) + '\n';
    Table table;
    table.column(w_.test, Table::Align::left);
    table.column(w_.statistic, Table::Align::number);
    table.column(w_.freedom, Table::Align::number);
    table.column(w_.p_value, Table::Align::number);
    table.column(w_.meaning, Table::Align::left);
    for (const LikelihoodRatioTest& t : m.tests) {
      const bool shape = t.name == "common_shape";
      const char* const name = shape ? w_.common_shape : w_.lack_of_fit;
      std::string meaning = in_language(t.reason, style_.language);
      if (meaning.empty()) {
        const bool bad = t.p_value < kSignificant;
        meaning = shape ? (bad ? w_.common_shape_bad : w_.common_shape_good) : (bad ? w_.lack_bad : w_.lack_good);
      }
      const bool exists = !std::isnan(t.statistic);
      table.row({name, readable(t.statistic, 4), exists ? std::to_string(t.degrees_of_freedom) : "",
                 readable(t.p_value, 3), meaning});
    }
    return out + set(table);
  }

  [[nodiscard]] std::string levels(const AltModel& m) const {
    if (m.levels.empty()) return {};
    std::string out = '\n' + bold(w_.levels) + "  " + w_.levels_remark + '\n';
    std::vector<std::string> names;
    for (const LevelResult& l : m.levels) {
      if (names.empty()) {
        for (const NamedQuantity& p : l.parameters) names.push_back(p.name);
      }
    }
    Table table;
    table.column(w_.level, Table::Align::left);
    table.column(w_.units, Table::Align::number);
    table.column(w_.failures, Table::Align::number);
    for (const std::string& name : names) table.column(name, Table::Align::number);
    table.column((names.empty() ? std::string() : names_of_location(names) + ' ') + w_.by_relation,
                 Table::Align::number);
    table.column(w_.verdict, Table::Align::left);
    for (const LevelResult& l : m.levels) {
      std::vector<std::string> cells = {
          settings_text(l.stress), std::to_string(l.data.n),
          std::to_string(l.data.failures + l.data.left_censored + l.data.interval_censored)};
      for (std::size_t k = 0; k < names.size(); ++k) {
        cells.push_back(k < l.parameters.size() ? readable(l.parameters[k].value.estimate) : "");
      }
      cells.push_back(readable(l.common_estimate));
      cells.emplace_back(verdict_word(l.convergence.status, style_.language));
      table.row(std::move(cells));
    }
    return out + set(table);
  }

  static std::string names_of_location(const std::vector<std::string>& names) {
    for (const std::string& n : names) {
      if (n == "scale" || n == "mu") return n;
    }
    return names.front();
  }

  const AltReport& report_;
  TextStyle style_;
  const AltWords& w_;
};

}  // namespace

std::string render_text(const AltReport& report, const TextStyle& style) {
  return AltText(report, style).render();
}

std::vector<std::string> all_warnings(const AltReport& report) {
  std::vector<std::string> out = all_warnings(report.fit);
  for (std::size_t i = 0; i < report.models.size(); ++i) {
    for (const Acceleration& a : report.models[i].acceleration) {
      for (const auto& [what, reason] :
           {std::pair{"no estimate", &a.factor.reason}, std::pair{"no lower bound", &a.factor.lower_reason},
            std::pair{"no upper bound", &a.factor.upper_reason}}) {
        if (reason->empty()) continue;
        out.push_back(fmt::format("{}: {} for the acceleration factor of {}: {}", report.fit.models[i].distribution,
                                  what, settings_text(a.stress), *reason));
      }
    }
  }
  return out;
}

}  // namespace relia::io
