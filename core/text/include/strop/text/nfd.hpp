#pragma once
#include <string>
#include <string_view>

namespace strop {

/// unicodedata.normalize("NFD", text): composed characters taken apart, é -> e + U+0301 (Unicode standard annex 15).
/// Covered: the whole basic plane, Hangul included, without the compatibility ideographs U+F900 to U+FAFF. Combining
/// marks from U+0300 to U+036F are put in canonical order, others stay where they are; so do all characters beyond
/// U+FFFF. Takes UTF-8; linear (n log n in a run of marks). Text without any character from U+00C0 on is returned as it
/// is.
std::string to_nfd(std::string_view text);

}  // namespace strop
