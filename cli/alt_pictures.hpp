// Pictures of accelerated life tests.

#pragma once

#include <deque>
#include <string>
#include <vector>

#include <relia/alt.hpp>
#include <relia/alt_result.hpp>
#include <relia/io/figure.hpp>
#include <relia/life_table.hpp>

#include "cli/pictures.hpp"

namespace relia::cli {

/// What relia alt draws: "life-stress", "probability" and "events".
[[nodiscard]] std::vector<std::string> alt_picture_kinds();

/// Picture and page of accelerated tests; the models are fitted again at other conditions while the data are at hand.
class AltPictures {
 public:
  AltPictures(const PictureOptions& wanted, const OutputOptions& output) : wanted_(wanted), output_(output) {}
  /// One test, or the next group of --by.
  /// @throws UsageError when --plot asks for a picture that this test does not have, MachineError
  void add(const LifeTable& table, const AltOptions& options, const AltReport& report);
  /// @param reports  in the order of add()
  [[nodiscard]] MadePictures make(const std::vector<AltReport>& reports) &&;

 private:
  void add_life_stress(io::LifeStressPicture picture, const std::string& group);

  const PictureOptions& wanted_;
  const OutputOptions& output_;
  std::vector<std::vector<io::Figure>> drawn_;  ///< of the page
  // What --plot draws of every group together; pictures point to the reports.
  std::deque<FitReport> reports_;
  std::vector<io::FitPicture> populations_;
  io::LifeStressPicture life_stress_;
};

}  // namespace relia::cli
