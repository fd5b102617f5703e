#include "decimal_to_double.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace strop {
namespace {

/// A natural number of any size, with what a division bit by bit needs.
class Natural {
 public:
  explicit Natural(std::uint32_t number) : words_{number} {}

  void multiply_add(std::uint32_t factor, std::uint32_t summand) {
    std::uint64_t carry = summand;
    for (std::uint32_t& word : words_) {
      carry += std::uint64_t{word} * factor;
      word = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
    if (carry > 0) words_.push_back(static_cast<std::uint32_t>(carry));
  }

  void multiply_by_power_of_ten(int power) {
    for (; power >= 9; power -= 9) multiply_add(1'000'000'000, 0);
    for (; power > 0; --power) multiply_add(10, 0);
  }

  void shift_left(int bits) {
    multiply_add(std::uint32_t{1} << bits % 32, 0);
    words_.insert(words_.begin(), static_cast<std::size_t>(bits / 32), 0);
  }

  int bits() const { return static_cast<int>(words_.size()) * 32 - std::countl_zero(words_.back()); }

  /// Negative, 0 or positive.
  int compare(const Natural& other) const {
    if (words_.size() != other.words_.size()) return words_.size() < other.words_.size() ? -1 : 1;
    for (std::size_t i = words_.size(); i-- > 0;) {
      if (words_[i] != other.words_[i]) return words_[i] < other.words_[i] ? -1 : 1;
    }
    return 0;
  }

  /// Precondition: other is not larger.
  void subtract(const Natural& other) {
    std::int64_t borrow = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      borrow += words_[i];
      if (i < other.words_.size()) borrow -= other.words_[i];
      words_[i] = static_cast<std::uint32_t>(borrow);
      borrow >>= 32;
    }
    while (words_.size() > 1 && words_.back() == 0) words_.pop_back();
  }

 private:
  std::vector<std::uint32_t> words_;  ///< lowest first; the last one is 0 only in the number 0
};

/// numerator / denominator, rounded. Precondition: neither is 0.
double divide(Natural numerator, Natural denominator) {
  constexpr int precision = 53, lowest = -1074;
  // In units of 2^exponent the quotient has 53 or 54 bits, or fewer where doubles have no smaller unit.
  int exponent = std::max(numerator.bits() - denominator.bits() - precision, lowest);
  denominator.shift_left(precision + std::max(exponent, 0));
  numerator.shift_left(std::max(-exponent, 0));
  std::uint64_t quotient = 0;
  for (int bit = 0; bit <= precision; ++bit) {
    quotient *= 2;
    if (numerator.compare(denominator) >= 0) {
      numerator.subtract(denominator);
      ++quotient;
    }
    numerator.multiply_add(2, 0);
  }
  int rest = numerator.compare(denominator);  // of what is left over: less than a half, a half, more
  if (quotient >> precision != 0) {
    rest = quotient % 2 == 0 ? -1 : numerator.bits() > 0 ? 1 : 0;
    quotient /= 2;
    ++exponent;
  }
  if (rest > 0 || (rest == 0 && (quotient & 1))) ++quotient;
  return std::ldexp(static_cast<double>(quotient), exponent);
}

constexpr double powers_of_ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/// The digits, at most 800 of them significant, times 10^exponent.
double magnitude(std::string_view digits, int exponent) {
  constexpr std::size_t most_exact = 15, most = 800;  // no double and no half between two has more than 767 digits
  constexpr int largest = 310, smallest = -330, most_exact_power = 22;
  const int size = static_cast<int>(digits.size());
  if (size == 0 || size + exponent < smallest) return 0;
  if (size + exponent > largest) return std::numeric_limits<double>::infinity();
  if (digits.size() <= most_exact && std::abs(exponent) <= most_exact_power) {
    std::int64_t whole = 0;
    for (const char digit : digits) whole = whole * 10 + (digit - '0');
    const auto number = static_cast<double>(whole);
    return exponent < 0 ? number / powers_of_ten[-exponent] : number * powers_of_ten[exponent];
  }
  Natural numerator(0), denominator(1);
  for (const char digit : digits.substr(0, most)) numerator.multiply_add(10, static_cast<std::uint32_t>(digit - '0'));
  if (digits.size() > most) {  // the rest is not 0: it only tells more than a half from a half
    numerator.multiply_add(10, 1);
    exponent += size - static_cast<int>(most) - 1;
  }
  (exponent < 0 ? denominator : numerator).multiply_by_power_of_ten(std::abs(exponent));
  return divide(std::move(numerator), std::move(denominator));
}

}  // namespace

double decimal_to_double(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  if (const std::size_t e = text.find_first_of("eE"); e != text.npos) {
    constexpr int beyond = 1'000'000'000;  // of what text can make up for by its digits
    const bool down = text[e + 1] == '-';
    for (const char digit : text.substr(e + 1)) {
      if (digit >= '0' && digit <= '9' && exponent < beyond / 10) exponent = exponent * 10 + (digit - '0');
    }
    if (down) exponent = -exponent;
    text = text.substr(0, e);
  }
  std::string digits;
  const std::size_t point = std::min(text.find('.'), text.size());
  digits.append(text, 0, point);
  if (point < text.size()) {
    digits.append(text, point + 1);
    exponent -= static_cast<int>(text.size() - point - 1);
  }
  const std::size_t first = std::min(digits.find_first_not_of('0'), digits.size());
  const std::size_t end = digits.find_last_not_of('0') + 1;  // npos + 1 is 0
  exponent += static_cast<int>(digits.size() - std::max(first, end));
  const double number = magnitude(first < end ? std::string_view(digits).substr(first, end - first) : "", exponent);
  return negative ? -number : number;
}

}  // namespace strop
