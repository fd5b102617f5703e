#pragma once
#include <string>
#include <string_view>

namespace strop::detail {

/// The code in a model's text: what is in the first fenced block, else the text. Source: DSPy's Code type. Linear.
std::string code_in(std::string_view text);

}  // namespace strop::detail
