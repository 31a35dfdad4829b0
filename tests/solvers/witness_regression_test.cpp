// The witness of life against stress: against the certified results, against closed forms, and as the judge of what
// the engine reports.

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <relia/alt.hpp>
#include <relia/error.hpp>
#include <relia/witness.hpp>

#include "solvers/witness/real.hpp"

namespace {

using nlohmann::json;
using relia::AltOptions;
using relia::Column;
using relia::kAbsent;
using relia::LifeTable;
using relia::StressTerm;
using relia::witness::Certificate;
using relia::witness::CertifiedQuantity;
using relia::witness::certify_report;
using relia::witness::Real50;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
const std::filesystem::path kReference = std::filesystem::path(RELIA_SOURCE_DIR) / "data" / "reference";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path);
  std::stringstream s;
  s << in.rdbuf();
  return s.str();
}

/// A reference file with its stresses as columns of numbers; these files have no quotes and no blanks.
LifeTable load(const std::string& name) {
  std::istringstream in(text_of(kReference / "datasets" / (name + ".csv")));
  LifeTable table;
  std::vector<std::string> header;
  std::string line;
  std::getline(in, line);
  std::stringstream first(line);
  for (std::string cell; std::getline(first, cell, ',');) header.push_back(cell);
  for (const auto& h : header) {
    table.columns.emplace_back();
    table.columns.back().name = h;
  }
  while (std::getline(in, line)) {
    std::map<std::string, std::string> cell;
    std::stringstream s(line + ",");
    for (const auto& h : header) std::getline(s, cell[h], ',');
    const auto number = [&](const std::string& key, double absent) {
      return cell[key].empty() ? absent : std::strtod(cell[key].c_str(), nullptr);
    };
    table.lower.push_back(number("lower", 0.0));
    table.upper.push_back(number("upper", kInfinity));
    table.count.push_back(number("count", 1.0));
    table.entry.push_back(number("trunc_lower", 0.0));
    table.exit.push_back(number("trunc_upper", kInfinity));
    for (auto& c : table.columns) c.numbers.push_back(number(c.name, kAbsent));
  }
  return table;
}

struct Problem {
  json certified;
  std::string text;
  LifeTable table;
  AltOptions options;
};

Problem read(const std::string& stem) {
  static const std::map<std::string, std::vector<std::string>> relations = {
      {"arrhenius", {"arrhenius"}},
      {"eyring", {"eyring"}},
      {"inverse_power", {"power"}},
      {"peck", {"arrhenius", "power"}},
      {"temperature_nonthermal", {"arrhenius", "power"}},
      {"log_linear", {}}};
  Problem p;
  p.text = text_of(kReference / "certified" / (stem + ".json"));
  p.certified = json::parse(p.text);
  const json& c = p.certified;
  p.table = load(c["dataset"]);
  const std::string model = c["model"];
  const auto first = model.find('_') + 1, second = model.find('_', first);
  p.options.fit.distributions = {model.substr(first, second - first)};
  p.options.fit.selection = "one";
  p.options.fit.threads = 1;
  p.options.fit.quantiles.clear();
  for (const auto& l : c["use_life"]) p.options.fit.quantiles.push_back(l["p"]);
  p.options.fit.at = {c["use_reliability"]["t"]};
  const auto& words = relations.at(model.substr(second + 1));
  for (std::size_t i = 0; i < c["stress_columns"].size(); ++i)
    p.options.stresses.push_back({{{c["stress_columns"][i], i < words.size() ? words[i] : "linear"}}});
  for (const auto& [column, value] : c["use_stress"].items()) p.options.use.emplace_back(column, value.dump());
  return p;
}

std::vector<std::string> problems() {
  std::vector<std::string> list;
  if (std::filesystem::exists(kReference / "certified"))
    for (const auto& f : std::filesystem::directory_iterator(kReference / "certified"))
      if (f.path().stem().string().find(".alt_") != std::string::npos) list.push_back(f.path().stem().string());
  std::sort(list.begin(), list.end());
  return list;
}

relia::witness::Model model_of(const AltOptions& options) {
  relia::witness::Model m;
  m.distribution = options.fit.distributions.at(0);
  m.stresses = options.stresses;
  m.factors = options.factors;
  m.use = options.use;
  return m;
}

double lre(double x, double certified) {
  if (x == certified) return 17.0;
  return -std::log10(std::abs(x - certified) / std::abs(certified));
}

double lre(const std::string& x, const std::string& certified) {
  const Real50 c(certified), error = abs(Real50(x) - c) / abs(c);
  return error == 0 ? 50.0 : -std::log10(static_cast<double>(error));
}

void expect_quantity(const std::string& what, const CertifiedQuantity& ours, const json& c) {
  const auto near = [&](const char* part, double x, const json& y) {
    if (y.is_null()) return;
    EXPECT_GE(lre(x, y.get<double>()), 15.0) << what << " " << part << " is " << x << ", certified " << y;
  };
  near("estimate", ours.estimate, c["estimate"]);
  near("std. error", ours.std_error, c["se"]);
  near("Wald lower", ours.wald_lower, c["wald95"][0]);
  near("Wald upper", ours.wald_upper, c["wald95"][1]);
  if (!c.contains("profile95")) return;
  near("profile lower", ours.profile_lower, c["profile95"][0]);
  near("profile upper", ours.profile_upper, c["profile95"][1]);
}

class Regression : public testing::TestWithParam<std::string> {};

TEST_P(Regression, AgreesToThePrintedDigits) {
  const Problem p = read(GetParam());
  const json& c = p.certified;
  const auto model = model_of(p.options);
  const auto names = relia::witness::parameter_names(p.table, model);
  // The coefficients stand in the same order there; shape or sigma after them, where the file may have the other first.
  const json& last = c["parameters"].back();
  const bool has_shape = names.back() == "shape" || names.back() == "sigma";
  const json* spread = &last;
  if (has_shape && last["name"] != names.back() && c.contains("alternative")) {
    for (const auto& q : c["alternative"]["parameters"])
      if (q["name"] == names.back()) spread = &q;
  }
  ASSERT_EQ(names.size(), c["parameters"].size());
  if (has_shape) {
    ASSERT_EQ((*spread)["name"], names.back());
  }
  relia::witness::Request request;
  request.quantiles = p.options.fit.quantiles;
  request.at = p.options.fit.at;
  // Starts some way off, so that the climb has work to do.
  std::vector<Certificate> found;
  for (const double away : {0.05, -0.02}) {
    std::vector<double> start;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const json& q = has_shape && i + 1 == names.size() ? *spread : c["parameters"][i];
      // Coefficients are strongly correlated: they move along one direction of life.
      start.push_back(q["estimate"].get<double>() + away * q["se"].get<double>() * (i % 2 ? -1 : 1));
    }
    request.profile = found.empty();
    found.push_back(certify(p.table, model, start, request));
    ASSERT_EQ(found.back().status, relia::witness::CertificateStatus::maximum);
  }
  const Certificate& ours = found[0];
  EXPECT_GE(lre(ours.log_likelihood, c["loglik"].get<double>()), 15.0);
  for (std::size_t i = 0; i < names.size(); ++i)
    expect_quantity(names[i], ours.parameters[i], has_shape && i + 1 == names.size() ? *spread : c["parameters"][i]);
  for (const auto& q : ours.derived)
    if (last["name"] == q.name) expect_quantity(q.name, q, last);
  ASSERT_EQ(ours.quantiles.size(), c["use_life"].size());
  for (std::size_t i = 0; i < ours.quantiles.size(); ++i)
    expect_quantity(ours.quantiles[i].name, ours.quantiles[i], c["use_life"][i]);
  expect_quantity("R", ours.reliability.at(0), c["use_reliability"]);

  // The files print 18 digits, more than a double holds: the text is compared.
  std::smatch m;
  ASSERT_TRUE(std::regex_search(p.text, m, std::regex("\"loglik\": ([-0-9.e]+)")));
  EXPECT_GE(lre(ours.log_likelihood_digits, m[1]), 17.0);
  const std::regex estimate("\"estimate\": ([-0-9.e]+)");
  auto at = std::sregex_iterator(p.text.begin(), p.text.end(), estimate);
  for (std::size_t i = 0; i < names.size(); ++i, ++at) {
    if (has_shape && i + 1 == names.size()) {
      const bool same = last["name"] == names.back();
      if (same || !ours.derived.empty()) {
        EXPECT_GE(lre(same ? ours.parameters[i].digits : ours.derived[0].digits, (*at)[1]), 17.0) << names[i];
      }
    } else {
      EXPECT_GE(lre(ours.parameters[i].digits, (*at)[1]), 17.0) << names[i];
    }
  }
  // Where the climb began leaves no trace: both ends lie within 1e-25 of a standard error of the maximum.
  for (std::size_t i = 0; i < names.size(); ++i)
    EXPECT_GE(lre(ours.parameters[i].digits, found[1].parameters[i].digits), 25.0) << names[i];
  EXPECT_GE(lre(ours.log_likelihood_digits, found[1].log_likelihood_digits), 25.0);
  EXPECT_LT(ours.gradient, 1e-25);
}

INSTANTIATE_TEST_SUITE_P(Witness, Regression, testing::ValuesIn(problems()), [](const auto& p) {
  std::string name = p.param;
  for (char& ch : name)
    if (!std::isalnum(static_cast<unsigned char>(ch))) ch = '_';
  return name;
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Regression);

void collect(const relia::witness::ModelDigits& d, std::vector<double>& digits) {
  const auto add = [&](double x) {
    if (std::isfinite(x)) digits.push_back(x);
  };
  add(d.log_likelihood);
  for (const auto* list : {&d.parameters, &d.quantiles, &d.reliability})
    for (const auto& q : *list)
      for (double x : {q.estimate, q.std_error, q.lower, q.upper}) add(x);
}

TEST(WitnessRegression, TheEngineHasItsDigitsOnTheCertifiedProblems) {
  ASSERT_GE(problems().size(), 45U);
  std::vector<double> digits;
  for (const auto& stem : problems())
    for (const char* bounds : {"wald", "lr"}) {
      Problem p = read(stem);
      p.options.fit.bounds = bounds;
      const auto report = alt(p.table, p.options);
      const auto all = certify_report(p.table, p.options, report.fit);
      ASSERT_EQ(all.size(), 1U) << stem;
      EXPECT_EQ(all[0].reason, "") << stem;
      EXPECT_GE(all[0].least, 9.0) << stem << " " << bounds;
      const std::size_t before = digits.size();
      collect(all[0], digits);
      EXPECT_GE(digits.size() - before, 20U) << stem;
    }
  std::sort(digits.begin(), digits.end());
  EXPECT_GE(digits[digits.size() / 2], 13.0);
}

Column numbers(const std::string& name, std::vector<double> values) {
  Column c;
  c.name = name;
  c.numbers = std::move(values);
  return c;
}

TEST(WitnessRegression, AgreesWithAClosedForm) {
  // Two levels, exponential: the mean at each level is total time over failures.
  LifeTable t;
  t.lower = {10.5, 20.25, 40.0, 3.125, 6.0};
  t.upper = {10.5, 20.25, kInfinity, 3.125, 6.0};
  t.columns.push_back(numbers("temp_f", {212, 212, 212, 392, 392}));
  const Real50 low = Real50("70.75") / 2, high = Real50("9.125") / 2;
  const Real50 cold("373.15"), hot("473.15"), boltzmann("8.617333262e-5");
  struct Case {
    const char* relation;
    Real50 x_cold, x_hot, offset_cold, offset_hot;
  };
  for (const Case& c : {Case{"arrhenius", 1 / (boltzmann * cold), 1 / (boltzmann * hot), 0, 0},
                        Case{"eyring", 1 / (boltzmann * cold), 1 / (boltzmann * hot), -log(cold), -log(hot)},
                        Case{"power", -log(Real50(212)), -log(Real50(392)), 0, 0},
                        Case{"log", log(Real50(212)), log(Real50(392)), 0, 0}, Case{"linear", 212, 392, 0, 0},
                        Case{"reciprocal", 1 / Real50(212), 1 / Real50(392), 0, 0}}) {
    relia::witness::Model model;
    model.distribution = "exponential";
    model.stresses = {{{{"temp_f", c.relation}}}};
    model.use = {{"temp_f", "77"}};
    const Real50 y_cold = log(low) - c.offset_cold, y_hot = log(high) - c.offset_hot;
    const Real50 slope = (y_cold - y_hot) / (c.x_cold - c.x_hot), intercept = y_cold - slope * c.x_cold;
    relia::witness::Request request;
    request.mean = true;
    const auto found = certify(t, model, {static_cast<double>(intercept), static_cast<double>(slope)}, request);
    ASSERT_EQ(found.status, relia::witness::CertificateStatus::maximum) << c.relation;
    EXPECT_GE(lre(found.parameters[0].digits, intercept.str(40)), 25.0) << c.relation;
    EXPECT_GE(lre(found.parameters[1].digits, slope.str(40)), 25.0) << c.relation;
    EXPECT_GE(lre(found.log_likelihood_digits, Real50(-2 * log(low) - 2 - 2 * log(high) - 2).str(40)), 25.0);
    // Each level's log mean has the variance 1/failures.
    const Real50 spread = 1 / abs(c.x_cold - c.x_hot);
    EXPECT_GE(lre(found.parameters[1].std_error, static_cast<double>(spread)), 15.0) << c.relation;
    ASSERT_TRUE(std::isfinite(found.mean.estimate));
    if (std::string(c.relation) == "arrhenius") {
      const Real50 x = 1 / (boltzmann * Real50("298.15"));
      EXPECT_GE(lre(found.mean.digits, exp(intercept + slope * x).str(40)), 25.0);
      // weights of the two levels in the line at use
      const Real50 w = (x - c.x_hot) / (c.x_cold - c.x_hot), v = (w * w + (1 - w) * (1 - w)) / 2;
      EXPECT_GE(lre(found.mean.std_error / found.mean.estimate, static_cast<double>(sqrt(v))), 14.0);
    }
  }
}

/// Three temperatures, two voltages, three makers, all kinds of rows.
LifeTable varied() {
  LifeTable t;
  Column temperature = numbers("temp_c", {}), volts = numbers("volts", {});
  Column maker;
  maker.name = "maker";
  maker.type = Column::Type::text;
  maker.levels = {"B", "A", "C"};
  int k = 0;
  for (double c : {60.0, 85.0, 110.0})
    for (double v : {5.0, 12.0})
      for (int i = 0; i < 7; ++i, ++k) {
        const double u = 0.5 + 0.46 * std::sin(12.9898 * k + 1), e = std::log(u / (1 - u)) * 0.3;
        const double life =
            std::round(std::exp(-9 + 0.5 / (8.617333262e-5 * (c + 273.15)) - 0.8 * std::log(v) + e) * 1000) / 1000;
        const bool interval = k % 7 == 3, left = k % 7 == 5, right = k % 5 == 4;
        t.lower.push_back(left ? 0 : (interval ? life * 0.75 : life));
        t.upper.push_back(right ? kInfinity : (interval ? life * 1.25 : life));
        t.count.push_back(1 + k % 2);
        t.entry.push_back(k % 6 == 1 && !left ? t.lower.back() / 4 : 0);
        t.exit.push_back(kInfinity);
        temperature.numbers.push_back(c);
        volts.numbers.push_back(v);
        maker.codes.push_back(static_cast<std::uint32_t>((k * 5 / 3) % 3));
      }
  t.columns = {temperature, volts, maker};
  return t;
}

TEST(WitnessRegression, CertifiesEveryLawWithInteractionsAndFactors) {
  const LifeTable t = varied();
  AltOptions o;
  o.fit.selection = "one";
  o.fit.at = {200.0};
  o.stresses = {{{{"temp_c", "arrhenius"}}}, {{{"volts", "power"}}}, {{{"temp_c", "arrhenius"}, {"volts", "log"}}}};
  o.factors = {"maker"};
  o.use = {{"temp_c", "60"}, {"volts", "5"}, {"maker", "C"}};
  for (const char* law : {"exponential", "weibull", "lognormal", "loglogistic", "frechet", "gamma"})
    for (const char* bounds : {"wald", "lr"}) {
      o.fit.distributions = {law};
      o.fit.bounds = bounds;
      const auto report = alt(t, o);
      ASSERT_EQ(report.fit.models.size(), 1U) << law;
      ASSERT_EQ(report.fit.models[0].convergence.status, relia::FitStatus::converged) << law;
      const auto d = certify_report(t, o, report.fit).at(0);
      EXPECT_EQ(d.reason, "") << law;
      EXPECT_GE(d.parameters.size(), 6U) << law;
      EXPECT_GE(d.log_likelihood, 13.0) << law;
      EXPECT_GE(d.least, 8.0) << law << " " << bounds;
      EXPECT_GE(d.quantiles.size(), 3U) << law;
      EXPECT_TRUE(std::isfinite(d.quantiles[0].estimate)) << law;
    }
}

TEST(WitnessRegression, ShowsAWrongNumberAndSaysWhatItCannot) {
  const LifeTable t = varied();
  AltOptions o;
  o.fit.selection = "one";
  o.fit.distributions = {"weibull"};
  o.fit.bounds = "lr";
  o.stresses = {{{{"temp_c", "arrhenius"}}}};
  o.use = {{"temp_c", "25"}};
  auto report = alt(t, o);
  ASSERT_EQ(report.fit.models.at(0).parameters.at(1).name, "activation_energy_ev");
  auto& parameters = report.fit.models[0].parameters;
  parameters[1].value.upper *= 1 + 1e-5;
  ASSERT_EQ(report.fit.models[0].derived.at(0).name, "sigma");
  report.fit.models[0].derived[0].value.lower *= 1 - 1e-4;
  report.fit.models[0].metrics.quantiles.at(0).value.estimate *= 1 + 1e-7;
  const auto d = certify_report(t, o, report.fit).at(0);
  EXPECT_NEAR(d.parameters.at(1).upper, 5.0, 0.1);
  ASSERT_EQ(d.parameters.back().name, "sigma");
  EXPECT_NEAR(d.parameters.back().lower, 4.0, 0.1);
  EXPECT_NEAR(d.quantiles.at(0).estimate, 7.0, 0.1);

  // A relation that is not the one fitted has its maximum elsewhere.
  auto other = o;
  other.stresses = {{{{"temp_c", "eyring"}}}};
  EXPECT_LT(certify_report(t, other, alt(t, o).fit).at(0).least, 4.0);

  auto separate = o;
  separate.shape = "separate";
  separate.use.clear();
  EXPECT_NE(certify_report(t, separate, alt(t, separate).fit).at(0).reason, "");
  relia::witness::Model model = model_of(o);
  model.stresses = {{{{"temp_c", "cubic"}}}};
  EXPECT_THROW((void)relia::witness::parameter_names(t, model), relia::UsageError);
  model.stresses = {{{{"humidity", "linear"}}}};
  EXPECT_THROW((void)relia::witness::parameter_names(t, model), relia::UsageError);
  model.stresses = {{{{"volts", "arrhenius"}}}};
  EXPECT_THROW((void)relia::witness::parameter_names(t, model), relia::UsageError);
  model = model_of(o);
  model.distribution = "gompertz";
  EXPECT_THROW((void)relia::witness::parameter_names(t, model), relia::UsageError);
}

TEST(WitnessRegression, HoldsACoefficient) {
  const LifeTable t = varied();
  AltOptions o;
  o.fit.selection = "one";
  o.fit.distributions = {"lognormal"};
  o.fit.bounds = "lr";
  o.stresses = {{{{"temp_c", "arrhenius"}}}, {{{"volts", "power"}}}};
  o.fit.fixed = {{"activation_energy_ev", 0.5}};
  o.use = {{"temp_c", "25"}, {"volts", "3"}};
  const auto d = certify_report(t, o, alt(t, o).fit).at(0);
  EXPECT_EQ(d.reason, "");
  EXPECT_GE(d.least, 9.0);
  EXPECT_TRUE(d.certificate.parameters.at(1).fixed);
}

}  // namespace
