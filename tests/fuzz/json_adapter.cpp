#include "replies.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const strop::Signature signature =
      *strop::parse_signature("q -> a, kind: Literal['a', 'b'], n: Optional[int], rows: list[dict[str, Any]]");
  read_in_both_ways(strop::json_adapter(), signature, text_of(data, size));
  return 0;
}
