#pragma once
#include <optional>
#include <string>
#include <string_view>

namespace strop::detail {

/// Python's str() of the Decimal that the text stands for: "1E+3" for " 1e3 ". Nothing where it is none, or no finite
/// one.
std::optional<std::string> decimal_text(std::string_view text);

}  // namespace strop::detail
