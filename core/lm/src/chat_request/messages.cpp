#include <optional>
#include <strop/text/utf8.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>
#include <utility>
#include <vector>

#include "content.hpp"
#include "reader.hpp"

namespace strop {
namespace {

class MessageReader {
 public:
  explicit MessageReader(Refusals& refusals) : refusals_(refusals) {}

  void read(const Json& row, const Place& place, bool is_first) {
    const std::string role = text_member(row, "role");
    if (role == "tool") return read_result(row, place);
    if (!member(row, "name").is_null()) refusals_.unsupported({&place, "name"}, "has no place in a request");
    if (role == "system" || role == "developer") return read_instructions(row, place, is_first);
    if (role == "user") return read_user(row, place);
    if (role == "assistant") return read_assistant(row, place);
    if (role == "function")
      return refusals_.unsupported(place, "is of the role function: use tool, with a tool_call_id");
    refusals_.bad({&place, "role"}, "must be system, developer, user, assistant or tool");
  }

  Conversation take() && { return std::move(read_); }

 private:
  std::int64_t count() const { return static_cast<std::int64_t>(read_.messages.size()); }

  void add(std::string_view role, Json parts, const Place& place) {
    if (parts.empty()) refusals_.bad(place, "has no content");
    read_.messages.push_back(Object().set("role", role).set("parts", std::move(parts)));
  }

  /// The first row is the request's system prompt; later ones stay where they are.
  void read_instructions(const Json& row, const Place& place, bool is_first) {
    only_keys(row, {"role", "content"}, place, refusals_);
    Content content = read_content(member(row, "content"), "system", place, refusals_);
    if (!is_first) {
      if (content.marked) read_.mark.message = count();
      return add("developer", std::move(content.parts), place);
    }
    read_.mark.system = content.marked;
    if (content.parts.size() == 1)
      read_.system = need_text(member(content.parts[0], "text"), place, refusals_, false);
    else
      read_.system = std::move(content.parts);
    if (read_.system.empty()) refusals_.bad(place, "has no content");
  }

  void read_user(const Json& row, const Place& place) {
    only_keys(row, {"role", "content", "name"}, place, refusals_);
    Content content = read_content(member(row, "content"), "user", place, refusals_);
    if (content.marked) {
      if (read_.mark.system || read_.mark.message >= 0) refusals_.bad(place, "has a second prompt_cache_breakpoint");
      read_.mark.message = count();
    }
    add("user", std::move(content.parts), place);
  }

  /// Results that follow each other are one message.
  void read_result(const Json& row, const Place& place) {
    only_keys(row, {"role", "content", "tool_call_id", "name"}, place, refusals_);
    Content content = read_content(member(row, "content"), "tool", place, refusals_);
    if (content.marked) refusals_.bad(place, "cannot have a prompt_cache_breakpoint");
    if (content.parts.empty()) refusals_.bad(place, "has no content");
    Object result;
    result.set("type", "tool_result")
        .set("id", need_text(member(row, "tool_call_id"), {&place, "tool_call_id"}, refusals_, false));
    if (const Json& name = member(row, "name"); !name.is_null())
      result.set("name", need_text(name, {&place, "name"}, refusals_, false));
    result.set("content", std::move(content.parts));
    if (read_.messages.empty() || read_.messages.back()["role"] != "tool") {
      Json parts = Json::array();
      parts.push_back(result);
      return add("tool", std::move(parts), place);
    }
    read_.messages.back()["parts"].push_back(result);
  }

  void read_assistant(const Json& row, const Place& place) {
    only_keys(row,
              {"role", "content", "tool_calls", "refusal", "reasoning_content", "name", "audio", "function_call",
               "annotations", "provider_specific_fields", "thinking_blocks", "images"},
              place, refusals_);
    for (const std::string_view key : {"audio", "function_call"})
      if (!member(row, key).is_null()) refusals_.unsupported({&place, key}, "has no place in a request");
    for (const std::string_view key : {"provider_specific_fields", "thinking_blocks", "images"})
      if (!says_nothing(member(row, key))) refusals_.unsupported({&place, key}, "has no place in a request");

    Json parts = Json::array();
    if (const Json& reasoning = member(row, "reasoning_content"); !reasoning.is_null())
      parts.push_back(
          Object().set("type", "thinking").set("text", need_text(reasoning, {&place, "reasoning_content"}, refusals_)));
    const Json& content = member(row, "content");
    if (!content.is_null()) {
      Content read = read_content(content, "assistant", place, refusals_);
      if (read.marked) refusals_.bad(place, "cannot have a prompt_cache_breakpoint");
      for (Json& part : read.parts) parts.push_back(std::move(part));
    }
    if (const Json& refusal = member(row, "refusal"); !refusal.is_null())
      parts.push_back(
          Object().set("type", "refusal").set("text", need_text(refusal, {&place, "refusal"}, refusals_, false)));
    if (const Json& calls = member(row, "tool_calls"); !calls.is_null())
      read_calls(calls, {&place, "tool_calls"}, parts);
    if (const Json& notes = member(row, "annotations"); !notes.is_null())
      read_annotations(notes, content, {&place, "annotations"}, parts);
    if (parts.empty()) parts.push_back(text_part(""));
    add("assistant", std::move(parts), place);
  }

  /// Fields of a client library's reply, put back into the conversation, which are empty.
  static bool says_nothing(const Json& value) {
    if (is_empty(value)) return true;
    for (const auto& [key, item] : members(value))
      if (!is_empty(item)) return false;
    return value.is_object();
  }

  void read_calls(const Json& calls, const Place& place, Json& parts) {
    std::int64_t index = 0;
    for (const Json& given : need_list(calls, place, refusals_)) {
      const Place call_place{&place, {}, index++}, function_place{&call_place, "function"};
      const Json& call = need_object(given, call_place, refusals_);
      if (call.contains("type") && member(call, "type") != "function")
        refusals_.unsupported(call_place, "is no call of a function");
      only_keys(call, {"id", "type", "function"}, call_place, refusals_);
      const Json& function = need_object(member(call, "function"), function_place, refusals_);
      only_keys(function, {"name", "arguments"}, function_place, refusals_);
      parts.push_back(Object()
                          .set("type", "tool_call")
                          .set("id", need_text(member(call, "id"), {&call_place, "id"}, refusals_, false))
                          .set("name", need_text(member(function, "name"), {&function_place, "name"}, refusals_, false))
                          .set("input", read_arguments(function, {&function_place, "arguments"})));
    }
  }

  Json read_arguments(const Json& function, const Place& place) {
    if (!function.contains("arguments")) return Json::object();
    Json arguments = member(function, "arguments");
    if (arguments.is_string()) {
      const std::string text = arguments;
      if (text.empty()) return Json::object();
      auto parsed = parse_json(text);
      if (!parsed) return refusals_.bad(place, "must be JSON"), Json();
      arguments = std::move(*parsed);
    }
    if (!arguments.is_object() || !is_whole_json(arguments))
      refusals_.bad(place, "must be an object, in which every number is finite");
    return arguments;
  }

  void read_annotations(const Json& notes, const Json& content, const Place& place, Json& parts) {
    std::vector<std::size_t> begins;  // of the content's characters, and its end
    if (content.is_string() && !notes.empty()) {
      const auto& text = content.get_ref<const std::string&>();
      for (std::size_t at = 0; at < text.size(); next_code_point(text, at)) begins.push_back(at);
      begins.push_back(text.size());
    }
    std::int64_t index = 0;
    for (const Json& given : need_list(notes, place, refusals_)) {
      const Place note_place{&place, {}, index++}, spec_place{&note_place, "url_citation"};
      const Json& note = need_object(given, note_place, refusals_);
      if (member(note, "type") != "url_citation") refusals_.unsupported(note_place, "is no url_citation");
      only_keys(note, {"type", "url_citation"}, note_place, refusals_);
      const Json& spec = need_object(member(note, "url_citation"), spec_place, refusals_);
      only_keys(spec, {"url", "title", "start_index", "end_index"}, spec_place, refusals_);
      Object part;
      part.set("type", "citation");
      const auto start = index_in(member(spec, "start_index")), end = index_in(member(spec, "end_index"));
      if (start && end && *start >= 0 && *start < *end && *end < static_cast<std::int64_t>(begins.size())) {
        const std::size_t from = begins[static_cast<std::size_t>(*start)], to = begins[static_cast<std::size_t>(*end)];
        cited_ += to - from;
        if (cited_ > most_cited_bytes) return refusals_.bad(note_place, "cites too much: 64 MiB are the most");
        part.set("text", std::string_view(content.get_ref<const std::string&>()).substr(from, to - from));
      }
      part.set("url", need_text(member(spec, "url"), {&spec_place, "url"}, refusals_, false));
      if (const Json& title = member(spec, "title"); !title.is_null())
        part.set("title", need_text(title, {&spec_place, "title"}, refusals_, false));
      parts.push_back(part);
    }
  }

  /// In Python True and False are whole numbers.
  static std::optional<std::int64_t> index_in(const Json& value) {
    if (value.is_boolean()) return value.get<bool>() ? 1 : 0;
    if (value.is_number_integer()) return value.get<std::int64_t>();
    return {};
  }

  Refusals& refusals_;
  Conversation read_;
  std::size_t cited_ = 0;  ///< bytes
};

}  // namespace

Conversation read_messages(const Json& rows, Refusals& refusals) {
  MessageReader reader(refusals);
  const Place place{nullptr, "messages"};
  std::int64_t index = 0;
  for (const Json& row : need_list(rows, place, refusals)) {
    const Place row_place{&place, {}, index};
    reader.read(need_object(row, row_place, refusals), row_place, index++ == 0);
  }
  Conversation read = std::move(reader).take();
  if (read.messages.empty()) refusals.bad(place, "must hold a message besides the system prompt");
  return read;
}

}  // namespace strop
