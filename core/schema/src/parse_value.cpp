#include <algorithm>
#include <strop/schema/class_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/repair.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/number.hpp>
#include <strop/value/parse_json.hpp>
#include <strop/value/python_literal.hpp>
#include <strop/value/python_value.hpp>

#include "meaning.hpp"

namespace strop {

Result<Json> detail::meaning(const std::string& text) {
  if (text == "True" || text == "False") return Json(text == "True");  // as models are asked to write; repair is slow
  Result<Json> json = parse_json(text);
  if (!json && json.error().code == "bad_json") json = parse_json(repair_json(text));
  if (!json) return json;
  if (!json->is_string() || !json->get_ref<const std::string&>().empty() || text.empty()) return json;
  if (Result<Json> literal = parse_python_literal(text)) return literal;
  return Json(text);
}

namespace {

using Kind = Type::Kind;

/// A Literal's text without what models like to put around it: blanks, `Literal[…]`, quotes.
std::string_view unwrapped(std::string_view text) {
  text = python_strip(text);
  if ((text.starts_with("Literal[") || text.starts_with("str[")) && text.ends_with(']')) {
    const std::size_t bracket = text.find('[');
    text = text.substr(bracket + 1, text.size() - bracket - 2);
  }
  if (text.size() > 1 && text.front() == text.back() && (text.front() == '"' || text.front() == '\'')) {
    text = text.substr(1, text.size() - 2);
  }
  return text;
}

bool is_among(const std::vector<Json>& values, std::string_view text) {
  return std::any_of(values.begin(), values.end(), [&](const Json& value) {
    return value.is_string() && value.get_ref<const std::string&>() == text;
  });
}

bool has_choice(const Type& type, Kind kind) {
  return std::any_of(type.arguments.begin(), type.arguments.end(),
                     [=](const Type& choice) { return choice.kind == kind; });
}

/// DSPy's own types, which may have a way of their own to read a text.
bool is_own(const Type& type) {
  if (!has_all) return false;
  return type.kind >= Kind::image || (type.definition && type.definition->kind == ClassType::Kind::block);
}

Result<Json> parse_text(const std::string& text, const Type& type) {
  if (type.kind == Kind::one_of && has_choice(type, Kind::null) && has_choice(type, Kind::string))
    return validate(text, type);
  Result<Json> value = detail::meaning(text);
  if (!value) return is_own(type) ? validate(text, type) : value;
  Result<Json> read = validate(*value, type);
  if (read || !is_own(type)) return read;
  Result<Json> other = validate(text, type);
  return other ? other : read;
}

/// By its value, or else by its name; nothing is coerced.
Result<Json> find_member(const Json& value, const Type& type) {
  for (const EnumMember& member : type.definition->members) {
    if (python_equal(value, member.value)) return member.value;
  }
  for (const EnumMember& member : type.definition->members) {
    if (!member.name.empty() && value == member.name) return member.value;
  }
  std::string wanted;
  for (const EnumMember& member : type.definition->members)
    (wanted += wanted.empty() ? "" : ", ") += python_str(member.value);
  return bad_value(format("one of {}", {shortened(wanted, 200)}), value);
}

}  // namespace

Result<Json> parse_value(const Json& value, const Type& type) {
  if (type.is_str()) return value.is_string() ? value : Json(python_str(value));
  if (has_all && type.definition && type.definition->kind == ClassType::Kind::enumeration)
    return find_member(value, type);
  if (!value.is_string()) {
    // Python's `in`: 1.0 and True are among 1 and 2. DSPy gives back what was found, not what is declared.
    const auto equal = [&](const Json& allowed) { return python_equal(value, allowed); };
    if (type.kind == Kind::literal && std::any_of(type.values.begin(), type.values.end(), equal)) return value;
    return validate(value, type);
  }
  const std::string& text = value.get_ref<const std::string&>();
  if (type.kind != Kind::literal) return parse_text(text, type);
  if (is_among(type.values, text)) return value;
  const std::string_view inner = unwrapped(text);
  if (is_among(type.values, inner)) return Json(inner);
  return parse_text(std::string(inner), type);
}

}  // namespace strop
