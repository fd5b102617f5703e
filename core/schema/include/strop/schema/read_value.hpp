#pragma once
#include <strop/schema/type.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// A model's text, or a JSON value, as a value of the type, as a careful person would read it. What parse_value takes
/// means what it says there; only what it rejects is looked at again:
///
/// - around a number, a bool or a choice, quotes, backticks, emphasis, a code fence and punctuation at the end are no
///   part of it; around lists and dicts a fence;
/// - a choice of a Literal is known in any case, and with spaces for its underscores or hyphens;
/// - `1,000` is a number;
/// - nothing, `None`, `null` and `N/A` are None where the type has it;
/// - bullets, numbered lines and two or more lines are a list, where its items are no lists or dicts themselves;
/// - a number is a text where a list or dict is to hold texts;
/// - all this for what is within lists and dicts too.
///
/// It does not guess: `50%`, `42 apples`, `a, b` for a list and a choice that could be two of them stay wrong. Linear
/// in the value times the choices of the type. Failure `bad_value`, which says where there was more than one reading.
Result<Json> read_value(const Json& value, const Type& type);

}  // namespace strop
