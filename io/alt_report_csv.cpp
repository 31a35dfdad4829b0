// Rows of an accelerated test: those of a fit, whose lives hold at use, and the acceleration factors.

#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/io/alt_report.hpp>

#include "io/alt_report_settings.hpp"
#include "io/report_csv.hpp"
#include "io/report_numbers.hpp"

namespace relia::io {

std::string render_csv(const AltReport& report) {
  std::string out;
  for (std::size_t i = 0; i < report.models.size(); ++i) {
    const ModelResult& m = report.fit.models[i];
    FitReport alone;
    alone.group = report.fit.group;
    alone.models.push_back(m);
    if (!report.has_use) alone.models.back().metrics = {};
    std::string rows = render_csv(alone);
    if (!report.has_use) {
      // Without conditions of use there is no life at all, not an empty one.
      std::string kept;
      for (std::size_t from = 0; from < rows.size();) {
        const std::size_t end = rows.find('\n', from) + 1;
        const std::string line = rows.substr(from, end - from);
        if (line.find(",mean,mean,") == std::string::npos) kept += line;
        from = end;
      }
      rows = std::move(kept);
    }
    out += rows;
    const CsvPlace at{report.fit.group, m.distribution, m.rank > 0 ? std::to_string(m.rank) : std::string(), "",
                      to_string(m.convergence.status)};
    for (const Acceleration& a : report.models[i].acceleration) {
      std::string name = settings_text(a.stress);
      if (!a.to.empty()) name += " -> " + settings_text(a.to);
      add_csv_row(out, at, "acceleration", name, kAbsent, a.factor);
    }
    for (const LikelihoodRatioTest& t : report.models[i].tests) {
      Quantity q;
      q.estimate = t.statistic;
      add_csv_row(out, at, "test", t.name, t.degrees_of_freedom, q);
      q.estimate = t.p_value;
      add_csv_row(out, at, "test", t.name + " p-value", t.degrees_of_freedom, q);
    }
    for (const LevelResult& l : report.models[i].levels) {
      for (const NamedQuantity& p : l.parameters)
        add_csv_row(out, at, "level", p.name + " at " + settings_text(l.stress), kAbsent, p.value);
    }
  }
  FitReport gate;
  gate.group = report.fit.group;
  gate.requirements = report.fit.requirements;
  return out + render_csv(gate);
}

}  // namespace relia::io
