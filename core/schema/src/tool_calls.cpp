#include "tool_calls.hpp"

#include <strop/text/format.hpp>
#include <strop/text/repair.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

namespace strop::detail {
namespace {

Failure bad_value(std::string_view wanted, const Json& value) {
  return {"bad_value", format("expected {}, found {}", {wanted, shortened(dump_json(value), 80)})};
}

bool is_call(const Json& value) {
  if (!value.is_object()) return false;
  return value.contains("function") ||
         (value.contains("name") && (value.contains("args") || value.contains("arguments")));
}

/// Python's truth of a value.
bool is_true(const Json& value) {
  return value.is_structured() || value.is_string() ? !value.empty() && value != "" : !value.is_null() && value != 0 && value != false;
}

Result<Json> read_call(const Json& value) {
  const bool provider = value.contains("function");
  const Json& function = member(value, "function");
  if (provider && !function.is_object() && !function.is_null()) return bad_value("a function, an object", function);
  const Json& name = provider && member(function, "name").is_string() && function["name"] != "" ? function["name"]
                                                                                                : member(value, "name");
  if (!name.is_string()) return bad_value("a tool call with a \"name\"", value);
  const Json& given = provider                 ? member(function, "arguments")
                      : value.contains("args") ? value["args"]
                                               : member(value, "arguments");
  Json args = given.is_object() ? given : Json::object();
  if (given.is_string()) {
    auto repaired = parse_json(repair_json(given.get_ref<const std::string&>()));
    if (!repaired || !repaired->is_object()) return bad_value("arguments, an object", given);
    args = std::move(*repaired);
  }
  Json call = Json::object();
  const Json& id = member(value, is_true(member(value, "id")) ? "id" : "call_id");
  if (!id.is_null() && !id.is_string()) return bad_value("an \"id\" that is a text", id);
  if (!id.is_null()) call["id"] = id;
  call["name"] = name;
  call["args"] = std::move(args);
  return call;
}

}  // namespace

Result<Json> read_tool_calls(const Json& value) {
  const Json* list = nullptr;
  Json one = Json::array();
  if (value.is_array()) {
    list = &value;
    for (const Json& item : value) {
      if (!is_call(item)) return bad_value("a tool call, {\"name\", \"args\"}", item);
    }
  } else if (value.is_object() && value.contains("tool_calls")) {
    list = &value["tool_calls"];
  } else if (is_call(value)) {
    one.push_back(value);
    list = &one;
  }
  if (!list || !list->is_array()) return bad_value("tool calls, {\"tool_calls\": [{\"name\", \"args\"}]}", value);
  Json calls = Json::array();
  for (const Json& item : *list) {
    if (!item.is_object()) return bad_value("a tool call, {\"name\", \"args\"}", item);
    Result<Json> call = read_call(item);
    if (!call) return call;
    calls.push_back(std::move(*call));
  }
  Json result = Object().set("tool_calls", std::move(calls));
  if (const Json& results = member(value, "tool_call_results"); !results.is_null())
    result["tool_call_results"] = results;
  return result;
}

Result<Json> read_history(const Json& value) {
  const Json& messages = member(value, "messages");
  if (!messages.is_array() || value.size() > 1) return bad_value("a conversation, {\"messages\": [{field: value}]}", value);
  for (const Json& message : messages) {
    if (!message.is_object()) return bad_value("a message, {field: value}", message);
  }
  return Json(Object().set("messages", messages));
}

Result<Json> read_tool(const Json& value) {
  if (!member(value, "name").is_string())
    return bad_value("a tool, {\"name\", \"desc\"?, \"args\": {name: JSON Schema}}", value);
  return value;
}

}  // namespace strop::detail
