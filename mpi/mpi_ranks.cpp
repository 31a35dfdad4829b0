#include "mpi/mpi_ranks.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include <mpi.h>

#include <relia/error.hpp>

namespace relia {
namespace {

void check(int code) {
  if (code != MPI_SUCCESS) throw MachineError("a rank of this job is lost: MPI cannot reach it");
}

class MpiRanks final : public Ranks {
 public:
  MpiRanks() {
    int provided = 0;
    check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided));
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_));
    check(MPI_Comm_size(MPI_COMM_WORLD, &size_));
  }
  ~MpiRanks() override { MPI_Finalize(); }
  [[nodiscard]] int rank() const noexcept override { return rank_; }
  [[nodiscard]] int size() const noexcept override { return size_; }

  void share(std::span<double> values, std::span<const std::size_t> first) const override {
    // Counts of MPI are ints: large arrays go in rounds, each rank bringing at most kMost numbers.
    constexpr std::size_t kMost = std::size_t{1} << 20;
    const auto ranks = static_cast<std::size_t>(size_);
    std::size_t longest = 0;
    for (std::size_t r = 0; r < ranks; ++r) longest = std::max(longest, first[r + 1] - first[r]);
    std::vector<int> counts(ranks), places(ranks);
    std::vector<double> all;
    for (std::size_t done = 0; done < longest; done += kMost) {
      int total = 0;
      for (std::size_t r = 0; r < ranks; ++r) {
        const std::size_t own = first[r + 1] - first[r];
        counts[r] = static_cast<int>(own > done ? std::min(kMost, own - done) : 0);
        places[r] = total;
        total += counts[r];
      }
      all.resize(static_cast<std::size_t>(total));
      const auto me = static_cast<std::size_t>(rank_);
      check(MPI_Allgatherv(values.data() + std::min(values.size(), first[me] + done), counts[me], MPI_DOUBLE,
                           all.data(), counts.data(), places.data(), MPI_DOUBLE, MPI_COMM_WORLD));
      for (std::size_t r = 0; r < ranks; ++r) {
        std::copy_n(all.begin() + places[r], counts[r],
                    values.begin() + static_cast<std::ptrdiff_t>(first[r] + (counts[r] > 0 ? done : 0)));
      }
    }
  }

  [[nodiscard]] std::vector<std::string> gather(const std::string& text) const override {
    const auto ranks = static_cast<std::size_t>(size_);
    std::vector<double> lengths(ranks);
    lengths[static_cast<std::size_t>(rank_)] = static_cast<double>(text.size());
    share(lengths, slices_of(ranks, size_));
    std::vector<std::string> out(ranks);
    for (std::size_t r = 0; r < ranks; ++r) {
      std::string& s = out[r];
      s.resize(static_cast<std::size_t>(lengths[r]));
      if (static_cast<int>(r) == rank_) s = text;
      constexpr std::size_t kMost = std::size_t{1} << 30;
      for (std::size_t from = 0; from < s.size(); from += kMost) {
        const auto n = static_cast<int>(std::min(kMost, s.size() - from));
        check(MPI_Bcast(s.data() + from, n, MPI_CHAR, static_cast<int>(r), MPI_COMM_WORLD));
      }
    }
    return out;
  }

 private:
  int rank_ = 0, size_ = 1;
};

}  // namespace

std::unique_ptr<Ranks> mpi_ranks() {
  bool launched = false;
  for (const char* name : {"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_SIZE"}) {
    launched = launched || std::getenv(name) != nullptr;
  }
  if (!launched) return nullptr;
  return std::make_unique<MpiRanks>();
}

void abort_ranks(int code) {
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);
}

}  // namespace relia
