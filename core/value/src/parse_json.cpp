#include <limits>
#include <map>
#include <string>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/number.hpp>
#include <strop/value/parse_json.hpp>

namespace strop {
namespace {

/// A recursive-descent parser; the depth bound is also the bound of its stack.
class Parser {
 public:
  Parser(std::string_view text, const JsonLimits& limits) : text_(text), limits_(limits) {}

  Result<Json> document() {
    Json value;
    skip_space();
    if (!read_value(value, 0)) return std::move(failure_);
    skip_space();
    if (at_ < text_.size()) {
      fail("more text after the end of the value");
      return std::move(failure_);
    }
    return value;
  }

 private:
  bool fail(const char* what) {
    const std::string_view before = text_.substr(0, at_);
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    std::size_t line = 1;
    for (const char c : before) line += c == '\n';
    failure_ = {"bad_json",
                format("line {}, column {}: {}", {line, count_code_points(before.substr(line_begin)) + 1, what})};
    return false;
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  void skip_space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t'))
      ++at_;
  }

  bool take(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  bool read_value(Json& value, std::size_t depth) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    switch (peek()) {
      case '{':
        return read_object(value, depth + 1);
      case '[':
        return read_array(value, depth + 1);
      case '"':
        value = Json::value_t::string;
        return read_string(value.get_ref<std::string&>());
      case 't':
        return read_word("true", value, true);
      case 'f':
        return read_word("false", value, false);
      case 'n':
        return read_word("null", value, nullptr);
      case 'N':
        return read_word("NaN", value, std::numeric_limits<double>::quiet_NaN());
      case 'I':
        return read_word("Infinity", value, infinity);
      case '-':
        if (text_.substr(at_ + 1, 1) == "I") return read_word("-Infinity", value, -infinity);
        [[fallthrough]];
      default:
        return read_number(value);
    }
  }

  bool read_word(std::string_view word, Json& value, Json meaning) {
    if (!take(word)) return fail("expected a value");
    value = std::move(meaning);
    return true;
  }

  bool enter(std::size_t depth) {
    if (depth <= limits_.depth) return ++at_, true;
    failure_ = {"json_too_deep", format("more than {} arrays and objects inside each other", {limits_.depth})};
    return false;
  }

  bool read_array(Json& value, std::size_t depth) {
    if (!enter(depth)) return false;
    value = Json::array();
    auto& items = value.get_ref<Json::array_t&>();
    skip_space();
    if (take("]")) return true;
    for (;;) {
      skip_space();
      if (!read_value(items.emplace_back(), depth)) return false;
      skip_space();
      if (take("]")) return true;
      if (!take(",")) return fail("expected ',' or ']' in an array");
    }
  }

  bool read_object(Json& value, std::size_t depth) {
    if (!enter(depth)) return false;
    value = Json::object();
    auto& members = value.get_ref<Json::object_t&>();
    std::map<std::string_view, std::size_t> places;  // only for large objects: searching is quicker in small ones
    skip_space();
    if (take("}")) return true;
    members.reserve(4);
    for (;;) {
      skip_space();
      if (peek() != '"') return fail("expected a key in double quotes");
      std::string key;
      if (!read_string(key)) return false;
      skip_space();
      if (!take(":")) return fail("expected ':' after a key");
      skip_space();
      if (!read_value(member(members, places, std::move(key)), depth)) return false;
      skip_space();
      if (take("}")) return true;
      if (!take(",")) return fail("expected ',' or '}' in an object");
    }
  }

  /// The member of that key, new or known. Hostile text may have a hundred thousand keys: never quadratic.
  static Json& member(Json::object_t::Container& members, std::map<std::string_view, std::size_t>& places,
                      std::string key) {
    constexpr std::size_t small = 16;
    if (members.size() < small) {
      for (auto& [known, value] : members) {
        if (known == key) return value;
      }
    } else {
      if (places.size() != members.size() || members.size() == members.capacity()) {
        members.reserve(members.size() * 2);  // keys move only here
        places.clear();
        for (std::size_t i = 0; i < members.size(); ++i) places.emplace(members[i].first, i);
      }
      if (const auto found = places.find(key); found != places.end()) return members[found->second].second;
    }
    members.emplace_back(std::move(key), nullptr);
    if (members.size() > small) places.emplace(members.back().first, members.size() - 1);
    return members.back().second;
  }

  bool read_string(std::string& value) {
    ++at_;
    bool valid = true;
    for (;;) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) >= 0x20 && text_[at_] != '"' &&
             text_[at_] != '\\') {
        valid &= static_cast<unsigned char>(text_[at_]) < 0x80;
        ++at_;
      }
      value.append(text_, begin, at_ - begin);
      if (at_ == text_.size()) return fail("the text ends inside a string");
      if (text_[at_] == '"') break;
      if (text_[at_] != '\\') return fail("a control character in a string must be written as an escape");
      if (!read_escape(value)) return false;
    }
    ++at_;
    if (!valid && !is_valid_utf8(value)) value = to_valid_utf8(value);
    return true;
  }

  bool read_escape(std::string& value) {
    const char c = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
    if (const std::size_t which = letters.find(c); c != '\0' && which != letters.npos) {
      value += meanings[which];
      at_ += 2;
      return true;
    }
    if (c != 'u') return fail("unknown escape in a string");
    char32_t unit;
    if (!read_unit(unit)) return false;
    if (unit >= 0xD800 && unit < 0xDC00 && text_.substr(at_, 2) == "\\u") {
      const std::size_t back = at_;
      char32_t low;
      if (!read_unit(low)) return false;
      if (low >= 0xDC00 && low < 0xE000)
        unit = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
      else
        at_ = back;
    }
    append_code_point(value, unit);
    return true;
  }

  bool read_unit(char32_t& unit) {
    unit = 0;
    for (std::size_t i = at_ + 2; i < at_ + 6; ++i) {
      const char c = i < text_.size() ? text_[i] : '\0';
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) return fail("\\u must be followed by four hexadecimal digits");
      unit = unit * 16 + static_cast<char32_t>(digit);
    }
    at_ += 6;
    return true;
  }

  std::size_t digits_from(std::size_t at) const {
    while (at < text_.size() && text_[at] >= '0' && text_[at] <= '9') ++at;
    return at;
  }

  bool read_number(Json& value) {
    const std::size_t begin = at_;
    std::size_t end = begin + (peek() == '-' ? 1 : 0);
    const std::size_t whole = end;
    end = digits_from(end);
    if (end == whole) return fail(at_ < text_.size() ? "expected a value" : "the text ends where a value is expected");
    if (text_[whole] == '0' && end > whole + 1) return at_ = whole, fail("a number must not begin with 0");
    bool floating = false;
    if (end + 1 < text_.size() && text_[end] == '.' && digits_from(end + 1) > end + 1) {
      end = digits_from(end + 1);
      floating = true;
    }
    if (end < text_.size() && (text_[end] == 'e' || text_[end] == 'E')) {
      const std::size_t sign = end + 1 < text_.size() && (text_[end + 1] == '+' || text_[end + 1] == '-') ? 1 : 0;
      if (const std::size_t exponent = digits_from(end + 1 + sign); exponent > end + 1 + sign) {
        end = exponent;
        floating = true;
      }
    }
    at_ = end;
    const std::string_view number = text_.substr(begin, end - begin);
    value = floating ? Json(*double_from_text(number)) : integer_from_text(number);
    return true;
  }

  std::string_view text_;
  JsonLimits limits_;
  std::size_t at_ = 0;
  Failure failure_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return Failure{"json_too_large",
                   format("the text has {} bytes, and at most {} are read", {text.size(), limits.bytes})};
  }
  return Parser(text, limits).document();
}

}  // namespace strop
