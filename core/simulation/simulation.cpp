#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <optional>
#include <span>
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

namespace {

/// Lives kept to find the failure that ends a test; beyond, they are drawn again on four passes.
constexpr std::size_t kMostKept = std::size_t{1} << 22;
/// Rows drawn at once where no table is asked for.
constexpr std::size_t kPassRows = std::size_t{1} << 16;

/// Numbers in the order of the doubles.
std::uint64_t rank_of(double v) noexcept {
  const auto bits = std::bit_cast<std::uint64_t>(v);
  return (bits >> 63U) != 0 ? ~bits : bits | std::uint64_t{1} << 63U;
}
double of_rank(std::uint64_t rank) noexcept {
  return std::bit_cast<double>((rank >> 63U) != 0 ? rank & ~(std::uint64_t{1} << 63U) : ~rank);
}

}  // namespace

/// One test from its first unit to its last, so many units at a time.
class Simulation::Draw {
 public:
  Draw(const Parts& parts, std::uint64_t replicate)
      : parts_(parts),
        leaving_(parts.seed, RandomPurpose::censoring, replicate),
        entry_(parts.seed, RandomPurpose::entry, replicate) {
    // The upper half of the stream's number is the mode: every mode has random numbers of its own.
    for (std::uint64_t m = 0; m < parts_.laws.size(); ++m) {
      lives_.emplace_back(parts_.seed, RandomPurpose::life, replicate + (m << 32U));
    }
    if (parts_.plan.failures > 0) last_ = last_failure();
  }

  /// Makes `table` that of the next units.
  void next(std::size_t units, LifeTable& table) {
    const TestPlan& p = parts_.plan;
    cause_.assign(parts_.modes.empty() ? 0 : units, 0);
    draw_lives(lives_, units, life_, cause_);
    end_.assign(units, std::isnan(p.censor_at) ? HUGE_VAL : p.censor_at);
    std::vector<double> entered;
    for (std::size_t i = 0; i < units; ++i) {
      if (p.stagger > 0.0) {
        entered.push_back(p.stagger * entry_.uniform());
        end_[i] = p.censor_at - entered.back();
      }
      if (parts_.leaving) end_[i] = std::fmin(end_[i], parts_.leaving->age(leaving_.uniform()));
      end_[i] = std::fmin(end_[i], last_);
    }
    look(units, table);
    table.columns.clear();
    if (p.stagger > 0.0) {
      Column column;
      column.name = "entered";
      column.numbers = std::move(entered);
      table.columns.push_back(std::move(column));
    }
    if (!cause_.empty()) table.columns.push_back(mode_column(parts_.modes, cause_, table));
  }

 private:
  void draw_lives(std::vector<RandomStream>& streams,
                  std::size_t units,
                  std::vector<double>& life,
                  std::span<std::uint32_t> cause) const {
    life.assign(units, HUGE_VAL);
    for (std::size_t i = 0; i < units; ++i) {
      for (std::size_t m = 0; m < streams.size(); ++m) {
        const double own = parts_.life(m, streams[m].uniform());
        if (!(own < life[i])) continue;
        life[i] = own;
        if (!cause.empty()) cause[i] = static_cast<std::uint32_t>(m);
      }
    }
  }

  /// What was seen of the lives drawn.
  void look(std::size_t units, LifeTable& table) const {
    const TestPlan& p = parts_.plan;
    table.lower.clear();
    table.upper.clear();
    table.lower.reserve(units);
    table.upper.reserve(units);
    for (std::size_t i = 0; i < units; ++i) {
      const bool failed = life_[i] <= end_[i];
      if (p.inspections.empty()) {
        table.lower.push_back(failed ? life_[i] : end_[i]);
        table.upper.push_back(failed ? life_[i] : HUGE_VAL);
        continue;
      }
      // A unit is looked at last when it leaves; after the last look nobody knows.
      const auto look = std::lower_bound(p.inspections.begin(), p.inspections.end(), std::fmin(life_[i], end_[i]));
      const double before = look == p.inspections.begin() ? 0.0 : *(look - 1);
      const double next = look == p.inspections.end() ? HUGE_VAL : *look;
      if (failed) {
        table.lower.push_back(before);
        table.upper.push_back(std::fmin(next, end_[i]));
      } else {
        table.lower.push_back(end_[i]);
        table.upper.push_back(HUGE_VAL);
      }
    }
  }

  /// The life of the failure that ends the test: its bits, sixteen at a time, by counting.
  [[nodiscard]] double last_failure() const {
    const std::size_t n = parts_.plan.n;
    std::size_t place = parts_.plan.failures - 1;
    std::vector<double> life;
    if (n <= kMostKept) {
      std::vector<RandomStream> streams = lives_;
      draw_lives(streams, n, life, {});
      const auto last = life.begin() + static_cast<std::ptrdiff_t>(place);
      std::nth_element(life.begin(), last, life.end());
      return *last;
    }
    std::uint64_t found = 0;
    std::vector<std::size_t> count(std::size_t{1} << 16U);
    for (unsigned shift = 48;; shift -= 16) {
      std::fill(count.begin(), count.end(), 0);
      std::vector<RandomStream> streams = lives_;
      for (std::size_t from = 0; from < n; from += kPassRows) {
        draw_lives(streams, std::min(kPassRows, n - from), life, {});
        for (const double v : life) {
          const std::uint64_t rank = rank_of(v);
          const bool above_alike = shift == 48 || (rank ^ found) >> (shift + 16) == 0;
          if (above_alike) ++count[rank >> shift & 0xFFFFU];
        }
      }
      std::uint64_t digit = 0;
      while (place >= count[digit]) place -= count[digit++];
      found |= digit << shift;
      if (shift == 0) return of_rank(found);
    }
  }

  const Parts& parts_;
  std::vector<RandomStream> lives_;
  RandomStream leaving_, entry_;
  double last_ = HUGE_VAL;
  std::vector<double> life_, end_;
  std::vector<std::uint32_t> cause_;
};

LifeTable Simulation::draw(std::uint64_t replicate) const {
  LifeTable table;
  Draw(*parts_, replicate).next(parts_->plan.n, table);
  return table;
}

void Simulation::draw_blocks(std::uint64_t replicate,
                             std::size_t rows,
                             const std::function<void(const LifeTable& block)>& take) const {
  Draw test(*parts_, replicate);
  LifeTable block;
  const std::size_t n = parts_->plan.n;
  for (std::size_t from = 0; from < n; from += rows) {
    test.next(std::min(rows, n - from), block);
    take(block);
  }
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
