#pragma once
#include <string>
#include <strop/text/json.hpp>

namespace strop {

/// A text that two values share if, and only if, they are equal as JSON Schema has it: 1 and 1.0 are one number, true
/// is none, the order of an object's members says nothing. NaN is equal to itself, and an integer beyond 64 bits to no
/// float. Linear but for the sorting of names.
std::string equality_text(const Json& value);

}  // namespace strop
