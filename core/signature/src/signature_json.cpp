#include <strop/schema/class_type.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/signature/signature.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/value/members.hpp>
#include <utility>

namespace strop {
namespace {

Json to_json(const Field& field) {
  Json json = Object()
                  .set("name", field.name)
                  .set("type", type_text(field.type))
                  .set("dir", field.role == Role::input ? "input" : "output")
                  .set("desc", description_of(field))
                  .set("prefix", label_of(field));
  if (!field.constraints.empty()) {
    Json& constraints = json["constraints"] = Json::object();
    for (const Constraint& constraint : field.constraints) constraints[constraint.name] = constraint.value;
  }
  if (field.default_value) json["default"] = *field.default_value;
  return json;
}

/// The text of that key; empty where there is none; nothing where it is no text.
const std::string* text_of(const Json& json, const char* key) {
  static const std::string none;
  const auto found = json.find(key);
  if (found == json.end() || found->is_null()) return &none;
  return found->is_string() ? &found->get_ref<const std::string&>() : nullptr;
}

Failure bad_field(std::size_t index, std::string_view what) {
  return {"bad_signature", format("field {}: {}", {index, what})};
}

/// The bounds that a JSON Schema sets at its top are constraints of the field, as with pydantic's Field.
void move_keywords(Field& field) {
  if (field.type.keywords.is_null()) return;
  const Json keywords = std::exchange(field.type.keywords, nullptr);
  constexpr std::pair<std::string_view, std::string_view> names[] = {
      {"exclusiveMinimum", "gt"},    {"minimum", "ge"},
      {"exclusiveMaximum", "lt"},    {"maximum", "le"},
      {"multipleOf", "multiple_of"}, {"minLength", "min_length"},
      {"minItems", "min_length"},    {"maxLength", "max_length"},
      {"maxItems", "max_length"},
  };
  for (const auto& [name, value] : members(keywords)) {
    for (const auto& [keyword, constraint] : names) {
      if (name == keyword) field.constraints.push_back({std::string(constraint), value});
    }
  }
  if (const Json& desc = member(keywords, "description"); desc.is_string() && !field.desc) field.desc = desc;
  if (keywords.contains("default") && !field.default_value) field.default_value = keywords["default"];
}

Result<Field> field_from_json(const Json& json, std::size_t index, ClassTable& classes) {
  if (!json.is_object()) return bad_field(index, "expected an object with name, type and dir");
  const std::string *name = text_of(json, "name"), *type = text_of(json, "type"), *dir = text_of(json, "dir"),
                    *desc = text_of(json, "desc"), *prefix = text_of(json, "prefix");
  if (!name || !type || !dir || !desc || !prefix)
    return bad_field(index, "name, type, dir, desc and prefix must be texts");
  if (const std::string objection = objection_to_name(*name); !objection.empty()) return bad_field(index, objection);
  if (*dir != "input" && *dir != "output") return bad_field(index, R"("dir" must be "input" or "output")");
  Field field{.name = *name, .prefix = *prefix, .role = *dir == "input" ? Role::input : Role::output};
  const Json& schema = member(json, "schema");
  if (!schema.is_null() || !type->empty()) {
    Result<Type> parsed = schema.is_null() ? parse_type(*type, &classes) : classes.add_schema(schema, *name);
    if (!parsed) return Failure{parsed.error().code, format("type of field '{}': {}", {*name, parsed.error().message})};
    field.type = std::move(*parsed);
  }
  if (*desc != "${" + *name + "}") field.desc = *desc;
  if (const auto constraints = json.find("constraints"); constraints != json.end() && !constraints->is_null()) {
    if (!constraints->is_object()) return bad_field(index, R"("constraints" must be an object from name to value)");
    for (const auto& [key, value] : members(*constraints)) field.constraints.push_back({key, value});
  }
  if (const auto value = json.find("default"); value != json.end()) field.default_value = *value;
  move_keywords(field);
  return field;
}

}  // namespace

Json to_json(const Signature& signature) {
  Json fields = Json::array(), types = Json::object();
  for (const Field& field : signature.fields()) {
    fields.push_back(to_json(field));
    if (has_all) collect_definitions(field.type, types);
  }
  Json json = Object().set("instructions", signature.instructions()).set("fields", std::move(fields));
  if (!types.empty()) json["types"] = std::move(types);
  return json;
}

Result<Signature> signature_from_json(const Json& json) {
  const Json* fields = json.is_object() && json.contains("fields") ? &json["fields"] : nullptr;
  if (!fields || !fields->is_array()) return Failure{"bad_signature", R"(expected an object with an array "fields")"};
  Result<ClassTable> classes = ClassTable::from_json(member(json, "types"));
  if (!classes) return std::move(classes).error();
  std::vector<Field> read;
  for (std::size_t i = 0; i < fields->size(); ++i) {
    Result<Field> field = field_from_json((*fields)[i], i + 1, *classes);
    if (!field) return std::move(field).error();
    for (const Field& known : read) {
      if (known.name == field->name) return bad_field(i + 1, format("'{}' is there twice", {known.name}));
    }
    read.push_back(std::move(*field));
  }
  const auto instructions = json.find("instructions");
  if (instructions == json.end() || instructions->is_null())
    return Signature(std::move(read), "").with_instructions("");
  if (!instructions->is_string()) return Failure{"bad_signature", R"("instructions" must be a text)"};
  return Signature(std::move(read), instructions->get_ref<const std::string&>());
}

}  // namespace strop
