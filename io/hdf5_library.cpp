// The HDF5 functions and identifiers that the store calls, each found in the library on first use.
//
// Linking libhdf5 makes every start of the program load it with all it needs (some thirty libraries, half of the time
// a small fit takes), though most runs open no store. So the program carries these names itself, hidden from other
// objects, and the first call loads the library. Each definition takes its signature from hdf5.h, so a changed
// prototype does not compile, and a function that is missing here does not link.

#include <cstddef>
#include <stdexcept>
#include <string>
#include <tuple>

#include <dlfcn.h>
#include <hdf5.h>

#include <relia/error.hpp>

#include "io/hdf5_handle.hpp"

namespace {

void* library() {
  // RTLD_LOCAL: the library must call its own functions, not these.
  static void* const handle = dlopen(RELIA_HDF5_SONAME, RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    throw relia::MachineError(std::string("HDF5 cannot be loaded, and stores need it: ") + dlerror());
  }
  return handle;
}

void* symbol(const char* name) {
  void* const found = dlsym(library(), name);
  if (found == nullptr) throw relia::MachineError(std::string("HDF5 has no ") + name);
  return found;
}

template <class F>
struct Signature;
template <class R, class... A>
struct Signature<R(A...)> {
  using Result = R;
  template <std::size_t I>
  using Argument = std::tuple_element_t<I, std::tuple<A...>>;
};
template <class F>
using Result = typename Signature<F>::Result;
template <class F, std::size_t I>
using Argument = typename Signature<F>::template Argument<I>;

template <class F>
F* find(const char* name) {
  return reinterpret_cast<F*>(symbol(name));
}

}  // namespace

namespace relia::io {

void load_hdf5() {
  (void)library();
}

}  // namespace relia::io

#define RELIA_H5_1(name)                                       \
  Result<decltype(name)> name(Argument<decltype(name), 0> a) { \
    static auto* const real = find<decltype(name)>(#name);     \
    return real(a);                                            \
  }
#define RELIA_H5_2(name)                                                                      \
  Result<decltype(name)> name(Argument<decltype(name), 0> a, Argument<decltype(name), 1> b) { \
    static auto* const real = find<decltype(name)>(#name);                                    \
    return real(a, b);                                                                        \
  }
#define RELIA_H5_3(name)                                                                    \
  Result<decltype(name)> name(Argument<decltype(name), 0> a, Argument<decltype(name), 1> b, \
                              Argument<decltype(name), 2> c) {                              \
    static auto* const real = find<decltype(name)>(#name);                                  \
    return real(a, b, c);                                                                   \
  }
#define RELIA_H5_4(name)                                                                      \
  Result<decltype(name)> name(Argument<decltype(name), 0> a, Argument<decltype(name), 1> b,   \
                              Argument<decltype(name), 2> c, Argument<decltype(name), 3> d) { \
    static auto* const real = find<decltype(name)>(#name);                                    \
    return real(a, b, c, d);                                                                  \
  }
#define RELIA_H5_5(name)                                                                    \
  Result<decltype(name)> name(Argument<decltype(name), 0> a, Argument<decltype(name), 1> b, \
                              Argument<decltype(name), 2> c, Argument<decltype(name), 3> d, \
                              Argument<decltype(name), 4> e) {                              \
    static auto* const real = find<decltype(name)>(#name);                                  \
    return real(a, b, c, d, e);                                                             \
  }
#define RELIA_H5_6(name)                                                                      \
  Result<decltype(name)> name(Argument<decltype(name), 0> a, Argument<decltype(name), 1> b,   \
                              Argument<decltype(name), 2> c, Argument<decltype(name), 3> d,   \
                              Argument<decltype(name), 4> e, Argument<decltype(name), 5> f) { \
    static auto* const real = find<decltype(name)>(#name);                                    \
    return real(a, b, c, d, e, f);                                                            \
  }
#define RELIA_H5_7(name)                                                                    \
  Result<decltype(name)> name(Argument<decltype(name), 0> a, Argument<decltype(name), 1> b, \
                              Argument<decltype(name), 2> c, Argument<decltype(name), 3> d, \
                              Argument<decltype(name), 4> e, Argument<decltype(name), 5> f, \
                              Argument<decltype(name), 6> g) {                              \
    static auto* const real = find<decltype(name)>(#name);                                  \
    return real(a, b, c, d, e, f, g);                                                       \
  }
#define RELIA_H5_8(name)                                                                      \
  Result<decltype(name)> name(Argument<decltype(name), 0> a, Argument<decltype(name), 1> b,   \
                              Argument<decltype(name), 2> c, Argument<decltype(name), 3> d,   \
                              Argument<decltype(name), 4> e, Argument<decltype(name), 5> f,   \
                              Argument<decltype(name), 6> g, Argument<decltype(name), 7> h) { \
    static auto* const real = find<decltype(name)>(#name);                                    \
    return real(a, b, c, d, e, f, g, h);                                                      \
  }

extern "C" {

RELIA_H5_1(H5Aget_space)
RELIA_H5_1(H5Aget_type)
RELIA_H5_1(H5Dget_create_plist)
RELIA_H5_1(H5Dget_space)
RELIA_H5_1(H5Dget_storage_size)
RELIA_H5_1(H5Dget_type)
RELIA_H5_1(H5Eclear2)
RELIA_H5_1(H5FDregister)
RELIA_H5_1(H5Fclose)
RELIA_H5_1(H5Idec_ref)
RELIA_H5_1(H5PLset_loading_state)
RELIA_H5_1(H5Pcreate)
RELIA_H5_1(H5Pget_driver_info)
RELIA_H5_1(H5Pget_external_count)
RELIA_H5_1(H5Pget_layout)
RELIA_H5_1(H5Pget_nfilters)
RELIA_H5_1(H5Pset_fletcher32)
RELIA_H5_1(H5Pset_shuffle)
RELIA_H5_1(H5Screate)
RELIA_H5_1(H5Sget_simple_extent_ndims)
RELIA_H5_1(H5Sget_simple_extent_type)
RELIA_H5_1(H5Sis_simple)
RELIA_H5_1(H5Tcopy)
RELIA_H5_1(H5Tget_class)
RELIA_H5_1(H5Tget_size)
RELIA_H5_1(H5Tis_variable_str)

RELIA_H5_2(H5Adelete)
RELIA_H5_2(H5Aexists)
RELIA_H5_2(H5Dset_extent)
RELIA_H5_2(H5Gget_info)
RELIA_H5_2(H5Pset_deflate)
RELIA_H5_2(H5Pset_fclose_degree)
RELIA_H5_2(H5Pset_fill_time)
RELIA_H5_2(H5Pset_obj_track_times)
RELIA_H5_2(H5Tequal)
RELIA_H5_2(H5Tset_cset)
RELIA_H5_2(H5Tset_size)
RELIA_H5_2(H5Tset_strpad)

RELIA_H5_3(H5Aopen)
RELIA_H5_3(H5Aread)
RELIA_H5_3(H5Awrite)
RELIA_H5_3(H5Dget_chunk_storage_size)
RELIA_H5_3(H5Dopen2)
RELIA_H5_3(H5Eset_auto2)
RELIA_H5_3(H5Fopen)
RELIA_H5_3(H5Gopen2)
RELIA_H5_3(H5Ldelete)
RELIA_H5_3(H5Lexists)
RELIA_H5_3(H5Oget_info2)
RELIA_H5_3(H5Pget_chunk)
RELIA_H5_3(H5Pset_chunk)
RELIA_H5_3(H5Pset_driver)
RELIA_H5_3(H5Pset_libver_bounds)
RELIA_H5_3(H5Screate_simple)
RELIA_H5_3(H5Sget_simple_extent_dims)
RELIA_H5_3(H5check_version)

RELIA_H5_4(H5Ewalk2)
RELIA_H5_4(H5Fcreate)
RELIA_H5_4(H5Fget_free_sections)
RELIA_H5_4(H5Gget_info_by_name)
RELIA_H5_4(H5Lget_info)
RELIA_H5_4(H5Pset_file_space_strategy)

RELIA_H5_5(H5Dread_chunk)
RELIA_H5_5(H5Gcreate2)
RELIA_H5_5(H5Oget_info_by_name2)

RELIA_H5_6(H5Acreate2)
RELIA_H5_6(H5Dread)
RELIA_H5_6(H5Dwrite_chunk)
RELIA_H5_6(H5Literate)
RELIA_H5_6(H5Lmove)
RELIA_H5_6(H5Ocopy)

RELIA_H5_7(H5Dcreate2)

RELIA_H5_8(H5Pget_filter2)

hid_t H5P_CLS_DATASET_CREATE_ID_g = -1;
hid_t H5P_CLS_FILE_ACCESS_ID_g = -1;
hid_t H5P_CLS_FILE_CREATE_ID_g = -1;
hid_t H5T_C_S1_g = -1;
hid_t H5T_IEEE_F64LE_g = -1;
hid_t H5T_NATIVE_INT64_g = -1;
hid_t H5T_STD_I64LE_g = -1;
hid_t H5T_STD_U32LE_g = -1;

// Every macro that reads one of the identifiers above calls H5open first.
herr_t H5open() {
  static const herr_t opened = [] {
    const herr_t status = find<decltype(H5open)>("H5open")();
    H5P_CLS_DATASET_CREATE_ID_g = *static_cast<hid_t*>(symbol("H5P_CLS_DATASET_CREATE_ID_g"));
    H5P_CLS_FILE_ACCESS_ID_g = *static_cast<hid_t*>(symbol("H5P_CLS_FILE_ACCESS_ID_g"));
    H5P_CLS_FILE_CREATE_ID_g = *static_cast<hid_t*>(symbol("H5P_CLS_FILE_CREATE_ID_g"));
    H5T_C_S1_g = *static_cast<hid_t*>(symbol("H5T_C_S1_g"));
    H5T_IEEE_F64LE_g = *static_cast<hid_t*>(symbol("H5T_IEEE_F64LE_g"));
    H5T_NATIVE_INT64_g = *static_cast<hid_t*>(symbol("H5T_NATIVE_INT64_g"));
    H5T_STD_I64LE_g = *static_cast<hid_t*>(symbol("H5T_STD_I64LE_g"));
    H5T_STD_U32LE_g = *static_cast<hid_t*>(symbol("H5T_STD_U32LE_g"));
    return status;
  }();
  return opened;
}

}  // extern "C"
