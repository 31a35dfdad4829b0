#include "solvers/witness/problem.hpp"

namespace relia::witness {

template class Likelihood<double>;
template class Likelihood<long double>;

}  // namespace relia::witness
