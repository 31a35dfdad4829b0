#include "cli/validation/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/utsname.h>

namespace relia::cli {
namespace {

std::string machine_name() {
  utsname u{};
  uname(&u);
  std::string processor;
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);)
    if (line.starts_with("model name")) {
      processor = line.substr(std::min(line.size(), line.find(':') + 2));
      break;
    }
  return fmt::format("{} {} {}{}{}", u.sysname, u.release, u.machine, processor.empty() ? "" : ", ", processor);
}

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string shown(double x) {
  return std::isfinite(x) ? fmt::format("{}", x) : std::string("none");
}

std::string told(const Comparison& c) {
  if (!c.note.empty()) return c.note;
  if (!std::isfinite(c.ours) && !std::isfinite(c.certified)) return "";
  return fmt::format("{}, certified {}", shown(c.ours), shown(c.certified));
}

nlohmann::ordered_json in_json(const Comparison& c) {
  const auto value = [](double x) { return std::isfinite(x) ? nlohmann::ordered_json(x) : nlohmann::ordered_json(); };
  nlohmann::ordered_json j;
  j["module"] = c.module;
  j["quantity"] = c.quantity;
  j["problem"] = c.problem;
  j["what"] = c.what;
  j["value"] = value(c.ours);
  j["certified"] = value(c.certified);
  j["digits"] = c.digits;
  if (!c.note.empty()) j["note"] = c.note;
  return j;
}

/// A printed value is right when the certified one rounds to it.
bool rounds_to(const PublishedValue& p) {
  const std::string text = p.text.empty() ? fmt::format("{}", p.value) : p.text;
  const auto point = text.find('.');
  // Zeros at the end of a whole number may stand for digits that were not printed.
  const auto zeros = text.size() - 1 - text.find_last_not_of('0');
  const double unit = point == std::string::npos ? std::pow(10.0, static_cast<double>(zeros))
                                                 : std::pow(10.0, -static_cast<double>(text.size() - point - 1));
  return std::abs(p.value - p.certified) <= 0.5000001 * unit;
}

std::string published_verdict(const PublishedValue& p) {
  if (!std::isfinite(p.certified)) return "no certified value";
  if (rounds_to(p)) return "agrees to its digits";
  if (p.example) return "within the tolerance of its source, other last digits than relia prints";
  return p.checked ? "the printed value is off in its last digits; the certified one holds"
                   : "a commonly quoted value, off in its last digits; not compared with the text of its source";
}

}  // namespace

Bars default_bars() {
  return {
      {"verdict", 16}, {"counts", 16},         {"log-likelihood", 10}, {"criterion", 9},           {"estimate", 8},
      {"quantile", 8}, {"reliability", 8},     {"std-error", 6},       {"covariance", 6},          {"wald-bound", 6},
      {"lr-bound", 6}, {"rank-regression", 9}, {"kaplan-meier", 12},   {"kaplan-meier-bound", 10}, {"nelson-aalen", 12},
      {"turnbull", 8}, {"median-ranks", 12},   {"printed-figure", 16}, {"recomputed-figure", 5}};
}

Certificate certificate(Validation validation, const Bars& bars) {
  Certificate c;
  std::map<std::pair<std::string, std::string>, std::vector<double>> groups;
  const auto bar = [&](const std::string& quantity) {
    const auto it = bars.find(quantity);
    return it == bars.end() ? 8.0 : it->second;
  };
  for (const Comparison& x : validation.comparisons) {
    groups[{x.module, x.quantity}].push_back(x.digits);
    if (x.digits < bar(x.quantity)) c.below.push_back(x);
  }
  for (auto& [key, digits] : groups) {
    std::sort(digits.begin(), digits.end());
    const double limit = bar(key.second);
    const auto below = std::lower_bound(digits.begin(), digits.end(), limit) - digits.begin();
    c.quantities.push_back({key.first, key.second, digits.size(), static_cast<std::size_t>(below), digits.front(),
                            digits[digits.size() / 20], digits[digits.size() / 2], limit});
  }
  const auto fewer = [](const Comparison& a, const Comparison& b) { return a.digits < b.digits; };
  std::stable_sort(c.below.begin(), c.below.end(), fewer);
  c.worst = validation.comparisons;
  std::stable_sort(c.worst.begin(), c.worst.end(), fewer);
  if (c.worst.size() > 10) c.worst.resize(10);
  c.passed = c.below.empty() && !validation.comparisons.empty();
  c.machine = machine_name();
  c.validation = std::move(validation);
  return c;
}

std::string render_text(const Certificate& c) {
  const Validation& v = c.validation;
  std::string out = "Digits of agreement with ";
  if (v.problems > 0 || v.examples == 0) {
    out +=
        fmt::format("{} certified problem{}{}", v.problems, v.problems == 1 ? "" : "s", v.examples > 0 ? " and " : "");
  }
  if (v.examples > 0) out += fmt::format("{} published worked example{}", v.examples, v.examples == 1 ? "" : "s");
  out += "\n\n";
  out += fmt::format("{:16} {:20} {:>6} {:>6} {:>6} {:>7} {:>5}\n", "module", "quantity", "count", "least", "5 %",
                     "median", "bar");
  for (const QuantitySummary& q : c.quantities) {
    out += fmt::format("{:16} {:20} {:>6} {:>6.1f} {:>6.1f} {:>7.1f} {:>5.4g}{}\n", q.module, q.quantity, q.count,
                       q.least, q.low, q.median, q.bar, q.below > 0 ? fmt::format("  {} below", q.below) : "");
  }
  const auto& list = c.below.empty() ? c.worst : c.below;
  out += c.below.empty() ? "\nfewest digits\n" : "\nbelow the bar\n";
  std::size_t shown_lines = 0;
  for (const Comparison& x : list) {
    if (++shown_lines > 40) {
      out += fmt::format("  and {} more\n", list.size() - 40);
      break;
    }
    const std::string told_text = told(x);
    out += fmt::format("  {:5.1f}  {} [{}] {}: {}{}{}\n", x.digits, x.problem, x.module, x.quantity, x.what,
                       told_text.empty() ? "" : " = ", told_text);
  }
  out += "\npublished values\n";
  for (const PublishedValue& p : v.published)
    if (!rounds_to(p) && !p.example)
      out += fmt::format("  {} {}: {} ({}), certified {}: {}\n", p.problem, p.quantity, p.value, p.source,
                         shown(p.certified), published_verdict(p));
  const auto count_of = [&](bool example, bool right) {
    return std::count_if(v.published.begin(), v.published.end(),
                         [&](const PublishedValue& p) { return p.example == example && (!right || rounds_to(p)); });
  };
  if (v.problems > 0) {
    out += fmt::format("  {} of {} agree with the certified value to their last digit\n", count_of(false, true),
                       count_of(false, false));
  }
  if (v.examples > 0) {
    out += fmt::format("  {} of {} figures of worked examples agree with relia to their last digit{}\n",
                       count_of(true, true), v.figures,
                       count_of(true, true) == static_cast<std::ptrdiff_t>(v.figures)
                           ? ""
                           : ",\n  the others within the tolerance of their source (--report lists them)");
  }
  out += fmt::format("\n{} numbers in {:.1f} s: {}\n", v.comparisons.size(), v.seconds,
                     c.passed                ? "every quantity reaches its bar"
                     : v.comparisons.empty() ? "no problem was found"
                                             : fmt::format("{} numbers are below their bar", c.below.size()));
  return out;
}

std::string render_json(const Certificate& c) {
  nlohmann::ordered_json j;
  j["schema"] = "relia.validate/1";
  j["version"] = c.version;
  j["machine"] = c.machine;
  j["solver"] = c.solver;
  j["command"] = c.command;
  j["problems"] = c.validation.problems;
  j["published_examples"] = c.validation.examples;
  j["passed"] = c.passed;
  j["quantities"] = nlohmann::ordered_json::array();
  for (const QuantitySummary& q : c.quantities)
    j["quantities"].push_back({{"module", q.module},
                               {"quantity", q.quantity},
                               {"count", q.count},
                               {"least", q.least},
                               {"five_percent", q.low},
                               {"median", q.median},
                               {"bar", q.bar},
                               {"below", q.below}});
  for (const auto& [key, list] : {std::pair{"below", &c.below}, std::pair{"worst", &c.worst}}) {
    j[key] = nlohmann::ordered_json::array();
    for (const Comparison& x : *list) j[key].push_back(in_json(x));
  }
  j["published"] = nlohmann::ordered_json::array();
  for (const PublishedValue& p : c.validation.published)
    j["published"].push_back({{"problem", p.problem},
                              {"quantity", p.quantity},
                              {"value", p.value},
                              {"source", p.source},
                              {"source_checked", p.checked},
                              {"certified", p.certified},
                              {"verdict", published_verdict(p)}});
  return j.dump(2) + "\n";
}

std::string render_junit(const Certificate& c) {
  std::map<std::string, std::map<std::string, std::vector<const Comparison*>>> suites;
  for (const Comparison& x : c.validation.comparisons) suites[x.module][x.problem];
  for (const Comparison& x : c.below) suites[x.module][x.problem].push_back(&x);
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"relia validate\">\n";
  for (const auto& [module, problems] : suites) {
    const auto failed =
        std::count_if(problems.begin(), problems.end(), [](const auto& p) { return !p.second.empty(); });
    out += fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\">\n", escaped(module), problems.size(),
                       failed);
    for (const auto& [problem, misses] : problems) {
      out += fmt::format("    <testcase classname=\"{}\" name=\"{}\"", escaped(module), escaped(problem));
      if (misses.empty()) {
        out += "/>\n";
        continue;
      }
      std::string text;
      for (const Comparison* x : misses)
        text += fmt::format("{:.1f} digits: {} {} {}\n", x->digits, x->quantity, x->what, told(*x));
      out += fmt::format(">\n      <failure message=\"{} numbers below their bar\">{}</failure>\n    </testcase>\n",
                         misses.size(), escaped(text));
    }
    out += "  </testsuite>\n";
  }
  return out + "</testsuites>\n";
}

std::string render_html(const Certificate& c) {
  const Validation& v = c.validation;
  std::string out =
      "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>relia: certificate of accuracy</title>\n"
      "<style>body{font:15px/1.45 sans-serif;max-width:72em;margin:2em auto;padding:0 1em;color:#222}"
      "table{border-collapse:collapse;margin:1em 0}td,th{border-bottom:1px solid #ccc;padding:.25em .7em;"
      "text-align:left;vertical-align:top}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}"
      ".bad{color:#a00;font-weight:bold}.good{color:#060;font-weight:bold}</style></head><body>\n"
      "<h1>Certificate of accuracy</h1>\n";
  out += fmt::format("<p class=\"{}\">{}</p>\n", c.passed ? "good" : "bad",
                     c.passed ? "Every quantity reaches its bar." : "Some quantities miss their bar.");
  out += fmt::format(
      "<table><tr><th>program</th><td>relia {}</td></tr><tr><th>machine</th><td>{}</td></tr>"
      "<tr><th>solver</th><td>{}</td></tr><tr><th>call</th><td>{}</td></tr><tr><th>problems</th>"
      "<td>{} on {} data sets, {} numbers</td></tr></table>\n",
      escaped(c.version), escaped(c.machine), escaped(c.solver), escaped(c.command), v.problems, v.sources.size(),
      v.comparisons.size());
  out +=
      "<p>Digits are &minus;log<sub>10</sub> of the relative error against a value computed with 50 or more digits "
      "(16 at most). A verdict has 16 or 0.</p>\n<h2>Quantities</h2>\n<table><tr><th>module</th><th>quantity</th>"
      "<th class=\"n\">numbers</th><th class=\"n\">least</th><th class=\"n\">5 %</th><th class=\"n\">median</th>"
      "<th class=\"n\">bar</th><th></th></tr>\n";
  for (const QuantitySummary& q : c.quantities)
    out += fmt::format(
        "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{:.1f}</td>"
        "<td class=\"n\">{:.1f}</td><td class=\"n\">{:.1f}</td><td class=\"n\">{:g}</td>"
        "<td class=\"{}\">{}</td></tr>\n",
        escaped(q.module), escaped(q.quantity), q.count, q.least, q.low, q.median, q.bar, q.below > 0 ? "bad" : "good",
        q.below > 0 ? fmt::format("{} below", q.below) : "met");
  out += "</table>\n";
  const auto rows = [&](const std::vector<const Comparison*>& list) {
    out +=
        "<table><tr><th>problem</th><th>quantity</th><th>number</th><th class=\"n\">certified</th>"
        "<th class=\"n\">ours</th><th class=\"n\">digits</th></tr>\n";
    for (const Comparison* x : list)
      out += fmt::format(
          "<tr><td>{}</td><td>{}</td><td>{}{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td>"
          "<td class=\"n\">{:.1f}</td></tr>\n",
          escaped(x->problem), escaped(x->quantity), escaped(x->what), x->note.empty() ? "" : escaped(": " + x->note),
          std::isfinite(x->certified) ? shown(x->certified) : "", std::isfinite(x->ours) ? shown(x->ours) : "",
          x->digits);
    out += "</table>\n";
  };
  const auto pointers = [](const std::vector<Comparison>& list) {
    std::vector<const Comparison*> p;
    for (const Comparison& x : list) p.push_back(&x);
    return p;
  };
  if (!c.below.empty()) {
    out += "<h2>Below the bar</h2>\n";
    rows(pointers(c.below));
  }
  out += "<h2>Fewest digits</h2>\n";
  rows(pointers(c.worst));
  out +=
      "<h2>Published values</h2>\n<table><tr><th>problem</th><th>quantity</th><th class=\"n\">printed</th>"
      "<th class=\"n\">certified</th><th>source</th><th></th></tr>\n";
  for (const PublishedValue& p : v.published)
    out += fmt::format(
        "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td>{}</td>"
        "<td>{}</td></tr>\n",
        escaped(p.problem), escaped(p.quantity), p.value, shown(p.certified), escaped(p.source),
        escaped(published_verdict(p)));
  out +=
      "</table>\n<h2>Data sets</h2>\n<table><tr><th>name</th><th>title</th><th>source</th><th class=\"n\">problems"
      "</th></tr>\n";
  for (const ProblemSource& s : v.sources)
    out += fmt::format("<tr><td>{}</td><td>{}</td><td>{}</td><td class=\"n\">{}</td></tr>\n", escaped(s.dataset),
                       escaped(s.title), escaped(s.citation), s.problems);
  out += "</table>\n<h2>Every number</h2>\n";
  rows(pointers(v.comparisons));
  return out + "</body></html>\n";
}

}  // namespace relia::cli
