#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <strop/text/format.hpp>
#include <strop/text/sort.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/number.hpp>
#include <vector>

namespace strop {
namespace {

enum class Floats { python, null_if_not_finite, orjson };

struct Layout {
  std::string_view comma, colon;
  Floats floats;
  bool sorted = false, indented = false;
};

/// Python's repr of a float as orjson has it, which begins exponents one place later and does not pad them:
/// "1.5e-05" -> "0.000015", "1e-06" -> "1e-6".
void change_exponent(std::string& text, std::size_t begin) {
  const std::size_t e = text.find("e-0", begin);
  if (e == std::string::npos) return;
  if (text[e + 3] != '5') {
    text.erase(e + 2, 1);
    return;
  }
  text.erase(e);
  if (const std::size_t point = text.find('.', begin); point != std::string::npos) text.erase(point, 1);
  text.insert(begin + (text[begin] == '-' ? 1 : 0), "0.0000");
}

bool is_escaped(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

/// Where the next character is that JSON must escape, or the end. Looks at eight bytes at once.
std::size_t next_escaped(std::string_view text, std::size_t at) {
  constexpr std::uint64_t ones = 0x0101010101010101, highs = 0x8080808080808080;
  constexpr auto zero_bytes = [](std::uint64_t x) { return (x - ones) & ~x & highs; };
  for (; at + 8 <= text.size(); at += 8) {
    std::uint64_t bytes;
    std::memcpy(&bytes, text.data() + at, 8);
    const std::uint64_t controls = (bytes - ones * 0x20) & ~bytes & highs;
    if ((controls | zero_bytes(bytes ^ (ones * '"')) | zero_bytes(bytes ^ (ones * '\\'))) != 0) break;
  }
  while (at < text.size() && !is_escaped(text[at])) ++at;
  return at;
}

class Writer {
 public:
  Writer(std::string& text, Layout layout) : text_(text), layout_(layout) {}

  void write(const Json& value) {
    switch (value.type()) {
      case Json::value_t::object:
        return write_object(value.get_ref<const Json::object_t&>());
      case Json::value_t::array:
        return write_array(value.get_ref<const Json::array_t&>());
      case Json::value_t::string:
        return append_json_string(text_, value.get_ref<const std::string&>());
      case Json::value_t::boolean:
        text_ += value.get<bool>() ? "true" : "false";
        return;
      case Json::value_t::number_integer:
      case Json::value_t::number_unsigned:
      case Json::value_t::binary:
        text_ += integer_text(value);
        return;
      case Json::value_t::number_float:
        return write_float(value.get<double>());
      default:
        text_ += "null";
    }
  }

 private:
  void write_float(double number) {
    if (!std::isfinite(number)) {
      text_ += layout_.floats != Floats::python ? "null"
               : std::isnan(number)             ? "NaN"
               : number > 0                     ? "Infinity"
                                                : "-Infinity";
      return;
    }
    const std::size_t begin = text_.size();
    append_float(text_, number);
    if (layout_.floats == Floats::orjson) change_exponent(text_, begin);
  }

  void write_member(const std::string& key, const Json& value) {
    append_json_string(text_, key);
    text_ += layout_.colon;
    write(value);
  }

  void write_object(const Json::object_t& members) {
    if (members.empty()) {
      text_ += "{}";
      return;
    }
    text_ += '{';
    ++depth_;
    bool first = true;
    if (layout_.sorted) {
      std::vector<const Json::object_t::value_type*> sorted;
      for (const auto& member : members) sorted.push_back(&member);
      sort(sorted, [](const auto* a, const auto* b) { return a->first < b->first; });
      for (const auto* member : sorted) separate(first), write_member(member->first, member->second);
    } else {
      for (const auto& [key, value] : members) separate(first), write_member(key, value);
    }
    close('}');
  }

  void write_array(const Json::array_t& items) {
    if (items.empty()) {
      text_ += "[]";
      return;
    }
    text_ += '[';
    ++depth_;
    bool first = true;
    for (const Json& item : items) separate(first), write(item);
    close(']');
  }

  void separate(bool& first) {
    if (!first) text_ += layout_.comma;
    first = false;
    if (layout_.indented) break_line();
  }

  void close(char bracket) {
    --depth_;
    if (layout_.indented) break_line();
    text_ += bracket;
  }

  void break_line() { (text_ += '\n').append(2 * depth_, ' '); }

  std::string& text_;
  Layout layout_;
  std::size_t depth_ = 0;
};

Layout layout_of(JsonStyle style) {
  switch (style) {
    case JsonStyle::compact:
      return {",", ":", Floats::python};
    case JsonStyle::indented:
      return {",", ": ", Floats::orjson, false, true};
    case JsonStyle::python_indented:
      return {",", ": ", Floats::null_if_not_finite, false, true};
    default:
      return {", ", ": ", Floats::python};
  }
}

}  // namespace

void append_json_string(std::string& text, std::string_view string) {
  text += '"';
  std::size_t begin = 0;
  for (std::size_t i = 0; i < string.size(); ++i) {
    i = next_escaped(string, i);
    if (i == string.size()) break;
    const char c = string[i];
    text.append(string, begin, i - begin);
    begin = i + 1;
    text += '\\';
    switch (c) {
      case '"':
      case '\\':
        text += c;
        break;
      case '\n':
        text += 'n';
        break;
      case '\r':
        text += 'r';
        break;
      case '\t':
        text += 't';
        break;
      case '\b':
        text += 'b';
        break;
      case '\f':
        text += 'f';
        break;
      default:
        (text += c < 0x10 ? "u000" : "u001") += "0123456789abcdef"[c & 0xF];
    }
  }
  text.append(string, begin, string.npos);
  text += '"';
}

void append_json(std::string& text, const Json& value, JsonStyle style) { Writer(text, layout_of(style)).write(value); }

std::string dump_json(const Json& value, JsonStyle style) {
  std::string text;
  append_json(text, value, style);
  return text;
}

std::string canonical_json(const Json& value) {
  std::string text;
  Writer(text, {",", ":", Floats::orjson, true}).write(value);
  return text;
}

Failure bad_value(std::string_view wanted, const Json& found) {
  constexpr std::size_t shown = 80;
  return {"bad_value", format("expected {}, found {}", {wanted, shortened(dump_json(found), shown)})};
}

}  // namespace strop
