#pragma once
#include <string>
#include <strop/text/json.hpp>

namespace strop::detail {

/// What a value should be that JSON Schema's keywords for bounds do not allow ("at most 10"); empty where it is
/// allowed. Read are minimum, maximum, their exclusive forms, multipleOf, and the least and greatest lengths. Not read:
/// pattern.
std::string objection_by_keywords(const Json& value, const Json& keywords);

}  // namespace strop::detail
