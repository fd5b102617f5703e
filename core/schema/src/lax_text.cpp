#include "lax_text.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/number.hpp>

namespace strop::detail {
namespace {

/// Single underscores between digits are removed; nothing when there are others.
std::optional<std::string> without_underscores(std::string_view text) {
  if (text.starts_with('_') || text.ends_with('_') || text.find("__") != text.npos) return std::nullopt;
  std::string result(text);
  std::erase(result, '_');
  return result;
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<bool> bool_from_text(std::string_view text) {
  for (const char* word : {"1", "true", "yes", "on", "t", "y"}) {
    if (equals_ignoring_case(text, word)) return true;
  }
  for (const char* word : {"0", "false", "no", "off", "f", "n"}) {
    if (equals_ignoring_case(text, word)) return false;
  }
  return std::nullopt;
}

std::optional<Json> integer_from_lax_text(std::string_view text) {
  constexpr std::size_t limit = 4300;
  text = python_strip(text);
  if (text.size() > limit) return std::nullopt;
  const std::string sign = text.starts_with('-') ? "-" : "";
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (const std::size_t point = text.find('.'); point != text.npos) {  // "1.00" is an integer
    const std::string_view zeros = text.substr(point + 1);
    if (zeros.empty() || zeros.find_first_not_of('0') != zeros.npos) return std::nullopt;
    text = text.substr(0, point);
  }
  const std::optional<std::string> digits = without_underscores(text);
  if (!digits || !all_digits(*digits)) return std::nullopt;
  return integer_from_text(sign + *digits);
}

std::optional<double> double_from_lax_text(std::string_view text) {
  text = python_strip(text);
  if (const auto number = double_from_text(text)) return number;
  const std::string_view word = text.starts_with('-') || text.starts_with('+') ? text.substr(1) : text;
  const double sign = text.starts_with('-') ? -1 : 1;
  if (equals_ignoring_case(word, "inf") || equals_ignoring_case(word, "infinity")) {
    return sign * std::numeric_limits<double>::infinity();
  }
  if (equals_ignoring_case(word, "nan")) return std::numeric_limits<double>::quiet_NaN();
  const auto plain = without_underscores(text);
  return plain ? double_from_text(*plain) : std::nullopt;
}

std::optional<Json> integer_from_double(double number) {
  if (!(number > -9.2233720368547758e18 && number < 9.2233720368547758e18) || number != std::trunc(number))
    return std::nullopt;
  return Json(static_cast<std::int64_t>(number));
}

}  // namespace strop::detail
