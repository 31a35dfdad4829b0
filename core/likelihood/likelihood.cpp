#include "core/likelihood/likelihood.hpp"

#include <algorithm>
#include <array>

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/task_arena.h>

namespace relia {
namespace {

constexpr std::size_t kChunkRows = 4096;
constexpr std::size_t kParallelChunks = 16;
/// Chunks whose sums are kept at once: bounds the memory when every row has covariates of its own.
constexpr std::size_t kBlockChunks = 1024;

}  // namespace

Likelihood::Likelihood(const Distribution& distribution, const Sample& sample, int threads)
    : distribution_(distribution), sample_(sample), threads_(threads) {
  const Cell& first = sample.cells.front();
  location_ = first.x.empty() ? 1 : static_cast<int>(first.x.size());
  shape_ = distribution.size() < 2 ? 0 : first.w.empty() ? 1 : static_cast<int>(first.w.size());
  size_ = location_ + shape_ + std::max(0, distribution.size() - 2);
  for (std::size_t c = 0; c < sample.cells.size(); ++c) {
    for (std::size_t s = 0; s < sample.cells[c].segments.size(); ++s) {
      const std::size_t rows = sample.cells[c].segments[s].a.size();
      for (std::size_t from = 0; from < rows; from += kChunkRows) {
        chunks_.push_back({c, s, from, std::min(rows, from + kChunkRows)});
      }
    }
  }
}

void Likelihood::law_parameters(std::span<const double> theta,
                                std::span<const double> x,
                                double offset,
                                std::span<const double> w,
                                std::span<double> law) const {
  if (x.empty()) {
    law[0] = theta[0] + offset;
  } else {
    law[0] = offset;
    for (std::size_t j = 0; j < x.size(); ++j) law[0] += x[j] * theta[j];
  }
  const auto base = static_cast<std::size_t>(location_);
  if (shape_ > 0) {
    if (w.empty()) {
      law[1] = theta[base];
    } else {
      law[1] = 0.0;
      for (std::size_t j = 0; j < w.size(); ++j) law[1] += w[j] * theta[base + j];
    }
  }
  const auto rest = base + static_cast<std::size_t>(shape_);
  for (std::size_t j = 2; j < static_cast<std::size_t>(distribution_.size()); ++j) law[j] = theta[rest + j - 2];
}

void Likelihood::pull_back(const Term& t, std::span<const double> x, std::span<const double> w, Jet& out) const {
  out.f += t.f;
  const int k = distribution_.size();
  // Place and factor list of law parameter a: location spreads over beta, log-scale over gamma, rest one to one.
  const auto spread = [&](int a, auto&& visit) {
    if (a == 0) {
      if (x.empty()) return visit(Eigen::Index{0}, 1.0);
      for (std::size_t j = 0; j < x.size(); ++j) visit(static_cast<Eigen::Index>(j), x[j]);
    } else if (a == 1) {
      if (w.empty()) return visit(Eigen::Index{location_}, 1.0);
      for (std::size_t j = 0; j < w.size(); ++j)
        visit(static_cast<Eigen::Index>(location_) + static_cast<Eigen::Index>(j), w[j]);
    } else {
      visit(Eigen::Index{location_ + shape_ + a - 2}, 1.0);
    }
  };
  for (int a = 0; a < k; ++a) {
    spread(a, [&](Eigen::Index i, double p) {
      out.g[i] += p * t.d(a);
      for (int b = 0; b < k; ++b) {
        const double second = t.dd(a, b);
        spread(b, [&](Eigen::Index j, double q) { out.h(i, j) += p * q * second; });
      }
    });
  }
}

Jet Likelihood::evaluate(std::span<const double> theta) const {
  const int k = distribution_.size();
  std::vector<Term> sums(std::min(chunks_.size(), kBlockChunks));
  const auto work = [&](std::size_t first, std::size_t i) {
    const Chunk& chunk = chunks_[first + i];
    const Cell& cell = sample_.cells[chunk.cell];
    std::array<double, kMaxLawParameters> law{};
    law_parameters(theta, cell.x, cell.offset, cell.w, law);
    sums[i].reset(k);
    distribution_.accumulate(cell.segments[chunk.segment].rows(chunk.from, chunk.to),
                             std::span<const double>(law.data(), static_cast<std::size_t>(k)), sums[i]);
  };
  Jet out(size_);
  for (std::size_t first = 0; first < chunks_.size(); first += kBlockChunks) {
    const std::size_t count = std::min(kBlockChunks, chunks_.size() - first);
    if (threads_ != 1 && count >= kParallelChunks) {
      // TBB complains on standard error of more threads than cores; they would not help.
      const int cores = tbb::info::default_concurrency();
      tbb::task_arena arena(threads_ > 0 ? std::min(threads_, cores) : cores);
      arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, [&](std::size_t i) { work(first, i); }); });
    } else {
      for (std::size_t i = 0; i < count; ++i) work(first, i);
    }
    for (std::size_t i = 0; i < count;) {
      // Chunks of one cell are neighbours: add them first, pull back once.
      const std::size_t cell = chunks_[first + i].cell;
      Term total(k);
      for (; i < count && chunks_[first + i].cell == cell; ++i) total.add(1.0, sums[i]);
      pull_back(total, sample_.cells[cell].x, sample_.cells[cell].w, out);
    }
  }
  out.f += sample_.log_jacobian;
  return out;
}

}  // namespace relia
