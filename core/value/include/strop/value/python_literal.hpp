#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// ast.literal_eval: texts, numbers, True, False, None, and lists, tuples, sets and dicts of them. Tuples and sets
/// become arrays, keys that are not texts become their str(). Not read: bytes, complex numbers.
/// Linear; nesting is bounded as in parse_json. Failure `bad_literal`.
Result<Json> parse_python_literal(std::string_view text);

/// Whether a text literal begins here: a quote, perhaps behind a prefix such as r or u.
bool is_python_string(std::string_view text, std::size_t at);

/// The text literal that begins at `at`; moves `at` behind it. Failure `bad_literal`, with `at` at the place.
Result<std::string> read_python_string(std::string_view text, std::size_t& at);

/// The number literal without a sign (1_000, 0x10, 1.5, 1e3) that begins at `at`; moves `at` behind it.
/// Failure `bad_literal`, with `at` at the place.
Result<Json> read_python_number(std::string_view text, std::size_t& at);

}  // namespace strop
