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
#include "value_index.hpp"

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

bool has_choice(const Type& type, Kind kind) {
  return std::any_of(type.arguments.begin(), type.arguments.end(),
                     [=](const Type& choice) { return choice.kind == kind; });
}

/// DSPy's own types, which may have a way of their own to read a text.
bool is_own(const Type& type) {
  if (!has_all) return false;
  return type.kind >= Kind::image || (type.definition && type.definition->kind == ClassType::Kind::block);
}

Result<Json> parse_text(const std::string& text, const Type& type, detail::ValueIndex& index) {
  const auto validate = [&](const Json& value, const Type& as) {
    return detail::validate(value, as, SchemaNames::keys, index);
  };
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
Result<Json> find_member(const Json& value, const Type& type, detail::ValueIndex& index) {
  const std::vector<EnumMember>& all = type.definition->members;
  const auto value_of = [](const EnumMember& member) { return &member.value; };
  const Json* found = index.first(all, value_of, value, [&](const Json& each) { return python_equal(value, each); });
  if (found) return *found;
  for (const EnumMember& member : all) {
    if (!member.name.empty() && value.is_string() && value.get_ref<const std::string&>() == member.name)
      return member.value;
  }
  std::string wanted;
  for (const EnumMember& member : all) (wanted += wanted.empty() ? "" : ", ") += python_str(member.value);
  return bad_value(format("one of {}", {shortened(wanted, 200)}), value);
}

}  // namespace

Result<Json> detail::parse_value(const Json& value, const Type& type, ValueIndex& index) {
  if (type.is_str()) return value.is_string() ? value : Json(python_str(value));
  if (has_all && type.definition && type.definition->kind == ClassType::Kind::enumeration)
    return find_member(value, type, index);
  const auto is_among = [&](const Json& one, bool (*equal)(const Json&, const Json&)) {
    return index.first(type.values, one, [&](const Json& allowed) { return equal(one, allowed); }) != nullptr;
  };
  if (!value.is_string()) {
    // Python's `in`: 1.0 and True are among 1 and 2. DSPy gives back what was found, not what is declared.
    if (type.kind == Kind::literal && is_among(value, python_equal)) return value;
    return validate(value, type, SchemaNames::keys, index);
  }
  const std::string& text = value.get_ref<const std::string&>();
  if (type.kind != Kind::literal) return parse_text(text, type, index);
  if (is_among(value, same_value)) return value;
  Json inner = unwrapped(text);
  if (is_among(inner, same_value)) return inner;
  return parse_text(inner.get_ref<const std::string&>(), type, index);
}

Result<Json> parse_value(const Json& value, const Type& type) {
  detail::ValueIndex index;
  return detail::parse_value(value, type, index);
}

}  // namespace strop
