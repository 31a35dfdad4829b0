#include "core/kernels/row_sums.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <vector>

#include "core/kernels/gaussian_tail.hpp"
#include "core/numeric/log_math.hpp"

// Instruction sets between these gain nothing here and cost build time each.
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_AVX3_DL)
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/kernels/row_sums.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h, for each target anew.
#include <hwy/contrib/math/math-inl.h>
#include <hwy/highway.h>

#ifndef RELIA_SUM_FUNCTIONS
#define RELIA_SUM_FUNCTIONS
namespace relia {

using SumFunction = RowSums (*)(const double* u, const double* count, std::size_t n, double mu, double inverse);
using IntervalFunction = RowSums (*)(const double* near,
                                     const double* far,
                                     const double* width,
                                     const double* count,
                                     std::size_t n,
                                     double mu,
                                     double inverse,
                                     double scale);
struct SumFunctions {
  SumFunction extreme_exact, extreme_right, extreme_left, normal_exact, normal_right, logistic_exact, logistic_right;
  IntervalFunction extreme_interval, normal_interval, logistic_interval;
};

}  // namespace relia
#endif

HWY_BEFORE_NAMESPACE();
namespace relia {
namespace HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::size_t kRows = 8;
using D = hn::CappedTag<double, kRows>;
using V = hn::Vec<D>;
constexpr std::size_t kLanes = hn::MaxLanes(D());
constexpr std::size_t kParts = kRows / kLanes;

struct Value {
  V f, d1, d2;
};

HWY_INLINE V number(double x) {
  return hn::Set(D(), x);
}

template <std::size_t N>
HWY_INLINE V polynomial(const std::array<double, N>& c, V x) {
  V p = number(c[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) p = hn::MulAdd(p, x, number(c[i]));
  return p;
}

/// The same with even and odd powers side by side, for half the latency; `square` is x^2.
template <std::size_t N>
HWY_INLINE V polynomial(const std::array<double, N>& c, V x, V square) {
  static_assert(N % 2 == 0);
  V even = number(c[N - 2]), odd = number(c[N - 1]);
  for (std::size_t i = N - 2; i > 0; i -= 2) {
    even = hn::MulAdd(even, square, number(c[i - 2]));
    odd = hn::MulAdd(odd, square, number(c[i - 1]));
  }
  return hn::MulAdd(odd, x, even);
}

/// e^x for x <= 709, 0 below -708, within 1 ulp: x = n ln 2 + r, |r| <= ln 2/2, and e^r = 1 + r + r^2 c(r). Splitting
/// of ln 2 after Tang (1989), ACM TOMS 15, 144-157; c by Remez' exchange in 60 digits, relative error of e^r 5e-18.
class ExponentialTo709 {
 public:
  explicit HWY_INLINE ExponentialTo709(V x)
      : x_(x),
        shifted_(hn::MulAdd(x, number(1.44269504088896340736), number(kMagic))),
        r_(reduced(x, hn::Sub(shifted_, number(kMagic)))) {}
  /// e^(x + low), |low| of the size of x's last bit.
  HWY_INLINE ExponentialTo709(V x, V low) : ExponentialTo709(x) { r_ = hn::Add(r_, low); }

  HWY_INLINE V value() const {
    static constexpr std::array<double, 10> kRest = {
        0.500000000000001,      0.1666666666666642,     0.0416666666665355,     0.008333333333493101,
        0.0013888888942401052,  0.00019841269506677039, 2.4801494242996517e-05, 2.7557588114498708e-06,
        2.7629875337071396e-07, 2.499907560288842e-08};
    const D d;
    const hn::RebindToSigned<D> di;
    const V square = hn::Mul(r_, r_);
    const V e = hn::Add(number(1.0), hn::MulAdd(polynomial(kRest, r_, square), square, r_));
    const V y = hn::BitCast(d, hn::Add(hn::BitCast(di, e), hn::ShiftLeft<52>(hn::BitCast(di, shifted_))));
    return hn::IfThenElseZero(hn::Ge(x_, number(-708.0)), y);
  }

 private:
  static constexpr double kMagic = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to an integer in the low bits
  static HWY_INLINE V reduced(V x, V n) {
    return hn::NegMulAdd(n, number(1.90821492927058770002e-10),
                         hn::NegMulAdd(n, number(6.93147180369123816490e-01), x));
  }
  V x_, shifted_, r_;
};

/// e^x within 1 ulp on [-708, 709], 0 below and infinite above.
HWY_INLINE V exponential(V x) {
  return hn::IfThenElse(hn::Gt(x, number(709.0)), number(kInfinity), ExponentialTo709(x).value());
}

/// log((1 + s)/(1 - s)) for |s| <= 1/3, by Remez' exchange in 60 digits: relative error 2e-18.
HWY_INLINE V twice_atanh(V s) {
  static constexpr std::array<double, 10> kRest = {
      0.6666666666666642,  0.40000000000124475, 0.285714285513324,   0.22222223781252462, 0.18181749852865908,
      0.15386445310491048, 0.13302356218210035, 0.12095940049393628, 0.08381545805698719, 0.1694630857882805};
  const V square = hn::Mul(s, s), rest = polynomial(kRest, square, hn::Mul(square, square));
  return hn::MulAdd(hn::Mul(s, square), rest, hn::Add(s, s));
}

struct ExtremeExact {
  static HWY_INLINE Value at(V z) {
    const V w = exponential(z);
    return {hn::Sub(z, w), hn::Sub(number(1.0), w), hn::Neg(w)};
  }
};

struct ExtremeRight {
  static HWY_INLINE Value at(V z) {
    const V w = hn::Neg(exponential(z));
    return {w, w, w};
  }
};

/// With r = w/(e^w - 1): log F = log(1 - e^-w), r and r (1 - w - r). For small w by series: r = 1 - w/2 + e(w) with the
/// Bernoulli numbers' even e, which makes the last factor -w/2 - e, and log F = z - w/2 + log(sinh(w/2)/(w/2)).
struct ExtremeLeft {
  /// w^2 a (1 - c0 w^2 (1 - c1 w^2 (...)))
  template <std::size_t N>
  static HWY_INLINE V chain(V w2, double a, const std::array<double, N>& c) {
    V s = number(1.0);
    for (std::size_t i = N; i-- > 0;) s = hn::NegMulAdd(hn::Mul(w2, number(c[i])), s, number(1.0));
    return hn::Mul(hn::Mul(w2, number(a)), s);
  }
  static HWY_INLINE Value at(V z) {
    // Ratios of neighbours of B_2k/(2k)!; the first left out is below 1e-18 of the first at w = 0.7.
    static constexpr std::array<double, 9> kBernoulli = {1.0 / 60,
                                                         1.0 / 42,
                                                         1.0 / 40,
                                                         5.0 / 198,
                                                         691.0 / 27300,
                                                         35.0 / 1382,
                                                         3617.0 / 142800,
                                                         0.025330005504037487507,
                                                         0.025330223381833931906};
    const D d;
    const V one = number(1.0), w = hn::Min(exponential(z), number(750.0));
    const V e = hn::Exp(d, hn::Neg(w)), w2 = hn::Mul(w, w), half = hn::Mul(number(-0.5), w);
    const V near_f = hn::Add(z, hn::Add(half, chain(w2, 1.0 / 24, std::array{1.0 / 120, 1.0 / 63, 3.0 / 160})));
    const V f = hn::IfThenElse(hn::Lt(w, number(0.1)), near_f, hn::Log1p(d, hn::Neg(e)));
    const V even = chain(w2, 1.0 / 12, kBernoulli);
    const auto series = hn::Lt(w, number(0.7));
    const V r = hn::IfThenElse(series, hn::Add(one, hn::Add(half, even)), hn::Div(hn::Mul(w, e), hn::Sub(one, e)));
    const V factor = hn::IfThenElse(series, hn::Sub(half, even), hn::Sub(hn::Sub(one, w), r));
    return {f, r, hn::Mul(r, factor)};
  }
};

constexpr double kInverseSqrt2Pi = 0.398942280401432677940;

struct NormalExact {
  static HWY_INLINE Value at(V z) {
    return {hn::MulSub(hn::Mul(number(-0.5), z), z, number(kHalfLog2Pi)), hn::Neg(z), number(-1.0)};
  }
};

/// With e = P/Q of gaussian_tail.hpp at |z| and m = |z| + e = R/Q, the tail beyond |z| is phi Q/R. One quotient q
/// serves both derivatives: above 0 it is e, the hazard q + |z|; below 0 the hazard phi R/(R - phi Q), and q + |z| its
/// gap to z. Another serves the logarithm, that of m above 0 and of 1 - phi Q/R below.
///
/// The chain of operations is long, so several registers go through it abreast.
struct NormalRight {
  template <std::size_t N>
  static HWY_INLINE void at(const V (&z)[N], Value (&t)[N]) {
    const D d;
    const hn::RebindToUnsigned<D> du;
    const V one = number(1.0), half = number(-0.5);
    V a[N], top[N], bottom[N], both[N], square[N], phi[N], tail[N], rest[N], q[N], other[N], s[N];
    for (std::size_t k = 0; k < N; ++k) {
      a[k] = hn::Abs(z[k]);
      square[k] = hn::Mul(z[k], z[k]);
    }
    tail_parts(a, top, bottom);
    for (std::size_t k = 0; k < N; ++k) {
      // With what the squaring lost.
      const V lost = hn::MulSub(z[k], z[k], square[k]);
      const ExponentialTo709 e(hn::Mul(half, square[k]), hn::Mul(half, lost));
      phi[k] = hn::Mul(e.value(), number(kInverseSqrt2Pi));
    }
    for (std::size_t k = 0; k < N; ++k) {
      both[k] = hn::MulAdd(hn::Min(a[k], number(kMillsExcessEnd)), bottom[k], top[k]);
      tail[k] = hn::Mul(phi[k], bottom[k]);
      rest[k] = hn::Sub(both[k], tail[k]);
      const auto below = hn::Lt(z[k], hn::Zero(d));
      // P a < Q up to the cap, beyond which e = 1/a.
      q[k] = hn::Div(hn::IfThenElse(below, hn::Mul(phi[k], both[k]), top[k]),
                     hn::IfThenElse(below, rest[k], hn::Max(bottom[k], hn::Mul(top[k], a[k]))));
      other[k] = hn::Add(q[k], a[k]);
    }
    V power[N];
    for (std::size_t k = 0; k < N; ++k) {
      // m = 2^power times something within sqrt(2) of 1.
      const auto bits = hn::BitCast(du, other[k]), base = hn::Set(du, 0x3FE6A09E667F3BCD);
      const auto exponent = hn::ShiftRight<52>(hn::Sub(bits, base));
      const V reduced = hn::BitCast(d, hn::Sub(bits, hn::ShiftLeft<52>(exponent)));
      power[k] = hn::Sub(hn::BitCast(d, hn::Or(exponent, hn::Set(du, 0x4330000000000000))), number(0x1p52));
      const auto below = hn::Lt(z[k], hn::Zero(d));
      s[k] = hn::Div(hn::IfThenElse(below, hn::Neg(tail[k]), hn::Sub(reduced, one)),
                     hn::IfThenElse(below, hn::Add(both[k], rest[k]), hn::Add(reduced, one)));
    }
    for (std::size_t k = 0; k < N; ++k) {
      const V log = twice_atanh(s[k]);
      const V above =
          hn::NegMulAdd(power[k], number(kLn2), hn::Sub(hn::MulSub(half, square[k], number(kHalfLog2Pi)), log));
      const auto below = hn::Lt(z[k], hn::Zero(d));
      t[k] = {hn::IfThenElse(below, log, above), hn::Neg(hn::IfThenElse(below, q[k], other[k])),
              hn::Neg(hn::Mul(q[k], other[k]))};
    }
  }

 private:
  /// P and Q.
  template <std::size_t N>
  static HWY_INLINE void tail_parts(const V (&a)[N], V (&top)[N], V (&bottom)[N]) {
    constexpr std::size_t kDegree = kMillsExcessTop.size() - 1;
    static_assert(kMillsExcessBottom.size() == kDegree + 2);
    V x[N];
    for (std::size_t k = 0; k < N; ++k) {
      x[k] = hn::Min(a[k], number(kMillsExcessEnd));
      top[k] = number(kMillsExcessTop[kDegree]);
      bottom[k] = hn::MulAdd(number(kMillsExcessBottom[kDegree + 1]), x[k], number(kMillsExcessBottom[kDegree]));
    }
    for (std::size_t i = kDegree; i-- > 0;) {
      for (std::size_t k = 0; k < N; ++k) {
        top[k] = hn::MulAdd(top[k], x[k], number(kMillsExcessTop[i]));
        bottom[k] = hn::MulAdd(bottom[k], x[k], number(kMillsExcessBottom[i]));
      }
    }
  }
};

/// The parts of Logistic::parts.
struct LogisticParts {
  V survival, distribution, log_survival, log_distribution;

  explicit HWY_INLINE LogisticParts(V z) {
    const D d;
    const V one = number(1.0), e = ExponentialTo709(hn::Neg(hn::Abs(z))).value();
    const V l = twice_atanh(hn::Div(e, hn::Add(number(2.0), e)));  // log(1 + e)
    const V big = hn::Div(one, hn::Add(one, e)), small = hn::Mul(e, big);
    const auto below = hn::Lt(z, hn::Zero(d));
    survival = hn::IfThenElse(below, big, small);
    distribution = hn::IfThenElse(below, small, big);
    log_survival = hn::Sub(hn::Neg(hn::Max(z, hn::Zero(d))), l);
    log_distribution = hn::Sub(hn::Min(z, hn::Zero(d)), l);
  }
};

struct LogisticExact {
  static HWY_INLINE Value at(V z) {
    const LogisticParts p(z);
    return {hn::Add(p.log_survival, p.log_distribution), hn::Sub(p.survival, p.distribution),
            hn::Mul(number(-2.0), hn::Mul(p.survival, p.distribution))};
  }
};

struct LogisticRight {
  static HWY_INLINE Value at(V z) {
    const LogisticParts p(z);
    return {p.log_survival, hn::Neg(p.distribution), hn::Neg(hn::Mul(p.survival, p.distribution))};
  }
};

/// A row of two ends: what RowSums sums.
struct IntervalValue {
  V f, d1, z_d1, d2, z_d2, zz_d2;
};

/// log(e^-w_a - e^-w_b) = -w_a + log F(x) of the same law, e^x = w_b - w_a = e^(z_a) (e^h - 1): with E = h dx/dh =
/// h/(1 - e^-h) the derivatives by z_a and h are those of log F, and no term of one sign meets one of the other.
struct ExtremeInterval {
  static HWY_INLINE IntervalValue at(V a, V /*b*/, V h) {
    const D d;
    const V capped = hn::Min(h, number(700.0)), grown = hn::Expm1(d, capped);
    const V x = hn::Add(a, hn::IfThenElse(hn::Gt(h, number(700.0)), h, hn::Log(d, grown)));
    const Value left = ExtremeLeft::at(x);
    const V w = exponential(a), rest = hn::Div(capped, grown), spread = hn::Add(h, rest);
    const V q = hn::Mul(left.d2, spread);  // h by z_a and h
    const V d1 = hn::Sub(left.d1, w), d2 = hn::Sub(left.d2, w), h_d1 = hn::Mul(left.d1, spread);
    const V hh_d2 = hn::MulSub(q, spread, hn::Mul(h_d1, rest));
    return scaled(hn::Sub(left.f, w), a, d1, h_d1, d2, q, hh_d2);
  }
  /// From derivatives along the place of an interval and (times h) along its width.
  static HWY_INLINE IntervalValue scaled(V f, V place, V d1, V h_d1, V d2, V h_d2, V hh_d2) {
    const V slope = hn::MulAdd(place, d2, h_d2);
    return {f, d1, hn::MulAdd(place, d1, h_d1), d2, slope, hn::MulAdd(place, hn::Add(slope, h_d2), hh_d2)};
  }
};

/// F(z_b) - F(z_a) = F(z_b) S(z_a) (1 - e^-h).
struct LogisticInterval {
  static HWY_INLINE IntervalValue at(V a, V b, V h) {
    const D d;
    const LogisticParts p(a), q(b);
    const V lost = hn::Exp(d, hn::Neg(h)), grown = hn::Neg(hn::Expm1(d, hn::Neg(h)));
    const V width = hn::IfThenElse(hn::Lt(h, number(kLn2)), hn::Log(d, grown), hn::Log1p(d, hn::Neg(lost)));
    const V k = hn::Mul(hn::Min(h, number(750.0)), hn::Div(lost, grown));  // h d/dh log(1 - e^-h)
    const V low = hn::Neg(hn::Mul(p.survival, p.distribution)), high = hn::Neg(hn::Mul(q.survival, q.distribution));
    const V za = hn::Mul(a, low), zb = hn::Mul(b, high);
    return {hn::Add(hn::Add(p.log_survival, q.log_distribution), width),
            hn::Sub(q.survival, p.distribution),
            hn::Add(hn::NegMulAdd(a, p.distribution, hn::Mul(b, q.survival)), k),
            hn::Add(low, high),
            hn::Add(za, zb),
            hn::NegMulAdd(k, hn::Add(k, hn::Min(h, number(750.0))), hn::MulAdd(a, za, hn::Mul(b, zb)))};
  }
};

/// Mirrored where its middle is below 0. Three forms, each where the others lose digits: above 0 the ratio of the two
/// tails; about 0 one minus both tails; narrow ones (density within a factor of twelve or so, h < 1/2) by
/// Gauss-Legendre about the middle.
struct NormalInterval {
  struct Mills {
    V excess, inverse;
    explicit HWY_INLINE Mills(V z) {
      const V capped = hn::Min(z, number(kMillsExcessEnd));
      const V rational = hn::Div(polynomial(kMillsExcessTop, capped), polynomial(kMillsExcessBottom, capped));
      excess = hn::IfThenElse(hn::Gt(z, number(kMillsExcessEnd)), hn::Div(number(1.0), z), rational);
      inverse = hn::Add(z, excess);
    }
  };

  static HWY_INLINE IntervalValue wide(V a, V b, V h) {
    const D d;
    const V one = number(1.0), half = number(-0.5);
    const auto about = hn::Lt(a, hn::Zero(d));
    const Mills p(hn::Abs(a)), q(hn::Max(b, hn::Zero(d)));
    // phi(b)/phi(a) above 0; phi(a), which is not small where needed, about 0.
    const V middle = hn::Mul(h, hn::Mul(half, hn::Add(a, b))), square = hn::Mul(half, hn::Mul(a, a));
    const V e = hn::Exp(d, hn::IfThenElse(about, hn::Sub(square, number(kHalfLog2Pi)), middle));
    const V ratio = hn::Div(hn::Mul(e, p.inverse), q.inverse);  // S(b)/S(a)
    const V gone = hn::Sub(one, ratio), k = hn::Div(ratio, gone), kk = hn::Mul(k, hn::Add(one, k));
    const V rise = hn::Sub(q.inverse, p.inverse), pe = hn::Mul(p.inverse, p.excess), qe = hn::Mul(q.inverse, q.excess);
    const V f = hn::Add(hn::Sub(square, number(kHalfLog2Pi)), hn::Log(d, hn::Div(gone, p.inverse)));
    const V d1 = hn::MulSub(k, rise, p.inverse);
    const V d2 = hn::NegMulAdd(kk, hn::Mul(rise, rise), hn::MulSub(k, hn::Sub(qe, pe), pe));
    const V hq = hn::Mul(h, q.inverse);
    const V h_d1 = hn::Mul(k, hq);
    const V h_d2 = hn::MulSub(hn::Mul(h, k), qe, hn::Mul(kk, hn::Mul(rise, hq)));
    const V hh_d2 = hn::MulSub(hn::Mul(hn::Mul(h, h), k), qe, hn::Mul(kk, hn::Mul(hq, hq)));
    const IntervalValue above = ExtremeInterval::scaled(f, a, d1, h_d1, d2, h_d2, hh_d2);
    if (hn::AllFalse(d, about)) return above;
    const V phi_b = hn::Exp(d, hn::Sub(hn::Mul(half, hn::Mul(b, b)), number(kHalfLog2Pi)));
    const V tails = hn::Add(hn::Div(e, p.inverse), hn::Div(phi_b, q.inverse)), inside = hn::Sub(one, tails);
    const V low = hn::Div(e, inside), high = hn::Div(phi_b, inside);  // phi over the probability
    const V al = hn::Mul(a, low), bh = hn::Mul(b, high), slope = hn::Sub(high, low), z_d1 = hn::Sub(bh, al);
    const V b2 = hn::Sub(al, bh), b3 = hn::MulSub(a, al, hn::Mul(b, bh));
    const V b4 = hn::MulSub(hn::Mul(a, a), al, hn::Mul(hn::Mul(b, b), bh));
    return {hn::IfThenElse(about, hn::Log1p(d, hn::Neg(tails)), above.f),
            hn::IfThenElse(about, slope, above.d1),
            hn::IfThenElse(about, z_d1, above.z_d1),
            hn::IfThenElse(about, hn::NegMulAdd(slope, slope, b2), above.d2),
            hn::IfThenElse(about, hn::NegMulAdd(slope, z_d1, b3), above.z_d2),
            hn::IfThenElse(about, hn::NegMulAdd(z_d1, z_d1, b4), above.zz_d2)};
  }

  /// P = h phi(c) I, I the mean over s in [-1, 1] of exp(-eta s^2) cosh(kappa s), kappa = c h/2, eta = h^2/8.
  static HWY_INLINE IntervalValue narrow(V c, V h) {
    // Ten points (Abramowitz & Stegun, table 25.4).
    static constexpr double kNodes[5] = {0.14887433898163122, 0.43339539412924719, 0.67940956829902441,
                                         0.86506336668898451, 0.97390652851717172};
    static constexpr double kWeights[5] = {0.29552422471475287, 0.26926671930999636, 0.21908636251598204,
                                           0.14945134915058059, 0.06667134430868814};
    static constexpr std::array<double, 9> kInverseFactorials = {1.0,       1.0,       1.0 / 2,    1.0 / 6,    1.0 / 24,
                                                                 1.0 / 120, 1.0 / 720, 1.0 / 5040, 1.0 / 40320};
    const D d;
    const V half = hn::Mul(number(0.5), h), kappa = hn::Mul(c, half), two_eta = hn::Mul(half, half);
    const V eta = hn::Mul(number(0.5), two_eta);
    V m0 = hn::Zero(d), m1 = m0, m2 = m0, m3 = m0, m4 = m0;  // means of s^k times cosh or sinh
    for (std::size_t i = 0; i < 5; ++i) {
      const V s = number(kNodes[i]);
      const V e = hn::Exp(d, hn::Mul(kappa, s)), back = hn::Div(number(1.0), e);
      const V weight = hn::Mul(number(0.5 * kWeights[i]),
                               polynomial(kInverseFactorials, hn::Mul(eta, number(-kNodes[i] * kNodes[i]))));
      const V even = hn::Mul(weight, hn::Add(e, back)), odd = hn::Mul(hn::Mul(weight, s), hn::Sub(e, back));
      const V s2 = hn::Mul(s, s), second = hn::Mul(s2, even);
      m0 = hn::Add(m0, even);
      m1 = hn::Add(m1, odd);
      m2 = hn::Add(m2, second);
      m3 = hn::MulAdd(s2, odd, m3);
      m4 = hn::MulAdd(s2, second, m4);
    }
    // Derivatives of J = log I: by kappa +m1 and +m2, by eta -m2, mixed -m3, twice eta +m4.
    const V r = hn::Div(number(1.0), m0), j1 = hn::Mul(m1, r), i2 = hn::Mul(m2, r);
    const V j11 = hn::NegMulAdd(j1, j1, i2);
    const V j12 = hn::MulSub(j1, i2, hn::Mul(m3, r)), j22 = hn::NegMulAdd(i2, i2, hn::Mul(m4, r));
    const V kj = hn::Mul(kappa, j1), kk = hn::Mul(kappa, j11), ek = hn::Mul(two_eta, j12), ej = hn::Mul(two_eta, i2);
    const V f = hn::Add(hn::NegMulAdd(hn::Mul(number(0.5), c), c, number(-kHalfLog2Pi)), hn::Log(d, hn::Mul(h, m0)));
    const V d1 = hn::MulSub(half, j1, c), h_d1 = hn::Add(number(1.0), hn::Sub(kj, ej));
    const V d2 = hn::Mul(two_eta, j11);
    const V h_d2 = hn::Mul(half, hn::Add(j1, hn::Add(kk, ek)));
    // kappa^2 J11 + 4 kappa eta J12 + 2 eta J2 + 4 eta^2 J22 - 1
    const V hh = hn::MulAdd(kappa, hn::Add(kk, hn::Add(ek, ek)), hn::MulSub(hn::Mul(two_eta, two_eta), j22, ej));
    return ExtremeInterval::scaled(f, c, d1, h_d1, hn::Sub(d2, number(1.0)), h_d2, hn::Sub(hh, number(1.0)));
  }

  static HWY_INLINE IntervalValue at(V z, V y, V h) {
    const D d;
    const auto turned = hn::Lt(hn::Add(z, y), hn::Zero(d));
    const V a = hn::IfThenElse(turned, hn::Neg(y), z), b = hn::IfThenElse(turned, hn::Neg(z), y);
    const V c = hn::MulAdd(number(0.5), h, a);
    const auto thin = hn::And(hn::Lt(h, number(0.5)), hn::Lt(hn::Mul(c, h), number(2.5)));
    IntervalValue t;
    if (hn::AllTrue(d, thin)) {
      t = narrow(c, h);
    } else {
      t = wide(a, b, h);
      if (!hn::AllFalse(d, thin)) {
        // Where it does not hold its exponentials may overflow; those lanes are not taken.
        const IntervalValue n = narrow(c, h);
        t = {hn::IfThenElse(thin, n.f, t.f),       hn::IfThenElse(thin, n.d1, t.d1),
             hn::IfThenElse(thin, n.z_d1, t.z_d1), hn::IfThenElse(thin, n.d2, t.d2),
             hn::IfThenElse(thin, n.z_d2, t.z_d2), hn::IfThenElse(thin, n.zz_d2, t.zz_d2)};
      }
    }
    t.d1 = hn::IfThenElse(turned, hn::Neg(t.d1), t.d1);
    t.z_d2 = hn::IfThenElse(turned, hn::Neg(t.z_d2), t.z_d2);
    return t;
  }
};

struct Sums {
  V count[kParts], f[kParts], d1[kParts], z_d1[kParts], d2[kParts], z_d2[kParts], zz_d2[kParts];
};

/// Several registers through a kernel: abreast if it says how.
template <class Kernel, std::size_t N>
HWY_INLINE void values(const V (&z)[N], Value (&t)[N]) {
  if constexpr (requires { Kernel::at(z, t); }) {
    Kernel::at(z, t);
  } else {
    for (std::size_t k = 0; k < N; ++k) t[k] = Kernel::at(z[k]);
  }
}

/// Registers that go through a kernel together; rows are added eight by eight all the same.
constexpr std::size_t kAbreast = 4;

/// @param c null: all one
template <class Kernel, std::size_t N>
HWY_INLINE void add_registers(const double* u, const double* c, V mu, V inverse, std::size_t first, Sums& s) {
  const D d;
  V z[N];
  Value t[N];
  for (std::size_t k = 0; k < N; ++k) z[k] = hn::Mul(hn::Sub(hn::LoadU(d, u + k * kLanes), mu), inverse);
  values<Kernel>(z, t);
  for (std::size_t k = 0; k < N; ++k) {
    const std::size_t p = (first + k) % kParts;
    V a = t[k].d1, b = t[k].d2;
    if (c == nullptr) {
      s.f[p] = hn::Add(s.f[p], t[k].f);
    } else {
      const V count = hn::LoadU(d, c + k * kLanes);
      s.count[p] = hn::Add(s.count[p], count);
      s.f[p] = hn::MulAdd(count, t[k].f, s.f[p]);
      a = hn::Mul(count, a);
      b = hn::Mul(count, b);
    }
    const V zb = hn::Mul(z[k], b);
    s.d1[p] = hn::Add(s.d1[p], a);
    s.z_d1[p] = hn::MulAdd(z[k], a, s.z_d1[p]);
    s.d2[p] = hn::Add(s.d2[p], b);
    s.z_d2[p] = hn::MulAdd(z[k], b, s.z_d2[p]);
    s.zz_d2[p] = hn::MulAdd(z[k], zb, s.zz_d2[p]);
  }
}

template <class Kernel, std::size_t Rows>
HWY_INLINE void add_rows(const double* u, const double* c, V mu, V inverse, Sums& s) {
  constexpr std::size_t kRegisters = Rows / kLanes, kTogether = kRegisters < kAbreast ? kRegisters : kAbreast;
  for (std::size_t k = 0; k < kRegisters; k += kTogether) {
    add_registers<Kernel, kTogether>(u + k * kLanes, c == nullptr ? nullptr : c + k * kLanes, mu, inverse, k, s);
  }
}

/// From `row` on `Step` rows at a time while there are so many, then half as many, down to eight.
/// @returns the first row left over
template <class Kernel, std::size_t Step>
HWY_INLINE std::size_t add_from(
    std::size_t row, const double* u, const double* c, std::size_t n, V mu, V inverse, Sums& s) {
  for (; row + Step <= n; row += Step) {
    add_rows<Kernel, Step>(u + row, c == nullptr ? nullptr : c + row, mu, inverse, s);
  }
  if constexpr (Step > kRows) row = add_from<Kernel, Step / 2>(row, u, c, n, mu, inverse, s);
  return row;
}

constexpr std::size_t kStep = kRows > kAbreast* kLanes ? kRows : kAbreast* kLanes;

HWY_INLINE double total(const V (&parts)[kParts]) {
  HWY_ALIGN double lanes[kRows];
  for (std::size_t p = 0; p < kParts; ++p) hn::Store(parts[p], D(), lanes + p * kLanes);
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

HWY_INLINE void clear(Sums& s) {
  for (V(*const parts)[kParts] : {&s.count, &s.f, &s.d1, &s.z_d1, &s.d2, &s.z_d2, &s.zz_d2}) {
    for (V& part : *parts) part = hn::Zero(D());
  }
}

HWY_INLINE RowSums totals(const Sums& s) {
  return {total(s.count), total(s.f), total(s.d1), total(s.z_d1), total(s.d2), total(s.z_d2), total(s.zz_d2)};
}

constexpr double kOnes[kRows] = {1, 1, 1, 1, 1, 1, 1, 1};

template <class Kernel>
RowSums sums_of(const double* HWY_RESTRICT u, const double* HWY_RESTRICT c, std::size_t n, double mu, double inverse) {
  const V m = number(mu), i = number(inverse);
  Sums s;
  clear(s);
  const std::size_t row =
      c == nullptr ? add_from<Kernel, kStep>(0, u, nullptr, n, m, i, s) : add_from<Kernel, kStep>(0, u, c, n, m, i, s);
  if (row < n) {
    // The rest filled up with rows of no count at z = 0, which add nothing.
    double rest_u[kRows], rest_c[kRows];
    for (std::size_t k = 0; k < kRows; ++k) {
      rest_u[k] = row + k < n ? u[row + k] : mu;
      rest_c[k] = row + k < n ? (c == nullptr ? 1.0 : c[row + k]) : 0.0;
    }
    add_rows<Kernel, kRows>(rest_u, rest_c, m, i, s);
  }
  RowSums sums = totals(s);
  if (c == nullptr) sums.count = static_cast<double>(n);
  return sums;
}

template <class Kernel>
HWY_INLINE void add_eight_intervals(
    const double* a, const double* b, const double* w, const double* c, V mu, V inverse, V scale, Sums& s) {
  const D d;
  for (std::size_t p = 0; p < kParts; ++p) {
    const std::size_t k = p * kLanes;
    const V count = hn::LoadU(d, c + k), h = hn::Mul(hn::LoadU(d, w + k), scale);
    const IntervalValue t = Kernel::at(hn::Mul(hn::Sub(hn::LoadU(d, a + k), mu), inverse),
                                       hn::Mul(hn::Sub(hn::LoadU(d, b + k), mu), inverse), h);
    s.count[p] = hn::Add(s.count[p], count);
    s.f[p] = hn::MulAdd(count, t.f, s.f[p]);
    s.d1[p] = hn::MulAdd(count, t.d1, s.d1[p]);
    s.z_d1[p] = hn::MulAdd(count, t.z_d1, s.z_d1[p]);
    s.d2[p] = hn::MulAdd(count, t.d2, s.d2[p]);
    s.z_d2[p] = hn::MulAdd(count, t.z_d2, s.z_d2[p]);
    s.zz_d2[p] = hn::MulAdd(count, t.zz_d2, s.zz_d2[p]);
  }
}

template <class Kernel>
RowSums interval_sums_of(const double* HWY_RESTRICT a,
                         const double* HWY_RESTRICT b,
                         const double* HWY_RESTRICT w,
                         const double* HWY_RESTRICT c,
                         std::size_t n,
                         double mu,
                         double inverse,
                         double scale) {
  const V m = number(mu), i = number(inverse), x = number(scale);
  Sums s;
  clear(s);
  std::size_t row = 0;
  for (; row + kRows <= n; row += kRows) {
    add_eight_intervals<Kernel>(a + row, b + row, w + row, c == nullptr ? kOnes : c + row, m, i, x, s);
  }
  if (row < n) {
    // The rest filled up with rows of no count from z = 0 to 1, which are finite whatever the others are.
    double rest[4][kRows];
    for (std::size_t k = 0; k < kRows; ++k) {
      const bool here = row + k < n;
      rest[0][k] = here ? a[row + k] : mu;
      rest[1][k] = here ? b[row + k] : mu + 1.0 / inverse;
      rest[2][k] = here ? w[row + k] : 1.0 / scale;
      rest[3][k] = !here ? 0.0 : c == nullptr ? 1.0 : c[row + k];
    }
    add_eight_intervals<Kernel>(rest[0], rest[1], rest[2], rest[3], m, i, x, s);
  }
  return totals(s);
}

constexpr SumFunctions kSums = {sums_of<ExtremeExact>,
                                sums_of<ExtremeRight>,
                                sums_of<ExtremeLeft>,
                                sums_of<NormalExact>,
                                sums_of<NormalRight>,
                                sums_of<LogisticExact>,
                                sums_of<LogisticRight>,
                                interval_sums_of<ExtremeInterval>,
                                interval_sums_of<NormalInterval>,
                                interval_sums_of<LogisticInterval>};

}  // namespace HWY_NAMESPACE
}  // namespace relia
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace relia {

// Highway's own dispatch lives in a library whose loading takes longer than a small fit, so the choice is made here.
namespace {

struct Compiled {
  InstructionSet name;
  bool here;
  const SumFunctions* sums;
};

// The best last.
const std::vector<Compiled>& compiled() {
  static const std::vector<Compiled> kTable = {
    {InstructionSet::baseline, true, &HWY_STATIC_DISPATCH(kSums)},
#if HWY_TARGETS & HWY_SSE4
    {InstructionSet::sse4, __builtin_cpu_supports("sse4.2") != 0, &N_SSE4::kSums},
#endif
#if HWY_TARGETS & HWY_AVX2
    {InstructionSet::avx2,
     __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 && __builtin_cpu_supports("bmi2") != 0,
     &N_AVX2::kSums},
#endif
#if HWY_TARGETS & HWY_AVX3
    {InstructionSet::avx512,
     __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512vl") != 0 &&
         __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
         __builtin_cpu_supports("avx512cd") != 0,
     &N_AVX3::kSums},
#endif
  };
  return kTable;
}

const SumFunctions* best() {
  const SumFunctions* found = nullptr;
  for (const Compiled& c : compiled()) found = c.here ? c.sums : found;
  return found;
}

std::atomic<const SumFunctions*>& chosen() {
  static std::atomic<const SumFunctions*> functions = best();
  return functions;
}

}  // namespace

std::vector<InstructionSet> instruction_sets() {
  std::vector<InstructionSet> out;
  for (const Compiled& c : compiled()) {
    if (c.here) out.push_back(c.name);
  }
  return out;
}

void use_instruction_set(InstructionSet set) {
  for (const Compiled& c : compiled()) {
    if (c.here && c.name == set) chosen() = c.sums;
  }
}

RowSums row_sums(StandardLaw law,
                 RowKind kind,
                 std::span<const double> u,
                 std::span<const double> count,
                 double mu,
                 double inverse_sigma,
                 bool mirror) noexcept {
  const bool symmetric = law != StandardLaw::smallest_extreme;
  // F(z) is S(-z) of the law of -Z, which for a symmetric law is the law itself.
  const bool turn = kind == RowKind::left && symmetric;
  const bool reflect = mirror != turn;
  const bool left = !symmetric && (kind == RowKind::left) != mirror;
  const double* const c = count.empty() ? nullptr : count.data();
  const double inverse = reflect ? -inverse_sigma : inverse_sigma;
  const SumFunctions& sums = *chosen().load(std::memory_order_relaxed);
  RowSums s;
  if (law == StandardLaw::normal) {
    s = kind == RowKind::exact ? sums.normal_exact(u.data(), c, u.size(), mu, inverse)
                               : sums.normal_right(u.data(), c, u.size(), mu, inverse);
  } else if (law == StandardLaw::logistic) {
    s = kind == RowKind::exact ? sums.logistic_exact(u.data(), c, u.size(), mu, inverse)
                               : sums.logistic_right(u.data(), c, u.size(), mu, inverse);
  } else if (kind == RowKind::exact) {
    s = sums.extreme_exact(u.data(), c, u.size(), mu, inverse);
  } else if (left) {
    s = sums.extreme_left(u.data(), c, u.size(), mu, inverse);
  } else {
    s = sums.extreme_right(u.data(), c, u.size(), mu, inverse);
  }
  if (reflect) {
    s.d1 = -s.d1;
    s.z_d2 = -s.z_d2;
  }
  return s;
}

RowSums interval_sums(StandardLaw law,
                      std::span<const double> a,
                      std::span<const double> b,
                      std::span<const double> width,
                      std::span<const double> count,
                      double mu,
                      double inverse_sigma,
                      bool mirror) noexcept {
  const double* const c = count.empty() ? nullptr : count.data();
  const SumFunctions& sums = *chosen().load(std::memory_order_relaxed);
  const IntervalFunction function = law == StandardLaw::normal     ? sums.normal_interval
                                    : law == StandardLaw::logistic ? sums.logistic_interval
                                                                   : sums.extreme_interval;
  // The mirrored law sees the ends in the other order.
  if (!mirror) return function(a.data(), b.data(), width.data(), c, a.size(), mu, inverse_sigma, inverse_sigma);
  RowSums s = function(b.data(), a.data(), width.data(), c, a.size(), mu, -inverse_sigma, inverse_sigma);
  s.d1 = -s.d1;
  s.z_d2 = -s.z_d2;
  return s;
}

}  // namespace relia
#endif  // HWY_ONCE
