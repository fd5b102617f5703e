#pragma once
#include <string>
#include <string_view>

namespace strop {

/// The JSON text that was most likely meant by `text`, what a model wrote: JSON with prose or code fences around it,
/// Python literals, missing or wrong quotes, commas and brackets, comments, an end that was cut off.
/// Several values one after the other become an array. When no object, array or tuple is found the result is `""`,
/// an empty JSON string; a lone number or word is a value only when the whole text is valid JSON.
///
/// Valid JSON (Python's: NaN and Infinity too) is returned unchanged. Otherwise every number is copied digit for digit
/// into JSON's form, an unquoted or ill-formed one becomes a string, and an unpaired surrogate becomes U+FFFD.
/// A key that an object has twice is written once, with the last value.
///
/// Never fails, whatever the bytes. What is nested deeper than 256 is given up: `""`. Time and memory are linear in
/// the text: where looking ahead would cost more than that, what lies ahead is taken for the end of the text.
///
/// The results are meant to be those of `json_repair.loads` 0.64 (Python), which DSPy uses.
std::string repair_json(std::string_view text);

}  // namespace strop
