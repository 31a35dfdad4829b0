#include <string>
#include <tuple>
#include <vector>

#include <gtest/gtest.h>

#include <relia/requirement.hpp>

namespace relia {
namespace {

using Kind = Requirement::Kind;

Requirement parsed(const char* text) {
  const auto r = parse_requirement(text);
  EXPECT_TRUE(r.has_value()) << text;
  return r.has_value() ? *r : Requirement{};
}

TEST(Requirement, ReadsTheFourFormsOfTheManual) {
  const Requirement r = parsed("R(1000)>=0.95@0.9");
  EXPECT_EQ(r.kind, Kind::reliability);
  EXPECT_EQ(r.argument, 1000.0);
  EXPECT_TRUE(r.at_least);
  EXPECT_EQ(r.limit, 0.95);
  EXPECT_EQ(r.confidence, 0.9);
  EXPECT_EQ(r.expression, "R(1000)>=0.95@0.9");

  const Requirement b = parsed("B10>=2000");
  EXPECT_EQ(b.kind, Kind::life_quantile);
  EXPECT_EQ(b.argument, 0.1);
  EXPECT_EQ(b.limit, 2000.0);
  EXPECT_EQ(b.confidence, 0.0);

  const Requirement m = parsed("MTTF>=5e4");
  EXPECT_EQ(m.kind, Kind::mean);
  EXPECT_EQ(m.limit, 5e4);

  const Requirement f = parsed("F(500)<=0.01");
  EXPECT_EQ(f.kind, Kind::failure_probability);
  EXPECT_FALSE(f.at_least);
  EXPECT_EQ(f.argument, 500.0);
}

TEST(Requirement, TakesBlanksAnywhereBetweenTheParts) {
  const Requirement r = parsed("  R( 1e3 ) >= .95 @ 0.9 ");
  EXPECT_EQ(r.kind, Kind::reliability);
  EXPECT_EQ(r.argument, 1000.0);
  EXPECT_EQ(r.limit, 0.95);
  EXPECT_EQ(r.confidence, 0.9);
  EXPECT_EQ(r.expression, "R( 1e3 ) >= .95 @ 0.9");
}

TEST(Requirement, PercentBecomesTheNearestFraction) {
  // 0.7 / 100 and 2.3 / 100 differ from 0.007 and 0.023 in the last place: the reading must round once.
  for (const auto& [text, p] : std::vector<std::tuple<const char*, double>>{{"B7>=1", 0.07},
                                                                            {"B0.7>=1", 0.007},
                                                                            {"B2.3>=1", 0.023},
                                                                            {"B0.1>=1", 0.001},
                                                                            {"B99.9>=1", 0.999},
                                                                            {"B1e1>=1", 0.1},
                                                                            {"b5>=1", 0.05}}) {
    EXPECT_EQ(parsed(text).argument, p) << text;
    EXPECT_EQ(parsed(text).kind, Kind::life_quantile) << text;
  }
}

TEST(Requirement, ReadsParametersAlsoWithColumnsInBrackets) {
  for (const char* name : {"shape", "scale1", "activation_energy_ev", "exponent[voltage]", "factor[supplier=A>=B]",
                           "interaction[temperature_c*voltage]", "mu", "rate", "beta_0"}) {
    const std::string text = std::string(name) + "<=3";
    const Requirement r = parsed(text.c_str());
    EXPECT_EQ(r.kind, Kind::parameter) << text;
    EXPECT_EQ(r.parameter, name);
    EXPECT_FALSE(r.at_least);
    EXPECT_EQ(r.limit, 3.0);
  }
  EXPECT_EQ(parsed("mu >= -2.5").limit, -2.5);
}

TEST(Requirement, MeanHasThreeNames) {
  for (const char* text : {"MTTF>=1", "MTBF>=1", "mean>=1", "mttf>=1", "Mean>=1"})
    EXPECT_EQ(parsed(text).kind, Kind::mean);
}

TEST(Requirement, HazardMayExceedOne) {
  const Requirement r = parsed("h(0)<=2.5");
  EXPECT_EQ(r.kind, Kind::hazard);
  EXPECT_EQ(r.argument, 0.0);
  EXPECT_EQ(r.limit, 2.5);
}

TEST(Requirement, RefusesWithWhatWasExpected) {
  for (const auto& [text, word] :
       std::vector<std::tuple<const char*, const char*>>{{"", "expected >= or <="},
                                                         {"R(1000)", "expected >= or <="},
                                                         {"R(1000)>0.95", "expected >= or <="},
                                                         {"R(1000)=>0.95", "expected >= or <="},
                                                         {"R(1000)==0.95", "expected >= or <="},
                                                         {">=0.95", "expected R(t)"},
                                                         {"R()>=0.95", "expected an age"},
                                                         {"R(-1)>=0.95", "expected an age"},
                                                         {"R(1000>=0.95", "expected ')'"},
                                                         {"R(1e)>=0.95", "expected an age"},
                                                         {"R(inf)>=0.95", "expected an age"},
                                                         {"Q(1)>=0.95", "expected R(t), F(t) or h(t)"},
                                                         {"r(1)>=0.95", "expected R(t), F(t) or h(t)"},
                                                         {"R(1)>=95", "between 0 and 1"},
                                                         {"R(1)>=95%", "expected a number"},
                                                         {"F(1)<=-0.1", "between 0 and 1"},
                                                         {"R(1)>=nan", "expected a number"},
                                                         {"R(1)>=", "expected a number"},
                                                         {"R(1)>=0.9x", "expected a number"},
                                                         {"R(1)>=1e999", "expected a number"},
                                                         {"R(1)>=0.9@", "confidence level"},
                                                         {"R(1)>=0.9@90", "confidence level"},
                                                         {"R(1)>=0.9@1", "confidence level"},
                                                         {"R(1)>=0.9@0.9@0.9", "confidence level"},
                                                         {"B0>=1", "between 0 and 100"},
                                                         {"B100>=1", "between 0 and 100"},
                                                         {"B1x>=1", "between 0 and 100"},
                                                         {"B1e-400>=1", "between 0 and 100"},
                                                         {"10>=1", "expected R(t)"},
                                                         {"shape[]>=1", "expected R(t)"},
                                                         {"sha pe>=1", "expected R(t)"}}) {
    const auto r = parse_requirement(text);
    ASSERT_FALSE(r.has_value()) << text;
    EXPECT_NE(r.error().find(word), std::string::npos) << text << " -> " << r.error();
  }
}

}  // namespace
}  // namespace relia
