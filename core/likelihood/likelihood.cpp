#include "core/likelihood/likelihood.hpp"

#include <algorithm>
#include <array>

#include "core/parallel/for_each.hpp"

namespace relia {
namespace {

constexpr std::size_t kChunkRows = 4096;
constexpr std::size_t kParallelChunks = 16;
/// Chunks whose sums are kept at once: bounds the memory when every row has covariates of its own.
constexpr std::size_t kBlockChunks = 1024;

/// A term of k parameters as numbers, for other processes.
constexpr std::size_t numbers_of(int k) noexcept {
  return static_cast<std::size_t>(1 + k + k * (k + 1) / 2);
}

void put(const Term& t, std::span<double> out) noexcept {
  const auto k = static_cast<std::size_t>(t.n);
  out[0] = t.f;
  std::copy_n(t.g.begin(), k, out.begin() + 1);
  std::copy_n(t.h.begin(), out.size() - 1 - k, out.begin() + 1 + t.n);
}

void take(std::span<const double> in, Term& t) noexcept {
  const auto k = static_cast<std::size_t>(t.n);
  t.f = in[0];
  std::copy_n(in.begin() + 1, k, t.g.begin());
  std::copy_n(in.begin() + 1 + t.n, in.size() - 1 - k, t.h.begin());
}

/// The sums of all ranks on all of them.
void share(const Ranks& ranks, std::vector<std::size_t> slices, int k, std::vector<Term>& sums) {
  const std::size_t width = numbers_of(k), count = slices.back();
  std::vector<double> numbers(count * width);
  const auto rank = static_cast<std::size_t>(ranks.rank());
  const auto of = [&](std::size_t i) { return std::span<double>(numbers).subspan(i * width, width); };
  for (std::size_t i = slices[rank]; i < slices[rank + 1]; ++i) put(sums[i], of(i));
  for (std::size_t& s : slices) s *= width;
  ranks.share(numbers, slices);
  for (std::size_t i = 0; i < count; ++i) {
    sums[i].n = k;
    take(of(i), sums[i]);
  }
}

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
        chunks_.push_back({c, sample.cells[c].segments[s].block, s, from, std::min(rows, from + kChunkRows)});
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
      for (std::size_t j = 0; j < w.size(); ++j) {
        visit(static_cast<Eigen::Index>(location_) + static_cast<Eigen::Index>(j), w[j]);
      }
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

Term Likelihood::streamed(std::span<const double> theta) const {
  const int k = distribution_.size();
  std::array<double, kMaxLawParameters> parameters{};
  const Cell& cell = sample_.cells.front();
  law_parameters(theta, cell.x, cell.offset, cell.w, parameters);
  const std::span<const double> law(parameters.data(), static_cast<std::size_t>(k));
  const std::vector<double> parts =
      sample_.parts(numbers_of(k), [&](std::span<const Segment> segments, std::span<double> part) {
        Term sum(k), chunk;
        for (const Segment& s : segments) {
          for (std::size_t from = 0; from < s.a.size(); from += kChunkRows) {
            chunk.reset(k);
            distribution_.accumulate(s.rows(from, std::min(s.a.size(), from + kChunkRows)), law, chunk);
            sum.add(1.0, chunk);
          }
        }
        put(sum, part);
      });
  Term total(k), part(k);
  for (std::size_t from = 0; from < parts.size(); from += numbers_of(k)) {
    take(std::span<const double>(parts).subspan(from, numbers_of(k)), part);
    total.add(1.0, part);
  }
  return total;
}

Jet Likelihood::evaluate(std::span<const double> theta) const {
  const int k = distribution_.size();
  Jet out(size_);
  if (sample_.stream != nullptr) {
    pull_back(streamed(theta), sample_.cells.front().x, sample_.cells.front().w, out);
    out.f += sample_.log_jacobian;
    return out;
  }
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
  const Workers& workers = sample_.workers;
  // A few chunks are summed sooner than sent: by every rank, then.
  const bool shared = workers.shared() && chunks_.size() >= kParallelChunks;
  Term total(k), block_sum(k);
  for (std::size_t first = 0; first < chunks_.size(); first += kBlockChunks) {
    const std::size_t count = std::min(kBlockChunks, chunks_.size() - first);
    std::size_t from = 0, to = count;
    std::vector<std::size_t> slices;
    if (shared) {
      slices = slices_of(count, workers.ranks->size());
      from = slices[static_cast<std::size_t>(workers.ranks->rank())];
      to = slices[static_cast<std::size_t>(workers.ranks->rank()) + 1];
    }
    for_each_part(to - from, to - from >= kParallelChunks ? threads_ : 1,
                  [&](std::size_t i) { work(first, from + i); });
    if (shared) share(*workers.ranks, slices, k, sums);
    for (std::size_t i = 0; i < count; ++i) {
      // Chunks of one superblock are neighbours, and so are superblocks of one cell: pulled back once.
      const Chunk& chunk = chunks_[first + i];
      block_sum.add(1.0, sums[i]);
      const bool last = first + i + 1 == chunks_.size();
      const bool ends_cell = last || chunks_[first + i + 1].cell != chunk.cell;
      if (ends_cell || chunks_[first + i + 1].block != chunk.block) {
        total.add(1.0, block_sum);
        block_sum.reset(k);
      }
      if (!ends_cell) continue;
      pull_back(total, sample_.cells[chunk.cell].x, sample_.cells[chunk.cell].w, out);
      total.reset(k);
    }
  }
  out.f += sample_.log_jacobian;
  return out;
}

}  // namespace relia
