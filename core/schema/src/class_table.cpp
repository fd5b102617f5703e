#include "class_table.hpp"

#include <algorithm>
#include <strop/schema/parse_type.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>

#include "schema_reader.hpp"

namespace strop {
namespace detail {
namespace {

/// Every type within the type changed by `change`.
template <class Change>
void for_each(Type& type, Change change) {
  change(type);
  for (Type& argument : type.arguments) for_each(argument, change);
}

}  // namespace

std::shared_ptr<const ClassType> not_owning(const ClassType& type) { return {std::shared_ptr<const void>(), &type}; }

Type disowned(Type type) {
  for_each(type, [](Type& part) {
    if (part.definition) part.definition = not_owning(*part.definition);
  });
  return type;
}

std::string title_of(std::string_view name) {
  std::string title;
  bool in_word = false;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = next_code_point(name, at);
    const bool letter = lower(c) != c || upper(c) != c || (c > 0x7F && is_word(c));
    append_code_point(title, c == '_' ? ' ' : in_word ? lower(c) : upper(c));
    in_word = letter;
  }
  return std::string(python_strip(title));
}

}  // namespace detail

namespace {

/// A constraint as pydantic's Field names it, and as JSON Schema does for numbers, texts, lists and dicts.
struct Bound {
  std::string_view name, number, text, list, dict;
};

constexpr Bound bounds[] = {
    {"gt", "exclusiveMinimum", "", "", ""},
    {"ge", "minimum", "", "", ""},
    {"lt", "exclusiveMaximum", "", "", ""},
    {"le", "maximum", "", "", ""},
    {"multiple_of", "multipleOf", "", "", ""},
    {"min_length", "", "minLength", "minItems", "minProperties"},
    {"max_length", "", "maxLength", "maxItems", "maxProperties"},
    {"pattern", "", "pattern", "", ""},
};

using Kind = Type::Kind;

std::string_view keyword_for(const Bound& bound, Kind kind) {
  switch (kind) {
    case Kind::integer:
    case Kind::number:
    case Kind::decimal:
      return bound.number;
    case Kind::string:
    case Kind::bytes:
      return bound.text;
    case Kind::list:
    case Kind::set:
    case Kind::tuple:
      return bound.list;
    case Kind::dict:
      return bound.dict;
    default:
      return "";
  }
}

/// The bounds of a field become keywords of its type, for an Optional of what it is when it is not None.
void add_bounds(Type& type, const Json& field) {
  if (type.kind == Kind::one_of) {
    for (Type& choice : type.arguments) {
      if (choice.kind != Kind::null) add_bounds(choice, field);
    }
    return;
  }
  for (const Bound& bound : bounds) {
    const std::string_view keyword = keyword_for(bound, type.kind);
    const Json& value = member(field, bound.name);
    if (keyword.empty() || value.is_null()) continue;
    if (type.keywords.is_null()) type.keywords = Json::object();
    const bool whole = type.kind == Kind::decimal && is_integer(value);  // pydantic shows these as floats
    type.keywords[std::string(keyword)] = whole ? Json(as_double(value)) : value;
  }
}

/// pydantic gives no title of their own to fields that are classes.
bool has_title(const Type& type) {
  if (type.kind >= Kind::named) return false;
  if (type.kind == Kind::one_of && type.arguments.size() == 2) {
    for (const std::size_t k : {0, 1}) {
      if (type.arguments[k].kind == Kind::null) return has_title(type.arguments[1 - k]);
    }
  }
  return true;
}

Json field_schema(const ClassField& field, const Json& given) {
  Json schema = detail::schema_with_references(field.type);
  if (const Json& desc = member(given, "desc"); desc.is_string()) schema["description"] = desc;
  if (field.default_value) schema["default"] = *field.default_value;
  if (has_title(field.type)) schema["title"] = detail::title_of(field.key);
  return schema;
}

Json enum_schema(const ClassType& type) {
  std::vector<Json> values;
  values.reserve(type.members.size());
  for (const EnumMember& member : type.members) values.push_back(member.value);
  Json schema = detail::enum_schema(values);
  schema["title"] = type.name;
  return schema;
}

}  // namespace

/// Turns definitions into classes. All names are known before the first field is read, as classes may name each other.
class DefinitionReader {
 public:
  explicit DefinitionReader(ClassTable& table) : table_(table) {}

  bool announce(const Json& definitions) {
    if (!definitions.is_object()) return fail("bad_type", "types: an object from name to definition is expected");
    if (definitions.size() > detail::max_classes)
      return fail("bad_type", format("types: more than {} of them", {detail::max_classes}));
    for (const auto& [name, definition] : members(definitions)) {
      if (!announce(name, definition)) return false;
    }
    return true;
  }

  bool complete(const Json& definitions) {
    for (const auto& [name, definition] : members(definitions)) {
      if (text_member(definition, "kind") == "alias" && !read_alias(name, definition)) return false;
    }
    for (ClassType& type : classes().classes) {
      if (!complete(type)) return false;
    }
    return true;
  }

  Failure failure;

 private:
  ClassTable::Classes& classes() { return *table_.classes_; }

  bool fail(std::string_view code, std::string message) {
    failure = {code, std::move(message)};
    return false;
  }

  bool announce(const std::string& name, const Json& definition) {
    std::size_t end = 0;
    if (scan_identifier(name, end).empty() || end < name.size())
      return fail("bad_type", format("types: '{}' is no name for a class", {shortened(name, 80)}));
    if (!definition.is_object()) return fail("bad_type", format("types.{}: an object is expected", {name}));
    const std::string kind = text_member(definition, "kind");
    if (definition.contains("schema") || kind == "alias") return true;  // named when they are read
    ClassType type;
    type.name = name;
    if (kind == "enum") {
      type.kind = ClassType::Kind::enumeration;
    } else if (kind == "typeddict") {
      type.kind = ClassType::Kind::dictionary;
    } else if (kind == "custom_type") {
      type.kind = ClassType::Kind::block;
    } else if (kind != "model" && kind != "dataclass") {
      return fail("bad_type",
                  format("types.{}: its \"kind\" is '{}'; there are model, dataclass, typeddict, enum, alias and "
                         "custom_type, or give a JSON Schema as \"schema\"",
                         {name, shortened(kind, 40)}));
    }
    type.definition = definition;
    name_type(classes().classes.emplace_back(std::move(type)));
    return true;
  }

  void name_type(const ClassType& type) {
    Type named{Kind::named};
    named.name = type.name;
    named.definition = detail::not_owning(type);
    classes().names[type.name] = std::move(named);
  }

  bool read_type(const std::string& place, const std::string& text, Type& type) {
    Result<Type> read = parse_type(text, &table_);
    if (!read) return fail(read.error().code, format("{}: {}", {place, read.error().message}));
    type = detail::disowned(std::move(*read));
    return true;
  }

  bool read_alias(const std::string& name, const Json& definition) {
    Type type;
    if (!read_type("types." + name, text_member(definition, "target"), type)) return false;
    classes().names[name] = std::move(type);
    return true;
  }

  bool complete(ClassType& type) {
    if (!type.schema.is_null()) return true;  // from a JSON Schema, which says all
    if (type.kind == ClassType::Kind::enumeration) return read_members(type);
    type.description = text_member(type.definition, "description");
    type.refuses_others = text_member(member(type.definition, "config"), "extra") == "forbid";
    const Json& fields = member(type.definition, "fields");
    if (!fields.is_array() || fields.size() > detail::max_class_fields)
      return fail("bad_type",
                  format("types.{}: \"fields\" is a list of at most {}", {type.name, detail::max_class_fields}));
    Json properties = Json::object(), required = Json::array();
    for (const Json& given : fields) {
      ClassField field;
      field.name = text_member(given, "name");
      const std::string place = format("types.{}.{}", {type.name, shortened(field.name, 80)});
      if (field.name.empty()) return fail("bad_type", place + ": a field without a name");
      field.key = text_member(given, "alias", field.name);
      if (!read_type(place, text_member(given, "type", "str"), field.type)) return false;
      add_bounds(field.type, given);
      if (const auto value = given.find("default"); value != given.end()) field.default_value = *value;
      field.required = !field.default_value && member(given, "required") != false;
      properties[field.key] = field_schema(field, given);
      if (field.required) required.push_back(field.key);
      type.fields.push_back(std::move(field));
    }
    Json schema = Json::object();
    if (std::string doc = cleandoc(text_member(type.definition, "doc")); !doc.empty()) schema["description"] = doc;
    schema["properties"] = std::move(properties);
    if (!required.empty()) schema["required"] = std::move(required);
    schema["title"] = type.name;
    schema["type"] = "object";
    if (type.refuses_others) schema["additionalProperties"] = false;
    type.schema = std::move(schema);
    return true;
  }

  bool read_members(ClassType& type) {
    for (const auto& [name, value] : members(member(type.definition, "members"))) {
      if (value.is_structured())
        return fail("bad_type", format("types.{}.{}: a text or a number is expected", {type.name, name}));
      const auto same = [&](const EnumMember& known) { return python_equal(known.value, value); };
      const auto first = std::find_if(type.members.begin(), type.members.end(), same);
      if (first == type.members.end())
        type.members.push_back({name, value});
      else
        type.members.push_back({name, Json(first->value), true});
    }
    if (type.members.empty()) return fail("bad_type", format("types.{}: an enum needs \"members\"", {type.name}));
    type.schema = enum_schema(type);
    return true;
  }

  ClassTable& table_;
};

Result<ClassTable> ClassTable::from_json(const Json& definitions) {
  ClassTable table;
  if (definitions.is_null()) return table;
  if (!has_all) return needs_all();
  table.classes_ = std::make_shared<Classes>();
  DefinitionReader reader(table);
  SchemaReader schemas(table);
  if (!reader.announce(definitions)) return std::move(reader.failure);
  for (const auto& [name, definition] : members(definitions)) {
    if (const Json& schema = member(definition, "schema"); !schema.is_null()) schemas.announce(schema, name);
  }
  for (const auto& [name, definition] : members(definitions)) {
    const Json& schema = member(definition, "schema");
    if (schema.is_null()) continue;
    Result<Type> type = schemas.named(schema, name);
    if (!type) return std::move(type).error();
    table.classes_->names[name] = std::move(*type);
  }
  if (!reader.complete(definitions)) return std::move(reader.failure);
  return table;
}

std::optional<Type> ClassTable::find(std::string_view name) const {
  if (!has_all || !classes_) return std::nullopt;
  const auto found = classes_->names.find(name);
  if (found == classes_->names.end()) return std::nullopt;
  return owned(found->second);
}

Type ClassTable::owned(Type type) const {
  detail::for_each(type, [&](Type& part) {
    if (part.definition) part.definition = {classes_, part.definition.get()};
  });
  return type;
}

Result<Type> ClassTable::add_schema(const Json& schema, std::string_view name) {
  if (!has_all) return needs_all();
  if (!classes_) classes_ = std::make_shared<Classes>();
  Result<Type> type = SchemaReader(*this).read(schema, name);
  if (!type) return type;
  return owned(std::move(*type));
}

namespace {

void collect(const Type& type, Json& definitions) {
  for (const Type& argument : type.arguments) collect(argument, definitions);
  if (!type.definition || definitions.contains(type.definition->name)) return;
  definitions[type.definition->name] = type.definition->definition;
  for (const ClassField& field : type.definition->fields) collect(field.type, definitions);
}

}  // namespace

void collect_definitions(const Type& type, Json& definitions) { collect(type, definitions); }

}  // namespace strop
