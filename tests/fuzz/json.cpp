#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>
#include <strop/value/python_value.hpp>

#include "fuzz.hpp"

/// What was read is written so that it reads the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = strop::parse_json(text_of(data, size));
  if (!json) return 0;
  for (const auto style : {strop::JsonStyle::python, strop::JsonStyle::compact}) {
    const std::string text = strop::dump_json(*json, style);
    const auto again = strop::parse_json(text);
    demand(again && strop::dump_json(*again, style) == text);
  }
  strop::python_str(*json);
  demand(strop::canonical_json(*json) == strop::canonical_json(*strop::parse_json(strop::dump_json(*json))));
  return 0;
}
