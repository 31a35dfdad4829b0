#include "solvers/sample_ages.hpp"

#include <algorithm>
#include <cmath>
#include <string>

namespace relia {

void distinct(std::vector<double>& v) {
  std::sort(v.begin(), v.end());
  v.erase(std::unique(v.begin(), v.end()), v.end());
}

Ages ages_of(const Sample& sample) {
  Ages out;
  for (const Segment& s : sample.cells.front().segments) {
    for (std::size_t i = 0; i < s.a.size(); ++i) {
      const Event e = event_of(s, i);
      out.all.push_back(e.a);
      if (e.kind == Kind::interval) out.all.push_back(e.b);
      if (e.kind == Kind::right || e.kind == Kind::interval) out.bends.push_back(e.a);
      if (s.kind == Kind::conditional && std::isfinite(s.c[i])) out.bends.push_back(s.c[i]);
      if (e.kind == Kind::right) continue;
      const double inside = e.kind == Kind::interval ? 0.5 * (e.a + e.b)
                            : e.kind == Kind::left   ? e.a - 0.5 * sample.plot.spread
                                                     : e.a;
      out.failures.emplace_back(inside, e.count);
    }
  }
  distinct(out.all);
  distinct(out.bends);
  std::sort(out.failures.begin(), out.failures.end());
  std::size_t n = 0;
  for (const auto& [u, count] : out.failures) {
    if (n > 0 && out.failures[n - 1].first == u) {
      out.failures[n - 1].second += count;
    } else {
      out.failures[n++] = {u, count};
    }
  }
  out.failures.resize(n);
  return out;
}

PlotSummary summary_at(const PlotSummary& plot, double place, double spread) {
  PlotSummary s = plot;
  s.low = place - 0.5 * spread;
  s.middle = place;
  s.high = place + 0.5 * spread;
  s.p_low = 0.2;
  s.p_middle = 0.5;
  s.p_high = 0.8;
  s.spread = spread;
  s.curve = {{s.low, 0.2}, {s.middle, 0.5}, {s.high, 0.8}};
  return s;
}

bool slow_tails(const Distribution& distribution) {
  const std::string name = distribution.name();
  return name == "gamma" || name == "gengamma" || name == "inverse-gaussian";
}

}  // namespace relia
