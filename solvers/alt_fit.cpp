#include "solvers/alt_fit.hpp"

#include <algorithm>
#include <cmath>

#include <Eigen/QR>
#include <Eigen/SVD>

#include <relia/error.hpp>

#include "core/distributions/exponential.hpp"
#include "core/distributions/weibull.hpp"
#include "solvers/alt_two_step.hpp"
#include "solvers/existence.hpp"
#include "solvers/model_fit.hpp"

namespace relia {
namespace {

constexpr double kRankTolerance = 1e-10;
constexpr Eigen::Index kRowsAtOnce = 4096;

/// The reported parameters of a regression as linear functions of theta.
///
/// All the laws taken here have, on the bound scales, parameters linear in (mu, log sigma, rest), so describe() at
/// the origin gives the map exactly.
class ParameterMap {
 public:
  ParameterMap(const AltFit& fit, const AltDesign& design)
      : fit_(fit),
        design_(design),
        law_(static_cast<std::size_t>(fit.distribution->size())),
        size_(fit.likelihood->size()),
        shape_(fit.likelihood->location_size()),
        rest_(shape_ + fit.likelihood->shape_size()) {
    const std::vector<double> origin(law_, 0.0);
    eta_.resize(fit.distribution->parameters().size());
    fit.distribution->describe(fit.sample->axis, origin, eta_);
  }

  [[nodiscard]] std::vector<AltParameter> take() {
    const std::vector<ParameterInfo> info = fit_.distribution->parameters();
    const auto location = static_cast<std::size_t>(
        std::find_if(info.begin(), info.end(), [](const auto& p) { return p.name == "scale" || p.name == "mu"; }) -
        info.begin());
    add_location(eta_[location]);
    for (std::size_t i = 0; i < info.size(); ++i) {
      if (i != location) add_shape(info[i], eta_[i]);
    }
    return std::move(out_);
  }

 private:
  AltParameter& add(std::string name, BoundScale scale, double constant) {
    AltParameter p;
    p.name = std::move(name);
    p.scale = scale;
    p.constant = constant;
    p.row = Eigen::VectorXd::Zero(size_);
    out_.push_back(std::move(p));
    return out_.back();
  }

  void add_location(const Term& eta) {
    const double slope = eta.d(0);
    {
      AltParameter& p = add("intercept", BoundScale::identity, eta.f - design_.offset_center());
      p.row[0] = slope;
      for (std::size_t j = 0; j < design_.columns().size(); ++j) {
        const DesignColumn& c = design_.columns()[j];
        p.row[static_cast<Eigen::Index>(j) + 1] = -slope * c.center / c.scale;
      }
      for (std::size_t k = 1; k < law_; ++k) p.row[place(k)] += eta.d(static_cast<int>(k));
    }
    for (std::size_t j = 0; j < design_.columns().size(); ++j) {
      const DesignColumn& c = design_.columns()[j];
      add(c.name, BoundScale::identity, 0.0).row[static_cast<Eigen::Index>(j) + 1] = slope / c.scale;
    }
  }

  void add_shape(const ParameterInfo& info, const Term& eta) {
    if (design_.separate_shapes() && eta.d(1) != 0.0) {
      for (std::size_t l = 0; l < design_.levels().size(); ++l) {
        const std::string name = info.name + "[" + design_.text(design_.levels()[l]) + "]";
        add(name, info.scale, eta.f).row[shape_ + static_cast<Eigen::Index>(l)] = eta.d(1);
      }
      return;
    }
    if (!design_.shape_columns().empty() && eta.d(1) != 0.0) {
      // ln sigma itself: the sign of eta.d(1) turns ln shape = -ln sigma round.
      const std::vector<DesignColumn>& columns = design_.shape_columns();
      AltParameter& p = add("log_sigma_intercept", BoundScale::identity, eta.f * eta.d(1));
      p.row[shape_] = 1.0;
      for (std::size_t j = 0; j < columns.size(); ++j)
        p.row[shape_ + 1 + static_cast<Eigen::Index>(j)] = -columns[j].center / columns[j].scale;
      for (std::size_t j = 0; j < columns.size(); ++j)
        add(columns[j].name, BoundScale::identity, 0.0).row[shape_ + 1 + static_cast<Eigen::Index>(j)] =
            1.0 / columns[j].scale;
      return;
    }
    AltParameter& p = add(info.name, info.scale, eta.f);
    for (std::size_t k = 1; k < law_; ++k) p.row[place(k)] = eta.d(static_cast<int>(k));
  }

  [[nodiscard]] Eigen::Index place(std::size_t k) const {
    return k == 1 ? shape_ : rest_ + static_cast<Eigen::Index>(k) - 2;
  }

  const AltFit& fit_;
  const AltDesign& design_;
  std::size_t law_;
  Eigen::Index size_, shape_, rest_;
  std::vector<Term> eta_;
  std::vector<AltParameter> out_;
};

std::string list(const std::vector<std::string>& names) {
  std::string out;
  for (std::size_t i = 0; i < names.size(); ++i) {
    out.append(i == 0 ? "" : i + 1 == names.size() ? " and " : ", ").append(names[i]);
  }
  return out;
}

bool informative(const Cell& cell) {
  return !cell.segments.empty();
}

/// Rows of the free coordinates that the data see, reduced to a triangle.
Eigen::MatrixXd seen_directions(const AltFit& fit) {
  const Likelihood& likelihood = *fit.likelihood;
  const Eigen::Index n = likelihood.size(), p = likelihood.location_size(), q = likelihood.shape_size();
  Eigen::MatrixXd block(kRowsAtOnce + n, fit.space->size());
  Eigen::Index rows = 0;
  const auto fold = [&] {
    if (rows <= n) return;
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(block.topRows(rows));
    const Eigen::Index k = std::min(rows, block.cols());
    const Eigen::MatrixXd r = qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
    block.topRows(k) = r;
    rows = k;
  };
  const auto push = [&](const Eigen::VectorXd& weights) {
    if (rows == block.rows()) fold();
    block.row(rows++) = fit.space->linear(weights, 0.0).first.transpose();
  };
  const auto location = [&](const std::vector<double>& covariates) {
    Eigen::VectorXd x = Eigen::VectorXd::Zero(n);
    x.head(p) = Eigen::Map<const Eigen::VectorXd>(covariates.data(), p);
    push(x);
  };
  if (fit.exposures != nullptr) {
    for (const Setting& s : fit.design->levels()) location(fit.design->covariates(s, fit.unit).x);
  }
  for (const Cell& cell : fit.sample->cells) {
    if (!informative(cell)) continue;
    if (fit.exposures == nullptr) location(cell.x);
    if (q > 1) {
      Eigen::VectorXd w = Eigen::VectorXd::Zero(n);
      w.segment(p, q) = Eigen::Map<const Eigen::VectorXd>(cell.w.data(), q);
      push(w);
    }
  }
  for (Eigen::Index j = q > 1 ? p + q : p; j < n; ++j) push(Eigen::VectorXd::Unit(n, j));
  fold();
  return block.topRows(rows);
}

/// Coefficients that the tested levels do not determine; what the fit says then.
std::optional<Estimate> undetermined(const AltFit& fit) {
  if (fit.space->size() == 0) return std::nullopt;
  std::size_t levels = 0;
  for (const Cell& cell : fit.sample->cells) levels += informative(cell) ? 1U : 0U;
  if (fit.exposures != nullptr) levels = fit.design->levels().size();
  if (levels == 0) return std::nullopt;
  const Eigen::MatrixXd seen = seen_directions(fit);
  const Eigen::JacobiSVD<Eigen::MatrixXd> svd(seen, Eigen::ComputeFullV);
  const Eigen::VectorXd& size = svd.singularValues();
  std::vector<std::string> names;
  for (Eigen::Index k = 0; k < seen.cols(); ++k) {
    if (k < size.size() && size[k] > kRankTolerance * size[0]) continue;
    const Eigen::VectorXd direction = svd.matrixV().col(k);
    for (const AltParameter& p : fit.parameters) {
      if (p.fixed || p.name == "intercept") continue;
      const Eigen::VectorXd row = fit.space->linear(p.row, 0.0).first;
      if (std::fabs(row.dot(direction)) > 1e-6 * row.norm() &&
          std::find(names.begin(), names.end(), p.name) == names.end())
        names.push_back(p.name);
    }
  }
  const bool full = size.size() == seen.cols() && size[size.size() - 1] > kRankTolerance * size[0];
  if (full) return std::nullopt;
  Estimate e;
  e.status = FitStatus::flat;
  const std::string held = names.empty() ? "a coefficient" : "--fix " + names.front() + "=...";
  if (levels == 1) {
    e.reason = "All units were tested at one level, so nothing in the data says how life depends on the stress (" +
               list(names) + ").";
    e.advice = "Test at a second level, or hold the coefficient at a known value (" + held + ").";
  } else if (names.size() == 1) {
    e.reason = "The data say nothing about " + names.front() +
               ": its stress does not vary between the tested levels apart from what the other terms explain.";
    e.advice = "Test at levels in which it varies by itself, leave the term out, or hold it (" + held + ").";
  } else {
    e.reason = "The stresses move together over the tested levels, so " + list(names) +
               " cannot be told apart: the likelihood is the same along a line of them.";
    e.advice = "Test at levels in which they vary separately, leave a term out, or hold one (" + held + ").";
  }
  return e;
}

/// Failed-or-not rows whose ages follow the covariates on a plane: z is the same function of fewer parameters, and
/// the spread of life is one of those that drop out.
std::optional<Estimate> ages_on_a_plane(const AltFit& fit) {
  const Sample& sample = *fit.sample;
  if (sample.exact > 0.0 || sample.truncated || sample.failed == 0.0 || fit.exposures != nullptr ||
      !fit.space->identity() || fit.distribution->size() < 2 || fit.likelihood->shape_size() != 1)
    return std::nullopt;
  const Eigen::Index p = fit.likelihood->location_size();
  Eigen::MatrixXd block(kRowsAtOnce + p + 1, p + 1);
  Eigen::Index rows = 0;
  const auto fold = [&] {
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(block.topRows(rows));
    const Eigen::Index k = std::min(rows, p + 1);
    const Eigen::MatrixXd r = qr.matrixQR().topRows(k).triangularView<Eigen::Upper>();
    block.topRows(k) = r;
    rows = k;
  };
  double size = 0.0;
  bool one_age = true;
  double age = kNaN;
  for (const Cell& cell : sample.cells) {
    for (const Segment& s : cell.segments) {
      if (s.kind != Kind::right && s.kind != Kind::left) return std::nullopt;
      for (const double u : s.a) {
        if (rows == block.rows()) fold();
        block.row(rows).head(p) = Eigen::Map<const Eigen::RowVectorXd>(cell.x.data(), p);
        block(rows++, p) = u - cell.offset;
        size = std::fmax(size, std::fabs(u - cell.offset));
        if (std::isnan(age)) age = u;
        one_age = one_age && u == age;
      }
    }
  }
  fold();
  // What is left of the ages after the covariates: the rows are there, so only rounding may be.
  const Eigen::HouseholderQR<Eigen::MatrixXd> qr(block.topRows(rows).leftCols(p));
  const Eigen::VectorXd turned = qr.householderQ().transpose() * block.topRows(rows).col(p);
  const double rest = rows > p ? turned.tail(rows - p).norm() : 0.0;
  if (rest > 1e-12 * std::fmax(1.0, size) * std::sqrt(sample.n)) return std::nullopt;
  Estimate e;
  e.status = FitStatus::flat;
  if (one_age) {
    const Existence why = explain_sample(sample);
    e.reason = why.exists || why.verdict != FitStatus::flat
                   ? "All units were inspected at one age: only the fractions failed by that age are known, and every "
                     "spread of life fits them equally well."
                   : why.reason;
  } else {
    e.reason =
        "Units were only seen failed or not, at ages that follow the stress: the fractions failed are known, but every "
        "spread of life fits them equally well.";
  }
  e.advice = "Inspect at a second age at some level, or hold the shape (--fix).";
  return e;
}

/// Replaces a general sentence by what the levels show, when the climb found no maximum.
void explain(const AltFit& fit, Estimate& e) {
  if (e.usable() || e.status == FitStatus::flat || fit.sample->failed == 0.0) return;
  std::size_t with_failures = 0, levels = 0;
  for (const Cell& cell : fit.sample->cells) {
    if (!informative(cell)) continue;
    if (fit.exposures != nullptr) break;
    ++levels;
    const bool failed = std::any_of(cell.segments.begin(), cell.segments.end(), [](const Segment& s) {
      for (std::size_t i = 0; i < s.a.size(); ++i) {
        if (event_of(s, i).kind != Kind::right) return true;
      }
      return false;
    });
    with_failures += failed ? 1U : 0U;
  }
  if (with_failures == 1 && levels > 1) {
    e.status = FitStatus::unbounded;
    e.reason =
        "All failures happened at one level, and the likelihood keeps rising, as far as arithmetic can tell, as a "
        "coefficient or the spread of life runs to its limit: life at the other levels is known on one side only.";
    e.advice = "Test longer at the other levels until some units fail, or hold the coefficient (--fix).";
  } else if (explain_sample(*fit.sample).exists) {
    e.status = FitStatus::unbounded;
    e.reason =
        "No maximum was found: the likelihood keeps rising, as far as arithmetic can tell, while a coefficient or the "
        "spread of life runs to its limit.";
    e.advice = "More failures at more levels, fewer terms, or a held coefficient or shape (--fix) would help.";
  }
}

/// Ratio of medians at two settings where the shape differs, or where life itself follows the link.
///
/// m = mu + sigma z at each; on the log axis f = m1 - m2, on the line f = ln t1 - ln t2 with t = shift + scale m.
class MedianRatio final : public Target {
 public:
  MedianRatio(const AltFit& fit, Covariates to, Covariates from)
      : fit_(fit), to_(std::move(to)), from_(std::move(from)) {
    const double half = std::log(0.5);
    fit.distribution->plot_quantile(half, half, z_);
  }
  [[nodiscard]] double value(const Eigen::VectorXd& phi) const override {
    Jet j(0);
    return function(phi, j) ? j.f : kNaN;
  }
  void constraint(const Eigen::VectorXd& phi, double q, Constraint& out) const override {
    if (!function(phi, out.c)) {
      out.c = Jet(phi.size());
      out.c.f = kNaN;
    }
    out.c.f -= q;
    out.c_q = -1.0;
    out.c_phi_q = Eigen::VectorXd::Zero(phi.size());
  }
  [[nodiscard]] double reported(double q) const override { return std::exp(q); }
  [[nodiscard]] double slope(double q) const override { return std::exp(q); }
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::log; }

 private:
  [[nodiscard]] bool function(const Eigen::VectorXd& phi, Jet& out) const {
    const std::vector<double> theta = fit_.space->theta(phi);
    Jet in_theta(fit_.likelihood->size());
    for (const bool first : {true, false}) {
      const Covariates& at = first ? to_ : from_;
      std::vector<double> law(static_cast<std::size_t>(fit_.distribution->size()));
      fit_.likelihood->law_parameters(theta, at.x, at.offset, at.w, law);
      const double s = law.size() > 1 ? z_ * std::exp(law[1]) : z_;
      Term t(static_cast<int>(law.size()), law[0] + s);
      t.d(0) = 1.0;
      if (law.size() > 1) {
        t.d(1) = s;
        t.dd(1, 1) = s;
      }
      if (const Axis& axis = fit_.sample->axis; !axis.log) {
        const double life = t.f + axis.shift / axis.scale;
        if (!(life > 0.0)) return false;
        t.compose(std::log(life), 1.0 / life, -1.0 / (life * life));
      }
      if (!first) t.compose(-t.f, -1.0, 0.0);
      fit_.likelihood->pull_back(t, at.x, at.w, in_theta);
    }
    out = fit_.space->pull(in_theta, theta);
    return std::isfinite(out.f);
  }

  const AltFit& fit_;
  Covariates to_, from_;
  double z_ = 0.0;
};

}  // namespace

Objective AltFit::objective() const {
  return [this](const Eigen::VectorXd& phi) {
    const std::vector<double> theta = space->theta(phi);
    return space->pull(likelihood->evaluate(theta), theta);
  };
}

std::unique_ptr<LifeView> AltFit::view(const UseCondition& use) const {
  if (!use.mission.empty()) return std::make_unique<MissionView>(*likelihood, *space, use.mission);
  Covariates c = design->covariates(use.setting, unit);
  return std::make_unique<SingleView>(*likelihood, *space, std::move(c.x), c.offset, std::move(c.w));
}

std::shared_ptr<const Sample> alt_sample(const LifeTable& table,
                                         const AltDesign& design,
                                         bool log_axis,
                                         const Workers& workers) {
  double unit = 1.0;
  if (!log_axis && design.has_offset()) unit = prepare(table, false).axis.scale;
  const Design rows = design.rows(unit);
  return std::make_shared<const Sample>(prepare(table, log_axis, &rows, workers));
}

std::unique_ptr<AltFit> prepare_alt(std::shared_ptr<const Distribution> distribution,
                                    std::shared_ptr<const Sample> sample,
                                    const AltDesign& design,
                                    const std::vector<std::pair<std::string, double>>& fixed,
                                    int threads,
                                    std::string& known,
                                    std::shared_ptr<const Exposures> exposures) {
  auto fit = std::make_unique<AltFit>();
  fit->distribution = std::move(distribution);
  fit->sample = std::move(sample);
  fit->design = &design;
  fit->unit = fit->sample->axis.log ? 1.0 : fit->sample->axis.scale;
  fit->exposures = std::move(exposures);
  if (fit->exposures != nullptr) {
    fit->likelihood = std::make_unique<ExposureLikelihood>(*fit->distribution, *fit->sample, *fit->exposures);
  } else {
    fit->likelihood = std::make_unique<Likelihood>(*fit->distribution, *fit->sample, threads);
  }
  fit->parameters = ParameterMap(*fit, design).take();
  const Eigen::Index n = fit->likelihood->size();
  Eigen::MatrixXd rows(static_cast<Eigen::Index>(fixed.size()), n);
  Eigen::VectorXd values(rows.rows());
  for (std::size_t k = 0; k < fixed.size(); ++k) {
    const auto p = std::find_if(fit->parameters.begin(), fit->parameters.end(),
                                [&](const AltParameter& x) { return x.name == fixed[k].first; });
    if (p == fit->parameters.end()) {
      known.clear();
      for (const AltParameter& x : fit->parameters) known.append(known.empty() ? "" : ", ").append(x.name);
      return nullptr;
    }
    p->fixed = true;
    p->held = to_scale(p->scale, fixed[k].second);
    if (!std::isfinite(p->held)) {
      throw UsageError("--fix " + p->name + ": takes a " + (p->scale == BoundScale::log ? "positive " : "") + "number");
    }
    rows.row(static_cast<Eigen::Index>(k)) = p->row.transpose();
    values[static_cast<Eigen::Index>(k)] = p->held - p->constant;
  }
  fit->space = std::make_unique<Space>(*fit->distribution, fit->sample->axis, rows, values);
  if (dynamic_cast<const Weibull*>(fit->distribution.get()) != nullptr) {
    for (const AltParameter& p : fit->parameters) {
      if (p.name != "shape") continue;
      AltParameter sigma = p;
      sigma.name = "sigma";
      sigma.row = -p.row;
      sigma.constant = -p.constant;
      sigma.held = -p.held;
      fit->derived.push_back(std::move(sigma));
    }
  }
  return fit;
}

namespace {

/// A spread of life this many times that of the ages is the flat end of a likelihood that rises for ever.
constexpr double kRunawaySpread = 1e4;

/// Ages that only say failed or not yet bound the spread from below; the climb may stop on the plateau.
bool spread_runs_away(const AltFit& fit) {
  if (!fit.estimate.usable() || !fit.distribution->concave() || fit.distribution->size() < 2) return false;
  if (fit.sample->exact > 0.0) return false;
  const auto shape = static_cast<std::size_t>(fit.likelihood->location_size());
  const auto shapes = static_cast<std::size_t>(fit.likelihood->shape_size());
  for (std::size_t j = shape; j < shape + shapes; ++j) {
    if (fit.estimate.theta[j] > std::log(kRunawaySpread * std::fmax(1.0, fit.sample->plot.spread))) return true;
  }
  return false;
}

}  // namespace

void estimate_alt(AltFit& fit, const LifeTable& table, Engine engine) {
  if (std::optional<Estimate> flat = undetermined(fit)) {
    fit.estimate = std::move(*flat);
    return;
  }
  if (std::optional<Estimate> flat = ages_on_a_plane(fit)) {
    fit.estimate = std::move(*flat);
    return;
  }
  fit.estimate =
      estimate_mle(*fit.likelihood, *fit.space, engine, [&fit, &table] { return two_step_starts(fit, table); });
  if (spread_runs_away(fit)) {
    Estimate e;
    e.status = FitStatus::unbounded;
    e.passes = fit.estimate.passes;
    e.reason =
        "No maximum was found: units found failed were hardly older than units found good, so the likelihood keeps "
        "rising, as far as arithmetic can tell, as the spread of life grows.";
    e.advice = "Exact failure ages or more inspections would help; so would holding the shape (--fix).";
    fit.estimate = std::move(e);
    return;
  }
  explain(fit, fit.estimate);
}

namespace {

/// The Weibull shape when nothing but the intercept is free: lives can then be moved to one stress; NaN otherwise.
double shape_if_only_intercept_free(const AltFit& fit) {
  if (fit.space->size() != 1 || fit.exposures != nullptr || !fit.parameters.front().row.size() ||
      fit.parameters.front().fixed)
    return kNaN;
  if (dynamic_cast<const Exponential*>(fit.distribution.get()) != nullptr) return 1.0;
  if (dynamic_cast<const Weibull*>(fit.distribution.get()) == nullptr) return kNaN;
  for (const AltParameter& p : fit.parameters) {
    if (p.name == "shape" && p.fixed) return std::exp(p.held);
  }
  return kNaN;
}

/// The chi-squared ends of the intercept, from lives divided by the known part of their scale; contract section 4.
void set_exact_ends(
    const AltFit& fit, const LifeTable& table, const FitOptions& options, double shape, BoundContext& c) {
  const AltDesign& design = *fit.design;
  LifeTable moved = table;
  moved.columns.clear();
  const Eigen::VectorXd origin = Eigen::VectorXd::Zero(1);
  const std::vector<double> theta = fit.space->theta(origin), one = fit.space->theta(Eigen::VectorXd::Ones(1));
  // At phi = 0 the level's ln scale; phi moves all of them alike.
  std::vector<double> scale(design.levels().size());
  for (std::size_t l = 0; l < scale.size(); ++l) {
    const Covariates at = design.covariates(design.levels()[l], fit.unit);
    std::vector<double> law(static_cast<std::size_t>(fit.distribution->size()));
    fit.likelihood->law_parameters(theta, at.x, at.offset, at.w, law);
    scale[l] = fit.sample->axis.scale * std::exp(law[0]);
  }
  for (std::size_t i = 0; i < moved.rows(); ++i) {
    const double s = scale[design.level_of()[i]];
    moved.lower[i] /= s;
    if (std::isfinite(moved.upper[i])) moved.upper[i] /= s;
    if (!moved.entry.empty()) moved.entry[i] /= s;
    if (!moved.exit.empty()) moved.exit[i] /= s;
  }
  const ExactEnds ends = exact_scale(moved, shape, options.confidence, parse_sides(options.sides), options.termination);
  const double slope = one[0] - theta[0];
  c.exact_reason = ends.reason;
  c.exact_lower = (slope > 0.0 ? ends.lower : ends.upper) / slope;
  c.exact_upper = (slope > 0.0 ? ends.upper : ends.lower) / slope;
}

}  // namespace

BoundContext alt_context(const AltFit& fit, const LifeTable& table, const FitOptions& options) {
  BoundContext c;
  c.sides = parse_sides(options.sides);
  c.wald_scale = parse_wald_scale(options.wald_scale);
  c.confidence = options.confidence;
  c.method = options.bounds == "none"   ? BoundMethod::none
             : options.bounds == "wald" ? BoundMethod::wald
             : options.bounds == "lr"   ? BoundMethod::lr
                                        : BoundMethod::exact;
  c.objective = fit.objective();
  c.phi = fit.estimate.phi;
  c.at = fit.estimate.at;
  c.covariance = fit.estimate.covariance;
  c.has_estimate = fit.estimate.usable();
  c.no_errors_reason = fit.estimate.status == FitStatus::closed_form
                           ? "the two-step method has no bounds; use --method mle"
                           : "standard errors and likelihood-ratio bounds do not exist at a boundary";
  const double shape = shape_if_only_intercept_free(fit);
  if (fit.sample->failed == 0.0 && !std::isnan(shape) && c.method != BoundMethod::none) c.method = BoundMethod::exact;
  if (c.method == BoundMethod::exact) {
    if (std::isnan(shape)) {
      c.exact_reason =
          "exact bounds exist only when the intercept alone is free (every coefficient held, and exponential or a held "
          "Weibull shape)";
    } else {
      set_exact_ends(fit, table, options, shape, c);
    }
  }
  return c;
}

void describe_alt_parameters(const AltFit& fit,
                             const BoundContext& context,
                             std::vector<NamedQuantity>& parameters,
                             std::vector<std::vector<double>>& covariance,
                             std::vector<NamedQuantity>& derived) {
  const std::size_t n = fit.parameters.size();
  std::vector<Eigen::VectorXd> gradients(n);
  const auto quantity = [&](const AltParameter& p, Eigen::VectorXd* gradient) {
    NamedQuantity out;
    out.name = p.name;
    out.fixed = p.fixed;
    if (p.fixed) {
      out.value.estimate = from_scale(p.scale, p.held);
      return out;
    }
    const auto [weights, constant] = fit.space->linear(p.row, p.constant);
    const auto target = linear_target(weights, constant, p.scale);
    out.value = make_quantity(*target, context);
    if (gradient != nullptr && context.has_estimate && context.covariance.size() > 0)
      *gradient = weights * target->slope(target->value(context.phi));
    return out;
  };
  for (std::size_t i = 0; i < n; ++i) parameters.push_back(quantity(fit.parameters[i], &gradients[i]));
  for (const AltParameter& p : fit.derived) derived.push_back(quantity(p, nullptr));
  if (!context.has_estimate || (context.covariance.size() == 0 && context.phi.size() > 0)) return;
  covariance.assign(n, std::vector<double>(n, 0.0));
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      if (gradients[i].size() == 0 || gradients[j].size() == 0) continue;
      covariance[i][j] = gradients[i].dot(context.covariance * gradients[j]);
    }
  }
}

std::unique_ptr<Target> acceleration_target(const AltFit& fit, const Setting& from, const UseCondition& to) {
  const AltDesign& design = *fit.design;
  if (!to.mission.empty()) {
    Covariates at = design.covariates(from, fit.unit);
    return std::make_unique<MissionRatio>(*fit.likelihood, *fit.space, to.mission, std::move(at.x), at.offset);
  }
  Covariates a = design.covariates(to.setting, fit.unit), b = design.covariates(from, fit.unit);
  const bool common = !design.separate_shapes() && design.shape_columns().empty();
  if (!common || !fit.sample->axis.log) return std::make_unique<MedianRatio>(fit, std::move(a), std::move(b));
  Eigen::VectorXd weights = Eigen::VectorXd::Zero(fit.likelihood->size());
  for (std::size_t j = 0; j < a.x.size(); ++j) weights[static_cast<Eigen::Index>(j)] = a.x[j] - b.x[j];
  const auto [in_phi, constant] = fit.space->linear(weights, a.offset - b.offset);
  return linear_target(in_phi, constant, BoundScale::log);
}

namespace {

/// f = -e^s c with s and c linear in phi.
class HazardCoefficient final : public Target {
 public:
  HazardCoefficient(std::pair<Eigen::VectorXd, double> s, std::pair<Eigen::VectorXd, double> c)
      : s_(std::move(s)), c_(std::move(c)) {}
  [[nodiscard]] double value(const Eigen::VectorXd& phi) const override {
    return -std::exp(s_.second + s_.first.dot(phi)) * (c_.second + c_.first.dot(phi));
  }
  void constraint(const Eigen::VectorXd& phi, double q, Constraint& out) const override {
    const double e = std::exp(s_.second + s_.first.dot(phi)), c = c_.second + c_.first.dot(phi);
    out.c = Jet(phi.size());
    out.c.f = -e * c - q;
    out.c.g = -e * (c * s_.first + c_.first);
    out.c.h =
        -e * (c * s_.first * s_.first.transpose() + s_.first * c_.first.transpose() + c_.first * s_.first.transpose());
    out.c_q = -1.0;
    out.c_phi_q = Eigen::VectorXd::Zero(phi.size());
  }
  [[nodiscard]] double reported(double q) const override { return q; }
  [[nodiscard]] double slope(double) const override { return 1.0; }
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::identity; }

 private:
  std::pair<Eigen::VectorXd, double> s_, c_;
};

}  // namespace

std::unique_ptr<Target> hazard_coefficient_target(const AltFit& fit,
                                                  const AltParameter& shape,
                                                  const AltParameter& coefficient) {
  return std::make_unique<HazardCoefficient>(fit.space->linear(shape.row, shape.constant),
                                             fit.space->linear(coefficient.row, coefficient.constant));
}

}  // namespace relia
