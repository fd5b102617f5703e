#pragma once
#include <string>
#include <strop/schema/type.hpp>
#include <strop/text/result.hpp>

namespace strop::detail {

/// The type as DSPy's BAMLAdapter shows it to the model: `string`, `int[]`, `"a" or "b"`, `X or null`, and a model's
/// fields in braces with their descriptions. Linear in what is written. Failure `bad_output_type` for a model that
/// contains itself, or that occurs twice within another, which DSPy takes for the same, and for types that nest too
/// deep.
Result<std::string> baml_schema(const Type& type);

}  // namespace strop::detail
