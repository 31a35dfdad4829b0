// Bytes of a column to bytes of a chunk and back: byte shuffle, deflate, Fletcher-32, in the order in which
// HDF5's own filters run, so that every HDF5 program reads what is written here. Done by ourselves because the
// library decodes under one global lock and with a slower inflate.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace relia::io {

/// Which filters a column's pipeline holds, in this order; bit k of a chunk's mask skips filter k.
struct ChunkFilters {
  bool shuffle = false;
  bool deflate = false;
  bool fletcher32 = false;

  [[nodiscard]] int count() const noexcept { return int{shuffle} + int{deflate} + int{fletcher32}; }
};

/// HDF5's Fletcher-32: big-endian 16-bit words, both sums modulo 65535, never 0 unless all bytes are 0.
[[nodiscard]] std::uint32_t fletcher32(std::span<const std::byte> bytes) noexcept;

/// XXH64 (Y. Collet, xxHash specification 0.1.1).
[[nodiscard]] std::uint64_t xxh64(std::span<const std::byte> bytes, std::uint64_t seed) noexcept;

/// The sum modulo 2^64 of the XXH64 of blocks of `block` bytes, the last one perhaps shorter, the first with the seed
/// `number` and each with the next.
[[nodiscard]] std::uint64_t sum_of_xxh64(std::span<const std::byte> bytes,
                                         std::size_t block,
                                         std::uint64_t number) noexcept;

/// Jenkins' lookup3 (hashlittle), the checksum of HDF5 metadata.
[[nodiscard]] std::uint32_t lookup3(std::span<const std::byte> bytes) noexcept;

/// Byte k of every element together, for k = 0, 1, …; bytes behind the last whole element stay.
void shuffle_bytes(std::span<const std::byte> in, std::size_t element, std::byte* out) noexcept;
void unshuffle_bytes(std::span<const std::byte> in, std::size_t element, std::byte* out) noexcept;
/// Elements [first, first + n) alone.
void unshuffle_rows(
    std::span<const std::byte> in, std::size_t element, std::size_t first, std::size_t n, std::byte* out) noexcept;

/// Rows that one term of a column's checksum covers; every chunk of a column holds a multiple of it.
inline constexpr std::uint64_t kChecksumRows = 1024;

/// The column checksum: the sum modulo 2^64, over blocks of rows, of the XXH64 of the block's bytes seeded with
/// the block's number. A sum, so that an append costs what it writes; over blocks of fixed length, so that it
/// does not depend on the chunks. A block has kChecksumRows rows, or the chunk's where chunks are shorter (long
/// texts). `first_row` begins a chunk.
[[nodiscard]] std::uint64_t column_checksum(std::span<const std::byte> bytes,
                                            std::size_t element,
                                            std::uint64_t chunk_rows,
                                            std::uint64_t first_row) noexcept;

/// Compresses chunks; keeps its scratch memory. One a thread.
class ChunkEncoder {
 public:
  ChunkEncoder(ChunkFilters filters, int level);
  ~ChunkEncoder();
  ChunkEncoder(ChunkEncoder&&) noexcept;
  ChunkEncoder& operator=(ChunkEncoder&&) noexcept;
  /// `out` becomes the chunk; returns the filter mask. A chunk that deflate would not make at least a tenth
  /// smaller is stored without it.
  std::uint32_t encode(std::span<const std::byte> raw, std::size_t element, std::vector<std::byte>& out);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Decompresses chunks. One a thread.
class ChunkDecoder {
 public:
  ChunkDecoder();
  ~ChunkDecoder();
  ChunkDecoder(ChunkDecoder&&) noexcept;
  ChunkDecoder& operator=(ChunkDecoder&&) noexcept;
  /// Checks and inflates a chunk of `bytes` decoded bytes; false when it is damaged (checksum, stream or length). A
  /// chunk that is not deflated is not copied: it must stay where it is until its rows have been taken.
  [[nodiscard]] bool open(std::span<const std::byte> chunk,
                          std::uint32_t mask,
                          ChunkFilters filters,
                          std::size_t element,
                          std::size_t bytes);
  /// Rows [first, first + n) of the opened chunk, in `room` or where they are already. Taken in pieces that fit the
  /// first cache, they can be looked at from there.
  [[nodiscard]] std::span<const std::byte> rows(std::size_t first, std::size_t n, std::byte* room) const noexcept;

  /// Both at once: fills `raw` exactly, or says false.
  [[nodiscard]] bool decode(std::span<const std::byte> chunk,
                            std::uint32_t mask,
                            ChunkFilters filters,
                            std::size_t element,
                            std::span<std::byte> raw);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace relia::io
