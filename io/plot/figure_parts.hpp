// Pieces that several pictures share.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include <relia/io/pictures.hpp>

#include "io/plot/plot_words.hpp"

namespace relia::io {

/// fmt with a template that is only known at run time.
[[nodiscard]] std::string filled(const char* pattern, const std::vector<std::string>& arguments);

/// "Age (h)".
[[nodiscard]] std::string age_label(const FitReport& report, Language language);

/// A parameter in the words of GB/T 2900.99 where it has some ("shape1" as well as "shape"), else its name.
[[nodiscard]] std::string parameter_label(const std::string& name, Language language);
/// Names with four digits: "shape 1.058, scale 26297".
[[nodiscard]] std::string parameters_label(const std::vector<NamedQuantity>& parameters, Language language);
/// Dashes that tell curves apart in print too: the `which`-th drawn, from 0.
[[nodiscard]] Mark::Dash dash_of(std::size_t which);
/// "Weibull (2-parameter): shape 1.058, scale 26297 (MLE)", the model with its estimates to four digits.
[[nodiscard]] std::string model_label(const ModelResult& model, Language language);
/// The same for a line in a picture: with competing modes it is that of the system.
[[nodiscard]] std::string curve_label(const ModelResult& model, Language language);

/// "95 % two-sided bounds, likelihood ratio".
[[nodiscard]] std::string bounds_label(const FitReport& report, const ModelResult& model, Language language);

/// Log-likelihood, Anderson-Darling, AICc or R squared: what the model has.
[[nodiscard]] std::string goodness_label(const ModelResult& model, Language language);

/// The data's file without its directory.
[[nodiscard]] std::string source_label(const FitReport& report);

/// A population in words: its group, else its source.
[[nodiscard]] std::string population_label(const FitReport& report);

/// Models that are drawn: with estimates, curves, and part of the answer.
[[nodiscard]] std::vector<std::size_t> drawn_models(const FitPicture& picture);

/// An edge of a band at many places; +-infinity where a bound that was asked for runs away.
struct BandEdges {
  std::vector<double> at, lower, upper;
};

/// Areas between the edges, or dashed lines where only one side was asked for. The band varies along y (lower and
/// upper are x) when `along_y`, else along x. Infinite ends are cut at `low` and `high`.
void add_band(std::vector<Mark>& marks,
              const BandEdges& edges,
              bool along_y,
              double low,
              double high,
              int colour,
              const std::string& label);

/// A bound as a coordinate: NaN when not asked for, infinite when it does not exist.
[[nodiscard]] double bound_or_infinite(double bound, const std::string& reason, double infinite);

}  // namespace relia::io
