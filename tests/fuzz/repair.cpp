#include <strop/text/repair.hpp>
#include <strop/value/parse_json.hpp>

#include "fuzz.hpp"

/// Whatever comes in, JSON comes out.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = strop::parse_json(strop::repair_json(text_of(data, size)));
  demand(json || json.error().code == "json_too_deep");
  return 0;
}
