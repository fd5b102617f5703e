#include <algorithm>
#include <cmath>
#include <strop/schema/type.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>

namespace strop {
namespace {

/// Quotes as DSPy's get_annotation_name does, which escapes no more than it must.
std::string quoted(const std::string& text) {
  const bool single = text.find('\'') != text.npos, both = single && text.find('"') != text.npos;
  if (single && !both) return '"' + text + '"';
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') result += '\\';
    result += c;
  }
  return result + '\'';
}

std::string quoted_value(const Json& value) {
  return value.is_string() ? quoted(value.get_ref<const std::string&>()) : python_str(value);
}

/// As Python reads it back; "inf" would be a name.
std::string readable_value(const Json& value) {
  if (value.is_number_float() && std::isinf(value.get<double>())) return value.get<double>() > 0 ? "1e999" : "-1e999";
  return python_repr(value);
}

const char* own_name(Type::Kind kind) {
  switch (kind) {
    case Type::Kind::string:
      return "str";
    case Type::Kind::integer:
      return "int";
    case Type::Kind::number:
      return "float";
    case Type::Kind::boolean:
      return "bool";
    case Type::Kind::null:
      return "NoneType";
    case Type::Kind::any:
      return "Any";
    case Type::Kind::list:
      return "list";
    case Type::Kind::dict:
      return "dict";
    case Type::Kind::one_of:
      return "Union";
    default:
      return "Literal";
  }
}

std::string spelled(const Type& type, std::string (*value_text)(const Json&)) {
  std::string text = type.name.empty() ? own_name(type.kind) : type.name;
  const char* separator = "[";
  for (const Type& argument : type.arguments) text += separator + spelled(argument, value_text), separator = ", ";
  for (const Json& value : type.values) text += separator + value_text(value), separator = ", ";
  if (*separator == ',') text += ']';
  return text;
}

Json literal_schema(const std::vector<Json>& values) {
  constexpr auto kind_of = [](const Json& value) {
    return value.is_string()         ? "string"
           : value.is_boolean()      ? "boolean"
           : value.is_number_float() ? "number"
           : value.is_null()         ? "null"
                                     : "integer";
  };
  Json schema = Json::object();
  const std::string kind = kind_of(values.front());
  if (std::all_of(values.begin(), values.end(), [&](const Json& value) { return kind_of(value) == kind; }))
    schema["type"] = kind;
  if (values.size() == 1)
    schema["const"] = values.front();
  else
    schema["enum"] = values;
  return schema;
}

/// The key's schema where it says more than that a key is a text.
Json property_names(const Type& key) {
  if (key.kind != Type::Kind::literal) return nullptr;
  Json schema = literal_schema(key.values);
  if (!schema.contains("type") || schema["type"] != "string") return nullptr;
  schema.erase("type");
  return schema;
}

void add_choice(std::vector<Json>& choices, Json schema) {
  if (schema.contains("anyOf")) {
    for (Json& choice : schema["anyOf"]) add_choice(choices, std::move(choice));
  } else if (std::find(choices.begin(), choices.end(), schema) == choices.end()) {
    choices.push_back(std::move(schema));
  }
}

/// None comes last: pydantic makes it an option of the union of the others.
Json union_schema(const std::vector<Type>& types) {
  std::vector<Json> choices;
  for (const Type& type : types) {
    if (type.kind != Type::Kind::null) add_choice(choices, json_schema(type));
  }
  for (const Type& type : types) {
    if (type.kind == Type::Kind::null) add_choice(choices, json_schema(type));
  }
  if (choices.size() == 1) return std::move(choices.front());
  return Object().set("anyOf", std::move(choices));
}

}  // namespace

bool operator==(const Type& a, const Type& b) {
  return a.kind == b.kind && a.name == b.name && a.arguments == b.arguments &&
         std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), same_value);
}

std::string display_name(const Type& type) { return spelled(type, quoted_value); }
std::string type_text(const Type& type) { return spelled(type, readable_value); }

Json json_schema(const Type& type) {
  Json schema = Json::object();
  switch (type.kind) {
    case Type::Kind::string:
      schema["type"] = "string";
      break;
    case Type::Kind::integer:
      schema["type"] = "integer";
      break;
    case Type::Kind::number:
      schema["type"] = "number";
      break;
    case Type::Kind::boolean:
      schema["type"] = "boolean";
      break;
    case Type::Kind::null:
      schema["type"] = "null";
      break;
    case Type::Kind::any:
      break;
    case Type::Kind::list:
      schema["type"] = "array";
      schema["items"] = type.arguments.empty() ? Json::object() : json_schema(type.arguments[0]);
      break;
    case Type::Kind::dict: {
      schema["type"] = "object";
      Json values = type.arguments.empty() ? Json::object() : json_schema(type.arguments[1]);
      schema["additionalProperties"] = values.empty() ? Json(true) : std::move(values);
      if (!type.arguments.empty()) {
        if (Json names = property_names(type.arguments[0]); !names.is_null())
          schema["propertyNames"] = std::move(names);
      }
      break;
    }
    case Type::Kind::one_of:
      return union_schema(type.arguments);
    case Type::Kind::literal:
      return literal_schema(type.values);
  }
  return schema;
}

bool allows_none(const Type& type) {
  return type.kind == Type::Kind::null ||
         (type.kind == Type::Kind::one_of && std::any_of(type.arguments.begin(), type.arguments.end(), allows_none));
}

}  // namespace strop
