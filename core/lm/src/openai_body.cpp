#include <optional>
#include <strop/lm/openai_body.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <utility>

namespace strop {
namespace {

std::string_view text_in(const Json& object, std::string_view name) {
  return member(object, name).get_ref<const std::string&>();
}

/// Compact JSON in ASCII, as json.dumps(value, separators=(",", ":")) writes it.
std::string ascii_json(const Json& value) {
  constexpr std::string_view digits = "0123456789abcdef";
  const std::string text = dump_json(value, JsonStyle::compact);
  std::string ascii;
  const auto escape = [&](char32_t unit) {
    ascii += "\\u";
    for (int shift = 12; shift >= 0; shift -= 4) ascii += digits[(unit >> shift) & 0xF];
  };
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c < 0x7F) {
      ascii += static_cast<char>(c);
    } else if (c < 0x10000) {
      escape(c);
    } else {
      escape(0xD800 + ((c - 0x10000) >> 10));
      escape(0xDC00 + ((c - 0x10000) & 0x3FF));
    }
  }
  return ascii;
}

/// The texts of parts that all have one, a line each.
std::string texts_of(const Json& parts) {
  std::string joined;
  const char* separator = "";
  for (const Json& part : parts) {
    (joined += separator) += text_in(part, "text");
    separator = "\n";
  }
  return joined;
}

Json system_text(const Json& request) {
  const Json& system = member(request, "system");
  return system.is_array() ? Json(texts_of(system)) : system;
}

std::string address_of(const Json& part) {
  if (const Json& url = member(part, "url"); !url.is_null()) return url;
  return format("data:{};base64,{}", {text_in(part, "media_type"), text_in(part, "data")});
}

Json explicit_mode() { return Object().set("mode", "explicit"); }

Json marked_text(std::string_view type, const Json& text) {
  return Object().set("type", type).set("text", text).set("prompt_cache_breakpoint", explicit_mode());
}

/// Whether the model is gpt-5.6 or later: only these have options for the cache.
bool has_cache_options(std::string_view model) {
  if (model.size() < 4) return false;
  for (std::size_t i = 0; i < 4; ++i) {
    const char c = model[i];
    if ((c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c) != "gpt-"[i]) return false;
  }
  std::size_t at = 4;
  const auto number = [&]() -> std::optional<int> {
    const std::size_t begin = at;
    int value = 0;
    for (; at < model.size() && model[at] >= '0' && model[at] <= '9'; ++at)
      if (value < 1000) value = 10 * value + (model[at] - '0');
    return at > begin ? std::optional(value) : std::nullopt;
  };
  const auto major = number();
  if (!major || at >= model.size() || model[at] != '.') return false;
  ++at;
  const auto minor = number();
  return minor && (*major > 5 || (*major == 5 && *minor >= 6));
}

/// What both bodies say of the cache.
void set_cache(Object& body, const Json& request, const Json& cache) {
  const std::string_view model = text_in(request, "model");
  if (cache.is_null()) return;
  if (member(cache, "mode") == "off") {
    if (has_cache_options(model)) body.set("prompt_cache_options", explicit_mode());
    return;
  }
  if (const Json& key = member(cache, "key"); !key.is_null()) body.set("prompt_cache_key", key);
  if (member(cache, "retention") == "long") body.set("prompt_cache_retention", "24h");
  const bool is_marked = cache.contains("prefix") || cache.contains("prefix_until_index");
  if (is_marked && has_cache_options(model)) body.set("prompt_cache_options", explicit_mode());
}

void set_if_given(Object& body, std::string_view name, const Json& value) {
  if (!value.is_null()) body.set(name, value);
}

void set_extensions(Object& body, const Json& config) {
  for (const auto& [key, value] : members(member(config, "extensions"))) body.set(key, value);
}

/// In `of`, the members of a function: `{"name", "description", "parameters"}`.
Object& describe_function(Object& of, const Json& tool) {
  return of.set("name", text_in(tool, "name"))
      .set("description", member(tool, "description"))
      .set("parameters", member(tool, "parameters"));
}

/// The schema that a reply is to have: its name, itself, and whether it is strict.
Object& describe_schema(Object& of, const Json& response_format) {
  of.set("name", text_member(response_format, "name", "response")).set("schema", member(response_format, "schema"));
  set_if_given(of, "strict", member(response_format, "strict"));
  return of;
}

std::string_view effort_of(const Json& reasoning) {
  const std::string_view effort = text_in(reasoning, "effort");
  return effort == "off" ? "none" : effort;
}

/// The body for /chat/completions.
class ChatBody {
 public:
  explicit ChatBody(const Json& request) : request_(request), config_(member(request, "config")) {}

  Result<Json> make() {
    Json messages = make_messages();
    if (refused_) return *refused_;
    Object body;
    body.set("model", text_in(request_, "model")).set("messages", std::move(messages));
    set_if_given(body, "max_completion_tokens", member(config_, "max_tokens"));
    for (const char* name : {"temperature", "top_p", "seed", "frequency_penalty", "presence_penalty", "stop"})
      set_if_given(body, name, member(config_, name));
    if (const Json& logprobs = member(config_, "logprobs"); !logprobs.is_null()) {
      body.set("logprobs", true);
      if (logprobs != 0) body.set("top_logprobs", logprobs);
    }
    set_tools(body);
    if (const Json& format = member(config_, "response_format"); !format.is_null()) {
      Object given, schema;
      given.set("type", text_in(format, "type"));
      if (member(format, "type") == "json_schema") given.set("json_schema", describe_schema(schema, format));
      body.set("response_format", given);
    }
    if (const Json& reasoning = member(config_, "reasoning"); !reasoning.is_null())
      body.set("reasoning_effort", effort_of(reasoning));
    set_cache(body, request_, member(config_, "cache"));
    set_if_given(body, "service_tier", member(config_, "service_tier"));
    set_if_given(body, "user", member(config_, "user_id"));
    set_if_given(body, "store", member(config_, "store"));
    set_extensions(body, config_);
    return Json(body);
  }

 private:
  Json make_messages() {
    Json messages = Json::array();
    const Json& cache = member(config_, "cache");
    if (Json system = system_text(request_); !system.is_null()) {
      if (member(cache, "prefix") == "stable") {
        Json block = marked_text("text", system);
        system = Json::array();
        system.push_back(std::move(block));
      }
      messages.push_back(Object().set("role", "system").set("content", std::move(system)));
    }
    const Json& marked = member(cache, "prefix_until_index");
    std::int64_t index = 0;
    for (const Json& message : member(request_, "messages")) {
      const bool is_marked = marked == index++;
      const std::string_view role = text_in(message, "role");
      const Json& parts = member(message, "parts");
      if (role == "tool")
        for (const Json& result : parts) messages.push_back(result_row(result));
      else if (role == "assistant")
        messages.push_back(assistant_row(parts));
      else
        messages.push_back(Object()
                               .set("role", role == "developer" ? "system" : role)
                               .set("content", prompt_content(parts, role, is_marked)));
    }
    return messages;
  }

  Json result_row(const Json& result) {
    const Json& content = member(result, "content");
    for (const Json& part : content)
      if (member(part, "type") != "text") refuse("an image in a tool's result");
    Object row;
    row.set("role", "tool").set("tool_call_id", text_in(result, "id"));
    return row.set("content", refused_ ? "" : texts_of(content));
  }

  Json assistant_row(const Json& parts) {
    Json texts = Json::array(), calls = Json::array();
    for (const Json& part : parts) {
      const std::string_view type = text_in(part, "type");
      if (type == "text" || type == "refusal" || (type == "thinking" && !text_in(part, "text").empty()))
        texts.push_back(part);
      if (type == "tool_call")
        calls.push_back(Object().set("id", text_in(part, "id")).set("type", "function").set("function", called(part)));
    }
    Object row;
    row.set("role", "assistant").set("content", texts.empty() ? Json() : Json(texts_of(texts)));
    if (!calls.empty()) row.set("tool_calls", std::move(calls));
    return row;
  }

  static Json called(const Json& call) {
    return Object().set("name", text_in(call, "name")).set("arguments", ascii_json(member(call, "input")));
  }

  Json prompt_content(const Json& parts, std::string_view role, bool is_marked) {
    if (parts.size() == 1 && member(parts[0], "type") == "text" && !is_marked) return member(parts[0], "text");
    Json blocks = Json::array();
    for (const Json& part : parts) {
      const std::string_view type = text_in(part, "type");
      if (type == "text") {
        blocks.push_back(Object().set("type", "text").set("text", text_in(part, "text")));
      } else if (type == "image") {
        Object image;
        image.set("url", address_of(part));
        set_if_given(image, "detail", member(part, "detail"));
        blocks.push_back(Object().set("type", "image_url").set("image_url", image));
      } else {
        refuse(format("a part of the type {} in a message of the role {}", {type, role}));
      }
    }
    if (is_marked) blocks.back()["prompt_cache_breakpoint"] = explicit_mode();
    return blocks;
  }

  void set_tools(Object& body) {
    Json tools = Json::array();
    for (const Json& tool : member(request_, "tools")) {
      Object function;
      tools.push_back(Object().set("type", "function").set("function", describe_function(function, tool)));
    }
    if (!tools.empty()) body.set("tools", std::move(tools));
    const Json& choice = member(config_, "tool_choice");
    if (choice.is_null()) return;
    body.set("tool_choice", choice_of(choice));
    set_if_given(body, "parallel_tool_calls", member(choice, "parallel"));
  }

  static Json function_named(const Json& name) {
    return Object().set("type", "function").set("function", Object().set("name", name));
  }

  static Json choice_of(const Json& choice) {
    const Json &mode = member(choice, "mode"), &allowed = member(choice, "allowed");
    if (allowed.is_null()) return mode;
    if (allowed.size() == 1 && mode == "required") return function_named(allowed[0]);
    Json tools = Json::array();
    for (const Json& name : allowed) tools.push_back(function_named(name));
    return Object()
        .set("type", "allowed_tools")
        .set("allowed_tools", Object().set("mode", mode).set("tools", std::move(tools)));
  }

  void refuse(std::string_view what) {
    if (!refused_)
      refused_ = Failure{"unsupported_request", format("{} has no place in OpenAI's Chat Completions", {what})};
  }

  const Json& request_;
  const Json& config_;
  std::optional<Failure> refused_;
};

/// An input block of /responses.
Json input_block(const Json& part) {
  const std::string_view type = text_in(part, "type");
  Object block;
  if (type == "text") return block.set("type", "input_text").set("text", text_in(part, "text"));
  if (type == "image") {
    block.set("type", "input_image").set("image_url", address_of(part));
    set_if_given(block, "detail", member(part, "detail"));
    return block;
  }
  if (type == "audio")
    return block.set("type", "input_audio")
        .set("audio", text_in(part, "data"))
        .set("format", member(part, "media_type") == "audio/mpeg" ? "mp3" : "wav");
  block.set("type", "input_file");
  if (const Json& id = member(part, "file_id"); !id.is_null()) return block.set("file_id", id);
  // A file needs a name there: one by its type.
  std::string_view extension = text_in(part, "media_type");
  extension.remove_prefix(extension.find('/') + 1);
  extension = extension.substr(0, extension.find('+'));
  return block.set("filename", format("file.{}", {extension.empty() ? "bin" : extension}))
      .set("file_data", address_of(part));
}

Json input_blocks(const Json& parts) {
  Json blocks = Json::array();
  for (const Json& part : parts) blocks.push_back(input_block(part));
  return blocks;
}

void add_result(Json& items, const Json& result) {
  const Json& content = member(result, "content");
  bool is_text = true;
  for (const Json& part : content) is_text = is_text && member(part, "type") == "text";
  items.push_back(Object()
                      .set("type", "function_call_output")
                      .set("call_id", text_in(result, "id"))
                      .set("output", is_text ? Json(texts_of(content)) : input_blocks(content)));
}

void add_assistant(Json& items, const Json& parts) {
  Json blocks = Json::array();
  for (const Json& part : parts) {
    const std::string_view type = text_in(part, "type");
    if (type == "refusal")
      blocks.push_back(Object().set("type", "refusal").set("refusal", text_in(part, "text")));
    else if (type == "text" || (type == "thinking" && !text_in(part, "text").empty()))
      blocks.push_back(Object().set("type", "output_text").set("text", text_in(part, "text")));
  }
  if (!blocks.empty()) items.push_back(Object().set("role", "assistant").set("content", std::move(blocks)));
  for (const Json& part : parts)
    if (member(part, "type") == "tool_call")
      items.push_back(Object()
                          .set("type", "function_call")
                          .set("call_id", text_in(part, "id"))
                          .set("name", text_in(part, "name"))
                          .set("arguments", ascii_json(member(part, "input"))));
}

Json input_items(const Json& request, const Json& marked) {
  Json items = Json::array();
  std::int64_t index = 0;
  for (const Json& message : member(request, "messages")) {
    const bool is_marked = marked == index++;
    const std::string_view role = text_in(message, "role");
    const Json& parts = member(message, "parts");
    if (role == "tool") {
      for (const Json& result : parts) add_result(items, result);
    } else if (role == "assistant") {
      add_assistant(items, parts);
    } else {
      Json blocks = input_blocks(parts);
      if (is_marked) blocks.back()["prompt_cache_breakpoint"] = explicit_mode();
      items.push_back(Object().set("role", role).set("content", std::move(blocks)));
    }
  }
  return items;
}

Json responses_choice(const Json& choice) {
  const Json &mode = member(choice, "mode"), &allowed = member(choice, "allowed");
  if (allowed.is_null()) return mode;
  Json tools = Json::array();
  for (const Json& name : allowed) tools.push_back(Object().set("type", "function").set("name", name));
  if (allowed.size() == 1 && mode == "required") return tools[0];
  return Object().set("type", "allowed_tools").set("mode", mode).set("tools", std::move(tools));
}

}  // namespace

Result<Json> openai_chat_body(const Json& request) { return ChatBody(request).make(); }

Json openai_responses_body(const Json& request) {
  const Json &config = member(request, "config"), &cache = member(config, "cache");
  Json input = input_items(request, member(cache, "prefix_until_index"));
  const Json system = system_text(request);
  const bool is_marked = member(cache, "prefix") == "stable" && !system.is_null();
  if (is_marked) {
    Json blocks = Json::array();
    blocks.push_back(marked_text("input_text", system));
    input.insert(input.begin(), Json(Object().set("role", "developer").set("content", std::move(blocks))));
  }
  Object body;
  body.set("model", text_in(request, "model")).set("input", std::move(input)).set("stream", false);
  if (!is_marked) set_if_given(body, "instructions", system);
  set_if_given(body, "max_output_tokens", member(config, "max_tokens"));
  set_if_given(body, "temperature", member(config, "temperature"));
  set_if_given(body, "top_p", member(config, "top_p"));
  if (const Json& logprobs = member(config, "logprobs"); !logprobs.is_null()) {
    Json include = Json::array();
    include.push_back("message.output_text.logprobs");
    body.set("top_logprobs", logprobs).set("include", std::move(include));
  }
  Json tools = Json::array();
  for (const Json& tool : member(request, "tools")) {
    Object function;
    function.set("type", "function");
    tools.push_back(describe_function(function, tool));
  }
  if (!tools.empty()) body.set("tools", std::move(tools));
  if (const Json& choice = member(config, "tool_choice"); !choice.is_null()) {
    body.set("tool_choice", responses_choice(choice));
    set_if_given(body, "parallel_tool_calls", member(choice, "parallel"));
  }
  if (const Json& format = member(config, "response_format"); !format.is_null()) {
    Object given;
    given.set("type", text_in(format, "type"));
    if (member(format, "type") == "json_schema") describe_schema(given, format);
    body.set("text", Object().set("format", given));
  }
  if (const Json& reasoning = member(config, "reasoning"); !reasoning.is_null())
    body.set("reasoning", Object().set("effort", effort_of(reasoning)));
  set_cache(body, request, cache);
  set_if_given(body, "service_tier", member(config, "service_tier"));
  set_if_given(body, "safety_identifier", member(config, "user_id"));
  set_if_given(body, "store", member(config, "store"));
  set_extensions(body, config);
  return body;
}

}  // namespace strop
