#include "decimal.hpp"

#include <cstdint>
#include <cstdlib>
#include <strop/text/python_text.hpp>

namespace strop::detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The digits at the front of the text, which are removed from it.
std::string take_digits(std::string_view& text) {
  std::string digits;
  while (!text.empty() && is_digit(text.front())) digits += text.front(), text.remove_prefix(1);
  return digits;
}

}  // namespace

std::optional<std::string> decimal_text(std::string_view given) {
  std::string plain(python_strip(given));
  std::erase(plain, '_');
  std::string_view text = plain;
  std::string result;
  if (text.starts_with('-')) result = "-";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);

  std::string digits = take_digits(text);
  std::int64_t exponent = 0;
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    const std::string part = take_digits(text);
    exponent = -static_cast<std::int64_t>(part.size());
    digits += part;
  }
  if (digits.empty()) return std::nullopt;
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    const bool minus = text.starts_with('-');
    if (minus || text.starts_with('+')) text.remove_prefix(1);
    const std::string power = take_digits(text);
    constexpr std::size_t most_digits = 17;
    if (power.empty() || power.size() > most_digits) return std::nullopt;
    exponent += (minus ? -1 : 1) * std::strtoll(power.c_str(), nullptr, 10);
  }
  if (!text.empty()) return std::nullopt;

  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
  const auto size = static_cast<std::int64_t>(digits.size());
  const std::int64_t left = exponent + size;  // digits before the point
  if (exponent <= 0 && left > -6) {
    if (left <= 0)
      result += "0." + std::string(static_cast<std::size_t>(-left), '0') + digits;
    else
      result += digits.substr(0, static_cast<std::size_t>(left)) + (left < size ? "." : "") +
                digits.substr(static_cast<std::size_t>(left));
    return result;
  }
  result += digits[0];
  if (size > 1) result += "." + digits.substr(1);
  const std::int64_t power = left - 1;
  return result + (power < 0 ? "E" : "E+") + std::to_string(power);
}

}  // namespace strop::detail
