#include "strop/optimize/python_random.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <set>
#include <stdexcept>

namespace strop {
namespace {

void require(bool condition, const char* what) {
  if (!condition) throw std::invalid_argument(what);
}

}  // namespace

PythonRandom::PythonRandom(std::int64_t seed) {
  const auto magnitude = seed < 0 ? 0 - static_cast<std::uint64_t>(seed) : static_cast<std::uint64_t>(seed);
  const std::array key{static_cast<std::uint32_t>(magnitude), static_cast<std::uint32_t>(magnitude >> 32)};
  const std::size_t length = key[1] ? 2 : 1;

  const auto mixed = [this](std::size_t i, std::uint32_t factor) {
    const std::uint32_t before = state_[i - 1];
    return state_[i] ^ ((before ^ (before >> 30)) * factor);
  };
  std::size_t i = 1;
  const auto advance = [&] {
    if (++i == size) state_[0] = state_[size - 1], i = 1;
  };
  state_[0] = 19650218;
  for (; i < size; ++i)
    state_[i] = 1812433253 * (state_[i - 1] ^ (state_[i - 1] >> 30)) + static_cast<std::uint32_t>(i);
  i = 1;
  for (std::size_t k = 0; k < size; ++k, advance()) {
    const std::size_t j = k % length;
    state_[i] = mixed(i, 1664525) + key[j] + static_cast<std::uint32_t>(j);
  }
  for (std::size_t k = 1; k < size; ++k, advance()) state_[i] = mixed(i, 1566083941) - static_cast<std::uint32_t>(i);
  state_[0] = 0x80000000;
}

std::uint32_t PythonRandom::next() {
  if (used_ == size) {
    for (std::size_t k = 0; k < size; ++k) {
      const std::uint32_t y = (state_[k] & 0x80000000) | (state_[(k + 1) % size] & 0x7fffffff);
      state_[k] = state_[(k + 397) % size] ^ (y >> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    used_ = 0;
  }
  std::uint32_t y = state_[used_++];
  y ^= y >> 11;
  y ^= (y << 7) & 0x9d2c5680;
  y ^= (y << 15) & 0xefc60000;
  return y ^ (y >> 18);
}

double PythonRandom::random() {
  const std::uint32_t high = next() >> 5, low = next() >> 6;
  return (high * 0x1p26 + low) * 0x1p-53;
}

std::uint64_t PythonRandom::getrandbits(unsigned k) {
  require(k <= 64, "getrandbits: at most 64 bits");
  if (k == 0) return 0;
  if (k <= 32) return next() >> (32 - k);
  const std::uint64_t low = next();  // the least significant word is drawn first
  return static_cast<std::uint64_t>(next() >> (64 - k)) << 32 | low;
}

std::uint64_t PythonRandom::below(std::uint64_t n) {
  require(n > 0, "below: nothing to choose from");
  const auto bits = static_cast<unsigned>(std::bit_width(n));
  for (;;)
    if (const std::uint64_t drawn = getrandbits(bits); drawn < n) return drawn;
}

std::int64_t PythonRandom::randint(std::int64_t a, std::int64_t b) {
  require(a <= b, "randint: empty range");
  const std::uint64_t width = static_cast<std::uint64_t>(b) - static_cast<std::uint64_t>(a) + 1;
  // All 2^64 numbers: Python draws 65 bits until the top one is 0.
  std::uint64_t drawn = 0;
  if (width != 0)
    drawn = below(width);
  else
    do drawn = getrandbits(64);
    while (next() >> 31);
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) + drawn);
}

std::vector<std::size_t> PythonRandom::sample(std::size_t n, std::size_t k) {
  require(k <= n, "sample: more than there are");
  std::vector<std::size_t> taken;
  taken.reserve(k);
  // Where Python's set of k would be larger than a list of n, it draws from a shrinking pool. The bound decides which
  // draws are made: 21, and for k > 5 also the first power of 4 from 3k on.
  std::size_t bound = 21;
  if (k > 5) {
    std::size_t power = 1;
    while (power < 3 * k) power *= 4;
    bound += power;
  }
  if (n <= bound) {
    std::vector<std::size_t> pool(n);
    std::iota(pool.begin(), pool.end(), std::size_t{0});
    for (std::size_t left = n; taken.size() < k; --left) {
      const auto j = static_cast<std::size_t>(below(left));
      taken.push_back(pool[j]);
      pool[j] = pool[left - 1];
    }
  } else {
    std::set<std::size_t> seen;
    while (taken.size() < k)
      if (const auto j = static_cast<std::size_t>(below(n)); seen.insert(j).second) taken.push_back(j);
  }
  return taken;
}

std::vector<std::size_t> PythonRandom::choices(std::span<const double> weights, std::size_t k) {
  std::vector<double> sums(weights.size());
  std::partial_sum(weights.begin(), weights.end(), sums.begin());
  const double total = sums.empty() ? 0 : sums.back();
  require(std::isfinite(total) && total > 0, "choices: the sum of the weights must be finite and above 0");
  std::vector<std::size_t> taken(k);
  for (std::size_t& one : taken)  // never past the last, whatever the rounding
    one = static_cast<std::size_t>(std::upper_bound(sums.begin(), sums.end() - 1, random() * total) - sums.begin());
  return taken;
}

}  // namespace strop
