// The witness against the certified results: every number it certifies itself must agree to the digits that
// the files print.

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <relia/error.hpp>
#include <relia/witness.hpp>

#include "solvers/witness/functional.hpp"
#include "solvers/witness/linear.hpp"

namespace {

using nlohmann::json;
using relia::LifeTable;
using relia::witness::Certificate;
using relia::witness::CertifiedQuantity;

const std::filesystem::path kReference = std::filesystem::path(RELIA_SOURCE_DIR) / "data" / "reference";

constexpr double kInfinity = std::numeric_limits<double>::infinity();

/// The life-data columns of a reference file; these files have no quotes and no blanks.
LifeTable load(const std::string& name) {
  std::ifstream in(kReference / "datasets" / (name + ".csv"));
  EXPECT_TRUE(in.good()) << name;
  LifeTable table;
  std::string line;
  std::getline(in, line);
  std::vector<std::string> header;
  {
    std::stringstream s(line);
    for (std::string cell; std::getline(s, cell, ',');) header.push_back(cell);
  }
  relia::Column mode;
  mode.name = "failure_mode";
  mode.type = relia::Column::Type::text;
  while (std::getline(in, line)) {
    std::map<std::string, std::string> cell;
    std::stringstream s(line + ",");
    for (const auto& h : header) std::getline(s, cell[h], ',');
    const auto number = [&](const std::string& key, double absent) {
      return cell[key].empty() ? absent : std::stod(cell[key]);
    };
    table.lower.push_back(number("lower", 0.0));
    table.upper.push_back(number("upper", kInfinity));
    table.count.push_back(number("count", 1.0));
    table.entry.push_back(number("trunc_lower", 0.0));
    table.exit.push_back(number("trunc_upper", kInfinity));
    const std::string& text = cell["failure_mode"];
    auto at = std::find(mode.levels.begin(), mode.levels.end(), text);
    if (at == mode.levels.end()) at = mode.levels.insert(at, text);
    mode.codes.push_back(static_cast<std::uint32_t>(at - mode.levels.begin()));
  }
  table.columns.push_back(mode);
  return table;
}

json read_json(const std::filesystem::path& path) {
  std::ifstream in(path);
  return json::parse(in);
}

/// Model name of the reference files, number of parameters renamed where the manual has another name.
relia::witness::Model model_of(const std::string& name) {
  static const std::map<std::string, std::string> table = {{"exponential_1p", "exponential"},
                                                           {"exponential_2p", "exponential-2p"},
                                                           {"weibull_2p", "weibull"},
                                                           {"weibull_3p", "weibull-3p"},
                                                           {"lognormal_2p", "lognormal"},
                                                           {"lognormal_3p", "lognormal-3p"},
                                                           {"loglogistic", "loglogistic"},
                                                           {"normal", "normal"},
                                                           {"logistic", "logistic"},
                                                           {"gumbel_min", "gumbel"},
                                                           {"gumbel_max", "gumbel-max"},
                                                           {"gamma", "gamma"},
                                                           {"gengamma", "gengamma"},
                                                           {"birnbaum_saunders", "birnbaum-saunders"},
                                                           {"inverse_gaussian", "inverse-gaussian"},
                                                           {"gompertz", "gompertz"},
                                                           {"weibull_mixture_2", "weibull"},
                                                           {"weibull_dsp", "weibull"},
                                                           {"competing_risks_weibull", "weibull"}};
  relia::witness::Model m;
  const auto it = table.find(name);
  if (it == table.end()) return m;
  m.distribution = it->second;
  if (name == "weibull_mixture_2") m.mixture = 2;
  if (name == "weibull_dsp") m.limited_failure = true;
  if (name == "competing_risks_weibull") m.mode_column = "failure_mode";
  return m;
}

/// Digits of agreement.
double lre(double x, double certified) {
  if (x == certified) return 17.0;
  if (certified == 0) return -std::log10(std::abs(x));
  const double r = std::abs(x - certified) / std::abs(certified);
  return std::isfinite(r) ? std::min(17.0, -std::log10(r)) : -1.0;
}

/// Doubles hold 15.95 digits and the files promise 15.
constexpr double kDigits = 15.0;

class Comparison {
 public:
  void add(const std::string& what, double ours, const json& certified) {
    if (certified.is_null()) {
      // A missing certified end must not be compared.
      return;
    }
    const double d = lre(ours, certified.get<double>());
    EXPECT_GE(d, kDigits) << where_ << ": " << what << " is " << ours << ", certified " << certified;
    ++compared_;
  }
  void quantity(const std::string& what, const CertifiedQuantity& ours, const json& c) {
    add(what, ours.estimate, c["estimate"]);
    if (c.contains("se")) add(what + " se", ours.std_error, c["se"]);
    if (c.contains("wald95") && c["wald95"].is_array()) {
      add(what + " wald lower", ours.wald_lower, c["wald95"][0]);
      add(what + " wald upper", ours.wald_upper, c["wald95"][1]);
    }
    if (c.contains("profile95") && c["profile95"].is_array()) {
      for (std::size_t side = 0; side < 2; ++side) {
        const double x = side == 0 ? ours.profile_lower : ours.profile_upper;
        if (c["profile95"][side].is_null())
          unmatched_ += std::isfinite(x);
        else
          add(what + (side == 0 ? " profile lower" : " profile upper"), x, c["profile95"][side]);
      }
    }
  }
  explicit Comparison(std::string where) : where_(std::move(where)) {}
  int compared() const { return compared_; }

 private:
  std::string where_;
  int compared_ = 0, unmatched_ = 0;
};

std::vector<std::string> problems() {
  std::vector<std::string> list;
  if (std::filesystem::exists(kReference / "certified"))
    for (const auto& f : std::filesystem::directory_iterator(kReference / "certified")) {
      const std::string stem = f.path().stem().string();
      const auto dot = stem.find('.');
      if (!model_of(stem.substr(dot + 1)).distribution.empty()) list.push_back(stem);
    }
  std::sort(list.begin(), list.end());
  return list;
}

class Certified : public testing::TestWithParam<std::string> {};

TEST_P(Certified, AgreesToThePrintedDigits) {
  const std::string stem = GetParam();
  const auto dot = stem.find('.');
  const json c = read_json(kReference / "certified" / (stem + ".json"));
  const LifeTable table = load(stem.substr(0, dot));
  auto model = model_of(stem.substr(dot + 1));
  Comparison compare(stem);
  std::map<std::string, json> certified;
  const bool modes = c.contains("modes");
  const auto rename = [&](const json& p) {
    const std::string name = p["name"];
    return name;
  };
  if (modes)
    for (const auto& mode : c["modes"])
      for (const auto& p : mode["parameters"]) certified[mode["mode"].get<std::string>() + ":" + rename(p)] = p;
  else if (c.contains("parameters"))
    for (const auto& p : c["parameters"]) certified[rename(p)] = p;
  // The manual gives some laws other parameters than the first form of the files.
  if (stem.find(".loglogistic") != std::string::npos && c.contains("alternative")) {
    certified.clear();
    for (const auto& p : c["alternative"]["parameters"]) certified[rename(p)] = p;
  }
  const std::string status = c["status"];
  const bool boundary = status == "boundary_maximum";
  if (status == "no_interior_maximum") {
    // From any start the climb must end without a maximum, or on a hump so flat that the data say nothing: the
    // profile of shock_absorber.gengamma has one at lambda = 6.9, 1e-10 above its limit at infinity.
    const auto names = relia::witness::parameter_names(table, model);
    double low = kInfinity, high = 0;
    for (std::size_t i = 0; i < table.rows(); ++i) {
      if (table.lower[i] > 0) low = std::min(low, table.lower[i]);
      if (std::isfinite(table.upper[i])) high = std::max(high, table.upper[i]);
    }
    for (double spread : {0.3, 1.0, 3.0}) {
      std::vector<double> start;
      for (const auto& n : names) {
        if (n == "shape") start.push_back(1.0 / spread);
        if (n == "scale") start.push_back(high);
        if (n == "mu") start.push_back(std::log(high));
        if (n == "sigma") start.push_back(spread);
        if (n == "lambda") start.push_back(spread - 1.1);
        if (n == "threshold") start.push_back(low * (1 - spread));
      }
      const auto answer = relia::witness::certify(table, model, start, {});
      EXPECT_TRUE(answer.status != relia::witness::CertificateStatus::maximum || answer.information.front() < 1e-6)
          << stem << " start " << spread;
    }
    return;
  }
  // A start some way off, so that the climb has work to do.
  std::vector<double> start;
  for (const auto& n : relia::witness::parameter_names(table, model)) {
    ASSERT_TRUE(certified.count(n)) << stem << " " << n;
    const double x = certified[n]["estimate"];
    start.push_back(boundary ? x : x + certified[n]["se"].get<double>() * (start.size() % 2 ? 0.05 : -0.05));
  }
  if (boundary) model.fixed = {{"threshold", certified["threshold"]["estimate"]}};
  relia::witness::Request request;
  const json& life = modes ? c["system"]["life"] : c["life"];
  for (const auto& l : life) request.quantiles.push_back(l["p"]);
  const json* reliability = nullptr;
  const json& holder = modes ? c["system"] : c;
  if (holder.contains("reliability")) {
    reliability = &holder["reliability"];
    request.at.push_back((*reliability)["t"]);
  }
  const bool large = table.rows() > 1000;
  if (large) request.profile = false;
  const Certificate ours = relia::witness::certify(table, model, start, request);
  ASSERT_EQ(ours.status, relia::witness::CertificateStatus::maximum) << stem;
  compare.add("loglik", ours.log_likelihood, c["loglik"]);
  for (const auto& p : ours.parameters) {
    json expect = certified[p.name];
    if (large) expect.erase("profile95");
    compare.quantity(p.name, p, expect);
  }
  for (std::size_t i = 0; i < ours.quantiles.size(); ++i) {
    json expect = life[i];
    if (large) expect.erase("profile95");
    if (!boundary) compare.quantity(ours.quantiles[i].name, ours.quantiles[i], expect);
  }
  if (reliability != nullptr) {
    json expect = *reliability;
    if (large) expect.erase("profile95");
    compare.quantity("R", ours.reliability[0], expect);
  }
  if (!modes && !boundary && !certified.empty() && c.contains("covariance") &&
      stem.find(".loglogistic") == std::string::npos) {
    for (std::size_t i = 0; i < ours.covariance.size(); ++i)
      for (std::size_t j = 0; j < ours.covariance.size(); ++j) {
        const auto names = relia::witness::parameter_names(table, model);
        std::size_t a = 0, b = 0;
        for (std::size_t k = 0; k < c["parameters"].size(); ++k) {
          if (c["parameters"][k]["name"] == names[i]) a = k;
          if (c["parameters"][k]["name"] == names[j]) b = k;
        }
        // A covariance that is zero by orthogonality has no relative error: it is judged against the errors.
        const double size = std::sqrt(ours.covariance[i][i] * ours.covariance[j][j]);
        if (std::abs(c["covariance"][a][b].get<double>()) < 1e-15 * size)
          EXPECT_LT(std::abs(ours.covariance[i][j]), 1e-15 * size) << stem;
        else
          compare.add("covariance", ours.covariance[i][j], c["covariance"][a][b]);
      }
  }
  EXPECT_GT(compare.compared(), 2);
}

/// log L of one row under a law with given parameters.
double one_row(const std::string& law, const std::vector<double>& theta, double lower, double upper, double entry) {
  LifeTable table;
  table.lower = {lower};
  table.upper = {upper};
  table.count = {1.0};
  table.entry = {entry};
  table.exit = {kInfinity};
  relia::witness::Model model;
  model.distribution = law;
  return relia::witness::log_likelihood(table, model, theta);
}

// S of a Gompertz life with a falling hazard ends level at e^(rate/growth): 50 digits do not tell S(34) from S(66). The
// differences were computed with 1500 digits.
TEST(Witness, LateIntervalsOfADyingHazard) {
  const std::vector<double> theta = {2771.45158087467, -14.8581529797356};
  EXPECT_NEAR(one_row("gompertz", theta, 34.304570264276364, 66.192751362073167, 0), -691.001303569955285, 1e-12);
  EXPECT_NEAR(one_row("gompertz", theta, 12.596433539061911, 88.317542727239214, 0), -368.458487201702350, 1e-12);
}

// A unit known to have lived to an age far beyond all life failed at once: the row is certain.
TEST(Witness, WindowsFarBeyondLife) {
  EXPECT_EQ(one_row("weibull", {4018806776.52452, 2850.4345963445}, 0, 7192.2447986435918, 6948), 0.0);
  EXPECT_EQ(one_row("gengamma", {-4.60031013276528, 3.47674491919018e-06, 0.552764467279375}, 0, 0.017127191777784798,
                    0.01303),
            0.0);
}

INSTANTIATE_TEST_SUITE_P(Witness, Certified, testing::ValuesIn(problems()), [](const auto& p) {
  std::string name = p.param;
  for (char& ch : name)
    if (!std::isalnum(static_cast<unsigned char>(ch))) ch = '_';
  return name;
});
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Certified);

TEST(Witness, ReferenceSetIsThere) {
  EXPECT_GE(problems().size(), 150U);
}

}  // namespace
