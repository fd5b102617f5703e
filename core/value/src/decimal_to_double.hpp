#pragma once
#include <string_view>

namespace strop {

/// The double nearest to the decimal number, halves to even; infinite where it is too large. Unlike strtod it knows no
/// locale and needs no long double, which WebAssembly has to emulate. Exact, by integers as long as the number; quick
/// where 15 digits and a small power of ten will do.
/// Precondition: `text` is [+-]digits with an optional fraction and exponent.
double decimal_to_double(std::string_view text);

}  // namespace strop
