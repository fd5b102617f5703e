#include <strop/schema/parse_value.hpp>

#include "fuzz.hpp"

using namespace strop;

/// A text that is read as a date, a time, a number or an id reads again, as itself.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Json text = std::string(text_of(data, size));
  using Kind = Type::Kind;
  for (const Kind kind : {Kind::date, Kind::datetime, Kind::time, Kind::timedelta, Kind::decimal, Kind::uuid}) {
    const auto read = validate(text, Type{kind});
    if (!read) continue;
    const auto again = validate(*read, Type{kind});
    demand(again && *again == *read);
  }
  return 0;
}
