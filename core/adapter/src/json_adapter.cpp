#include "json_adapter.hpp"

#include <strop/schema/parse_value.hpp>
#include <strop/text/repair.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>
#include <vector>

#include "common.hpp"
#include "stream_common.hpp"

namespace strop {
namespace detail {
namespace {

/// The JSON that a reply means; null where that nests too deep.
Json repaired(std::string_view text) {
  auto json = parse_json(repair_json(text));
  return json ? std::move(*json) : Json();
}

/// What is in the first pair of braces, they included, that close each other; texts are not looked at. Empty where
/// there is none. Linear.
std::string_view first_braces(std::string_view text) {
  std::vector<std::size_t> open;
  std::size_t first = text.npos, end = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '{') {
      open.push_back(at);
    } else if (text[at] == '}' && !open.empty()) {
      if (open.back() < first) first = open.back(), end = at + 1;
      open.pop_back();
      if (open.empty()) break;  // what opens later is not the first
    }
  }
  return first == text.npos ? std::string_view() : text.substr(first, end - first);
}

}  // namespace

Result<Json> JsonAdapter::parse(const Signature& signature, std::string_view reply) const {
  Outputs outputs(name(), signature, reply);
  Json found = repaired(reply);
  if (!found.is_object()) found = repaired(first_braces(reply));
  if (!found.is_object()) return outputs.failure("there is no JSON object in it");
  const auto fields = signature.outputs();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Json* value = member(found, fields[i].name);
    if (!value) continue;
    const bool echo = value->is_string() && is_echo(fields[i], value->get_ref<const std::string&>());
    if (!outputs.set(
            i, echo ? Failure{"bad_value", "it only repeats its placeholder"} : parse_value(*value, fields[i].type)))
      break;
  }
  return std::move(outputs).finish();
}

std::unique_ptr<ReplyStream> JsonAdapter::stream(const Signature& signature, StreamMode mode) const {
  if (mode == StreamMode::eager) return eager_json_stream(*this, signature);
  return Adapter::stream(signature, mode);
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
