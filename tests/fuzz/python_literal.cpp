#include <strop/value/dump_json.hpp>
#include <strop/value/python_literal.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto value = strop::parse_python_literal(text_of(data, size))) strop::dump_json(*value);
  return 0;
}
