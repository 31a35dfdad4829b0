// Sources: Nelson (1990), Accelerated Testing, chapter 2; Escobar & Meeker (2006), Statistical Science 21, 552-577;
// Peck (1986), Reliability Physics 24, 44-50; Black (1969), IEEE Trans. Electron Devices 16, 338-347;
// Norris & Landzberg (1969), IBM J. Res. Dev. 13, 266-271.

#include "core/stress_life/presets.hpp"

#include <algorithm>

namespace relia {

std::span<const PresetInfo> presets() {
  static const std::vector<PresetInfo> table = {
      {"arrhenius",
       "A exp(Ea/(k_B T))",
       "chemical and thermal ageing: insulation, semiconductors, batteries, adhesives",
       {{"temperature", Relation::arrhenius}}},
      {"eyring",
       "(A/T) exp(Ea/(k_B T))",
       "as arrhenius, with the 1/T of rate theory",
       {{"temperature", Relation::eyring}}},
      {"inverse-power",
       "A S^-n",
       "voltage, load, pressure: life falls as a power of the stress",
       {{"stress", Relation::power}}},
      {"temperature-humidity",
       "A exp(Ea/(k_B T) + b/RH)",
       "temperature with humidity as an exponential of 1/RH",
       {{"temperature", Relation::arrhenius}, {"relative humidity", Relation::reciprocal}}},
      {"peck",
       "A exp(Ea/(k_B T)) RH^-n",
       "corrosion of electronics in humid heat (85/85 tests)",
       {{"temperature", Relation::arrhenius}, {"relative humidity", Relation::power}}},
      {"temperature-nonthermal",
       "A exp(Ea/(k_B T)) S^-n",
       "temperature with voltage, vibration or another stress",
       {{"temperature", Relation::arrhenius}, {"other stress", Relation::power}}},
      {"dual-power",
       "A S1^-n1 S2^-n2",
       "two stresses, each by a power",
       {{"first stress", Relation::power}, {"second stress", Relation::power}}},
      {"coffin-manson",
       "A dT^-n",
       "thermal cycling: cycles to failure against the temperature swing",
       {{"temperature swing", Relation::power}}},
      {"norris-landzberg",
       "A dT^-n f^-m exp(Ea/(k_B Tmax))",
       "solder joints in thermal cycling: swing, cycle frequency (m is negative when slow cycles hurt more), highest "
       "temperature",
       {{"temperature swing", Relation::power},
        {"cycle frequency", Relation::power},
        {"highest temperature", Relation::arrhenius}}},
      {"black",
       "A J^-n exp(Ea/(k_B T))",
       "electromigration: current density and temperature",
       {{"current density", Relation::power}, {"temperature", Relation::arrhenius}}},
      {"log-linear",
       "exp(a0 + a1 x1 + a2 x2 + ...)",
       "any number of covariates as they stand",
       {{"covariate", Relation::linear}},
       true},
      {"ph-weibull",
       "hazard = h0(t) exp(-shape (a1 x1 + ...))",
       "proportional hazards with a Weibull baseline: log-linear, with the coefficients of the hazard beside",
       {{"covariate", Relation::linear}},
       true,
       "weibull"},
  };
  return table;
}

const PresetInfo* find_preset(std::string_view name) {
  const auto all = presets();
  const auto it = std::find_if(all.begin(), all.end(), [&](const PresetInfo& p) { return name == p.name; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace relia
