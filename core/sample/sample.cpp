#include "core/sample/sample.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <functional>
#include <unordered_map>
#include <utility>

#include <relia/error.hpp>

#include "core/nonparametric/sort_times.hpp"
#include "core/sample/merge_rows.hpp"

namespace relia {
namespace {

/// Ages above this many rows are binned for the plot summary instead of sorted.
constexpr std::size_t kSortedPlot = 20000;
constexpr std::size_t kPlotBins = 8192;

/// Calls f(age, count) for every finite positive end of every event.
template <class F>
void for_each_age(const RowView& rows, F f) {
  for (std::size_t i = 0; i < rows.rows(); ++i) {
    const double c = rows.count_at(i);
    if (c == 0.0) continue;
    if (rows.lower[i] > 0.0) f(rows.lower[i], c);
    if (rows.upper[i] > rows.lower[i] && std::isfinite(rows.upper[i])) f(rows.upper[i], c);
  }
}

/// Hands the superblocks of a data set to the workers.
class BlockVisitor {
 public:
  BlockVisitor(const RowBlocks& rows, const Workers& workers) : rows_(rows), workers_(workers) {}
  /// `f(rows, part)` for every superblock; `width` numbers a superblock.
  template <class F>
  std::vector<double> parts(std::size_t width, F f) {
    return block_parts(rows_.blocks(), width, workers_, [&](std::size_t block, std::span<double> part) {
      const Pool<LifeTable>::Loan scratch(scratch_);
      f(rows_.block(block, *scratch), part);
    });
  }

 private:
  const RowBlocks& rows_;
  const Workers& workers_;
  Pool<LifeTable> scratch_;
};

/// The middle of the largest crowd of ages that agree to a few parts in a million without being equal, of those with an
/// exact failure if there is one; 0: no crowd. Where all depends on differences that small the axis has its origin
/// there, and neither ages nor location lose digits to a distant one.
double crowded_age(const RowBlocks& data) {
  constexpr std::size_t kMostRows = 4096;
  constexpr double kCrowded = 1e-5;
  if (data.rows() > kMostRows || data.rows() == 0) return 0.0;
  LifeTable scratch;
  const RowView table = data.block(0, scratch);
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

/// The first finite positive age in the order of the rows; 0: there is none.
double first_age(const RowBlocks& data) {
  LifeTable scratch;
  for (std::size_t block = 0; block < data.blocks(); ++block) {
    double first = 0.0;
    for_each_age(data.block(block, scratch), [&first](double t, double) { first = first == 0.0 ? t : first; });
    if (first != 0.0) return first;
  }
  return 0.0;
}

Axis choose_axis(const RowBlocks& data, bool log, double crowded, const Workers& workers) {
  Axis axis;
  axis.log = log;
  double sum = 0.0, weight = 0.0;
  if (log && crowded > 0.0) {
    axis.scale = crowded;
    return axis;
  }
  BlockVisitor visitor(data, workers);
  if (log) {
    // The mean is taken about the first age, so that nearly constant data keep their digits.
    const double reference = first_age(data);
    const std::vector<double> parts = visitor.parts(2, [&](const RowView& rows, std::span<double> part) {
      double s = 0.0, w = 0.0;
      for_each_age(rows, [&](double t, double c) {
        s += c * std::log(t / reference);
        w += c;
      });
      part[0] = s;
      part[1] = w;
    });
    for (std::size_t i = 0; i < parts.size(); i += 2) {
      sum += parts[i];
      weight += parts[i + 1];
    }
    axis.scale = weight > 0.0 ? reference * std::exp(sum / weight) : 1.0;
    if (!(axis.scale > 0.0) || !std::isfinite(axis.scale)) axis.scale = reference;
    return axis;
  }
  // Subtracting a shift is exact only for ages within a factor two of it (Sterbenz); elsewhere the shift is 0 and
  // dividing by a power of two is exact.
  double low = kInfinity, high = 0.0;
  const std::vector<double> ends = visitor.parts(3, [&](const RowView& rows, std::span<double> part) {
    double l = kInfinity, h = 0.0, w = 0.0;
    for_each_age(rows, [&](double t, double c) {
      l = std::fmin(l, t);
      h = std::fmax(h, t);
      w += c;
    });
    part[0] = l;
    part[1] = h;
    part[2] = w;
  });
  for (std::size_t i = 0; i < ends.size(); i += 3) {
    low = std::fmin(low, ends[i]);
    high = std::fmax(high, ends[i + 1]);
    weight += ends[i + 2];
  }
  if (!(weight > 0.0)) return axis;
  const auto total = [&](auto term) {
    const std::vector<double> parts = visitor.parts(1, [&](const RowView& rows, std::span<double> part) {
      double s = 0.0;
      for_each_age(rows, [&](double t, double c) { s += term(t, c); });
      part[0] = s;
    });
    double s = 0.0;
    for (const double p : parts) s += p;
    return s;
  };
  sum = total([low](double t, double c) { return c * (t - low); });
  const double mean = low + sum / weight;
  if (high <= 2.0 * low) axis.shift = mean;
  if (crowded > 0.0) axis.shift = crowded;
  const double square = total([mean](double t, double c) { return c * (t - mean) * (t - mean); });
  const double deviation = std::sqrt(square / weight);
  const double size = deviation > 0.0 ? deviation : mean;
  axis.scale = std::exp2(std::round(std::log2(size)));
  return axis;
}

struct PlotPoint {
  double u, failed, censored;
};

/// Kaplan-Meier over points at which units failed or were withdrawn, thinned to 64 points.
/// @pre in rising order of u
PlotSummary plot_of(const std::vector<PlotPoint>& points) {
  double at_risk = 0.0;
  for (const PlotPoint& p : points) at_risk += p.failed + p.censored;
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

/// A point inside an event, for the plot.
PlotPoint point_of(const Event& e, bool log) {
  switch (e.kind) {
    case Kind::right: return {e.a, 0.0, e.count};
    case Kind::left: return {e.a - (log ? 0.7 : 0.5), e.count, 0.0};
    case Kind::interval: return {0.5 * (e.b + e.a), e.count, 0.0};
    case Kind::exact:
    case Kind::conditional: break;
  }
  return {e.a, e.count, 0.0};
}

/// Failures and withdrawals gathered in bins of equal width. Counts are whole, so that bins add up in any order.
struct PlotBins {
  double low = kInfinity, step = 1.0;
  std::vector<double> failed = std::vector<double>(kPlotBins, 0.0);
  std::vector<double> censored = std::vector<double>(kPlotBins, 0.0);

  void set_ends(double from, double to) {
    low = from <= to ? from : 0.0;
    step = to > from ? (to - from) / static_cast<double>(kPlotBins - 1) : 1.0;
  }
  void add(const PlotPoint& p) {
    const auto k = static_cast<std::size_t>((p.u - low) / step + 0.5);
    failed[k] += p.failed;
    censored[k] += p.censored;
  }
  [[nodiscard]] std::vector<PlotPoint> points() const {
    std::vector<PlotPoint> out(kPlotBins);
    for (std::size_t k = 0; k < kPlotBins; ++k) {
      out[k] = {low + step * static_cast<double>(k), failed[k], censored[k]};
    }
    return out;
  }
};

/// By digits; a point's count goes along as one number, below zero for a withdrawal.
void sort_many(std::vector<PlotPoint>& points) {
  std::vector<double> u(points.size()), count(points.size());
  for (std::size_t i = 0; i < points.size(); ++i) {
    u[i] = points[i].u;
    count[i] = points[i].failed > 0.0 ? points[i].failed : -points[i].censored;
  }
  sort_times(u, count);
  for (std::size_t i = 0; i < points.size(); ++i) {
    points[i] = count[i] > 0.0 ? PlotPoint{u[i], count[i], 0.0} : PlotPoint{u[i], 0.0, -count[i]};
  }
}

std::vector<PlotPoint> in_order(std::vector<PlotPoint> points) {
  constexpr std::size_t kMany = 4096;
  if (points.size() <= kSortedPlot) {
    if (points.size() >= kMany) {
      sort_many(points);
    } else {
      std::sort(points.begin(), points.end(), [](const PlotPoint& a, const PlotPoint& b) { return a.u < b.u; });
    }
    return points;
  }
  double lo = kInfinity, up = -kInfinity;
  for (const PlotPoint& p : points) {
    lo = std::fmin(lo, p.u);
    up = std::fmax(up, p.u);
  }
  PlotBins bins;
  bins.set_ends(lo, up);
  for (const PlotPoint& p : points) bins.add(p);
  return bins.points();
}

/// The same for the rows of many segments.
std::vector<PlotPoint> in_bins(const Sample& sample, double low, double high) {
  Pool<PlotBins> pool;
  (void)sample.parts(0, [&](std::span<const Segment> segments, std::span<double>) {
    const Pool<PlotBins>::Loan bins(pool);
    bins->set_ends(low, high);
    for (const Segment& s : segments) {
      const auto count = [&s](std::size_t i) { return s.count.empty() ? 1.0 : s.count[i]; };
      if (s.kind == Kind::exact) {
        for (std::size_t i = 0; i < s.a.size(); ++i) bins->add({s.a[i], count(i), 0.0});
      } else if (s.kind == Kind::right) {
        for (std::size_t i = 0; i < s.a.size(); ++i) bins->add({s.a[i], 0.0, count(i)});
      } else {
        for (std::size_t i = 0; i < s.a.size(); ++i) bins->add(point_of(event_of(s, i), sample.axis.log));
      }
    }
  });
  PlotBins all;
  all.set_ends(low, high);
  const auto gather = [&](std::span<const double> failed, std::span<const double> censored) {
    for (std::size_t k = 0; k < kPlotBins; ++k) {
      all.failed[k] += failed[k];
      all.censored[k] += censored[k];
    }
  };
  for (const auto& bins : pool.idle()) gather(bins->failed, bins->censored);
  if (sample.workers.shared()) {
    const auto ranks = static_cast<std::size_t>(sample.workers.ranks->size());
    const auto rank = static_cast<std::size_t>(sample.workers.ranks->rank());
    std::vector<double> shares(ranks * 2 * kPlotBins);
    const auto own = std::span<double>(shares).subspan(rank * 2 * kPlotBins, 2 * kPlotBins);
    std::copy(all.failed.begin(), all.failed.end(), own.begin());
    std::copy(all.censored.begin(), all.censored.end(), own.begin() + kPlotBins);
    sample.workers.ranks->share(shares, slices_of(shares.size(), static_cast<int>(ranks)));
    all = PlotBins();
    all.set_ends(low, high);
    for (std::size_t r = 0; r < ranks; ++r) {
      const auto part = std::span<const double>(shares).subspan(r * 2 * kPlotBins, 2 * kPlotBins);
      gather(part.first(kPlotBins), part.last(kPlotBins));
    }
  }
  return all.points();
}

/// What is summed over rows while they are put on the axis.
struct Facts {
  double n = 0.0, exact = 0.0, failed = 0.0, log_jacobian = 0.0;
  double truncated = 0.0;                     ///< 1: a row has a window
  double limit = kInfinity;                   ///< smallest age by which a failure is certain
  double low = kInfinity, high = -kInfinity;  ///< of the points of the plot
  std::array<double, 5> stored{};             ///< rows by kind

  static constexpr std::size_t kNumbers = 13;
  void put(std::span<double> out) const {
    const std::array<double, 8> sums = {n, exact, failed, log_jacobian, truncated, limit, low, high};
    std::copy(stored.begin(), stored.end(), std::copy(sums.begin(), sums.end(), out.begin()));
  }
  void add(std::span<const double> part) {
    n += part[0];
    exact += part[1];
    failed += part[2];
    log_jacobian += part[3];
    truncated = std::fmax(truncated, part[4]);
    limit = std::fmin(limit, part[5]);
    low = std::fmin(low, part[6]);
    high = std::fmax(high, part[7]);
    for (std::size_t k = 0; k < 5; ++k) stored[k] += part[8 + k];
  }
};

/// What is kept of single rows of small data sets.
struct Details {
  bool with_points = true;
  std::vector<PlotPoint> points;
  std::vector<double> ends;  ///< lower ends and entries below the earliest certain failure
};

/// Puts rows on the axis: each event cut to its window, into the segment of its kind.
class RowTaker {
 public:
  /// @param reserve  segments will hold a good part of the rows of a view
  RowTaker(const Axis& axis, const Provenance& source, bool reserve)
      : axis_(axis), source_(source), reserve_(reserve) {}

  static std::vector<Segment> no_segments() {
    std::vector<Segment> out(5);
    for (std::size_t i = 0; i < 5; ++i) out[i].kind = static_cast<Kind>(i);
    return out;
  }

  /// @param u               of the row's lower end, where that is an age
  /// @param facts, details  null: not wanted
  void take(const RowView& rows,
            std::size_t i,
            double u,
            std::vector<Segment>& segments,
            Facts* facts,
            Details* details) const {
    const double count = rows.count_at(i);
    if (count == 0.0) return;
    const double bottom = axis_.log ? 0.0 : -kInfinity;  // "no lower end" as an age on this axis
    const double entry = rows.entry_at(i) > 0.0 ? rows.entry_at(i) : bottom;
    const double exit = rows.exit.empty() ? kInfinity : rows.exit[i];
    const bool exact = rows.lower[i] == rows.upper[i];
    double lo = rows.lower[i], up = rows.upper[i];
    if (exact) {
      if (lo <= entry || lo > exit) {
        refuse(rows, i, "the failure lies outside the window in which the unit could be seen");
      }
    } else {
      if (lo == 0.0) lo = bottom;
      lo = std::fmax(lo, entry);
      up = std::fmin(up, exit);
      if (!(lo < up)) {
        refuse(rows, i, "the event and the window in which the unit could be seen have nothing in common");
      }
    }
    const bool windowed = entry > bottom || !std::isinf(exit);
    if (!windowed) {
      push(segments, lo, up, u, bottom, rows, count);
    } else if (!(lo == entry && up == exit)) {
      push_window(segments, lo, up, entry, exit, bottom, rows, count);
    }
    if (facts == nullptr) return;
    facts->n += count;
    if (exact) {
      facts->exact += count;
      if (axis_.log) facts->log_jacobian -= count * u;
    }
    if (windowed) facts->truncated = 1.0;
    if (!std::isinf(up)) {
      facts->failed += count;
      if (up < facts->limit) facts->limit = up;
    }
    if (details == nullptr) return;
    note_ends(exact, lo, windowed, entry, bottom, facts->limit, details->ends);
    if (!details->with_points) return;
    if (std::isinf(up)) {
      if (lo > bottom) details->points.push_back({lo == rows.lower[i] ? u : axis_.to_u(lo), 0.0, count});
    } else if (exact) {
      details->points.push_back({u, count, 0.0});
    } else {
      const double end = axis_.to_u(up);
      details->points.push_back(
          {lo > bottom ? 0.5 * (end + axis_.to_u(lo)) : end - (axis_.log ? 0.7 : 0.5), count, 0.0});
    }
  }

  void take_all(const RowView& rows, std::vector<Segment>& segments, Facts* facts, Details* details) const {
    std::array<double, 512> u;
    for (std::size_t from = 0; from < rows.rows(); from += u.size()) {
      const std::size_t n = std::min(u.size(), rows.rows() - from);
      axis_.to_u(std::span<const double>(rows.lower).subspan(from, n), u);
      for (std::size_t i = 0; i < n; ++i) take(rows, from + i, u[i], segments, facts, details);
    }
  }

  [[nodiscard]] bool log() const noexcept { return axis_.log; }

 private:
  void note_ends(bool exact,
                 double lo,
                 bool windowed,
                 double entry,
                 double bottom,
                 double limit,
                 std::vector<double>& ends) const {
    constexpr std::size_t kMost = 4096;
    if (axis_.log) return;
    if (!exact && lo > bottom && lo < limit && ends.size() < kMost) ends.push_back(lo);
    if (windowed && entry > bottom && entry < limit && ends.size() < kMost) ends.push_back(entry);
  }
  [[noreturn]] void refuse(const RowView& rows, std::size_t i, const char* why) const {
    throw BadData({{{source_.name, rows.line_at(i), source_.age_column, why}}, 1});
  }
  void start(Segment& s, const RowView& rows) const {
    if (!reserve_ || !s.a.empty()) return;
    s.a.reserve(rows.rows());
    if (!rows.count.empty()) s.count.reserve(rows.rows());
  }
  void push(std::vector<Segment>& segments,
            double lo,
            double up,
            double u,
            double bottom,
            const RowView& rows,
            double count) const {
    const bool open_low = lo <= bottom, open_high = std::isinf(up);
    if (open_low && open_high) return;
    const Kind kind = lo == up ? Kind::exact : open_high ? Kind::right : open_low ? Kind::left : Kind::interval;
    Segment& s = segments[static_cast<std::size_t>(kind)];
    start(s, rows);
    // The two ends of an interval come from one function, which never puts them in the wrong order.
    s.a.push_back(kind == Kind::left ? axis_.to_u(up) : kind == Kind::interval ? axis_.to_u(lo) : u);
    if (kind == Kind::interval) {
      s.b.push_back(axis_.to_u(up));
      s.width.push_back(axis_.width(lo, up));
    }
    if (!rows.count.empty()) s.count.push_back(count);
  }
  void push_window(std::vector<Segment>& segments,
                   double lo,
                   double up,
                   double entry,
                   double exit,
                   double bottom,
                   const RowView& rows,
                   double count) const {
    Segment& s = segments[static_cast<std::size_t>(Kind::conditional)];
    const auto low = [&](double t) { return t <= bottom ? -kInfinity : axis_.to_u(t); };
    const auto high = [&](double t) { return std::isinf(t) ? kInfinity : axis_.to_u(t); };
    start(s, rows);
    s.a.push_back(low(lo));
    s.b.push_back(high(up));
    s.width.push_back(lo == up ? 0.0 : lo <= bottom || std::isinf(up) ? kInfinity : axis_.width(lo, up));
    s.c.push_back(low(entry));
    s.d.push_back(high(exit));
    s.window.push_back(entry <= bottom || std::isinf(exit) ? kInfinity : axis_.width(entry, exit));
    if (!rows.count.empty()) s.count.push_back(count);
  }

  const Axis& axis_;
  const Provenance& source_;
  bool reserve_;
};

void finish(std::vector<Segment>& segments) {
  std::erase_if(segments, [](const Segment& s) { return s.a.empty(); });
  for (Segment& s : segments) {
    merge_equal_rows(s);
    if (std::all_of(s.count.begin(), s.count.end(), [](double v) { return v == 1.0; })) {
      s.count.clear();
      s.count.shrink_to_fit();
    }
  }
}

/// The segments of one superblock.
void take_block(
    const RowView& rows, const RowTaker& taker, std::vector<Segment>& segments, Facts* facts, Details* details) {
  segments = RowTaker::no_segments();
  taker.take_all(rows, segments, facts, details);
  finish(segments);
  if (facts == nullptr) return;
  for (const Segment& s : segments) {
    facts->stored[static_cast<std::size_t>(s.kind)] += static_cast<double>(s.a.size());
    const bool at_a = s.kind == Kind::exact || s.kind == Kind::right;
    for (std::size_t i = 0; i < s.a.size(); ++i) {
      const double u = at_a ? s.a[i] : point_of(event_of(s, i), taker.log()).u;
      if (u < facts->low) facts->low = u;
      if (u > facts->high) facts->high = u;
    }
  }
}

/// Rows add -u to log_jacobian on a logarithmic axis and nothing on the line; the unit of the axis, the same for all
/// exact rows, comes in here.
void set_facts(const Facts& facts, Sample& sample) {
  sample.n = facts.n;
  sample.exact = facts.exact;
  sample.failed = facts.failed;
  sample.truncated = facts.truncated > 0.0;
  sample.log_jacobian = facts.log_jacobian - facts.exact * std::log(sample.axis.scale);
}

void set_plot(std::vector<PlotPoint> points, const Facts& facts, std::vector<double> ends, Sample& sample) {
  sample.plot = plot_of(points);
  if (std::isfinite(facts.limit)) sample.plot.first = sample.axis.to_u(facts.limit);
  if (sample.axis.log) return;
  // The nearest distinct ends below the first failure.
  std::erase_if(ends, [&](double t) { return t > facts.limit; });
  std::sort(ends.begin(), ends.end(), std::greater<>());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  if (ends.size() > 12) ends.resize(12);
  for (const double t : ends) sample.plot.ends.push_back(sample.axis.to_u(t));
}

std::size_t bytes_of(const std::vector<Segment>& segments) {
  std::size_t n = sizeof(Segment) * segments.size();
  for (const Segment& s : segments) {
    for (const std::vector<double>* v : {&s.a, &s.b, &s.width, &s.count, &s.c, &s.d, &s.window}) {
      n += 8 * v->size() + 16;
    }
  }
  return n;
}

}  // namespace

Rows Segment::rows(std::size_t from, std::size_t to) const noexcept {
  const auto part = [from, to](const std::vector<double>& v) {
    return v.empty() ? std::span<const double>{} : std::span<const double>(v).subspan(from, to - from);
  };
  return {kind, sign, part(a), part(b), part(width), part(count), part(c), part(d), part(window)};
}

Event event_of(const Segment& s, std::size_t i) noexcept {
  Event e{s.kind, s.a[i], s.b.empty() ? s.a[i] : s.b[i], s.width.empty() ? 0.0 : s.width[i],
          s.count.empty() ? 1.0 : s.count[i]};
  if (s.kind != Kind::conditional) return e;
  e.kind = e.a == e.b ? Kind::exact : std::isinf(e.b) ? Kind::right : std::isinf(e.a) ? Kind::left : Kind::interval;
  if (e.kind == Kind::left) e.a = e.b;
  return e;
}

struct SegmentBlocks::Wanted {
  Facts facts;
  Details details;
};

SegmentBlocks::SegmentBlocks(const RowBlocks& rows, const Axis& axis, std::size_t memory)
    : rows_(rows), axis_(axis), memory_(memory), kept_(rows.blocks()), is_kept_(rows.blocks()) {}

const std::vector<Segment>& SegmentBlocks::load(std::size_t block, Scratch& scratch, Wanted* wanted) const {
  if (is_kept_[block].load(std::memory_order_acquire) != 0) return kept_[block];
  const RowTaker taker(axis_, rows_.provenance(), true);
  // Single rows are looked at in the first superblock only, here as in memory.
  take_block(rows_.block(block, scratch.table), taker, scratch.segments, wanted == nullptr ? nullptr : &wanted->facts,
             wanted == nullptr || block > 0 ? nullptr : &wanted->details);
  for (Segment& s : scratch.segments) s.block = block;
  const std::size_t bytes = bytes_of(scratch.segments);
  std::size_t left = memory_.load();
  while (left >= bytes && !memory_.compare_exchange_weak(left, left - bytes)) {
  }
  if (left < bytes) return scratch.segments;
  kept_[block] = scratch.segments;  // a copy has no slack
  is_kept_[block].store(1, std::memory_order_release);
  return kept_[block];
}

const std::vector<Segment>& SegmentBlocks::load(std::size_t block, Scratch& scratch) const {
  return load(block, scratch, nullptr);
}

std::span<const Segment> Sample::block_segments(std::size_t block, SegmentBlocks::Scratch& scratch) const {
  if (stream != nullptr) return stream->load(block, scratch);
  const std::span<const Segment> all(cells.front().segments);
  if (first_segment.empty()) return all;
  return all.subspan(first_segment[block], first_segment[block + 1] - first_segment[block]);
}

std::vector<double> Sample::parts(
    std::size_t width,
    const std::function<void(std::span<const Segment> segments, std::span<double> part)>& visit) const {
  Pool<SegmentBlocks::Scratch> own;
  Pool<SegmentBlocks::Scratch>& pool = stream != nullptr ? stream->scratch() : own;
  return block_parts(blocks, width, workers, [&](std::size_t block, std::span<double> part) {
    const Pool<SegmentBlocks::Scratch>::Loan scratch(pool);
    visit(block_segments(block, *scratch), part);
  });
}

std::size_t Sample::rows() const noexcept {
  std::size_t rows = 0;
  if (stream != nullptr) {
    for (const std::uint64_t of_kind : stored) rows += of_kind;
    return rows;
  }
  for (const Cell& cell : cells) {
    for (const Segment& s : cell.segments) rows += s.a.size();
  }
  return rows;
}

Sample prepare(const RowBlocks& rows, bool log, Workers workers, std::size_t memory) {
  Sample sample;
  sample.workers = workers;
  const double crowded = crowded_age(rows);
  sample.crowded = crowded > 0.0;
  sample.axis = choose_axis(rows, log, crowded, workers);
  sample.blocks = std::max<std::size_t>(1, rows.blocks());
  sample.cells.emplace_back();
  const bool sorted = rows.rows() <= kSortedPlot;
  std::vector<SegmentBlocks::Wanted> wanted(sample.blocks);
  wanted.front().details.with_points = sorted;
  std::vector<double> parts;
  if (!rows.resident() && rows.rows() > kSuperblockRows) {
    const auto stream = std::make_shared<SegmentBlocks>(rows, sample.axis, memory);
    sample.stream = stream;
    parts = block_parts(sample.blocks, Facts::kNumbers, workers, [&](std::size_t block, std::span<double> part) {
      const Pool<SegmentBlocks::Scratch>::Loan scratch(stream->scratch());
      (void)stream->load(block, *scratch, &wanted[block]);
      wanted[block].facts.put(part);
    });
  } else if (rows.rows() > 0) {
    const RowTaker taker(sample.axis, rows.provenance(), true);
    std::vector<std::vector<Segment>> segments(sample.blocks);
    // Every rank keeps all rows that are in memory anyway.
    Pool<LifeTable> pool;
    parts = block_parts(sample.blocks, Facts::kNumbers, {workers.threads, nullptr},
                        [&](std::size_t block, std::span<double> part) {
                          const Pool<LifeTable>::Loan scratch(pool);
                          take_block(rows.block(block, *scratch), taker, segments[block], &wanted[block].facts,
                                     block > 0 ? nullptr : &wanted[block].details);
                          wanted[block].facts.put(part);
                        });
    sample.first_segment.push_back(0);
    std::vector<Segment>& all = sample.cells.front().segments;
    for (std::size_t block = 0; block < sample.blocks; ++block) {
      for (Segment& s : segments[block]) {
        s.block = block;
        all.push_back(std::move(s));
      }
      sample.first_segment.push_back(all.size());
    }
  }
  Facts facts;
  for (std::size_t from = 0; from < parts.size(); from += Facts::kNumbers) {
    facts.add(std::span<const double>(parts).subspan(from, Facts::kNumbers));
  }
  set_facts(facts, sample);
  for (std::size_t k = 0; k < 5; ++k) sample.stored[k] = static_cast<std::uint64_t>(facts.stored[k]);
  if (sample.stream != nullptr && workers.shared() && !log) {
    // Only one rank has seen the first superblock.
    SegmentBlocks::Scratch scratch;
    SegmentBlocks::Wanted first;
    first.details.with_points = false;
    take_block(rows.block(0, scratch.table), RowTaker(sample.axis, rows.provenance(), true), scratch.segments,
               &first.facts, &first.details);
    wanted.front().details.ends = std::move(first.details.ends);
  }
  set_plot(sorted ? in_order(std::move(wanted.front().details.points)) : in_bins(sample, facts.low, facts.high), facts,
           std::move(wanted.front().details.ends), sample);
  return sample;
}

Sample prepare(const LifeTable& table, bool log, const Design* design, Workers workers) {
  const TableBlocks blocks(table);
  if (design == nullptr) return prepare(blocks, log, workers, 0);
  Sample sample;
  sample.workers = workers;
  sample.axis = choose_axis(blocks, log, 0.0, {workers.threads, nullptr});
  const RowTaker taker(sample.axis, table.provenance, false);
  CellIndex cell_of;
  Facts facts;
  Details details;
  details.points.reserve(table.rows());
  LifeTable scratch;
  for (std::size_t b = 0; b < blocks.blocks(); ++b) {
    const RowView rows = blocks.block(b, scratch);
    for (std::size_t i = 0; i < rows.rows(); ++i) {
      if (rows.count_at(i) == 0.0) continue;
      Cell& cell = sample.cells[cell_of.place(*design, b * kSuperblockRows + i, sample.cells)];
      if (cell.segments.empty()) cell.segments = RowTaker::no_segments();
      taker.take(rows, i, sample.axis.to_u(rows.lower[i]), cell.segments, &facts, &details);
    }
  }
  for (Cell& cell : sample.cells) finish(cell.segments);
  set_facts(facts, sample);
  set_plot(in_order(std::move(details.points)), facts, std::move(details.ends), sample);
  return sample;
}

}  // namespace relia
