// Work divided by superblock among threads and ranks, and its parts brought back in order.

#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include <relia/ranks.hpp>

namespace relia {

/// Who shares the work on a sample.
struct Workers {
  int threads = 1;               ///< 0: all cores
  const Ranks* ranks = nullptr;  ///< null: this process alone

  [[nodiscard]] bool shared() const noexcept { return ranks != nullptr && ranks->size() > 1; }
};

/// Calls fill(block, part) for every superblock of this process, then brings all parts to all ranks.
/// @returns blocks * width numbers, those of block b from b * width on
/// @throws on all ranks, what fill threw for the first block that failed
[[nodiscard]] std::vector<double> block_parts(
    std::size_t blocks,
    std::size_t width,
    const Workers& workers,
    const std::function<void(std::size_t block, std::span<double> part)>& fill);

/// Things that several threads use one at a time; there are as many as were in use at once.
template <class T>
class Pool {
 public:
  class Loan {
   public:
    explicit Loan(Pool& pool) : pool_(pool), thing_(pool.take()) {}
    ~Loan() { pool_.give(std::move(thing_)); }
    Loan(const Loan&) = delete;
    Loan& operator=(const Loan&) = delete;
    T& operator*() const noexcept { return *thing_; }
    T* operator->() const noexcept { return thing_.get(); }

   private:
    Pool& pool_;
    std::unique_ptr<T> thing_;
  };
  /// All of them, while nobody has one.
  [[nodiscard]] const std::vector<std::unique_ptr<T>>& idle() const noexcept { return idle_; }

 private:
  std::unique_ptr<T> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<T>();
    std::unique_ptr<T> out = std::move(idle_.back());
    idle_.pop_back();
    return out;
  }
  void give(std::unique_ptr<T> thing) {
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(thing));
  }
  std::mutex mutex_;
  std::vector<std::unique_ptr<T>> idle_;
};

}  // namespace relia
