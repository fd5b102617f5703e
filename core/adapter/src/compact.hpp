#pragma once
#include <span>
#include <strop/signature/signature.hpp>
#include <strop/text/result.hpp>

/// How a reply in the compact format is read.
namespace strop::detail {

/// Which field's label the line begins with, and then cuts it off; fields.size() for none.
std::size_t find_label(std::span<const Field> fields, std::string_view& line);

}  // namespace strop::detail
