#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace strop {

/// CPython's `random.Random(seed)` for integer seeds: the same draws in the same order, so that an optimizer of DSPy
/// makes the same decisions here. Everything else draws from strop/engine/random.hpp.
///
/// MT19937 seeded by init_by_array (Matsumoto, Nishimura 1998 and 2002); the methods follow CPython 3.11's
/// `Modules/_randommodule.c` and `Lib/random.py`. A call outside a stated precondition throws std::invalid_argument.
class PythonRandom {
 public:
  /// As Python: the sign of the seed does not matter.
  explicit PythonRandom(std::int64_t seed);

  /// Uniform in [0, 1), 53 bits.
  double random();
  /// k random bits, 0 <= k <= 64.
  std::uint64_t getrandbits(unsigned k);
  /// Uniform in [0, n), n > 0 (Python's `_randbelow`, and `randrange(n)`).
  std::uint64_t below(std::uint64_t n);
  /// Uniform in [a, b], both included, a <= b.
  std::int64_t randint(std::int64_t a, std::int64_t b);

  /// One of at least one items.
  template <class T>
  const T& choice(const std::vector<T>& items) {
    return items[below(items.size())];
  }

  template <class T>
  void shuffle(std::vector<T>& items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

  /// `sample(range(n), k)`: k different numbers below n in random order, k <= n. O(n) for small n, else O(k log k).
  std::vector<std::size_t> sample(std::size_t n, std::size_t k);

  /// `sample(items, k)`: k items from different places.
  template <class T>
  std::vector<T> sample(const std::vector<T>& items, std::size_t k) {
    std::vector<T> taken;
    taken.reserve(k);
    for (const std::size_t i : sample(items.size(), k)) taken.push_back(items[i]);
    return taken;
  }

  /// `choices(range(n), weights, k=k)`: k indices drawn with replacement. The weights must have a finite sum above 0.
  std::vector<std::size_t> choices(std::span<const double> weights, std::size_t k = 1);

 private:
  std::uint32_t next();  // 32 random bits

  static constexpr std::size_t size = 624;
  std::array<std::uint32_t, size> state_;
  std::size_t used_ = size;
};

}  // namespace strop
