// The certified problems that ship with the product, through the same call the command makes.

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <relia/io/csv.hpp>
#include <relia/nonparametric.hpp>

namespace relia {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const fs::path kReference = fs::path(RELIA_SOURCE_DIR) / "data" / "reference";
constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kRelative = 1e-13;  // 13 digits

Json certified(const fs::path& file) {
  std::ifstream in(file);
  return Json::parse(in);
}

NonparametricReport answer(const std::string& dataset, const std::string& method) {
  io::CsvOptions options;
  auto table = io::read_csv((kReference / "datasets" / (dataset + ".csv")).string(), options);
  if (!table) throw std::runtime_error(dataset + ": unreadable");
  NonparametricOptions o;
  o.method = method;
  return nonparametric(*table, o);
}

/// All certified files of one model.
std::vector<fs::path> cases(const std::string& model) {
  std::vector<fs::path> out;
  for (const auto& entry : fs::directory_iterator(kReference / "certified")) {
    if (entry.path().filename().string().find("." + model + ".json") != std::string::npos) out.push_back(entry.path());
  }
  return out;
}

void expect_close(double got, const Json& want, const std::string& what) {
  if (want.is_null()) {
    EXPECT_TRUE(std::isnan(got)) << what;
    return;
  }
  const double w = want.get<double>();
  EXPECT_NEAR(got, w, kRelative * std::fabs(w)) << what;
}

TEST(NonparametricCertified, KaplanMeier) {
  int seen = 0;
  for (const fs::path& file : cases("kaplan_meier")) {
    const Json c = certified(file);
    const NonparametricReport r = answer(c["dataset"], "kaplan-meier");
    const auto& points = c["points"];
    ASSERT_EQ(r.find("time")->values.size(), points.size()) << file;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const std::string what = file.filename().string() + " point " + std::to_string(i);
      EXPECT_EQ(r.find("time")->values[i], points[i]["t"].get<double>()) << what;
      EXPECT_EQ(r.find("at_risk")->values[i], points[i]["at_risk"].get<double>()) << what;
      EXPECT_EQ(r.find("failures")->values[i], points[i]["failures"].get<double>()) << what;
      expect_close(r.find("survival")->values[i], points[i]["survival"], what);
      expect_close(r.find("std_error")->values[i], points[i]["se_greenwood"], what);
      if (points[i].contains("ci95_loglog")) {
        expect_close(r.find("lower")->values[i], points[i]["ci95_loglog"][0], what + " lower");
        expect_close(r.find("upper")->values[i], points[i]["ci95_loglog"][1], what + " upper");
      }
      ++seen;
    }
  }
  EXPECT_GE(seen, 500);
}

TEST(NonparametricCertified, LogitBounds) {
  int seen = 0;
  for (const fs::path& file : cases("kaplan_meier")) {
    const Json c = certified(file);
    io::CsvOptions csv;
    auto table = io::read_csv((kReference / "datasets" / (c["dataset"].get<std::string>() + ".csv")).string(), csv);
    ASSERT_TRUE(table);
    NonparametricOptions o;
    o.transform = "logit";
    const NonparametricReport r = nonparametric(*table, o);
    for (std::size_t i = 0; i < c["points"].size(); ++i) {
      if (!c["points"][i].contains("ci95_logit")) continue;
      expect_close(r.find("lower")->values[i], c["points"][i]["ci95_logit"][0], file.string());
      expect_close(r.find("upper")->values[i], c["points"][i]["ci95_logit"][1], file.string());
      ++seen;
    }
  }
  EXPECT_GE(seen, 500);
}

TEST(NonparametricCertified, NelsonAalen) {
  int seen = 0;
  for (const fs::path& file : cases("nelson_aalen")) {
    const Json c = certified(file);
    const NonparametricReport r = answer(c["dataset"], "nelson-aalen");
    for (std::size_t i = 0; i < c["points"].size(); ++i) {
      const Json& p = c["points"][i];
      expect_close(r.find("cumulative_hazard")->values[i], p["cumulative_hazard"], file.string());
      expect_close(r.find("std_error")->values[i], p["se"], file.string());
      expect_close(r.find("survival")->values[i], p["survival"], file.string());
      ++seen;
    }
  }
  EXPECT_GE(seen, 500);
}

TEST(NonparametricCertified, MedianRanks) {
  int seen = 0;
  for (const fs::path& file : cases("median_ranks")) {
    const Json c = certified(file);
    const NonparametricReport r = answer(c["dataset"], "ranks");
    ASSERT_EQ(r.find("time")->values.size(), c["points"].size()) << file;
    for (std::size_t i = 0; i < c["points"].size(); ++i) {
      const Json& p = c["points"][i];
      expect_close(r.find("adjusted_rank")->values[i], p["adjusted_rank"], file.string());
      expect_close(r.find("median_rank")->values[i], p["median_rank"], file.string());
      expect_close(r.find("benard")->values[i], p["benard"], file.string());
      ++seen;
    }
  }
  EXPECT_GE(seen, 300);
}

TEST(NonparametricCertified, Turnbull) {
  int seen = 0;
  for (const fs::path& file : cases("turnbull")) {
    const Json c = certified(file);
    const NonparametricReport r = answer(c["dataset"], "turnbull");
    expect_close(r.log_likelihood, c["loglik"], file.string());
    EXPECT_LE(r.convergence.gradient_norm, 1e-13) << file;
    std::map<std::pair<double, double>, std::size_t> found;
    for (std::size_t i = 0; i < r.find("mass")->values.size(); ++i) {
      const double upper = r.find("upper")->values[i];
      found[{r.find("lower")->values[i], std::isnan(upper) ? kInfinity : upper}] = i;
    }
    for (const Json& p : c["points"]) {
      const auto at =
          found.find({p["lower"].get<double>(), p["upper"].is_null() ? kInfinity : p["upper"].get<double>()});
      ASSERT_NE(at, found.end()) << file << p;
      expect_close(r.find("mass")->values[at->second], p["mass"], file.string());
      if (!p["upper"].is_null() && p["survival_at_upper"].get<double>() > 0) {
        expect_close(r.find("survival")->values[at->second], p["survival_at_upper"], file.string());
      }
      ++seen;
    }
  }
  EXPECT_GE(seen, 70);
}

}  // namespace
}  // namespace relia
