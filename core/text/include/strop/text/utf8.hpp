#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace strop {

/// The code point at `at`, which must be inside `text`, and moves `at` behind it.
/// A byte that begins no valid sequence (overlong forms, surrogates and all beyond U+10FFFF are invalid)
/// is read alone, as U+FFFD.
char32_t next_code_point(std::string_view text, std::size_t& at);

/// Calls use(code point, its bytes) for each of the text, and stops where that gives false.
template <class Use>
void for_each_character(std::string_view text, Use use) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t begin = at;
    const char32_t c = next_code_point(text, at);
    if (!use(c, text.substr(begin, at - begin))) return;
  }
}

/// Appends the code point; what is none (a surrogate, beyond U+10FFFF) becomes U+FFFD.
void append_code_point(std::string& text, char32_t code_point);

bool is_valid_utf8(std::string_view text);

/// The text with U+FFFD for every byte that is not UTF-8.
std::string to_valid_utf8(std::string_view text);

/// How many code points the text has: what Python calls its length.
std::size_t count_code_points(std::string_view text);

/// At most `limit` code points of the text, with "…" where something was cut off.
std::string shortened(std::string_view text, std::size_t limit);

/// A to Z as a to z, all else as it is.
std::string ascii_lower(std::string_view text);

/// Equal but for the case of A to Z.
bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace strop
