#include "core/registry.hpp"

#include <array>

#include "core/distributions/birnbaum_saunders.hpp"
#include "core/distributions/exponential.hpp"
#include "core/distributions/exponential_2p.hpp"
#include "core/distributions/frechet.hpp"
#include "core/distributions/gamma.hpp"
#include "core/distributions/generalized_gamma.hpp"
#include "core/distributions/gompertz.hpp"
#include "core/distributions/gumbel.hpp"
#include "core/distributions/gumbel_max.hpp"
#include "core/distributions/inverse_gaussian.hpp"
#include "core/distributions/logistic.hpp"
#include "core/distributions/loglogistic.hpp"
#include "core/distributions/lognormal.hpp"
#include "core/distributions/normal.hpp"
#include "core/distributions/threshold_forms.hpp"
#include "core/distributions/weibull.hpp"

namespace relia {

std::span<const RegistryRow> registry() {
  static const std::array<RegistryRow, 18> kRows = {{
      {std::make_shared<Exponential>(), true},
      {std::make_shared<Weibull>(), true},
      {std::make_shared<Lognormal>(), true},
      {std::make_shared<Loglogistic>(), true},
      {std::make_shared<Gamma>(), true},
      {std::make_shared<Normal>(), true},
      {std::make_shared<LogisticLife>(), true},
      {std::make_shared<Gumbel>(), true},
      {std::make_shared<BirnbaumSaunders>(), true},
      {std::make_shared<InverseGaussian>(), true},
      {std::make_shared<GumbelMax>(), false},
      {std::make_shared<Frechet>(), false},
      {std::make_shared<GeneralizedGamma>(), false},
      {std::make_shared<Gompertz>(), false},
      {std::make_shared<Weibull3p>(), false},
      {std::make_shared<Lognormal3p>(), false},
      {std::make_shared<Loglogistic3p>(), false},
      {std::make_shared<Exponential2p>(), false},
  }};
  return kRows;
}

std::shared_ptr<const Distribution> find_distribution(const std::string& name) {
  for (const RegistryRow& row : registry()) {
    if (row.distribution->name() == name) return row.distribution;
  }
  return nullptr;
}

}  // namespace relia
