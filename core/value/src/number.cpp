#include <fmt/compile.h>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <strop/value/number.hpp>

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

double read_double(std::string_view text) {
#ifdef __cpp_lib_to_chars
  if (text[0] == '+') text.remove_prefix(1);
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc::result_out_of_range) return number;
#endif
  return std::strtod(std::string(text).c_str(), nullptr);
}

}  // namespace

Json integer_from_text(std::string_view digits) {
  const bool negative = !digits.empty() && digits[0] == '-';
  if (!digits.empty() && (digits[0] == '-' || digits[0] == '+')) digits.remove_prefix(1);
  while (digits.size() > 1 && digits[0] == '0') digits.remove_prefix(1);
  const char* const end = digits.data() + digits.size();
  std::uint64_t magnitude = 0;
  const bool fits = std::from_chars(digits.data(), end, magnitude).ec == std::errc{};
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
  return is_big_integer(value) ? read_double(integer_text(value)) : value.get<double>();
}

std::optional<double> double_from_text(std::string_view text) {
  if (!has_form_of_double(text)) return std::nullopt;
  return read_double(text);
}

void append_float(std::string& text, double number) {
  const std::size_t begin = text.size();
  fmt::format_to(std::back_inserter(text), FMT_COMPILE("{}"), number);
  if (std::isfinite(number) && text.find_first_of(".e", begin) == std::string::npos) text += ".0";
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
