#include "schema_reader.hpp"

#include <algorithm>
#include <strop/schema/parse_type.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <tuple>
#include <utility>

namespace strop {
namespace {

using Kind = Type::Kind;

/// Keywords that are the shape of a value, or are about the document.
constexpr std::string_view of_the_shape[] = {
    "type",          "properties", "required",    "items",   "prefixItems", "uniqueItems", "additionalProperties",
    "propertyNames", "$defs",      "definitions", "$schema", "$id",         "$ref",        "anyOf",
    "oneOf",         "allOf",      "enum",        "const",
};

constexpr std::pair<std::string_view, Kind> formats[] = {
    {"date-time", Kind::datetime}, {"date", Kind::date},    {"time", Kind::time},
    {"duration", Kind::timedelta}, {"binary", Kind::bytes}, {"uuid", Kind::uuid},
};

bool is_class(const Json& schema) {
  return schema.contains("properties") || (schema.contains("enum") && schema.contains("title"));
}

/// A name as Python's classes have it: "ShippingAddress" for shipping_address or "shipping address".
std::string class_name(std::string_view text) {
  std::string name;
  bool begins = true;
  for (const char c : text) {
    const bool lower = c >= 'a' && c <= 'z';
    const bool letter = lower || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9' && !name.empty());
    if (letter) name += begins && lower ? static_cast<char>(c - 32) : c;
    begins = !letter;
  }
  return name.empty() ? "Object" : name;
}

/// The last part of "#/$defs/Name".
std::string_view name_in(std::string_view reference) {
  for (const std::string_view start : {"#/$defs/", "#/definitions/"}) {
    if (reference.starts_with(start)) return reference.substr(start.size());
  }
  return {};
}

/// What zod writes of every integer: a reader of the prompt learns nothing from it.
bool is_safe_integer_bound(std::string_view name, const Json& value) {
  constexpr double most = 9007199254740991;
  if (!value.is_number()) return false;
  return (name == "minimum" && value.get<double>() == -most) || (name == "maximum" && value.get<double>() == most);
}

const Json& definitions_of(const Json& schema) {
  const Json& defs = member(schema, "$defs");
  return defs.is_null() ? member(schema, "definitions") : defs;
}

}  // namespace

bool SchemaReader::fail(std::string_view what) {
  failure_ = {"bad_schema", format("JSON Schema of {}: {}", {place_, what})};
  return false;
}

std::string SchemaReader::free_name(std::string_view wanted) const {
  std::string name(wanted);
  for (std::size_t n = 2; table_.classes_->names.contains(name); ++n) name = format("{}{}", {wanted, n});
  return name;
}

ClassType& SchemaReader::new_class(std::string name, const Json& schema) {
  ClassType& type = table_.classes_->classes.emplace_back();
  type.kind = schema.contains("enum") ? ClassType::Kind::enumeration : ClassType::Kind::model;
  Type named{Kind::named};
  named.name = type.name = name;
  named.definition = detail::not_owning(type);
  table_.classes_->names[std::move(name)] = std::move(named);
  return type;
}

/// The class that a definition makes, and whether it is new: what has the same name and text is the same class.
std::pair<ClassType*, bool> SchemaReader::class_of(std::string_view wanted, const Json& schema) {
  std::string key(wanted);
  append_json((key += ' ') += document_ + ' ', schema);
  const ClassType*& known = table_.classes_->by_schema[std::move(key)];
  const bool is_new = !known;
  if (is_new) known = &new_class(free_name(wanted), schema);
  return {const_cast<ClassType*>(known), is_new};
}

void SchemaReader::announce(const Json& schema, const std::string& name) {
  const Json& target = definitions_of(schema).is_object() ? member(definitions_of(schema), name) : schema;
  if (is_class(target.is_object() ? target : schema)) new_class(name, target.is_object() ? target : schema);
}

Result<Type> SchemaReader::named(const Json& schema, const std::string& name) {
  const auto known = table_.classes_->names.find(name);
  root_ = known == table_.classes_->names.end() ? "" : name;
  return read(schema, name);
}

Result<Type> SchemaReader::read(const Json& schema, std::string_view field) {
  place_ = field;
  hint_ = class_name(field);
  local_.clear();
  std::string text = dump_json(schema);
  if (text.find("\"$ref\": \"#\"") == text.npos) text = dump_json(definitions_of(schema));
  auto& documents = table_.classes_->documents;
  document_ = std::to_string(documents.emplace(std::move(text), documents.size()).first->second);
  Type type;
  if (root_.empty() && schema.contains("properties")) {  // named first, as what it contains may refer to it
    const std::string title = text_member(schema, "title");
    const auto [made, is_new] = class_of(title.empty() ? hint_ : class_name(title), schema);
    if (!is_new) return table_.classes_->names.find(made->name)->second;
    root_ = made->name;
  }
  const bool done = read_definitions(schema) && read_node(schema, type, 0);
  root_.clear();
  if (!done) {
    table_.classes_->by_schema.clear();  // some are not read to their end
    return std::move(failure_);
  }
  return type;
}

bool SchemaReader::read_definitions(const Json& schema) {
  const Json& defs = definitions_of(schema);
  if (defs.size() > detail::max_classes) return fail(format("more than {} definitions", {detail::max_classes}));
  std::vector<std::pair<ClassType*, const Json*>> to_read;
  for (const auto& [name, definition] : members(defs)) {
    if (!is_class(definition)) continue;
    if (!root_.empty() && name == root_ &&
        !schema.contains("properties")) {  // the root is {"$ref": "#/$defs/Name"}, and has its place already
      local_[name] = table_.classes_->names.find(root_)->second;
      to_read.emplace_back(const_cast<ClassType*>(local_[name].definition.get()), &definition);
      continue;
    }
    const auto [type, is_new] = class_of(class_name(name), definition);
    local_[name] = table_.classes_->names.find(type->name)->second;
    if (is_new) to_read.emplace_back(type, &definition);
  }
  const std::string hint = std::exchange(hint_, "");
  for (const auto& [name, definition] : members(defs)) {
    if (is_class(definition)) continue;
    Type type;
    if (!read_node(definition, type, 1)) return false;
    local_[name] = std::move(type);
  }
  for (const auto& [type, definition] : to_read) {
    if (!read_class(*definition, *type, 1)) return false;
  }
  hint_ = hint;
  return true;
}

bool SchemaReader::read_reference(const std::string& reference, Type& type) {
  const std::string_view name = reference == "#" ? std::string_view(root_) : name_in(reference);
  if (const auto found = local_.find(name); found != local_.end()) return type = found->second, true;
  if (const auto found = table_.classes_->names.find(name); found != table_.classes_->names.end())
    return type = found->second, true;
  if (!name.empty()) {
    if (Result<Type> own = parse_type(name)) return type = std::move(*own), true;
  }
  return fail(format("there is nothing at \"$ref\": \"{}\"", {shortened(reference, 80)}));
}

bool SchemaReader::read_node(const Json& schema, Type& type, std::size_t depth) {
  if (depth > detail::max_schema_depth) return fail(format("more than {} levels", {detail::max_schema_depth}));
  if (schema == true) return type = Type{Kind::any}, true;
  if (!schema.is_object()) return fail("an object is expected");
  if (!read_shape(schema, type, depth)) return false;
  if (type.kind == Kind::named && !schema.contains("$ref")) return true;  // its keywords are the class's
  for (const auto& [name, value] : members(schema)) {
    if (std::find(std::begin(of_the_shape), std::end(of_the_shape), name) != std::end(of_the_shape)) continue;
    if (name == "format" && type.kind != Kind::string) continue;
    if (is_safe_integer_bound(name, value)) continue;
    if ((name == "minItems" || name == "maxItems") && type.kind == Kind::tuple) continue;
    if (type.keywords.is_null()) type.keywords = Json::object();
    type.keywords[name] = value;
  }
  return true;
}

bool SchemaReader::read_shape(const Json& schema, Type& type, std::size_t depth) {
  if (const Json& reference = member(schema, "$ref"); reference.is_string())
    return read_reference(reference.get_ref<const std::string&>(), type);
  for (const char* name : {"anyOf", "oneOf"}) {
    if (const Json& choices = member(schema, name); choices.is_array()) return read_choices(choices, type, depth);
  }
  if (const Json& all = member(schema, "allOf"); all.is_array() && all.size() == 1)
    return read_node(all[0], type, depth + 1);
  if (const auto only = schema.find("const"); only != schema.end()) {
    type = Type{Kind::literal};
    type.values.push_back(*only);
    return true;
  }
  if (const Json& values = member(schema, "enum"); values.is_array()) {
    if (values.empty()) return fail("an empty \"enum\"");
    if (depth == 0 && !root_.empty()) return read_object(schema, type, depth);
    type = Type{Kind::literal};
    for (const Json& value : values) type.values.push_back(value);
    return true;
  }
  const Json& kind = member(schema, "type");
  if (kind.is_array()) {
    Json choices = Json::array();
    for (const Json& one : kind) {
      Json choice = schema;
      choice["type"] = one;
      choices.push_back(std::move(choice));
    }
    return read_choices(choices, type, depth);
  }
  const std::string name = text_member(schema, "type", schema.contains("properties") ? "object" : "");
  if (name == "object") return read_object(schema, type, depth);
  if (name == "array") return read_array(schema, type, depth);
  type = Type{name == "string"    ? Kind::string
              : name == "integer" ? Kind::integer
              : name == "number"  ? Kind::number
              : name == "boolean" ? Kind::boolean
              : name == "null"    ? Kind::null
                                  : Kind::any};
  if (type.kind == Kind::any && !name.empty()) return fail(format("there is no type \"{}\"", {shortened(name, 40)}));
  if (type.kind == Kind::string) {
    const std::string as = text_member(schema, "format");
    for (const auto& [text, format_kind] : formats) {
      if (as == text) type.kind = format_kind;
    }
  }
  return true;
}

bool SchemaReader::read_choices(const Json& choices, Type& type, std::size_t depth) {
  std::vector<Type> types;
  for (const Json& choice : choices) {
    Type one;
    if (!read_node(choice, one, depth + 1)) return false;
    if (std::find(types.begin(), types.end(), one) == types.end()) types.push_back(std::move(one));
  }
  if (types.empty()) return fail("no choices");
  if (types.size() == 1) return type = std::move(types[0]), true;
  type = Type{Kind::one_of};
  type.arguments = std::move(types);
  return true;
}

bool SchemaReader::read_array(const Json& schema, Type& type, std::size_t depth) {
  type = Type{Kind::list};
  if (const Json& prefix = member(schema, "prefixItems"); prefix.is_array()) {
    type.kind = Kind::tuple;
    for (const Json& item : prefix) {
      if (!read_node(item, type.arguments.emplace_back(), depth + 1)) return false;
    }
    return true;
  }
  if (member(schema, "uniqueItems") == true) type.kind = Kind::set;
  const Json& items = member(schema, "items");
  if (items.is_null() || items == true || (items.is_object() && items.empty())) return true;
  return read_node(items, type.arguments.emplace_back(), depth + 1);
}

bool SchemaReader::read_object(const Json& schema, Type& type, std::size_t depth) {
  if (is_class(schema)) {
    const bool is_root = depth == 0 && !root_.empty();
    if (is_root || !hint_.empty()) {
      const std::string title = text_member(schema, "title");
      bool is_new = true;
      if (is_root) {
        type = table_.classes_->names.find(root_)->second;
      } else {
        ClassType* made = nullptr;
        std::tie(made, is_new) = class_of(title.empty() ? hint_ : class_name(title), schema);
        type = table_.classes_->names.find(made->name)->second;
      }
      const std::string hint = std::exchange(hint_, "");
      const bool done = !is_new || read_class(schema, const_cast<ClassType&>(*type.definition), depth);
      hint_ = hint;
      return done;
    }
    ClassType& inner = table_.classes_->classes.emplace_back();
    inner.name = class_name(text_member(schema, "title", "object"));
    type = Type{Kind::named};
    type.name = inner.name;
    type.definition = detail::not_owning(inner);
    if (!read_class(schema, inner, depth)) return false;
    inner.definition = nullptr;  // a part of the class around it
    return true;
  }
  type = Type{Kind::dict};
  const Json &values = member(schema, "additionalProperties"), &names = member(schema, "propertyNames");
  if (!values.is_object() && !names.is_object()) return true;
  type.arguments.resize(2);
  if (names.is_object()) {
    Json keys = names;
    if (!keys.contains("type") && !keys.contains("$ref")) keys["type"] = "string";
    if (!read_node(keys, type.arguments[0], depth + 1)) return false;
  }
  if (!values.is_object()) return type.arguments[1] = Type{Kind::any}, true;
  return read_node(values, type.arguments[1], depth + 1);
}

bool SchemaReader::read_class(const Json& schema, ClassType& type, std::size_t depth) {
  type.schema = normalized(schema, 0);
  type.definition = Object().set("schema", type.schema);
  if (const Json& values = member(schema, "enum"); values.is_array()) {
    for (const Json& value : values) {
      if (value.is_structured()) return fail("an \"enum\" of texts and numbers is expected");
      type.members.push_back({"", value});
    }
    return true;
  }
  type.refuses_others = member(schema, "additionalProperties") == false;
  const Json &properties = member(schema, "properties"), &required = member(schema, "required");
  if (properties.size() > detail::max_class_fields)
    return fail(format("more than {} properties", {detail::max_class_fields}));
  for (const auto& [name, property] : members(properties)) {
    ClassField field;
    field.name = field.key = name;
    const std::size_t before = place_.size();
    place_ += "." + shortened(name, 40);
    if (!read_node(property, field.type, depth + 1)) return false;
    place_.resize(before);
    if (const auto value = property.find("default"); property.is_object() && value != property.end())
      field.default_value = *value;
    field.required = required.is_array() && std::find(required.begin(), required.end(), name) != required.end();
    type.fields.push_back(std::move(field));
  }
  return true;
}

/// Without what is about the document, and with references by the names that classes have here.
Json SchemaReader::normalized(const Json& schema, std::size_t depth) const {
  if (depth > detail::max_schema_depth) return nullptr;  // refused when it is read
  if (schema.is_array()) {
    Json items = Json::array();
    for (const Json& item : schema) items.push_back(normalized(item, depth + 1));
    return items;
  }
  if (!schema.is_object()) return schema;
  Json result = Json::object();
  for (const auto& [name, value] : members(schema)) {
    if (depth == 0 && (name == "$defs" || name == "definitions" || name == "$schema" || name == "$id")) continue;
    if (name == "$ref" && value.is_string()) {
      const auto& reference = value.get_ref<const std::string&>();
      const std::string_view to = reference == "#" ? std::string_view(root_) : name_in(reference);
      const auto found = local_.find(to);
      const bool is_class = found != local_.end() && found->second.kind == Kind::named;
      result[name] = format("#/$defs/{}", {is_class ? std::string_view(found->second.name) : to});
    } else {
      result[name] = normalized(value, depth + 1);
    }
  }
  return result;
}

}  // namespace strop
