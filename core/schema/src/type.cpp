#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <strop/schema/class_type.hpp>
#include <strop/schema/type.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/parse_json.hpp>
#include <strop/value/python_value.hpp>

#include "class_table.hpp"
#include "own_schema.hpp"

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

constexpr const char* own_names[] = {
    "str",      "int",       "float",     "bool",    "NoneType",  "Any",   "bytes",     "datetime",
    "date",     "time",      "timedelta", "Decimal", "UUID",      "list",  "dict",      "tuple",
    "set",      "Ellipsis",  "Union",     "Literal", "",          "Image", "Audio",     "File",
    "Document", "Citations", "History",   "Tool",    "ToolCalls", "Code",  "Reasoning",
};
static_assert(std::size(own_names) == static_cast<std::size_t>(Type::Kind::reasoning) + 1);

std::string spelled(const Type& type, std::string (*value_text)(const Json&), bool shown) {
  if (type.kind == Type::Kind::reasoning && shown) return "str";
  std::string text = type.name.empty() ? own_names[static_cast<std::size_t>(type.kind)] : type.name;
  const char* separator = "[";
  for (const Type& argument : type.arguments)
    text += separator + spelled(argument, value_text, shown), separator = ", ";
  for (const Json& value : type.values) text += separator + value_text(value), separator = ", ";
  if (*separator == ',') text += ']';
  return text;
}

Json literal_schema(const std::vector<Json>& values, bool of_enum = false) {
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
  if (values.size() == 1 && !of_enum)
    schema["const"] = values.front();
  else
    schema["enum"] = values;
  return schema;
}

void add_choice(std::vector<Json>& choices, Json schema) {
  if (schema.contains("anyOf") && schema.size() == 1) {
    for (Json& choice : schema["anyOf"]) add_choice(choices, std::move(choice));
  } else if (std::find(choices.begin(), choices.end(), schema) == choices.end()) {
    choices.push_back(std::move(schema));
  }
}

/// The schema of one of DSPy's own classes. One that names a language has no text about itself.
Json own_schema_of(const Type& type) {
  Json schema = std::move(*parse_json(detail::own_schema(type.kind)));
  if (!type.name.empty()) {
    schema.erase("description");
    schema["title"] = type.name;
  }
  return schema;
}

/// Writes schemas and collects the classes that they refer to.
class SchemaWriter {
 public:
  /// `defs` is null where only references are wanted.
  explicit SchemaWriter(Json* defs, SchemaNames names = SchemaNames::keys) : defs_(defs), names_(names) {}

  Json whole(const Type& type) {
    Json schema = inside(type);
    if (!has_all) return schema;
    const Json& reference = member(schema, "$ref");
    if (!has_all || !reference.is_string() || schema.size() > 1) return schema;
    const std::string name = reference.get<std::string>().substr(std::string_view("#/$defs/").size());
    if (refers_to_[name] > 1) return schema;  // it contains itself
    schema = std::move((*defs_)[name]);
    defs_->erase(name);
    return schema;
  }

  Json inside(const Type& type) {
    Json schema = shape(type);
    add_keywords(schema, type);
    return schema;
  }

 private:
  static bool is_named(const ClassType& type) { return !type.definition.is_null(); }

  Json class_schema(const ClassType& type) const {
    const bool renamed =
        names_ == SchemaNames::fields &&
        std::any_of(type.fields.begin(), type.fields.end(), [](const ClassField& f) { return f.key != f.name; });
    if (!renamed) return type.schema;
    Json schema = type.schema, properties = Json::object();
    for (const ClassField& field : type.fields)
      properties[field.name] = member(member(schema, "properties"), field.key);
    schema["properties"] = std::move(properties);
    return schema;
  }

  static void add_keywords(Json& schema, const Type& type) {
    for (const auto& [name, value] : members(type.keywords)) {
      // A Decimal's bounds are those of the number that may stand for it.
      Json& bounded = type.kind == Type::Kind::decimal && value.is_number_float() ? schema["anyOf"][0] : schema;
      if (!bounded.contains(name)) bounded[name] = value;
    }
  }

  Json shape(const Type& type) {
    Json schema = Json::object();
    const auto simple = [&](const char* name) { schema["type"] = name; };
    switch (type.kind) {
      case Type::Kind::string:
        simple("string");
        break;
      case Type::Kind::integer:
        simple("integer");
        break;
      case Type::Kind::number:
        simple("number");
        break;
      case Type::Kind::boolean:
        simple("boolean");
        break;
      case Type::Kind::null:
        simple("null");
        break;
      case Type::Kind::any:
      case Type::Kind::ellipsis:
        break;
      case Type::Kind::list:
      case Type::Kind::set:
        schema["items"] = type.arguments.empty() ? Json::object() : inside(type.arguments[0]);
        schema["type"] = "array";
        if (type.kind == Type::Kind::set) schema["uniqueItems"] = true;
        break;
      case Type::Kind::dict:
        return dict(type);
      case Type::Kind::one_of:
        return choices(type.arguments);
      case Type::Kind::literal:
        return literal_schema(type.values);
      default:
        if (has_all) return rare_shape(type);
    }
    return schema;
  }

  Json rare_shape(const Type& type) {
    Json schema = Json::object();
    const auto simple = [&](const char* name, const char* format) {
      schema["type"] = name;
      schema["format"] = format;
    };
    switch (type.kind) {
      case Type::Kind::bytes:
        simple("string", "binary");
        break;
      case Type::Kind::datetime:
        simple("string", "date-time");
        break;
      case Type::Kind::date:
        simple("string", "date");
        break;
      case Type::Kind::time:
        simple("string", "time");
        break;
      case Type::Kind::timedelta:
        simple("string", "duration");
        break;
      case Type::Kind::uuid:
        simple("string", "uuid");
        break;
      case Type::Kind::decimal:
        return decimal();
      case Type::Kind::tuple:
        return tuple(type);
      case Type::Kind::named:
        return reference(*type.definition);
      default:
        return own(type);
    }
    return schema;
  }

  static Json decimal() {
    Json choices = Json::array();
    choices.push_back(Object().set("type", "number"));
    choices.push_back(Object().set("type", "string"));
    return Object().set("anyOf", std::move(choices));
  }

  Json tuple(const Type& type) {
    Json schema = Json::object();
    const bool open = type.arguments.empty() || type.arguments.back().kind == Type::Kind::ellipsis;
    if (open) {
      schema["items"] = type.arguments.empty() ? Json::object() : inside(type.arguments[0]);
    } else {
      Json items = Json::array();
      for (const Type& item : type.arguments) items.push_back(inside(item));
      schema["maxItems"] = schema["minItems"] = items.size();
      schema["prefixItems"] = std::move(items);
    }
    schema["type"] = "array";
    return schema;
  }

  Json dict(const Type& type) {
    Json schema = Json::object();
    Json values = type.arguments.empty() ? Json::object() : inside(type.arguments[1]);
    schema["additionalProperties"] = values.empty() ? Json(true) : std::move(values);
    if (!type.arguments.empty()) {
      if (Json names = property_names(type.arguments[0]); !names.is_null()) schema["propertyNames"] = std::move(names);
    }
    schema["type"] = "object";
    return schema;
  }

  /// The key's schema where it says more than that a key is a text.
  Json property_names(const Type& key) {
    Json schema = inside(key);
    if (schema.contains("$ref")) return schema;
    schema.erase("title");
    if (member(schema, "type") != "string" || schema.size() == 1) return nullptr;
    schema.erase("type");
    return schema;
  }

  /// None comes last: pydantic makes it an option of the union of the others.
  Json choices(const std::vector<Type>& types) {
    std::vector<Json> choices;
    for (const bool nulls : {false, true}) {
      for (const Type& type : types) {
        if (type.kind == Type::Kind::tool) continue;  // which pydantic cannot describe
        if ((type.kind == Type::Kind::null) == nulls) add_choice(choices, inside(type));
      }
    }
    if (choices.size() == 1) return std::move(choices.front());
    return Object().set("anyOf", std::move(choices));
  }

  Json reference(const ClassType& type) {
    if (!is_named(type)) return class_schema(type);
    if (defs_ && ++refers_to_[type.name] == 1) {
      (*defs_)[type.name] = class_schema(type);
      for (const ClassField& field : type.fields) inside(field.type);
    }
    return Object().set("$ref", format("#/$defs/{}", {type.name}));
  }

  Json own(const Type& type) {
    if (type.kind == Type::Kind::tool) return Object().set("type", "object");
    const std::string name = display_name_of_class(type);
    if (defs_ && ++refers_to_[name] == 1) {
      Json schema = own_schema_of(type);
      if (const auto inner = schema.find("$defs"); inner != schema.end()) {
        for (const auto& [inner_name, definition] : members(*inner)) (*defs_)[inner_name] = definition;
        schema.erase("$defs");
      }
      (*defs_)[name] = std::move(schema);
    }
    return Object().set("$ref", format("#/$defs/{}", {name}));
  }

  static std::string display_name_of_class(const Type& type) {
    return type.name.empty() ? own_names[static_cast<std::size_t>(type.kind)] : type.name;
  }

  Json* defs_;
  SchemaNames names_;
  std::map<std::string, int> refers_to_ = {};
};

Json prompt_order(const Json& schema) {
  if (schema.is_array()) {
    Json items = Json::array();
    for (const Json& item : schema) items.push_back(prompt_order(item));
    return items;
  }
  if (!schema.is_object()) return schema;
  std::vector<std::pair<std::string_view, const Json*>> sorted;
  for (const auto& [name, value] : members(schema)) sorted.emplace_back(name, &value);
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
    return (a.first != "type") != (b.first != "type") ? a.first == "type" : a.first < b.first;
  });
  Json result = Json::object();
  for (const auto& [name, value] : sorted) result[std::string(name)] = prompt_order(*value);
  return result;
}

/// Whether a class has been seen, so that those that contain themselves end.
bool has_media(const Type& type, std::vector<const ClassType*>& seen) {
  if (type.kind >= Type::Kind::image && type.kind <= Type::Kind::citations) return true;
  for (const Type& argument : type.arguments) {
    if (has_media(argument, seen)) return true;
  }
  if (!type.definition || std::find(seen.begin(), seen.end(), type.definition.get()) != seen.end()) return false;
  seen.push_back(type.definition.get());
  if (type.definition->kind == ClassType::Kind::block) return true;
  return std::any_of(type.definition->fields.begin(), type.definition->fields.end(),
                     [&](const ClassField& field) { return has_media(field.type, seen); });
}

}  // namespace

Json detail::enum_schema(const std::vector<Json>& values) { return literal_schema(values, true); }

Json detail::schema_with_references(const Type& type) { return SchemaWriter(nullptr).inside(type); }

namespace {

bool same_class(const Type& a, const Type& b) {
  return a.definition == b.definition ||
         (a.definition && b.definition && a.definition->schema == b.definition->schema &&
          a.definition->definition == b.definition->definition);
}

}  // namespace

bool operator==(const Type& a, const Type& b) {
  return a.kind == b.kind && a.name == b.name && a.arguments == b.arguments && a.keywords == b.keywords &&
         same_class(a, b) && std::equal(a.values.begin(), a.values.end(), b.values.begin(), b.values.end(), same_value);
}

std::string display_name(const Type& type) { return spelled(type, quoted_value, true); }
std::string type_text(const Type& type) { return spelled(type, readable_value, false); }

Json json_schema(const Type& type, SchemaNames names) {
  Json defs = Json::object();
  Json schema = SchemaWriter(&defs, names).whole(type);
  if (defs.empty()) return schema;
  Json result = Object().set("$defs", std::move(defs));
  result.update(schema);
  return result;
}

Json prompt_schema(const Type& type) { return prompt_order(json_schema(type)); }

bool allows_none(const Type& type) {
  return type.kind == Type::Kind::null ||
         (type.kind == Type::Kind::one_of && std::any_of(type.arguments.begin(), type.arguments.end(), allows_none));
}

bool has_media(const Type& type) {
  if (!has_all) return false;
  std::vector<const ClassType*> seen;
  return has_media(type, seen);
}

}  // namespace strop
