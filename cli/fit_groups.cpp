#include "cli/fit_groups.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <tbb/enumerable_thread_specific.h>
#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

#include <relia/error.hpp>

namespace relia::cli {
namespace {

/// Groups that are fitted and rendered as one piece of work, and pieces a thread between two writes.
constexpr std::size_t kPiece = 64, kPiecesAThread = 8;

struct Worker {
  explicit Worker(const FitOptions& options) : fitter(options) {}
  Fitter fitter;
  LifeTable table;
};

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
  // One thread a group: a group's own threads would only wait for each other.
  FitOptions alone = options;
  alone.threads = 1;
  const bool with_columns = !options.mode_column.empty();
  // TBB complains of more threads than cores; they would not help.
  const int cores = tbb::info::default_concurrency();
  const int used = threads > 0 ? std::min(threads, cores) : cores;
  tbb::task_arena arena(used);
  tbb::enumerable_thread_specific<Worker> workers([&] { return Worker(alone); });
  std::vector<Piece> pieces(kPiecesAThread * static_cast<std::size_t>(used));
  Verdict verdict;
  for (std::size_t begin = 0; begin < groups.size(); begin += pieces.size() * kPiece) {
    const std::size_t end = std::min(groups.size(), begin + pieces.size() * kPiece);
    const std::size_t count = (end - begin + kPiece - 1) / kPiece;
    const auto work = [&](std::size_t p) {
      Worker& worker = workers.local();
      Piece& piece = pieces[p];
      piece.text.clear();
      piece.verdict = {};
      const std::size_t from = begin + p * kPiece, to = std::min(end, from + kPiece);
      for (std::size_t g = from; g < to; ++g) {
        groups.take(g, with_columns, worker.table);
        FitReport report = fit_group(worker.fitter, worker.table, by, groups.label(g));
        sink.render(report, g == 0, piece.text, piece.verdict);
      }
    };
    if (used == 1) {
      for (std::size_t p = 0; p < count; ++p) work(p);
    } else {
      arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, work); });
    }
    for (std::size_t p = 0; p < count; ++p) {
      verdict.append(std::move(pieces[p].verdict));
      sink.write(pieces[p].text, verdict);
    }
    if (sink.progress) sink.progress(end);
  }
  return verdict;
}

}  // namespace relia::cli
