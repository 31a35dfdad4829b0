// A report page as a value, and its HTML. Builders know results, the renderer knows markup; every text is escaped here
// and nowhere else.

#pragma once

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <relia/io/figure.hpp>
#include <relia/io/report.hpp>

namespace relia::io {

/// A cell of a table. A number carries its exact value for sorting and for checks against the JSON.
struct PageCell {
  std::string text;
  double value = std::numeric_limits<double>::quiet_NaN();
};

[[nodiscard]] PageCell number_cell(double value, int digits = 6);

struct PageTable {
  struct Column {
    std::string title;
    bool number = false;
  };
  std::string caption;
  std::vector<Column> columns;
  std::vector<std::vector<PageCell>> rows;
};

struct PageBlock {
  enum class Kind { paragraph, note, heading, list, table, facts, figures, formulas };
  Kind kind = Kind::paragraph;
  std::string text;
  std::vector<std::string> items;                             ///< list
  PageTable table;                                            ///< table; facts: two columns without a head
  std::vector<Figure> figures;                                ///< the first is drawn large
  std::vector<std::pair<std::string, std::string>> formulas;  ///< what, formula and source
};

struct PageSection {
  std::string id, title;
  std::vector<PageBlock> blocks;
};

struct PageBadge {
  bool good = false;
  std::string word, text;
};

struct Page {
  Language language = Language::english;
  std::string title, subtitle;
  std::vector<std::string> answer;  ///< sentences, one a paragraph
  std::vector<PageBadge> badges;    ///< requirements, judged
  std::vector<PageSection> sections;
  std::vector<std::string> results;  ///< JSON texts, embedded for machines
};

[[nodiscard]] PageBlock paragraph(std::string text);
[[nodiscard]] PageBlock note(std::string text);
[[nodiscard]] PageBlock heading(std::string text);
[[nodiscard]] PageBlock list(std::vector<std::string> items);
[[nodiscard]] PageBlock table(PageTable table);
[[nodiscard]] PageBlock facts(const std::vector<std::pair<std::string, std::string>>& rows);
[[nodiscard]] PageBlock figures(std::vector<Figure> list);

/// One file that opens offline: uPlot, script, style, figures and results inside, nothing fetched, and a content
/// security policy that forbids it.
[[nodiscard]] std::string html_of(const Page& page);

/// The time of SOURCE_DATE_EPOCH when set, else now: "2026-01-31 12:00:00 UTC".
[[nodiscard]] std::string page_time();

}  // namespace relia::io
