// Axes, thinning and the two backends that are text: what they draw is pinned to the byte.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <relia/io/figure.hpp>
#include <relia/io/pictures.hpp>

#include "io/plot/axes.hpp"

namespace relia::io {
namespace {

std::vector<std::string> labels(const Axis& axis, double gap) {
  std::vector<std::string> out;
  for (const Tick& t : fitting_ticks(axis, gap)) {
    if (!t.label.empty()) out.push_back(t.label);
  }
  return out;
}

TEST(Axes, LogarithmicTicksStandOnDecades) {
  EXPECT_EQ(labels(log_axis("t", 8.0, 12000.0), 0.2), (std::vector<std::string>{"10", "100", "1000", "10000"}));
  EXPECT_EQ(labels(log_axis("t", 90.0, 1100.0), 0.1), (std::vector<std::string>{"100", "200", "300", "500", "1000"}));
  EXPECT_GE(labels(log_axis("t", 100.0, 101.0), 0.15).size(), 2U) << "a hundredth of a decade still has labels";
}

TEST(Axes, LinearTicksAreRound) {
  EXPECT_EQ(labels(linear_axis("t", -1.0, 11.0), 0.05), (std::vector<std::string>{"0", "2", "4", "6", "8", "10"}));
  EXPECT_EQ(labels(linear_axis("t", 0.0, 0.0031), 0.05),
            (std::vector<std::string>{"0", "0.0005", "0.001", "0.0015", "0.002", "0.0025", "0.003"}));
}

TEST(Axes, WeibullPaperHasThePercentagesEngineersKnow) {
  const std::vector<std::string> found = labels(Probability(Paper::weibull).axis("F", 0.001, 0.999), 0.035);
  for (const char* const wanted : {"0.1", "0.5", "1", "5", "10", "50", "63.2", "90", "99", "99.9"}) {
    EXPECT_NE(std::find(found.begin(), found.end(), wanted), found.end()) << wanted;
  }
}

TEST(Axes, PapersPlaceTheirOwnQuantilesOnALine) {
  EXPECT_DOUBLE_EQ(Probability(Paper::weibull).place(-std::expm1(-1.0)), 0.0);
  EXPECT_DOUBLE_EQ(Probability(Paper::largest).place(std::exp(-1.0)), 0.0);
  EXPECT_DOUBLE_EQ(Probability(Paper::logistic).place(0.75), std::log(3.0));
  EXPECT_NEAR(Probability(Paper::normal).place(0.975), 1.959963984540054, 1e-12);
  EXPECT_DOUBLE_EQ(Probability(Paper::exponential).place(0.5), std::log(2.0));
  // A paper matched to quantiles gives back the pairs it was made of.
  const Probability matched({{0.1, 2.0}, {0.5, 5.0}, {0.9, 11.0}});
  EXPECT_DOUBLE_EQ(matched.place(0.5), 5.0);
  EXPECT_NEAR(matched.place(0.9), 11.0, 1e-12);
}

TEST(PlottedData, ThinsWithoutOpeningGaps) {
  LifeTable table;
  for (int i = 0; i < 200000; ++i) {
    const double p = (i + 0.5) / 200000.0;
    table.lower.push_back(1000.0 * std::pow(-std::log1p(-p), 0.5));
    table.upper.push_back(table.lower.back());
  }
  const PlottedData thin = plotted_data(table);
  EXPECT_EQ(thin.points_before_thinning, 200000U);
  EXPECT_LE(thin.time.size(), 1700U);
  EXPECT_GE(thin.time.size(), 700U);
  EXPECT_EQ(thin.time.front(), table.lower.front());
  EXPECT_EQ(thin.time.back(), table.lower.back());
  // On Weibull paper no two neighbours are further apart than the paper's hundredth, away from the first failures.
  const Probability paper(Paper::weibull);
  const double range = paper.place(0.999999) - paper.place(1e-6);
  for (std::size_t i = 1; i < thin.time.size(); ++i) {
    if (thin.probability[i - 1] < 1e-4) continue;
    EXPECT_LT(paper.place(thin.probability[i]) - paper.place(thin.probability[i - 1]), 0.01 * range) << i;
  }
}

TEST(PlottedData, PlotsIntervalsAtTheMiddleOfTurnbullSteps) {
  LifeTable table;
  table.lower = {0.0, 10.0, 20.0, 30.0};
  table.upper = {10.0, 20.0, 30.0, HUGE_VAL};
  table.count = {1.0, 2.0, 1.0, 4.0};
  const PlottedData data = plotted_data(table);
  EXPECT_EQ(data.method, PlottedData::Method::turnbull);
  EXPECT_EQ(data.time, (std::vector<double>{10.0, 20.0, 30.0}));
  EXPECT_EQ(data.lower, (std::vector<double>{0.0, 10.0, 20.0}));
  ASSERT_EQ(data.probability.size(), 3U);
  EXPECT_NEAR(data.probability[0], 0.0625, 1e-9);
  EXPECT_NEAR(data.probability[1], 0.25, 1e-9);
  EXPECT_NEAR(data.probability[2], 0.4375, 1e-9);
}

Figure small_figure() {
  Figure f;
  f.id = "survival";
  f.title = "It's 100 % sure";
  f.subtitle = "`id` @x \n \\n";
  f.x = linear_axis("Age (h)", 0.0, 10.0);
  f.y = linear_axis("R", 0.0, 1.0);
  Mark line;
  line.label = "model";
  line.colour = 1;
  line.x = {0.0, 10.0};
  line.y = {1.0, 0.0};
  Mark points;
  points.kind = Mark::Kind::points;
  points.label = "F=2";
  points.x = {2.0, 6.0};
  points.y = {0.75, 0.35};
  Mark guide;
  guide.kind = Mark::Kind::guide;
  guide.y = {0.5};
  f.marks = {line, points, guide};
  f.notes = {"a note"};
  return f;
}

TEST(Gnuplot, ScriptIsPinned) {
  const std::string found = gnuplot_script(small_figure(), PictureFormat::svg, "out.svg");
  EXPECT_EQ(found, gnuplot_script(small_figure(), PictureFormat::svg, "out.svg"));
  const std::string expected =
      R"(set terminal svg size 640,629 dynamic noenhanced font 'DejaVu Sans,14' name 'relia' background '#ffffff'
set encoding utf8
set output 'out.svg'
set tmargin at screen 0.9014308
set bmargin at screen 0.217806
set lmargin at screen 0.1140625
set rmargin at screen 0.9625
set label 1 'It''s 100 % sure' at screen 0.5,0.9650238 center font ',17'
set label 2 '`id` @x   \n' at screen 0.5,0.9284579 center tc rgb '#555555'
set label 3 'R' at screen 0.025,0.5596184 center rotate by 90
set label 4 'Age (h)' at screen 0.5382813,0.1446741 center
)";
  EXPECT_EQ(found.substr(0, expected.size()), expected);
  const std::string end = R"(plot $m0 with lines lc rgb '#0072b2' lw 2 dt solid notitle, \
  $m1 with points pt 7 ps 0.75 lc rgb '#222222' notitle, \
  keyentry with points pt 7 ps 0.75 lc rgb '#222222' title 'F=2', \
  keyentry with lines lc rgb '#0072b2' lw 2 dt solid title 'model', \
  keyentry with lines lc rgb '#ffffff' title 'a note'
set output
)";
  ASSERT_GT(found.size(), end.size());
  EXPECT_EQ(found.substr(found.size() - end.size()), end);
}

TEST(Braille, PictureIsPinned) {
  const std::string found = render_text(small_figure(), {});
  EXPECT_EQ(found.find('\x1b'), std::string::npos);
  EXPECT_NE(render_text(small_figure(), {.colour = true, .language = Language::english}).find("\x1b[38;5;25m"),
            std::string::npos);
  EXPECT_EQ(found, R"(It's 100 % sure  `id` @x   \n
R
  1 ┤⠑⠢⢄
    │   ⠉⠒⢄⡀
    │      ⠈⠑⠤⣀
    │          ⠑⠢⢄
0.8 ┤             ⠉⠢⢄⡀
    │              ● ⠈⠒⠤⡀
    │                   ⠈⠑⠢⣀
    │                       ⠉⠢⢄⡀
0.6 ┤                          ⠈⠒⠤⡀
    │                             ⠈⠑⠢⣀
    │⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀⠉⡢⢄⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀ ⡀
    │                                    ⠑⠢⣀
    │                                       ⠉⠢⢄⡀
0.4 ┤                                          ⠈⠒⠤⡀
    │                                           ● ⠈⠑⠢⣀
    │                                                 ⠉⠢⢄⡀
    │                                                    ⠈⠒⠤⡀
0.2 ┤                                                       ⠈⠑⠢⣀
    │                                                           ⠉⠢⢄
    │                                                              ⠉⠒⢄⡀
    │                                                                 ⠈⠑⠤⣀
  0 ┤                                                                     ⠑⠢⢄
    └┬─────────────┬─────────────┬──────────────┬─────────────┬─────────────┬
     0             2             4              6             8            10
                                     Age (h)
  ⠒⠒ model
  ●  F=2
     a note
)");
}

}  // namespace
}  // namespace relia::io
