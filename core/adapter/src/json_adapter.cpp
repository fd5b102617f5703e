#include <algorithm>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <vector>

#include "common.hpp"
#include "conversation.hpp"
#include "stream_common.hpp"
#include "tolerant.hpp"

namespace strop {
namespace {

/// As DSPy reads, but for its faults where the reading is tolerant.
detail::Outputs read(detail::Outputs outputs, std::string_view reply) {
  Json found = detail::repaired(reply);
  if (!found.is_object()) {
    const std::vector<std::string_view> braces = detail::braces_in(reply);
    found = braces.empty() ? Json() : detail::repaired(braces.front());
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
    const Json* value = detail::member(found, fields[i].name);
    if (value && !outputs.read(i, *value)) break;
  }
  return outputs;
}

class JsonAdapter final : public detail::Conversation {
 public:
  std::string_view name() const override { return "json"; }

  Result<Json> parse(const Signature& signature, std::string_view reply, Reading reading) const override {
    const detail::Outputs none(name(), signature, reply, reading);
    if (reading == Reading::dspy) return read(none, reply).finish();
    return detail::best_reading(
        none, reply, [](const auto& outputs, const auto&, auto text) { return read(outputs, text); },
        [](detail::Outputs outputs, const auto& names, auto text) {
          if (!detail::read_objects(outputs, names, text)) detail::read_headers(outputs, names, text);
          return outputs;
        });
  }

  std::unique_ptr<ReplyStream> stream(const Signature& signature, StreamMode mode, Reading reading) const override {
    if (mode == StreamMode::eager) return detail::eager_json_stream(*this, signature, reading);
    return Adapter::stream(signature, mode, reading);
  }

 protected:
  void append_structure(std::string& text, const Signature& signature) const override {
    text += "Inputs will have the following structure:\n\n";
    detail::append_placeholders(text, signature.inputs());
    text += "\n\nOutputs will be a JSON object with the following fields.\n\n";
    Json object = Json::object();
    for (const Field& field : signature.outputs()) object[field.name] = placeholder(field);
    append_json(text, object, JsonStyle::python_indented);
  }

  void append_requirements(std::string& text, const Signature& signature) const override {
    text += "Respond with a JSON object in the following order of fields: ";
    const char* then = "";
    for (const Field& field : signature.outputs()) {
      (((text += then) += '`') += field.name) += '`';
      detail::append_type_note(text, field);
      then = ", then ";
    }
    text += '.';
  }

  std::string reply(const Signature& signature, const Json& values, const Json& missing) const override {
    Json object = Json::object();
    for (const Field& field : signature.outputs()) {
      const Json* value = detail::member(values, field.name);
      object[field.name] = value ? detail::shown(*value, field.type) : missing;
    }
    return dump_json(object, JsonStyle::python_indented);
  }
};

}  // namespace

const Adapter& json_adapter() {
  static const JsonAdapter adapter;
  return adapter;
}

}  // namespace strop
