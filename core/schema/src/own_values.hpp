#pragma once
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

/// Values of DSPy's own classes that are no media. Failures `bad_value`.
namespace strop::detail {

/// {"tool_calls": [{"id"?, "name", "args"}], "tool_call_results"?}, from all that read_tool_calls reads.
Result<Json> read_calls_value(const Json& value);

/// {"messages": [{field: value}]}
Result<Json> read_history(const Json& value);

/// {"name", "desc"?, "args": {name: JSON Schema}}
Result<Json> read_tool(const Json& value);

}  // namespace strop::detail
