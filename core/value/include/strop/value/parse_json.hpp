#pragma once
#include <cstddef>
#include <string_view>
#include <strop/text/json.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// How much is read before the text is refused: it may come from a model, a file or a link.
struct JsonLimits {
  std::size_t bytes = std::size_t{64} << 20;
  std::size_t depth = 256;  ///< objects and arrays inside each other
};

/// Reads JSON as Python's json.loads does: NaN, Infinity and -Infinity are numbers, integers of any size are
/// kept exactly, of equal keys the last one's value stays at the first one's place. Lone surrogates and bytes that are
/// not UTF-8 become U+FFFD. Linear in the text.
/// Failure `bad_json` names line and column; `json_too_large` and `json_too_deep` name the bound.
Result<Json> parse_json(std::string_view text, const JsonLimits& limits = {});

}  // namespace strop
