#include "io/hdf5_driver.hpp"

#include <algorithm>
#include <iterator>
#include <new>

namespace relia::io {

namespace {

struct DriverInfo {
  StoreImage* image;
};

struct DriverFile {
  H5FD_t pub;  // first, as the library demands
  StoreImage* image;
};

StoreImage& image_of(const H5FD_t* file) {
  return *reinterpret_cast<const DriverFile*>(file)->image;
}

H5FD_t* driver_open(const char*, unsigned, hid_t access, haddr_t) {
  const auto* info = static_cast<const DriverInfo*>(H5Pget_driver_info(access));
  if (info == nullptr) return nullptr;
  auto* file = new (std::nothrow) DriverFile{};
  if (file == nullptr) return nullptr;
  file->image = info->image;
  return &file->pub;
}

herr_t driver_close(H5FD_t* file) {
  delete reinterpret_cast<DriverFile*>(file);
  return 0;
}

int driver_compare(const H5FD_t* a, const H5FD_t* b) {
  const auto *ia = &image_of(a), *ib = &image_of(b);
  return ia < ib ? -1 : (ib < ia ? 1 : 0);
}

herr_t driver_query(const H5FD_t*, unsigned long* flags) {
  *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DEFAULT_VFD_COMPATIBLE;
  return 0;
}

haddr_t driver_get_eoa(const H5FD_t* file, H5FD_mem_t) {
  return image_of(file).eoa;
}
herr_t driver_set_eoa(H5FD_t* file, H5FD_mem_t, haddr_t address) {
  image_of(file).eoa = address;
  return 0;
}
haddr_t driver_get_eof(const H5FD_t* file, H5FD_mem_t) {
  return image_of(file).eof;
}

herr_t driver_read(H5FD_t* file, H5FD_mem_t type, hid_t, haddr_t address, size_t size, void* buffer) {
  StoreImage& image = image_of(file);
  if (address > image.eoa || size > image.eoa - address) return -1;
  if (image.record_raw && type == H5FD_MEM_DRAW) {
    image.recorded = {address, address + size};
    return 0;
  }
  return image.read({static_cast<std::byte*>(buffer), size}, address) == 0 ? 0 : -1;
}

herr_t driver_write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t address, size_t size, const void* buffer) {
  // A full disk must not send the library down its error paths: what is written from now on is dropped, and
  // StoreImage::check() ends the change.
  StoreImage& image = image_of(file);
  if (image.error == 0) (void)image.write({static_cast<const std::byte*>(buffer), size}, address);
  return 0;
}

herr_t driver_truncate(H5FD_t* file, hid_t, hbool_t) {
  StoreImage& image = image_of(file);
  image.eof = image.eoa;
  return 0;
}

hid_t driver() {
  static const hid_t id = [] {
    static H5FD_class_t cls{};
    cls.name = "relia";
    cls.maxaddr = (haddr_t{1} << 62) - 1;
    cls.fc_degree = H5F_CLOSE_STRONG;
    cls.fapl_size = sizeof(DriverInfo);
    cls.open = driver_open;
    cls.close = driver_close;
    cls.cmp = driver_compare;
    cls.query = driver_query;
    cls.get_eoa = driver_get_eoa;
    cls.set_eoa = driver_set_eoa;
    cls.get_eof = driver_get_eof;
    cls.read = driver_read;
    cls.write = driver_write;
    cls.truncate = driver_truncate;
    constexpr H5FD_mem_t kMap[H5FD_MEM_NTYPES] = H5FD_FLMAP_DICHOTOMY;
    std::copy(std::begin(kMap), std::end(kMap), std::begin(cls.fl_map));
    return checked(H5FDregister(&cls), "the file driver cannot be registered");
  }();
  return id;
}

herr_t innermost(unsigned, const H5E_error2_t* entry, void* out) {
  if (entry->desc != nullptr) *static_cast<std::string*>(out) = entry->desc;
  return 1;  // upward walk: the first entry is the innermost
}

}  // namespace

std::string hdf5_reason() {
  std::string reason;
  (void)H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, innermost, &reason);
  (void)H5Eclear2(H5E_DEFAULT);
  return reason;
}

Handle access_through(StoreImage& image) {
  Handle access(H5Pcreate(H5P_FILE_ACCESS), "no file access properties");
  const DriverInfo info{&image};
  checked(H5Pset_driver(access, driver(), &info), "the file driver cannot be set");
  checked(H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110), "no such format version");
  checked(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "no such close degree");
  return access;
}

}  // namespace relia::io
