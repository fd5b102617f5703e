#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/schema/read_value.hpp>

#include "fuzz.hpp"

/// The first line is a type, the rest a model's text. What was coerced is a value of the type: it validates unchanged.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = text_of(data, size);
  const std::size_t line_end = text.find('\n');
  if (line_end == text.npos) return 0;
  const auto type = strop::parse_type(text.substr(0, line_end));
  if (!type) return 0;
  const auto value = strop::parse_value(strop::Json(text.substr(line_end + 1)), *type);
  if (value) demand(bool(strop::validate(*value, *type)));
  const auto read = strop::read_value(strop::Json(text.substr(line_end + 1)), *type);
  demand(!value || (read && *read == *value));
  if (read) demand(bool(strop::validate(*read, *type)));
  return 0;
}
