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
struct SumFunctions {
  SumFunction extreme_exact, extreme_right, extreme_left, normal_exact, normal_right, logistic_exact, logistic_right;
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

HWY_INLINE V exponential(V x) {
  return hn::IfThenElse(hn::Gt(x, number(709.0)), number(kInfinity), hn::Exp(D(), hn::Min(x, number(709.0))));
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

struct NormalExact {
  static HWY_INLINE Value at(V z) {
    return {hn::MulSub(hn::Mul(number(-0.5), z), z, number(kHalfLog2Pi)), hn::Neg(z), number(-1.0)};
  }
};

template <std::size_t N>
HWY_INLINE V polynomial(const std::array<double, N>& c, V x) {
  V p = number(c[N - 1]);
  for (std::size_t i = N - 1; i-- > 0;) p = hn::MulAdd(p, x, number(c[i]));
  return p;
}

struct NormalRight {
  static HWY_INLINE Value at(V z) {
    const D d;
    const V one = number(1.0), a = hn::Abs(z), capped = hn::Min(a, number(kMillsExcessEnd));
    const V rational = hn::Div(polynomial(kMillsExcessTop, capped), polynomial(kMillsExcessBottom, capped));
    const V excess = hn::IfThenElse(hn::Gt(a, number(kMillsExcessEnd)), hn::Div(one, a), rational);
    const V inverse_mills = hn::Add(a, excess);  // phi/S at |z|
    // phi with what the squaring lost.
    const V square = hn::Mul(z, z), lost = hn::MulSub(z, z, square);
    const V kernel = hn::Exp(d, hn::MulAdd(number(-0.5), square, number(-kHalfLog2Pi)));
    const V phi = hn::NegMulAdd(hn::Mul(number(0.5), lost), kernel, kernel);
    const V cdf = hn::Div(phi, inverse_mills);  // the tail beyond |z|: F(z) where z < 0
    const auto below = hn::Lt(z, hn::Zero(d));
    const V log_part = hn::Log1p(d, hn::IfThenElse(below, hn::Neg(cdf), hn::Sub(inverse_mills, one)));
    const V r = hn::IfThenElse(below, hn::Div(phi, hn::Sub(one, cdf)), inverse_mills);
    const V gap = hn::IfThenElse(below, hn::Sub(r, z), excess);  // r - z
    // log S = log(1 - F) below, -z^2/2 - log sqrt(2 pi) - log(1/M) above.
    const V f = hn::IfThenElse(below, log_part,
                               hn::Sub(hn::MulSub(hn::Mul(number(-0.5), z), z, number(kHalfLog2Pi)), log_part));
    return {f, hn::Neg(r), hn::Neg(hn::Mul(r, gap))};
  }
};

/// The parts of Logistic::parts.
struct LogisticParts {
  V survival, distribution, log_survival, log_distribution;

  explicit HWY_INLINE LogisticParts(V z) {
    const D d;
    const V one = number(1.0), e = hn::Exp(d, hn::Neg(hn::Abs(z))), l = hn::Log1p(d, e);
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

struct Sums {
  V count[kParts], f[kParts], d1[kParts], z_d1[kParts], d2[kParts], z_d2[kParts], zz_d2[kParts];
};

template <class Kernel>
HWY_INLINE void add_eight(const double* u, const double* c, V mu, V inverse, Sums& s) {
  const D d;
  for (std::size_t p = 0; p < kParts; ++p) {
    const V count = hn::LoadU(d, c + p * kLanes), z = hn::Mul(hn::Sub(hn::LoadU(d, u + p * kLanes), mu), inverse);
    const Value t = Kernel::at(z);
    const V a = hn::Mul(count, t.d1), b = hn::Mul(count, t.d2), zb = hn::Mul(z, b);
    s.count[p] = hn::Add(s.count[p], count);
    s.f[p] = hn::MulAdd(count, t.f, s.f[p]);
    s.d1[p] = hn::Add(s.d1[p], a);
    s.z_d1[p] = hn::MulAdd(z, a, s.z_d1[p]);
    s.d2[p] = hn::Add(s.d2[p], b);
    s.z_d2[p] = hn::Add(s.z_d2[p], zb);
    s.zz_d2[p] = hn::MulAdd(z, zb, s.zz_d2[p]);
  }
}

HWY_INLINE double total(const V (&parts)[kParts]) {
  HWY_ALIGN double lanes[kRows];
  for (std::size_t p = 0; p < kParts; ++p) hn::Store(parts[p], D(), lanes + p * kLanes);
  return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) + ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

template <class Kernel>
RowSums sums_of(const double* HWY_RESTRICT u, const double* HWY_RESTRICT c, std::size_t n, double mu, double inverse) {
  static constexpr double kOnes[kRows] = {1, 1, 1, 1, 1, 1, 1, 1};
  const V m = number(mu), i = number(inverse);
  Sums s;
  for (V(*const parts)[kParts] : {&s.count, &s.f, &s.d1, &s.z_d1, &s.d2, &s.z_d2, &s.zz_d2}) {
    for (V& part : *parts) part = hn::Zero(D());
  }
  std::size_t row = 0;
  if (c == nullptr) {
    for (; row + kRows <= n; row += kRows) add_eight<Kernel>(u + row, kOnes, m, i, s);
  } else {
    for (; row + kRows <= n; row += kRows) add_eight<Kernel>(u + row, c + row, m, i, s);
  }
  if (row < n) {
    // The rest filled up with rows of no count at z = 0, which add nothing.
    double rest_u[kRows], rest_c[kRows];
    for (std::size_t k = 0; k < kRows; ++k) {
      rest_u[k] = row + k < n ? u[row + k] : mu;
      rest_c[k] = row + k < n ? (c == nullptr ? 1.0 : c[row + k]) : 0.0;
    }
    add_eight<Kernel>(rest_u, rest_c, m, i, s);
  }
  return {total(s.count), total(s.f), total(s.d1), total(s.z_d1), total(s.d2), total(s.z_d2), total(s.zz_d2)};
}

constexpr SumFunctions kSums = {sums_of<ExtremeExact>, sums_of<ExtremeRight>, sums_of<ExtremeLeft>,
                                sums_of<NormalExact>,  sums_of<NormalRight>,  sums_of<LogisticExact>,
                                sums_of<LogisticRight>};

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

}  // namespace relia
#endif  // HWY_ONCE
