#include <strop/lm/chat_to_responses.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>
#include <utility>

#include "chat_request/place.hpp"
#include "member_index.hpp"

namespace strop {
namespace {

/// Python's truth of a value.
bool is_true(const Json& value) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  if (value.is_structured()) return !value.empty();
  if (value.is_number()) return !(value == 0);  // NaN is true
  return !value.is_null();                      // integers beyond 64 bits
}

const Json& member_or(const Json& object, std::string_view name, const Json& otherwise) {
  return object.contains(name) ? member(object, name) : otherwise;
}

class Translation {
 public:
  Result<Json> translate(const Json& call) {
    const Place place{nullptr, "call"};
    need_object(call, place);
    Json input = Json::array();
    add_messages(input, call);
    Object body;
    add_parameters(body, call);
    body.set("input", std::move(input));
    add_limit(body, call);
    add_reasoning(body, call);
    add_tools(body, call);
    add_format(body, call);
    if (refusals_.first()) return *refusals_.first();
    return Json(body);
  }

 private:
  /// What stays as it is.
  void add_parameters(Object& body, const Json& call) {
    for (const auto& [name, value] : members(call)) {
      const bool is_translated = name == "messages" || name == "input" || name == "max_tokens" ||
                                 name == "max_output_tokens" || name == "reasoning" || name == "reasoning_effort" ||
                                 name == "tools" || name == "tool_choice" || name == "response_format" ||
                                 name == "text" || (name == "max_completion_tokens" && !call.contains("max_tokens"));
      const bool is_left_out =
          (value.is_null() && (name == "temperature" || name == "top_p" || name == "n" || name == "logprobs")) ||
          (name == "stop" && !is_true(value));
      if (!is_translated && !is_left_out) body.set(name, value);
    }
  }

  void add_limit(Object& body, const Json& call) {
    const Json& limit = member(call, call.contains("max_tokens") ? "max_tokens" : "max_completion_tokens");
    if (!limit.is_null())
      body.set("max_output_tokens", limit);
    else if (call.contains("max_output_tokens"))
      body.set("max_output_tokens", member(call, "max_output_tokens"));
  }

  void add_reasoning(Object& body, const Json& call) {
    if (const Json& reasoning = member(call, "reasoning"); !reasoning.is_null())
      body.set("reasoning", reasoning);
    else if (call.contains("reasoning_effort"))
      body.set("reasoning", Object().set("effort", member(call, "reasoning_effort")).set("summary", "auto"));
  }

  void add_tools(Object& body, const Json& call) {
    const Place place{nullptr, "tools"};
    if (call.contains("tools")) {
      const Json& tools = member(call, "tools");
      if (is_true(tools)) {
        Json made = Json::array();
        std::int64_t index = 0;
        for (const Json& tool : need_list_if_any(tools, place)) made.push_back(tool_of(tool, {&place, {}, index++}));
        body.set("tools", std::move(made));
      } else {
        body.set("tools", tools);
      }
    }
    const Json& choice = member(call, "tool_choice");
    if (choice.is_null()) return;
    if (!choice.is_object() || !choice.contains("function")) {
      body.set("tool_choice", choice);
      return;
    }
    const Json& function = member(choice, "function");
    if (!function.is_object() || !function.contains("name"))
      refusals_.bad({nullptr, "tool_choice"}, "must name its function");
    body.set("tool_choice", Object().set("type", "function").set("name", member(function, "name")));
  }

  /// {"type": "function", "function": {…}} with the function's members beside the tool's own, which they replace.
  Json tool_of(const Json& tool, const Place& place) {
    need_object(tool, place);
    Json made = Json::object();
    Json::object_t::Container& added = made.get_ref<Json::object_t&>();
    const auto add = [&](std::string_view name, const Json& value) { added.emplace_back(std::string(name), value); };
    if (tool.contains("function")) {
      const Json& function = member(tool, "function");
      need_object(function, {&place, "function"});
      const MemberIndex own(tool), functions(function);
      const auto count = members(function).size();
      const auto replaced = [&](std::string_view name, const Json& value) -> const Json& {
        const std::size_t at = functions.find(name);
        return at == count ? value : members(function).begin()[static_cast<std::ptrdiff_t>(at)].second;
      };
      add("type", replaced("type", "function"));
      for (const auto& [name, value] : members(tool))
        if (name != "type" && name != "function") add(name, replaced(name, value));
      for (const auto& [name, value] : members(function))
        if (name != "type" && (name == "function" || own.find(name) == members(tool).size())) add(name, value);
    } else {
      made = tool;
    }
    if (member(made, "type") == "function" && member(made, "description").is_null()) made.erase("description");
    return made;
  }

  void add_format(Object& body, const Json& call) {
    const Json& format = member(call, "response_format");
    if (format.is_null()) {
      if (call.contains("text")) body.set("text", member(call, "text"));
      return;
    }
    Json text = call.contains("text") ? member(call, "text") : Json::object();
    if (!text.is_object()) return refusals_.bad({nullptr, "text"}, "must be an object");
    text["format"] = format;
    body.set("text", std::move(text));
  }

  void add_messages(Json& input, const Json& call) {
    if (!call.contains("messages")) return;
    const Json& messages = member(call, "messages");
    const Place place{nullptr, "messages"};
    if (!messages.is_structured() && !(messages.is_string() && !is_true(messages)))
      refusals_.bad(place, "must be a list");
    std::int64_t index = 0;
    for (const Json& message : need_list_if_any(messages, place)) add_message(input, message, {&place, {}, index++});
  }

  void add_message(Json& input, const Json& message, const Place& place) {
    need_object(message, place);
    const Json &role = member(message, "role"), &content = member(message, "content");
    if (role == "tool") {
      Object item;
      item.set("type", "function_call_output").set("output", result_of(content, {&place, "content"}));
      if (const Json& id = member(message, "tool_call_id"); !id.is_null()) item.set("call_id", id);
      input.push_back(item);
      return;
    }
    const bool is_assistant = role == "assistant";
    const Json& calls = member(message, "tool_calls");
    Json blocks = blocks_of(content, is_assistant, {&place, "content"});
    if (!blocks.empty() || !is_assistant || !is_true(calls)) {
      Object item;
      item.set("role", role).set("content", std::move(blocks));
      if (const Json& name = member(message, "name"); !name.is_null()) item.set("name", name);
      input.push_back(item);
    }
    if (is_assistant && is_true(calls)) add_calls(input, calls, {&place, "tool_calls"});
  }

  void add_calls(Json& input, const Json& calls, const Place& place) {
    std::int64_t index = 0;
    for (const Json& call : need_list_if_any(calls, place)) {
      const Place call_place{&place, {}, index++};
      need_object(call, call_place);
      const Json& function = is_true(member(call, "function")) ? member(call, "function") : call;
      need_object(function, {&call_place, "function"});
      const Json& given = member(call, "call_id");
      const Json& id = is_true(given) ? given : member(call, "id");
      Object item;
      item.set("type", "function_call")
          .set("name", member_or(function, "name", ""))
          .set("arguments", member_or(function, "arguments", "{}"));
      if (!id.is_null()) item.set("call_id", id);
      input.push_back(item);
    }
  }

  /// A tool's result: the text of its blocks, what is none as Python's str() has it.
  Json result_of(const Json& content, const Place& place) {
    if (!content.is_array()) return is_true(content) ? content : Json("");
    std::string text;
    std::int64_t index = 0;
    for (const Json& block : content) {
      const Place block_place{&place, {}, index++};
      if (block.is_object() && is_kind(block, {"text", "input_text"}, block_place)) {
        const Json part = member_or(block, "text", "");
        if (part.is_string())
          text += part.get_ref<const std::string&>();
        else
          refusals_.bad(block_place, "must have a text");
      } else {
        text += python_str(block);
      }
    }
    return text;
  }

  Json blocks_of(const Json& content, bool is_assistant, const Place& place) {
    const char* const text_type = is_assistant ? "output_text" : "input_text";
    Json blocks = Json::array();
    if (content.is_string()) {
      blocks.push_back(Object().set("type", text_type).set("text", content));
      return blocks;
    }
    std::int64_t index = 0;
    for (const Json& block : need_list_if_any(content, place))
      blocks.push_back(block_of(block, text_type, {&place, {}, index++}));
    return blocks;
  }

  Json block_of(const Json& block, const char* text_type, const Place& place) {
    need_object(block, place);
    if (is_kind(block, {"text", "input_text", "output_text"}, place))
      return Object().set("type", text_type).set("text", member_or(block, "text", ""));
    if (is_kind(block, {"image_url"}, place)) {
      if (!block.contains("image_url")) refusals_.bad(place, "must have an image_url");
      const Json& image = member(block, "image_url");
      Object made;
      made.set("type", "input_image").set("image_url", image.is_object() ? member_or(image, "url", "") : image);
      if (const Json& detail = member(image, "detail"); !detail.is_null()) made.set("detail", detail);
      return made;
    }
    if (is_kind(block, {"file"}, place)) {
      const Json& file = member(block, "file");
      if (block.contains("file")) need_object(file, {&place, "file"});
      Object made;
      made.set("type", "input_file");
      for (const char* name : {"file_data", "filename", "file_id"}) made.set(name, member(file, name));
      return made;
    }
    return block;
  }

  bool is_kind(const Json& block, std::initializer_list<std::string_view> kinds, const Place& place) {
    const Json& kind = member(block, "type");
    if (kind.is_structured()) refusals_.bad(place, "must have a text as its type");
    for (const std::string_view one : kinds)
      if (kind == one) return true;
    return false;
  }

  void need_object(const Json& value, const Place& place) {
    if (!value.is_object()) refusals_.bad(place, "must be an object");
  }

  /// The list, or an empty one for what is nothing: in Python one `or []`.
  const Json& need_list_if_any(const Json& value, const Place& place) {
    static const Json none = Json::array();
    if (!value.is_array() && is_true(value)) refusals_.bad(place, "must be a list");
    const Json& found = value.is_array() ? value : none;
    return found;
  }

  Refusals refusals_;
};

}  // namespace

Result<Json> chat_to_responses(const Json& call) { return Translation().translate(call); }

}  // namespace strop
