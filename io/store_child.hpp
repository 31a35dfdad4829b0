// Work that calls HDF5 on a file runs here: in a forked child that can open no other file, has little memory and
// must show signs of life. Its answer is bytes, taken apart with bounds checked.

#pragma once

#include <cstdint>
#include <cstring>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace relia::io {

/// Numbers and strings, one behind the other.
class WireWriter {
 public:
  void number(std::uint64_t v) { bytes_.append(reinterpret_cast<const char*>(&v), sizeof v); }
  void text(std::string_view s) {
    number(s.size());
    bytes_.append(s);
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// The bytes are not what a sound child writes.
class WireError : public std::runtime_error {
 public:
  WireError() : std::runtime_error("the reading process gave a garbled answer") {}
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  std::uint64_t number() {
    std::uint64_t v = 0;
    const std::string_view s = next(sizeof v);
    std::memcpy(&v, s.data(), sizeof v);
    return v;
  }
  /// A number of things of at least `each` bytes that are still to come.
  std::uint64_t count(std::size_t each) {
    const std::uint64_t n = number();
    if (n > rest_.size() / each) throw WireError();
    return n;
  }
  std::string text() {
    const std::uint64_t n = number();
    return std::string(next(n));
  }
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

 private:
  std::string_view next(std::uint64_t n) {
    if (n > rest_.size()) throw WireError();
    const std::string_view s = rest_.substr(0, n);
    rest_.remove_prefix(n);
    return s;
  }
  std::string_view rest_;
};

/// Tells the parent that work goes on; the number reaches ChildJob::progress.
using Beat = std::function<void(std::uint64_t done)>;

struct ChildJob {
  std::string path;                               ///< of the store, for messages
  bool writes = false;                            ///< may write to descriptors it has inherited
  std::uint64_t memory = std::uint64_t{1} << 30;  ///< bytes beyond what the parent has mapped
  double silence = 60.0;                          ///< seconds without an answer or a beat after which it is killed
  std::function<std::string(const Beat& beat)> work;
  std::function<void(std::uint64_t done)> progress;  ///< in the parent; may be empty
};

/// What `work` returned. Its UsageError, BadData and MachineError come back as such; an Hdf5Error, a crash, a
/// hang or hunger for memory while reading is BadData.
[[nodiscard]] std::string run_in_child(const ChildJob& job);

}  // namespace relia::io
