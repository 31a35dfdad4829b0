#include "core/sample/sample.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include <relia/error.hpp>

#include "core/sample/merge_rows.hpp"

namespace relia {
namespace {

/// Ages above this many rows are binned for the plot summary instead of sorted.
constexpr std::size_t kSortedPlot = 20000;
constexpr std::size_t kPlotBins = 8192;

/// Calls f(age, count) for every finite positive end of every event.
template <class F>
void for_each_age(const LifeTable& table, F f) {
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const double c = table.count_at(i);
    if (c == 0.0) continue;
    if (table.lower[i] > 0.0) f(table.lower[i], c);
    if (table.upper[i] > table.lower[i] && std::isfinite(table.upper[i])) f(table.upper[i], c);
  }
}

/// The middle of the largest crowd of ages that agree to a few parts in a million without being equal, of those with an
/// exact failure if there is one; 0: no crowd. Where all depends on differences that small the axis has its origin
/// there, and neither ages nor location lose digits to a distant one.
double crowded_age(const LifeTable& table) {
  constexpr std::size_t kMostRows = 4096;
  constexpr double kCrowded = 1e-5;
  if (table.rows() > kMostRows) return 0.0;
  std::vector<std::pair<double, bool>> ages;  // whether a failure is exactly there
  for (std::size_t i = 0; i < table.rows(); ++i) {
    if (table.count_at(i) == 0.0) continue;
    if (table.lower[i] > 0.0) ages.emplace_back(table.lower[i], table.lower[i] == table.upper[i]);
    if (table.upper[i] > table.lower[i] && std::isfinite(table.upper[i])) ages.emplace_back(table.upper[i], false);
  }
  std::sort(ages.begin(), ages.end());
  double best = 0.0;
  std::size_t best_size = 1;
  bool best_exact = false;
  for (std::size_t from = 0; from < ages.size();) {
    std::size_t to = from + 1, size = 1;
    bool exact = ages[from].second;
    for (; to < ages.size() && ages[to].first - ages[to - 1].first <= kCrowded * ages[to].first; ++to) {
      if (ages[to].first > ages[to - 1].first) ++size;
      exact = exact || ages[to].second;
    }
    if (size > 1 && (exact == best_exact ? size > best_size : exact)) {
      best = ages[from + (to - from) / 2].first;
      best_size = size;
      best_exact = exact;
    }
    from = to;
  }
  return best;
}

Axis choose_axis(const LifeTable& table, bool log, double crowded) {
  Axis axis;
  axis.log = log;
  double sum = 0.0, weight = 0.0;
  if (log && crowded > 0.0) {
    axis.scale = crowded;
    return axis;
  }
  if (log) {
    // The mean is taken about the first age, so that nearly constant data keep their digits.
    double reference = 0.0;
    for_each_age(table, [&](double t, double c) {
      if (reference == 0.0) reference = t;
      sum += c * std::log(t / reference);
      weight += c;
    });
    axis.scale = weight > 0.0 ? reference * std::exp(sum / weight) : 1.0;
    if (!(axis.scale > 0.0) || !std::isfinite(axis.scale)) axis.scale = reference;
    return axis;
  }
  // Subtracting a shift is exact only for ages within a factor two of it (Sterbenz); elsewhere the shift is 0 and
  // dividing by a power of two is exact.
  double low = kInfinity, high = 0.0;
  for_each_age(table, [&](double t, double c) {
    low = std::fmin(low, t);
    high = std::fmax(high, t);
    weight += c;
  });
  if (!(weight > 0.0)) return axis;
  for_each_age(table, [&](double t, double c) { sum += c * (t - low); });
  const double mean = low + sum / weight;
  if (high <= 2.0 * low) axis.shift = mean;
  if (crowded > 0.0) axis.shift = crowded;
  double square = 0.0;
  for_each_age(table, [&](double t, double c) { square += c * (t - mean) * (t - mean); });
  const double deviation = std::sqrt(square / weight);
  const double size = deviation > 0.0 ? deviation : mean;
  axis.scale = std::exp2(std::round(std::log2(size)));
  return axis;
}

struct PlotPoint {
  double u, failed, censored;
};

/// Kaplan-Meier over points at which units failed or were withdrawn, thinned to 64 points.
PlotSummary plot_of(std::vector<PlotPoint> points) {
  if (points.size() > kSortedPlot) {
    double lo = kInfinity, up = -kInfinity;
    for (const PlotPoint& p : points) {
      lo = std::fmin(lo, p.u);
      up = std::fmax(up, p.u);
    }
    const double step = up > lo ? (up - lo) / static_cast<double>(kPlotBins - 1) : 1.0;
    std::vector<PlotPoint> bins(kPlotBins, {0, 0, 0});
    for (std::size_t k = 0; k < kPlotBins; ++k) bins[k].u = lo + step * static_cast<double>(k);
    for (const PlotPoint& p : points) {
      PlotPoint& bin = bins[static_cast<std::size_t>((p.u - lo) / step + 0.5)];
      bin.failed += p.failed;
      bin.censored += p.censored;
    }
    points = std::move(bins);
  } else {
    std::sort(points.begin(), points.end(), [](const PlotPoint& a, const PlotPoint& b) { return a.u < b.u; });
  }
  double at_risk = 0.0;
  for (const PlotPoint& p : points) at_risk += p.failed + p.censored;
  const double n = at_risk;
  double survival = 1.0;
  std::vector<std::pair<double, double>> curve;
  for (const PlotPoint& p : points) {
    if (p.failed > 0.0 && at_risk > 0.0) {
      const double after = survival * std::fmax(0.0, 1.0 - p.failed / at_risk);
      curve.emplace_back(p.u, 1.0 - 0.5 * (survival + after));  // middle of the step, as a plotted point
      survival = after;
    }
    at_risk -= p.failed + p.censored;
  }
  static_cast<void>(n);
  if (curve.size() > 64) {
    std::vector<std::pair<double, double>> thin;
    for (std::size_t k = 0; k < 64; ++k) thin.push_back(curve[k * (curve.size() - 1) / 63]);
    curve = std::move(thin);
  }
  if (curve.empty()) {
    // No failure at all: something to start from, above the last age.
    double last = 0.0;
    for (const PlotPoint& p : points) last = std::fmax(last, p.u);
    curve.emplace_back(last + 1.0, 0.5);
  }
  return PlotSummary::of(std::move(curve));
}

/// Finds the cell of a row without allocating: hashes of the covariates lead to the cells that may be it.
class CellIndex {
 public:
  /// Index into `cells`, to which a cell with new covariates is added.
  std::size_t place(const Design& design, std::size_t i, std::vector<Cell>& cells) {
    const std::span<const double> x(design.x.data() + i * design.columns, design.columns);
    const std::span<const double> w(design.w.data() + i * design.shape_columns, design.shape_columns);
    const double offset = design.offset.empty() ? 0.0 : design.offset[i];
    const auto same = [&](const Cell& cell) {
      return cell.offset == offset && std::equal(x.begin(), x.end(), cell.x.begin(), cell.x.end()) &&
             std::equal(w.begin(), w.end(), cell.w.begin(), cell.w.end());
    };
    if (last_ < cells.size() && same(cells[last_])) return last_;
    std::uint64_t hash = 0;
    const auto mix = [&hash](double v) {
      // -0 and 0 are one covariate.
      hash = (hash ^ std::bit_cast<std::uint64_t>(v == 0.0 ? 0.0 : v)) * 0x9E3779B97F4A7C15u;
      hash ^= hash >> 29;
    };
    for (const double v : x) mix(v);
    for (const double v : w) mix(v);
    mix(offset);
    const auto [from, to] = cell_of_.equal_range(hash);
    for (auto it = from; it != to; ++it) {
      if (same(cells[it->second])) return last_ = it->second;
    }
    last_ = cells.size();
    cell_of_.emplace(hash, last_);
    cells.push_back({{x.begin(), x.end()}, offset, {w.begin(), w.end()}, {}});
    return last_;
  }

 private:
  std::unordered_multimap<std::uint64_t, std::size_t> cell_of_;
  std::size_t last_ = 0;
};

}  // namespace

Rows Segment::rows(std::size_t from, std::size_t to) const noexcept {
  const auto part = [from, to](const std::vector<double>& v) {
    return v.empty() ? std::span<const double>{} : std::span<const double>(v).subspan(from, to - from);
  };
  return {kind, sign, part(a), part(b), part(width), part(count), part(c), part(d)};
}

Event event_of(const Segment& s, std::size_t i) noexcept {
  Event e{s.kind, s.a[i], s.b.empty() ? s.a[i] : s.b[i], s.width.empty() ? 0.0 : s.width[i],
          s.count.empty() ? 1.0 : s.count[i]};
  if (s.kind != Kind::conditional) return e;
  e.kind = e.a == e.b ? Kind::exact : std::isinf(e.b) ? Kind::right : std::isinf(e.a) ? Kind::left : Kind::interval;
  if (e.kind == Kind::left) e.a = e.b;
  return e;
}

Sample prepare(const LifeTable& table, bool log, const Design* design) {
  Sample sample;
  const double crowded = design == nullptr ? crowded_age(table) : 0.0;
  sample.crowded = crowded > 0.0;
  sample.axis = choose_axis(table, log, crowded);
  const Axis& axis = sample.axis;
  const double bottom = log ? 0.0 : -kInfinity;  // "no lower end" as an age on this axis

  CellIndex cell_of;
  std::vector<PlotPoint> points;
  points.reserve(table.rows());
  double first = kInfinity;
  std::vector<double> ends;
  double end_limit = kInfinity;  // no end beyond the earliest certain failure matters

  const auto segment = [](Cell& cell, Kind kind) -> Segment& {
    if (cell.segments.empty()) {
      cell.segments.resize(5);
      for (std::size_t i = 0; i < 5; ++i) cell.segments[i].kind = static_cast<Kind>(i);
    }
    return cell.segments[static_cast<std::size_t>(kind)];
  };
  const auto push = [&](Cell& cell, double lo, double up, double count) {
    const bool open_low = lo <= bottom, open_high = std::isinf(up);
    if (open_low && open_high) return;
    Segment& s = segment(cell, lo == up    ? Kind::exact
                               : open_high ? Kind::right
                               : open_low  ? Kind::left
                                           : Kind::interval);
    s.a.push_back(axis.to_u(s.kind == Kind::left ? up : lo));
    if (s.kind == Kind::interval) {
      s.b.push_back(axis.to_u(up));
      s.width.push_back(axis.width(lo, up));
    }
    s.count.push_back(count);
  };
  const auto push_window = [&](Cell& cell, double lo, double up, double entry, double exit, double count) {
    Segment& s = segment(cell, Kind::conditional);
    const auto low = [&](double t) { return t <= bottom ? -kInfinity : axis.to_u(t); };
    const auto high = [&](double t) { return std::isinf(t) ? kInfinity : axis.to_u(t); };
    s.a.push_back(low(lo));
    s.b.push_back(high(up));
    s.width.push_back(lo == up ? 0.0 : lo <= bottom || std::isinf(up) ? kInfinity : axis.width(lo, up));
    s.c.push_back(low(entry));
    s.d.push_back(high(exit));
    s.count.push_back(count);
  };

  if (design == nullptr) sample.cells.emplace_back();
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const double count = table.count_at(i);
    if (count == 0.0) continue;
    std::size_t c = 0;
    if (design != nullptr) {
      c = cell_of.place(*design, i, sample.cells);
    }
    Cell& cell = sample.cells[c];
    const double entry = table.entry_at(i) > 0.0 ? table.entry_at(i) : bottom, exit = table.exit_at(i);
    const bool exact = table.lower[i] == table.upper[i];
    double lo = table.lower[i], up = table.upper[i];
    sample.n += count;
    if (exact) {
      if (lo <= entry || lo > exit) {
        throw BadData({{{table.provenance.name, line_of(table, i), "lower",
                         "the failure lies outside the window in which the unit could be seen"}},
                       1});
      }
      sample.exact += count;
      sample.failed += count;
      sample.log_jacobian += count * axis.log_slope(lo);
    } else {
      if (lo == 0.0) lo = bottom;
      lo = std::fmax(lo, entry);
      up = std::fmin(up, exit);
      if (!(lo < up)) {
        throw BadData({{{table.provenance.name, line_of(table, i), "lower",
                         "the event and the window in which the unit could be seen have nothing in common"}},
                       1});
      }
      if (!std::isinf(up)) sample.failed += count;
    }
    const bool windowed = entry > bottom || !std::isinf(exit);
    if (windowed) sample.truncated = true;
    if (!windowed) {
      push(cell, lo, up, count);
    } else if (!(lo == entry && up == exit)) {
      push_window(cell, lo, up, entry, exit, count);
    }
    // A point inside the event for the plot; the earliest age by which a failure is certain.
    if (std::isinf(up)) {
      if (lo > bottom) points.push_back({axis.to_u(lo), 0.0, count});
    } else {
      const double u = axis.to_u(up);
      const double inside = exact ? u : lo > bottom ? 0.5 * (u + axis.to_u(lo)) : u - (log ? 0.7 : 0.5);
      points.push_back({inside, count, 0.0});
      first = std::fmin(first, u);
      end_limit = std::fmin(end_limit, up);
    }
    if (!log && !exact && lo > bottom && lo < end_limit && ends.size() < 4096) ends.push_back(lo);
    if (!log && windowed && entry > bottom && entry < end_limit && ends.size() < 4096) ends.push_back(entry);
  }
  for (Cell& cell : sample.cells) {
    std::erase_if(cell.segments, [](const Segment& s) { return s.a.empty(); });
    for (Segment& s : cell.segments) {
      merge_equal_rows(s);
      if (std::all_of(s.count.begin(), s.count.end(), [](double v) { return v == 1.0; })) {
        s.count.clear();
        s.count.shrink_to_fit();
      }
    }
  }
  sample.plot = plot_of(std::move(points));
  if (std::isfinite(first)) sample.plot.first = first;
  if (!log) {
    // The nearest distinct ends below the first failure.
    std::erase_if(ends, [&](double t) { return t > end_limit; });
    std::sort(ends.begin(), ends.end(), std::greater<>());
    ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
    if (ends.size() > 12) ends.resize(12);
    for (const double t : ends) sample.plot.ends.push_back(axis.to_u(t));
  }
  return sample;
}

}  // namespace relia
