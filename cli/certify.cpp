#include "cli/certify.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/witness.hpp>

namespace relia::cli {
namespace {

/// Below this a reader who trusts all printed digits is misled.
constexpr double kPrintedDigits = 6.0;

Digits digits_of(const witness::DigitsOf& d) {
  return {d.estimate, d.std_error, d.lower, d.upper};
}

void note(const witness::ModelDigits& found, ModelResult& m) {
  Certification& c = m.certification;
  c.log_likelihood = found.log_likelihood;
  c.least = found.least;
  c.reason = found.reason;
  c.status = found.reason.empty() ? "maximum" : found.least == 0.0 ? "disagrees" : "none";
  for (const witness::DigitsOf& d : found.parameters) {
    for (NamedQuantity& p : m.parameters) {
      if (p.name == d.name) p.value.digits = digits_of(d);
    }
    for (ModeResult& mode : m.modes) {
      for (NamedQuantity& p : mode.parameters) {
        if (mode.mode + ":" + p.name == d.name) p.value.digits = digits_of(d);
      }
    }
  }
  // The certificate holds them in the order of the report, without those given a survived age.
  std::size_t at = 0;
  for (QuantileResult& q : m.metrics.quantiles) {
    if (q.given != q.given && at < found.quantiles.size()) q.value.digits = digits_of(found.quantiles[at++]);
  }
  at = 0;
  for (AtTimeResult& r : m.metrics.reliability) {
    if (r.given != r.given && at < found.reliability.size()) r.value.digits = digits_of(found.reliability[at++]);
  }
  m.metrics.mean.digits = digits_of(found.mean);
}

}  // namespace

void refuse_uncertifiable(const LifeTable& table) {
  if (table.rows() <= witness::kCertifiableRows) return;
  throw UsageError(
      fmt::format("--certify takes at most {} rows, the data have {}", witness::kCertifiableRows, table.rows()));
}

void certify_fit(const LifeTable& table, const FitOptions& options, FitReport& report) {
  const std::vector<witness::ModelDigits> found = witness::certify_report(table, options, report);
  for (std::size_t i = 0; i < found.size(); ++i) {
    ModelResult& m = report.models[i];
    note(found[i], m);
    if (m.certification.status == "disagrees") {
      m.warnings.push_back(m.certification.reason);
    } else if (m.certification.least < kPrintedDigits) {
      m.warnings.push_back(fmt::format(
          "A number of this model has only {:.1f} digits in common with 50-digit arithmetic.", m.certification.least));
    }
  }
}

}  // namespace relia::cli
