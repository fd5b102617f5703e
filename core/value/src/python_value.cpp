#include <cmath>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>

namespace strop {
namespace {

/// Whether repr() shows the character as it is. Beyond ASCII: controls, white space and unassigned blocks are escaped.
bool is_printable(char32_t c) {
  if (c < 0x80) return c >= 0x20 && c != 0x7F;
  return !(c < 0xA1 || c == 0xAD || is_python_space(c) || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || (c >= 0xE000 && c <= 0xF8FF) ||
           c == 0xFEFF || (c >= 0xFFF0 && c <= 0xFFFB) || (c & 0xFFFE) == 0xFFFE || c >= 0xE0000);
}

void append_hex(std::string& text, char32_t c, int digits) {
  while (digits-- > 0) text += "0123456789abcdef"[c >> (4 * digits) & 0xF];
}

void append_string_repr(std::string& text, std::string_view string) {
  const bool single = string.find('\'') != string.npos, both = single && string.find('"') != string.npos;
  const char quote = single && !both ? '"' : '\'';
  text += quote;
  for (std::size_t at = 0; at < string.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(string, at);
    if (c == static_cast<unsigned char>(quote) || c == '\\')
      (text += '\\') += static_cast<char>(c);
    else if (c == '\n')
      text += "\\n";
    else if (c == '\r')
      text += "\\r";
    else if (c == '\t')
      text += "\\t";
    else if (is_printable(c))
      text.append(string, begin, at - begin);
    else if (c < 0x100)
      append_hex(text += "\\x", c, 2);
    else if (c < 0x10000)
      append_hex(text += "\\u", c, 4);
    else
      append_hex(text += "\\U", c, 8);
  }
  text += quote;
}

void append_repr(std::string& text, const Json& value) {
  switch (value.type()) {
    case Json::value_t::string:
      return append_string_repr(text, value.get_ref<const std::string&>());
    case Json::value_t::boolean:
      text += value.get<bool>() ? "True" : "False";
      return;
    case Json::value_t::number_float:
      return append_float(text, value.get<double>());
    case Json::value_t::array: {
      text += '[';
      const char* comma = "";
      for (const Json& item : value) append_repr(text += comma, item), comma = ", ";
      text += ']';
      return;
    }
    case Json::value_t::object: {
      text += '{';
      const char* comma = "";
      for (const auto& [key, item] : value.get_ref<const Json::object_t&>()) {
        append_string_repr(text += comma, key);
        append_repr(text += ": ", item);
        comma = ", ";
      }
      text += '}';
      return;
    }
    default:
      text += is_integer(value) ? integer_text(value) : "None";
  }
}

void append_str(std::string& text, const Json& value) {
  if (value.is_string())
    text += value.get_ref<const std::string&>();
  else
    append_repr(text, value);
}

/// DSPy looks for line ends and quotation marks in texts only.
void append_passage(std::string& text, const Json& value) {
  const std::string passage = python_str(value);
  const auto has = [&](const char* mark) { return value.is_string() && passage.find(mark) != passage.npos; };
  if (!has("\n") && !has("«") && !has("»")) {
    ((text += "«") += passage) += "»";
    return;
  }
  text += "«««\n    ";
  for (const char c : passage) {
    text += c;
    if (c == '\n') text += "    ";
  }
  text += "\n»»»";
}

void append_passages(std::string& text, const Json::array_t& items) {
  if (items.empty()) text += "N/A";
  if (items.size() == 1) append_passage(text, items[0]);
  if (items.size() < 2) return;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) text += '\n';
    text += '[';
    text += std::to_string(i + 1);
    append_passage(text += "] ", items[i]);
  }
}

bool has_only_finite_numbers(const Json& value) {
  if (value.is_number_float()) return std::isfinite(value.get<double>());
  if (value.is_array()) {
    for (const Json& item : value) {
      if (!has_only_finite_numbers(item)) return false;
    }
  }
  if (value.is_object()) {
    for (const auto& [key, item] : value.get_ref<const Json::object_t&>()) {
      if (!has_only_finite_numbers(item)) return false;
    }
  }
  return true;
}

Json with_null_for_infinite(const Json& value) {
  if (value.is_number_float() && !std::isfinite(value.get<double>())) return nullptr;
  Json result = value;
  if (value.is_structured()) {
    for (Json& item : result) item = with_null_for_infinite(item);
  }
  return result;
}

}  // namespace

std::string python_str(const Json& value) {
  std::string text;
  append_str(text, value);
  return text;
}

std::string python_repr(const Json& value) {
  std::string text;
  append_repr(text, value);
  return text;
}

void append_value(std::string& text, const Json& value, bool annotation_is_str) {
  if (value.is_array() && annotation_is_str) return append_passages(text, value.get_ref<const Json::array_t&>());
  if (!value.is_structured()) return append_str(text, value);
  if (has_only_finite_numbers(value))
    append_json(text, value);
  else
    append_json(text, with_null_for_infinite(value));
}

std::string format_value(const Json& value, bool annotation_is_str) {
  std::string text;
  append_value(text, value, annotation_is_str);
  return text;
}

}  // namespace strop
