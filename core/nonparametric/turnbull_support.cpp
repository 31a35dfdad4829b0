#include "core/nonparametric/turnbull_support.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tuple>

namespace relia {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The ends of sets on the line, in the order in which they lie: at one time t a point mass begins ([t),
// then sets that contain t end (t]), then sets that do not contain t begin ((t).
enum class End : std::uint8_t { closed_left = 0, right = 1, open_left = 2 };
struct Endpoint {
  double time;
  End end;
  friend bool operator<(const Endpoint& a, const Endpoint& b) {
    return std::tie(a.time, a.end) < std::tie(b.time, b.end);
  }
  friend bool operator==(const Endpoint& a, const Endpoint& b) { return a.time == b.time && a.end == b.end; }
};

struct Set {
  Endpoint left;
  double right;
  double count;
};

/// Sums the counts of equal rows.
void merge(std::vector<CoverRow>& rows) {
  std::sort(rows.begin(), rows.end(),
            [](const CoverRow& a, const CoverRow& b) { return std::tie(a.first, a.last) < std::tie(b.first, b.last); });
  std::size_t n = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (n > 0 && rows[n - 1].first == rows[i].first && rows[n - 1].last == rows[i].last) {
      rows[n - 1].count += rows[i].count;
    } else {
      rows[n++] = rows[i];
    }
  }
  rows.resize(n);
}

}  // namespace

TurnbullSupport turnbull_support(const LifeTable& table) {
  TurnbullSupport out;
  std::vector<Set> events, windows;
  std::vector<Endpoint> ends;
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const double count = table.count_at(i);
    if (count == 0.0) continue;
    // No entry age is an entry before everything, so that a failure at 0 lies in every left-censored interval.
    const double entry = table.entry_at(i) > 0.0 ? table.entry_at(i) : -kInfinity;
    const double exit = table.exit_at(i);
    const bool exact = table.lower[i] == table.upper[i];
    double low = table.lower[i], high = table.upper[i];
    if (exact) {
      events.push_back({{low, End::closed_left}, high, count});
    } else {
      if (low == 0.0) low = -kInfinity;  // left-censored, or right-censored at 0, which says nothing
      low = std::max(low, entry);
      high = std::min(high, exit);
      if (low == entry && high == exit) continue;  // known only to be in its window: adds log 1
      events.push_back({{low, End::open_left}, high, count});
    }
    out.units += count;
    ends.push_back(events.back().left);
    ends.push_back({high, End::right});
    if (entry > -kInfinity || exit < kInfinity) {
      windows.push_back({{entry, End::open_left}, exit, count});
      // Mass is drawn out of the windows: they split an interval where they end, the other way round.
      if (entry > -kInfinity) ends.push_back({entry, End::right});
      if (exit < kInfinity) ends.push_back({exit, End::open_left});
    }
  }
  std::sort(ends.begin(), ends.end());
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());

  std::vector<Endpoint> lefts;
  std::vector<double> rights;
  for (std::size_t k = 0; k + 1 < ends.size(); ++k) {
    if (ends[k].end != End::right && ends[k + 1].end == End::right) {
      lefts.push_back(ends[k]);
      rights.push_back(ends[k + 1].time);
    }
  }
  // An innermost interval lies within a set when it begins no earlier and ends no later.
  const auto cover = [&](const Set& set) {
    const auto first = std::lower_bound(lefts.begin(), lefts.end(), set.left) - lefts.begin();
    const auto last = std::upper_bound(rights.begin(), rights.end(), set.right) - rights.begin();
    return CoverRow{static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(last - 1), set.count};
  };
  for (const Set& set : events) out.events.push_back(cover(set));
  merge(out.events);

  // Intervals between windows that no event covers can only lower the likelihood: they are left out.
  std::vector<int> depth(lefts.size() + 1, 0);
  for (const CoverRow& row : out.events) {
    ++depth[row.first];
    --depth[row.last + 1];
  }
  std::vector<std::uint32_t> kept_before(lefts.size() + 1, 0);  // columns kept before column j
  int covering = 0;
  for (std::size_t j = 0; j < lefts.size(); ++j) {
    covering += depth[j];
    kept_before[j + 1] = kept_before[j] + (covering > 0 ? 1u : 0u);
    if (covering == 0) continue;
    out.lower.push_back(lefts[j].time == -kInfinity ? 0.0 : lefts[j].time);
    out.upper.push_back(rights[j]);
  }
  for (CoverRow& row : out.events) {
    row.first = kept_before[row.first];
    row.last = kept_before[row.last + 1] - 1;
  }
  const auto columns = static_cast<std::uint32_t>(out.lower.size());
  for (const Set& set : windows) {
    CoverRow row = cover(set);
    row.first = kept_before[row.first];
    row.last = kept_before[row.last + 1] - 1;
    if (row.first == 0 && row.last + 1 == columns) continue;
    out.windows.push_back(row);
    out.units_truncated += row.count;
  }
  merge(out.windows);
  return out;
}

}  // namespace relia
