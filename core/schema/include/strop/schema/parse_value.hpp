#pragma once
#include <string_view>
#include <strop/schema/type.hpp>
#include <strop/text/result.hpp>

namespace strop {

/// A model's text, or a JSON value, as a value of the type, in DSPy's order of coercion: str takes everything, a
/// Literal looks for its values first, texts are read as JSON, repaired JSON or a Python literal, and what was read is
/// then coerced as pydantic's lax mode does ("1.0" is an int, "yes" a bool, 1 no str). Linear in the value times the
/// number of a Union's choices. Failure `bad_value` says what was wanted and where.
Result<Json> parse_value(const Json& value, const Type& type);

/// pydantic's lax mode alone: no reading of texts as JSON. With SchemaNames::fields the fields of classes may also have
/// their own names. Failure `bad_value`.
Result<Json> validate(const Json& value, const Type& type, SchemaNames names = SchemaNames::keys);

}  // namespace strop
