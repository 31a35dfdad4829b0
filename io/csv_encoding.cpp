#include "io/csv_encoding.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <iconv.h>

#include <relia/error.hpp>

namespace relia::io {
namespace {

constexpr unsigned char byte_at(std::string_view t, std::size_t i) noexcept {
  return static_cast<unsigned char>(t[i]);
}

struct Signature {
  std::string_view bytes;
  std::string_view what;
};

using namespace std::string_view_literals;
constexpr Signature kSignatures[] = {
    {"\x89HDF"sv, "an HDF5 file; name a dataset in it as FILE:NAME"},
    {"PK\x03\x04"sv, "a ZIP archive or an Excel workbook; save the sheet as CSV"},
    {"PK\x05\x06"sv, "an empty ZIP archive"},
    {"\xD0\xCF\x11\xE0"sv, "an old Excel workbook; save the sheet as CSV"},
    {"\x1F\x8B"sv, "gzip data; unpack it first"},
    {"\x28\xB5\x2F\xFD"sv, "Zstandard data; unpack it first"},
    {"\xFD"
     "7zXZ"sv,
     "xz data; unpack it first"},
    {"BZh"sv, "bzip2 data; unpack it first"},
    {"7z\xBC\xAF"sv, "a 7-Zip archive; unpack it first"},
    {"%PDF"sv, "a PDF document"},
    {"\x89PNG"sv, "a PNG picture"},
    {"\xFF\xD8\xFF"sv, "a JPEG picture"},
    {"GIF8"sv, "a GIF picture"},
    {"\x7F"
     "ELF"sv,
     "a program"},
    {"PAR1"sv, "a Parquet file"},
    {"SQLite format 3"sv, "an SQLite database"},
    {"RDX3\n"sv, "an R data file"},
};

void put_utf8(std::uint32_t code, std::string& out) {
  const auto put = [&out](std::uint32_t byte) { out += static_cast<char>(static_cast<unsigned char>(byte)); };
  if (code < 0x80) {
    put(code);
  } else if (code < 0x800) {
    put(0xC0 | code >> 6);
    put(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    put(0xE0 | code >> 12);
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  } else {
    put(0xF0 | code >> 18);
    put(0x80 | (code >> 12 & 0x3F));
    put(0x80 | (code >> 6 & 0x3F));
    put(0x80 | (code & 0x3F));
  }
}

/// Length of the well-formed UTF-8 sequence at p, 0 when ill-formed, -1 when cut off by `end`.
int utf8_length(const unsigned char* p, const unsigned char* end) noexcept {
  const unsigned char c = *p;
  if (c < 0x80) return 1;
  int length = 0;
  unsigned char low = 0x80, high = 0xBF;  // range of the second byte
  if (c >= 0xC2 && c <= 0xDF) {
    length = 2;
  } else if (c >= 0xE0 && c <= 0xEF) {
    length = 3;
    if (c == 0xE0) low = 0xA0;
    if (c == 0xED) high = 0x9F;
  } else if (c >= 0xF0 && c <= 0xF4) {
    length = 4;
    if (c == 0xF0) low = 0x90;
    if (c == 0xF4) high = 0x8F;
  } else {
    return 0;
  }
  for (int k = 1; k < length; ++k) {
    if (p + k == end) return -1;
    if (p[k] < low || p[k] > high) return 0;
    low = 0x80;
    high = 0xBF;
  }
  return length;
}

}  // namespace

bool looks_like_control(unsigned char c) noexcept {
  return c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1A;
}

Sniff sniff(std::string_view head) {
  Sniff out;
  const auto marked = [&](std::string_view mark, Encoding encoding) {
    if (!head.starts_with(mark)) return false;
    out.encoding = encoding;
    out.mark_bytes = mark.size();
    return true;
  };
  if (marked("\xEF\xBB\xBF"sv, Encoding::utf8)) return out;
  if (marked("\xFF\xFE\x00\x00"sv, Encoding::utf32le) || marked("\x00\x00\xFE\xFF"sv, Encoding::utf32be)) return out;
  if (marked("\xFF\xFE"sv, Encoding::utf16le) || marked("\xFE\xFF"sv, Encoding::utf16be)) return out;
  if (marked("\x84\x31\x95\x33"sv, Encoding::gb18030)) return out;
  for (const Signature& s : kSignatures) {
    if (!head.starts_with(s.bytes)) continue;
    // A text may begin with letters of a signature; a binary file does not go on as text.
    const bool letters = byte_at(s.bytes, 0) < 0x80 && byte_at(s.bytes, 0) >= 0x20;
    if (letters && std::none_of(head.begin(), head.end(), [](char c) {
          const auto u = static_cast<unsigned char>(c);
          return looks_like_control(u) || u >= 0x80;
        })) {
      continue;
    }
    out.refusal = "binary: this is " + std::string(s.what) + "; expected CSV text";
    return out;
  }
  std::array<std::size_t, 2> zeros{};
  std::size_t controls = 0;
  for (std::size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '\0') ++zeros[i % 2];
    if (looks_like_control(byte_at(head, i))) ++controls;
  }
  const std::size_t many = head.size() / 5;
  if (head.size() >= 8 &&
      ((zeros[0] > many && zeros[1] * 4 < zeros[0]) || (zeros[1] > many && zeros[0] * 4 < zeros[1]))) {
    out.refusal =
        "encoding: this looks like UTF-16 without a byte order mark (or a binary file); expected UTF-8, or UTF-16 with "
        "its mark";
  } else if (controls * 10 > head.size()) {
    out.refusal = "binary: " + std::to_string(controls) + " of the first " + std::to_string(head.size()) +
                  " bytes are control characters; expected CSV text";
  }
  return out;
}

std::size_t find_invalid_utf8(std::string_view text, bool more_follows, std::size_t& complete) noexcept {
  const auto* const begin = reinterpret_cast<const unsigned char*>(text.data());
  const auto* const end = begin + text.size();
  const auto* p = begin;
  complete = text.size();
  while (p < end) {
    // Plain ASCII, 64 bytes at a time.
    while (end - p >= 64) {
      std::uint64_t high = 0;
      for (int k = 0; k < 64; k += 8) {
        std::uint64_t word;
        std::memcpy(&word, p + k, 8);
        high |= word;
      }
      if ((high & 0x8080808080808080u) != 0) break;
      p += 64;
    }
    for (int k = 0; k < 64 && p < end; ++k) {
      const int length = utf8_length(p, end);
      if (length < 0 && more_follows) {
        complete = static_cast<std::size_t>(p - begin);
        return kAllValid;
      }
      if (length <= 0) return static_cast<std::size_t>(p - begin);
      p += length;
    }
  }
  return kAllValid;
}

struct Transcoder::Converter {
  iconv_t handle = reinterpret_cast<iconv_t>(-1);
  Converter() = default;
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
  ~Converter() {
    if (handle != reinterpret_cast<iconv_t>(-1)) iconv_close(handle);
  }
};

Transcoder::Transcoder(Encoding from) : from_(from) {
  if (from != Encoding::gb18030) return;
  converter_ = std::make_unique<Converter>();
  converter_->handle = iconv_open("UTF-8", "GB18030");
  if (converter_->handle == reinterpret_cast<iconv_t>(-1)) {
    throw MachineError("the C library has no GB18030 table (gconv module missing); save the file as UTF-8");
  }
}

Transcoder::~Transcoder() = default;

bool Transcoder::append(std::string_view block, bool last, std::string& out) {
  switch (from_) {
    case Encoding::utf8: out.append(block); return true;
    case Encoding::utf16le:
    case Encoding::utf16be: return append_utf16(block, last, out);
    case Encoding::utf32le:
    case Encoding::utf32be: return append_utf32(block, last, out);
    case Encoding::gb18030: return append_gb18030(block, last, out);
  }
  return false;
}

bool Transcoder::plausible() const noexcept {
  return 2 * common_ >= characters_;
}

bool Transcoder::append_utf16(std::string_view block, bool last, std::string& out) {
  pending_.append(block);
  const std::string_view in = pending_;
  const std::size_t high = from_ == Encoding::utf16le ? 1 : 0;
  const auto unit = [&](std::size_t i) {
    return static_cast<std::uint32_t>(byte_at(in, i + high) << 8 | byte_at(in, i + 1 - high));
  };
  std::size_t i = 0;
  for (; i + 2 <= in.size(); i += 2) {
    const std::uint32_t u = unit(i);
    if (u < 0xD800 || u > 0xDFFF) {
      put_utf8(u, out);
      continue;
    }
    if (u >= 0xDC00) return false;
    if (i + 4 > in.size()) break;
    const std::uint32_t v = unit(i + 2);
    if (v < 0xDC00 || v > 0xDFFF) return false;
    put_utf8(0x10000 + ((u - 0xD800) << 10) + (v - 0xDC00), out);
    i += 2;
  }
  pending_.erase(0, i);
  return !last || pending_.empty();
}

bool Transcoder::append_utf32(std::string_view block, bool last, std::string& out) {
  pending_.append(block);
  const std::string_view in = pending_;
  std::size_t i = 0;
  for (; i + 4 <= in.size(); i += 4) {
    std::uint32_t u = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      u = u << 8 | byte_at(in, from_ == Encoding::utf32be ? i + k : i + 3 - k);
    }
    if (u > 0x10FFFF || (u >= 0xD800 && u <= 0xDFFF)) return false;
    put_utf8(u, out);
  }
  pending_.erase(0, i);
  return !last || pending_.empty();
}

bool Transcoder::append_gb18030(std::string_view block, bool last, std::string& out) {
  pending_.append(block);
  for (std::size_t i = 0; i + 1 < pending_.size();) {
    const unsigned char lead = byte_at(pending_, i), trail = byte_at(pending_, i + 1);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    const std::size_t length = trail >= 0x30 && trail <= 0x39 ? 4 : 2;
    if (i + length > pending_.size()) break;  // counted with the next block
    ++characters_;
    // Symbols and the 3755 first-level characters of GB 2312 have leads A1 to D7.
    if (length == 2 && lead >= 0xA1 && lead <= 0xD7 && trail >= 0xA1) ++common_;
    i += length;
  }
  char* from = pending_.data();
  std::size_t left = pending_.size();
  std::array<char, 4096> buffer;
  bool good = true;
  while (left > 0) {
    char* to = buffer.data();
    std::size_t room = buffer.size();
    const std::size_t result = iconv(converter_->handle, &from, &left, &to, &room);
    out.append(buffer.data(), buffer.size() - room);
    if (result != static_cast<std::size_t>(-1)) break;
    if (errno == E2BIG) continue;
    good = errno == EINVAL && !last;  // EINVAL: cut off by the end of the block
    break;
  }
  pending_.erase(0, pending_.size() - left);
  return good;
}

}  // namespace relia::io
