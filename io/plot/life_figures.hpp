// Pictures of the life functions, of the raw records, and of the residuals.

#pragma once

#include <string>
#include <vector>

#include <relia/io/pictures.hpp>

namespace relia::io {

[[nodiscard]] Figure survival_figure(const std::vector<FitPicture>& populations, Language language);
[[nodiscard]] Figure cdf_figure(const std::vector<FitPicture>& populations, Language language);
[[nodiscard]] Figure pdf_figure(const std::vector<FitPicture>& populations, Language language);
[[nodiscard]] Figure hazard_figure(const std::vector<FitPicture>& populations, Language language);
[[nodiscard]] Figure cumulative_hazard_figure(const std::vector<FitPicture>& populations, Language language);
/// One horizontal line a record, ending in what happened.
[[nodiscard]] Figure event_figure(const std::vector<FitPicture>& populations, Language language);
/// Cumulative hazard of the Cox-Snell residuals against the residuals; a model that fits is the diagonal.
/// Cox and Snell, J. R. Statist. Soc. B 30 (1968) 248-275.
[[nodiscard]] Figure residual_figure(const std::vector<FitPicture>& populations, Language language);

/// Joint regions of two parameters, twice the drop of log L against chi-squared with two degrees of freedom.
[[nodiscard]] Figure contour_figure(const std::vector<FitPicture>& populations, Language language);
/// Relative profile likelihood of a parameter; empty: the first that is free.
[[nodiscard]] Figure profile_figure(const std::vector<FitPicture>& populations,
                                    const std::string& parameter,
                                    Language language);
/// Parameters that profile_figure() can draw.
[[nodiscard]] std::vector<std::string> profiled_parameters(const std::vector<FitPicture>& populations);

}  // namespace relia::io
