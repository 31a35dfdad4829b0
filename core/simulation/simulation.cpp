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

/// Whether a unit under this law alone fails sooner or later.
bool is_proper(const LifeLaw& law) {
  return law.distribution->log_total(law.theta) == 0.0;
}

std::vector<LifeLaw> laws_of(const std::vector<FailureMode>& modes) {
  if (modes.size() < 2) throw UsageError("--mode: one mode does not compete; give two or more, or the life by --dist");
  std::vector<LifeLaw> out;
  for (std::size_t m = 0; m < modes.size(); ++m) {
    const std::string& name = modes[m].name;
    if (name.empty()) throw UsageError("--mode: a mode has a name; an empty one in the data is that of a survivor");
    const auto same = [&name](const FailureMode& other) { return other.name == name; };
    if (std::any_of(modes.begin(), modes.begin() + static_cast<std::ptrdiff_t>(m), same)) {
      throw UsageError("--mode " + name + ": two modes have this name");
    }
    try {
      out.push_back(life_law(modes[m].life));
    } catch (const UsageError& e) {
      throw UsageError("--mode " + name + ": " + e.what());
    }
  }
  return out;
}

/// What each unit was seen to fail of; empty for the others.
Column mode_column(const std::vector<std::string>& modes,
                   const std::vector<std::uint32_t>& cause,
                   const LifeTable& table) {
  Column out;
  out.name = "mode";
  out.type = Column::Type::text;
  out.codes.reserve(cause.size());
  // Levels stand in the order of their first appearance; the survivors' is the one after the modes.
  std::vector<std::uint32_t> code(modes.size() + 1, UINT32_MAX);
  for (std::size_t i = 0; i < cause.size(); ++i) {
    const std::size_t level = std::isinf(table.upper[i]) ? modes.size() : cause[i];
    if (code[level] == UINT32_MAX) {
      code[level] = static_cast<std::uint32_t>(out.levels.size());
      out.levels.push_back(level < modes.size() ? modes[level] : std::string());
    }
    out.codes.push_back(code[level]);
  }
  return out;
}

}  // namespace

struct Simulation::Parts {
  std::vector<LifeLaw> laws;       ///< one, or one a mode
  std::vector<std::string> modes;  ///< names, as many as laws; empty for a life without modes
  std::string distribution;        ///< of a life without modes
  TestPlan plan;
  std::uint64_t seed = 1;
  std::optional<Leaving> leaving;

  /// The age by which a fraction u has failed of mode m; +inf for a unit that never does.
  [[nodiscard]] double life(std::size_t m, double u) const {
    const LifeLaw& law = laws[m];
    const double out = law.life(u);
    // A part that cannot fail has no end by right; any other life is a number.
    if ((std::isinf(out) && is_proper(law)) || (law.distribution->positive() && out == 0.0) || std::isnan(out)) {
      throw UsageError((modes.empty() ? "--dist " + distribution : "--mode " + modes[m]) +
                       ": with these parameters a life is longer or shorter than any number can say");
    }
    return out;
  }

  /// Whatever the parts promise only together.
  void check() {
    check_plan(plan);
    if (!plan.leaves.distribution.empty()) leaving = leaving_of(plan.leaves);
    const bool censored = !std::isnan(plan.censor_at) || leaving;
    if (std::none_of(laws.begin(), laws.end(), is_proper) && !censored && plan.inspections.empty()) {
      throw UsageError(std::string(modes.empty() ? "--limited-failure" : "--mode") +
                       ": units that never fail need an end of the test (--censor-at or --censor)");
    }
    for (const LifeLaw& law : laws) {
      if (law.distribution->positive() || plan.inspections.empty()) continue;
      throw UsageError("--inspect: " + law.distribution->name() + " has lives below 0, where nobody looks");
    }
  }
};

Simulation::Simulation(const LifeModel& model, TestPlan plan, std::uint64_t seed)
    : parts_(std::make_unique<Parts>(Parts{{life_law(model)}, {}, model.distribution, std::move(plan), seed, {}})) {
  parts_->check();
}

Simulation::Simulation(std::vector<FailureMode> modes, TestPlan plan, std::uint64_t seed)
    : parts_(std::make_unique<Parts>(Parts{laws_of(modes), {}, {}, std::move(plan), seed, {}})) {
  for (FailureMode& m : modes) parts_->modes.push_back(std::move(m.name));
  parts_->check();
}

Simulation::~Simulation() = default;
Simulation::Simulation(Simulation&&) noexcept = default;
Simulation& Simulation::operator=(Simulation&&) noexcept = default;

const TestPlan& Simulation::plan() const noexcept {
  return parts_->plan;
}

LifeTable Simulation::draw(std::uint64_t replicate) const {
  const TestPlan& p = parts_->plan;
  // The upper half of the stream's number is the mode: every mode has random numbers of its own.
  std::vector<RandomStream> lives;
  for (std::uint64_t m = 0; m < parts_->laws.size(); ++m) {
    lives.emplace_back(parts_->seed, RandomPurpose::life, replicate + (m << 32U));
  }
  RandomStream leaving(parts_->seed, RandomPurpose::censoring, replicate);
  RandomStream entry(parts_->seed, RandomPurpose::entry, replicate);
  LifeTable table;
  table.lower.reserve(p.n);
  table.upper.reserve(p.n);
  std::vector<double> entered;
  std::vector<std::uint32_t> cause(parts_->modes.empty() ? 0 : p.n);
  std::vector<double> life(p.n, HUGE_VAL), end(p.n, std::isnan(p.censor_at) ? HUGE_VAL : p.censor_at);
  for (std::size_t i = 0; i < p.n; ++i) {
    for (std::size_t m = 0; m < lives.size(); ++m) {
      const double own = parts_->life(m, lives[m].uniform());
      if (!(own < life[i])) continue;
      life[i] = own;
      if (!cause.empty()) cause[i] = static_cast<std::uint32_t>(m);
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
  if (!cause.empty()) table.columns.push_back(mode_column(parts_->modes, cause, table));
  return table;
}

std::string Simulation::describe_plan() const {
  const TestPlan& p = parts_->plan;
  std::string out = std::to_string(p.n) + (p.n == 1 ? " unit" : " units");
  if (!parts_->modes.empty()) out += " with " + std::to_string(parts_->modes.size()) + " failure modes";
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
