// Reads a data set that relia installs, fits a Weibull distribution, and prints shape and scale.

#include <cmath>
#include <cstdio>

#include <relia/fit.hpp>
#include <relia/io/csv.hpp>

int main() {
  relia::io::CsvOptions columns;
  const auto table = relia::io::read_csv(RELIA_DATA_DIR "/reference/datasets/diesel_fan.csv", columns);
  if (!table) return 3;
  relia::FitOptions options;
  options.distributions = {"weibull"};
  options.selection = "one";
  options.bounds = "wald";
  const relia::FitReport report = relia::fit(*table, options);
  if (report.models.empty() || report.models.front().convergence.status != relia::FitStatus::converged) return 4;
  for (const auto& parameter : report.models.front().parameters) {
    std::printf("%s %.6g\n", parameter.name.c_str(), parameter.value.estimate);
    if (!std::isfinite(parameter.value.estimate)) return 4;
  }
  return 0;
}
