#include <algorithm>

#include "solvers/witness/laws.hpp"
#include "solvers/witness/model.hpp"
#include "solvers/witness/problem.hpp"

namespace relia::witness {

namespace {

struct Entry {
  const char* name;
  Family family;
  std::vector<std::string> parameters;
};

const std::vector<Entry>& entries() {
  static const std::vector<Entry> table = {
      {"exponential", Family::exponential, {"scale"}},
      {"weibull", Family::weibull, {"shape", "scale"}},
      {"normal", Family::normal, {"mu", "sigma"}},
      {"logistic", Family::logistic, {"mu", "sigma"}},
      {"gumbel", Family::gumbel, {"mu", "sigma"}},
      {"gumbel-max", Family::gumbel_max, {"mu", "sigma"}},
      {"lognormal", Family::lognormal, {"mu", "sigma"}},
      {"loglogistic", Family::loglogistic, {"mu", "sigma"}},
      {"frechet", Family::frechet, {"mu", "sigma"}},
      {"gamma", Family::gamma, {"shape", "scale"}},
      {"gengamma", Family::gengamma, {"mu", "sigma", "lambda"}},
      {"birnbaum-saunders", Family::birnbaum_saunders, {"shape", "scale"}},
      {"inverse-gaussian", Family::inverse_gaussian, {"mean", "shape"}},
      {"gompertz", Family::gompertz, {"rate", "growth"}},
  };
  return table;
}

}  // namespace

std::optional<LawName> parse_law(const std::string& name) {
  const auto find = [](const std::string& base) -> std::optional<Family> {
    for (const Entry& e : entries())
      if (base == e.name) return e.family;
    return std::nullopt;
  };
  if (const auto f = find(name)) return LawName{*f, false};
  if (name == "exponential-2p") return LawName{Family::exponential, true};
  const std::string suffix = "-3p";
  if (name.size() > suffix.size() && name.ends_with(suffix)) {
    const auto f = find(name.substr(0, name.size() - suffix.size()));
    if (f && (*f == Family::weibull || *f == Family::lognormal || *f == Family::loglogistic)) return LawName{*f, true};
  }
  return std::nullopt;
}

std::vector<std::string> law_parameters(LawName law) {
  for (const Entry& e : entries()) {
    if (e.family != law.family) continue;
    auto names = e.parameters;
    if (law.threshold) names.emplace_back("threshold");
    return names;
  }
  return {};
}

bool whole_line(Family family) {
  return family == Family::normal || family == Family::logistic || family == Family::gumbel ||
         family == Family::gumbel_max;
}

std::optional<Location> stress_location(LawName law) {
  if (law.threshold) return std::nullopt;
  switch (law.family) {
    case Family::exponential: return Location{0, true};
    case Family::weibull:
    case Family::gamma: return Location{1, true};
    case Family::normal:
    case Family::logistic:
    case Family::gumbel:
    case Family::gumbel_max:
    case Family::lognormal:
    case Family::loglogistic:
    case Family::frechet:
    case Family::gengamma: return Location{0, false};
    case Family::birnbaum_saunders:
    case Family::inverse_gaussian:
    case Family::gompertz: break;
  }
  return std::nullopt;
}

std::vector<std::string> parameter_names(const Shape& shape) {
  std::vector<std::string> names;
  const auto base = law_parameters(shape.law);
  if (shape.covariates > 0) {
    names = base;
    names.erase(names.begin() + static_cast<std::ptrdiff_t>(stress_location(shape.law)->index));
    return names;
  }
  if (shape.components == 1) {
    names = base;
  } else {
    for (std::size_t c = 1; c < shape.components; ++c) names.push_back("p" + std::to_string(c));
    for (std::size_t c = 1; c <= shape.components; ++c)
      for (const auto& b : base) names.push_back(b + std::to_string(c));
  }
  if (shape.limited_failure) names.emplace_back("p");
  return names;
}

std::vector<Axis> axes(const Shape& shape) {
  std::vector<Axis> list(shape.covariates, Axis::plain);
  for (const std::string& full : parameter_names(shape)) {
    const std::string name = full.substr(0, full.find_first_of("0123456789"));
    if (name == "p")
      list.push_back(Axis::logit);
    else if (name == "mu" || name == "threshold" || name == "lambda" || name == "growth")
      list.push_back(Axis::plain);
    else
      list.push_back(Axis::log);
  }
  return list;
}

}  // namespace relia::witness
