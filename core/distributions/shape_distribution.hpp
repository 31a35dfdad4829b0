// Chain rule from (z, lambda) to (mu, log sigma, lambda), shared by the laws with a shape parameter.

#pragma once

#include "core/distributions/shape_law.hpp"
#include "core/numeric/term.hpp"

namespace relia {

/// out in (mu, log sigma, lambda) for z = (u - mu) / sigma.
inline void to_location_scale_shape(const ShapeJet& t, double z, double inverse_sigma, Term& out) noexcept {
  out.reset(3, t.f);
  out.d(0) = -t.z * inverse_sigma;
  out.d(1) = -z * t.z;
  out.d(2) = t.s;
  out.dd(0, 0) = t.zz * inverse_sigma * inverse_sigma;
  out.dd(1, 0) = (z * t.zz + t.z) * inverse_sigma;
  out.dd(1, 1) = z * z * t.zz + z * t.z;
  out.dd(2, 0) = -t.zs * inverse_sigma;
  out.dd(2, 1) = -z * t.zs;
  out.dd(2, 2) = t.ss;
}

}  // namespace relia
