#include "cli/fit_groups.hpp"

#include <algorithm>
#include <charconv>
#include <exception>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include <relia/error.hpp>
#include <relia/parallel_fitters.hpp>
#include <relia/ranks.hpp>

#include "core/rank_errors.hpp"

namespace relia::cli {
namespace {

/// Groups that are fitted and rendered as one piece of work, and pieces a thread between two writes.
constexpr std::size_t kPiece = 64, kPiecesAThread = 8;
/// Pieces a rank between two gatherings, whatever its threads are: all ranks agree on it.
constexpr std::size_t kPiecesARank = 64;

struct Piece {
  std::string text;
  Verdict verdict;
};

/// What this rank has rendered, brought to the first.
void gather(const Ranks& ranks, std::span<Piece> own, Verdict& verdict, const GroupSink& sink) {
  Verdict of_rank;
  std::string text;
  for (Piece& piece : own) {
    of_rank.append(std::move(piece.verdict));
    text += piece.text;
  }
  const std::string packed = of_rank.packed();
  const std::vector<std::string> all = ranks.gather(fmt::format("{} {}{}", packed.size(), packed, text), false);
  if (ranks.rank() != 0) return;
  for (std::string_view part : all) {
    std::size_t length = 0;
    const char* const end = std::from_chars(part.data(), part.data() + part.size(), length).ptr;
    part.remove_prefix(static_cast<std::size_t>(end - part.data()) + 1);
    verdict.append(Verdict::unpacked(part.substr(0, length)));
    sink.write(part.substr(length), verdict);
  }
}

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
    const Grouping& groups, const std::string& by, FitOptions options, int threads, const GroupSink& sink) {
  const bool with_columns = !options.mode_column.empty();
  // The ranks divide the groups, so each fit is of one of them.
  const Ranks* const ranks = std::exchange(options.processes, nullptr);
  const std::size_t sharers = ranks == nullptr ? 1 : static_cast<std::size_t>(ranks->size());
  ParallelFitters fitters(std::move(options), threads);
  std::vector<Piece> pieces(ranks == nullptr ? kPiecesAThread * static_cast<std::size_t>(fitters.threads())
                                             : kPiecesARank);
  Verdict verdict;
  const std::size_t step = sharers * pieces.size() * kPiece;
  for (std::size_t begin = 0; begin < groups.size(); begin += step) {
    const std::size_t end = std::min(groups.size(), begin + step);
    std::size_t first = 0, count = (end - begin + kPiece - 1) / kPiece;
    if (ranks != nullptr) {
      const std::vector<std::size_t> slices = slices_of(count, ranks->size());
      first = slices[static_cast<std::size_t>(ranks->rank())];
      count = slices[static_cast<std::size_t>(ranks->rank()) + 1] - first;
    }
    const auto fit_piece = [&](std::size_t p, Fitter& fitter) {
      Piece& piece = pieces[p];
      piece.text.clear();
      piece.verdict = {};
      LifeTable table;
      const std::size_t from = begin + (first + p) * kPiece, to = std::min(end, from + kPiece);
      for (std::size_t g = from; g < to; ++g) {
        groups.take(g, with_columns, table);
        FitReport report = fit_group(fitter, table, by, groups.label(g));
        sink.render(report, g == 0, piece.text, piece.verdict);
      }
    };
    if (ranks != nullptr) {
      std::exception_ptr failure;
      try {
        fitters.run(count, fit_piece);
      } catch (...) {
        failure = std::current_exception();
      }
      throw_first_error(*ranks, failure);
      gather(*ranks, std::span(pieces).first(count), verdict, sink);
      if (sink.progress && ranks->rank() == 0) sink.progress(end);
      continue;
    }
    fitters.run(count, fit_piece);
    for (std::size_t p = 0; p < count; ++p) {
      verdict.append(std::move(pieces[p].verdict));
      sink.write(pieces[p].text, verdict);
    }
    if (sink.progress) sink.progress(end);
  }
  return verdict;
}

}  // namespace relia::cli
