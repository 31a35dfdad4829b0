// HDF5 virtual file driver over a StoreImage: everything the library reads or writes goes through it, so that
// committed bytes stay untouched and raw data need not be read at all.

#pragma once

#include "io/hdf5_handle.hpp"
#include "io/store_file.hpp"

namespace relia::io {

/// File access properties for `image`, which must outlive every file opened with them: our driver, metadata
/// with checksums (H5F_LIBVER_V110).
[[nodiscard]] Handle access_through(StoreImage& image);

}  // namespace relia::io
