// Which encoding a text is in, and its way to UTF-8.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace relia::io {

enum class Encoding : std::uint8_t { utf8, utf16le, utf16be, utf32le, utf32be, gb18030 };

/// What the first bytes of a file say.
struct Sniff {
  Encoding encoding = Encoding::utf8;
  std::size_t mark_bytes = 0;  ///< length of the byte order mark
  std::string refusal;         ///< why the bytes cannot be a table; empty when they can
};

/// Whether the byte is none that stands in tables; many of them make a file a binary one, unless a byte order mark says
/// that it is text.
[[nodiscard]] bool looks_like_control(unsigned char c) noexcept;

/// How many bytes sniff() wants to see (fewer when the file is shorter).
inline constexpr std::size_t kSniffBytes = 4096;
[[nodiscard]] Sniff sniff(std::string_view head);

inline constexpr std::size_t kAllValid = static_cast<std::size_t>(-1);
/// Offset of the first byte that is not UTF-8 (no overlong forms, no surrogates), or kAllValid. A sequence cut
/// off by the end of the text counts as valid when `more_follows`; `complete` then says where it starts.
[[nodiscard]] std::size_t find_invalid_utf8(std::string_view text, bool more_follows, std::size_t& complete) noexcept;

/// Turns text of any length, in blocks, into UTF-8.
class Transcoder {
 public:
  /// @throws MachineError when the C library has no table for the encoding
  explicit Transcoder(Encoding from);
  ~Transcoder();
  Transcoder(const Transcoder&) = delete;
  Transcoder& operator=(const Transcoder&) = delete;

  /// Appends the block's text to `out`. false: the bytes are not text of that encoding; `out` then ends where
  /// the fault is.
  bool append(std::string_view block, bool last, std::string& out);
  /// GB18030 only: whether the characters met so far are mostly those that Chinese text is made of. Western
  /// eight-bit text often decodes as GB18030 too, but into rare characters.
  [[nodiscard]] bool plausible() const noexcept;

 private:
  bool append_utf16(std::string_view block, bool last, std::string& out);
  bool append_utf32(std::string_view block, bool last, std::string& out);
  bool append_gb18030(std::string_view block, bool last, std::string& out);

  struct Converter;
  Encoding from_;
  std::unique_ptr<Converter> converter_;
  std::string pending_;  ///< bytes of a character cut off by the end of a block
  std::uint64_t characters_ = 0, common_ = 0;
};

}  // namespace relia::io
