#include <algorithm>
#include <strop/schema/json_schema_check.hpp>
#include <strop/schema/tool_calls.hpp>
#include <strop/text/format.hpp>
#include <strop/text/repair.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/parse_json.hpp>
#include <strop/value/python_value.hpp>

namespace strop {
namespace {

Failure wrong(std::string_view what, const Json& value) {
  return {"bad_value", format("{}, not {}", {what, shortened(dump_json(value), 80)})};
}

/// What Python takes for false.
bool nothing(const Json& value) {
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_number()) return value == 0;
  if (value.is_string()) return value.get_ref<const std::string&>().empty();
  return !is_big_integer(value) && value.empty();
}

/// The member of the first name that has one which is not nothing, else that of the last name.
const Json& either(const Json& object, const char* first, const char* second) {
  const Json& value = member(object, first);
  return nothing(value) ? member(object, second) : value;
}

bool is_call(const Json& value) {
  return value.is_object() && ((value.contains("name") && (value.contains("args") || value.contains("arguments"))) ||
                               value.contains("function"));
}

Result<Json> read_call(const Json& call) {
  const Json* name = &member(call, "name");
  const Json* given = &member(call, call.contains("args") ? "args" : "arguments");
  if (call.contains("function")) {
    const Json& function = call["function"];
    if (!function.is_object() && !nothing(function)) return wrong("\"function\" must be an object", function);
    if (const Json& own = member(function, "name"); !nothing(own)) name = &own;
    given = &member(function, "arguments");
  }
  if (!name->is_string()) return wrong("the name of a tool must be a text", *name);

  Json arguments = given->is_object() ? *given : Json::object();
  if (given->is_string()) {
    auto read = parse_json(repair_json(given->get_ref<const std::string&>()));
    if (!read) return read.error();
    if (!read->is_object()) return wrong("the arguments of a tool must be an object", *given);
    arguments = std::move(*read);
  }
  const Json& id = either(call, "id", "call_id");
  if (!id.is_null() && !id.is_string()) return wrong("the id of a call must be a text", id);
  return static_cast<Json>(Object().set("id", id).set("name", *name).set("args", std::move(arguments)));
}

}  // namespace

Result<Json> read_tool_calls(const Json& value) {
  const Json* calls = &value;
  const bool wrapped = value.is_object() && value.contains("tool_calls");
  Json one = Json::array();
  if (wrapped) {
    calls = &value["tool_calls"];
  } else if (is_call(value)) {
    one.push_back(value);
    calls = &one;
  }
  const auto usable = [&](const Json& call) { return wrapped ? call.is_object() : is_call(call); };
  if (!calls->is_array() || !std::all_of(calls->begin(), calls->end(), usable))
    return wrong("calls of tools are expected, as {\"tool_calls\": [{\"name\", \"args\"}]}", value);
  Json result = Json::array();
  for (const Json& call : *calls) {
    auto read = read_call(call);
    if (!read) return read;
    result.push_back(std::move(*read));
  }
  return result;
}

std::string tool_text(const Json& tool) {
  std::string text = text_member(tool, "name");
  if (const std::string desc = text_member(tool, "desc"); !desc.empty()) {
    text += ", whose description is <desc>";
    for (const char c : desc) text += c == '\n' ? "  " : std::string_view(&c, 1);
    text += "</desc>";
  }
  const Json& args = member(tool, "args");
  return ((text += ". It takes arguments ") += python_repr(args.is_null() ? Json::object() : args)) += '.';
}

Result<Json> check_arguments(const Json& arguments, const Json& schemas, bool others) {
  if (!arguments.is_object()) return wrong("the arguments of a tool must be an object", arguments);
  for (const auto& [name, value] : members(arguments)) {
    const std::string argument = shortened(name, 80);
    if (!schemas.is_object() || !schemas.contains(name)) {
      if (others) continue;
      return Failure{"bad_value", format("the tool has no argument \"{}\"", {argument})};
    }
    const Json& schema = schemas[name];
    if (!schema.is_object())
      return Failure{"bad_schema", format("argument \"{}\": its schema is no object", {argument})};
    const Json& type = member(schema, "type");
    if (type.is_null() || type == "Any") continue;
    if (auto failure = check_json_schema(value, schema))
      return Failure{failure->code, format("argument \"{}\": {}", {argument, failure->message})};
  }
  return arguments;
}

}  // namespace strop
