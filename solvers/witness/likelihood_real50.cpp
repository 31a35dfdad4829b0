#include "solvers/witness/problem.hpp"

namespace relia::witness {

template class Likelihood<Real50>;

}  // namespace relia::witness
