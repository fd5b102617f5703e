#include <strop/adapter/adapter.hpp>

#include "fuzz.hpp"

/// A reply gives all outputs or a failure that says so.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const strop::Signature signature =
      *strop::parse_signature("q -> reasoning, kind: Literal['a', 'b'], n: Optional[int], tags: list[str]");
  const auto outputs = strop::chat_adapter().parse(signature, text_of(data, size));
  demand(outputs ? outputs->size() == 4 : outputs.error().code == "adapter_parse");
  return 0;
}
