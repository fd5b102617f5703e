#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <strop/text/json.hpp>

/// Numbers as Python has them: integers of any size, kept exactly, and doubles, with NaN and the infinities.
namespace strop {

/// The integer written as [+-]digits (leading zeros allowed). What fits 64 bits with sign is an ordinary JSON integer;
/// beyond that its decimal text is kept in a binary value that only the functions of this header look into.
/// Precondition: `digits` is of that form.
Json integer_from_text(std::string_view digits);

bool is_big_integer(const Json& value);  ///< an integer that 64 bits with sign cannot hold
bool is_integer(const Json& value);      ///< of any size; true and false are none

/// The decimal text of an integer. Precondition: is_integer(value).
std::string integer_text(const Json& value);

/// The number as a double, rounded to nearest; infinite where it is too large. Precondition: is_integer or a float.
double as_double(const Json& value);

/// The double that the text reads as, rounded to nearest: digits with an optional fraction and exponent, and
/// nothing else. Independent of the locale. Nothing when the text is not of that form.
std::optional<double> double_from_text(std::string_view text);

/// repr(float) of Python: the shortest digits that read back as the same double; "1.0", "1e+16", "1e-05", "nan", "inf".
void append_float(std::string& text, double number);

/// Equal in value and in kind: 1, 1.0 and True are three values, as in Python's Literal.
bool same_value(const Json& a, const Json& b);

/// Python's ==: 1, 1.0 and True are equal.
bool python_equal(const Json& a, const Json& b);

}  // namespace strop
