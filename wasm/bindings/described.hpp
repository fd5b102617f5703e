#pragma once
#include <strop/signature/signature.hpp>
#include <strop/text/json.hpp>

namespace strop::surface {

/// The signature with what is shown of it: to_json's members, "text", and each field's "placeholder".
Json described(const Signature& signature);

}  // namespace strop::surface
