#pragma once
#include <string>
#include <string_view>

namespace strop {

/// A field's name as a label for people: words of camelCase, snake_case and digits, in title case; acronyms
/// stay. "camelCase2D" -> "Camel Case 2 D", "HTMLParser" -> "HTML Parser". Source: DSPy's infer_prefix.
std::string infer_prefix(std::string_view name);

}  // namespace strop
