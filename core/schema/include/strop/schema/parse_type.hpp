#pragma once
#include <cstddef>
#include <string_view>
#include <strop/schema/class_type.hpp>
#include <strop/schema/type.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// Reads a type as Python and DSPy spell it: `list[str]`, `Optional[int]`, `int | None`, `Literal["a", 1]`, and the
/// names that display_name prints, with the names of `classes` before all others. Linear; nesting is bounded. Failures
/// name the column and the fix: `bad_type` (not a type), `unknown_type` (no such name), `unsupported_type` (DSPy knows
/// it, we do not).
Result<Type> parse_type(std::string_view text, const ClassTable* classes = nullptr);

/// As parse_type, for a type that begins at `at` inside a longer text and ends where no type can go on; moves `at`
/// behind it. Columns are counted from the beginning of the text. As in DSPy's signature strings, a Literal cannot hold
/// negative numbers here, and the constant None is told from NoneType: its `name` is "None".
Result<Type> scan_type(std::string_view text, std::size_t& at, const ClassTable* classes = nullptr);

/// Moves `at` behind white space, line ends and Python's comments.
void skip_blanks(std::string_view text, std::size_t& at);

/// The identifier that begins at `at`, which is moved behind it; empty where there is none.
std::string_view scan_identifier(std::string_view text, std::size_t& at);

/// "column 12": for messages. Columns count characters, the first is 1.
std::string column_text(std::string_view text, std::size_t at);

}  // namespace strop
