#pragma once
#include <strop/signature/signature.hpp>

namespace strop {

/// The JSON Schema of all outputs as OpenAI's strict mode takes it: every property required, objects closed. Byte for
/// byte what DSPy's JSONAdapter sends where the model takes a schema; null where an output is a dict with types for its
/// keys and values, which strict mode cannot say.
Json structured_schema(const Signature& signature);

/// The response format that DSPy's JSONAdapter chooses for a model that takes schemas: structured_schema as a
/// `json_schema`, else `json_object`.
Json response_format(const Signature& signature);

}  // namespace strop
