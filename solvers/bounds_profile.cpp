#include "solvers/bounds_profile.hpp"

#include <cmath>

#include <Eigen/Cholesky>
#include <Eigen/Eigenvalues>
#include <Eigen/LU>
#include <Eigen/QR>

namespace relia {
namespace {

struct Point {
  Eigen::VectorXd phi;
  double q = 0.0, nu = 0.0;
};

class Path {
 public:
  Path(const Objective& objective, const Target& target, double top, double side)
      : objective_(objective), target_(target), top_(top), side_(side) {}

  /// Newton from `p` to the point of drop r^2/2. False when it does not get there in a straight way.
  bool solve(Point& p, double r) const {
    const Eigen::Index k = p.phi.size();
    const double level = top_ - 0.5 * r * r;
    double last = kInfinity;
    for (int i = 0; i < 25; ++i) {
      const Jet l = objective_(p.phi);
      Constraint c;
      target_.constraint(p.phi, p.q, c);
      if (!std::isfinite(l.f) || !l.g.allFinite() || !l.h.allFinite() || !std::isfinite(c.c.f) || !c.c.g.allFinite() ||
          !c.c.h.allFinite() || !std::isfinite(c.c_q) || !c.c_phi_q.allFinite()) {
        return false;
      }
      Eigen::MatrixXd m = Eigen::MatrixXd::Zero(k + 2, k + 2);
      m.topLeftCorner(k, k) = l.h - p.nu * c.c.h;
      m.block(0, k, k, 1) = -p.nu * c.c_phi_q;
      m.block(0, k + 1, k, 1) = -c.c.g;
      m.block(k, 0, 1, k) = c.c.g.transpose();
      m(k, k) = c.c_q;
      m.block(k + 1, 0, 1, k) = l.g.transpose();
      Eigen::VectorXd rhs(k + 2);
      rhs.head(k) = -(l.g - p.nu * c.c.g);
      rhs[k] = -c.c.f;
      rhs[k + 1] = level - l.f;
      // Rows scaled to unit size: the equations are in different units.
      for (Eigen::Index row = 0; row < k + 2; ++row) {
        const double size = m.row(row).cwiseAbs().maxCoeff();
        if (!(size > 0.0)) return false;
        m.row(row) /= size;
        rhs[row] /= size;
      }
      Eigen::VectorXd columns(k + 2);
      for (Eigen::Index col = 0; col < k + 2; ++col) {
        const double size = m.col(col).cwiseAbs().maxCoeff();
        if (!(size > 0.0)) return false;
        columns[col] = 1.0 / size;
        m.col(col) *= columns[col];
      }
      const Eigen::VectorXd s = columns.cwiseProduct(m.partialPivLu().solve(rhs));
      if (!s.allFinite()) return false;
      // The step in units of the uncertainty: along l it is r that matters.
      const double drop = (s.head(k).transpose() * -l.h * s.head(k)).value();
      const double size = std::sqrt(std::fabs(drop)) + 1e-300;
      if (i > 0 && size > 2.0 * last && size > 1e-6) return false;
      if (i == 0 && size > 1.5 + 0.5 * r) return false;
      p.phi += s.head(k);
      p.q += s[k];
      p.nu += s[k + 1];
      // What Newton's method leaves of this step: steps shrink by its square.
      const bool settled = i > 0 && size < 1e-7 && size * (size / last) * (size / last) < 1e-14;
      if (settled || size < 1e-13 || (i > 2 && size >= 0.5 * last && size < 1e-7)) {
        // A step may also vanish because the equations are lost in rounding, far from where they hold.
        const double missed = std::fabs(level - l.f);
        return missed <= 1e-6 * (1.0 + 0.5 * r * r) + 1e-12 * std::fabs(top_) && regular(p, l, c);
      }
      last = size;
    }
    return false;
  }

 private:
  /// l has a maximum on c = 0 here, and moving outward lowers it. `l` and `c` are those a last short step before.
  bool regular(const Point& p, const Jet& l, const Constraint& c) const {
    if (!std::isfinite(l.f) || !c.c.g.allFinite()) return false;
    // dl/dq along the profile = nu c_q ... by the envelope theorem l'(q) = -nu c_q.
    if (!(-p.nu * c.c_q * side_ < 0.0)) return false;
    const Eigen::Index k = p.phi.size();
    if (k == 1) return true;
    const Eigen::MatrixXd w = l.h - p.nu * c.c.h;
    const Eigen::HouseholderQR<Eigen::MatrixXd> qr(c.c.g);
    const Eigen::MatrixXd basis = qr.householderQ();
    const Eigen::MatrixXd tangent = basis.rightCols(k - 1);
    const Eigen::MatrixXd reduced = tangent.transpose() * w * tangent;
    return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(reduced).eigenvalues().maxCoeff() < 0.0;
  }

  const Objective& objective_;
  const Target& target_;
  double top_, side_;
};

}  // namespace

ProfileBound profile_bound(const Objective& objective,
                           const Eigen::VectorXd& phi,
                           const Jet& at,
                           const Eigen::MatrixXd& covariance,
                           const Target& target,
                           double side,
                           double z) {
  ProfileBound out;
  if (covariance.size() == 0) {
    out.reason = "no likelihood-ratio bound exists at a boundary";
    return out;
  }
  const double q0 = target.value(phi);
  if (!std::isfinite(q0)) {
    out.reason = "the quantity does not exist at the estimate";
    return out;
  }
  Constraint c;
  target.constraint(phi, q0, c);
  // First order: dq = -c_phi dphi / c_q; along the profile dphi is proportional to covariance * c_phi.
  const Eigen::VectorXd direction = covariance * c.c.g;
  const double variance = c.c.g.dot(direction);
  if (!(variance > 0.0) || !std::isfinite(variance) || c.c_q == 0.0) {
    out.reason = "the data say nothing about this quantity";
    return out;
  }
  const double se = std::sqrt(variance);
  // q rises when c_phi dphi / c_q falls.
  const double turn = c.c_q < 0.0 ? side : -side;
  const Eigen::VectorXd phi_r = turn * direction / se;
  const double q_r = side * se / std::fabs(c.c_q), nu_r = -turn / se;

  const Path path(objective, target, at.f, side);
  Point here{phi, q0, 0.0}, before = here;
  double r = 0.0, r_before = 0.0;
  double step = z;
  int solved = 0;
  while (r < z) {
    const double next = std::fmin(z, r + step);
    Point p = here;
    if (solved == 0) {
      p.phi += next * phi_r;
      p.q += next * q_r;
      p.nu += next * nu_r;
    } else {
      const double f = (next - r) / (r - r_before);
      p.phi += f * (here.phi - before.phi);
      p.q += f * (here.q - before.q);
      p.nu += f * (here.nu - before.nu);
    }
    if (path.solve(p, next) && (p.q - here.q) * side > 0.0) {
      before = here;
      r_before = r;
      here = p;
      r = next;
      ++solved;
      step = std::fmin(2.0 * step, z - r + 1e-300);
      continue;
    }
    step *= 0.5;
    if (step < 1e-4 * z) {
      // A standard error of a few last digits of a parameter: steps along the profile round to nothing.
      const Eigen::VectorXd spacings = 2.2e-16 * phi.cwiseAbs();
      const bool last_digits = (covariance.diagonal().cwiseSqrt() - 1e4 * spacings).minCoeff() < 0.0;
      out.reason = last_digits  ? "the law is so narrow beside its ages that the profile is lost in their last digits"
                   : side > 0.0 ? "the profile likelihood does not fall far enough on the upper side"
                                : "the profile likelihood does not fall far enough on the lower side";
      return out;
    }
  }
  out.q = here.q;
  out.phi = here.phi;
  return out;
}

ProfileBound furthest_bound(ProfileBound found,
                            const std::vector<Eigen::VectorXd>& others,
                            const Objective& objective,
                            const Jet& at,
                            const Target& target,
                            double side,
                            double z) {
  if (std::isnan(found.q)) return found;
  const Path path(objective, target, at.f, side);
  for (int round = 0; round < 8; ++round) {
    const double slack = 1e-7 * (1.0 + std::fabs(found.q));
    double furthest = found.q + side * slack;
    const Eigen::VectorXd* from = nullptr;
    for (const Eigen::VectorXd& phi : others) {
      const double q = target.value(phi);
      if (std::isfinite(q) && (q - furthest) * side > 0.0) {
        furthest = q;
        from = &phi;
      }
    }
    if (from == nullptr) return found;
    Point p{*from, furthest, 0.0};
    Constraint c;
    target.constraint(p.phi, p.q, c);
    const Jet l = objective(p.phi);
    p.nu = l.g.dot(c.c.g) / c.c.g.squaredNorm();
    if (!path.solve(p, z) || (p.q - furthest) * side < -slack) {
      found.q = kNaN;
      found.reason =
          "parameter values on another hill of the likelihood, as likely as the level allows, reach further than the "
          "profile followed from the estimate";
      return found;
    }
    found.q = p.q;
    found.phi = p.phi;
  }
  return found;
}

}  // namespace relia
