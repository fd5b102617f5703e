#pragma once
#include <optional>
#include <string_view>
#include <strop/text/json.hpp>

/// What pydantic's lax mode reads from texts and floats where another type is wanted.
namespace strop::detail {

std::optional<bool> bool_from_text(std::string_view text);         ///< "yes", "off", "1"; any case
std::optional<Json> integer_from_lax_text(std::string_view text);  ///< " 12 ", "1_000", "1.00"; of any size
std::optional<double> double_from_lax_text(std::string_view text);
std::optional<Json> integer_from_double(double number);  ///< 2.0

}  // namespace strop::detail
