// Owning handles for HDF5 identifiers; failures become exceptions. Used in the store's child process only.

#pragma once

#include <stdexcept>
#include <string>
#include <utility>

#include <hdf5.h>

namespace relia::io {

/// The library has refused: in a file that is read this means damage.
class Hdf5Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Loads the library, so that a process that may open no file can call it; throws MachineError when it is not there.
void load_hdf5();

/// The innermost reason the library gives, or nothing. Clears its error stack.
[[nodiscard]] std::string hdf5_reason();

/// Throws Hdf5Error("what: reason") when `status` is negative; hands it on otherwise.
template <class T>
T checked(T status, const char* what) {
  if (status < 0) {
    const std::string reason = hdf5_reason();
    throw Hdf5Error(reason.empty() ? what : std::string(what) + ": " + reason);
  }
  return status;
}

/// An identifier of any kind that closes itself.
class Handle {
 public:
  Handle() = default;
  /// Takes over `id`; throws when it is none.
  Handle(hid_t id, const char* what) : id_(checked(id, what)) {}
  Handle(Handle&& other) noexcept : id_(std::exchange(other.id_, -1)) {}
  Handle& operator=(Handle&& other) noexcept {
    std::swap(id_, other.id_);
    return *this;
  }
  ~Handle() {
    if (id_ > 0) H5Idec_ref(id_);
  }
  operator hid_t() const noexcept { return id_; }
  [[nodiscard]] hid_t release() noexcept { return std::exchange(id_, -1); }

 private:
  hid_t id_ = -1;
};

}  // namespace relia::io
