#include "tests/fuzz/fit_sampling.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <random>
#include <sstream>
#include <vector>

#include "solvers/witness/problem.hpp"

namespace relia::fuzz {

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

double rounded(double x, int digits) {
  if (!(x > 0) || !std::isfinite(x)) return x;
  char text[64];
  std::snprintf(text, sizeof text, "%.*g", digits, x);
  return std::strtod(text, nullptr);
}

}  // namespace

Case make_case(std::uint64_t seed, std::uint64_t index, const std::string& only) {
  std::seed_seq sequence{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32),
                         static_cast<std::uint32_t>(index), static_cast<std::uint32_t>(index >> 32)};
  std::mt19937_64 random(sequence);
  const auto uniform = [&](double a, double b) { return std::uniform_real_distribution<double>(a, b)(random); };
  const auto chance = [&](double p) { return uniform(0, 1) < p; };
  const auto pick = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };

  static const std::vector<std::string> plain = {
      "exponential",       "weibull",          "normal",        "logistic", "gumbel",
      "gumbel-max",        "lognormal",        "loglogistic",   "frechet",  "gamma",
      "birnbaum-saunders", "inverse-gaussian", "gompertz",      "gengamma", "weibull-3p",
      "lognormal-3p",      "loglogistic-3p",   "exponential-2p"};
  static const std::vector<std::string> base = {
      "exponential", "weibull", "lognormal",  "loglogistic",       "gamma",           "frechet", "normal",
      "logistic",    "gumbel",  "gumbel-max", "birnbaum-saunders", "inverse-gaussian"};
  Case c;
  FitOptions& o = c.options;
  o.selection = "one";
  o.bounds = "none";
  o.threads = 1;
  o.quantiles = {0.1};
  const double form = uniform(0, 1);
  if (form < 0.76) {
    o.distributions = {plain[pick(plain.size())]};
  } else if (form < 0.88) {
    o.distributions = {base[pick(chance(0.6) ? 4 : base.size())]};
    o.limited_failure = true;
  } else {
    o.distributions = {base[pick(chance(0.7) ? 3 : base.size())]};
    o.mixture = 2;
  }
  c.label = o.distributions[0] + (o.limited_failure ? " limited" : o.mixture > 1 ? " mixture" : "");
  if (!only.empty() && c.label != only && !c.label.ends_with(' ' + only)) return c;

  // Lives.
  std::size_t rows = 1 + pick(30);
  if (chance(0.3)) rows = 1 + pick(6);
  const double scale = chance(0.5) ? std::pow(10.0, uniform(-12, 12)) : std::pow(10.0, uniform(-1, 4));
  const double sigma = std::pow(10.0, uniform(-1.6, 0.6));
  const std::size_t noise = pick(4);
  const bool constant = chance(0.05), two = chance(o.mixture > 1 ? 0.7 : 0.1);
  const double narrow = std::pow(10.0, uniform(-10, -2)), shift = chance(0.2) ? std::pow(10.0, uniform(-1, 2)) : 0;
  const double second = uniform(1, 6);
  const int digits = chance(0.4) ? 1 + static_cast<int>(pick(3)) : 17;
  std::normal_distribution<double> normal(0, 1);
  const auto draw = [&] {
    const double u = uniform(1e-12, 1 - 1e-12);
    double z = 0;
    if (noise == 0) z = std::log(-std::log(u));
    if (noise == 1) z = normal(random);
    if (noise == 2) z = std::log(u / (1 - u));
    if (noise == 3) z = -std::log(-std::log(u));
    if (constant) return rounded(scale * (1 + narrow * z), 17);
    return rounded(scale * (shift + std::exp(sigma * z + (two && chance(0.5) ? second * sigma : 0.0))), digits);
  };
  // Plan.
  const std::size_t plan = pick(9);
  double share[4] = {1, 0, 0, 0};  // exact, right, left, interval
  if (plan == 1) share[1] = uniform(0, 3);
  if (plan == 2) share[1] = 20;
  if (plan == 3 || plan == 4)
    for (double& s : share) s = uniform(0, 1);
  if (plan == 5) share[0] = 0, share[3] = 1, share[1] = chance(0.5) ? 0.4 : 0;
  if (plan == 6) share[0] = 0, share[1] = uniform(0, 1), share[2] = uniform(0, 1), share[3] = chance(0.5) ? 0.2 : 0;
  const bool grid = plan == 7, type_one = plan == 8;
  const double all = share[0] + share[1] + share[2] + share[3];
  const double stop = scale * (shift + std::exp(sigma * uniform(-2, 1.5)));
  const double pace = scale * std::exp(sigma * uniform(-1, 1.5)) / static_cast<double>(1 + pick(5));
  const bool entries = chance(0.2), exits = chance(0.08), counts = chance(0.25);
  const bool tied = chance(0.04);
  const double tie = draw();
  for (std::size_t i = 0; i < rows; ++i) {
    double t = tied && chance(0.95) ? tie : draw();
    if (!(t > 0) || !std::isfinite(t)) t = scale;
    double lower = t, upper = t;
    if (grid) {
      const double cell = std::floor(t / pace);
      lower = cell < 1e6 ? cell * pace : t;
      upper = cell < 1e6 ? (cell + 1) * pace : t;
      if (cell > 8 && cell < 1e6) {
        lower = 8 * pace;
        upper = kInfinity;
      }
    } else if (type_one) {
      if (t > stop) lower = stop, upper = kInfinity;
    } else {
      double u = uniform(0, all);
      std::size_t kind = 0;
      while (kind < 3 && u > share[kind]) u -= share[kind++];
      const double a = rounded(t * uniform(0.2, 1), digits), b = rounded(t * uniform(1, 3), digits);
      if (kind == 1) lower = chance(0.5) ? a : t, upper = kInfinity;
      if (kind == 2) lower = 0, upper = chance(0.5) ? b : t;
      if (kind == 3 && a < b) lower = a, upper = b;
    }
    if (lower > upper) std::swap(lower, upper);
    double entry = 0, exit = kInfinity;
    if (entries && chance(0.6)) {
      entry = rounded(uniform(0, 1) * (lower > 0 ? lower : upper), 4);
      if (lower == upper ? entry >= lower : entry >= upper) entry = 0;
      if (upper == kInfinity && entry > lower) entry = lower;
    }
    if (exits && upper < kInfinity && chance(0.7)) {
      exit = rounded(upper * uniform(1, 4), 4);
      if (exit < upper || exit <= entry) exit = kInfinity;
    }
    c.table.lower.push_back(lower);
    c.table.upper.push_back(upper);
    c.table.count.push_back(counts && chance(0.5) ? static_cast<double>(1 + pick(chance(0.2) ? 1000 : 9)) : 1.0);
    c.table.entry.push_back(entry);
    c.table.exit.push_back(exit);
  }
  // Held parameters.
  if (chance(0.08)) {
    witness::Shape shape;
    shape.law = *witness::parse_law(o.distributions[0]);
    shape.limited_failure = o.limited_failure;
    shape.components = static_cast<std::size_t>(o.mixture);
    const auto names = witness::parameter_names(shape);
    const std::string name = names[pick(names.size())];
    const std::string bare = name.substr(0, name.find_first_of("0123456789"));
    double value = std::exp(uniform(-1, 1));
    const bool line = witness::whole_line(shape.law.family);
    if (bare == "scale" || bare == "mean" || (bare == "sigma" && line)) value *= scale;
    if (bare == "shape" && shape.law.family == witness::Family::inverse_gaussian) value *= scale;
    if (bare == "mu") value = line ? value * scale : std::log(value * scale);
    if (bare == "rate" || bare == "growth") value /= scale;
    if (bare == "p") value = uniform(0.1, 0.9);
    if (bare == "threshold") {
      double low = kInfinity;
      for (std::size_t i = 0; i < c.table.rows(); ++i)
        low = std::min(low, c.table.upper[i] == kInfinity ? kInfinity
                            : c.table.lower[i] > 0        ? c.table.lower[i]
                                                          : c.table.upper[i]);
      value = (std::isfinite(low) ? low : scale) * uniform(-1, 0.95);
    }
    o.fixed = {{name, value}};
    c.label += " fixed";
  }
  return c;
}

std::string csv(const LifeTable& t) {
  std::ostringstream s;
  s << "lower,upper,count,trunc_lower,trunc_upper\n";
  const auto cell = [&](double x, double absent) {
    if (x == absent) return;
    char text[40];
    std::snprintf(text, sizeof text, "%.17g", x);
    s << text;
  };
  for (std::size_t i = 0; i < t.rows(); ++i) {
    cell(t.lower[i], 0);
    s << ',';
    cell(t.upper[i], kInfinity);
    s << ',';
    cell(t.count[i], -1);
    s << ',';
    cell(t.entry[i], 0);
    s << ',';
    cell(t.exit[i], kInfinity);
    s << '\n';
  }
  return s.str();
}

}  // namespace relia::fuzz
