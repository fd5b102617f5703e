#include <algorithm>
#include <strop/text/sort.hpp>
#include <strop/value/members.hpp>
#include <utility>
#include <vector>

#include "reader.hpp"

namespace strop {
namespace {

Json read_function(const Json& given, const Place& place, Refusals& refusals) {
  const Json& function = need_object(given, place, refusals);
  only_keys(function, {"name", "description", "parameters", "strict"}, place, refusals);
  if (member(function, "strict") == true) refusals.unsupported({&place, "strict"}, "has no place in a request");
  Object tool;
  tool.set("type", "function").set("name", need_text(member(function, "name"), {&place, "name"}, refusals, false));
  if (const Json& description = member(function, "description"); !description.is_null())
    tool.set("description", need_text(description, {&place, "description"}, refusals));
  const Json& parameters = member(function, "parameters");
  if (parameters.is_null())
    return tool.set("parameters", Object().set("type", "object").set("properties", Json::object()));
  const Place parameters_place{&place, "parameters"};
  if (!is_whole_json(parameters)) refusals.bad(parameters_place, "must hold finite numbers");
  return tool.set("parameters", need_object(parameters, parameters_place, refusals));
}

std::vector<std::string_view> sorted_names(const Json& tools) {
  std::vector<std::string_view> names;
  for (const Json& tool : tools) names.push_back(member(tool, "name").get_ref<const std::string&>());
  sort(names);
  return names;
}

void need_different_names(const Json& tools, const Place& place, Refusals& refusals) {
  const auto names = sorted_names(tools);
  if (std::adjacent_find(names.begin(), names.end()) != names.end()) refusals.bad(place, "must have different names");
}

/// {"function": {"name"}}
Json chosen_name(const Json& choice, const Place& place, Refusals& refusals, bool and_nothing_else) {
  const Place function_place{&place, "function"};
  const Json& function = need_object(member(choice, "function"), function_place, refusals);
  if (and_nothing_else) only_keys(function, {"name"}, function_place, refusals);
  return need_text(member(function, "name"), {&function_place, "name"}, refusals, false);
}

/// {"mode", "tools": [{"type": "function", "function": {"name"}}]}
std::string read_allowed(const Json& given, const Place& place, Json& allowed, Refusals& refusals) {
  const Json& spec = need_object(given, place, refusals);
  only_keys(spec, {"mode", "tools"}, place, refusals);
  const Place tools_place{&place, "tools"};
  std::int64_t index = 0;
  for (const Json& entry : need_list(member(spec, "tools"), tools_place, refusals)) {
    const Place entry_place{&tools_place, {}, index++};
    if (member(entry, "type") != "function") refusals.unsupported(entry_place, "is no function");
    allowed.push_back(chosen_name(entry, entry_place, refusals, false));
  }
  if (allowed.empty()) refusals.bad(tools_place, "must not be empty");
  return need_text(member(spec, "mode"), {&place, "mode"}, refusals);
}

/// The mode, or "" where nothing is said; what is allowed into `allowed`.
std::string read_mode(const Json& choice, const Place& place, Json& allowed, Refusals& refusals) {
  if (choice.is_null()) return "";
  if (const std::string word = choice.is_string() ? choice : ""; is_one_of(word, {"none", "auto", "required"}))
    return word;
  const std::string kind = text_member(choice, "type");
  if (kind == "function") {
    only_keys(choice, {"type", "function"}, place, refusals);
    allowed.push_back(chosen_name(choice, place, refusals, true));
    return "required";
  }
  if (kind == "allowed_tools") {
    only_keys(choice, {"type", "allowed_tools"}, place, refusals);
    return read_allowed(member(choice, "allowed_tools"), {&place, "allowed_tools"}, allowed, refusals);
  }
  refusals.bad(place, "must be none, auto, required, or an object of the type function or allowed_tools");
  return "";
}

}  // namespace

Json read_tools(const Json& tools, Refusals& refusals) {
  Json read = Json::array();
  if (tools.is_null()) return read;
  const Place place{nullptr, "tools"};
  std::int64_t index = 0;
  for (const Json& tool : need_list(tools, place, refusals)) {
    const Place tool_place{&place, {}, index++};
    if (member(tool, "type") != "function") refusals.unsupported(tool_place, "is no function");
    only_keys(tool, {"type", "function"}, tool_place, refusals);
    read.push_back(read_function(member(tool, "function"), {&tool_place, "function"}, refusals));
  }
  need_different_names(read, place, refusals);
  return read;
}

Json read_functions(const Json& functions, Refusals& refusals) {
  Json read = Json::array();
  const Place place{nullptr, "functions"};
  std::int64_t index = 0;
  for (const Json& function : need_list(functions, place, refusals))
    read.push_back(read_function(function, {&place, {}, index++}, refusals));
  need_different_names(read, place, refusals);
  return read;
}

Json read_tool_choice(const Json& call, const Json& tools, Refusals& refusals) {
  const Json &choice = member(call, "tool_choice"), &older = member(call, "function_call"),
             &parallel = member(call, "parallel_tool_calls");
  const Place place{nullptr, "tool_choice"}, older_place{nullptr, "function_call"};
  if (!choice.is_null() && !older.is_null()) refusals.bad(older_place, "cannot be given with tool_choice");
  if (!parallel.is_null() && !parallel.is_boolean())
    refusals.bad({nullptr, "parallel_tool_calls"}, "must be true or false");

  Json allowed = Json::array();
  std::string mode;
  if (older.is_object()) {
    mode = "required";
    allowed.push_back(need_text(member(older, "name"), {&older_place, "name"}, refusals, false));
  } else {
    mode = read_mode(older.is_null() ? choice : older, place, allowed, refusals);
    if (!older.is_null() && mode == "required") refusals.bad(older_place, "must be none, auto or an object");
  }
  if (mode.empty() && parallel.is_null()) return nullptr;
  if (mode.empty()) mode = "auto";
  if (!is_one_of(mode, {"none", "auto", "required"})) refusals.bad(place, "must be none, auto or required");
  if (mode == "none" && (!allowed.empty() || !parallel.is_null()))
    refusals.bad(place, "is none: nothing else can be said of it");
  const auto names = sorted_names(tools);
  for (const Json& name : allowed)
    if (!std::binary_search(names.begin(), names.end(), std::string_view(name.get_ref<const std::string&>())))
      refusals.bad(place, "names a tool that there is not");
  Object read;
  read.set("mode", mode);
  if (!allowed.empty()) read.set("allowed", std::move(allowed));
  if (!parallel.is_null()) read.set("parallel", parallel);
  return read;
}

}  // namespace strop
