#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <relia/coverage.hpp>
#include <relia/error.hpp>
#include <relia/requirement.hpp>

#include "core/numeric/philox.hpp"
#include "core/sample/block_sums.hpp"
#include "core/simulation/life_law.hpp"
#include "solvers/bootstrap.hpp"
#include "solvers/model_fit.hpp"

namespace relia {
namespace {

/// A quantity of which the coverage is asked.
struct Aim {
  std::string name;
  Requirement quantity;       ///< kind and argument
  std::size_t parameter = 0;  ///< Requirement::Kind::parameter
};

Aim parse_aim(const std::string& text, const Distribution& distribution) {
  const Expected<Requirement, std::string> parsed = parse_requirement(text + ">=1");
  if (!parsed) {
    throw UsageError("--target '" + text + "': expected R(t), F(t), h(t), B<percent>, mean or a parameter's name");
  }
  Aim aim{text, *parsed, 0};
  if (aim.quantity.kind != Requirement::Kind::parameter) return aim;
  const std::vector<ParameterInfo> parameters = distribution.parameters();
  std::string known;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (parameters[i].name == aim.quantity.parameter) {
      aim.parameter = i;
      return aim;
    }
    known += (known.empty() ? "" : ", ") + parameters[i].name;
  }
  throw UsageError("--target " + text + ": " + distribution.name() + " has the parameters " + known);
}

std::unique_ptr<Target> target_of(
    const Aim& aim, const SingleView& view, const Distribution& d, const Axis& axis, const Space& space) {
  if (aim.quantity.kind == Requirement::Kind::parameter) return parameter_target(d, axis, space, aim.parameter);
  return requirement_target(aim.quantity, view);
}

/// One interval of one test.
struct Found {
  double lower = kAbsent, upper = kAbsent;
};

/// One simulated test as numbers: its verdict, its failures, and its intervals, by aim then kind.
struct Outcome {
  std::span<const double> numbers;

  [[nodiscard]] FitStatus status() const { return static_cast<FitStatus>(static_cast<int>(numbers[0])); }
  [[nodiscard]] double failures() const { return numbers[1]; }
  [[nodiscard]] Found found(std::size_t i) const { return {numbers[2 + 2 * i], numbers[3 + 2 * i]}; }
};

/// All tests, in order.
class Outcomes {
 public:
  Outcomes(std::vector<double> numbers, std::size_t width) : numbers_(std::move(numbers)), width_(width) {}
  [[nodiscard]] std::size_t size() const { return numbers_.size() / width_; }
  [[nodiscard]] Outcome operator[](std::size_t k) const {
    return {std::span<const double>(numbers_).subspan(k * width_, width_)};
  }

 private:
  std::vector<double> numbers_;
  std::size_t width_;
};

Share share(double count, double of) {
  if (!(of > 0.0)) return {};
  const double p = count / of;
  return {p, std::sqrt(p * (1.0 - p) / of)};
}

class Study {
 public:
  explicit Study(const CoverageOptions& options)
      : options_(options), simulation_(options.truth, options.plan, options.seed), law_(life_law(options.truth)) {
    if (options_.targets.empty()) throw UsageError("--target needs a quantity, such as B10");
    if (options_.kinds.empty()) throw UsageError("--bounds needs a kind of bound, such as lr");
    for (const std::string& t : options_.targets) aims_.push_back(parse_aim(t, *law_.distribution));
    const TestPlan& plan = options_.plan;
    const bool ends_alike = plan.stagger == 0.0 && plan.leaves.distribution.empty() && plan.inspections.empty() &&
                            (plan.failures == 0 || std::isnan(plan.censor_at));
    for (const BoundKind& kind : options_.kinds) {
      if (kind.bounds == "bootstrap" && kind.bootstrap.kind == "parametric" && !ends_alike) {
        throw UsageError("--bounds " + kind.name +
                         ": the parametric bootstrap repeats tests that run to the end, to one age or to one failure");
      }
    }
    const std::optional<std::vector<double>> fixed = fixed_values(*law_.distribution, options_.fixed);
    if (!fixed) throw UsageError("--fix: a name is not a parameter of " + options_.truth.distribution);
    fixed_ = *fixed;
    for (const Aim& aim : aims_) {
      if (aim.quantity.kind == Requirement::Kind::parameter && !std::isnan(fixed_[aim.parameter])) {
        throw UsageError("--target " + aim.name + ": the parameter is held by --fix");
      }
    }
    find_truths();
  }

  [[nodiscard]] CoverageReport run() {
    const auto count = static_cast<std::size_t>(options_.replicates);
    const std::size_t width = 2 + 2 * aims_.size() * options_.kinds.size();
    // The first test alone, on every rank: what is wrong with the call is wrong for every test.
    std::vector<double> first(width);
    one(0, first);
    const Workers workers{options_.threads, options_.processes};
    return summary({block_parts(count, width, workers,
                                [&](std::size_t k, std::span<double> numbers) {
                                  if (k == 0) {
                                    std::copy(first.begin(), first.end(), numbers.begin());
                                  } else {
                                    one(k, numbers);
                                  }
                                }),
                    width});
  }

 private:
  void find_truths() {
    // The truth by the same targets, on the axis of ages as they are.
    Sample sample;
    sample.axis = law_.axis;
    sample.cells.emplace_back();
    const Likelihood likelihood(*law_.distribution, sample);
    const Space space(*law_.distribution, law_.axis, std::vector<double>(law_.theta.size(), kNaN));
    const SingleView view(likelihood, space);
    const Eigen::VectorXd phi =
        Eigen::Map<const Eigen::VectorXd>(law_.theta.data(), static_cast<Eigen::Index>(law_.theta.size()));
    for (const Aim& aim : aims_) {
      const auto target = target_of(aim, view, *law_.distribution, law_.axis, space);
      const double q = target->value(phi);
      truths_.push_back(std::isnan(q) ? kAbsent : target->reported(q));
      if (!std::isfinite(truths_.back())) throw UsageError("--target " + aim.name + ": this life has no such quantity");
    }
  }

  [[nodiscard]] FitOptions asked(const BoundKind& kind, std::uint64_t test) const {
    FitOptions o;
    o.bounds = kind.bounds;
    o.wald_scale = kind.wald_scale;
    o.confidence = options_.confidence;
    o.sides = options_.sides;
    o.bootstrap = kind.bootstrap;
    o.bootstrap.replicates = options_.resamples;
    // Every test has random numbers of its own.
    o.bootstrap.seed = RandomStream(options_.seed, RandomPurpose::level, test).bits();
    if (kind.bootstrap.kind == "parametric") o.bootstrap.censor_at = options_.plan.censor_at;
    o.termination = options_.plan.failures > 0 ? "failure" : "time";
    return o;
  }

  /// Test number k, into the numbers of an Outcome.
  void one(std::size_t k, std::span<double> out) const {
    const LifeTable table = simulation_.draw(k);
    const auto sample = std::make_shared<const Sample>(prepare(table, law_.distribution->log_axis()));
    std::fill(out.begin(), out.end(), kAbsent);
    out[1] = sample->failed;
    const std::unique_ptr<ModelFit> fit = fit_model(law_.distribution, sample, fixed_, Engine::newton, 1);
    out[0] = static_cast<double>(fit->estimate.status);
    if (!carries_estimates(fit->estimate.status)) return;
    const SingleView view(*fit->likelihood, *fit->space);
    std::vector<std::unique_ptr<Target>> targets;
    for (const Aim& aim : aims_) {
      targets.push_back(target_of(aim, view, *law_.distribution, sample->axis, *fit->space));
    }
    for (std::size_t j = 0; j < options_.kinds.size(); ++j) {
      const FitOptions o = asked(options_.kinds[j], k);
      BoundContext context = bound_context(*fit, table, o);
      if (context.method == BoundMethod::bootstrap) context.replicates = resample(*fit, table, o.bootstrap, {});
      for (std::size_t i = 0; i < aims_.size(); ++i) {
        const Quantity q = make_quantity(*targets[i], context);
        const std::size_t at = 2 + 2 * (i * options_.kinds.size() + j);
        out[at] = q.lower;
        out[at + 1] = q.upper;
      }
    }
  }

  [[nodiscard]] CoverageReport summary(const Outcomes& outcomes) const {
    CoverageReport report;
    report.options = options_;
    report.plan = simulation_.describe_plan();
    report.tests = options_.replicates;
    std::map<FitStatus, int> verdicts;
    double failures = 0.0;
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
      const Outcome o = outcomes[k];
      failures += o.failures();
      if (carries_estimates(o.status())) continue;
      ++report.without_estimate;
      ++verdicts[o.status()];
    }
    report.mean_failures = failures / static_cast<double>(outcomes.size());
    for (const auto& [status, count] : verdicts) report.why.emplace_back(to_string(status), count);
    std::stable_sort(report.why.begin(), report.why.end(),
                     [](const auto& a, const auto& b) { return a.second > b.second; });
    for (std::size_t i = 0; i < aims_.size(); ++i) {
      const std::size_t first = report.rows.size();
      for (std::size_t j = 0; j < options_.kinds.size(); ++j) report.rows.push_back(row(outcomes, i, j));
      report.advice.push_back(advice({report.rows.begin() + static_cast<std::ptrdiff_t>(first), report.rows.end()}));
    }
    return report;
  }

  [[nodiscard]] CoverageRow row(const Outcomes& outcomes, std::size_t aim, std::size_t kind) const {
    CoverageRow r;
    r.target = aims_[aim].name;
    r.truth = truths_[aim];
    r.kind = options_.kinds[kind].name;
    const bool lower = options_.sides != "upper", upper = options_.sides != "lower";
    double tests = 0.0, below = 0.0, above = 0.0;
    std::vector<double> widths;
    for (std::size_t k = 0; k < outcomes.size(); ++k) {
      const Outcome o = outcomes[k];
      if (!carries_estimates(o.status())) continue;
      const Found f = o.found(aim * options_.kinds.size() + kind);
      tests += 1.0;
      below += lower && f.lower > r.truth ? 1.0 : 0.0;
      above += upper && f.upper < r.truth ? 1.0 : 0.0;
      r.without_lower += lower && std::isnan(f.lower) ? 1 : 0;
      r.without_upper += upper && std::isnan(f.upper) ? 1 : 0;
      const double width = lower && upper ? f.upper - f.lower : lower ? r.truth - f.lower : f.upper - r.truth;
      if (std::isfinite(width)) widths.push_back(width);
    }
    r.coverage = share(tests - below - above, tests);
    r.missed_below = share(below, tests);
    r.missed_above = share(above, tests);
    if (widths.empty()) return r;
    const auto n = static_cast<double>(widths.size());
    double sum = 0.0, square = 0.0;
    for (const double w : widths) sum += w;
    r.mean_width = sum / n;
    for (const double w : widths) square += (w - r.mean_width) * (w - r.mean_width);
    r.mean_width_error = n > 1.0 ? std::sqrt(square / (n - 1.0) / n) : kAbsent;
    const auto middle = widths.begin() + static_cast<std::ptrdiff_t>(widths.size() / 2);
    std::nth_element(widths.begin(), middle, widths.end());
    r.median_width = *middle;
    return r;
  }

  static std::string percent(double p) {
    std::array<char, 40> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), 100.0 * p, std::chars_format::fixed, 1);
    return {text.data(), end.ptr};
  }

  /// The narrowest of the kinds that keep their level within two Monte-Carlo errors; else the one nearest to it.
  [[nodiscard]] std::string advice(const std::vector<CoverageRow>& rows) const {
    const double level = options_.confidence;
    const CoverageRow* best = nullptr;
    bool keeps = false;
    for (const CoverageRow& r : rows) {
      if (std::isnan(r.coverage.value) || !std::isfinite(r.median_width)) continue;
      const double least = std::fmax(r.coverage.error, std::sqrt(level * (1.0 - level) / options_.replicates));
      const bool ok = r.coverage.value >= level - 2.0 * least && few_missing(r);
      const bool better =
          best == nullptr || (ok && !keeps) ||
          (ok == keeps && (ok ? r.median_width < best->median_width
                              : std::fabs(r.coverage.value - level) < std::fabs(best->coverage.value - level)));
      if (!better) continue;
      best = &r;
      keeps = ok;
    }
    if (best == nullptr) return rows.front().target + ": no kind of bound exists in these tests.";
    if (keeps) {
      return best->target + ": use " + best->kind + ", which covers " + percent(best->coverage.value) + " % of " +
             percent(level) + " % asked for" + (rows.size() > 1 ? ", the narrowest that keeps its level." : ".");
    }
    return best->target + ": no kind keeps its level under this plan; " + best->kind + " comes nearest with " +
           percent(best->coverage.value) + " % of " + percent(level) +
           " %. More failures, or a higher --confidence, would make up for it.";
  }

  /// A bound that mostly does not exist is of no use, however often it would hold.
  [[nodiscard]] bool few_missing(const CoverageRow& r) const {
    const double tests = options_.replicates;
    return r.without_lower < 0.05 * tests && r.without_upper < 0.05 * tests;
  }

  CoverageOptions options_;
  Simulation simulation_;
  LifeLaw law_;
  std::vector<Aim> aims_;
  std::vector<double> truths_, fixed_;
};

}  // namespace

BoundKind parse_bound_kind(const std::string& text) {
  BoundKind kind;
  kind.name = text;
  const std::size_t colon = text.find(':');
  kind.bounds = text.substr(0, colon);
  const std::string rest = colon == std::string::npos ? std::string() : text.substr(colon + 1);
  const auto one_of = [&](const std::string& word, std::initializer_list<const char*> words) {
    std::string list;
    for (const char* w : words) {
      if (word == w) return;
      list += (list.empty() ? "" : ", ") + std::string(w);
    }
    throw UsageError("'" + word + "' of '" + text + "' is not one of " + list);
  };
  one_of(kind.bounds, {"lr", "wald", "exact", "bootstrap"});
  if (colon == std::string::npos) return kind;
  if (kind.bounds == "wald") {
    one_of(rest, {"auto", "logit", "log", "plain"});
    kind.wald_scale = rest;
    return kind;
  }
  if (kind.bounds != "bootstrap") throw UsageError("'" + text + "': " + kind.bounds + " has no kinds of its own");
  const std::size_t slash = rest.find('/');
  kind.bootstrap.kind = rest.substr(0, slash);
  one_of(kind.bootstrap.kind, {"weights", "cases", "parametric"});
  if (slash != std::string::npos) {
    kind.bootstrap.interval = rest.substr(slash + 1);
    one_of(kind.bootstrap.interval, {"bca", "percentile", "t", "pivotal"});
  }
  return kind;
}

CoverageReport coverage(const CoverageOptions& options) {
  return Study(options).run();
}

}  // namespace relia
