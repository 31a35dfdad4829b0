// A figure as a gnuplot script. Every text is a single-quoted string with enhanced markup off, so that nothing in a
// name from the data is ever read as a command, an escape or a macro.

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include <relia/io/figure.hpp>

#include "io/plot/palette.hpp"
#include "io/report_table.hpp"

namespace relia::io {
namespace {

constexpr int kWidth = 640, kPlotHeight = 430, kLineHeight = 21, kTopHeight = 62, kXAxisHeight = 62;
constexpr std::size_t kLegendColumns = 78;

std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'') {
      out += "''";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += ' ';
    } else {
      out += c;
    }
  }
  return out + '\'';
}

// Labels of ticks are formats to gnuplot.
std::string quoted_tick(std::string_view text) {
  std::string doubled;
  for (const char c : text) doubled += c == '%' ? "%%" : std::string(1, c);
  return quoted(doubled);
}

std::string number(double v) {
  return fmt::format("{:.7g}", v);
}

const char* dash(Mark::Dash d) {
  return d == Mark::Dash::dashed ? " dt (14,7)" : d == Mark::Dash::dotted ? " dt (3,5)" : " dt solid";
}

int point_type(int symbol) {
  constexpr std::array kTypes{7, 6, 8, 4, 12, 2};
  return kTypes[static_cast<std::size_t>(symbol) % kTypes.size()];
}

class Script {
 public:
  Script(const Figure& figure, PictureFormat format, const std::string& output)
      : figure_(figure), format_(format), output_(output) {}

  std::string take() {
    collect_legend();
    put_terminal();
    put_axes();
    put_data();
    put_plot();
    return std::move(out_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> pattern, Args&&... args) {
    fmt::format_to(std::back_inserter(out_), pattern, std::forward<Args>(args)...);
    out_ += '\n';
  }

  struct Entry {
    const Mark* mark;  ///< nullptr: text alone
    std::string text;
  };

  // In the order in which a plot is read: points, then the line, then what lies around it.
  static int reading_order(Mark::Kind kind) {
    switch (kind) {
      case Mark::Kind::points: return 0;
      case Mark::Kind::span: return 1;
      case Mark::Kind::rug: return 2;
      case Mark::Kind::line: return 3;
      case Mark::Kind::area: return 4;
      case Mark::Kind::guide:
      case Mark::Kind::entry: break;
    }
    return 5;
  }

  void put_entry(const Mark* mark, const std::string& text) {
    const std::string wrapped = wrap(text, 0, 0, kLegendColumns);
    for (std::size_t from = 0; from <= wrapped.size();) {
      const std::size_t end = std::min(wrapped.find('\n', from), wrapped.size());
      entries_.push_back({from == 0 ? mark : nullptr, wrapped.substr(from, end - from)});
      from = end + 1;
    }
  }

  void collect_legend() {
    for (int order = 0; order <= 5; ++order) {
      for (const Mark& m : figure_.marks) {
        if (reading_order(m.kind) != order || m.label.empty() || m.kind == Mark::Kind::guide) continue;
        put_entry(&m, m.label);
      }
    }
    for (const std::string& note : figure_.notes) put_entry(nullptr, note);
  }

  [[nodiscard]] int height() const {
    return kTopHeight + kPlotHeight + kXAxisHeight + kLineHeight * static_cast<int>(entries_.size()) + 12;
  }

  void put_terminal() {
    switch (format_) {
      case PictureFormat::svg:
        line("set terminal svg size {},{} dynamic noenhanced font 'DejaVu Sans,14' name 'relia' background '#ffffff'",
             kWidth, height());
        break;
      case PictureFormat::png:
        line(
            "set terminal pngcairo size {},{} noenhanced font 'DejaVu Sans,21' fontscale 1 linewidth 2 pointscale 2 "
            "background '#ffffff'",
            2 * kWidth, 2 * height());
        break;
      case PictureFormat::pdf:
        line(
            "set terminal pdfcairo size {:.4f}cm,{:.4f}cm noenhanced font 'DejaVu Sans,10' linewidth 1 background "
            "'#ffffff'",
            17.0, 17.0 * height() / kWidth);
        break;
    }
    line("set encoding utf8");
    line("set output {}", quoted(output_));
  }

  void put_ticks(const char* axis, const Axis& a, double gap) {
    std::string list;
    for (const Tick& t : fitting_ticks(a, gap)) {
      if (!list.empty()) list += ", ";
      list += fmt::format("{} {} {}", quoted_tick(t.label), number(t.at), t.label.empty() ? 1 : 0);
    }
    line("set {}tics out scale 0.6,0.3 nomirror ({})", axis, list);
  }

  [[nodiscard]] static double widest_label(const Axis& axis) {
    std::size_t most = 3;
    for (const Tick& t : axis.ticks) most = std::max(most, display_width(t.label));
    return static_cast<double>(most);
  }

  void put_axes() {
    const double h = height();
    line("set tmargin at screen {}", number(1.0 - kTopHeight / h));
    line("set bmargin at screen {}", number(1.0 - (kTopHeight + kPlotHeight) / h));
    const double y_label = 9.0 * widest_label(figure_.y);
    line("set lmargin at screen {}", number((46.0 + y_label) / kWidth));
    line("set rmargin at screen {}", number(1.0 - 24.0 / kWidth));
    line("set label 1 {} at screen 0.5,{} center font ',{}'", quoted(figure_.title), number(1.0 - 22.0 / h),
         format_ == PictureFormat::svg   ? 17
         : format_ == PictureFormat::png ? 25
                                         : 12);
    if (!figure_.subtitle.empty()) {
      line("set label 2 {} at screen 0.5,{} center tc rgb '#555555'", quoted(figure_.subtitle), number(1.0 - 45.0 / h));
    }
    line("set label 3 {} at screen {},{} center rotate by 90", quoted(figure_.y.label), number(16.0 / kWidth),
         number(1.0 - (kTopHeight + kPlotHeight / 2.0) / h));
    line("set label 4 {} at screen {},{} center", quoted(figure_.x.label),
         number(((46.0 + y_label) + (kWidth - 24.0)) / 2.0 / kWidth),
         number((h - kTopHeight - kPlotHeight - 46.0) / h));
    line("set border 15 lc rgb '#555555' lw 1");
    line("set style line 101 lc rgb '#c4c4c4' lw 0.7 dt solid");
    line("set style line 102 lc rgb '#e4e4e4' lw 0.5 dt solid");
    line("set grid xtics ytics mxtics mytics back ls 101, ls 102");
    line("set xrange [{}:{}]", number(figure_.x.low), number(figure_.x.high));
    line("set yrange [{}:{}]", number(figure_.y.low), number(figure_.y.high));
    put_ticks("x", figure_.x, (9.0 * widest_label(figure_.x) + 10.0) / (kWidth - 70.0 - y_label));
    put_ticks("y", figure_.y, 18.0 / kPlotHeight);
    const double key_top = (h - kTopHeight - kPlotHeight - kXAxisHeight) / h;
    line("set key at screen {},{} left top Left reverse vertical maxcols 1 samplen 2.2 spacing {}",
         number(10.0 / kWidth), number(key_top), "1.15");
    line("set style fill solid noborder");
  }

  void put_block(std::size_t i, const Mark& m) {
    line("$m{} << EOD", i);
    for (std::size_t k = 0; k < std::max(m.x.size(), m.y.size()); ++k) {
      switch (m.kind) {
        case Mark::Kind::span:
          line("{} {} {} {}", number(0.5 * (m.x[k] + m.x2[k])), number(m.y[k]), number(m.x[k]), number(m.x2[k]));
          break;
        case Mark::Kind::rug: line("{} {}", number(m.x[k]), number(figure_.y.low)); break;
        default: line("{} {}", number(m.x[k]), number(m.y[k])); break;
      }
    }
    line("EOD");
  }

  void put_guide(const Mark& m, int tag) {
    const bool across = m.x.empty();
    const double at = across ? m.y.front() : m.x.front();
    const Axis& axis = across ? figure_.y : figure_.x;
    if (at < axis.low || at > axis.high) return;
    if (across) {
      line("set arrow {} from graph 0,first {} to graph 1,first {} nohead lc rgb '#666666' lw 1 dt (6,4)", tag,
           number(at), number(at));
      if (!m.label.empty())
        line("set label {} {} at graph 0.99,first {} right offset 0,0.6 tc rgb '#444444'", 10 + tag, quoted(m.label),
             number(at));
    } else {
      line("set arrow {} from first {},graph 0 to first {},graph 1 nohead lc rgb '#666666' lw 1 dt (6,4)", tag,
           number(at), number(at));
      if (!m.label.empty())
        line("set label {} {} at first {},graph 0.97 left offset 0.6,0 tc rgb '#444444'", 10 + tag, quoted(m.label),
             number(at));
    }
  }

  void put_data() {
    int tag = 1;
    for (std::size_t i = 0; i < figure_.marks.size(); ++i) {
      const Mark& m = figure_.marks[i];
      if (m.kind == Mark::Kind::guide) {
        put_guide(m, tag++);
      } else if (m.kind != Mark::Kind::entry) {
        put_block(i, m);
      }
    }
  }

  [[nodiscard]] static std::string style_of(const Mark& m, bool in_key) {
    const std::string colour = "rgb '" + palette_colour(m.colour) + '\'';
    switch (m.kind) {
      case Mark::Kind::line:
        return fmt::format("with lines lc {} lw {}{}", colour, number(m.emphasis ? m.width : 1.0), dash(m.dash));
      case Mark::Kind::area:
        return fmt::format("with filledcurves {}fc {} fs transparent solid {} noborder", in_key ? "" : "closed ",
                           colour, kBandOpacity);
      case Mark::Kind::points:
        return fmt::format("with points pt {} ps {} lc {}", point_type(m.symbol), m.emphasis ? "0.75" : "0.7", colour);
      case Mark::Kind::span:
        return in_key            ? fmt::format("with lines lc {} lw 1.6", colour)
               : m.notes.empty() ? fmt::format("with vectors nohead lc {} lw 1.4", colour)
                                 : fmt::format("with xerrorbars pt 0 ps 0 lc {} lw 1.4", colour);
      case Mark::Kind::rug:
        return in_key ? fmt::format("with points pt '|' lc {}", colour)
                      : fmt::format("with vectors nohead lc {} lw 1", colour);
      case Mark::Kind::guide:
      case Mark::Kind::entry: break;
    }
    return kNoSample;
  }
  static constexpr const char* kNoSample = "with lines lc rgb '#ffffff'";

  void put_plot() {
    std::string list;
    const auto add = [&](const std::string& piece) { list += (list.empty() ? "plot " : ", \\\n  ") + piece; };
    const std::string rug_height = number(0.028 * (figure_.y.high - figure_.y.low));
    for (std::size_t i = 0; i < figure_.marks.size(); ++i) {
      const Mark& m = figure_.marks[i];
      if (m.kind == Mark::Kind::guide || m.kind == Mark::Kind::entry) continue;
      if (m.kind == Mark::Kind::span) {
        add(fmt::format("$m{} using {} {} notitle", i, m.notes.empty() ? "3:2:($4-$3):(0)" : "1:2:3:4",
                        style_of(m, false)));
      } else if (m.kind == Mark::Kind::rug) {
        add(fmt::format("$m{} using 1:2:(0):({}) {} notitle", i, rug_height, style_of(m, false)));
      } else {
        add(fmt::format("$m{} {} notitle", i, style_of(m, false)));
      }
    }
    if (list.empty()) add("NaN notitle");
    for (const Entry& e : entries_) {
      const std::string style = e.mark == nullptr ? kNoSample : style_of(*e.mark, true);
      add(fmt::format("keyentry {} title {}", style, quoted(e.text.empty() ? " " : e.text)));
    }
    out_ += list + '\n';
    line("set output");
  }

  const Figure& figure_;
  PictureFormat format_;
  const std::string& output_;
  std::vector<Entry> entries_;
  std::string out_;
};

}  // namespace

std::string gnuplot_script(const Figure& figure, PictureFormat format, const std::string& output) {
  return Script(figure, format, output).take();
}

}  // namespace relia::io
