#include "tests/fuzz/fit_judgement.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <limits>
#include <optional>
#include <random>
#include <utility>

#include <relia/error.hpp>
#include <relia/fit.hpp>
#include <relia/witness.hpp>

#include "solvers/witness/linear.hpp"
#include "tests/fuzz/fit_certificates.hpp"
#include "tests/fuzz/fit_limits.hpp"
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
constexpr double kStationary = 1e-5;      ///< Newton step, unit-free, that a converged point may still have
constexpr double kHigher = 1e-6;          ///< log L by which another maximum must be higher
constexpr double kSupremum = 1e-3;        ///< log L by which a supremum that is no maximum must be higher
constexpr double kErrorAgreement = 1e-4;  ///< relative difference that standard errors may have

std::string number(double x) {
  return show({x});
}

/// One answer before its judges. Each check returns true when it accuses; then the others are not asked.
class Trial {
 public:
  Trial(const Case& c, std::uint64_t seed, std::uint64_t index, int starts)
      : case_(c), model_(witness_model(c.options)), starts_(starts) {
    std::seed_seq sequence{static_cast<std::uint32_t>(seed + 77), static_cast<std::uint32_t>(index), 5U};
    random_.seed(sequence);
  }

  Judgement judge() {
    const auto begin = Clock::now();
    const bool answered = ask();
    const auto middle = Clock::now();
    out_.fit_seconds = std::chrono::duration<double>(middle - begin).count();
    if (answered) {
      prepare();
      if (!incomplete() && !log_likelihood_wrong() && !not_a_maximum() && !errors_wrong()) compare_with_search();
    }
    out_.check_seconds = std::chrono::duration<double>(Clock::now() - middle).count();
    return out_;
  }

 private:
  using Clock = std::chrono::steady_clock;

  bool accuse(const std::string& what, const std::string& detail) {
    out_.finding = what;
    out_.detail = detail;
    if (report_.models.size() == 1 && !said().convergence.reason.empty())
      out_.detail += "; relia's reason: " + said().convergence.reason;
    return true;
  }
  const ModelResult& said() const { return report_.models.front(); }
  bool converged() const { return status_ == FitStatus::converged; }
  bool at_limit() const { return status_ == FitStatus::boundary; }
  std::string claim() const { return "relia " + show(theta_) + " log L " + number(said().log_likelihood); }
  double in_table_unit(double value) const { return log_likelihood_in_table_unit(target_, value); }
  double certain(const std::vector<double>& theta) const { return witness::log_likelihood(case_.table, model_, theta); }
  /// The same where it may be a limit. At p = 1 the limited-failure law is the law itself. Written as 1 - p + p S its
  /// survival loses all tails beyond the range of 50-digit numbers (e^-1e17 in a window far out), written as S it does
  /// not.
  double certain_at_limit(std::vector<double> theta) const {
    if (!at_limit() || !case_.options.limited_failure || theta.back() != 1.0) return certain(theta);
    witness::Model model = model_;
    model.limited_failure = false;
    std::erase_if(model.fixed, [](const auto& held) { return held.first == "p"; });
    theta.pop_back();
    return witness::log_likelihood(case_.table, model, theta);
  }
  /// log L at a point in the target's unit; -inf where there is none.
  double height(const std::vector<double>& at, witness::Jet<double>& jet) const {
    return witness::Likelihood<double>(shape_, target_.rows).evaluate(at, jet) ? jet.value : -kInfinity;
  }

  /// Fits; false when that is a finding already.
  bool ask() {
    const auto refused = [&](const char* status, const char* finding, const char* what) {
      out_.status = status;
      return !accuse(finding, what);
    };
    try {
      report_ = fit(case_.table, case_.options);
    } catch (const BadData& e) {
      return refused("bad-data", "refused", e.what());
    } catch (const UsageError& e) {
      return refused("usage", "refused", e.what());
    } catch (const std::exception& e) {
      return refused("exception", "exception", e.what());
    }
    if (report_.models.size() != 1) return refused("none", "no model in the report", "");
    status_ = said().convergence.status;
    out_.status = to_string(status_);
    return true;
  }

  /// The likelihood in its unit, and the answer in the order of its parameters.
  void prepare() {
    const FitOptions& o = case_.options;
    shape_.law = *witness::parse_law(o.distributions[0]);
    shape_.limited_failure = o.limited_failure;
    shape_.components = static_cast<std::size_t>(o.mixture);
    names_ = witness::parameter_names(shape_);
    target_ = make_target(case_.table, shape_, o.fixed);
    spikes_ = shape_.components > 1 || (shape_.law.threshold && shape_.law.family != witness::Family::exponential);
    // The generalized gamma law may rise to a supremum at lambda = +-infinity, a limited-failure population to a spike,
    // above a regular local maximum: the manual leaves open which is reported.
    open_ = shape_.law.family == witness::Family::gengamma || shape_.limited_failure;
    for (std::size_t i = 0; i < names_.size(); ++i)
      if (!target_.held[i]) free_.push_back(i);
    theta_.assign(names_.size(), kAbsent);
    errors_.assign(names_.size(), kAbsent);
    for (const auto& p : said().parameters)
      for (std::size_t i = 0; i < names_.size(); ++i)
        if (names_[i] == p.name) {
          theta_[i] = p.value.estimate;
          errors_[i] = p.value.std_error;
        }
    carries_ = carries_estimates(status_);
    if (!carries_) return;
    at_ = to_unit(target_, theta_);
    claimed_ = said().log_likelihood + target_.exact * std::log(target_.unit);
  }

  bool incomplete() {
    if (status_ == FitStatus::iteration_limit) accuse("iteration limit", "");  // what there was to find is said below
    if (!carries_) return false;
    const bool complete = std::all_of(theta_.begin(), theta_.end(), [](double x) { return std::isfinite(x); });
    if (complete && std::isfinite(said().log_likelihood)) return false;
    return accuse("estimates missing", show(theta_) + " log L " + number(said().log_likelihood));
  }

  bool log_likelihood_wrong() {
    if (!carries_) return false;
    const double claim = said().log_likelihood;
    const auto wrong = [&](double truth) {
      return !std::isfinite(truth) || !(std::abs(truth - claim) <= 1e-9 * (1 + std::abs(truth)));
    };
    witness::Jet<double> jet;
    if (!wrong(in_table_unit(height(at_, jet)))) return false;
    const double truth = certain_at_limit(theta_);
    if (!wrong(truth)) return false;
    if (std::isfinite(truth) && std::abs(truth - claim) <= last_place(case_, theta_)) return false;
    return accuse("log L wrong", "theta " + show(theta_) + ": relia " + number(claim) + ", 50 digits " + number(truth));
  }

  /// A converged point that is not stationary, not a maximum, or on a ridge.
  bool not_a_maximum() {
    if (!converged() || free_.empty()) return false;
    verdict_ = fuzz::judge(target_, at_);
    const Verdict& v = verdict_;
    if (v.possible && v.definite && v.step <= kStationary && v.least_information >= kHopeless) return false;
    auto best = theta_;
    double value = said().log_likelihood;
    std::vector<double> errors;
    const bool real = confirm(case_, best, value, &errors);
    bool close = real;
    const auto unit_best = to_unit(target_, best);
    // Five digits, or five of its standard error: of a parameter the data hardly know no more can be asked.
    for (std::size_t i = 0; i < best.size(); ++i)
      close = close && (std::abs(unit_best[i] - at_[i]) <= 1e-5 * (std::abs(unit_best[i]) + 1e-12) ||
                        std::abs(best[i] - theta_[i]) <= 1e-5 * errors[i]);
    if (close || (!v.possible && certified_by_differences(case_, target_.held, theta_, errors_))) return false;
    if (!real && maximum_of_normal_limit()) {
      out_.borderline = true;
      return false;
    }
    const char* kind = !v.definite                       ? "converged, Hessian not negative definite"
                       : v.least_information < kHopeless ? "converged on a ridge"
                                                         : "converged, gradient not zero";
    return accuse(kind, "theta " + show(theta_) + " log L " + number(said().log_likelihood) + " Newton step " +
                            number(v.step) + " decrement " + number(v.decrement) + " least information " +
                            number(v.least_information) +
                            (real ? "; true maximum " + show(best) + " log L " + number(value)
                                  : "; 50 digits find no maximum from there"));
  }

  /// Tails of a gamma law of shape 1e16 and more are beyond 50-digit sums; but its ln t is normal there, with a
  /// skewness of 2e-8 and less: whether the same place is the maximum of lognormal lives, to a thousandth of a standard
  /// error.
  bool maximum_of_normal_limit() const {
    constexpr double kNormal = 1e16, kAgreement = 1e-3;
    if (shape_.law.family != witness::Family::gamma || shape_.limited_failure || !case_.options.fixed.empty())
      return false;
    witness::Model model = model_;
    model.distribution = "lognormal";
    auto theta = theta_;
    for (std::size_t i = shape_.components - 1; i < theta.size(); i += 2) {
      if (theta_[i] < kNormal) return false;
      theta[i] = std::log(theta_[i] * theta_[i + 1]);
      theta[i + 1] = 1 / std::sqrt(theta_[i]);
    }
    witness::Request request;
    request.wald = request.profile = false;
    const auto w = witness::certify(case_.table, model, theta, request);
    if (w.status != witness::CertificateStatus::maximum) return false;
    for (std::size_t i = 0; i < theta.size(); ++i)
      if (!(std::abs(w.parameters[i].estimate - theta[i]) <= kAgreement * w.parameters[i].std_error)) return false;
    return true;
  }

  /// Standard errors in doubles, in the target's unit; nothing where the information cannot be inverted.
  std::optional<std::vector<double>> errors_from_information() const {
    witness::Jet<double> jet;
    if (!std::isfinite(height(at_, jet))) return std::nullopt;
    witness::Matrix<double> information(free_.size());
    for (std::size_t a = 0; a < free_.size(); ++a)
      for (std::size_t b = 0; b < free_.size(); ++b) information(a, b) = -jet.h(free_[a], free_[b]);
    std::vector<double> errors;
    for (std::size_t a = 0; a < free_.size(); ++a) {
      std::vector<double> e(free_.size(), 0.0);
      e[a] = 1;
      witness::Matrix<double> m = information;
      if (!witness::solve(m, e)) return std::nullopt;
      errors.push_back(std::sqrt(e[a]));
    }
    return errors;
  }
  /// A reported standard error in the target's unit. A location on a logarithmic axis has the same in every unit.
  double error_in_unit(std::size_t i) const {
    if (names_[i].rfind("mu", 0) == 0 && !witness::whole_line(shape_.law.family)) return errors_[i];
    auto shifted = theta_;
    shifted[i] = errors_[i];
    return to_unit(target_, shifted)[i];
  }
  bool errors_wrong() {
    const Verdict& v = verdict_;
    if (!converged() || free_.empty() || !v.possible || !v.definite || !(v.least_information > 1e-2)) return false;
    const auto own = errors_from_information();
    if (!own) return false;
    bool agree = true;
    for (std::size_t a = 0; a < free_.size(); ++a)
      agree = agree && std::abs(error_in_unit(free_[a]) - (*own)[a]) <= kErrorAgreement * (*own)[a];
    if (agree) return false;
    // 50 digits have the last word.
    witness::Request request;
    request.wald = request.profile = false;
    const auto certified = witness::certify(case_.table, model_, theta_, request);
    if (certified.status != witness::CertificateStatus::maximum) return false;
    std::string text;
    for (const std::size_t i : free_) {
      const double truth = certified.parameters[i].std_error;
      if (std::abs(errors_[i] - truth) <= kErrorAgreement * truth) continue;
      text += " " + names_[i] + ": relia " + number(errors_[i]) + " 50 digits " + number(truth);
    }
    return !text.empty() && accuse("standard error wrong", "theta " + show(theta_) + text);
  }

  /// Everything that needs the maxima random starts find.
  void compare_with_search() {
    const bool own_start = carries_ && !at_limit();
    found_ = search(target_, free_.empty() ? 0 : starts_, random_,
                    own_start ? std::vector<std::vector<double>>{at_} : std::vector<std::vector<double>>{});
    gathered_ = gathered_height(case_);
    endless_ = at_endless_spread(target_);
    highest_ = std::max({found_.highest, gathered_, carries_ ? -kInfinity : endless_});
    if (higher_maximum() || higher_supremum()) return;
    const bool two_parameter = shape_.law.family == witness::Family::exponential && shape_.law.threshold;
    if (!out_.finding.empty() || free_.empty()) return;
    if (shape_.limited_failure || two_parameter)
      limit_model_missed(two_parameter);
    else if (at_limit() && !spikes_ && highest_ > claimed_ + kHigher)
      accuse("boundary, but the likelihood is higher elsewhere", claim() + elsewhere());
  }
  std::string elsewhere() const {
    return "; at " + show(from_unit(target_, found_.highest_at)) + " log L " + number(in_table_unit(found_.highest));
  }

  /// Whether a maximum met by the search is one nobody need have found.
  bool irregular(const Maximum& m) const {
    return m.least_information < kRegular || threshold_distance(target_, m.theta) < kGlued ||
           collapsed(target_, m.theta);
  }
  bool spurious(const std::vector<double>& theta) const {
    return case_.options.mixture > 1 && !components_carry_failures(case_, theta);
  }
  bool higher_maximum() {
    for (const Maximum& best : found_.maxima) {
      if (irregular(best)) {
        out_.borderline = true;
        continue;
      }
      auto at = from_unit(target_, best.theta);
      double value = in_table_unit(best.log_likelihood);
      const std::string text =
          show(at) + " log L " + number(value) + " least information " + number(best.least_information);
      if (carries_) {
        const double higher = kHigher * (1 + 1e-3 * std::abs(claimed_));
        if (!(best.log_likelihood > claimed_ + higher)) return false;
        if (!confirm(case_, at, value)) continue;
        // In doubles the same maximum may look higher with its components the other way round; 50 digits decide.
        if (!(value > said().log_likelihood + higher)) {
          out_.borderline = true;
          continue;
        }
        // One maximum seen twice, when what log L differs by is no more than doubles leave open there.
        const bool same = !at_limit() && same_point(target_, best.theta, at_) &&
                          value - said().log_likelihood <= 2e-9 * (1 + std::abs(value)) + 2 * last_place(case_, theta_);
        if (same || spurious(at)) {
          out_.borderline = true;
          continue;
        }
        return accuse(
            at_limit() ? "boundary, but a higher interior maximum" : "converged, but a higher regular maximum",
            claim() + "; witness " + text);
      }
      if (better_than(best, value)) {
        out_.borderline = true;
        return false;
      }
      if (!confirm(case_, at, value)) continue;
      if (spurious(at)) {
        out_.borderline = true;
        continue;
      }
      return accuse(status_ == FitStatus::iteration_limit ? "iteration limit, maximum exists"
                                                          : out_.status + ", but a regular maximum exists",
                    "witness " + text);
    }
    return false;
  }
  /// Whether refusing an estimate is honest although the maximum `best`, of height `value` in the table's unit, exists.
  bool better_than(const Maximum& best, double value) {
    // A finite or infinite supremum above the interior maximum is an honest "unbounded" where the model's estimate is
    // the global maximum.
    if (!spikes_ && highest_ > best.log_likelihood + kHigher) return true;
    // The same far beyond the data, where no random start lies; 50 digits say whether it is so.
    if (std::vector<double> far; !spikes_ && highest_far_out(target_, far) > best.log_likelihood + kHigher &&
                                 certain(from_unit(target_, far)) > value + kHigher)
      return true;
    // A mixture that explains the data worse than one of its components alone has no use for the second: that its
    // weight runs to nothing is an honest answer.
    return case_.options.mixture > 1 && one_component(target_, starts_, random_) > best.log_likelihood;
  }

  /// A law without spikes has one answer, the highest point.
  bool higher_supremum() {
    if (!out_.finding.empty()) return true;
    if (converged() && !spikes_) {
      if (open_) {
        out_.borderline = out_.borderline || highest_ > claimed_ + kSupremum;
        return false;
      }
      if (found_.highest > claimed_ + kSupremum && higher_at(found_.highest_at)) return true;
      if (gathered_ > claimed_ + kSupremum)
        return accuse("converged, but the likelihood is higher elsewhere",
                      claim() + "; as life gathers at one age " + number(in_table_unit(gathered_)));
      if (endless_ > claimed_ + kSupremum)
        return accuse("converged, but the likelihood is higher elsewhere",
                      claim() + "; at endless spread " + number(in_table_unit(endless_)));
      std::vector<double> far;
      if ((truncated() || shape_.law.family == witness::Family::gompertz) &&
          highest_far_out(target_, far) > claimed_ + kSupremum && higher_at(far))
        return true;
    }
    // Where no spikes are and every limit counts, the boundary must be the highest point there is.
    if (at_limit() && shape_.law.family == witness::Family::exponential && shape_.law.threshold &&
        !shape_.limited_failure && found_.highest > claimed_ + kHigher * (1 + 1e-3 * std::abs(claimed_)))
      return accuse("boundary, but the likelihood is higher elsewhere", claim() + elsewhere());
    return false;
  }
  /// Whether 50 digits find log L higher at `place`, by more than the doubles that hold two such numbers can differ by
  /// rounding alone: of log L = -1e13 the last place is 0.002. Nor is it a better place when what was claimed is higher
  /// and only its parameters' last digits make the difference: of ages that agree to twelve digits one spacing of the
  /// location is a sixth of sigma.
  bool higher_at(const std::vector<double>& place) {
    const auto at = from_unit(target_, place);
    const double truth = certain(at), here = certain(theta_);
    const double last = 2 * std::numeric_limits<double>::epsilon() * std::abs(here);
    const double claim_here = said().log_likelihood;
    if (truth <= claim_here && claim_here - here <= last_place(case_, theta_)) return false;
    return truth > here + std::max(0.5 * kSupremum, last) &&
           accuse("converged, but the likelihood is higher elsewhere",
                  claim() + "; at " + show(at) + " log L " + number(truth));
  }
  bool truncated() const {
    return std::any_of(target_.rows.begin(), target_.rows.end(),
                       [](const auto& row) { return row.entered || row.leaves; });
  }

  /// Limits that are models themselves: p = 1, and the first failure as threshold of exponential-2p.
  void limit_model_missed(bool two_parameter) {
    const std::size_t place = shape_.limited_failure ? names_.size() - 1 : 1;
    if (target_.held[place]) return;
    Target limit = target_;
    limit.held[place] = true;
    limit.values[place] = shape_.limited_failure ? 1.0 : target_.limit;
    if (!std::isfinite(limit.values[place])) return;
    const auto [edge, edge_value] = best_on(limit);
    const bool top = rises_to(edge, edge_value, place, two_parameter) && edge_value >= highest_ - kHigher;
    const std::string text =
        show(from_unit(target_, edge.empty() ? limit.values : edge)) + " log L " + number(in_table_unit(edge_value));
    // Of a life narrow beside its age, doubles know log L to fewer digits than that: 50 digits have the last word.
    if (at_limit() && !edge.empty() && edge_value > claimed_ + kHigher &&
        certain_at_limit(from_unit(target_, edge)) > certain_at_limit(theta_) + kHigher)
      accuse("boundary, not the maximum there", claim() + "; witness " + text);
    if (at_limit() || !top) return;
    if (!converged())
      accuse(out_.status + ", but the limit is a maximum", "witness " + text);
    else if (edge_value > claimed_ + kHigher)
      accuse("converged, but the limit is higher", "relia " + show(theta_) + "; witness " + text);
  }
  /// The highest regular point with one parameter held at its limit; empty when there is none.
  std::pair<std::vector<double>, double> best_on(const Target& limit) {
    const Search edge = search(limit, starts_, random_);
    if (!edge.maxima.empty() && edge.maxima[0].least_information > kRegular)
      return {edge.maxima[0].theta, edge.maxima[0].log_likelihood};
    witness::Jet<double> jet;
    if (free_.size() == 1) return {limit.values, height(limit.values, jet)};
    return {{}, -kInfinity};
  }
  /// Whether log L rises towards the limit of parameter `place` at a point on it.
  bool rises_to(const std::vector<double>& edge, double edge_value, std::size_t place, bool two_parameter) const {
    if (edge.empty() || !std::isfinite(edge_value)) return false;
    witness::Jet<double> jet;
    if (!two_parameter || shape_.limited_failure) return std::isfinite(height(edge, jet)) && jet.gradient[place] > 1e-6;
    auto inside = edge;
    inside[place] -= 1e-7 * edge[0];
    const double below = height(inside, jet);
    return std::isfinite(below) && edge_value > below && jet.gradient[place] > 0;
  }

  const Case& case_;
  witness::Model model_;
  int starts_;
  std::mt19937_64 random_;
  Judgement out_;
  FitReport report_;
  FitStatus status_ = FitStatus::iteration_limit;
  witness::Shape shape_;
  std::vector<std::string> names_;
  Target target_;
  bool spikes_ = false, open_ = false;
  std::vector<std::size_t> free_;       ///< parameters that are not held
  std::vector<double> theta_, errors_;  ///< reported, in the table's unit
  bool carries_ = false;
  std::vector<double> at_;       ///< theta_ in the target's unit
  double claimed_ = -kInfinity;  ///< reported log L in the target's unit
  Verdict verdict_;
  Search found_;
  double gathered_ = -kInfinity, endless_ = -kInfinity, highest_ = -kInfinity;
};

}  // namespace

Judgement judge_case(const Case& c, std::uint64_t seed, std::uint64_t index, int starts) {
  return Trial(c, seed, index, starts).judge();
}

}  // namespace relia::fuzz
