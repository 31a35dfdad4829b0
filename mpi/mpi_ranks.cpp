#include "mpi/mpi_ranks.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <string>
#include <thread>
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
  ~MpiRanks() override {
    // Nobody begins to leave while another may still end the job: Open MPI 4.1's launcher can then wait for ever. A
    // rank without work sleeps here, so that it takes no time from those that have some.
    MPI_Request all = MPI_REQUEST_NULL;
    int done = MPI_Ibarrier(MPI_COMM_WORLD, &all) == MPI_SUCCESS ? 0 : 1;
    for (auto pause = std::chrono::microseconds(100); done == 0; pause = std::min(2 * pause, kLongestPause)) {
      if (MPI_Test(&all, &done, MPI_STATUS_IGNORE) != MPI_SUCCESS) break;
      if (done == 0) std::this_thread::sleep_for(pause);
    }
    MPI_Finalize();
  }
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

  [[nodiscard]] std::vector<std::string> gather(const std::string& text, bool everywhere) const override {
    const auto ranks = static_cast<std::size_t>(size_);
    const unsigned long long own = text.size();
    std::vector<unsigned long long> lengths(ranks);
    check(MPI_Allgather(&own, 1, MPI_UNSIGNED_LONG_LONG, lengths.data(), 1, MPI_UNSIGNED_LONG_LONG, MPI_COMM_WORLD));
    std::vector<std::string> out(ranks);
    for (int r = 0; r < size_; ++r) {
      std::string& s = out[static_cast<std::size_t>(r)];
      if (r == rank_) s = text;
      if (!everywhere && rank_ != 0 && rank_ != r) continue;
      const std::size_t length = lengths[static_cast<std::size_t>(r)];
      if (r != rank_) s.resize(length);
      for (std::size_t from = 0; from < length; from += kMostBytes) {
        const auto n = static_cast<int>(std::min(kMostBytes, length - from));
        if (everywhere) {
          check(MPI_Bcast(s.data() + from, n, MPI_CHAR, r, MPI_COMM_WORLD));
        } else if (r != 0 && rank_ == 0) {
          check(MPI_Recv(s.data() + from, n, MPI_CHAR, r, 0, MPI_COMM_WORLD, MPI_STATUS_IGNORE));
        } else if (r != 0) {
          check(MPI_Send(s.data() + from, n, MPI_CHAR, 0, 0, MPI_COMM_WORLD));
        }
      }
    }
    return out;
  }

 private:
  static constexpr std::chrono::microseconds kLongestPause{20000};
  static constexpr std::size_t kMostBytes = std::size_t{1} << 30;
  int rank_ = 0, size_ = 1;
};

}  // namespace
}  // namespace relia

const char* relia_mpi_version() {
  return RELIA_VERSION;
}

relia::Ranks* relia_mpi_ranks() {
  return new relia::MpiRanks();
}

void relia_mpi_abort(int code) {
  MPI_Abort(MPI_COMM_WORLD, code);
  std::_Exit(code);
}
