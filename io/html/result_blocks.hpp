// Blocks of a page for the parts that results of several kinds share.

#pragma once

#include <string>
#include <vector>

#include <relia/fit_result.hpp>
#include <relia/io/report.hpp>

#include "io/html/page.hpp"

namespace relia::io {

using PageBlocks = std::vector<PageBlock>;

void append(PageBlocks& to, PageBlocks from);

/// Two sentences: which model, and the life by which a tenth has failed with the mean.
[[nodiscard]] std::vector<std::string> answer_sentences(const FitReport& report, Language language);
[[nodiscard]] PageBadge requirement_badge(const RequirementResult& r, const std::string& prefix, Language language);
[[nodiscard]] PageBlock data_facts(const FitReport& report, Language language);
/// What the reader remarked on, and the share that failed.
[[nodiscard]] std::vector<std::string> data_remarks(const FitReport& report, Language language);
[[nodiscard]] PageBlocks requirement_blocks(const FitReport& report, Language language);
[[nodiscard]] PageBlocks candidate_blocks(const FitReport& report, Language language);
/// Parameters (of every mode), goodness of fit.
[[nodiscard]] PageBlocks model_blocks(const FitReport& report, const ModelResult& model, Language language);
/// Lives, values at ages, values given survival.
[[nodiscard]] PageBlocks metric_blocks(const FitReport& report, const LifeMetrics& metrics, Language language);
[[nodiscard]] PageSection provenance_section(const FitReport& report, Language language);

/// Formulas with their sources, each once.
class MethodList {
 public:
  explicit MethodList(Language language);
  void add(const char* key);
  /// Everything the models of a report used.
  void add(const FitReport& report);
  [[nodiscard]] PageSection section() &&;

 private:
  Language language_;
  std::vector<std::string> seen_;
  PageBlock block_;
};

}  // namespace relia::io
