#include "solvers/targets.hpp"

#include <cmath>

namespace relia {
namespace {

/// Quantities given outright: c = f(phi) - q.
class Explicit : public Target {
 public:
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
  [[nodiscard]] double reported(double q) const override { return from_scale(wald_scale(), q); }
  [[nodiscard]] double slope(double q) const override { return scale_slope(wald_scale(), q); }

 protected:
  virtual bool function(const Eigen::VectorXd& phi, Jet& out) const = 0;
};

class Parameter final : public Explicit {
 public:
  Parameter(const Distribution& distribution, const Axis& axis, const Space& space, std::size_t index)
      : distribution_(distribution),
        axis_(axis),
        space_(space),
        index_(index),
        scale_(distribution.parameters()[index].scale) {}
  [[nodiscard]] BoundScale wald_scale() const override { return scale_; }

 private:
  bool function(const Eigen::VectorXd& phi, Jet& out) const override {
    const std::vector<double> theta = space_.theta(phi);
    std::vector<Term> eta(space_.fixed().size());
    distribution_.describe(axis_, theta, eta);
    const Term& t = eta[index_];
    Jet j(static_cast<Eigen::Index>(theta.size()));
    j.f = t.f;
    for (int a = 0; a < t.n; ++a) {
      j.g[a] = t.d(a);
      for (int b = 0; b < t.n; ++b) j.h(a, b) = t.dd(a, b);
    }
    out = space_.pull(j, theta);
    return std::isfinite(out.f);
  }
  const Distribution& distribution_;
  Axis axis_;
  const Space& space_;
  std::size_t index_;
  BoundScale scale_;
};

class Linear final : public Explicit {
 public:
  Linear(Eigen::VectorXd weights, double constant, BoundScale scale)
      : weights_(std::move(weights)), constant_(constant), scale_(scale) {}
  [[nodiscard]] BoundScale wald_scale() const override { return scale_; }

 private:
  bool function(const Eigen::VectorXd& phi, Jet& out) const override {
    out = Jet(phi.size());
    out.f = constant_ + weights_.dot(phi);
    out.g = weights_;
    return true;
  }
  Eigen::VectorXd weights_;
  double constant_;
  BoundScale scale_;
};

class Mean final : public Explicit {
 public:
  explicit Mean(const LifeView& view) : view_(view) {}
  [[nodiscard]] BoundScale wald_scale() const override {
    return view_.positive() ? BoundScale::log : BoundScale::identity;
  }

 private:
  bool function(const Eigen::VectorXd& phi, Jet& out) const override { return view_.mean(phi, out); }
  const LifeView& view_;
};

class Reliability final : public Explicit {
 public:
  Reliability(const LifeView& view, double time, bool failure)
      : view_(view), u_(view.axis().to_u(time)), sign_(failure ? -1.0 : 1.0) {}
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::logit; }

 private:
  /// logit R = log S - log F.
  bool function(const Eigen::VectorXd& phi, Jet& out) const override {
    Jet f(0);
    view_.log_sf(phi, u_, out);
    view_.log_cdf(phi, u_, f);
    if (!std::isfinite(out.f) || !std::isfinite(f.f)) return false;
    out.f = sign_ * (out.f - f.f);
    out.g = (sign_ * (out.g - f.g)).eval();
    out.h = (sign_ * (out.h - f.h)).eval();
    return true;
  }
  /// Outside the life's range R is exactly 1 or 0.
  [[nodiscard]] double value(const Eigen::VectorXd& phi) const override {
    Jet s(0), f(0);
    view_.log_sf(phi, u_, s);
    view_.log_cdf(phi, u_, f);
    return sign_ * (s.f - f.f);
  }
  const LifeView& view_;
  double u_, sign_;
};

class Hazard final : public Explicit {
 public:
  Hazard(const LifeView& view, double time)
      : view_(view), u_(view.axis().to_u(time)), slope_(view.axis().log_slope(time)) {}
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::log; }

 private:
  bool function(const Eigen::VectorXd& phi, Jet& out) const override {
    view_.log_hazard(phi, u_, out);
    out.f += slope_;
    return std::isfinite(out.f);
  }
  const LifeView& view_;
  double u_, slope_;
};

class Density final : public Explicit {
 public:
  Density(const LifeView& view, double time)
      : view_(view), u_(view.axis().to_u(time)), slope_(view.axis().log_slope(time)) {}
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::log; }

 private:
  /// ln f = ln h + ln S.
  bool function(const Eigen::VectorXd& phi, Jet& out) const override {
    Jet h(0);
    view_.log_sf(phi, u_, out);
    view_.log_hazard(phi, u_, h);
    out.f += h.f + slope_;
    out.g += h.g;
    out.h += h.h;
    return std::isfinite(out.f);
  }
  const LifeView& view_;
  double u_, slope_;
};

class Conditional final : public Explicit {
 public:
  Conditional(const LifeView& view, double given, double time)
      : view_(view), from_(view.axis().to_u(given)), to_(view.axis().to_u(given + time)) {}
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::logit; }

 private:
  bool function(const Eigen::VectorXd& phi, Jet& out) const override {
    Jet a(0);
    view_.log_sf(phi, to_, out);
    view_.log_sf(phi, from_, a);
    if (!std::isfinite(out.f) || !std::isfinite(a.f)) return false;
    out.f -= a.f;
    out.g -= a.g;
    out.h -= a.h;
    if (!(out.f < 0.0)) return false;
    // logit of e^L: L - log(1 - e^L); first derivative 1 + r, second r(1 + r), r = 1/(e^-L - 1).
    const double r = 1.0 / std::expm1(-out.f);
    compose(out, out.f - log1mexp(out.f), 1.0 + r, r * (1.0 + r));
    return std::isfinite(out.f);
  }
  const LifeView& view_;
  double from_, to_;
};

/// q = u with log tail(u; phi) = target, in the smaller tail.
class Quantile final : public Target {
 public:
  Quantile(const LifeView& view, double log_sf, double log_cdf) : view_(view), log_sf_(log_sf), log_cdf_(log_cdf) {}
  [[nodiscard]] double value(const Eigen::VectorXd& phi) const override {
    return view_.quantile(phi, log_sf_, log_cdf_);
  }
  void constraint(const Eigen::VectorXd& phi, double q, Constraint& out) const override {
    Jet h(0), s(0);
    view_.log_sf(phi, q, s);
    view_.log_hazard(phi, q, h);
    const double hazard = std::exp(h.f);
    if (log_cdf_ < log_sf_) {
      // d log F/du = h S/F; its phi-gradient by the product rule.
      view_.log_cdf(phi, q, out.c);
      const double r = std::exp(h.f + s.f - out.c.f);
      out.c_q = r;
      out.c_phi_q = r * (h.g + s.g - out.c.g);
      out.c.f -= log_cdf_;
    } else {
      out.c = s;
      out.c_q = -hazard;
      out.c_phi_q = -hazard * h.g;
      out.c.f -= log_sf_;
    }
  }
  [[nodiscard]] double reported(double q) const override { return view_.axis().to_time(q); }
  [[nodiscard]] double slope(double q) const override {
    return view_.axis().log ? view_.axis().to_time(q) : view_.axis().scale;
  }
  [[nodiscard]] BoundScale wald_scale() const override {
    return view_.positive() ? BoundScale::log : BoundScale::identity;
  }

 private:
  const LifeView& view_;
  double log_sf_, log_cdf_;
};

/// q = ln r with S(given + r)/S(given) = 1 - p.
class Residual final : public Target {
 public:
  Residual(const LifeView& view, double given, double p)
      : view_(view), given_(given), from_(view.axis().to_u(given)), p_(p) {}
  [[nodiscard]] double value(const Eigen::VectorXd& phi) const override {
    Jet s(0);
    view_.log_sf(phi, from_, s);
    const double log_sf = s.f + std::log1p(-p_);
    const double u = view_.quantile(phi, log_sf, log1mexp(log_sf));
    if (!std::isfinite(u)) return kNaN;
    const double r = view_.axis().to_time(u) - given_;
    if (!(r > 0.0)) return kNaN;
    // The difference of two ages loses digits: one Newton step on c brings them back.
    double q = std::log(r);
    Constraint c;
    for (int i = 0; i < 2; ++i) {
      constraint(phi, q, c);
      if (std::isfinite(c.c.f) && c.c_q != 0.0) q -= c.c.f / c.c_q;
    }
    return q;
  }
  void constraint(const Eigen::VectorXd& phi, double q, Constraint& out) const override {
    Jet from(0), h(0);
    const double r = std::exp(q), t = given_ + r, u = view_.axis().to_u(t);
    view_.log_sf(phi, u, out.c);
    view_.log_sf(phi, from_, from);
    view_.log_hazard(phi, u, h);
    out.c.f -= from.f;
    out.c.g -= from.g;
    out.c.h -= from.h;
    // dc/dq = -h_t r, h_t = h_u du/dt.
    out.c_q = -std::exp(h.f + view_.axis().log_slope(t)) * r;
    out.c_phi_q = out.c_q * h.g;
    out.c.f -= std::log1p(-p_);
  }
  [[nodiscard]] double reported(double q) const override { return std::exp(q); }
  [[nodiscard]] double slope(double q) const override { return std::exp(q); }
  [[nodiscard]] BoundScale wald_scale() const override { return BoundScale::log; }

 private:
  const LifeView& view_;
  double given_, from_, p_;
};

}  // namespace

std::unique_ptr<Target> parameter_target(const Distribution& distribution,
                                         const Axis& axis,
                                         const Space& space,
                                         std::size_t index) {
  return std::make_unique<Parameter>(distribution, axis, space, index);
}
std::unique_ptr<Target> linear_target(Eigen::VectorXd weights, double constant, BoundScale scale) {
  return std::make_unique<Linear>(std::move(weights), constant, scale);
}
std::unique_ptr<Target> mean_target(const LifeView& view) {
  return std::make_unique<Mean>(view);
}
std::unique_ptr<Target> reliability_target(const LifeView& view, double time, bool failure) {
  return std::make_unique<Reliability>(view, time, failure);
}
std::unique_ptr<Target> hazard_target(const LifeView& view, double time) {
  return std::make_unique<Hazard>(view, time);
}
std::unique_ptr<Target> density_target(const LifeView& view, double time) {
  return std::make_unique<Density>(view, time);
}
std::unique_ptr<Target> quantile_target(const LifeView& view, double log_sf, double log_cdf) {
  return std::make_unique<Quantile>(view, log_sf, log_cdf);
}
std::unique_ptr<Target> conditional_target(const LifeView& view, double given, double time) {
  return std::make_unique<Conditional>(view, given, time);
}
std::unique_ptr<Target> residual_target(const LifeView& view, double given, double p) {
  return std::make_unique<Residual>(view, given, p);
}

}  // namespace relia
