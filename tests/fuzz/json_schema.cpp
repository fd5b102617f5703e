#include <strop/schema/json_schema_check.hpp>
#include <strop/schema/tool_calls.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/parse_json.hpp>

#include "fuzz.hpp"

/// A list of a schema and a value; and all of it as calls of tools.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = strop::parse_json(text_of(data, size));
  if (!json) return 0;
  if (json->is_array() && json->size() == 2) (void)strop::check_json_schema((*json)[1], (*json)[0]);
  if (const auto calls = strop::read_tool_calls(*json)) {
    const auto again = strop::read_tool_calls(*calls);
    demand(again && strop::dump_json(*again) == strop::dump_json(*calls));
  }
  return 0;
}
