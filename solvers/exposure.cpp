#include "solvers/exposure.hpp"

#include <algorithm>
#include <cmath>

#include <boost/math/quadrature/gauss.hpp>

#include <relia/error.hpp>

namespace relia {
namespace {

constexpr unsigned kRampNodes = 24;

double location(std::span<const double> theta, const ExposureNode& n) {
  double eta = n.offset;
  for (std::size_t j = 0; j < n.x.size(); ++j) eta += theta[j] * n.x[j];
  return eta;
}

/// Moments over any number of lists of nodes, by log-sum-exp.
ExposureMoments moments_of(std::span<const double> theta, std::initializer_list<std::span<const ExposureNode>> lists) {
  ExposureMoments out;
  double top = -kInfinity;
  std::size_t p = 0;
  for (const auto& list : lists) {
    for (const ExposureNode& n : list) {
      p = n.x.size();
      if (n.weight > 0.0) top = std::fmax(top, std::log(n.weight) - location(theta, n));
    }
  }
  const auto k = static_cast<Eigen::Index>(p);
  out.mean = Eigen::VectorXd::Zero(k);
  out.covariance = Eigen::MatrixXd::Zero(k, k);
  out.y = top;
  if (!std::isfinite(top)) return out;
  double sum = 0.0;
  // West's update keeps the covariance exact also when all nodes agree.
  for (const auto& list : lists) {
    for (const ExposureNode& n : list) {
      if (!(n.weight > 0.0)) continue;
      const double w = std::exp(std::log(n.weight) - location(theta, n) - top);
      if (!(w > 0.0)) continue;
      sum += w;
      const Eigen::VectorXd d = Eigen::Map<const Eigen::VectorXd>(n.x.data(), k) - out.mean;
      out.mean += (w / sum) * d;
      out.covariance += (w * (1.0 - w / sum)) * d * d.transpose();
    }
  }
  out.covariance /= sum;
  out.y = top + std::log(sum);
  return out;
}

/// t is a term of the law at (location 0, u = y): its location stands for -y.
void pull_exposure(const Likelihood& likelihood, const Term& t, const ExposureMoments& m, Jet& out) {
  const std::vector<double> mean(m.mean.data(), m.mean.data() + m.mean.size());
  likelihood.pull_back(t, mean, {}, out);
  out.h.topLeftCorner(m.mean.size(), m.mean.size()) -= t.d(0) * m.covariance;
}

/// log(e^a - e^b) for jets, a.f >= b.f.
Jet log_difference(const Jet& a, const Jet& b) {
  Jet out(a.g.size());
  out.f = log_diff_exp(a.f, b.f);
  const double p = std::exp(a.f - out.f), q = std::exp(b.f - out.f);
  out.g = p * a.g - q * b.g;
  out.h = p * (a.h + a.g * a.g.transpose()) - q * (b.h + b.g * b.g.transpose()) - out.g * out.g.transpose();
  return out;
}

}  // namespace

StressProfiles::StressProfiles(const LifeTable& table,
                               const AltDesign& design,
                               const std::string& profile_column,
                               bool cycle)
    : design_(design) {
  const Column* const name = profile_column.empty() || cycle ? nullptr : table.find(profile_column);
  const Column* const ramp = table.find("ramp");
  if (ramp != nullptr && ramp->type != Column::Type::number) {
    throw UsageError("the profile's column ramp holds 1 (runs straight to the next row's stress) or 0 (holds)");
  }
  const auto label = [&](std::size_t i) {
    if (name == nullptr) return std::string();
    if (name->type == Column::Type::text) return name->levels[name->codes[i]];
    throw UsageError("the profile's column " + profile_column + " must be read as text");
  };
  if (name == nullptr && !profile_column.empty() && !cycle) {
    throw UsageError("--profile-column " + profile_column + ": the profile has no such column");
  }
  DataErrors errors;
  std::vector<std::size_t> last_line;  // of each profile
  for (std::size_t i = 0; i < table.rows(); ++i) {
    const std::string mine = label(i);
    auto at = static_cast<std::size_t>(std::find(names_.begin(), names_.end(), mine) - names_.begin());
    if (at == names_.size()) {
      names_.push_back(mine);
      pieces_.emplace_back();
      last_line.push_back(0);
    }
    last_line[at] = line_of(table, i);
    Piece p;
    p.start = table.lower[i];
    p.end = kInfinity;
    p.from = design.setting_at(table, i, cycle ? "--use-profile" : "--profile");
    p.to = p.from;
    if (ramp != nullptr && ramp->numbers[i] != 0.0 && ramp->numbers[i] != 1.0) {
      errors.add({table.provenance.name, line_of(table, i), "ramp",
                  "expected 1 (runs straight to the next row's stress) or 0 (holds)"});
    }
    p.ramp = ramp != nullptr && ramp->numbers[i] == 1.0;
    std::vector<Piece>& pieces = pieces_[at];
    if (pieces.empty()) {
      if (p.start != 0.0) {
        errors.add({table.provenance.name, line_of(table, i), "time", "a profile begins at time 0"});
      }
    } else if (!(p.start > pieces.back().start)) {
      errors.add({table.provenance.name, line_of(table, i), "time", "times of a profile rise from row to row"});
    } else {
      pieces.back().end = p.start;
      if (pieces.back().ramp) pieces.back().to = p.from;
    }
    pieces.push_back(std::move(p));
  }
  for (std::size_t k = 0; k < pieces_.size() && !cycle; ++k) {
    if (!pieces_[k].back().ramp) continue;
    errors.add({table.provenance.name, last_line[k], "ramp",
                "the last row of a profile holds for ever: there is no next row to run to"});
  }
  if (!errors.empty()) throw BadData(std::move(errors));
  for (std::vector<Piece>& pieces : pieces_) {
    pieces.back().ramp = false;
    if (!cycle) continue;
    if (pieces.size() < 2) {
      throw UsageError("--use-profile takes at least two rows: the last one ends the cycle");
    }
    pieces.pop_back();
  }
}

ExposureNode StressProfiles::node(const Setting& setting, double weight) const {
  Covariates c = design_.covariates(setting, 1.0);
  return {weight, std::move(c.x), c.offset};
}

std::vector<ExposureNode> StressProfiles::nodes(const Piece& piece, double until, double unit) const {
  const double end = std::fmin(until, piece.end), length = end - piece.start;
  if (!(length > 0.0)) return {};
  if (!piece.ramp) return {node(piece.from, length / unit)};
  using Rule = boost::math::quadrature::gauss<double, kRampNodes>;
  std::vector<ExposureNode> out;
  Setting s(piece.from.size());
  for (std::size_t k = 0; k < Rule::abscissa().size(); ++k) {
    for (const double sign : {-1.0, 1.0}) {
      const double place = 0.5 * length * (1.0 + sign * Rule::abscissa()[k]) / (piece.end - piece.start);
      for (std::size_t v = 0; v < s.size(); ++v) s[v] = piece.from[v] + place * (piece.to[v] - piece.from[v]);
      out.push_back(node(s, 0.5 * length * Rule::weights()[k] / unit));
    }
  }
  return out;
}

ExposureAge StressProfiles::age(std::size_t profile, double t, double unit) const {
  ExposureAge out;
  out.profile = profile;
  const std::vector<Piece>& pieces = pieces_[profile];
  for (const Piece& p : pieces) {
    // A failure at the moment of a step happened under the stress before it.
    if (p.end < t) {
      out.full += p.ramp ? kRampNodes : 1;
      continue;
    }
    out.cut = nodes(p, t, unit);
    Setting s = p.from;
    if (p.ramp) {
      const double place = (t - p.start) / (p.end - p.start);
      for (std::size_t v = 0; v < s.size(); ++v) s[v] += place * (p.to[v] - p.from[v]);
    }
    out.end = node(s, 0.0);
    break;
  }
  return out;
}

Exposures StressProfiles::exposures(const LifeTable& data, const Axis& axis, const std::string& profile_column) const {
  Exposures out;
  out.log_unit = std::log(axis.scale);
  for (const std::vector<Piece>& pieces : pieces_) {
    std::vector<ExposureNode> all;
    for (std::size_t k = 0; k + 1 < pieces.size(); ++k) {
      for (ExposureNode& n : nodes(pieces[k], kInfinity, axis.scale)) all.push_back(std::move(n));
    }
    out.profiles.push_back(std::move(all));
  }
  const Column* which = data.find(profile_column);
  const bool named = !profile_column.empty();
  if (named && (which == nullptr || which->type != Column::Type::text)) {
    throw UsageError("--profile names its profiles in the column " + profile_column +
                     ", so the data need a column of that name");
  }
  for (std::size_t i = 0; i < data.rows(); ++i) {
    const double count = data.count_at(i);
    if (count == 0.0) continue;
    if (data.entry_at(i) > 0.0 || !std::isinf(data.exit_at(i))) {
      throw UsageError("--profile does not take truncated rows (line " + std::to_string(line_of(data, i)) + ")");
    }
    std::size_t profile = 0;
    if (named) {
      const std::string& name = which->levels[which->codes[i]];
      profile = static_cast<std::size_t>(std::find(names_.begin(), names_.end(), name) - names_.begin());
      if (profile == names_.size()) throw UsageError("--profile has no profile named '" + name + "'");
    }
    const double lo = data.lower[i], up = data.upper[i];
    ExposureRow row;
    row.count = count;
    if (lo == up) {
      row.a = age(profile, lo, axis.scale);
    } else if (std::isinf(up)) {
      if (lo == 0.0) continue;
      row.kind = Kind::right;
      row.a = age(profile, lo, axis.scale);
    } else if (lo == 0.0) {
      row.kind = Kind::left;
      row.a = age(profile, up, axis.scale);
    } else {
      row.kind = Kind::interval;
      row.a = age(profile, lo, axis.scale);
      row.b = age(profile, up, axis.scale);
    }
    out.rows.push_back(std::move(row));
  }
  return out;
}

Design StressProfiles::mean_design(const Exposures& exposures, const LifeTable& data, std::size_t columns) {
  Design d;
  d.columns = columns;
  std::size_t k = 0;
  for (std::size_t i = 0; i < data.rows(); ++i) {
    std::vector<double> mean(columns, 0.0);
    mean[0] = 1.0;
    const bool used = data.count_at(i) != 0.0 && !(data.lower[i] == 0.0 && std::isinf(data.upper[i]));
    if (used) {
      const ExposureAge& a = exposures.rows[k++].a;
      double weight = 0.0;
      const auto add = [&](const ExposureNode& n) {
        weight += n.weight;
        for (std::size_t j = 1; j < columns; ++j) mean[j] += n.weight * n.x[j];
      };
      for (std::size_t j = 0; j < a.full; ++j) add(exposures.profiles[a.profile][j]);
      for (const ExposureNode& n : a.cut) add(n);
      for (std::size_t j = 1; j < columns && weight > 0.0; ++j) mean[j] /= weight;
    }
    d.x.insert(d.x.end(), mean.begin(), mean.end());
  }
  return d;
}

std::vector<ExposureNode> StressProfiles::mission() const {
  const std::vector<Piece>& pieces = pieces_.front();
  const double cycle = pieces.back().end - pieces.front().start;
  std::vector<ExposureNode> out;
  for (const Piece& p : pieces) {
    for (ExposureNode& n : nodes(p, kInfinity, cycle)) out.push_back(std::move(n));
  }
  return out;
}

ExposureLikelihood::ExposureLikelihood(const Distribution& distribution,
                                       const Sample& sample,
                                       const Exposures& exposures)
    : Likelihood(distribution, sample), exposures_(exposures) {}

ExposureMoments ExposureLikelihood::moments(std::span<const double> theta, const ExposureAge& age) const {
  const std::vector<ExposureNode>& whole = exposures_.profiles[age.profile];
  return moments_of(theta, {std::span<const ExposureNode>(whole.data(), age.full), age.cut});
}

Jet ExposureLikelihood::evaluate(std::span<const double> theta) const {
  std::vector<double> law(static_cast<std::size_t>(distribution().size()));
  law_parameters(theta, {}, 0.0, {}, law);
  law[0] = 0.0;
  const auto bound = distribution().bind(law);
  Jet out(size());
  Term t;
  for (const ExposureRow& row : exposures_.rows) {
    const ExposureMoments a = moments(theta, row.a);
    Jet j(size());
    switch (row.kind) {
      case Kind::exact: {
        bound->log_pdf(a.y, t);
        pull_exposure(*this, t, a, j);
        // ln(dy/dt) = -eta(t) - y - ln c
        j.f -= location(theta, row.a.end) + a.y + exposures_.log_unit;
        const auto p = a.mean.size();
        j.g.head(p) += a.mean - Eigen::Map<const Eigen::VectorXd>(row.a.end.x.data(), p);
        j.h.topLeftCorner(p, p) -= a.covariance;
        break;
      }
      case Kind::right:
        bound->log_sf(a.y, t);
        pull_exposure(*this, t, a, j);
        break;
      case Kind::left:
        bound->log_cdf(a.y, t);
        pull_exposure(*this, t, a, j);
        break;
      case Kind::interval: {
        // In the tail where both probabilities are small, so that their difference keeps its digits.
        const ExposureMoments b = moments(theta, row.b);
        Term s;
        bound->log_sf(a.y, s);
        const bool upper = s.f < -kLn2;
        Jet first(size()), second(size());
        upper ? bound->log_sf(a.y, t) : bound->log_cdf(b.y, t);
        pull_exposure(*this, t, upper ? a : b, first);
        upper ? bound->log_sf(b.y, t) : bound->log_cdf(a.y, t);
        pull_exposure(*this, t, upper ? b : a, second);
        j = log_difference(first, second);
        break;
      }
      case Kind::conditional: break;  // truncated rows are refused where exposures are made
    }
    out.f += row.count * j.f;
    out.g += row.count * j.g;
    out.h += row.count * j.h;
  }
  return out;
}

MissionView::At MissionView::at(const Eigen::VectorXd& phi) const {
  At a;
  a.theta = space_.theta(phi);
  a.law.resize(static_cast<std::size_t>(likelihood_.distribution().size()));
  likelihood_.law_parameters(a.theta, {}, 0.0, {}, a.law);
  a.moments = moments_of(a.theta, {mission_});
  a.law[0] = -a.moments.y;
  return a;
}

void MissionView::pull(const Term& t, const At& a, Jet& out) const {
  Jet in_theta(likelihood_.size());
  pull_exposure(likelihood_, t, a.moments, in_theta);
  out = space_.pull(in_theta, a.theta);
}

void MissionView::log_sf(const Eigen::VectorXd& phi, double u, Jet& out) const {
  const At a = at(phi);
  Term t;
  likelihood_.distribution().bind(a.law)->log_sf(u, t);
  pull(t, a, out);
}

void MissionView::log_cdf(const Eigen::VectorXd& phi, double u, Jet& out) const {
  const At a = at(phi);
  Term t;
  likelihood_.distribution().bind(a.law)->log_cdf(u, t);
  pull(t, a, out);
}

void MissionView::log_hazard(const Eigen::VectorXd& phi, double u, Jet& out) const {
  const At a = at(phi);
  const auto law = likelihood_.distribution().bind(a.law);
  Term t, s;
  law->log_pdf(u, t);
  law->log_sf(u, s);
  t.add(-1.0, s);
  pull(t, a, out);
}

double MissionView::quantile(const Eigen::VectorXd& phi, double log_sf, double log_cdf) const {
  const At a = at(phi);
  return likelihood_.distribution().quantile(a.law, log_sf, log_cdf);
}

bool MissionView::mean(const Eigen::VectorXd& phi, Jet& out) const {
  const At a = at(phi);
  Term t;
  if (!likelihood_.distribution().mean(axis(), a.law, t) || !std::isfinite(t.f)) return false;
  pull(t, a, out);
  return true;
}

double MissionRatio::value(const Eigen::VectorXd& phi) const {
  Constraint c;
  constraint(phi, 0.0, c);
  return c.c.f;
}

void MissionRatio::constraint(const Eigen::VectorXd& phi, double q, Constraint& out) const {
  const std::vector<double> theta = space_.theta(phi);
  const ExposureMoments m = moments_of(theta, {mission_});
  Term t(likelihood_.distribution().size(), -m.y);
  t.d(0) = 1.0;
  Jet in_theta(likelihood_.size());
  pull_exposure(likelihood_, t, m, in_theta);
  for (std::size_t j = 0; j < x_.size(); ++j) {
    in_theta.f -= theta[j] * x_[j];
    in_theta.g[static_cast<Eigen::Index>(j)] -= x_[j];
  }
  in_theta.f -= offset_ + q;
  out.c = space_.pull(in_theta, theta);
  out.c_q = -1.0;
  out.c_phi_q = Eigen::VectorXd::Zero(phi.size());
}

double MissionRatio::reported(double q) const {
  return std::exp(q);
}
double MissionRatio::slope(double q) const {
  return std::exp(q);
}

}  // namespace relia
