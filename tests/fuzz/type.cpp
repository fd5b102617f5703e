#include <strop/schema/parse_type.hpp>
#include <strop/value/dump_json.hpp>

#include "fuzz.hpp"

/// A type's text reads as the same type.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto type = strop::parse_type(text_of(data, size));
  if (!type) return 0;
  const auto again = strop::parse_type(strop::type_text(*type));
  demand(again && *again == *type);
  strop::display_name(*type);
  strop::dump_json(strop::json_schema(*type));
  return 0;
}
