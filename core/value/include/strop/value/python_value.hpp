#pragma once
#include <string>
#include <strop/text/json.hpp>

namespace strop {

/// str() of the Python value that the JSON value stands for: texts as they are, `True`, `None`, `1.0`,
/// `[1, 'a', {'k': None}]`. Linear.
std::string python_str(const Json& value);

/// repr(): as python_str, but texts are quoted and escaped.
std::string python_repr(const Json& value);

/// How a field's value stands in a prompt (DSPy's format_field_value): texts as they are, arrays and objects as JSON,
/// other values as Python's str(). A list in a field declared `str` becomes numbered passages: `[1] «…»`.
/// In JSON, NaN and the infinities are null.
std::string format_value(const Json& value, bool annotation_is_str);
void append_value(std::string& text, const Json& value, bool annotation_is_str);

}  // namespace strop
