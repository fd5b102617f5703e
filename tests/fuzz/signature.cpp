#include <strop/signature/signature.hpp>

#include "fuzz.hpp"

/// A signature survives its own text and its JSON.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto signature = strop::parse_signature(text_of(data, size));
  if (!signature) return 0;
  const auto from_json = strop::signature_from_json(strop::to_json(*signature));
  demand(from_json && *from_json == *signature);
  const auto again = strop::parse_signature(strop::signature_text(*signature));
  demand(!again || again->fields() == signature->fields());  // "->" may come out of an escape
  return 0;
}
