// A figure in Unicode braille: two by four dots a character.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include <relia/io/figure.hpp>

#include "io/plot/palette.hpp"
#include "io/report_table.hpp"

namespace relia::io {
namespace {

constexpr std::size_t kColumns = 72, kLines = 22, kTextWidth = 100;

class Canvas {
 public:
  Canvas() : bits_(kColumns * kLines, 0), colours_(kColumns * kLines, -1), symbols_(kColumns * kLines) {}

  // Dots count from the lower left.
  void dot(long x, long y, int colour) {
    if (x < 0 || y < 0 || x >= static_cast<long>(2 * kColumns) || y >= static_cast<long>(4 * kLines)) return;
    constexpr std::array<std::array<std::uint8_t, 2>, 4> kBit{{{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}}};
    const std::size_t row = static_cast<std::size_t>(4 * kLines - 1) - static_cast<std::size_t>(y);
    const std::size_t cell = row / 4 * kColumns + static_cast<std::size_t>(x) / 2;
    bits_[cell] = static_cast<std::uint8_t>(bits_[cell] | kBit[row % 4][static_cast<std::size_t>(x) % 2]);
    colours_[cell] = colour;
  }
  void symbol(long x, long y, const char* text, int colour) {
    if (x < 0 || y < 0 || x >= static_cast<long>(2 * kColumns) || y >= static_cast<long>(4 * kLines)) return;
    const std::size_t row = static_cast<std::size_t>(4 * kLines - 1) - static_cast<std::size_t>(y);
    const std::size_t cell = row / 4 * kColumns + static_cast<std::size_t>(x) / 2;
    symbols_[cell] = text;
    colours_[cell] = colour;
  }
  [[nodiscard]] std::string line(std::size_t row, bool coloured) const {
    std::string out;
    for (std::size_t c = 0; c < kColumns; ++c) {
      const std::size_t cell = row * kColumns + c;
      std::string glyph = " ";
      if (!symbols_[cell].empty()) {
        glyph = symbols_[cell];
      } else if (bits_[cell] != 0) {
        const unsigned code = 0x2800U + bits_[cell];
        glyph = {static_cast<char>(0xE0U | (code >> 12U)), static_cast<char>(0x80U | ((code >> 6U) & 0x3FU)),
                 static_cast<char>(0x80U | (code & 0x3FU))};
      }
      if (coloured && glyph != " " && colours_[cell] > 0) {
        glyph = fmt::format("\x1b[38;5;{}m{}\x1b[0m", kPalette[palette_place(colours_[cell])].ansi, glyph);
      }
      out += glyph;
    }
    return out;
  }

 private:
  std::vector<std::uint8_t> bits_;
  std::vector<int> colours_;
  std::vector<std::string> symbols_;
};

const char* symbol_of(int symbol) {
  constexpr std::array kSymbols{"●", "○", "▲", "■", "◆", "×"};
  return kSymbols[static_cast<std::size_t>(symbol) % kSymbols.size()];
}

// A name from the data moves no cursor.
std::string printable(std::string text) {
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  }
  return text;
}

class Sketch {
 public:
  Sketch(const Figure& figure, const TextStyle& style) : figure_(figure), style_(style) {}

  std::string take() {
    for (const Mark& m : figure_.marks) {
      if (m.kind == Mark::Kind::area) put_edges(m);
    }
    for (const Mark& m : figure_.marks) {
      if (m.kind == Mark::Kind::line) put_path(m, 1);
      if (m.kind == Mark::Kind::guide) put_guide(m);
      if (m.kind == Mark::Kind::span) put_spans(m);
    }
    for (const Mark& m : figure_.marks) {
      if (m.kind == Mark::Kind::points) put_points(m);
      if (m.kind == Mark::Kind::rug) put_rug(m);
    }
    std::string out = bold(printable(figure_.title));
    if (!figure_.subtitle.empty()) out += "  " + printable(figure_.subtitle);
    out += '\n';
    put_frame(out);
    put_legend(out);
    return out;
  }

 private:
  [[nodiscard]] std::string bold(const std::string& text) const {
    return style_.colour ? "\x1b[1m" + text + "\x1b[0m" : text;
  }
  [[nodiscard]] long to_x(double v) const {
    return std::lround((v - figure_.x.low) / (figure_.x.high - figure_.x.low) * (2.0 * kColumns - 1.0));
  }
  [[nodiscard]] long to_y(double v) const {
    return std::lround((v - figure_.y.low) / (figure_.y.high - figure_.y.low) * (4.0 * kLines - 1.0));
  }

  void put_segment(double x0, double y0, double x1, double y1, int colour, int every) {
    // In dots, cut where it leaves the frame by far.
    const auto inside = [](double v, double most) { return std::min(std::max(v, -4.0 * most), 5.0 * most); };
    const double w = 2.0 * kColumns, h = 4.0 * kLines;
    const double ax = inside((x0 - figure_.x.low) / (figure_.x.high - figure_.x.low) * (w - 1.0), w);
    const double bx = inside((x1 - figure_.x.low) / (figure_.x.high - figure_.x.low) * (w - 1.0), w);
    const double ay = inside((y0 - figure_.y.low) / (figure_.y.high - figure_.y.low) * (h - 1.0), h);
    const double by = inside((y1 - figure_.y.low) / (figure_.y.high - figure_.y.low) * (h - 1.0), h);
    const int steps = 1 + static_cast<int>(std::max(std::abs(bx - ax), std::abs(by - ay)));
    for (int i = 0; i <= steps; ++i) {
      const double s = static_cast<double>(i) / steps;
      const long x = std::lround(ax + s * (bx - ax)), y = std::lround(ay + s * (by - ay));
      if (every > 1 && (x + y) % every != 0) continue;
      canvas_.dot(x, y, colour);
    }
  }
  void put_path(const Mark& m, int every) {
    const int gap = m.dash == Mark::Dash::solid ? every : 3;
    for (std::size_t i = 1; i < m.x.size(); ++i) put_segment(m.x[i - 1], m.y[i - 1], m.x[i], m.y[i], m.colour, gap);
  }
  // The two edges of a band, without what closes the polygon.
  void put_edges(const Mark& m) {
    const std::size_t half = m.x.size() / 2;
    for (std::size_t i = 1; i < m.x.size(); ++i) {
      if (i != half) put_segment(m.x[i - 1], m.y[i - 1], m.x[i], m.y[i], m.colour, 2);
    }
  }
  void put_guide(const Mark& m) {
    if (m.x.empty()) {
      put_segment(figure_.x.low, m.y.front(), figure_.x.high, m.y.front(), 0, 4);
    } else {
      put_segment(m.x.front(), figure_.y.low, m.x.front(), figure_.y.high, 0, 4);
    }
  }
  void put_spans(const Mark& m) {
    for (std::size_t i = 0; i < m.x.size(); ++i) put_segment(m.x[i], m.y[i], m.x2[i], m.y[i], m.colour, 1);
  }
  void put_points(const Mark& m) {
    for (std::size_t i = 0; i < m.x.size(); ++i)
      canvas_.symbol(to_x(m.x[i]), to_y(m.y[i]), symbol_of(m.symbol), m.colour);
  }
  void put_rug(const Mark& m) {
    for (const double x : m.x) {
      for (long k = 0; k < 2; ++k) canvas_.dot(to_x(x), k, m.colour);
    }
  }

  void put_frame(std::string& out) {
    std::vector<std::string> labels(kLines);
    std::size_t widest = 0;
    for (const Tick& t : fitting_ticks(figure_.y, 1.3 / kLines)) {
      if (t.label.empty()) continue;
      const auto row = static_cast<std::size_t>(std::clamp(4L * static_cast<long>(kLines) - 1 - to_y(t.at), 0L,
                                                           4L * static_cast<long>(kLines) - 1)) /
                       4;
      labels[row] = t.label;
      widest = std::max(widest, display_width(t.label));
    }
    out += printable(figure_.y.label) + '\n';
    for (std::size_t row = 0; row < kLines; ++row) {
      out += std::string(widest - display_width(labels[row]), ' ') + labels[row] + (labels[row].empty() ? " │" : " ┤");
      std::string line = canvas_.line(row, style_.colour);
      line.erase(line.find_last_not_of(' ') + 1);
      out += line + '\n';
    }
    std::string axis(widest, ' '), text(widest + 2, ' ');
    axis += " └";
    std::vector<bool> ticks(kColumns, false);
    std::size_t used = 0;
    std::string numbers;
    for (const Tick& t : fitting_ticks(figure_.x, 9.0 / kColumns)) {
      if (t.label.empty()) continue;
      const auto column = static_cast<std::size_t>(std::clamp(to_x(t.at) / 2, 0L, static_cast<long>(kColumns) - 1));
      ticks[column] = true;
      const std::size_t width = display_width(t.label);
      const std::size_t start = column >= width / 2 ? column - width / 2 : 0;
      if (start < used) continue;
      numbers += std::string(start - display_width(numbers), ' ') + t.label;
      used = start + width + 1;
    }
    for (std::size_t c = 0; c < kColumns; ++c) axis += ticks[c] ? "┬" : "─";
    out += axis + '\n' + text + numbers + '\n';
    const std::size_t width = display_width(figure_.x.label);
    out += std::string(widest + 2 + (kColumns > width ? (kColumns - width) / 2 : 0), ' ') + printable(figure_.x.label) +
           '\n';
  }

  void put_legend(std::string& out) {
    const auto put = [&](const std::string& sample, int colour, const std::string& text) {
      const std::string shown = style_.colour && colour > 0 ? fmt::format("\x1b[38;5;{}m{}\x1b[0m",
                                                                          kPalette[palette_place(colour)].ansi, sample)
                                                            : sample;
      out += "  " + shown + ' ' + wrap(printable(text), 5, 5, kTextWidth) + '\n';
    };
    for (const Mark& m : figure_.marks) {
      if (m.label.empty() || m.kind == Mark::Kind::guide) continue;
      switch (m.kind) {
        case Mark::Kind::points: put(std::string(symbol_of(m.symbol)) + " ", m.colour, m.label); break;
        case Mark::Kind::rug: put("⢸ ", m.colour, m.label); break;
        case Mark::Kind::area: put("⠪⡪", m.colour, m.label); break;
        case Mark::Kind::line: put(m.dash == Mark::Dash::solid ? "⠒⠒" : "⠂⠂", m.colour, m.label); break;
        default: put("⠒⠒", m.colour, m.label); break;
      }
    }
    for (const std::string& note : figure_.notes) out += "     " + wrap(printable(note), 5, 5, kTextWidth) + '\n';
  }

  const Figure& figure_;
  const TextStyle& style_;
  Canvas canvas_;
};

}  // namespace

std::string render_text(const Figure& figure, const TextStyle& style) {
  return Sketch(figure, style).take();
}

}  // namespace relia::io
