#pragma once
#include <string>
#include <string_view>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

enum class JsonStyle {
  python,           ///< json.dumps(ensure_ascii=False): `{"a": 1, "b": [1.0, null]}`
  compact,          ///< no spaces: `{"a":1,"b":[1.0,null]}`
  indented,         ///< two spaces a level, as orjson's OPT_INDENT_2 and JSON.stringify(value, null, 2) write it
  python_indented,  ///< json.dumps(indent=2, ensure_ascii=False)
};

/// JSON text; linear. Only `"`, `\` and control characters are escaped. Floats are written as Python's repr, NaN and
/// the infinities as NaN, Infinity and -Infinity; the indented styles write these three as null, as pydantic does
/// before, and `indented`, for files that others read, 0.00001 for 1e-05 and 1e-6 for 1e-06.
std::string dump_json(const Json& value, JsonStyle style = JsonStyle::python);
void append_json(std::string& text, const Json& value, JsonStyle style = JsonStyle::python);

/// The text in double quotes, escaped as in dump_json.
void append_json_string(std::string& text, std::string_view string);

/// "expected …, found …", the value in short: the failure `bad_value`.
Failure bad_value(std::string_view wanted, const Json& found);

/// For hashing: compact, keys sorted by their bytes, floats as orjson writes them (0.00001, 1e-6; NaN and the
/// infinities null). Equal values have equal text.
std::string canonical_json(const Json& value);

}  // namespace strop
