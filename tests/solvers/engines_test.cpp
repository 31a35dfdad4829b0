// Newton on the exact Hessian and Ceres' quasi-Newton on values and gradients climb the same likelihood by different
// ways: on every certified problem with a maximum they must meet.

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "tests/solvers/reference_data.hpp"

namespace relia {
namespace {

struct Problem {
  const char* dataset;
  const char* model;  ///< contract name, "+lfp" or "+mixture" behind it
};

// Every certified problem of a single distribution with status "maximum" (data/reference/index.json).
constexpr Problem kProblems[] = {
    {"alloy_t7987", "birnbaum-saunders"},
    {"alloy_t7987", "gamma"},
    {"alloy_t7987", "gengamma"},
    {"alloy_t7987", "gumbel-max"},
    {"alloy_t7987", "loglogistic"},
    {"alloy_t7987", "lognormal"},
    {"alloy_t7987", "lognormal-3p"},
    {"alloy_t7987", "normal"},
    {"alloy_t7987", "weibull"},
    {"alloy_t7987", "weibull-3p"},
    {"alpha_10220", "exponential"},
    {"alpha_10220", "lognormal"},
    {"alpha_10220", "weibull"},
    {"alpha_20", "exponential"},
    {"alpha_20", "lognormal"},
    {"alpha_20", "weibull"},
    {"alpha_200", "exponential"},
    {"alpha_200", "gamma"},
    {"alpha_200", "loglogistic"},
    {"alpha_200", "lognormal"},
    {"alpha_200", "weibull"},
    {"ball_bearing", "birnbaum-saunders"},
    {"ball_bearing", "exponential"},
    {"ball_bearing", "gamma"},
    {"ball_bearing", "gengamma"},
    {"ball_bearing", "gompertz"},
    {"ball_bearing", "gumbel-max"},
    {"ball_bearing", "gumbel"},
    {"ball_bearing", "inverse-gaussian"},
    {"ball_bearing", "logistic"},
    {"ball_bearing", "loglogistic"},
    {"ball_bearing", "lognormal"},
    {"ball_bearing", "lognormal-3p"},
    {"ball_bearing", "normal"},
    {"ball_bearing", "weibull"},
    {"ball_bearing", "weibull-3p"},
    {"bearing_a", "exponential"},
    {"bearing_a", "lognormal"},
    {"bearing_a", "weibull"},
    {"bearing_cage", "exponential"},
    {"bearing_cage", "loglogistic"},
    {"bearing_cage", "lognormal"},
    {"bearing_cage", "weibull"},
    {"chemical_process", "gamma"},
    {"chemical_process", "gengamma"},
    {"chemical_process", "gumbel-max"},
    {"chemical_process", "gumbel"},
    {"chemical_process", "logistic"},
    {"chemical_process", "loglogistic"},
    {"chemical_process", "lognormal"},
    {"chemical_process", "normal"},
    {"chemical_process", "weibull"},
    {"circuit_pack_4", "exponential"},
    {"circuit_pack_4", "loglogistic"},
    {"circuit_pack_4", "lognormal"},
    {"circuit_pack_4", "weibull"},
    {"device_g", "lognormal"},
    {"device_g", "weibull"},
    {"device_g", "weibull+mixture"},
    {"diesel_fan", "exponential"},
    {"diesel_fan", "gamma"},
    {"diesel_fan", "gumbel"},
    {"diesel_fan", "loglogistic"},
    {"diesel_fan", "lognormal"},
    {"diesel_fan", "weibull"},
    {"field_mixture", "lognormal"},
    {"field_mixture", "weibull"},
    {"field_mixture", "weibull+mixture"},
    {"ground_water_copper", "exponential"},
    {"ground_water_copper", "gamma"},
    {"ground_water_copper", "loglogistic"},
    {"ground_water_copper", "lognormal"},
    {"ground_water_copper", "weibull"},
    {"heat_exchanger", "exponential"},
    {"heat_exchanger", "lognormal"},
    {"heat_exchanger", "weibull"},
    {"ic_lfp", "exponential"},
    {"ic_lfp", "lognormal"},
    {"ic_lfp", "weibull"},
    {"ic_lfp", "weibull+lfp"},
    {"ic_lfp_trunc", "exponential"},
    {"ic_lfp_trunc", "lognormal"},
    {"ic_lfp_trunc", "weibull"},
    {"light_bulb", "gumbel-max"},
    {"light_bulb", "gumbel"},
    {"light_bulb", "logistic"},
    {"light_bulb", "lognormal"},
    {"light_bulb", "normal"},
    {"light_bulb", "weibull"},
    {"mechanical_switch", "gompertz"},
    {"mechanical_switch", "lognormal"},
    {"mechanical_switch", "lognormal-3p"},
    {"mechanical_switch", "normal"},
    {"mechanical_switch", "weibull"},
    {"rocket_prob35", "exponential"},
    {"rocket_prob35", "lognormal"},
    {"rocket_prob35", "weibull"},
    {"shock_absorber", "birnbaum-saunders"},
    {"shock_absorber", "exponential"},
    {"shock_absorber", "gamma"},
    {"shock_absorber", "loglogistic"},
    {"shock_absorber", "lognormal"},
    {"shock_absorber", "normal"},
    {"shock_absorber", "weibull"},
    {"snubber", "gengamma"},
    {"snubber", "gumbel"},
    {"snubber", "loglogistic"},
    {"snubber", "lognormal"},
    {"snubber", "normal"},
    {"snubber", "weibull"},
    {"steel_fatigue", "birnbaum-saunders"},
    {"steel_fatigue", "exponential"},
    {"steel_fatigue", "gamma"},
    {"steel_fatigue", "gengamma"},
    {"steel_fatigue", "inverse-gaussian"},
    {"steel_fatigue", "loglogistic"},
    {"steel_fatigue", "lognormal"},
    {"steel_fatigue", "lognormal-3p"},
    {"steel_fatigue", "weibull"},
    {"synthetic_large_a", "exponential"},
    {"synthetic_large_a", "lognormal"},
    {"synthetic_large_a", "weibull"},
    {"synthetic_near_constant_a", "gumbel"},
    {"synthetic_near_constant_a", "lognormal"},
    {"synthetic_near_constant_a", "normal"},
    {"synthetic_near_constant_a", "weibull"},
    {"synthetic_one_failure_a", "exponential"},
    {"titanium_100", "exponential"},
    {"titanium_100", "loglogistic"},
    {"titanium_100", "lognormal"},
    {"titanium_100", "weibull"},
    {"tree_growth", "gamma"},
    {"tree_growth", "gumbel-max"},
    {"tree_growth", "lognormal"},
    {"tree_growth", "normal"},
    {"tree_growth", "weibull"},
    {"turbine_cracks", "logistic"},
    {"turbine_cracks", "loglogistic"},
    {"turbine_cracks", "lognormal"},
    {"turbine_cracks", "normal"},
    {"turbine_cracks", "weibull"},
    {"turbine_wheel", "exponential"},
    {"turbine_wheel", "lognormal"},
    {"turbine_wheel", "normal"},
    {"turbine_wheel", "weibull"},
    {"v7_tube", "exponential"},
    {"v7_tube", "loglogistic"},
    {"v7_tube", "lognormal"},
    {"v7_tube", "weibull"},
};

class Engines : public testing::TestWithParam<Problem> {};

TEST_P(Engines, Meet) {
  const auto& [name, model] = GetParam();
  const LifeTable table = reference::dataset(name);
  const std::string text = model, plain = text.substr(0, text.find('+'));
  FitOptions options = reference::one(plain);
  options.limited_failure = text.find("+lfp") != std::string::npos;
  options.mixture = text.find("+mixture") != std::string::npos ? 2 : 1;
  const ModelResult newton = fit(table, options).models.front();
  options.solver = "ceres";
  const ModelResult ceres = fit(table, options).models.front();
  ASSERT_EQ(newton.convergence.status, FitStatus::converged);
  ASSERT_EQ(ceres.convergence.status, FitStatus::converged) << ceres.convergence.reason;
  EXPECT_NEAR(newton.log_likelihood, ceres.log_likelihood, 1e-9 * std::fabs(newton.log_likelihood));
  ASSERT_EQ(newton.parameters.size(), ceres.parameters.size());
  for (std::size_t i = 0; i < newton.parameters.size(); ++i) {
    const Quantity &a = newton.parameters[i].value, &b = ceres.parameters[i].value;
    EXPECT_NEAR(a.estimate, b.estimate, 1e-7 * std::fmax(std::fabs(a.estimate), a.std_error))
        << newton.parameters[i].name;
    EXPECT_NEAR(a.std_error, b.std_error, 1e-5 * a.std_error) << newton.parameters[i].name;
  }
}

INSTANTIATE_TEST_SUITE_P(Certified, Engines, testing::ValuesIn(kProblems), [](const auto& tested) {
  std::string out = std::string(tested.param.dataset) + "_" + tested.param.model;
  std::replace_if(
      out.begin(), out.end(), [](char c) { return c == '-' || c == '+'; }, '_');
  return out;
});

}  // namespace
}  // namespace relia
