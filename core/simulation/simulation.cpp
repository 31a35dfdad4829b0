#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include <relia/error.hpp>
#include <relia/simulate.hpp>

#include "core/numeric/philox.hpp"
#include "core/simulation/life_law.hpp"

namespace relia {
namespace {

std::string shortest(double value) {
  std::array<char, 40> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value);
  return {text.data(), end.ptr};
}

/// The age at which a unit leaves the test of its own accord.
struct Leaving {
  std::optional<LifeLaw> law;
  double from = 0.0, to = 0.0;  ///< uniform

  [[nodiscard]] double age(double u) const { return law ? law->life(u) : from + u * (to - from); }
};

Leaving leaving_of(const LifeModel& model) {
  Leaving out;
  if (model.distribution != "uniform") {
    if (model.distribution == "normal" || model.distribution == "logistic" ||
        model.distribution.starts_with("gumbel")) {
      throw UsageError("--censor " + model.distribution +
                       ": ages are positive; take uniform or a law of positive lives");
    }
    try {
      out.law = life_law(model);
    } catch (const UsageError& e) {
      throw UsageError("--censor " + model.distribution + ": " + e.what());
    }
    return out;
  }
  bool from = false, to = false;
  for (const auto& [name, value] : model.parameters) {
    if (name == "from") {
      out.from = value;
      from = true;
    } else if (name == "to") {
      out.to = value;
      to = true;
    } else {
      throw UsageError("--censor uniform: it has from and to, not " + name);
    }
  }
  if (!from || !to || !(out.from >= 0.0 && out.to > out.from)) {
    throw UsageError("--censor uniform: takes from=A,to=B with 0 <= A < B");
  }
  return out;
}

void check_plan(const TestPlan& p) {
  if (p.n == 0) throw UsageError("--n: a test has at least one unit");
  if (!std::isnan(p.censor_at) && !(p.censor_at > 0.0 && std::isfinite(p.censor_at))) {
    throw UsageError("--censor-at takes a positive age");
  }
  if (p.failures > p.n) {
    throw UsageError("--failures " + std::to_string(p.failures) + ": there are only " + std::to_string(p.n) + " units");
  }
  const bool leaves = !p.leaves.distribution.empty();
  if (p.failures > 0 && (leaves || p.stagger > 0.0 || !p.inspections.empty())) {
    throw UsageError(
        "--failures ends the test with a failure seen as it happens: it goes with --censor-at, not with "
        "--censor, --stagger or --inspect");
  }
  if (p.stagger < 0.0 || !std::isfinite(p.stagger)) throw UsageError("--stagger takes a positive length of time");
  if (p.stagger > 0.0 && !(p.censor_at >= p.stagger)) {
    throw UsageError("--stagger needs --censor-at, the date of the end, not before the last unit has entered");
  }
  double last = 0.0;
  for (const double t : p.inspections) {
    if (!(t > last && std::isfinite(t)))
      throw UsageError("--inspect takes ages above 0, each later than the one before");
    last = t;
  }
}

}  // namespace

struct Simulation::Parts {
  LifeModel model;
  TestPlan plan;
  std::uint64_t seed = 1;
  LifeLaw law;
  std::optional<Leaving> leaving;
};

Simulation::Simulation(LifeModel model, TestPlan plan, std::uint64_t seed)
    : parts_(std::make_unique<Parts>(Parts{std::move(model), std::move(plan), seed, {}, {}})) {
  check_plan(parts_->plan);
  parts_->law = life_law(parts_->model);
  if (!parts_->plan.leaves.distribution.empty()) parts_->leaving = leaving_of(parts_->plan.leaves);
  const Distribution& d = *parts_->law.distribution;
  const bool censored = !std::isnan(parts_->plan.censor_at) || parts_->leaving;
  if (d.log_total(parts_->law.theta) < 0.0 && !censored && parts_->plan.inspections.empty()) {
    throw UsageError("--limited-failure: units that never fail need an end of the test (--censor-at or --censor)");
  }
  if (!d.positive() && !parts_->plan.inspections.empty()) {
    throw UsageError("--inspect: " + d.name() + " has lives below 0, where nobody looks");
  }
}

Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

const LifeModel& Simulation::model() const noexcept {
  return parts_->model;
}
const TestPlan& Simulation::plan() const noexcept {
  return parts_->plan;
}

LifeTable Simulation::draw(std::uint64_t replicate) const {
  const TestPlan& p = parts_->plan;
  RandomStream lives(parts_->seed, RandomPurpose::life, replicate);
  RandomStream leaving(parts_->seed, RandomPurpose::censoring, replicate);
  RandomStream entry(parts_->seed, RandomPurpose::entry, replicate);
  const bool positive = parts_->law.distribution->positive();
  const bool proper = parts_->law.distribution->log_total(parts_->law.theta) == 0.0;
  LifeTable table;
  table.lower.reserve(p.n);
  table.upper.reserve(p.n);
  std::vector<double> entered;
  std::vector<double> life(p.n), end(p.n, std::isnan(p.censor_at) ? HUGE_VAL : p.censor_at);
  for (std::size_t i = 0; i < p.n; ++i) {
    life[i] = parts_->law.life(lives.uniform());
    // A part that cannot fail has no end by right; any other life is a number.
    if ((std::isinf(life[i]) && proper) || (positive && life[i] == 0.0) || std::isnan(life[i])) {
      throw UsageError("--dist " + parts_->model.distribution +
                       ": with these parameters a life is longer or shorter than any number can say");
    }
    if (p.stagger > 0.0) {
      entered.push_back(p.stagger * entry.uniform());
      end[i] = p.censor_at - entered.back();
    }
    if (parts_->leaving) end[i] = std::fmin(end[i], parts_->leaving->age(leaving.uniform()));
  }
  if (p.failures > 0) {
    std::vector<double> sorted = life;
    const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(p.failures) - 1;
    std::nth_element(sorted.begin(), last, sorted.end());
    for (double& e : end) e = std::fmin(e, *last);
  }
  for (std::size_t i = 0; i < p.n; ++i) {
    const bool failed = life[i] <= end[i];
    if (p.inspections.empty()) {
      table.lower.push_back(failed ? life[i] : end[i]);
      table.upper.push_back(failed ? life[i] : HUGE_VAL);
      continue;
    }
    // A unit is looked at last when it leaves; after the last look nobody knows.
    const auto look = std::lower_bound(p.inspections.begin(), p.inspections.end(), std::fmin(life[i], end[i]));
    const double before = look == p.inspections.begin() ? 0.0 : *(look - 1);
    const double next = look == p.inspections.end() ? HUGE_VAL : *look;
    if (failed) {
      table.lower.push_back(before);
      table.upper.push_back(std::fmin(next, end[i]));
    } else {
      table.lower.push_back(end[i]);
      table.upper.push_back(HUGE_VAL);
    }
  }
  if (p.stagger > 0.0) {
    Column column;
    column.name = "entered";
    column.numbers = std::move(entered);
    table.columns.push_back(std::move(column));
  }
  return table;
}

std::string Simulation::describe_plan() const {
  const TestPlan& p = parts_->plan;
  std::string out = std::to_string(p.n) + (p.n == 1 ? " unit" : " units");
  if (p.stagger > 0.0) out += " entering over " + shortest(p.stagger);
  if (!std::isnan(p.censor_at)) out += ", test ended at " + shortest(p.censor_at);
  if (p.failures > 0) {
    out += std::string(std::isnan(p.censor_at) ? ", test ended with" : " or with") + " failure " +
           std::to_string(p.failures);
  }
  if (!p.leaves.distribution.empty()) {
    out += ", units leaving at ages from " + p.leaves.distribution;
    const char* separator = " (";
    for (const auto& [name, value] : p.leaves.parameters) {
      out += separator + name + " " + shortest(value);
      separator = ", ";
    }
    out += ")";
  }
  if (!p.inspections.empty()) {
    out += ", looked at " + std::to_string(p.inspections.size()) + (p.inspections.size() == 1 ? " age" : " ages") +
           " from " + shortest(p.inspections.front()) + " to " + shortest(p.inspections.back());
  }
  return out;
}

}  // namespace relia
