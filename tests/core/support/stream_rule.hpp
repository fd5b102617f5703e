#pragma once
#include <algorithm>
#include <strop/adapter/adapter.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>

/// The rule that ReplyStream promises, for tests of all kinds.
namespace strop::test {

/// What the events of a reply make up, and whether they took something back.
struct Streamed {
  Json outputs = Json::object();
  bool took_back = false;

  void add(const Signature& signature, const std::vector<FieldEvent>& events) {
    for (const FieldEvent& event : events) {
      const std::string& name = signature.outputs()[event.output].name;
      const bool known = outputs.contains(name);
      if (event.value) {
        took_back = took_back || known;
        outputs[name] = *event.value;
      } else if (known && outputs[name].is_string()) {
        outputs[name].get_ref<std::string&>() += event.delta;
      } else {
        took_back = took_back || known;
        outputs[name] = event.delta;
      }
    }
  }
};

/// The reply in pieces of `sizes` bytes, again and again.
inline Streamed streamed(const Adapter& adapter, const Signature& signature, std::string_view reply,
                         const std::vector<std::size_t>& sizes, StreamMode mode, Reading reading) {
  Streamed streamed;
  const auto stream = adapter.stream(signature, mode, reading);
  for (std::size_t at = 0, k = 0; at < reply.size(); at += sizes[k++ % sizes.size()])
    streamed.add(signature, stream->push(reply.substr(at, sizes[k % sizes.size()])));
  streamed.add(signature, stream->finish());
  return streamed;
}

/// The signature where no output but that one can be wrong or missing.
inline Signature only(const Signature& signature, const std::string& name) {
  std::vector<Field> fields = signature.fields();
  for (Field& field : fields) {
    if (field.role == Role::input || field.name == name) continue;
    field.type = *parse_type("Any");
    field.default_value = Json();
  }
  return {std::move(fields), signature.instructions()};
}

/// Empty if what was streamed is what the whole reply is read as; else what is not.
inline std::string broken_rule(const Adapter& adapter, const Signature& signature, std::string_view reply,
                               const std::vector<std::size_t>& sizes, StreamMode mode, Reading reading) {
  const Streamed given = streamed(adapter, signature, reply, sizes, mode, reading);
  if (mode == StreamMode::certain && given.took_back) return "something was taken back";
  const auto text = [](const Json& json) { return dump_json(json, JsonStyle::compact); };
  const auto outputs = adapter.parse(signature, reply, reading);
  // A tolerant reading of one output alone may be another one than that of all.
  if (!outputs && (mode == StreamMode::eager || reading == Reading::tolerant)) return {};
  for (const Field& field : signature.outputs()) {
    const bool known = given.outputs.contains(field.name);
    const Json found = known ? given.outputs[field.name] : Json("");  // no delta is an empty text
    if (outputs) {
      if (!known && !field.type.is_str()) return field.name + " was not given";
      if (text(found) != text(member(*outputs, field.name))) return field.name + " is not " + text(found);
    } else if (known) {
      const auto alone = adapter.parse(only(signature, field.name), reply, reading);
      if (alone && text(found) != text(member(*alone, field.name))) return field.name + " is not " + text(found);
      if (!alone && alone.error().message.find("'" + field.name + "'") != std::string::npos)
        return field.name + " is wrong, but was given";
    }
  }
  return {};
}

}  // namespace strop::test
