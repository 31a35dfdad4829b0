# One INTERFACE target holds the warning flags of our own code; third party headers are SYSTEM.
add_library(relia_warnings INTERFACE)
target_compile_options(relia_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wdouble-promotion
  -Wnon-virtual-dtor -Wold-style-cast $<$<BOOL:${RELIA_WERROR}>:-Werror>)
# errno of libm is never read; infinities and NaN are values, so nothing of -ffast-math besides.
target_compile_options(relia_warnings INTERFACE -fno-math-errno)
# GCC 12 sees an overlap in "text" + std::string that is not there (GCC bug 105651).
target_compile_options(relia_warnings INTERFACE $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
