#pragma once
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <strop/engine/error.hpp>

namespace strop::detail {

/// Text that is not what was expected, from this byte on.
struct Malformed : std::runtime_error {
  Malformed(std::size_t at, const std::string& what) : std::runtime_error(what), at(at) {}
  std::size_t at;
};

/// Reads one line of text strictly from left to right and builds nothing. What does not fit throws Malformed.
/// JSON is RFC 8259, white space being blanks and tabs only; UTF-8 is checked by whoever has the whole text.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  std::size_t at() const { return at_; }
  bool done() const { return at_ == text_.size(); }
  std::string_view rest() { return text_.substr(std::exchange(at_, text_.size())); }
  std::string_view since(std::size_t from) const { return text_.substr(from, at_ - from); }

  bool accept(std::string_view literal);  ///< skips the literal if it is next
  void expect(std::string_view literal);
  std::int64_t number();     ///< decimal digits, 0 to 2^53
  std::uint64_t hex();       ///< 16 digits
  std::string_view word();   ///< up to the next blank, not empty
  std::string string();      ///< a JSON string, unescaped; half a surrogate pair becomes U+FFFD
  std::string_view value();  ///< a JSON value of any kind
  Error error();             ///< {"kind":…,"message":…}, any order, other members ignored
  void end() const;          ///< nothing may follow

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space();
  void skip_string();
  void skip_number();
  void skip_key();
  [[noreturn]] void fail(const std::string& expected) const;

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Throws Malformed where the line is not UTF-8 or too long.
void check_text(std::string_view line);

/// The text as a JSON string; bytes that are not UTF-8 become U+FFFD.
std::string quoted(std::string_view text);

/// {"kind":…,"message":…}
std::string error_text(const Error& error);

std::string hex16(std::uint64_t number);

}  // namespace strop::detail
