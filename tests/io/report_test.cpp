// The renderers on results built by hand, so that every branch of theirs is reached whatever the data.

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <relia/io/report.hpp>

#include "io/report_json.hpp"
#include "io/report_numbers.hpp"
#include "io/report_sentences.hpp"
#include "io/report_table.hpp"

namespace relia::io {
namespace {

using Json = nlohmann::json;

Quantity quantity(double estimate, double se, double lower, double upper) {
  Quantity q;
  q.estimate = estimate;
  q.std_error = se;
  q.lower = lower;
  q.upper = upper;
  return q;
}

ModelResult weibull(double shape_lower, double shape, double shape_upper) {
  ModelResult m;
  m.distribution = "weibull";
  m.title = "Weibull (2-parameter)";
  m.method = "mle";
  m.bounds = "lr";
  m.solver = "newton";
  m.rank = 1;
  m.free_parameters = 2;
  m.parameters = {{"shape", quantity(shape, 0.25, shape_lower, shape_upper), false},
                  {"scale", quantity(26297.5, 12000.25, 14000, 90000), false}};
  m.covariance = {{0.0625, -2000.5}, {-2000.5, 1.5e8}};
  m.log_likelihood = -135.15270000000001;
  m.aic = 274.3;
  m.aicc = 274.5;
  m.bic = 278.8;
  m.anderson_darling = 0.25;
  m.metrics.mean = quantity(25000, kAbsent, 13000, 95000);
  m.metrics.quantiles = {{0.01, "B1", quantity(350, 200, 80, 900), kAbsent},
                         {0.1, "B10", quantity(3100, 700, 2000, 4700), kAbsent},
                         {0.5, "B50", quantity(18500, 7000, 11000, 52000), kAbsent}};
  m.convergence = {.status = FitStatus::converged, .iterations = 6, .gradient_norm = 1e-12, .reason = {}, .advice = {}};
  return m;
}

FitReport fan(ModelResult model) {
  FitReport r;
  r.source = {.name = "fan.csv", .sha256 = std::string(64, 'a'), .time_unit = "h"};
  r.data.n = 70;
  r.data.failures = 12;
  r.data.right_censored = 58;
  r.data.rows = 70;
  r.first_failure = 450;
  r.last_failure = 8750;
  r.last_time = 11500;
  r.selection = "one";
  r.models = {std::move(model)};
  return r;
}

ModelResult without_estimates(const char* name, const char* title, FitStatus status) {
  ModelResult m;
  m.distribution = name;
  m.title = title;
  m.method = "mle";
  m.bounds = "lr";
  m.parameters = {{"shape", Quantity{}, false}, {"scale", Quantity{}, false}};
  m.convergence = {.status = status,
                   .iterations = 40,
                   .gradient_norm = kAbsent,
                   .reason = "All failures are tied.",
                   .advice = "Hold the shape."};
  return m;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string in_english(const FitReport& r) {
  return render_text(r, {.colour = false, .language = Language::english});
}

// Lines joined and blanks squeezed, so that a sentence is found wherever it was wrapped.
std::string flowed(const std::string& text) {
  std::string out;
  for (const char c : text) {
    const char d = c == '\n' ? ' ' : c;
    if (d != ' ' || out.empty() || out.back() != ' ') out += d;
  }
  return out;
}

TEST(Numbers, ShortestReadsBackToTheSameDouble) {
  for (const double x : {0.1, 1.0 / 3.0, 1e-300, 5e-324, 1.7976931348623157e308, -135.15270000000001, 3.0, 0.0}) {
    EXPECT_EQ(std::strtod(shortest(x).c_str(), nullptr), x) << shortest(x);
  }
  EXPECT_EQ(shortest(0.1), "0.1");
  EXPECT_EQ(shortest(kAbsent), "");
  EXPECT_EQ(shortest(INFINITY), "");
}

TEST(Numbers, ReadableKeepsSixDigitsAndNoEmptyZeros) {
  EXPECT_EQ(readable(1.0), "1");
  EXPECT_EQ(readable(26297.512345), "26297.5");
  EXPECT_EQ(readable(0.00123456789), "0.00123457");
  EXPECT_EQ(readable(999999.9), "1000000");
  EXPECT_EQ(readable(9999999.9), "1e+07");
  EXPECT_EQ(readable(1.5e9), "1.5e+09");
  EXPECT_EQ(readable(0.0001), "0.0001");
  EXPECT_EQ(readable(0.00001), "1e-05");
  EXPECT_EQ(readable(-2.5), "-2.5");
  EXPECT_EQ(readable(0.0), "0");
  EXPECT_EQ(readable(1234567.0), "1234567");
  EXPECT_EQ(readable(120.0, 2), "120");
  EXPECT_EQ(readable(kAbsent), "");
  EXPECT_EQ(readable(-INFINITY), "-inf");
}

TEST(Table, CountsColumnsAsATerminalDoes) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("特征寿命"), 8U);
  EXPECT_EQ(display_width("e\xcc\x81"), 1U);
  EXPECT_EQ(display_width("\x1b[1mab\x1b[0m"), 2U);
  EXPECT_EQ(display_width("\xff\xfe"), 2U);
}

TEST(Table, PutsDecimalPointsUnderEachOther) {
  Table t;
  t.column("名", Table::Align::left);
  t.column("x", Table::Align::number);
  t.column("unused", Table::Align::number);
  t.row({"甲乙", "1.25", ""});
  t.row({"a", "100", ""});
  t.row({"b", "-2e+09", ""});
  t.row({"c", "-", ""});
  EXPECT_EQ(t.text(1),
            " 名         x\n"
            " 甲乙    1.25\n"
            " a     100\n"
            " b     -2e+09\n"
            " c          -\n");
}

TEST(Table, WrapsAtBlanksAndBetweenWideCharacters) {
  EXPECT_EQ(wrap("one two three", 0, 2, 9), "one two\n  three");
  EXPECT_EQ(wrap("特征寿命可靠寿命", 0, 0, 9), "特征寿命\n可靠寿命");
  EXPECT_EQ(wrap("特征寿命。可靠", 0, 0, 8), "特征寿\n命。可靠");
  EXPECT_EQ(wrap("unbreakable", 0, 2, 4), "unbreakable");
}

TEST(Json, HasTheKeysOfTheManualInOrder) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.models[0].metrics.reliability = {{1000, quantity(0.97, 0.01, 0.9, 0.99), kAbsent}};
  r.requirements = {{.expression = "R(1000)>=0.95@0.9",
                     .confidence = 0.9,
                     .estimate = 0.97,
                     .bound = 0.93,
                     .met = false,
                     .reason = {}}};
  const std::string text = render_json(r, false);
  const auto j = nlohmann::ordered_json::parse(text);
  std::vector<std::string> keys;
  for (const auto& [key, value] : j.items()) keys.push_back(key);
  EXPECT_EQ(keys, (std::vector<std::string>{"schema", "data", "confidence", "bounds", "sides", "criterion", "models",
                                            "requirements", "warnings"}));
  EXPECT_EQ(j["schema"], "relia.fit/1");
  EXPECT_EQ(j["data"]["source"], "fan.csv");
  EXPECT_EQ(j["data"]["n"], 70);
  EXPECT_EQ(j["data"]["right_censored"], 58);
  EXPECT_EQ(j["data"]["time_unit"], "h");
  const auto& m = j["models"][0];
  EXPECT_EQ(m["distribution"], "weibull");
  EXPECT_EQ(m["rank"], 1);
  EXPECT_EQ(m["parameters"][0]["name"], "shape");
  EXPECT_EQ(m["parameters"][0]["std_error"], 0.25);
  EXPECT_FALSE(m["parameters"][0].contains("fixed"));
  EXPECT_EQ(m["covariance"][1][0], -2000.5);
  EXPECT_EQ(m["log_likelihood"].get<double>(), -135.15270000000001);
  EXPECT_EQ(m["quantiles"][1]["name"], "B10");
  EXPECT_EQ(m["quantiles"][1]["p"], 0.1);
  EXPECT_EQ(m["reliability"][0]["time"], 1000.0);
  EXPECT_EQ(m["convergence"]["status"], "converged");
  EXPECT_EQ(m["convergence"]["gradient_norm"], 1e-12);
  EXPECT_EQ(j["requirements"][0]["expr"], "R(1000)>=0.95@0.9");
  EXPECT_EQ(j["requirements"][0]["met"], false);
  EXPECT_TRUE(j["warnings"].empty());
}

TEST(Json, NumbersReadBackToTheSameDouble) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  std::vector<double> values;
  double x = 1.0;
  for (int i = 0; i < 300; ++i) {
    x = std::nextafter(x * 1.7e-2 + std::sin(i) * std::pow(10.0, i % 40 - 20), INFINITY);
    values.push_back(x);
    r.models[0].metrics.hazard.push_back({1.0, quantity(x, -x, kAbsent, kAbsent), kAbsent});
  }
  const Json j = Json::parse(render_json(r, false));
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(j["models"][0]["hazard"][i]["estimate"].get<double>(), values[i]);
    EXPECT_EQ(j["models"][0]["hazard"][i]["std_error"].get<double>(), -values[i]);
  }
}

TEST(Json, AbsentNumbersAreNullAndWarningsSayWhy) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.models[0].parameters[1].value.upper = INFINITY;
  r.models[0].parameters[1].value.upper_reason = "the profile does not close";
  r.models[0].metrics.quantiles[2].value.upper = kAbsent;
  r.models[0].metrics.quantiles[2].value.upper_reason = "the profile does not close";
  const Json j = Json::parse(render_json(r, false));
  EXPECT_TRUE(j["models"][0]["parameters"][1]["upper"].is_null());
  EXPECT_EQ(j["models"][0]["parameters"][1]["upper_reason"], "the profile does not close");
  EXPECT_TRUE(j["models"][0]["mean"]["std_error"].is_null());
  EXPECT_EQ(j["warnings"], Json::array({"weibull: no upper bound for scale, B50: the profile does not close"}));
}

TEST(Json, WithoutEstimatesThereIsAVerdictAndNulls) {
  const FitReport r = fan(without_estimates("weibull", "Weibull (2-parameter)", FitStatus::unbounded));
  const Json j = Json::parse(render_json(r, false));
  const Json& m = j["models"][0];
  EXPECT_TRUE(m["rank"].is_null());
  EXPECT_TRUE(m["parameters"][0]["estimate"].is_null());
  EXPECT_TRUE(m["log_likelihood"].is_null());
  EXPECT_TRUE(m["aicc"].is_null());
  EXPECT_TRUE(m["covariance"].is_null());
  EXPECT_EQ(m["convergence"]["status"], "unbounded");
  EXPECT_EQ(m["convergence"]["reason"], "All failures are tied.");
  EXPECT_EQ(m["convergence"]["advice"], "Hold the shape.");
}

TEST(Json, FixedParametersAndGroupsAndModes) {
  FitReport r = fan(weibull(kAbsent, 2, kAbsent));
  r.models[0].parameters[0].fixed = true;
  r.group_column = "supplier";
  r.group = "A \"quoted\"";
  const std::string line = render_json(r, true);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  EXPECT_EQ(Json::parse(line)["group"], "A \"quoted\"");
  EXPECT_EQ(Json::parse(line)["models"][0]["parameters"][0]["fixed"], true);

  FitReport modes = fan(weibull(0.6, 1.05, 1.7));
  ModelResult& m = modes.models[0];
  m.modifier = "mode";
  ModeResult one;
  one.mode = "seal";
  one.data.failures = 7;
  one.parameters = m.parameters;
  one.metrics = m.metrics;
  one.convergence.status = FitStatus::converged;
  m.modes = {one};
  m.parameters.clear();
  const Json j = Json::parse(render_json(modes, false))["models"][0];
  EXPECT_EQ(j["modes"][0]["mode"], "seal");
  EXPECT_EQ(j["modes"][0]["data"]["failures"], 7);
  EXPECT_EQ(j["modes"][0]["parameters"][1]["estimate"], 26297.5);
  EXPECT_EQ(j["system"]["quantiles"][1]["estimate"], 3100.0);
  EXPECT_FALSE(j.contains("quantiles"));
}

// Every branch of the writer that makes no tree, against the tree.
TEST(Json, TheLineIsTheTreeOnOneLine) {
  std::vector<FitReport> reports;
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.group_column = "part";
  r.group = "A \"quoted\" \xe5\xa4\xb1\xff\n";
  r.bounds = "wald";
  reports.push_back(r);
  ModelResult& m = r.models[0];
  m.parameters[0].fixed = true;
  m.parameters[1].value.reason = "why";
  m.parameters[1].value.lower_reason = "because";
  m.parameters[1].value.digits.estimate = 12.5;
  m.derived = m.parameters;
  m.components = 2;
  m.modifier = "mixture";
  m.ranks = "exact";
  m.method = "rrx";
  m.rank = 0;
  m.bounds.clear();
  m.covariance.clear();
  m.anderson_darling_adjusted = 0.5;
  m.warnings = {"one", "two"};
  m.resampling = {"weights", "bca", 18446744073709551615u, 2000, 3, true};
  m.certification = {"disagrees", "why", 3.0, kAbsent};
  m.metrics.reliability = m.metrics.hazard = {{1000, quantity(0.9, 0.01, 1e-300, -1e300), kAbsent}};
  m.metrics.conditional = {{1000, quantity(0.0, -0.0, 5e-324, 1e21), 50}};
  m.metrics.residual_quantiles = {{0.1, "B10", quantity(1.0 / 3.0, 123456789012345680.0, 0.1, 2e-5), 50}};
  m.metrics.reliable_life = {{0.9, quantity(100, 1, kAbsent, std::numeric_limits<double>::infinity())}};
  m.convergence = {FitStatus::unbounded, 0, kAbsent, "reason", "advice"};
  r.source.time_unit = "h";
  r.requirements = {{"R(1000)>=0.9", 0.95, 0.91, kAbsent, false, "no bound"}};
  reports.push_back(r);
  ModeResult one;
  one.mode = "seal";
  one.parameters = m.parameters;
  one.metrics = m.metrics;
  m.modifier = "mode";
  m.modes = {one, one};
  reports.push_back(r);
  r.models.clear();
  r.group_column.clear();
  reports.push_back(r);
  for (const FitReport& report : reports) EXPECT_EQ(render_json(report, true), dumped(fit_object(report), true));
  // Numbers of every size.
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    double x = std::bit_cast<double>(random());
    if (i % 2 == 0) x = std::ldexp(static_cast<double>(random() % 100000), static_cast<int>(random() % 80) - 40);
    reports[0].models[0].parameters[0].value.estimate = x;
    reports[0].models[0].log_likelihood = -x;
    ASSERT_EQ(render_json(reports[0], true), dumped(fit_object(reports[0]), true));
  }
}

TEST(WideCsv, OneRowAGroupWithTheColumnsOfTheOutline) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.group_column = "part";
  r.group = "A, B";
  r.models[0].metrics.reliability = {{1000, quantity(0.9, 0.01, 0.8, 0.95), kAbsent}};
  r.requirements = {{"R(1000)>=0.9", 0.95, 0.9, 0.8, false, ""}};
  const WideCsv wide(r);
  FitReport none = r;
  none.group = "C";
  none.models[0].rank = 0;
  none.models[0].metrics = {};
  none.models[0].convergence = {FitStatus::flat, 0, kAbsent, "why, then", ""};
  for (double* x : {&none.models[0].log_likelihood, &none.models[0].aic}) *x = kAbsent;
  std::string text = wide.header();
  wide.append(text, r);
  wide.append(text, none);
  const auto cells = [](const std::string& line) {
    std::vector<std::string> out(1);
    bool quoted = false;
    for (const char c : line) {
      if (c == '"')
        quoted = !quoted;
      else if (c == ',' && !quoted)
        out.emplace_back();
      else
        out.back() += c;
    }
    return out;
  };
  std::vector<std::vector<std::string>> rows;
  for (std::size_t from = 0, end; (end = text.find('\n', from)) != std::string::npos; from = end + 1) {
    rows.push_back(cells(text.substr(from, end - from)));
  }
  ASSERT_EQ(rows.size(), 3u);
  const auto at = [&](std::size_t row, const std::string& name) {
    const auto it = std::find(rows[0].begin(), rows[0].end(), name);
    return it == rows[0].end() ? "no " + name : rows[row][static_cast<std::size_t>(it - rows[0].begin())];
  };
  for (const auto& row : rows) ASSERT_EQ(row.size(), rows[0].size());
  EXPECT_EQ(at(1, "group"), "A, B");
  EXPECT_EQ(at(1, "status"), "converged");
  EXPECT_EQ(at(1, "shape"), "1.05");
  EXPECT_EQ(at(1, "shape_lower"), "0.6");
  EXPECT_EQ(at(1, "scale_std_error"), "12000.25");
  EXPECT_EQ(at(1, "B10_upper"), "4700");
  EXPECT_EQ(at(1, "R(1000)"), "0.9");
  EXPECT_EQ(at(1, "R(1000)>=0.9"), "not met");
  EXPECT_EQ(at(1, "R(1000)>=0.9 bound"), "0.8");
  EXPECT_EQ(at(1, "reason"), "");
  EXPECT_EQ(at(2, "status"), "flat");
  EXPECT_EQ(at(2, "B10"), "");
  EXPECT_EQ(at(2, "rank"), "");
  EXPECT_EQ(at(2, "log_likelihood"), "");
  EXPECT_EQ(at(2, "R(1000)>=0.9"), "not met");
  EXPECT_EQ(at(2, "reason"), "why, then");
}

TEST(Json, NamesThatAreNotUtf8DoNotStopTheNumbers) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.source.name = "fan\xff.csv";
  EXPECT_EQ(Json::parse(render_json(r, false))["data"]["source"], "fan\xef\xbf\xbd.csv");
}

TEST(Csv, OneRowANumberQuotedWhereNeeded) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.group_column = "supplier";
  r.group = "A, \"B\"";
  r.requirements = {
      {.expression = "B10<=5000", .confidence = 0.9, .estimate = 3100, .bound = 4200, .met = true, .reason = {}}};
  const std::string text = render_csv(r);
  EXPECT_TRUE(holds(text, "\"A, \"\"B\"\"\",weibull,1,,parameter,shape,,,1.05,0.25,0.6,1.7,converged\n")) << text;
  EXPECT_TRUE(holds(text, ",weibull,1,,quantile,B10,0.1,,3100,700,2000,4700,converged\n")) << text;
  EXPECT_TRUE(holds(text, ",weibull,1,,mean,mean,,,25000,,13000,95000,converged\n")) << text;
  EXPECT_TRUE(holds(text, ",,,,requirement,B10<=5000,0.9,,3100,,,4200,met\n")) << text;
  const auto commas = [](const std::string& line) { return std::count(line.begin(), line.end(), ','); };
  EXPECT_EQ(commas(csv_header()), 12);
}

TEST(Text, SaysWhatWasReadAndTheNumbers) {
  const std::string text = in_english(fan(weibull(0.6, 1.05, 1.7)));
  EXPECT_TRUE(holds(text, "fan.csv  70 units in 70 rows, SHA-256 aaaaaaaaaaaa…")) << text;
  EXPECT_TRUE(holds(text, "F=12 failed, S=58 right-censored (suspended), L=0 left-censored, I=0 interval-censored"));
  EXPECT_TRUE(holds(text, "failures from 450 to 8750 h, last age 11500 h"));
  EXPECT_TRUE(
      holds(text, "Weibull (2-parameter)  maximum likelihood, two-sided 95 % bounds, profile likelihood ratio"));
  EXPECT_TRUE(holds(text, "characteristic life eta"));
  EXPECT_FALSE(holds(text, "\x1b"));
  EXPECT_FALSE(holds(text, "nan"));
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    EXPECT_LE(display_width(text.substr(start, end - start)), 100U);
    EXPECT_NE(text[end - 1], ' ') << "a blank at the end of a line";
    start = end + 1;
  }
}

TEST(Text, JudgesTheShapeByItsBoundsNotItsEstimate) {
  EXPECT_TRUE(holds(in_english(fan(weibull(0.6, 1.05, 1.7))), "Random failures are possible"));
  EXPECT_TRUE(holds(in_english(fan(weibull(1.01, 1.5, 2.1))), "Wear-out: the failure rate rises"));
  EXPECT_TRUE(holds(in_english(fan(weibull(0.3, 0.5, 0.99))), "Infant mortality: the failure rate falls"));
  // One-sided: the upper end is not known, so wear-out can be shown but infant mortality cannot.
  EXPECT_TRUE(holds(in_english(fan(weibull(1.01, 1.5, kAbsent))), "Wear-out: the failure rate rises"));
  EXPECT_TRUE(holds(flowed(in_english(fan(weibull(0.3, 0.5, kAbsent)))), "estimated at 0.5, below 1"));
  EXPECT_TRUE(holds(flowed(in_english(fan(weibull(kAbsent, 1.5, kAbsent)))), "estimated at 1.5, above 1"));
  FitReport fixed = fan(weibull(kAbsent, 2, kAbsent));
  fixed.models[0].parameters[0].fixed = true;
  EXPECT_TRUE(holds(in_english(fixed), "shape was held at 2"));
}

TEST(Text, OtherDistributionsByTheMeanFailureRateBetweenQuantiles) {
  const auto with_lives = [](double b1, double b10, double b50) {
    ModelResult m = weibull(1, 1, 1);
    m.distribution = "inverse-gaussian";
    m.metrics.quantiles[0].value.estimate = b1;
    m.metrics.quantiles[1].value.estimate = b10;
    m.metrics.quantiles[2].value.estimate = b50;
    return flowed(in_english(fan(m)));
  };
  // -ln(1-p): 0.01005, 0.10536, 0.69315: mean rates 0.01, 0.1, 0.6 an hour and so on.
  EXPECT_TRUE(holds(with_lives(1, 2, 3), "the fitted failure rate rises from age 0 to age 3 h"));
  EXPECT_TRUE(holds(with_lives(1, 20, 400), "the fitted failure rate falls from age 0 to age 400 h"));
  EXPECT_TRUE(holds(with_lives(10, 105, 694), "hardly changes from age 0 to age 694 h"));
  EXPECT_TRUE(holds(with_lives(10, 60, 800), "rises up to an age of about 60 h and falls after it"));
  EXPECT_TRUE(holds(with_lives(1, 60, 300), "falls up to an age of about 60 h and rises after it"));
  // Beyond the last age nobody has seen anything: B50 does not count, and two intervals are left.
  EXPECT_TRUE(holds(with_lives(1, 2, 1e6), "rises from age 0 to age 2 h"));
  EXPECT_FALSE(holds(with_lives(1, 2e5, 1e6), "the fitted failure rate"));
}

TEST(Text, JudgesEveryFailureModeByItsOwnShape) {
  ModelResult m = weibull(0.6, 1.05, 1.7);
  m.modifier = "mode";
  for (const auto& [name, lower, upper] : {std::tuple{"seal", 1.2, 3.0}, std::tuple{"solder", 0.3, 0.8}}) {
    ModeResult mode;
    mode.mode = name;
    mode.data.failures = 6;
    mode.parameters = {{"shape", quantity(std::sqrt(lower * upper), 0.2, lower, upper), false}};
    mode.convergence.status = FitStatus::converged;
    m.modes.push_back(mode);
  }
  const std::string text = flowed(in_english(fan(m)));
  EXPECT_TRUE(holds(text, "seal: Wear-out: the failure rate rises with age. The whole interval of shape (1.2 to 3)"))
      << text;
  EXPECT_TRUE(holds(text, "solder: Infant mortality")) << text;
  EXPECT_TRUE(holds(text, "failure mode: seal failures: 6")) << text;
}

TEST(Text, NamesWhatToBewareOf) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.data.failures = 4;
  const std::string text = flowed(in_english(r));
  EXPECT_TRUE(holds(text, "Very few failures (4)")) << text;
  EXPECT_TRUE(holds(text, "B50, mean: beyond the last age in the data (11500 h)")) << text;
  EXPECT_TRUE(holds(text, "B1: before the first failure (450 h)")) << text;
}

TEST(Text, CandidatesWithinTwoAreNotToldApart) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.selection = "best";
  ModelResult near = weibull(kAbsent, 1.2, kAbsent), far = near;
  near.distribution = "lognormal";
  near.title = "Lognormal";
  near.rank = 2;
  near.aicc = 276.4;
  near.metrics.quantiles[1].value.estimate = 2900;
  far.distribution = "normal";
  far.title = "Normal";
  far.rank = 3;
  far.aicc = 276.6;
  r.models.push_back(near);
  r.models.push_back(far);
  r.models.push_back(without_estimates("gamma", "Gamma", FitStatus::flat));
  const std::string text = flowed(in_english(r));
  EXPECT_TRUE(
      holds(text, "(within 2 of the best): Weibull (2-parameter), Lognormal. Among them B10 runs from 2900 to 3100 h."))
      << text;
  EXPECT_TRUE(holds(text, "Gamma: undetermined. All failures are tied."));
  EXPECT_TRUE(holds(text, "ranked by AICc"));
  EXPECT_FALSE(holds(text, "Normal maximum likelihood")) << "only the first carries bounds and a section";
}

TEST(Text, VerdictsInsteadOfNumbers) {
  const std::string text = in_english(fan(without_estimates("weibull", "Weibull (2-parameter)", FitStatus::unbounded)));
  EXPECT_TRUE(holds(text, "No estimate for Weibull (2-parameter)")) << text;
  EXPECT_TRUE(holds(text, "verdict: no maximum. All failures are tied."));
  EXPECT_TRUE(holds(text, "what would help: Hold the shape."));
  EXPECT_FALSE(holds(text, "B10"));
}

TEST(Text, RequirementsWithTheBoundThatCounts) {
  FitReport r = fan(weibull(0.6, 1.05, 1.7));
  r.requirements = {
      {.expression = "R(1000)>=0.95@0.9",
       .confidence = 0.9,
       .estimate = 0.97,
       .bound = 0.93,
       .met = false,
       .reason = {}},
      {.expression = "F(500)<=0.1", .confidence = 0.95, .estimate = 0.02, .bound = 0.04, .met = true, .reason = {}},
      {.expression = "B10>=1",
       .confidence = 0.95,
       .estimate = 3100,
       .bound = kAbsent,
       .met = false,
       .reason = "no lower end"}};
  const std::string text = flowed(in_english(r));
  EXPECT_TRUE(holds(text, "NOT MET R(1000)>=0.95@0.9 estimate 0.97, lower bound 0.93 at 90 % one-sided")) << text;
  EXPECT_TRUE(holds(text, "met F(500)<=0.1 estimate 0.02, upper bound 0.04 at 95 % one-sided")) << text;
  EXPECT_TRUE(holds(text, "estimate 3100, no bound at 95 % one-sided: no lower end")) << text;
}

TEST(Text, ChineseSaysTheSameNumbers) {
  const FitReport r = fan(weibull(0.6, 1.05, 1.7));
  const std::string text = render_text(r, {.colour = false, .language = Language::chinese});
  for (const char* word : {"威布尔", "特征寿命", "置信下限", "截尾", "偶然失效", "26297.5", "0.25", "3100"}) {
    EXPECT_TRUE(holds(text, word)) << word << '\n' << text;
  }
  EXPECT_FALSE(holds(text, "estimate"));
}

TEST(Sentences, FindTheirChineseAlsoInsideOthers) {
  EXPECT_EQ(in_language("No failure has a mode.", Language::chinese), "没有任何失效带有失效模式。");
  EXPECT_EQ(in_language("Mode seal: No failure has a mode.", Language::chinese),
            "失效模式 seal：没有任何失效带有失效模式。");
  EXPECT_EQ(in_language("No failure has a mode.", Language::english), "No failure has a mode.");
  EXPECT_EQ(in_language("Nobody wrote this one.", Language::chinese), "Nobody wrote this one.");
}

TEST(Text, ColourOnlyWhenAsked) {
  EXPECT_TRUE(
      holds(render_text(fan(weibull(0.6, 1.05, 1.7)), {.colour = true, .language = Language::english}), "\x1b[1m"));
}

}  // namespace
}  // namespace relia::io
