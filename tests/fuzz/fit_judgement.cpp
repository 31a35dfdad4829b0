#include "tests/fuzz/fit_judgement.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <random>

#include <relia/error.hpp>
#include <relia/fit.hpp>
#include <relia/witness.hpp>

#include "solvers/witness/linear.hpp"
#include "tests/fuzz/maxima_search.hpp"

namespace relia::fuzz {

std::string show(const std::vector<double>& v) {
  std::string s;
  for (double x : v) {
    char text[40];
    std::snprintf(text, sizeof text, "%s%.15g", s.empty() ? "" : " ", x);
    s += text;
  }
  return s;
}

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kStationary = 1e-5;  ///< Newton step, unit-free, that a converged point may still have
constexpr double kHigher = 1e-6;      ///< log L by which another maximum must be higher
constexpr int kStarts = 20;

/// Whether every component of a mixture carries at least two failures for each of its parameters: fewer make one of
/// the spurious maxima that a few neighbouring failures give anywhere (McLachlan & Peel 2000, Finite Mixture Models,
/// section 3.10). Such a maximum is not regular: nobody is accused of having missed it.
bool components_carry_failures(const Case& c, const std::vector<double>& theta) {
  const auto count = static_cast<std::size_t>(c.options.mixture);
  const std::size_t size = (theta.size() - (count - 1)) / count;
  std::vector<double> carried(count, 0.0);
  witness::Model component;
  component.distribution = c.options.distributions.front();
  for (std::size_t i = 0; i < c.table.rows(); ++i) {
    if (std::isinf(c.table.upper[i])) continue;
    LifeTable row;
    // A unit seen from its entry on failed after it.
    row.lower = {std::max(c.table.lower[i], c.table.entry_at(i))};
    row.upper = {c.table.upper[i]};
    std::vector<double> share(count);
    double total = 0.0, last = 1.0;
    for (std::size_t k = 0; k < count; ++k) {
      const double p = k + 1 < count ? theta[k] : last;
      last -= p;
      const auto from = theta.begin() + static_cast<std::ptrdiff_t>(count - 1 + k * size);
      share[k] =
          p * std::exp(witness::log_likelihood(row, component, {from, from + static_cast<std::ptrdiff_t>(size)}));
      total += share[k];
    }
    for (std::size_t k = 0; k < count && total > 0.0; ++k) carried[k] += c.table.count_at(i) * share[k] / total;
  }
  return *std::min_element(carried.begin(), carried.end()) >= 2.0 * static_cast<double>(size);
}

std::string number(double x) {
  return show({x});
}

witness::Model witness_model(const FitOptions& o) {
  witness::Model m;
  m.distribution = o.distributions[0];
  m.limited_failure = o.limited_failure;
  m.mixture = o.mixture;
  m.fixed = o.fixed;
  return m;
}

/// What log L tends to as all of the life gathers at one age, with nothing held to stop it, whatever random starts come
/// to see: 0 when the age makes every row certain; +infinity when the exact failures share an age that no other row
/// excludes, since about that age their density grows without limit and the others' probabilities stay above some
/// constant; -infinity when there is no such age. Certain is a row whose event holds the age, and also one whose event
/// begins with its window when the age lies before it, or ends with it when the age lies beyond: of a life that gathers
/// elsewhere, what is known to fall into a window falls at the end of it that is nearer.
double gathered_height(const Case& c) {
  const std::string& law = c.options.distributions[0];
  if (!c.options.fixed.empty() || law == "exponential") return -kInfinity;
  double low = 0, high = kInfinity, exact = kAbsent;
  bool exact_differ = false;
  for (std::size_t i = 0; i < c.table.rows(); ++i) {
    const double lower = c.table.lower[i], upper = c.table.upper[i];
    if (lower != upper) {
      if (lower > c.table.entry[i]) low = std::max(low, lower);
      if (upper < c.table.exit[i]) high = std::min(high, upper);
      continue;
    }
    exact_differ = exact_differ || (std::isfinite(exact) && exact != lower);
    exact = lower;
  }
  if (!std::isfinite(exact)) return low < high ? 0.0 : -kInfinity;
  return !exact_differ && low <= exact && exact <= high && law != "exponential-2p" ? kInfinity : -kInfinity;
}

/// How far log L moves, at most, when every age and every parameter moves by one unit in its last place: what doubles
/// leave open. The ages of 50-digit arithmetic are the shortest decimals that read back as the same doubles, up to
/// half a unit away from them, and printed parameters are rounded to doubles; with a spread of life of 1e-10 of the
/// life, z = (ln t - mu)/sigma moves by 1e-6 in either case.
double last_place(const Case& c, const std::vector<double>& theta) {
  const witness::Model model = witness_model(c.options);
  double sum = 0;
  for (std::size_t i = 0; i < c.table.rows(); ++i) {
    LifeTable row;
    row.lower = {c.table.lower[i]};
    row.upper = {c.table.upper[i]};
    row.count = {c.table.count[i]};
    row.entry = {c.table.entry[i]};
    row.exit = {c.table.exit[i]};
    const double here = witness::log_likelihood(row, model, theta);
    const bool exact = row.lower == row.upper;
    for (std::vector<double>* end : {&row.lower, &row.upper, &row.entry, &row.exit}) {
      const double t = end->front();
      if (!(t > 0) || !std::isfinite(t) || (exact && end == &row.upper)) continue;
      double most = 0;
      for (const double towards : {0.0, kInfinity}) {
        end->front() = std::nextafter(t, towards);
        if (exact && end == &row.lower) row.upper = row.lower;
        if (exact ? row.entry[0] < row.lower[0] && row.lower[0] <= row.exit[0]
                  : row.lower[0] < row.upper[0] && row.entry[0] < row.exit[0] &&
                        std::max(row.lower[0], row.entry[0]) < std::min(row.upper[0], row.exit[0]))
          most = std::max(most, std::abs(witness::log_likelihood(row, model, theta) - here));
      }
      end->front() = t;
      if (exact) row.upper = row.lower;
      if (std::isfinite(most)) sum += most;
    }
  }
  const double here = witness::log_likelihood(c.table, model, theta);
  for (std::size_t i = 0; i < theta.size(); ++i) {
    double most = 0;
    for (const double towards : {-kInfinity, kInfinity}) {
      auto moved = theta;
      moved[i] = std::nextafter(theta[i], towards);
      most = std::max(most, std::abs(witness::log_likelihood(c.table, model, moved) - here));
    }
    if (std::isfinite(most)) sum += most;
  }
  return sum;
}

/// The same of an exponential life whose threshold runs to minus infinity and whose scale grows with it or beyond.
double with_endless_threshold(const Target& target) {
  if (target.shape.components > 1 || target.shape.limited_failure || target.held[0] || target.held[1])
    return -kInfinity;
  const witness::Likelihood<double> likelihood(target.shape, target.rows);
  const double spread = std::max(target.high - target.low, 1e-6 * (1 + std::abs(target.high)));
  double highest = -kInfinity;
  for (const double times : {1e2, 1e3, 1e4, 1e5})
    for (double ratio = 1e-2; ratio < 1e7; ratio *= 2) {
      witness::Jet<double> jet;
      const std::vector<double> theta = {ratio * times * spread, target.low - times * spread};
      if (likelihood.evaluate(theta, jet) && std::isfinite(jet.value)) highest = std::max(highest, jet.value);
    }
  return highest;
}

/// What log L comes to as the spread of a location-scale life grows beyond the data: random starts end there only now
/// and then, although under truncation it may be the supremum. In the target's unit; -inf for other laws.
double at_endless_spread(const Target& target) {
  using witness::Family;
  const Family f = target.shape.law.family;
  const bool line = witness::whole_line(f);
  if (f == Family::exponential && target.shape.law.threshold) return with_endless_threshold(target);
  const bool known =
      f == Family::weibull || f == Family::lognormal || f == Family::loglogistic || f == Family::frechet || line;
  if (!known || target.shape.components > 1 || target.shape.law.threshold || target.shape.limited_failure ||
      target.held[0] || target.held[1])
    return -kInfinity;
  const witness::Likelihood<double> likelihood(target.shape, target.rows);
  const double low = line ? target.low : std::log(target.low), high = line ? target.high : std::log(target.high);
  double highest = -kInfinity;
  for (const double times : {1e2, 1e3, 1e4, 1e5})
    for (double z = -12; z <= 12; z += 0.25) {
      const double sigma = times * std::max(high - low, 1e-6 * (1 + std::abs(high))),
                   mu = 0.5 * (low + high) - z * sigma;
      std::vector<double> theta = {mu, sigma};
      if (f == Family::weibull) theta = {1 / sigma, std::exp(mu)};
      witness::Jet<double> jet;
      if (likelihood.evaluate(theta, jet) && std::isfinite(jet.value)) highest = std::max(highest, jet.value);
    }
  return highest;
}

/// The highest log L that one component alone comes to, in the target's unit; -inf: no maximum. Held parameters of a
/// component stay held.
double one_component(const Target& target, std::mt19937_64& random) {
  const std::size_t size = target.shape.law_size();
  double highest = -kInfinity;
  for (std::size_t k = 0; k < target.shape.components; ++k) {
    Target one = target;
    one.shape.components = 1;
    const auto from = static_cast<std::ptrdiff_t>(target.shape.components - 1 + k * size);
    const auto to = from + static_cast<std::ptrdiff_t>(size);
    one.held = {target.held.begin() + from, target.held.begin() + to};
    one.values = {target.values.begin() + from, target.values.begin() + to};
    for (const Maximum& m : search(one, kStarts, random).maxima) highest = std::max(highest, m.log_likelihood);
  }
  return highest;
}

/// Is there really a maximum here? 50 digits decide; the point is improved on the way.
bool confirm(const Case& c, std::vector<double>& theta, double& log_likelihood) {
  witness::Request r;
  r.wald = r.profile = false;
  const auto w = witness::certify(c.table, witness_model(c.options), theta, r);
  if (w.status != witness::CertificateStatus::maximum) return false;
  for (std::size_t i = 0; i < theta.size(); ++i) {
    // Still the same place?
    theta[i] = w.parameters[i].estimate;
  }
  const double before = log_likelihood;
  log_likelihood = w.log_likelihood;
  return std::abs(before - log_likelihood) < 1e-6 * (1 + std::abs(before));
}

/// The same question by differences of the 50-digit log L, for points at which the witness's coarser arithmetic
/// overflows (rows 1e8 spreads of life away): is log L flat here and bent downwards, seen in steps of a hundredth of
/// the reported standard errors?
bool certified_by_differences(const Case& c,
                              const std::vector<bool>& held,
                              const std::vector<double>& theta,
                              const std::vector<double>& errors) {
  const witness::Model model = witness_model(c.options);
  std::vector<std::size_t> at;
  for (std::size_t i = 0; i < theta.size(); ++i)
    if (!held[i]) at.push_back(i);
  const auto value = [&](const std::vector<double>& step) {
    auto moved = theta;
    for (std::size_t a = 0; a < at.size(); ++a) moved[at[a]] += 0.01 * step[a] * errors[at[a]];
    return witness::log_likelihood(c.table, model, moved);
  };
  const std::size_t n = at.size();
  const double here = value(std::vector<double>(n, 0.0));
  witness::Matrix<double> information(n);
  std::vector<double> gradient(n);
  for (std::size_t a = 0; a < n; ++a) {
    std::vector<double> e(n, 0.0);
    e[a] = 1;
    const double up = value(e);
    e[a] = -1;
    const double down = value(e);
    gradient[a] = 50 * (up - down);
    information(a, a) = 1e4 * (2 * here - up - down);
    for (std::size_t b = 0; b < a; ++b) {
      double mixed = 0;
      for (const int i : {1, -1})
        for (const int j : {1, -1}) {
          std::vector<double> s(n, 0.0);
          s[a] = i;
          s[b] = j;
          mixed += i * j * value(s);
        }
      information(a, b) = information(b, a) = -0.25e4 * mixed;
    }
  }
  if (!std::isfinite(here) || !witness::cholesky(information)) return false;
  auto step = gradient;
  witness::cholesky_solve(information, step);  // in standard errors
  return std::all_of(step.begin(), step.end(), [](double s) { return std::abs(s) < 1e-3; });
}

}  // namespace

Judgement judge_case(const Case& c, std::uint64_t seed, std::uint64_t index) {
  using Clock = std::chrono::steady_clock;
  Judgement j;
  const auto begin = Clock::now();
  FitReport report;
  try {
    report = fit(c.table, c.options);
  } catch (const BadData& e) {
    j.status = "bad-data";
    j.finding = "refused";
    j.detail = e.what();
  } catch (const UsageError& e) {
    j.status = "usage";
    j.finding = "refused";
    j.detail = e.what();
  } catch (const std::exception& e) {
    j.status = "exception";
    j.finding = "exception";
    j.detail = e.what();
  }
  const auto middle = Clock::now();
  j.fit_seconds = std::chrono::duration<double>(middle - begin).count();
  if (!j.finding.empty()) return j;
  if (report.models.size() != 1) {
    j.status = "none";
    j.finding = "no model in the report";
    return j;
  }
  const ModelResult& m = report.models[0];
  j.status = to_string(m.convergence.status);
  const FitStatus status = m.convergence.status;
  const auto accuse = [&](const std::string& what, const std::string& detail) {
    j.finding = what;
    j.detail = detail;
    if (!m.convergence.reason.empty()) j.detail += "; relia's reason: " + m.convergence.reason;
  };

  witness::Shape shape;
  shape.law = *witness::parse_law(c.options.distributions[0]);
  shape.limited_failure = c.options.limited_failure;
  shape.components = static_cast<std::size_t>(c.options.mixture);
  const auto names = witness::parameter_names(shape);
  const Target target = make_target(c.table, shape, c.options.fixed);
  const bool spikes = shape.components > 1 || (shape.law.threshold && shape.law.family != witness::Family::exponential);
  std::size_t free = 0;
  for (bool held : target.held) free += !held;

  std::vector<double> theta(names.size(), kAbsent), errors(names.size(), kAbsent);
  for (const auto& p : m.parameters)
    for (std::size_t i = 0; i < names.size(); ++i)
      if (names[i] == p.name) {
        theta[i] = p.value.estimate;
        errors[i] = p.value.std_error;
      }
  const bool carries = carries_estimates(status);
  bool complete = true;
  for (double x : theta) complete = complete && std::isfinite(x);
  if (carries && (!complete || !std::isfinite(m.log_likelihood))) {
    accuse("estimates missing", show(theta) + " log L " + number(m.log_likelihood));
    return j;
  }
  if (status == FitStatus::iteration_limit) {
    accuse("iteration limit", "");
    // The search below says what there was to find.
  }

  std::seed_seq sequence{static_cast<std::uint32_t>(seed + 77), static_cast<std::uint32_t>(index), 5U};
  std::mt19937_64 random(sequence);
  std::vector<std::vector<double>> first;
  if (carries) first.push_back(to_unit(target, theta));
  const bool at_limit = status == FitStatus::boundary;

  double claimed = -kInfinity;  // in the target's unit
  if (carries) {
    claimed = m.log_likelihood + target.exact * std::log(target.unit);
    const auto wrong = [&](double truth) {
      return !std::isfinite(truth) || !(std::abs(truth - m.log_likelihood) <= 1e-9 * (1 + std::abs(truth)));
    };
    double truth = -kInfinity;
    witness::Jet<double> jet;
    if (witness::Likelihood<double>(shape, target.rows).evaluate(first[0], jet))
      truth = log_likelihood_in_table_unit(target, jet.value);
    if (wrong(truth)) {
      // At p = 1 the limited-failure law is the law itself. Written as 1 - p + p S its survival loses all tails beyond
      // the range of 50-digit numbers (e^-1e17 in a window far out), written as S it does not.
      witness::Model model = witness_model(c.options);
      std::vector<double> at = theta;
      if (at_limit && c.options.limited_failure && theta.back() == 1.0) {
        model.limited_failure = false;
        std::erase_if(model.fixed, [](const auto& held) { return held.first == "p"; });
        at.pop_back();
      }
      truth = witness::log_likelihood(c.table, model, at);
    }
    if (wrong(truth) && !(std::isfinite(truth) && std::abs(truth - m.log_likelihood) <= last_place(c, theta))) {
      accuse("log L wrong",
             "theta " + show(theta) + ": relia " + number(m.log_likelihood) + ", 50 digits " + number(truth));
      return j;
    }
  }
  if (status == FitStatus::converged && free > 0) {
    const Verdict v = judge(target, first[0]);
    const bool accused = !v.possible || !v.definite || v.step > kStationary || v.least_information < kHopeless;
    if (accused) {
      auto at = theta;
      double value = m.log_likelihood;
      const bool real = confirm(c, at, value);
      bool close = real;
      const auto unit_at = to_unit(target, at), unit_theta = first[0];
      for (std::size_t i = 0; i < at.size(); ++i)
        close = close && std::abs(unit_at[i] - unit_theta[i]) <= 1e-5 * (std::abs(unit_at[i]) + 1e-12);
      if (!close && !v.possible && certified_by_differences(c, target.held, theta, errors)) close = true;
      if (!close) {
        const char* kind = !v.definite                       ? "converged, Hessian not negative definite"
                           : v.least_information < kHopeless ? "converged on a ridge"
                                                             : "converged, gradient not zero";
        accuse(kind, "theta " + show(theta) + " log L " + number(m.log_likelihood) + " Newton step " + number(v.step) +
                         " decrement " + number(v.decrement) + " least information " + number(v.least_information) +
                         (real ? "; true maximum " + show(at) + " log L " + number(value)
                               : "; 50 digits find no maximum from there"));
        return j;
      }
    }
    // Standard errors.
    if (v.possible && v.definite && v.least_information > 1e-2) {
      const witness::Likelihood<double> likelihood(shape, target.rows);
      witness::Jet<double> jet;
      if (likelihood.evaluate(first[0], jet)) {
        std::vector<std::size_t> at;
        for (std::size_t i = 0; i < names.size(); ++i)
          if (!target.held[i]) at.push_back(i);
        witness::Matrix<double> h(at.size());
        for (std::size_t a = 0; a < at.size(); ++a)
          for (std::size_t b = 0; b < at.size(); ++b) h(a, b) = -jet.h(at[a], at[b]);
        bool bad = false;
        std::string text;
        auto unit_se = theta;  // reported errors in the target's unit
        for (std::size_t a = 0; a < at.size(); ++a) {
          std::vector<double> e(at.size(), 0.0);
          e[a] = 1;
          if (!witness::solve(h, e)) break;
          const double mine = std::sqrt(e[a]);
          const auto shifted = to_unit(target, [&] {
            auto s = theta;
            s[at[a]] = errors[at[a]];
            return s;
          }());
          const bool logs = names[at[a]].rfind("mu", 0) == 0 && !witness::whole_line(shape.law.family);
          const double theirs = logs ? errors[at[a]] : shifted[at[a]];
          if (!(std::abs(theirs - mine) <= 1e-4 * mine)) {
            bad = true;
            text += " " + names[at[a]] + ": relia " + number(theirs) + " witness " + number(mine);
          }
        }
        if (bad) {
          // 50 digits have the last word.
          witness::Request request;
          request.wald = request.profile = false;
          const auto certified = witness::certify(c.table, witness_model(c.options), theta, request);
          bad = certified.status == witness::CertificateStatus::maximum;
          text.clear();
          bool any = false;
          for (std::size_t i = 0; bad && i < names.size(); ++i) {
            const double truth = certified.parameters[i].std_error;
            if (target.held[i] || std::abs(errors[i] - truth) <= 1e-4 * truth) continue;
            any = true;
            text += " " + names[i] + ": relia " + number(errors[i]) + " 50 digits " + number(truth);
          }
          bad = any;
        }
        if (bad) {
          accuse("standard error wrong", "theta " + show(theta) + text);
          return j;
        }
      }
    }
  }

  const int starts = free == 0 ? 0 : kStarts;
  Search found = search(target, starts, random, at_limit ? std::vector<std::vector<double>>{} : first);
  found.highest = std::max(found.highest, gathered_height(c));
  const double endless = at_endless_spread(target);
  if (!carries) found.highest = std::max(found.highest, endless);
  for (const Maximum& best : found.maxima) {
    if (best.least_information < kRegular) {
      j.borderline = true;
      continue;
    }
    if (threshold_distance(target, best.theta) < kGlued || collapsed(target, best.theta)) {
      j.borderline = true;
      continue;
    }
    auto at = from_unit(target, best.theta);
    double value = log_likelihood_in_table_unit(target, best.log_likelihood);
    const std::string text =
        show(at) + " log L " + number(value) + " least information " + number(best.least_information);
    if (carries && best.log_likelihood > claimed + kHigher * (1 + 1e-3 * std::abs(claimed))) {
      if (!confirm(c, at, value)) continue;
      // One maximum seen twice, when what log L differs by is no more than doubles leave open there.
      const bool same = !at_limit && same_point(target, best.theta, first[0]) &&
                        value - m.log_likelihood <= 2e-9 * (1 + std::abs(value)) + 2 * last_place(c, theta);
      if (same || (c.options.mixture > 1 && !components_carry_failures(c, at))) {
        j.borderline = true;
        continue;
      }
      accuse(at_limit ? "boundary, but a higher interior maximum" : "converged, but a higher regular maximum",
             "relia " + show(theta) + " log L " + number(m.log_likelihood) + "; witness " + text);
    } else if (!carries) {
      // A finite or infinite supremum above the interior maximum is an honest "unbounded" where the model's
      // estimate is the global maximum.
      if (!spikes && found.highest > best.log_likelihood + kHigher) {
        j.borderline = true;
        break;
      }
      // The same far beyond the data, where no random start lies; 50 digits say whether it is so.
      if (std::vector<double> far;
          !spikes && highest_far_out(target, far) > best.log_likelihood + kHigher &&
          witness::log_likelihood(c.table, witness_model(c.options), from_unit(target, far)) > value + kHigher) {
        j.borderline = true;
        break;
      }
      // A mixture that explains the data worse than one of its components alone has no use for the second: that its
      // weight runs to nothing is an honest answer.
      if (c.options.mixture > 1 && one_component(target, random) > best.log_likelihood) {
        j.borderline = true;
        break;
      }
      if (!confirm(c, at, value)) continue;
      if (c.options.mixture > 1 && !components_carry_failures(c, at)) {
        j.borderline = true;
        continue;
      }
      accuse(status == FitStatus::iteration_limit ? "iteration limit, maximum exists"
                                                  : j.status + ", but a regular maximum exists",
             "witness " + text);
    }
    break;
  }
  // The generalized gamma law may rise to a supremum at lambda = +-infinity, a limited-failure population to a spike,
  // above a regular local maximum: the manual leaves open which is reported.
  const bool open = shape.law.family == witness::Family::gengamma || shape.limited_failure;
  if (j.finding.empty() && status == FitStatus::converged && !spikes && found.highest > claimed + 1e-3) {
    if (open) {
      j.borderline = true;
      return j;
    }
    const auto at = from_unit(target, found.highest_at);
    const double truth = witness::log_likelihood(c.table, witness_model(c.options), at);
    if (truth > m.log_likelihood + 5e-4)
      accuse("converged, but the likelihood is higher elsewhere", "relia " + show(theta) + " log L " +
                                                                      number(m.log_likelihood) + "; at " + show(at) +
                                                                      " log L " + number(truth));
  }
  // Where no spikes are and every limit counts, the boundary must be the highest point there is.
  if (j.finding.empty() && at_limit && shape.law.family == witness::Family::exponential && shape.law.threshold &&
      !shape.limited_failure && found.highest > claimed + kHigher * (1 + 1e-3 * std::abs(claimed)))
    accuse("boundary, but the likelihood is higher elsewhere",
           "relia " + show(theta) + " log L " + number(m.log_likelihood) + "; at " +
               show(from_unit(target, found.highest_at)) + " log L " +
               number(log_likelihood_in_table_unit(target, found.highest)));
  if (j.finding.empty() && status == FitStatus::converged && endless > claimed + 1e-3)
    accuse("converged, but the likelihood is higher elsewhere",
           "relia " + show(theta) + " log L " + number(m.log_likelihood) + "; at endless spread " +
               number(log_likelihood_in_table_unit(target, endless)));
  // Limits that are models themselves: p = 1, and the first failure as threshold of exponential-2p.
  const bool two_parameter = shape.law.family == witness::Family::exponential && shape.law.threshold;
  if (j.finding.empty() && (shape.limited_failure || two_parameter) && free > 0) {
    const std::size_t place = shape.limited_failure ? names.size() - 1 : 1;
    if (!target.held[place]) {
      Target limit = target;
      limit.held[place] = true;
      limit.values[place] = shape.limited_failure ? 1.0 : target.limit;
      if (std::isfinite(limit.values[place])) {
        const Search edge = search(limit, starts, random);
        bool rises = false;
        double edge_value = -kInfinity;
        std::vector<double> edge_theta;
        if (!edge.maxima.empty() && edge.maxima[0].least_information > kRegular) {
          edge_theta = edge.maxima[0].theta;
          edge_value = edge.maxima[0].log_likelihood;
        } else if (free == 1) {
          edge_theta = limit.values;
          witness::Jet<double> jet;
          if (witness::Likelihood<double>(shape, target.rows).evaluate(edge_theta, jet)) edge_value = jet.value;
        }
        if (!edge_theta.empty() && std::isfinite(edge_value)) {
          witness::Jet<double> jet;
          if (shape.limited_failure) {
            rises =
                witness::Likelihood<double>(shape, target.rows).evaluate(edge_theta, jet) && jet.gradient[place] > 1e-6;
          } else {
            auto inside = edge_theta;
            inside[place] -= 1e-7 * edge_theta[0];
            rises = witness::Likelihood<double>(shape, target.rows).evaluate(inside, jet) && edge_value > jet.value &&
                    jet.gradient[place] > 0;
          }
        }
        const bool top = rises && edge_value >= found.highest - 1e-6;
        const std::string text = show(from_unit(target, edge_theta.empty() ? limit.values : edge_theta)) + " log L " +
                                 number(log_likelihood_in_table_unit(target, edge_value));
        if (at_limit && !edge_theta.empty() && edge_value > claimed + kHigher)
          accuse("boundary, not the maximum there",
                 "relia " + show(theta) + " log L " + number(m.log_likelihood) + "; witness " + text);
        if (!at_limit && top && status != FitStatus::converged)
          accuse(j.status + ", but the limit is a maximum", "witness " + text);
        if (!at_limit && top && status == FitStatus::converged && edge_value > claimed + kHigher)
          accuse("converged, but the limit is higher", "relia " + show(theta) + "; witness " + text);
      }
    }
  } else if (j.finding.empty() && at_limit) {
    if (found.highest > claimed + 1e-6 && !spikes)
      accuse("boundary, but the likelihood is higher elsewhere",
             "relia " + show(theta) + " log L " + number(m.log_likelihood) + "; at " +
                 show(from_unit(target, found.highest_at)) + " log L " +
                 number(log_likelihood_in_table_unit(target, found.highest)));
  }
  j.check_seconds = std::chrono::duration<double>(Clock::now() - middle).count();
  return j;
}

}  // namespace relia::fuzz
