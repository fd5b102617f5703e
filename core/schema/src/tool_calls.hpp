#pragma once
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

/// Tools, their calls and conversations, as DSPy's classes take them. Failures `bad_value`.
namespace strop::detail {

/// {"tool_calls": [{"id"?, "name", "args"}], "tool_call_results"?}: from that, from a list of calls, from one call, and
/// from OpenAI's form {"function": {"name", "arguments": JSON text}}.
Result<Json> read_tool_calls(const Json& value);

/// {"messages": [{field: value}]}
Result<Json> read_history(const Json& value);

/// {"name", "desc"?, "args": {name: JSON Schema}}
Result<Json> read_tool(const Json& value);

}  // namespace strop::detail
