#include "own_values.hpp"

#include <strop/schema/tool_calls.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>

namespace strop::detail {
Result<Json> read_calls_value(const Json& value) {
  Result<Json> calls = read_tool_calls(value);
  if (!calls) return calls;
  for (Json& call : *calls) {
    const Json& id = call["id"];
    if (!id.is_string() || id.get_ref<const std::string&>().empty()) call.erase("id");
  }
  Json result = Object().set("tool_calls", std::move(*calls));
  if (const Json& results = member(value, "tool_call_results"); !results.is_null())
    result["tool_call_results"] = results;
  return result;
}

Result<Json> read_history(const Json& value) {
  const Json& messages = member(value, "messages");
  if (!messages.is_array() || value.size() > 1)
    return bad_value("a conversation, {\"messages\": [{field: value}]}", value);
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
