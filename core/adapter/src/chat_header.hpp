#pragma once
#include <cstddef>
#include <string_view>

/// The headers of the chat format, `[[ ## name ## ]]`.
namespace strop::detail {

inline constexpr std::string_view header_open = "[[ ## ", header_close = " ## ]]";

/// The name in a header at the beginning of the line, and its length in characters; empty where there is no header.
std::string_view header_name(std::string_view line, std::size_t& length);

/// The line without so many characters at its beginning.
std::string_view without_characters(std::string_view line, std::size_t count);

}  // namespace strop::detail
