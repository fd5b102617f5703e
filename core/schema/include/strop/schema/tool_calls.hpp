#pragma once
#include <string>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// The calls of tools that a value holds, as DSPy's ToolCalls reads it: [{"id": text or null, "name", "args": object}].
/// The value is {"tool_calls": […]}, a list of calls or one call; a call is {"name", "args" or "arguments", "id" or
/// "call_id"?} or OpenAI's {"function": {"name", "arguments"}, "id"?}. Arguments that are text are read as JSON that a
/// model wrote; those that are neither text nor an object are none. Linear. Failure `bad_value` says what is wrong.
Result<Json> read_tool_calls(const Json& value);

/// Python's str() of DSPy's Tool, {"name", "desc"?, "args"?}: "search, whose description is <desc>…</desc>. It takes
/// arguments {…}."
std::string tool_text(const Json& tool);

/// Whether a tool can be called with the arguments, as DSPy's Tool checks it: each that has a schema with a "type" must
/// fit it (see check_json_schema), one that is not in `schemas` is refused unless the tool takes `others`. Arguments
/// may be missing: what the tool needs, it says itself. Gives the arguments. Failures `bad_value`, `bad_schema`,
/// `unsupported` name the argument.
Result<Json> check_arguments(const Json& arguments, const Json& schemas, bool others);

}  // namespace strop
