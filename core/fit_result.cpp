#include <relia/fit_result.hpp>

namespace relia {

const char* to_string(FitStatus status) noexcept {
  switch (status) {
    case FitStatus::converged: return "converged";
    case FitStatus::boundary: return "boundary";
    case FitStatus::unbounded: return "unbounded";
    case FitStatus::flat: return "flat";
    case FitStatus::iteration_limit: return "iteration_limit";
    case FitStatus::closed_form: return "closed_form";
    case FitStatus::bad_data: return "bad_data";
  }
  return "iteration_limit";
}

}  // namespace relia
