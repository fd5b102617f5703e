#pragma once
#include <string>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop::detail {

/// What a text means: JSON, JSON with mistakes, a Python literal, or else the text itself. Linear. Failure: JSON that
/// is nested too deep.
Result<Json> meaning(const std::string& text);

}  // namespace strop::detail
