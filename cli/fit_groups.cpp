#include "cli/fit_groups.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <relia/error.hpp>
#include <relia/parallel_fitters.hpp>

namespace relia::cli {
namespace {

/// Groups that are fitted and rendered as one piece of work, and pieces a thread between two writes.
constexpr std::size_t kPiece = 64, kPiecesAThread = 8;

struct Piece {
  std::string text;
  Verdict verdict;
};

}  // namespace

FitReport fit_group(Fitter& fitter, const LifeTable& table, const std::string& by, std::string label) {
  FitReport report;
  try {
    report = fitter.fit(table);
  } catch (const BadData& e) {
    if (by.empty()) throw;
    report = fitter.refused(table, e.errors());
  }
  report.group_column = by;
  report.group = std::move(label);
  return report;
}

Verdict fit_groups(
    const Grouping& groups, const std::string& by, const FitOptions& options, int threads, const GroupSink& sink) {
  const bool with_columns = !options.mode_column.empty();
  ParallelFitters fitters(options, threads);
  std::vector<Piece> pieces(kPiecesAThread * static_cast<std::size_t>(fitters.threads()));
  Verdict verdict;
  for (std::size_t begin = 0; begin < groups.size(); begin += pieces.size() * kPiece) {
    const std::size_t end = std::min(groups.size(), begin + pieces.size() * kPiece);
    const std::size_t count = (end - begin + kPiece - 1) / kPiece;
    fitters.run(count, [&](std::size_t p, Fitter& fitter) {
      Piece& piece = pieces[p];
      piece.text.clear();
      piece.verdict = {};
      LifeTable table;
      const std::size_t from = begin + p * kPiece, to = std::min(end, from + kPiece);
      for (std::size_t g = from; g < to; ++g) {
        groups.take(g, with_columns, table);
        FitReport report = fit_group(fitter, table, by, groups.label(g));
        sink.render(report, g == 0, piece.text, piece.verdict);
      }
    });
    for (std::size_t p = 0; p < count; ++p) {
      verdict.append(std::move(pieces[p].verdict));
      sink.write(pieces[p].text, verdict);
    }
    if (sink.progress) sink.progress(end);
  }
  return verdict;
}

}  // namespace relia::cli
