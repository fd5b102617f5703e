#include <algorithm>
#include <strop/signature/response_format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/sort.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/members.hpp>

namespace strop {
namespace {

/// pydantic's title of a field: str.title(), with blanks for underscores.
std::string title_of(std::string_view name) {
  std::string title;
  bool in_word = false;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = next_code_point(name, at);
    constexpr char32_t sharp_s = 0xdf;  // has two capital letters
    if (c == sharp_s && !in_word)
      title += "Ss";
    else
      append_code_point(title, c == '_' ? U' ' : in_word ? lower(c) : upper(c));
    in_word = lower(c) != c || upper(c) != c || c == sharp_s;
  }
  return std::string(python_strip(title));
}

/// Objects with their keys in order, as pydantic writes a schema, but for one that is a default value itself (`keep`).
Json sorted(const Json& schema, bool keep = false) {
  if (schema.is_array()) {
    Json items = Json::array();
    for (const Json& item : schema) items.push_back(sorted(item, keep));
    return items;
  }
  if (!schema.is_object()) return schema;
  std::vector<const std::pair<const std::string, Json>*> entries;
  for (const auto& entry : members(schema)) entries.push_back(&entry);
  if (!keep) sort(entries, [](const auto* a, const auto* b) { return a->first < b->first; });
  Object object;
  for (const auto* entry : entries) object.set(entry->first, sorted(entry->second, entry->first == "default"));
  return object;
}

/// Objects hold nothing: they name no properties. As in DSPy what is in a Union stays as it is.
void close_objects(Json& schema) {
  if (member(schema, "type") == "object") {
    schema["additionalProperties"] = false;
    schema["properties"] = Json::object();
    schema["required"] = Json::array();
  } else if (member(schema, "type") == "array") {
    close_objects(schema["items"]);
  }
}

}  // namespace

Json structured_schema(const Signature& signature) {
  Json properties = Json::object(), required = Json::array();
  for (const Field& field : signature.outputs()) {
    const Type& type = field.type;
    if (type.kind == Type::Kind::dict && (!type.arguments.empty() || type.name == "Dict")) return nullptr;
    Json schema = json_schema(type);
    schema["title"] = title_of(field.name);
    if (field.default_value && !field.default_value->is_null()) schema["default"] = *field.default_value;
    schema = sorted(schema);
    close_objects(schema);
    properties[field.name] = std::move(schema);
    required.push_back(field.name);
  }
  const auto outputs = signature.outputs();
  const bool all_have_defaults =
      std::all_of(outputs.begin(), outputs.end(), [](const Field& f) { return !!f.default_value; });
  Object schema;
  schema.set("additionalProperties", false).set("properties", std::move(properties));
  if (!all_have_defaults) schema.set("required", required);  // pydantic's own, at its place
  schema.set("title", "DSPyProgramOutputs").set("type", "object");
  if (all_have_defaults) schema.set("required", std::move(required));
  return schema;
}

Json response_format(const Signature& signature) {
  Json schema = structured_schema(signature);
  if (schema.is_null()) return Object().set("type", "json_object");
  Object structured;
  structured.set("name", "DSPyProgramOutputs").set("schema", std::move(schema)).set("strict", true);
  return Object().set("type", "json_schema").set("json_schema", structured);
}

}  // namespace strop
