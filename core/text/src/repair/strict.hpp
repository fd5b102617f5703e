#pragma once
#include "text.hpp"
#include "value.hpp"

namespace strop::repair {

constexpr int deepest = 256;  // containers in containers

/// Reads JSON as Python's json.loads does: nothing is tolerated but NaN and Infinity.
class Strict {
 public:
  explicit Strict(const Text& text, std::size_t at = 0) : text_(text), at_(at) {}

  std::size_t at() const { return at_; }
  bool at_end() { return skip_space() == text_.size(); }

  /// Reads the value here; false when it is not valid.
  bool read(Value& value, int depth = 0) {
    const char32_t c = text_.at(skip_space());
    if (c == '"') return ++at_, string(value.text);
    if (c == '{' || c == '[') {
      value.kind = c == '{' ? Kind::object : Kind::array;
      return ++at_, read_items(value, depth);
    }
    for (const std::string_view word : {"true", "false", "null"})
      if (text_.has(word, at_)) return token(value, Kind::literal, word.size());
    for (const std::string_view word : {"NaN", "Infinity", "-Infinity"})
      if (text_.has(word, at_)) return token(value, Kind::real, word.size());
    return number(value);
  }

  /// Reads what is left of a container behind its opening bracket.
  bool read_items(Value& container, int depth) {
    const bool object = container.is(Kind::object);
    const char32_t end = object ? '}' : ']';
    Places places;
    if (depth == deepest) return false;
    if (text_.at(skip_space()) == end) return ++at_, true;
    for (;;) {
      Member item;
      if (object) {
        if (text_.at(skip_space()) != '"' || !string((++at_, item.key)) || text_.at(skip_space()) != ':') return false;
        ++at_;
      }
      if (!read(item.value, depth + 1)) return false;
      if (object)
        put(container, places, std::move(item.key), std::move(item.value));
      else
        container.items.push_back(std::move(item));
      const char32_t c = text_.at(skip_space());
      ++at_;
      if (c != ',') return c == end;
    }
  }

 private:
  std::size_t skip_space() {
    while (one_of(text_.at(at_), " \t\n\r")) ++at_;
    return at_;
  }
  bool token(Value& value, Kind kind, std::size_t length) {
    value.kind = kind;
    value.text = text_.slice(at_, at_ + length);
    return at_ += length, true;
  }
  bool string(std::string& out) {
    for (;;) {
      char32_t c = text_.at(at_++);
      if (c == '"') return true;
      if (c < 0x20 || c == the_end) return false;
      if (c == '\\') {
        constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        const char32_t letter = text_.at(at_);
        if (letter == 'u')
          c = text_.unicode_escape(at_);
        else
          c = one_of(letter, letters) ? ++at_, meanings[letters.find(static_cast<char>(letter))] : the_end;
        if (c == the_end) return false;
      }
      append_code_point(out, c);
    }
  }
  std::size_t skip_digits(std::size_t i) const {
    while (is_digit(text_.at(i))) ++i;
    return i;
  }
  bool number(Value& value) {
    std::size_t i = at_ + (text_.at(at_) == '-' ? 1 : 0);
    if (!is_digit(text_.at(i))) return false;
    i = text_.at(i) == '0' ? i + 1 : skip_digits(i);
    const std::size_t whole = i;
    if (text_.at(i) == '.' && is_digit(text_.at(i + 1))) i = skip_digits(i + 1);
    if ((text_.at(i) | 0x20) == 'e') {
      const std::size_t power = i + (one_of(text_.at(i + 1), "+-") ? 2 : 1);
      if (is_digit(text_.at(power))) i = skip_digits(power);
    }
    return token(value, i == whole ? Kind::integer : Kind::real, i - at_);
  }

  const Text& text_;
  std::size_t at_;
};

}  // namespace strop::repair
