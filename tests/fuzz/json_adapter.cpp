#include <strop/adapter/adapter.hpp>

#include "fuzz.hpp"

/// A reply gives all outputs or a failure that says so.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const strop::Signature signature =
      *strop::parse_signature("q -> a, kind: Literal['a', 'b'], n: Optional[int], rows: list[dict[str, Any]]");
  const auto outputs = strop::json_adapter().parse(signature, text_of(data, size));
  demand(outputs ? outputs->size() == 4 : outputs.error().code == "adapter_parse");
  return 0;
}
