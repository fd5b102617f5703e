#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_literal.hpp>
#include <strop/value/python_value.hpp>

namespace strop {
namespace {

Failure bad(const char* what) { return {"bad_literal", what}; }

bool is_digit(char c) { return c >= '0' && c <= '9'; }

int digit_value(char c) {
  if (is_digit(c)) return c - '0';
  const char letter = static_cast<char>(c | 0x20);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : 99;
}

struct Prefix {
  std::size_t size = 0;
  bool raw = false, bytes = false, formatted = false;
};

Prefix prefix_at(std::string_view text, std::size_t at) {
  Prefix prefix;
  for (; prefix.size < 2 && at + prefix.size < text.size(); ++prefix.size) {
    const char c = static_cast<char>(text[at + prefix.size] | 0x20);
    if (c == 'r')
      prefix.raw = true;
    else if (c == 'b')
      prefix.bytes = true;
    else if (c == 'f')
      prefix.formatted = true;
    else if (c != 'u')
      break;
  }
  return prefix;
}

/// A code point written as `count` digits; U+FFFD for what is none.
bool read_coded(std::string_view text, std::size_t& at, std::size_t count, std::string& value) {
  char32_t code = 0;
  for (; count > 0; --count, ++at) {
    if (at >= text.size() || digit_value(text[at]) > 15) return false;
    code = code * 16 + static_cast<char32_t>(digit_value(text[at]));
  }
  append_code_point(value, code);
  return true;
}

/// The escape behind a backslash; `at` is at the character after it.
bool read_escape(std::string_view text, std::size_t& at, std::string& value) {
  const char c = text[at++];
  constexpr std::string_view letters = "\\'\"abfnrtv", meanings = "\\'\"\a\b\f\n\r\t\v";
  if (const std::size_t which = letters.find(c); which != letters.npos) {
    value += meanings[which];
    return true;
  }
  switch (c) {
    case '\n':
      return true;
    case 'x':
      return read_coded(text, at, 2, value);
    case 'u':
      return read_coded(text, at, 4, value);
    case 'U':
      return read_coded(text, at, 8, value);
    case 'N':
      return false;
    default:
      break;
  }
  if (c < '0' || c > '7') {
    (value += '\\') += c;
    return true;
  }
  char32_t code = static_cast<char32_t>(c - '0');
  for (int i = 0; i < 2 && at < text.size() && text[at] >= '0' && text[at] <= '7'; ++i) {
    code = code * 8 + static_cast<char32_t>(text[at++] - '0');
  }
  append_code_point(value, code);
  return true;
}

/// Digits of the base with single underscores between them; false when there are none.
bool read_digits(std::string_view text, std::size_t& at, int base, std::string& digits) {
  const std::size_t begin = at;
  while (at < text.size()) {
    if (digit_value(text[at]) < base)
      digits += text[at++];
    else if (text[at] == '_' && at > begin && at + 1 < text.size() && digit_value(text[at + 1]) < base)
      ++at;
    else
      break;
  }
  return at > begin;
}

/// Decimal digits of a number written in base 2, 8 or 16. Quadratic, so `limit` digits at most.
std::string to_decimal(std::string_view digits, int base) {
  std::string decimal = "0";  // lowest digit first
  for (const char c : digits) {
    int carry = digit_value(c);
    for (char& d : decimal) {
      carry += (d - '0') * base;
      d = static_cast<char>('0' + carry % 10);
      carry /= 10;
    }
    for (; carry > 0; carry /= 10) decimal += static_cast<char>('0' + carry % 10);
  }
  return {decimal.rbegin(), decimal.rend()};
}

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Result<Json> document() {
    at_ = std::min(text_.find_first_not_of(" \t"), text_.size());
    Json value;
    if (!read_value(value, 0)) return bad("not a Python literal");
    skip_space(false);
    if (peek() == ',') {
      value = Json::array({std::move(value)});
      if (!read_items(value, '\0', 0, false)) return bad("not a Python literal");
    }
    skip_space(true);
    if (at_ < text_.size()) return bad("not a Python literal");
    return value;
  }

 private:
  static constexpr std::size_t max_depth = 200;

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space(bool lines) {
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size()) - 1;
      } else if (c != ' ' && c != '\t' && c != '\f' && !(lines && (c == '\n' || c == '\r'))) {
        return;
      }
    }
  }

  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    std::size_t after = at_ + word.size();
    if (std::size_t next = after; next < text_.size() && is_word(next_code_point(text_, next))) return false;
    at_ = after;
    return true;
  }

  bool read_value(Json& value, std::size_t depth) {
    if (depth > max_depth) return false;
    skip_space(depth > 0);
    const char c = peek();
    if (c == '[' || c == '(' || c == '{') return read_container(value, depth + 1);
    if (is_python_string(text_, at_)) return read_strings(value, depth);
    if (take_word("True")) return value = true, true;
    if (take_word("False")) return value = false, true;
    if (take_word("None")) return value = nullptr, true;
    return read_number(value);
  }

  bool read_strings(Json& value, std::size_t depth) {
    std::string joined;
    do {
      Result<std::string> part = read_python_string(text_, at_);
      if (!part) return false;
      joined += *part;
      skip_space(depth > 0);
    } while (is_python_string(text_, at_));
    value = std::move(joined);
    return true;
  }

  bool read_number(Json& value) {
    bool negative = false;
    for (; peek() == '+' || peek() == '-'; skip_space(false)) {
      if (++signs_ > max_depth) return false;
      negative ^= peek() == '-';
      ++at_;
    }
    Result<Json> number = read_python_number(text_, at_);
    if (!number) return false;
    value = std::move(*number);
    if (!negative) return true;
    value = value.is_number_float() ? Json(-value.get<double>()) : integer_from_text("-" + integer_text(value));
    return true;
  }

  bool read_container(Json& value, std::size_t depth) {
    const char open = text_[at_++], close = open == '[' ? ']' : open == '(' ? ')' : '}';
    value = open == '{' ? Json::object() : Json::array();
    skip_space(true);
    if (peek() == close) return ++at_, true;
    Json first;
    if (!read_value(first, depth)) return false;
    skip_space(true);
    if (open == '{' && peek() == ':') return read_members(value, std::move(first), depth);
    if (open == '(' && peek() == ')') {  // only parentheses around a value
      value = std::move(first);
      return ++at_, true;
    }
    value = Json::array({std::move(first)});
    return read_items(value, close, depth, true);
  }

  /// The rest of an array, from the comma or the closing bracket on.
  bool read_items(Json& items, char close, std::size_t depth, bool lines) {
    for (;;) {
      skip_space(lines);
      if (peek() == close && (close != '\0' || at_ == text_.size())) return at_ += close != '\0', true;
      if (peek() != ',') return close == '\0';
      ++at_;
      skip_space(lines);
      if (peek() == close || (close == '\0' && peek() == '\n')) continue;
      Json item;
      if (!read_value(item, depth)) return false;
      items.push_back(std::move(item));
    }
  }

  bool read_members(Json& members, Json key, std::size_t depth) {
    for (;;) {
      if (peek() != ':' || key.is_structured()) return false;
      ++at_;
      Json item;
      if (!read_value(item, depth)) return false;
      members[python_str(key)] = std::move(item);
      skip_space(true);
      if (peek() == ',') {
        ++at_;
        skip_space(true);
      } else if (peek() != '}') {
        return false;
      }
      if (peek() == '}') return ++at_, true;
      key = nullptr;
      if (!read_value(key, depth)) return false;
      skip_space(true);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0, signs_ = 0;
};

}  // namespace

Result<Json> parse_python_literal(std::string_view text) { return Reader(text).document(); }

bool is_python_string(std::string_view text, std::size_t at) {
  at += prefix_at(text, at).size;
  return at < text.size() && (text[at] == '"' || text[at] == '\'');
}

Result<std::string> read_python_string(std::string_view text, std::size_t& at) {
  const Prefix prefix = prefix_at(text, at);
  if (prefix.bytes) return bad("a text is wanted here, not bytes: remove the b before the quote");
  if (prefix.formatted) return bad("an f-string is no constant: remove the f before the quote");
  const std::size_t begin = at;
  at += prefix.size;
  const char quote = text[at];
  const bool triple = text.substr(at, 3) == std::string(3, quote);
  const std::string_view close = text.substr(at, triple ? 3 : 1);
  at += close.size();
  std::string value;
  while (text.substr(at, close.size()) != close) {
    if (at >= text.size() || (text[at] == '\n' && !triple)) return at = begin, bad("this quote is never closed");
    if (text[at] != '\\') {
      value += text[at++];
      continue;
    }
    const std::size_t backslash = at++;
    if (at >= text.size()) return at = begin, bad("this quote is never closed");
    if (prefix.raw)
      (value += '\\') += text[at++];
    else if (!read_escape(text, at, value))
      return at = backslash, bad("unknown escape in a text");
  }
  at += close.size();
  return value;
}

Result<Json> read_python_number(std::string_view text, std::size_t& at) {
  constexpr std::size_t limit = 4300;  // Python's own bound on the digits of an integer
  const std::size_t begin = at;
  const char radix = at + 1 < text.size() && text[at] == '0' ? static_cast<char>(text[at + 1] | 0x20) : '\0';
  if (const int base = radix == 'x' ? 16 : radix == 'o' ? 8 : radix == 'b' ? 2 : 0; base != 0) {
    at += 2;
    if (at < text.size() && text[at] == '_') ++at;
    std::string digits;
    if (!read_digits(text, at, base, digits) || digits.size() > limit) return at = begin, bad("not a number");
    return integer_from_text(to_decimal(digits, base));
  }
  std::string digits;
  bool floating = false;
  read_digits(text, at, 10, digits);
  const std::size_t whole = digits.size();
  if (at < text.size() && text[at] == '.') {
    digits += text[at++];
    floating = true;
    read_digits(text, at, 10, digits);
  }
  if (digits.size() == (floating ? 1 : 0)) return at = begin, bad("not a number");
  if (at < text.size() && (text[at] | 0x20) == 'e') {
    std::size_t end = at + 1;
    std::string exponent = "e";
    if (end < text.size() && (text[end] == '+' || text[end] == '-')) exponent += text[end++];
    if (read_digits(text, end, 10, exponent)) {
      at = end;
      digits += exponent;
      floating = true;
    }
  }
  if (std::size_t next = at; next < text.size() && is_word(next_code_point(text, next)))
    return at = begin, bad("not a number");
  if (floating) return Json(*double_from_text(digits));
  if (whole > limit) return at = begin, bad("an integer of more than 4300 digits");
  if (whole > 1 && digits[0] == '0' && digits.find_first_not_of('0') != digits.npos) {
    return at = begin, bad("a number must not begin with 0");
  }
  return integer_from_text(digits);
}

}  // namespace strop
