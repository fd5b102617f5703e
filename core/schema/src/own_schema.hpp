#pragma once
#include <string_view>
#include <strop/schema/type.hpp>

namespace strop::detail {

/// The JSON Schema of one of DSPy's own classes, as JSON text.
std::string_view own_schema(Type::Kind kind);

}  // namespace strop::detail
