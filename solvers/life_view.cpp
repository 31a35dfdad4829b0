#include "solvers/life_view.hpp"

#include <cmath>

#include "core/distributions/interpolated_rows.hpp"
#include "core/distributions/shape_law.hpp"

namespace relia {

void compose(Jet& j, double value, double d1, double d2) {
  j.h = (d1 * j.h + d2 * j.g * j.g.transpose()).eval();
  j.g *= d1;
  j.f = value;
}

void log_complement(Jet& j) {
  const double r = 1.0 / std::expm1(-j.f);
  compose(j, log1mexp(j.f), -r, -r * (1.0 + r));
}

void LifeView::tails(const Eigen::VectorXd& phi,
                     std::span<const double> u,
                     std::span<double> log_f,
                     std::span<double> log_s) const {
  Jet j(0);
  for (std::size_t i = 0; i < u.size(); ++i) {
    log_cdf(phi, u[i], j);
    log_f[i] = j.f;
    log_sf(phi, u[i], j);
    log_s[i] = j.f;
  }
}

void SingleView::tails(const Eigen::VectorXd& phi,
                       std::span<const double> u,
                       std::span<double> log_f,
                       std::span<double> log_s) const {
  const std::vector<double> parameters = at(phi).law;
  const auto law = likelihood_.distribution().bind(parameters);
  if (u.size() >= kInterpolatedRows) {
    if (const double length = likelihood_.distribution().smooth_length(parameters); length > 0.0)
      return tails_interpolated(*law, u, length, log_f, log_s);
  }
  Term t;
  // The smaller tail says both to the last bits. Ages mostly rise, so the tail that was smaller is tried first.
  bool lower = true;
  const auto tail = [&](double at) {
    if (lower) {
      law->log_cdf(at, t);
    } else {
      law->log_sf(at, t);
    }
    return t.f;
  };
  for (std::size_t i = 0; i < u.size(); ++i) {
    double smaller = tail(u[i]);
    if (smaller > -kLn2) {
      lower = !lower;
      smaller = tail(u[i]);
    }
    const double larger = std::log1p(-std::exp(smaller));
    log_f[i] = lower ? smaller : larger;
    log_s[i] = lower ? larger : smaller;
  }
}

SingleView::SingleView(
    const Likelihood& likelihood, const Space& space, std::vector<double> x, double offset, std::vector<double> w)
    : likelihood_(likelihood), space_(space), x_(std::move(x)), w_(std::move(w)), offset_(offset) {}

SingleView::At SingleView::at(const Eigen::VectorXd& phi) const {
  At a;
  a.theta = space_.theta(phi);
  a.law.resize(static_cast<std::size_t>(likelihood_.distribution().size()));
  likelihood_.law_parameters(a.theta, x_, offset_, w_, a.law);
  return a;
}

void SingleView::pull(const Term& t, const At& a, Jet& out) const {
  Jet in_theta(likelihood_.size());
  likelihood_.pull_back(t, x_, w_, in_theta);
  out = space_.pull(in_theta, a.theta);
}

void SingleView::log_sf(const Eigen::VectorXd& phi, double u, Jet& out) const {
  const At a = at(phi);
  Term t;
  likelihood_.distribution().bind(a.law)->log_sf(u, t);
  pull(t, a, out);
}

void SingleView::log_cdf(const Eigen::VectorXd& phi, double u, Jet& out) const {
  const At a = at(phi);
  Term t;
  likelihood_.distribution().bind(a.law)->log_cdf(u, t);
  pull(t, a, out);
}

void SingleView::log_hazard(const Eigen::VectorXd& phi, double u, Jet& out) const {
  const At a = at(phi);
  const auto law = likelihood_.distribution().bind(a.law);
  Term t, s;
  law->log_pdf(u, t);
  law->log_sf(u, s);
  t.add(-1.0, s);
  pull(t, a, out);
}

double SingleView::quantile(const Eigen::VectorXd& phi, double log_sf, double log_cdf) const {
  const At a = at(phi);
  if (log_cdf >= likelihood_.distribution().log_total(a.law)) return kInfinity;
  return likelihood_.distribution().quantile(a.law, log_sf, log_cdf);
}

bool SingleView::mean(const Eigen::VectorXd& phi, Jet& out) const {
  const At a = at(phi);
  Term t;
  if (!likelihood_.distribution().mean(axis(), a.law, t) || !std::isfinite(t.f)) return false;
  pull(t, a, out);
  return true;
}

void SingleView::standardized(const Eigen::VectorXd& phi, double u, Jet& out) const {
  const At a = at(phi);
  const double inverse = a.law.size() > 1 ? std::exp(-a.law[1]) : 1.0, z = (u - a.law[0]) * inverse;
  Term t(static_cast<int>(a.law.size()), z);
  t.d(0) = -inverse;
  if (a.law.size() > 1) t.d(1) = -z;
  pull(t, a, out);
}

SystemView::SystemView(std::vector<std::unique_ptr<LifeView>> modes, Axis axis)
    : modes_(std::move(modes)), axis_(axis) {
  for (const auto& m : modes_) {
    size_ += m->size();
    positive_ = positive_ && m->positive();
  }
}

void SystemView::log_sf(const Eigen::VectorXd& phi, double u, Jet& out) const {
  out = Jet(size_);
  const double t = axis_.to_time(u);
  Eigen::Index from = 0;
  Jet part(0);
  for (const auto& m : modes_) {
    m->log_sf(phi.segment(from, m->size()), m->axis().to_u(t), part);
    out.f += part.f;
    out.g.segment(from, m->size()) = part.g;
    out.h.block(from, from, m->size(), m->size()) = part.h;
    from += m->size();
  }
}

void SystemView::log_cdf(const Eigen::VectorXd& phi, double u, Jet& out) const {
  log_sf(phi, u, out);
  log_complement(out);
}

// h = sum of the modes' hazards in t; each mode's h_u is turned into h_t by its own axis and back by ours.
void SystemView::log_hazard(const Eigen::VectorXd& phi, double u, Jet& out) const {
  out = Jet(size_);
  const double t = axis_.to_time(u);
  Eigen::Index from = 0;
  double total = 0.0;
  Jet part(0);
  for (const auto& m : modes_) {
    m->log_hazard(phi.segment(from, m->size()), m->axis().to_u(t), part);
    const double h = std::exp(part.f + m->axis().log_slope(t) - axis_.log_slope(t));
    total += h;
    out.g.segment(from, m->size()) = h * part.g;
    out.h.block(from, from, m->size(), m->size()) = h * (part.h + part.g * part.g.transpose());
    from += m->size();
  }
  out.f = total;
  compose(out, std::log(total), 1.0 / total, -1.0 / (total * total));
}

double SystemView::quantile(const Eigen::VectorXd& phi, double log_sf_target, double log_cdf_target) const {
  const bool lower = log_cdf_target < log_sf_target;
  Jet j(0), h(0);
  const auto g = [&](double u) {
    log_sf(phi, u, j);
    return lower ? log1mexp(j.f) - log_cdf_target : log_sf_target - j.f;
  };
  double lo = -1.0, up = 1.0;
  for (double step = 1.0; !(g(lo) < 0.0); step *= 2.0, lo -= step) {
    if (step > 1e6) return -kInfinity;
  }
  for (double step = 1.0; !(g(up) > 0.0); step *= 2.0, up += step) {
    if (step > 1e6) return kInfinity;
  }
  double u = 0.5 * (lo + up);
  for (int i = 0; i < 200; ++i) {
    const double e = g(u);
    if (e == 0.0) return u;
    (e < 0.0 ? lo : up) = u;
    log_hazard(phi, u, h);
    const double slope = lower ? std::exp(h.f + j.f - log1mexp(j.f)) : std::exp(h.f);
    double next = u - e / slope;
    if (!(next > lo && next < up)) next = 0.5 * (lo + up);
    if (std::fabs(next - u) <= 4e-16 * std::fabs(u) || next == u) return next;
    u = next;
  }
  return u;
}

// E[T] = integral of S dt = integral of exp(log S(u) + u) du (log axis): log-concave in u for log-concave modes.
bool SystemView::mean(const Eigen::VectorXd& phi, Jet& out) const {
  if (!positive_ || !axis_.log) return false;
  Jet j(0), h(0);
  // The integrand peaks where the hazard in u is one.
  const auto g = [&](double u) {
    log_hazard(phi, u, h);
    return h.f;
  };
  double lo = -1.0, up = 1.0;
  for (double step = 1.0; !(g(lo) < 0.0); step *= 2.0, lo -= step) {
    if (step > 1e4) return false;
  }
  for (double step = 1.0; !(g(up) > 0.0); step *= 2.0, up += step) {
    if (step > 1e3 || !std::isfinite(h.f)) return false;
  }
  for (int i = 0; i < 200 && up - lo > 1e-12; ++i) {
    const double middle = 0.5 * (lo + up);
    (g(middle) < 0.0 ? lo : up) = middle;
  }
  const double mode = 0.5 * (lo + up);
  Jet sum(size_);
  double total = 0.0;
  const double log_integral = integrate_line(
      mode, 2.0,
      [&](double u) {
        log_sf(phi, u, j);
        return j.f + u;
      },
      [&](double u, double w) {
        log_sf(phi, u, j);
        total += w;
        sum.g += w * j.g;
        sum.h += w * (j.h + j.g * j.g.transpose());
      });
  out = Jet(size_);
  out.f = std::log(axis_.scale) + log_integral;
  out.g = sum.g / total;
  out.h = sum.h / total - out.g * out.g.transpose();
  return std::isfinite(out.f);
}

}  // namespace relia
