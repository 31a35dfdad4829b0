// A picture as a value: axes with their ticks, marks in the axes' coordinates, a legend. Builders (pictures.hpp) make
// it from results, backends draw it; neither knows the other.
//
//   Figure  ->  SVG, PNG or PDF by gnuplot, Unicode braille, or the HTML report

#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include <relia/io/report.hpp>

namespace relia::io {

/// A place on an axis. `level` 0 is the most important; a backend takes levels in turn while their labels fit.
struct Tick {
  double at = 0.0;    ///< axis coordinate
  std::string label;  ///< empty: a grid line only
  int level = 0;
};

/// An axis. Everything drawn against it is in its coordinate: t itself, ln t, or the reduced variate of a probability
/// paper.
struct Axis {
  std::string label;
  enum class Scale {
    linear,  ///< coordinate = value
    log,     ///< coordinate = ln(value)
    table    ///< `table` says which value a coordinate is
  };
  Scale scale = Scale::linear;
  double low = 0.0, high = 1.0;                  ///< the part drawn, as coordinates
  std::vector<Tick> ticks;                       ///< ascending; candidates, see Tick::level
  std::vector<std::pair<double, double>> table;  ///< Scale::table: (coordinate, value), ascending
};

/// Something drawn. x and y are axis coordinates.
struct Mark {
  enum class Kind {
    line,
    area,    ///< closed polygon, filled
    points,  ///< symbols
    rug,     ///< short strokes at x up from the horizontal axis
    span,    ///< horizontal bars from x to x2 at y
    guide,   ///< dashed line at x (y empty) or y (x empty), with `label` at its end and not in the legend
    entry    ///< a line of the legend only
  };
  enum class Dash { solid, dashed, dotted };
  Kind kind = Kind::line;
  std::string label;  ///< in the legend; empty: not there
  int colour = 0;     ///< of the palette: 0 ink, 1… Okabe and Ito
  Dash dash = Dash::solid;
  int symbol = 0;        ///< points: 0 filled circle, 1 hollow circle, 2 triangle, 3 square, 4 diamond, 5 cross
  double width = 2.0;    ///< of a line, in pixels at 640 across
  bool emphasis = true;  ///< false: drawn thin, for what stands beside the answer
  std::vector<double> x, y, x2;
  std::vector<std::string> notes;  ///< points, span: what to read there, one a point, or none
};

struct Figure {
  std::string id;  ///< kind of picture: "probability", "survival", …
  std::string title, subtitle;
  Axis x, y;
  std::vector<Mark> marks;         ///< in the order they are drawn
  std::vector<std::string> notes;  ///< below the legend: method, goodness of fit
};

enum class PictureFormat { svg, png, pdf };

/// The gnuplot script that draws the figure into `output`, with its data. Same figure, same bytes.
[[nodiscard]] std::string gnuplot_script(const Figure& figure, PictureFormat format, const std::string& output);

/// The picture's bytes, drawn by Debian's gnuplot as a child process; they hold no time but SOURCE_DATE_EPOCH (PDF).
/// @throws MachineError when gnuplot is missing (naming its package), fails or takes more than a minute
[[nodiscard]] std::string draw(const Figure& figure, PictureFormat format);

/// The picture in braille dots, axes and legend in text, 100 columns at most; lines end in '\n'.
[[nodiscard]] std::string render_text(const Figure& figure, const TextStyle& style);

/// Colours of the palette as "#rrggbb": ink, then Okabe and Ito's (2008) colours that everybody tells apart.
[[nodiscard]] std::string palette_colour(int colour);

/// Candidates that fit: by level, each at least `gap` (as a fraction of the axis) from those taken before; grid lines
/// without label need a quarter of it.
[[nodiscard]] std::vector<Tick> fitting_ticks(const Axis& axis, double gap);

}  // namespace relia::io
