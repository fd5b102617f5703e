#include <strop/schema/class_type.hpp>
#include <strop/schema/parse_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

#include "fuzz.hpp"

using namespace strop;

namespace {

/// What was made of a type's definitions is the same type, and reads what it gave.
void use(const Type& type, const Json& value) {
  Json definitions = Json::object();
  collect_definitions(type, definitions);
  dump_json(json_schema(type));
  dump_json(prompt_schema(type));
  display_name(type);
  if (const auto read = parse_value(value, type)) dump_json(*read);
}

}  // namespace

/// {"types", "type", "schema", "value"}, or a schema alone: none of it crashes, or takes long.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto json = parse_json(text_of(data, size));
  if (!json) return 0;
  const Json& value = member(*json, "value");
  auto table = ClassTable::from_json(member(*json, "types"));
  if (table) {
    for (const auto& [name, definition] : members(member(*json, "types"))) {
      if (const auto type = table->find(name)) use(*type, value);
    }
    if (const auto type = parse_type(text_member(*json, "type", "int"), &*table)) use(*type, value);
    if (const auto type = table->add_schema(member(*json, "schema"), "field")) use(*type, value);
  }
  ClassTable alone;
  if (const auto type = alone.add_schema(*json, "field")) use(*type, *json);
  return 0;
}
