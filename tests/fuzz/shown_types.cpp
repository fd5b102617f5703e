// Types and values that nobody would write, as the adapters show them that look into both.
#include <strop/adapter/adapter.hpp>
#include <strop/value/parse_json.hpp>

#include "fuzz.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace strop;
  const Result<Json> json = parse_json(text_of(data, size));
  if (!json || !json->is_object() || !json->contains("types")) return 0;
  const Result<ClassTable> classes = ClassTable::from_json((*json)["types"]);
  if (!classes) return 0;
  for (const auto& [name, definition] : (*json)["types"].items()) {
    const std::optional<Type> type = classes->find(name);
    if (!type) continue;
    std::vector<Field> fields;
    fields.push_back({.name = "v", .type = *type});
    fields.push_back({.name = "a", .type = *type, .role = Role::output});
    const Signature signature(std::move(fields), "Do it.");
    for (const Adapter* adapter : {&baml_adapter(), &two_step_adapter()}) {
      (void)adapter->objection(signature);
      (void)adapter->stable(signature, {*json});
      (void)adapter->call(signature, *json);
    }
  }
  return 0;
}
