#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <strop/value/number.hpp>

#include "decimal_to_double.hpp"

namespace strop {
namespace {

constexpr Json::binary_t::subtype_type big_integer_subtype = 1;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::size_t skip_digits(std::string_view text, std::size_t at) {
  while (at < text.size() && is_digit(text[at])) ++at;
  return at;
}

bool has_form_of_double(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '-' || text[0] == '+') ? 1 : 0;
  const std::size_t whole = at;
  at = skip_digits(text, at);
  std::size_t digits = at - whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = ++at;
    at = skip_digits(text, at);
    digits += at - fraction;
  }
  if (digits == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
    const std::size_t exponent = at;
    at = skip_digits(text, at);
    if (at == exponent) return false;
  }
  return at == text.size();
}

}  // namespace

Json integer_from_text(std::string_view digits) {
  const bool negative = !digits.empty() && digits[0] == '-';
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
  while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
  std::uint64_t magnitude = 0;
  const bool fits = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude).ec == std::errc{};
  constexpr std::uint64_t lowest = std::uint64_t{1} << 63;
  // Never unsigned: nlohmann takes 2^64 - 1 and -1 for equal.
  if (fits && !negative && magnitude < lowest) return Json(static_cast<std::int64_t>(magnitude));
  if (fits && negative && magnitude <= lowest) return Json(static_cast<std::int64_t>(~magnitude + 1));
  Json::binary_t::container_type text(digits.begin(), digits.end());
  if (negative) text.insert(text.begin(), '-');
  return Json::binary(std::move(text), big_integer_subtype);
}

bool is_big_integer(const Json& value) {
  return value.is_binary() && value.get_binary().has_subtype() && value.get_binary().subtype() == big_integer_subtype;
}

bool is_integer(const Json& value) { return value.is_number_integer() || is_big_integer(value); }

std::string integer_text(const Json& value) {
  if (is_big_integer(value)) return std::string(value.get_binary().begin(), value.get_binary().end());
  char digits[24];
  const auto written = value.is_number_unsigned()
                           ? std::to_chars(digits, digits + sizeof digits, value.get<std::uint64_t>())
                           : std::to_chars(digits, digits + sizeof digits, value.get<std::int64_t>());
  return std::string(digits, written.ptr);
}

double as_double(const Json& value) {
  return is_big_integer(value) ? decimal_to_double(integer_text(value)) : value.get<double>();
}

std::optional<double> double_from_text(std::string_view text) {
  if (!has_form_of_double(text)) return std::nullopt;
  return decimal_to_double(text);
}

void append_float(std::string& text, double number) {
  if (std::isnan(number)) {
    text += "nan";
    return;
  }
  if (std::signbit(number)) text += '-';
  if (std::isinf(number)) {
    text += "inf";
    return;
  }
  if (number == 0) {
    text += "0.0";
    return;
  }
  // Not fmt::format, which also links what every other type and format needs: a tenth of the module.
  const auto decimal = fmt::detail::dragonbox::to_decimal(std::abs(number));
  char buffer[20];
  const std::string_view digits(buffer, std::to_chars(buffer, buffer + sizeof buffer, decimal.significand).ptr);
  const int point = static_cast<int>(digits.size()) + decimal.exponent;  // where it stands among the digits
  if (point <= -4 || point > 16) {
    text += digits[0];
    if (digits.size() > 1) (text += '.') += digits.substr(1);
    const int exponent = point - 1;
    text += exponent < 0 ? "e-" : "e+";
    if (std::abs(exponent) < 10) text += '0';
    text += std::to_string(std::abs(exponent));
  } else if (point <= 0) {
    (text += "0.").append(static_cast<std::size_t>(-point), '0') += digits;
  } else if (decimal.exponent >= 0) {
    (text += digits).append(static_cast<std::size_t>(decimal.exponent), '0') += ".0";
  } else {
    const auto whole = static_cast<std::size_t>(point);
    ((text += digits.substr(0, whole)) += '.') += digits.substr(whole);
  }
}

bool same_value(const Json& a, const Json& b) {
  return a.is_number_float() == b.is_number_float() && a.is_number_integer() == b.is_number_integer() && a == b;
}

bool python_equal(const Json& a, const Json& b) {
  const auto as_number = [](const Json& value) { return value.is_boolean() ? Json(value.get<bool>() ? 1 : 0) : value; };
  const Json x = as_number(a), y = as_number(b);
  if (x.is_number_float() && is_integer(y)) return x.get<double>() == as_double(y);
  if (y.is_number_float() && is_integer(x)) return y.get<double>() == as_double(x);
  return x == y;
}

}  // namespace strop
