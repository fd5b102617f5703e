#include "json_adapter.hpp"

#include <algorithm>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <vector>

#include "common.hpp"
#include "stream_common.hpp"
#include "tolerant.hpp"

namespace strop {
namespace detail {
namespace {

/// As DSPy reads, but for its faults where the reading is tolerant.
Outputs read(Outputs outputs, std::string_view reply) {
  Json found = repaired(reply);
  if (!found.is_object()) {
    const std::vector<std::string_view> braces = braces_in(reply);
    found = braces.empty() ? Json() : repaired(braces.front());
  }
  if (!found.is_object()) {
    outputs.fail("there is no JSON object in it");
    return outputs;
  }
  const auto fields = outputs.fields();
  for (const auto& [key, value] : members(found))
    if (std::none_of(fields.begin(), fields.end(), [&](const Field& field) { return field.name == key; }))
      outputs.add_stranger(key);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Json* value = member(found, fields[i].name);
    if (value && !outputs.read(i, *value)) break;
  }
  return outputs;
}

}  // namespace

Result<Json> JsonAdapter::parse(const Signature& signature, std::string_view reply, Reading reading) const {
  const Outputs none(name(), signature, reply, reading);
  if (reading == Reading::dspy) return read(none, reply).finish();
  return best_reading(
      none, reply, [](const auto& outputs, const auto&, auto text) { return read(outputs, text); },
      [](Outputs outputs, const auto& names, auto text) {
        if (!read_objects(outputs, names, text)) read_headers(outputs, names, text);
        return outputs;
      });
}

std::unique_ptr<ReplyStream> JsonAdapter::stream(const Signature& signature, StreamMode mode, Reading reading) const {
  if (mode == StreamMode::eager) return eager_json_stream(*this, signature, reading);
  return Adapter::stream(signature, mode, reading);
}

void JsonAdapter::append_structure(std::string& text, const Signature& signature) const {
  text += "Inputs will have the following structure:\n\n";
  append_placeholders(text, signature.inputs());
  text += "\n\nOutputs will be a JSON object with the following fields.\n\n";
  Json object = Json::object();
  for (const Field& field : signature.outputs()) object[field.name] = placeholder(field);
  append_json(text, object, JsonStyle::python_indented);
}

void JsonAdapter::append_requirements(std::string& text, const Signature& signature) const {
  text += "Respond with a JSON object in the following order of fields: ";
  const char* then = "";
  for (const Field& field : signature.outputs()) {
    (((text += then) += '`') += field.name) += '`';
    append_type_note(text, field);
    then = ", then ";
  }
  text += '.';
}

std::string JsonAdapter::reply(const Signature& signature, const Json& values, const Json& missing) const {
  Json object = Json::object();
  for (const Field& field : signature.outputs()) {
    const Json* value = member(values, field.name);
    object[field.name] = value ? shown(*value, field.type) : missing;
  }
  return dump_json(object, JsonStyle::python_indented);
}

}  // namespace detail

const Adapter& json_adapter() {
  static const detail::JsonAdapter adapter;
  return adapter;
}

}  // namespace strop
