// Number types of the witness: double and long double for searching, 50 decimal digits for certifying.
//
// Every routine of this folder is a template on the number type and is instantiated in a few translation
// units only, because Boost.Multiprecision is slow to compile.

#pragma once

#include <cmath>
#include <cstdint>
#include <limits>

#include <boost/multiprecision/cpp_bin_float.hpp>

namespace relia::witness {

/// 50 decimal digits, exponents to 10^(3e17): nothing a life table holds can over- or underflow it, the tails of a law
/// of shape 1e9 far from its life included (of which windows want quotients).
using Real50 = boost::multiprecision::number<boost::multiprecision::cpp_bin_float<50,
                                                                                  boost::multiprecision::digit_base_10,
                                                                                  void,
                                                                                  std::int64_t,
                                                                                  -(std::int64_t{1} << 60),
                                                                                  (std::int64_t{1} << 60)>,
                                             boost::multiprecision::et_off>;

}  // namespace relia::witness
