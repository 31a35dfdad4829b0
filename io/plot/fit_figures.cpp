#include <algorithm>

#include <relia/error.hpp>
#include <relia/io/pictures.hpp>

#include "io/plot/life_figures.hpp"
#include "io/plot/probability_figure.hpp"

namespace relia::io {
namespace {

using Builder = Figure (*)(const std::vector<FitPicture>&, Language);

struct Kind {
  const char* name;
  Builder build;
};

constexpr Kind kKinds[] = {
    {"probability", probability_figure},
    {"survival", survival_figure},
    {"cdf", cdf_figure},
    {"pdf", pdf_figure},
    {"hazard", hazard_figure},
    {"cumulative-hazard", cumulative_hazard_figure},
    {"events", event_figure},
    {"residuals", residual_figure},
    {"contour", contour_figure},
    {"profile", [](const std::vector<FitPicture>& p, Language l) { return profile_figure(p, "", l); }},
};

}  // namespace

std::vector<std::string> fit_picture_kinds() {
  std::vector<std::string> out;
  for (const Kind& k : kKinds) out.emplace_back(k.name);
  return out;
}

Figure fit_figure(const std::string& kind, const std::vector<FitPicture>& populations, Language language) {
  if (kind.starts_with("profile=")) return profile_figure(populations, kind.substr(8), language);
  for (const Kind& k : kKinds) {
    if (kind == k.name) return k.build(populations, language);
  }
  throw UsageError("'" + kind + "' is no kind of picture");
}

}  // namespace relia::io
