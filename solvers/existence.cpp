#include "solvers/existence.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <vector>

namespace relia {
namespace {

struct Shape {
  double max_lower = -kInfinity, min_upper = kInfinity;  ///< over rows as [l, u]
  double right = 0, left = 0, exact = 0, interval = 0;   ///< counts
  double right_sum = 0, left_sum = 0;                    ///< of count * u
  bool one_age = true;                                   ///< every finite end is the same number
  double age = kNaN;

  void end(double u) {
    if (std::isnan(age)) age = u;
    one_age = one_age && u == age;
  }

  static constexpr std::size_t kNumbers = 10;
  void put(std::span<double> out) const {
    const std::array<double, kNumbers> numbers = {
        max_lower, min_upper, right, left, exact, interval, right_sum, left_sum, one_age ? 1.0 : 0.0, age};
    std::copy(numbers.begin(), numbers.end(), out.begin());
  }
  void add(std::span<const double> part) {
    max_lower = std::fmax(max_lower, part[0]);
    min_upper = std::fmin(min_upper, part[1]);
    right += part[2];
    left += part[3];
    exact += part[4];
    interval += part[5];
    right_sum += part[6];
    left_sum += part[7];
    if (std::isnan(part[9])) return;
    end(part[9]);
    one_age = one_age && part[8] != 0.0;
  }
};

void look(const Segment& g, Shape& s) {
  for (std::size_t i = 0; i < g.a.size(); ++i) {
    const Event e = event_of(g, i);
    const double c = e.count, u = e.a;
    s.end(u);
    switch (e.kind) {
      case Kind::exact:
        s.exact += c;
        s.max_lower = std::fmax(s.max_lower, u);
        s.min_upper = std::fmin(s.min_upper, u);
        break;
      case Kind::right:
        s.right += c;
        s.right_sum += c * u;
        s.max_lower = std::fmax(s.max_lower, u);
        break;
      case Kind::left:
        s.left += c;
        s.left_sum += c * u;
        s.min_upper = std::fmin(s.min_upper, u);
        break;
      case Kind::interval:
        s.interval += c;
        s.end(e.b);
        s.max_lower = std::fmax(s.max_lower, u);
        s.min_upper = std::fmin(s.min_upper, e.b);
        break;
      case Kind::conditional: break;
    }
  }
}

Shape shape_of(const Sample& sample) {
  Shape s;
  if (sample.cells.size() > 1) {
    for (const Cell& cell : sample.cells) {
      for (const Segment& g : cell.segments) look(g, s);
    }
    return s;
  }
  const std::vector<double> parts =
      sample.parts(Shape::kNumbers, [](std::span<const Segment> segments, std::span<double> part) {
        Shape some;
        for (const Segment& g : segments) look(g, some);
        some.put(part);
      });
  for (std::size_t from = 0; from < parts.size(); from += Shape::kNumbers) {
    s.add(std::span<const double>(parts).subspan(from, Shape::kNumbers));
  }
  return s;
}

Existence missing(FitStatus verdict, std::string reason, std::string advice) {
  return {false, verdict, std::move(reason), std::move(advice)};
}

/// log L in the limit of all lives at the age `y` that explains every row. Rows that end exactly there split like a
/// coin: a fraction just below, the rest just above.
double gathered_at(const Sample& sample, double y) {
  double below = 0.0, above = 0.0, exact = 0.0;
  const auto look = [y](std::span<const Segment> segments, std::span<double> part) {
    for (const Segment& g : segments) {
      for (std::size_t i = 0; i < g.a.size(); ++i) {
        const Event e = event_of(g, i);
        const double c = e.count;
        if (e.kind == Kind::exact) part[2] = 1.0;
        if (e.kind == Kind::left ? e.a == y : e.kind == Kind::interval && e.b == y) part[0] += c;
        if (e.kind != Kind::left && e.a == y) part[1] += c;
        if (g.kind != Kind::conditional) continue;
        // A window that ends there takes its share away again.
        if (g.d[i] == y) part[0] -= c;
        if (g.c[i] == y) part[1] -= c;
      }
    }
  };
  std::vector<double> parts;
  if (sample.cells.size() > 1) {
    parts.assign(3, 0.0);
    for (const Cell& cell : sample.cells) look(cell.segments, parts);
  } else {
    parts = sample.parts(3, look);
  }
  for (std::size_t i = 0; i < parts.size(); i += 3) {
    below += parts[i];
    above += parts[i + 1];
    exact += parts[i + 2];
  }
  if (exact > 0.0) return kInfinity;
  if (!(below > 0.0) || !(above > 0.0)) return 0.0;
  return below * std::log(below / (below + above)) + above * std::log(above / (below + above));
}

const char* const kMoreData =
    "More inspections or exact failure times would help; so would holding the shape (--fix shape=...).";

}  // namespace

Existence explain_sample(const Sample& sample) {
  const Shape s = shape_of(sample);
  if (s.exact + s.right + s.left + s.interval == 0.0) {
    return missing(FitStatus::flat, "The data say nothing: every row is certain whatever the life distribution is.",
                   "Record ages at which units were seen to have failed or survived.");
  }
  if (s.exact + s.left + s.interval == 0.0) {
    return missing(FitStatus::unbounded, "No unit failed: the likelihood rises without end as the life grows.",
                   "With a shape known from earlier tests, --fix shape=... gives an exact lower bound on life "
                   "(Weibayes); otherwise test longer or more units.");
  }
  if (s.exact + s.right + s.interval == 0.0) {
    return missing(FitStatus::unbounded,
                   "Every unit had failed before it was first looked at (all left-censored): the likelihood rises "
                   "without end as the life shrinks to nothing.",
                   "Inspect earlier, or record exact failure times.");
  }
  if (s.exact > 0.0 && s.max_lower <= s.min_upper) {
    Existence e =
        missing(FitStatus::unbounded,
                s.exact == 1.0 ? "The only exact failure agrees with every other row, so the likelihood grows "
                                 "without limit as the spread of life shrinks to zero."
                               : "All exact failures are at one age and every other row agrees with it, so the "
                                 "likelihood grows without limit as the spread of life shrinks to zero.",
                "Hold the shape (--fix shape=..., Weibayes), test more units to failure, or record tied failures "
                "as the inspection interval in which they happened.");
    e.gathered = kInfinity;
    return e;
  }
  if (s.exact == 0.0 && s.max_lower <= s.min_upper) {
    if (s.one_age && s.interval == 0.0) {
      return missing(FitStatus::flat,
                     "All units were inspected at one age: only the fraction failed by that age is known, and every "
                     "distribution through that point fits equally well.",
                     "Inspect at a second age, or hold the shape (--fix shape=...).");
    }
    Existence e = missing(FitStatus::unbounded,
                          "One single age agrees with every row, so the likelihood has no maximum: it keeps rising as "
                          "the spread of life shrinks to zero.",
                          kMoreData);
    e.gathered = s.max_lower < s.min_upper ? 0.0 : gathered_at(sample, s.max_lower);
    return e;
  }
  return {};
}

Existence maximum_exists(const Sample& sample, bool location_free, bool scale_free, double location) {
  const Shape s = shape_of(sample);
  if (!location_free && !scale_free) return {};
  if (location_free && scale_free) {
    Existence e = explain_sample(sample);
    if (!e.exists) return e;
    if (s.exact == 0.0 && s.interval == 0.0 && s.left_sum / s.left <= s.right_sum / s.right) {
      return missing(FitStatus::unbounded,
                     "Units found failed were no older than units found good, so the likelihood rises without end as "
                     "the spread of life grows.",
                     kMoreData);
    }
    return {};
  }
  if (location_free) {
    if (s.exact + s.interval > 0.0 || (s.left > 0.0 && s.right > 0.0)) return {};
    return explain_sample(sample);
  }
  // Only sigma is free: z = b (u - mu) with mu known.
  if (s.exact + s.right + s.left + s.interval == 0.0) return explain_sample(sample);
  if (s.max_lower <= location && location <= s.min_upper) {
    const bool constant = s.one_age && s.age == location && s.exact == 0.0 && s.interval == 0.0;
    return missing(constant ? FitStatus::flat : FitStatus::unbounded,
                   "Every row agrees with all lives being equal to the value held, so the likelihood has no maximum in "
                   "the spread of life.",
                   kMoreData);
  }
  if (s.exact == 0.0 && s.interval == 0.0) {
    return {};  // b -> 0 is judged numerically: it depends on the distribution
  }
  return {};
}

}  // namespace relia
