#include <relia/fit.hpp>
