#include "io/store_codec.hpp"

#include <libdeflate.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>
#include <optional>
#include <span>
#include <tuple>

namespace relia::io {

static_assert(std::endian::native == std::endian::little, "columns are written as little-endian memory images");

namespace {

template <class T>
T load(const std::byte* p) noexcept {
  T v;
  std::memcpy(&v, p, sizeof v);
  return v;
}

#if defined(__SSE2__)
__m128i load128(const std::byte* p) noexcept {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
}
#endif

// Sums modulo 65535 in the form HDF5 leaves them in: 0xffff, not 0, for a multiple of 65535 above zero.
std::uint32_t residue(std::uint64_t sum) noexcept {
  if (sum == 0) return 0;
  const auto r = static_cast<std::uint32_t>(sum % 65535);
  return r == 0 ? 65535U : r;
}

using Lanes = std::array<std::uint32_t, 16>;
constexpr std::size_t kLanes = std::tuple_size_v<Lanes>;

// a[l]: the sum of words l, l + 16, ... of `steps` rows of sixteen; b[l]: the sum of what a[l] is after each row.
void add_words(const std::byte* p, std::size_t steps, Lanes& a, Lanes& b) noexcept {
#if defined(__SSE2__)
  // Said in so many registers: left to itself the compiler keeps the lanes in memory, at a sixth of the speed.
  const __m128i zero = _mm_setzero_si128();
  __m128i a0 = zero, a1 = zero, a2 = zero, a3 = zero, b0 = zero, b1 = zero, b2 = zero, b3 = zero;
  for (std::size_t k = 0; k < steps; ++k, p += 32) {
    const __m128i v = load128(p), w = load128(p + 16);
    a0 = _mm_add_epi32(a0, _mm_unpacklo_epi16(v, zero));
    a1 = _mm_add_epi32(a1, _mm_unpackhi_epi16(v, zero));
    a2 = _mm_add_epi32(a2, _mm_unpacklo_epi16(w, zero));
    a3 = _mm_add_epi32(a3, _mm_unpackhi_epi16(w, zero));
    b0 = _mm_add_epi32(b0, a0);
    b1 = _mm_add_epi32(b1, a1);
    b2 = _mm_add_epi32(b2, a2);
    b3 = _mm_add_epi32(b3, a3);
  }
  const __m128i sums[] = {a0, a1, a2, a3, b0, b1, b2, b3};
  std::memcpy(a.data(), sums, sizeof a);
  std::memcpy(b.data(), sums + 4, sizeof b);
#else
  a.fill(0);
  b.fill(0);
  for (std::size_t k = 0; k < steps; ++k, p += 32) {
    for (std::size_t l = 0; l < kLanes; ++l) a[l] += load<std::uint16_t>(p + 2 * l);
    for (std::size_t l = 0; l < kLanes; ++l) b[l] += a[l];
  }
#endif
}

}  // namespace

std::uint32_t fletcher32(std::span<const std::byte> bytes) noexcept {
  // Little-endian words are summed and the result turned at the end: swapping the bytes of a word multiplies
  // it by 256 modulo 65535. In sixteen interleaved lanes word i = step * 16 + lane has weight N - i in the second
  // sum, which is 16 * (steps - step) - lane.
  constexpr std::size_t kSteps = 360;  // 360 * 361 / 2 * 65535 < 2^32
  std::uint64_t s1 = 0, s2 = 0;
  const std::byte* p = bytes.data();
  std::size_t words = bytes.size() / 2;
  while (words >= kLanes) {
    const std::size_t steps = std::min(kSteps, words / kLanes);
    Lanes a, b;
    add_words(p, steps, a, b);
    p += steps * kLanes * 2;
    std::uint64_t sum_a = 0, sum_b = 0, sum_la = 0;
    for (std::size_t l = 0; l < kLanes; ++l) {
      sum_a += a[l];
      sum_b += b[l];
      sum_la += l * a[l];
    }
    const std::uint64_t n = steps * kLanes;
    // A sum of non-negative terms that is a multiple of 65535 above 0 must not turn into 0: add 65535.
    s2 += n * s1 + (kLanes * sum_b - sum_la);
    s1 += sum_a;
    s2 = s2 == 0 ? 0 : s2 % 65535 + 65535;
    s1 = s1 == 0 ? 0 : s1 % 65535 + 65535;
    words -= n;
  }
  for (; words > 0; --words, p += 2) {
    s1 += load<std::uint16_t>(p);
    s2 += s1;
  }
  if (bytes.size() % 2 != 0) {
    s1 += static_cast<std::uint64_t>(*p);  // the odd byte is the high half of its big-endian word
    s2 += s1;
  }
  const std::uint32_t r1 = residue(s1 * 256), r2 = residue((s2 % 65535 + (s2 == 0 ? 0 : 65535)) * 256);
  return (r2 << 16) | r1;
}

namespace {

constexpr std::uint64_t kP1 = 0x9E3779B185EBCA87ULL, kP2 = 0xC2B2AE3D27D4EB4FULL, kP3 = 0x165667B19E3779F9ULL,
                        kP4 = 0x85EBCA77C2B2AE63ULL, kP5 = 0x27D4EB2F165667C5ULL;

std::uint64_t round64(std::uint64_t acc, std::uint64_t lane) noexcept {
  return std::rotl(acc + lane * kP2, 31) * kP1;
}
std::uint64_t merge64(std::uint64_t acc, std::uint64_t v) noexcept {
  return (acc ^ round64(0, v)) * kP1 + kP4;
}

// From the four sums on, where there are any.
std::uint64_t finish64(std::uint64_t h, const std::byte* p, const std::byte* end, std::uint64_t length) noexcept {
  h += length;
  for (; end - p >= 8; p += 8) h = std::rotl(h ^ round64(0, load<std::uint64_t>(p)), 27) * kP1 + kP4;
  if (end - p >= 4) {
    h = std::rotl(h ^ (load<std::uint32_t>(p) * kP1), 23) * kP2 + kP3;
    p += 4;
  }
  for (; p != end; ++p) h = std::rotl(h ^ (static_cast<std::uint64_t>(*p) * kP5), 11) * kP1;
  h = (h ^ (h >> 33)) * kP2;
  h = (h ^ (h >> 29)) * kP3;
  return h ^ (h >> 32);
}
std::uint64_t join64(std::uint64_t a, std::uint64_t b, std::uint64_t c, std::uint64_t d) noexcept {
  const std::uint64_t h = std::rotl(a, 1) + std::rotl(b, 7) + std::rotl(c, 12) + std::rotl(d, 18);
  return merge64(merge64(merge64(merge64(h, a), b), c), d);
}

#if defined(__x86_64__)

// The four sums of a block are one vector, and four blocks go side by side: one alone would wait for its products.
constexpr std::size_t kSideBySide = 4;
using Four = std::uint64_t __attribute__((vector_size(32)));

[[gnu::always_inline]] inline std::uint64_t sum_of_four(const std::byte* p, std::size_t block, std::uint64_t seed) {
  Four sums[kSideBySide];
  for (std::size_t k = 0; k < kSideBySide; ++k) {
    const std::uint64_t s = seed + k;
    sums[k] = Four{s + kP1 + kP2, s + kP2, s, s - kP1};
  }
  for (std::size_t i = 0; i < block; i += 32) {
    for (std::size_t k = 0; k < kSideBySide; ++k) {
      Four v;
      std::memcpy(&v, p + k * block + i, sizeof v);
      sums[k] += v * kP2;
      sums[k] = ((sums[k] << 31) | (sums[k] >> 33)) * kP1;
    }
  }
  std::uint64_t sum = 0;
  for (const Four& s : sums) sum += finish64(join64(s[0], s[1], s[2], s[3]), p, p, block);
  return sum;
}
[[gnu::target("avx512f,avx512dq,avx512vl")]] std::uint64_t sum_of_four_avx512(const std::byte* p,
                                                                              std::size_t block,
                                                                              std::uint64_t seed) {
  return sum_of_four(p, block, seed);
}
[[gnu::target("avx2")]] std::uint64_t sum_of_four_avx2(const std::byte* p, std::size_t block, std::uint64_t seed) {
  return sum_of_four(p, block, seed);
}

using SumOfFour = std::uint64_t (*)(const std::byte* p, std::size_t block, std::uint64_t seed);
// None where the processor has no products of vectors that are worth it.
SumOfFour fastest_sum_of_four() noexcept {
  if (__builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")) return sum_of_four_avx512;
  return __builtin_cpu_supports("avx2") ? sum_of_four_avx2 : nullptr;
}

#endif

}  // namespace

std::uint64_t xxh64(std::span<const std::byte> bytes, std::uint64_t seed) noexcept {
  const std::byte* p = bytes.data();
  const std::byte* const end = p + bytes.size();
  std::uint64_t h = seed + kP5;
  if (bytes.size() >= 32) {
    std::uint64_t a = seed + kP1 + kP2, b = seed + kP2, c = seed, d = seed - kP1;
    for (; end - p >= 32; p += 32) {
      a = round64(a, load<std::uint64_t>(p));
      b = round64(b, load<std::uint64_t>(p + 8));
      c = round64(c, load<std::uint64_t>(p + 16));
      d = round64(d, load<std::uint64_t>(p + 24));
    }
    h = join64(a, b, c, d);
  }
  return finish64(h, p, end, bytes.size());
}

std::uint64_t sum_of_xxh64(std::span<const std::byte> bytes, std::size_t block, std::uint64_t number) noexcept {
  std::uint64_t sum = 0;
  std::size_t i = 0;
#if defined(__x86_64__)
  static const SumOfFour sum_of_four = fastest_sum_of_four();
  if (sum_of_four != nullptr && block % 32 == 0) {
    for (; bytes.size() - i >= kSideBySide * block; i += kSideBySide * block, number += kSideBySide) {
      sum += sum_of_four(bytes.data() + i, block, number);
    }
  }
#endif
  for (; i < bytes.size(); i += block, ++number) {
    sum += xxh64(bytes.subspan(i, std::min(block, bytes.size() - i)), number);
  }
  return sum;
}

std::uint32_t lookup3(std::span<const std::byte> bytes) noexcept {
  const std::byte* p = bytes.data();
  std::size_t n = bytes.size();
  std::uint32_t a = 0xdeadbeefU + static_cast<std::uint32_t>(n), b = a, c = a;
  while (n > 12) {
    a += load<std::uint32_t>(p);
    b += load<std::uint32_t>(p + 4);
    c += load<std::uint32_t>(p + 8);
    a = (a - c) ^ std::rotl(c, 4), c += b;
    b = (b - a) ^ std::rotl(a, 6), a += c;
    c = (c - b) ^ std::rotl(b, 8), b += a;
    a = (a - c) ^ std::rotl(c, 16), c += b;
    b = (b - a) ^ std::rotl(a, 19), a += c;
    c = (c - b) ^ std::rotl(b, 4), b += a;
    p += 12;
    n -= 12;
  }
  if (n == 0) return c;
  std::array<std::byte, 12> tail{};
  std::memcpy(tail.data(), p, n);
  a += load<std::uint32_t>(tail.data());
  b += load<std::uint32_t>(tail.data() + 4);
  c += load<std::uint32_t>(tail.data() + 8);
  c = (c ^ b) - std::rotl(b, 14);
  a = (a ^ c) - std::rotl(c, 11);
  b = (b ^ a) - std::rotl(a, 25);
  c = (c ^ b) - std::rotl(b, 16);
  a = (a ^ c) - std::rotl(c, 4);
  b = (b ^ a) - std::rotl(a, 14);
  c = (c ^ b) - std::rotl(b, 24);
  return c;
}

namespace {

#if defined(__SSE2__)

void store128(std::byte* p, __m128i v) noexcept {
  _mm_storeu_si128(reinterpret_cast<__m128i*>(p), v);
}

// Both take the first `rows` elements of planes that are n bytes apart, and return how many they did.
//
// Sixteen elements of eight bytes at a time. Interleaving byte planes k and k + 4, then neighbours at
// distance 2, then 1, puts the bytes of an element side by side.
std::size_t unshuffle8(const std::byte* in, std::size_t n, std::size_t rows, std::byte* out) noexcept {
  std::size_t i = 0;
  for (; i + 16 <= rows; i += 16) {
    __m128i v[8], u[8];
    for (std::size_t k = 0; k < 8; ++k) v[k] = load128(in + k * n + i);
    for (std::size_t k = 0; k < 4; ++k) {
      u[2 * k] = _mm_unpacklo_epi8(v[k], v[k + 4]);
      u[2 * k + 1] = _mm_unpackhi_epi8(v[k], v[k + 4]);
    }
    // u[2k + h]: bytes (k, k+4) of eight elements of half h.
    for (std::size_t h = 0; h < 2; ++h) {
      const __m128i a0 = _mm_unpacklo_epi8(u[h], u[4 + h]), a1 = _mm_unpackhi_epi8(u[h], u[4 + h]);
      const __m128i b0 = _mm_unpacklo_epi8(u[2 + h], u[6 + h]), b1 = _mm_unpackhi_epi8(u[2 + h], u[6 + h]);
      std::byte* o = out + 8 * (i + 8 * h);
      store128(o, _mm_unpacklo_epi8(a0, b0));
      store128(o + 16, _mm_unpackhi_epi8(a0, b0));
      store128(o + 32, _mm_unpacklo_epi8(a1, b1));
      store128(o + 48, _mm_unpackhi_epi8(a1, b1));
    }
  }
  return i;
}

std::size_t unshuffle4(const std::byte* in, std::size_t n, std::size_t rows, std::byte* out) noexcept {
  std::size_t i = 0;
  for (; i + 16 <= rows; i += 16) {
    const __m128i v0 = load128(in + i), v1 = load128(in + n + i), v2 = load128(in + 2 * n + i),
                  v3 = load128(in + 3 * n + i);
    const __m128i a0 = _mm_unpacklo_epi8(v0, v2), a1 = _mm_unpackhi_epi8(v0, v2);
    const __m128i b0 = _mm_unpacklo_epi8(v1, v3), b1 = _mm_unpackhi_epi8(v1, v3);
    std::byte* o = out + 4 * i;
    store128(o, _mm_unpacklo_epi8(a0, b0));
    store128(o + 16, _mm_unpackhi_epi8(a0, b0));
    store128(o + 32, _mm_unpacklo_epi8(a1, b1));
    store128(o + 48, _mm_unpackhi_epi8(a1, b1));
  }
  return i;
}

#else

std::size_t unshuffle8(const std::byte*, std::size_t, std::size_t, std::byte*) noexcept {
  return 0;
}
std::size_t unshuffle4(const std::byte*, std::size_t, std::size_t, std::byte*) noexcept {
  return 0;
}

#endif

}  // namespace

void shuffle_bytes(std::span<const std::byte> in, std::size_t element, std::byte* out) noexcept {
  const std::size_t n = in.size() / element;
  // In runs of elements, so that the strided reads stay in the first-level cache.
  constexpr std::size_t kRun = 1024;
  for (std::size_t first = 0; first < n; first += kRun) {
    const std::size_t last = std::min(n, first + kRun);
    for (std::size_t k = 0; k < element; ++k) {
      const std::byte* s = in.data() + k;
      std::byte* o = out + k * n;
      for (std::size_t i = first; i < last; ++i) o[i] = s[i * element];
    }
  }
  std::copy(in.begin() + static_cast<std::ptrdiff_t>(n * element), in.end(), out + n * element);
}

void unshuffle_rows(
    std::span<const std::byte> in, std::size_t element, std::size_t first, std::size_t n, std::byte* out) noexcept {
  const std::size_t plane = in.size() / element;
  const std::byte* from = in.data() + first;
  std::size_t i = 0;
  if (element == 8) i = unshuffle8(from, plane, n, out);
  if (element == 4) i = unshuffle4(from, plane, n, out);
  for (; i < n; ++i) {
    for (std::size_t k = 0; k < element; ++k) out[i * element + k] = from[k * plane + i];
  }
}

void unshuffle_bytes(std::span<const std::byte> in, std::size_t element, std::byte* out) noexcept {
  const std::size_t n = in.size() / element;
  unshuffle_rows(in, element, 0, n, out);
  std::copy(in.begin() + static_cast<std::ptrdiff_t>(n * element), in.end(), out + n * element);
}

std::uint64_t column_checksum(std::span<const std::byte> bytes,
                              std::size_t element,
                              std::uint64_t chunk_rows,
                              std::uint64_t first_row) noexcept {
  const std::uint64_t rows = std::min(kChecksumRows, chunk_rows);
  return sum_of_xxh64(bytes, rows * element, first_row / rows);
}

struct ChunkEncoder::State {
  ChunkFilters filters;
  libdeflate_compressor* compressor = nullptr;
  std::vector<std::byte> shuffled;

  ~State() { libdeflate_free_compressor(compressor); }
};

ChunkEncoder::ChunkEncoder(ChunkFilters filters, int level) : state_(std::make_unique<State>()) {
  state_->filters = filters;
  if (filters.deflate) {
    state_->compressor = libdeflate_alloc_compressor(std::clamp(level, 1, 12));
    if (state_->compressor == nullptr) throw std::bad_alloc();
  }
}
ChunkEncoder::~ChunkEncoder() = default;
ChunkEncoder::ChunkEncoder(ChunkEncoder&&) noexcept = default;
ChunkEncoder& ChunkEncoder::operator=(ChunkEncoder&&) noexcept = default;

std::uint32_t ChunkEncoder::encode(std::span<const std::byte> raw, std::size_t element, std::vector<std::byte>& out) {
  State& s = *state_;
  std::uint32_t mask = 0, bit = 1;
  std::span<const std::byte> body = raw;
  if (s.filters.shuffle) {
    s.shuffled.resize(raw.size());
    shuffle_bytes(raw, element, s.shuffled.data());
    body = s.shuffled;
    bit <<= 1;
  }
  std::size_t size = 0;
  if (s.filters.deflate) {
    const std::size_t worth = raw.size() - raw.size() / 10;
    out.resize(worth + 4);
    size = libdeflate_zlib_compress(s.compressor, body.data(), body.size(), out.data(), worth);
    if (size == 0) mask |= bit;
    bit <<= 1;
  }
  if (size == 0) {
    // Plain bytes are quicker to read than shuffled ones.
    if (s.filters.shuffle && s.filters.deflate) {
      mask |= 1;
      body = raw;
    }
    out.resize(body.size() + 4);
    std::copy(body.begin(), body.end(), out.begin());
    size = body.size();
  }
  if (s.filters.fletcher32) {
    const std::uint32_t check = fletcher32({out.data(), size});
    std::memcpy(out.data() + size, &check, 4);
    size += 4;
  }
  out.resize(size);
  return mask;
}

namespace {

// The deflate stream inside a zlib stream (RFC 1950); none when the two bytes before it are not those of deflate
// without a dictionary.
std::optional<std::span<const std::byte>> deflate_stream(std::span<const std::byte> zlib) noexcept {
  constexpr std::size_t kHeader = 2, kAdler = 4;
  if (zlib.size() < kHeader + kAdler) return std::nullopt;
  const unsigned method = std::to_integer<unsigned>(zlib[0]), flags = std::to_integer<unsigned>(zlib[1]);
  if ((method & 0x0FU) != 8 || (method >> 4) > 7 || (flags & 0x20U) != 0 || (method * 256 + flags) % 31 != 0) {
    return std::nullopt;
  }
  return zlib.subspan(kHeader, zlib.size() - kHeader - kAdler);
}

}  // namespace

struct ChunkDecoder::State {
  libdeflate_decompressor* decompressor = libdeflate_alloc_decompressor();
  std::vector<std::byte> inflated;
  std::span<const std::byte> body;  ///< the opened chunk without its filters but shuffle
  std::size_t element = 1;
  bool shuffled = false;

  ~State() { libdeflate_free_decompressor(decompressor); }
};

ChunkDecoder::ChunkDecoder() : state_(std::make_unique<State>()) {
  if (state_->decompressor == nullptr) throw std::bad_alloc();
}
ChunkDecoder::~ChunkDecoder() = default;
ChunkDecoder::ChunkDecoder(ChunkDecoder&&) noexcept = default;
ChunkDecoder& ChunkDecoder::operator=(ChunkDecoder&&) noexcept = default;

bool ChunkDecoder::open(std::span<const std::byte> chunk,
                        std::uint32_t mask,
                        ChunkFilters filters,
                        std::size_t element,
                        std::size_t bytes) {
  State& s = *state_;
  s.body = {};
  s.element = element;
  std::uint32_t bit = 1;
  s.shuffled = filters.shuffle && (mask & bit) == 0;
  if (filters.shuffle) bit <<= 1;
  const bool deflated = filters.deflate && (mask & bit) == 0;
  if (filters.deflate) bit <<= 1;
  const bool checked = filters.fletcher32 && (mask & bit) == 0;
  if (checked) {
    if (chunk.size() < 4) return false;
    const auto body = chunk.first(chunk.size() - 4);
    if (fletcher32(body) != load<std::uint32_t>(chunk.data() + body.size())) return false;
    chunk = body;
  }
  if (!deflated) {
    if (chunk.size() != bytes) return false;
    s.body = chunk;
    return true;
  }
  if (s.inflated.size() < bytes) s.inflated.resize(bytes);
  // The stream ends with an Adler-32 of what it holds. Where Fletcher-32 has already vouched for every byte of the
  // stream, that sum says nothing new and would cost a twentieth of the decoding.
  std::size_t used = 0;
  if (checked) {
    const auto stream = deflate_stream(chunk);
    if (!stream ||
        libdeflate_deflate_decompress_ex(s.decompressor, stream->data(), stream->size(), s.inflated.data(), bytes,
                                         &used, nullptr) != LIBDEFLATE_SUCCESS ||
        used != stream->size()) {
      return false;
    }
  } else if (libdeflate_zlib_decompress_ex(s.decompressor, chunk.data(), chunk.size(), s.inflated.data(), bytes, &used,
                                           nullptr) != LIBDEFLATE_SUCCESS ||
             used != chunk.size()) {
    return false;
  }
  s.body = std::span(s.inflated).first(bytes);
  return true;
}

std::span<const std::byte> ChunkDecoder::rows(std::size_t first, std::size_t n, std::byte* room) const noexcept {
  const State& s = *state_;
  if (!s.shuffled) return s.body.subspan(first * s.element, n * s.element);
  unshuffle_rows(s.body, s.element, first, n, room);
  return {room, n * s.element};
}

bool ChunkDecoder::decode(std::span<const std::byte> chunk,
                          std::uint32_t mask,
                          ChunkFilters filters,
                          std::size_t element,
                          std::span<std::byte> raw) {
  if (!open(chunk, mask, filters, element, raw.size())) return false;
  const State& s = *state_;
  if (s.shuffled) {
    unshuffle_bytes(s.body, element, raw.data());
  } else {
    std::copy(s.body.begin(), s.body.end(), raw.begin());
  }
  return true;
}

}  // namespace relia::io
