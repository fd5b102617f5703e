#include "replies.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const strop::Signature signature =
      *strop::parse_signature("q -> reasoning, kind: Literal['a', 'b'], n: Optional[int], tags: list[str]");
  read_in_both_ways(strop::chat_adapter(), signature, text_of(data, size));
  return 0;
}
