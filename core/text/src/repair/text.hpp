#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "strop/text/python_text.hpp"
#include "strop/text/utf8.hpp"

namespace strop::repair {

constexpr std::size_t nowhere = static_cast<std::size_t>(-1);
constexpr char32_t the_end = 0xffffffff;  // what is read behind the last character

inline bool one_of(char32_t c, std::string_view ascii) {
  return c < 0x80 && ascii.find(static_cast<char>(c)) != ascii.npos;
}
inline bool ends_or(char32_t c, std::string_view ascii) { return c == the_end || one_of(c, ascii); }
inline bool is_quote(char32_t c) { return c == '"' || c == '\'' || c == U'“' || c == U'”'; }
inline bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
inline bool is_alnum(char32_t c) { return c != '_' && c != the_end && is_word(c); }
inline bool is_alpha(char32_t c) { return is_alnum(c) && !is_digit(c); }
inline bool is_space(char32_t c) { return c != the_end && is_python_space(c); }

/// What closes that which `open` opens.
inline char32_t closing(char32_t open) {
  return open == '{' ? '}' : open == '[' ? ']' : open == '(' ? ')' : open == U'“' ? U'”' : open;
}

/// The text, and looking around in it. Every look is paid from a sum that is linear in the text's length; when it is
/// used up the text seems to end, and whatever looks for something stops.
class Text {
 public:
  explicit Text(std::string_view utf8) {
    chars_.reserve(utf8.size());
    for (std::size_t i = 0; i < utf8.size();) chars_.push_back(next_code_point(utf8, i));
    looks_ = 30 * chars_.size() + 1'000'000;
    index();
  }

  std::size_t size() const { return chars_.size(); }
  char32_t at(std::size_t i) const {
    if (i >= chars_.size() || looks_ == 0) return the_end;
    --looks_;
    return chars_[i];
  }
  /// Pays for work that is not looking at the text.
  void spend(std::size_t looks) const { looks_ -= std::min(looks_, looks); }
  std::string slice(std::size_t from, std::size_t to) const {
    std::string utf8;
    for (; from < std::min(to, size()); ++from) append_code_point(utf8, chars_[from]);
    return utf8;
  }
  bool has(std::string_view ascii, std::size_t i, char32_t ignored_bits = 0) const {
    for (const char c : ascii)
      if ((at(i++) | ignored_bits) != static_cast<char32_t>(c)) return false;
    return true;
  }
  /// The same for lower-case letters, in any case.
  bool has_word(std::string_view lower_case, std::size_t i) const { return has(lower_case, i, 0x20); }

  std::size_t skip_space(std::size_t i) const {
    while (is_space(at(i))) ++i;
    return i;
  }
  /// The first character from i on that is not space.
  char32_t after_space(std::size_t i) const { return at(skip_space(i)); }
  /// The last character before i, but not before `first`, that is not space.
  char32_t before_space(std::size_t i, std::size_t first = 0) const {
    while (i > first && is_space(at(i - 1))) --i;
    return i > first ? at(i - 1) : the_end;
  }
  bool only_space(std::size_t from, std::size_t to) const { return skip_space(from) >= to; }

  /// Where `mark`, one of `marks`, comes first from `from` on without a backslash that escapes it; none of the
  /// backslashes before `from` does. size() if it does not.
  std::size_t find(char32_t mark, std::size_t from) const {
    const std::size_t run = skip_run('\\', from);
    if (run > from) {
      if (at(run) == mark && (run - from) % 2 == 0) return run;
      from = run + 1;
    }
    const auto& places = places_[marks.find(mark)];
    const auto place = std::lower_bound(places.begin(), places.end(), from);
    return place == places.end() ? size() : *place;
  }
  bool found(std::size_t i) const { return i < size(); }
  /// How many unescaped marks there are in [from, to).
  std::size_t count(char32_t mark, std::size_t from, std::size_t to) const {
    const auto& places = places_[marks.find(mark)];
    return static_cast<std::size_t>(std::lower_bound(places.begin(), places.end(), to) -
                                    std::lower_bound(places.begin(), places.end(), from));
  }
  std::size_t skip_run(char32_t c, std::size_t i) const {
    while (at(i) == c) ++i;
    return i;
  }
  /// From a backslash: the last character that does not stand for itself because of it.
  std::size_t skip_escape(std::size_t i) const {
    const std::size_t run = skip_run('\\', i);
    return (run - i) % 2 != 0 && (is_quote(at(run)) || at(run) == ':') ? run : run - 1;
  }
  /// From the opening quote: the closing one.
  std::size_t skip_quoted(std::size_t i) const { return find(at(i), i + 1); }

  /// Behind the comment at i. One with # also ends before any of `closers`.
  std::size_t skip_comment(std::size_t i, std::string_view closers = {}) const {
    if (at(i) == '/' && at(i + 1) == '*') {
      for (i += 2; at(i) != the_end; ++i)
        if (at(i) == '/' && at(i - 1) == '*') return i + 1;
      return size();
    }
    if (at(i) == '/' && at(i + 1) != '/') return i + 1;
    if (at(i) == '/') closers = {};
    while (!ends_or(at(i), "\n\r") && !one_of(at(i), closers)) ++i;
    return i;
  }
  std::size_t skip_space_and_comments(std::size_t i, std::string_view closers = {}) const {
    for (;; i = skip_comment(i, closers)) {
      i = skip_space(i);
      if (at(i) != '#' && !(at(i) == '/' && one_of(at(i + 1), "/*"))) return i;
    }
  }

  /// The code of `digits` hexadecimal digits at i; the_end when they are not there.
  char32_t hex(std::size_t i, int digits) const {
    char32_t code = 0;
    for (; digits > 0; --digits) {
      const char32_t c = at(i++), letter = (c | 0x20) - 'a';
      if (!is_digit(c) && letter > 5) return the_end;
      code = code << 4 | (is_digit(c) ? c - '0' : letter + 10);
    }
    return code;
  }
  /// The character that `\uXXXX`, or two of them, mean; i, which is at the `u`, is moved behind them.
  char32_t unicode_escape(std::size_t& i) const {
    const char32_t high = hex(i + 1, 4);
    if (high == the_end) return the_end;
    i += 5;
    if (high >> 10 != 0xd800 >> 10 || !has("\\u", i)) return high;
    const char32_t low = hex(i + 2, 4);
    if (low >> 10 != 0xdc00 >> 10) return high;
    i += 6;
    return 0x10000 + ((high & 0x3ff) << 10 | (low & 0x3ff));
  }

  /// Writes `\"` and `\'` in [from, to) as plain quotes, and returns where what is left of it begins.
  std::size_t unescape_quotes(std::size_t from, std::size_t to) {
    std::size_t write = to = std::min(to, size());
    for (std::size_t read = to; read-- > from;) {
      chars_[--write] = chars_[read];
      if (read > from && chars_[read - 1] == '\\' && one_of(chars_[read], "\"'")) --read;
    }
    spend(4 * size());
    index();
    return write;
  }

 private:
  static constexpr std::u32string_view marks = U"\"'“”:}]`{[";

  void index() {
    for (auto& places : places_) places.clear();
    bool escaped = false;
    for (std::size_t i = 0; i < chars_.size(); ++i) {
      if (const std::size_t mark = marks.find(chars_[i]); !escaped && mark != marks.npos)
        places_[mark].push_back(static_cast<std::uint32_t>(i));
      escaped = chars_[i] == '\\' && !escaped;
    }
  }

  std::u32string chars_;
  mutable std::size_t looks_ = 0;
  std::array<std::vector<std::uint32_t>, marks.size()> places_;  // where the marks are that no backslash escapes
};

}  // namespace strop::repair
