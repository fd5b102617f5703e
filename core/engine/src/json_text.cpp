#include "json_text.hpp"

#include <algorithm>
#include <cstring>
#include <strop/engine/json_line.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>

namespace strop {
namespace detail {
namespace {

// Eight bytes at a time. `zeros` has the high bit of (at least) the lowest byte that is 0 set, and none if none is.
constexpr std::uint64_t ones = 0x0101010101010101, high_bits = 0x80 * ones;
constexpr std::uint64_t zeros(std::uint64_t word) { return (word - ones) & ~word & high_bits; }
constexpr std::uint64_t below_space(std::uint64_t word) { return (word - 0x20 * ones) & ~word & high_bits; }

/// How many bytes at the beginning, in eights, have none that `special` finds.
template <class F>
std::size_t skip_words(std::string_view text, F special) {
  std::size_t at = 0;
  for (std::uint64_t word; at + sizeof word <= text.size(); at += sizeof word) {
    std::memcpy(&word, text.data() + at, sizeof word);
    if (special(word)) break;
  }
  return at;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// -1 where it is none.
int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

char32_t four_hex(std::string_view digits) {
  char32_t unit = 0;
  for (const char digit : digits) unit = unit << 4 | static_cast<char32_t>(hex_digit(digit));
  return unit;
}

/// What a JSON string without its quotes stands for; it has been checked.
std::string unescaped(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t plain = std::min(text.find('\\', at), text.size());
    result.append(text.substr(at, plain - at));
    if ((at = plain) == text.size()) break;
    const char what = text[at + 1];
    at += 2;
    if (what != 'u') {
      constexpr std::string_view codes = "bfnrt", characters = "\b\f\n\r\t";
      const auto code = codes.find(what);
      result += code == codes.npos ? what : characters[code];
      continue;
    }
    char32_t unit = four_hex(text.substr(at, 4));
    at += 4;
    if (unit >= 0xD800 && unit < 0xDC00 && text.substr(at).starts_with("\\u")) {
      const char32_t low = four_hex(text.substr(at + 2, 4));
      if (low >= 0xDC00 && low < 0xE000) unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00), at += 6;
    }
    append_code_point(result, unit);
  }
  return result;
}

}  // namespace

void Scanner::fail(const std::string& expected) const {
  throw Malformed(at_, format("expected {}{}", {expected, done() ? ", found the end" : ""}));
}

bool Scanner::accept(std::string_view literal) {
  if (!text_.substr(at_).starts_with(literal)) return false;
  at_ += literal.size();
  return true;
}

void Scanner::expect(std::string_view literal) {
  if (!accept(literal)) fail(format("'{}'", {literal}));
}

void Scanner::end() const {
  if (!done()) throw Malformed(at_, "expected the end of the line");
}

std::int64_t Scanner::number() {
  constexpr std::int64_t most = std::int64_t{1} << 53;
  if (!is_digit(peek())) fail("a decimal number");
  std::int64_t number = 0;
  while (is_digit(peek()) && number <= most) number = 10 * number + (text_[at_++] - '0');
  if (number > most) throw Malformed(at_, "a number is beyond 2^53");
  return number;
}

std::uint64_t Scanner::hex() {
  std::uint64_t number = 0;
  for (int i = 0; i < 16; ++i, ++at_) {
    const int digit = hex_digit(peek());
    if (digit < 0) fail("16 hexadecimal digits");
    number = number << 4 | static_cast<std::uint64_t>(digit);
  }
  return number;
}

std::string_view Scanner::word() {
  const auto word = text_.substr(at_, std::min(text_.find(' ', at_), text_.size()) - at_);
  if (word.empty()) fail("a word");
  at_ += word.size();
  return word;
}

std::string Scanner::string() {
  const std::size_t from = at_;
  skip_string();
  return unescaped(text_.substr(from + 1, at_ - from - 2));
}

Error Scanner::error() {
  std::optional<Fault> fault;
  std::optional<std::string> message;
  const std::size_t from = at_;
  value();  // so that the loop below meets nothing unexpected
  Scanner object(since(from));
  object.expect("{");
  for (object.skip_space(); !object.accept("}"); object.skip_space()) {
    object.accept(",");
    object.skip_space();
    const std::string key = object.string();
    object.skip_space(), object.expect(":"), object.skip_space();
    if (object.peek() == '"' && (key == "kind" || key == "message")) {
      std::string text = object.string();
      if (key == "kind")
        fault = fault_named(text);
      else
        message = std::move(text);
    } else {
      object.value();
    }
  }
  if (!fault) throw Malformed(from, R"(expected "kind": "transient", "parse", "program", "exhausted" or "fatal")");
  if (!message) throw Malformed(from, R"(expected "message": a string)");
  return {*fault, *message};
}

void Scanner::skip_space() {
  while (peek() == ' ' || peek() == '\t') ++at_;
}

void Scanner::skip_string() {
  const auto special = [](std::uint64_t word) {
    return zeros(word ^ '"' * ones) | zeros(word ^ '\\' * ones) | below_space(word);
  };
  expect("\"");
  for (;;) {
    at_ += skip_words(text_.substr(at_), special);
    while (!done() && text_[at_] != '"' && text_[at_] != '\\' && static_cast<unsigned char>(text_[at_]) >= 0x20) ++at_;
    if (accept("\"")) return;
    if (!accept("\\")) fail(done() ? "a closing quote" : "no control character in a string");
    const char escape = peek();
    if (escape == '\0' || std::string_view("\"\\/bfnrtu").find(escape) == std::string_view::npos)
      fail("an escape sequence");
    ++at_;
    for (int i = 0; escape == 'u' && i < 4; ++i, ++at_)
      if (hex_digit(peek()) < 0) fail("four hexadecimal digits");
  }
}

void Scanner::skip_number() {
  accept("-");
  if (!is_digit(peek())) fail("a JSON value");
  const auto digits = [&] {
    if (!is_digit(peek())) fail("a digit");
    while (is_digit(peek())) ++at_;
  };
  if (!accept("0")) digits();
  if (accept(".")) digits();
  if (accept("e") || accept("E")) {
    if (!accept("+")) accept("-");
    digits();
  }
}

void Scanner::skip_key() { skip_space(), skip_string(), skip_space(), expect(":"); }

std::string_view Scanner::value() {
  const std::size_t from = at_;
  std::string closing;  // of each open array and object
  for (;;) {
    skip_space();
    const char first = peek();
    if (first == '[' || first == '{') {
      ++at_;
      if (closing.size() == JsonLine::max_depth) throw Malformed(at_, "nested too deep");
      closing += first == '[' ? ']' : '}';
      skip_space();
      if (peek() != closing.back()) {
        if (first == '{') skip_key();
        continue;
      }
      ++at_, closing.pop_back();
    } else if (first == '"') {
      skip_string();
    } else if (!accept("true") && !accept("false") && !accept("null")) {
      skip_number();
    }
    for (;;) {  // a value has ended
      if (closing.empty()) return since(from);
      skip_space();
      if (accept(",")) break;
      expect({&closing.back(), 1});
      closing.pop_back();
    }
    if (closing.back() == '}') skip_key();
  }
}

void check_text(std::string_view line) {
  if (line.size() > JsonLine::max_bytes)
    throw Malformed(JsonLine::max_bytes, format("longer than {} bytes", {JsonLine::max_bytes}));
  const std::size_t ascii = skip_words(line, [](std::uint64_t word) { return word & high_bits; });
  if (is_valid_utf8(line.substr(ascii))) return;
  std::size_t at = 0;
  for (std::size_t next = 0; next < line.size(); at = next)
    if (next_code_point(line, next) == 0xFFFD && next == at + 1) break;  // U+FFFD itself has three bytes
  throw Malformed(at, "not UTF-8");
}

std::string quoted(std::string_view text) {
  std::string result;
  append_json_string(result, to_valid_utf8(text));
  return result;
}

std::string error_text(const Error& error) {
  return std::string(R"({"kind":")") + name(error.fault) + R"(","message":)" + quoted(error.what()) + '}';
}

std::string hex16(std::uint64_t number) {
  std::string digits(16, '0');
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, number >>= 4)
    *digit = "0123456789abcdef"[number & 15];
  return digits;
}

}  // namespace detail

JsonLine::JsonLine(std::string text) : text_(std::move(text)) {
  try {
    detail::check_text(text_);
    detail::Scanner scanner(text_);
    scanner.value();
    scanner.end();
  } catch (const detail::Malformed& error) {
    throw Error(Fault::fatal, format("not one line of JSON, at byte {}: {}", {error.at, error.what()}));
  }
}

}  // namespace strop
