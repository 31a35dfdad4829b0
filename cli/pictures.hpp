// --plot and --report: pictures beside the answer.

#pragma once

#include <optional>
#include <string>
#include <vector>

#include <relia/fit.hpp>
#include <relia/io/figure.hpp>
#include <relia/io/pictures.hpp>
#include <relia/life_table.hpp>
#include <relia/nonparametric.hpp>

#include "cli/arguments.hpp"
#include "cli/options.hpp"

namespace relia::cli {

/// --plot --plot-kind --report
struct PictureOptions {
  std::string plot;    ///< FILE.svg, .png, .pdf, or "-" for text on standard output; empty: none
  std::string kind;    ///< what --plot draws
  std::string report;  ///< FILE.html; empty: none

  /// @param kinds  pictures this command draws, the first is the default; with one there is no --plot-kind
  void declare(Arguments& arguments, std::vector<std::string> kinds);
  /// For a command with one picture. @param help  of --plot
  void declare_single(Arguments& arguments, std::string help);
  [[nodiscard]] bool wanted() const { return !plot.empty() || !report.empty(); }
  /// What does not go together. @throws UsageError
  void check(const Arguments& arguments, const OutputOptions& output) const;

 private:
  void declare_plot_option(Arguments& arguments, std::string help);
  void declare_kind(Arguments& arguments);
  void declare_report(Arguments& arguments);
  std::vector<std::string> kinds_;
};

/// Files and text, made before anything is written, so that a call that fails leaves nothing behind.
struct MadePictures {
  struct File {
    std::string name, bytes;
  };
  std::vector<File> files;
  std::string text;  ///< of --plot -
};

/// Draws --plot as its file's name says. @throws MachineError
void add_plot(MadePictures& made, const PictureOptions& options, const io::Figure& figure, const OutputOptions& output);

/// The answer with the text picture below it, where the answer is text.
[[nodiscard]] std::string with_picture(std::string answer, Format format, const MadePictures& made);
/// After the answer: the text picture where the answer is not text, and the files.
void write_pictures(const MadePictures& made, const OutputOptions& output);

/// The pictures of a fit: what they need is taken while each group's table is at hand.
class FitPictures {
 public:
  explicit FitPictures(const PictureOptions& options) : options_(options) {}
  void add(const LifeTable& table, const FitOptions& options, const FitReport& report);
  /// @param reports  in the order of add()
  [[nodiscard]] MadePictures make(const std::vector<FitReport>& reports, const OutputOptions& output);

 private:
  const PictureOptions& options_;
  std::vector<io::FitPicture> populations_;
};

/// The picture and page of a nonparametric estimate.
[[nodiscard]] MadePictures nonparametric_pictures(const PictureOptions& options,
                                                  const std::vector<NonparametricReport>& reports,
                                                  const OutputOptions& output);

}  // namespace relia::cli
