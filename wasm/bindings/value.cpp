// Types, values and text.
#include <strop/evaluate/majority.hpp>
#include <strop/evaluate/metrics.hpp>
#include <strop/lm/request.hpp>
#include <strop/schema/class_type.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/schema/read_value.hpp>
#include <strop/schema/tool_calls.hpp>
#include <strop/signature/field.hpp>
#include <strop/text/infer_prefix.hpp>
#include <strop/text/repair.hpp>
#include <strop/value/python_value.hpp>

#include "json_io.hpp"

namespace strop::surface {
namespace {

/// The type in {"type": text, "types"?: {name: definition}} or {"schema": JSON Schema, "name"?}.
Result<Type> type_in(const Json& json) {
  auto classes = ClassTable::from_json(member(json, "types"));
  if (!classes) return std::move(classes).error();
  if (const Json& schema = member(json, "schema"); !schema.is_null())
    return classes->add_schema(schema, text_member(json, "name", "value"));
  return parse_type(text_member(json, "type"), &*classes);
}

}  // namespace

Reply infer_prefix(std::string_view input) { return json_reply(Object().set("prefix", strop::infer_prefix(input))); }

Reply translate(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  auto type = type_in(*json);
  if (!type) return type.error();
  const Role role = text_member(*json, "dir") == "input" ? Role::input : Role::output;
  return json_reply(Object().set(
      "placeholder", placeholder({.name = text_member(*json, "name"), .type = std::move(*type), .role = role})));
}

Reply format_value(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  return json_reply(Object().set("text", strop::format_value(member(*json, "value"), member(*json, "plain") == true)));
}

Reply parse_value(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  const auto type = type_in(*json);
  if (!type) return type.error();
  const auto read = text_member(*json, "compat") == "dspy" ? &strop::parse_value : &read_value;
  auto value = read(member(*json, "value"), *type);
  if (!value) return value.error();
  return json_reply(Object().set("value", std::move(*value)));
}

Reply repair_json(std::string_view input) { return strop::repair_json(input); }

Reply normalize_text(std::string_view input) { return json_reply(Object().set("text", strop::normalize_text(input))); }

Reply text_metric(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  auto result = dspy_metric(text_member(*json, "fn"), member(*json, "args"));
  if (!result) return result.error();
  return json_reply(Object().set("result", std::move(*result)));
}

Reply majority(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  const auto index = strop::majority(member(*json, "values"), member(*json, "normalize") == true);
  if (!index) return index.error();
  return json_reply(Object().set("index", *index));
}

Reply tool_calls(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  auto calls = read_tool_calls(*json);
  if (!calls) return calls.error();
  return json_reply(Object().set("calls", std::move(*calls)));
}

Reply check_arguments(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  auto arguments =
      strop::check_arguments(member(*json, "arguments"), member(*json, "schemas"), member(*json, "others") == true);
  if (!arguments) return arguments.error();
  return json_reply(Object().set("arguments", std::move(*arguments)));
}

Reply request_key(std::string_view input) {
  const auto json = parse_json(input);
  if (!json) return json.error();
  std::vector<std::string> ignored;
  for (const auto& name : member(*json, "ignored"))
    if (name.is_string()) ignored.push_back(name.get<std::string>());
  return json_reply(Object().set("key", strop::request_key(member(*json, "request"), ignored)));
}

std::string failure_json(const Failure& failure) {
  return dump_json(Object().set("code", failure.code).set("message", failure.message), JsonStyle::compact);
}

}  // namespace strop::surface
