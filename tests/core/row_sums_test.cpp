// The vector sums against the laws row by row, for every instruction set of this machine.

#include "core/kernels/row_sums.hpp"

#include <cmath>
#include <functional>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "core/kernels/exp_lane.hpp"
#include "core/kernels/gaussian.hpp"
#include "core/kernels/logistic.hpp"
#include "core/kernels/smallest_extreme.hpp"
#include "tests/golden/golden_csv.hpp"

namespace relia {
namespace {

using golden::kEps;

struct Case {
  std::string name;  ///< as the files of exact values call it
  std::string value;
  StandardLaw law;
  RowKind kind;
  bool mirror;
  std::function<Taylor2(double)> scalar;
  double low, high;  ///< of z, where no sum overflows
};

std::vector<Case> cases() {
  using L = StandardLaw;
  using R = RowKind;
  return {
      {"smallest_extreme", "log_pdf", L::smallest_extreme, R::exact, false, SmallestExtreme::log_pdf, -600, 690},
      {"smallest_extreme", "log_sf", L::smallest_extreme, R::right, false, SmallestExtreme::log_sf, -600, 690},
      {"smallest_extreme", "log_cdf", L::smallest_extreme, R::left, false, SmallestExtreme::log_cdf, -600, 6.4},
      {"largest_extreme", "log_pdf", L::smallest_extreme, R::exact, true, LargestExtreme::log_pdf, -690, 600},
      {"largest_extreme", "log_sf", L::smallest_extreme, R::right, true, LargestExtreme::log_sf, -6.4, 600},
      {"largest_extreme", "log_cdf", L::smallest_extreme, R::left, true, LargestExtreme::log_cdf, -690, 600},
      {"gaussian", "log_pdf", L::normal, R::exact, false, Gaussian::log_pdf, -1e3, 1e3},
      {"gaussian", "log_sf", L::normal, R::right, false, Gaussian::log_sf, -37, 1e3},
      {"gaussian", "log_cdf", L::normal, R::left, false, Gaussian::log_cdf, -1e3, 37},
      {"logistic", "log_pdf", L::logistic, R::exact, false, Logistic::log_pdf, -700, 700},
      {"logistic", "log_sf", L::logistic, R::right, false, Logistic::log_sf, -700, 700},
      {"logistic", "log_cdf", L::logistic, R::left, false, Logistic::log_cdf, -700, 700},
  };
}

/// What underflows may vanish.
constexpr double kTiny = 1e-304;

/// Backward stable: the value of a z that differs by `units`, to `units`.
void expect_near(
    const RowSums& got, const Taylor2& want, bool density, double z, double units, const std::string& where) {
  const double slope = std::fmax(std::fabs(want.d1), density ? 1.0 : 0.0);  // of log f: 1 - w, s - c
  const double bend = want.d1 == 0.0 ? 0.0 : std::fabs(z * want.d2 / want.d1);
  EXPECT_LE(std::fabs(got.f - want.f), units * (kEps * (std::fabs(want.f) + std::fabs(z * want.d1)) + kTiny)) << where;
  EXPECT_LE(std::fabs(got.d1 - want.d1), units * (kEps * (slope + std::fabs(z * want.d2)) + kTiny)) << where;
  EXPECT_LE(std::fabs(got.d2 - want.d2), 2.0 * units * (kEps * (1.0 + bend) * std::fabs(want.d2) + kTiny)) << where;
}

/// Ages over the whole range and close to zero, where the forms change.
std::vector<double> places(const Case& c, std::size_t n) {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> wide(c.low, c.high), near(std::fmax(c.low, -8.0), std::fmin(c.high, 8.0));
  std::vector<double> z = {0.0, -0.0};
  while (z.size() < n) z.push_back(z.size() % 3 == 0 ? wide(random) : near(random));
  return z;
}

class RowSumsOf : public testing::TestWithParam<InstructionSet> {
 protected:
  void SetUp() override { use_instruction_set(GetParam()); }
  void TearDown() override { use_instruction_set(instruction_sets().back()); }
};

TEST_P(RowSumsOf, AgreeWith500DigitValuesToAFewUnits) {
  int compared = 0;
  for (const golden::Record& r : golden::read("kernels.csv")) {
    const double z = golden::number(r[2]);
    for (const Case& c : cases()) {
      if (r[0] != c.name || r[1] != c.value) continue;
      const RowSums s = row_sums(c.law, c.kind, std::vector<double>{z}, {}, 0.0, 1.0, c.mirror);
      const Taylor2 want = {golden::number(r[3]), golden::number(r[4]), golden::number(r[5])};
      expect_near(s, want, c.kind == RowKind::exact, z, 4.0, r[0] + " " + r[1] + "(" + r[2] + ")");
      ++compared;
    }
  }
  EXPECT_EQ(compared, 480);
}

/// log S of the smallest extreme value is -e^z itself.
TEST_P(RowSumsOf, TheExponentialIsWithinOneUlp) {
  std::mt19937_64 random(17);
  std::uniform_real_distribution<double> wide(-708.0, 709.0), near(-2.0, 2.0);
  std::vector<double> at = {0.0,    -0.0, 1e-300, -1e-17, 0.34657359027997264, -0.34657359027997264, 1.0397207708399179,
                            -708.0, 709.0};
  while (at.size() < 100000) at.push_back(at.size() % 2 == 0 ? wide(random) : near(random));
  long double worst = 0.0L;
  for (const double z : at) {
    const double got = -row_sums(StandardLaw::smallest_extreme, RowKind::right, std::vector<double>{z}, {}, 0.0, 1.0).f;
    const long double want = std::exp(static_cast<long double>(z));
    const auto rounded = static_cast<double>(want);
    worst = std::fmax(worst, std::fabs(got - want) / (std::nextafter(rounded, kInfinity) - rounded));
  }
  EXPECT_LE(static_cast<double>(worst), 1.0);
}

TEST_P(RowSumsOf, OneRowIsTheLawAtIt) {
  for (const Case& c : cases()) {
    for (const double z : places(c, 20000)) {
      const RowSums s = row_sums(c.law, c.kind, std::vector<double>{z}, {}, 0.0, 1.0, c.mirror);
      ASSERT_EQ(s.count, 1.0);
      // Both may be wrong by the units above.
      expect_near(s, c.scalar(z), c.kind == RowKind::exact, z, 8.0, c.name + ' ' + c.value + ' ' + std::to_string(z));
      EXPECT_NEAR(s.z_d1, z * s.d1, 2.0 * kEps * std::fabs(z * s.d1)) << c.name;
      EXPECT_NEAR(s.z_d2, z * s.d2, 2.0 * kEps * std::fabs(z * s.d2)) << c.name;
      EXPECT_NEAR(s.zz_d2, z * z * s.d2, 4.0 * kEps * std::fabs(z * z * s.d2)) << c.name;
    }
  }
}

TEST_P(RowSumsOf, ManyRowsAreTheirSumForEveryLength) {
  std::mt19937_64 random(11);
  std::uniform_real_distribution<double> u(-3.0, 1.5), counts(0.5, 9.0);
  for (const Case& c : cases()) {
    for (std::size_t n = 0; n < 40; ++n) {
      std::vector<double> rows, count;
      for (std::size_t i = 0; i < n; ++i) {
        rows.push_back(u(random));
        count.push_back(std::floor(counts(random)));
      }
      for (const bool with : {false, true}) {
        RowSums want;
        double size = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
          const double z = (rows[i] - 0.25) * 1.75, k = with ? count[i] : 1.0;
          const Taylor2 t = c.scalar(z);
          want.count += k;
          want.f += k * t.f;
          want.d1 += k * t.d1;
          want.z_d1 += k * z * t.d1;
          want.d2 += k * t.d2;
          want.z_d2 += k * z * t.d2;
          want.zz_d2 += k * z * z * t.d2;
          size += k * (1.0 + z * z) * (1.0 + std::fabs(t.f) + std::fabs(t.d1) + std::fabs(t.d2));
        }
        const RowSums got =
            row_sums(c.law, c.kind, rows, with ? std::span<const double>(count) : std::span<const double>{}, 0.25, 1.75,
                     c.mirror);
        const double allowed = 64.0 * kEps * size;
        EXPECT_EQ(got.count, want.count) << c.name;
        EXPECT_NEAR(got.f, want.f, allowed) << c.name << ' ' << n;
        EXPECT_NEAR(got.d1, want.d1, allowed) << c.name << ' ' << n;
        EXPECT_NEAR(got.z_d1, want.z_d1, allowed) << c.name << ' ' << n;
        EXPECT_NEAR(got.d2, want.d2, allowed) << c.name << ' ' << n;
        EXPECT_NEAR(got.z_d2, want.z_d2, allowed) << c.name << ' ' << n;
        EXPECT_NEAR(got.zz_d2, want.zz_d2, allowed) << c.name << ' ' << n;
      }
    }
  }
}

constexpr double RowSums::*kParts[] = {&RowSums::f,  &RowSums::d1,   &RowSums::z_d1,
                                       &RowSums::d2, &RowSums::z_d2, &RowSums::zz_d2};

StandardLaw law_of(const std::string& name) {
  return name == "normal"     ? StandardLaw::normal
         : name == "logistic" ? StandardLaw::logistic
                              : StandardLaw::smallest_extreme;
}

RowSums one_interval(StandardLaw law, double z, double h, bool mirror) {
  const std::vector<double> a = {z}, b = {z + h}, w = {h};
  return interval_sums(law, a, b, w, {}, 0.0, 1.0, mirror);
}

TEST_P(RowSumsOf, IntervalsAgreeWith500DigitValues) {
  const char* const names[] = {"f", "d1", "z_d1", "d2", "z_d2", "zz_d2"};
  double worst[6] = {};
  std::string where[6];
  int compared = 0;
  for (const golden::Record& r : golden::read("intervals.csv")) {
    const double z = golden::number(r[1]), h = golden::number(r[2]);
    double want[6], condition[6];
    for (std::size_t k = 0; k < 6; ++k) {
      want[k] = golden::number(r[3 + k]);
      condition[k] = golden::number(r[9 + k]);
    }
    if (!std::isfinite(want[0]) || want[0] < -1e300) continue;
    const double size = std::fabs(z) + h;
    // Parts of the sums that may take each other away.
    const double parts[6] = {0.0,
                             1.0,
                             1.0 + size * std::fabs(want[1]),
                             0.0,
                             size * std::fabs(want[3]),
                             1.0 + size * size * std::fabs(want[3])};
    for (const bool mirror : {false, true}) {
      const RowSums s = mirror ? one_interval(law_of(r[0]), -z - h, h, true) : one_interval(law_of(r[0]), z, h, false);
      // -z - h is rounded where z is much larger.
      if (mirror && -(-z - h) - h != z) continue;
      for (std::size_t k = 0; k < 6; ++k) {
        const double sign = mirror && (k == 1 || k == 4) ? -1.0 : 1.0;
        const double error =
            std::fabs(sign * s.*kParts[k] - want[k]) / (kEps * (std::fabs(want[k]) + parts[k] + condition[k]) + kTiny);
        if (!(error <= worst[k])) {
          worst[k] = error;
          where[k] = r[0] + ' ' + r[1] + ' ' + r[2] + (mirror ? " mirrored" : "");
        }
      }
      ++compared;
    }
  }
  EXPECT_GE(compared, 1000);
  const double allowed[6] = {4.0, 16.0, 16.0, 64.0, 64.0, 64.0};
  for (std::size_t k = 0; k < 6; ++k) EXPECT_LE(worst[k], allowed[k]) << names[k] << " at " << where[k];
}

TEST_P(RowSumsOf, ManyIntervalsAreTheSumOfEachForEveryLength) {
  std::mt19937_64 random(13);
  std::uniform_real_distribution<double> u(-4.0, 3.0), counts(0.5, 9.0), width(-9.0, 1.5);
  for (const StandardLaw law : {StandardLaw::smallest_extreme, StandardLaw::normal, StandardLaw::logistic}) {
    for (const bool mirror : {false, true}) {
      for (std::size_t n = 0; n < 40; ++n) {
        std::vector<double> a, b, w, count;
        RowSums want;
        double size = 0.0;
        for (std::size_t i = 0; i < n; ++i) {
          a.push_back(u(random));
          w.push_back(std::exp(width(random)));
          b.push_back(a.back() + w.back());
          count.push_back(std::floor(counts(random)));
          const double z = (a[i] - 0.25) * 1.75, h = w[i] * 1.75;
          const std::vector<double> za = {z}, zb = {(b[i] - 0.25) * 1.75}, zw = {h};
          const RowSums s = interval_sums(law, za, zb, zw, {}, 0.0, 1.0, mirror);
          want.count += count[i];
          for (const auto part : kParts) {
            want.*part += count[i] * s.*part;
            size += count[i] * std::fabs(s.*part);
          }
        }
        const RowSums got = interval_sums(law, a, b, w, count, 0.25, 1.75, mirror);
        EXPECT_EQ(got.count, want.count);
        for (const auto part : kParts) EXPECT_NEAR(got.*part, want.*part, 16.0 * kEps * size) << n;
        const std::vector<double> ones(n, 1.0);
        const RowSums with = interval_sums(law, a, b, w, ones, 0.25, 1.75, mirror);
        const RowSums without = interval_sums(law, a, b, w, {}, 0.25, 1.75, mirror);
        for (const auto part : kParts) EXPECT_EQ(with.*part, without.*part);
      }
    }
  }
}

/// Far from every interval, where a search may wander: log L is a number or -inf, and the rest no NaN where it is
/// finite.
TEST_P(RowSumsOf, IntervalsFarOutAreNumbers) {
  for (const StandardLaw law : {StandardLaw::smallest_extreme, StandardLaw::normal, StandardLaw::logistic}) {
    for (const double z : {-1e150, -1e9, -1e5, -745.0, -700.0, -40.0, 0.0, 40.0, 700.0, 1e5, 1e9, 1e150}) {
      for (const double h : {1e-300, 1e-100, 1e-17, 1e-3, 1.0, 40.0, 800.0, 1e5, 1e100}) {
        for (const bool mirror : {false, true}) {
          const RowSums s = one_interval(law, z, h, mirror);
          EXPECT_FALSE(std::isnan(s.f)) << static_cast<int>(law) << ' ' << z << ' ' << h;
          EXPECT_LE(s.f, 0.0) << static_cast<int>(law) << ' ' << z << ' ' << h;
          if (!(s.f > -1e300) || std::fabs(z) > 1e140 || h > 1e99) continue;
          for (const auto part : kParts)
            EXPECT_FALSE(std::isnan(s.*part)) << static_cast<int>(law) << ' ' << z << ' ' << h;
        }
      }
    }
  }
}

TEST_P(RowSumsOf, ImpossibleRowsHaveNoLikelihood) {
  const std::vector<double> far = {1e6};
  EXPECT_EQ(row_sums(StandardLaw::smallest_extreme, RowKind::right, far, {}, 0.0, 1.0).f, -kInfinity);
  EXPECT_EQ(row_sums(StandardLaw::smallest_extreme, RowKind::exact, far, {}, 0.0, 1.0).f, -kInfinity);
  // And certain ones all of it.
  EXPECT_EQ(row_sums(StandardLaw::smallest_extreme, RowKind::left, far, {}, 0.0, 1.0).f, 0.0);
  EXPECT_EQ(row_sums(StandardLaw::normal, RowKind::left, far, {}, 0.0, 1.0).f, 0.0);
  EXPECT_EQ(row_sums(StandardLaw::logistic, RowKind::left, far, {}, 0.0, 1.0).f, 0.0);
}

std::string name_of(const testing::TestParamInfo<InstructionSet>& set) {
  switch (set.param) {
    case InstructionSet::baseline: return "Baseline";
    case InstructionSet::sse4: return "Sse4";
    case InstructionSet::avx2: return "Avx2";
    case InstructionSet::avx512: return "Avx512";
  }
  return "Unknown";
}

INSTANTIATE_TEST_SUITE_P(InstructionSets, RowSumsOf, testing::ValuesIn(instruction_sets()), name_of);

TEST(ExpLane, WithinTwoUlpOfTheLibraryExponential) {
  std::mt19937_64 random(7);
  std::uniform_real_distribution<double> wide(-708.0, 709.0), near(-2.0, 2.0);
  std::vector<double> x = {0.0,    -0.0, 1.0, -1.0, 1e-300, -1e-17, 0.34657359027997264, -0.34657359027997264,
                           -708.0, 709.0};
  for (int i = 0; i < 100000; ++i) x.push_back(i % 2 == 0 ? wide(random) : near(random));
  double worst = 0.0;
  for (const double at : x) {
    const double e = std::exp(at);
    worst = std::fmax(worst, std::fabs(exp_lane(at) - e) / (std::nextafter(e, kInfinity) - e));
  }
  EXPECT_LE(worst, 2.0);
  EXPECT_EQ(exp_lane(-709.0), 0.0);
  EXPECT_EQ(exp_lane(-kInfinity), 0.0);
  EXPECT_TRUE(std::isinf(exp_lane(710.0)) && std::isinf(exp_lane(kInfinity)));
}

}  // namespace
}  // namespace relia
