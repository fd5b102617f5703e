#pragma once
#include <string>
#include <strop/schema/type.hpp>

namespace strop::detail {

/// Python's str() of the value that the JSON value stands for by its type: `Color.RED` for a member of an enum,
/// `name='N' age=3` for an object of a class, `2020-01-02 03:04:05`; within lists and objects its repr(). What does not
/// fit the type is shown as the JSON value. Linear.
void append_python_str(std::string& text, const Json& value, const Type& type);

}  // namespace strop::detail
