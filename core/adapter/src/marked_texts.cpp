#include <strop/adapter/adapter.hpp>
#include <strop/schema/media.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/repair.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

namespace strop {
namespace {

/// What DSPy takes a marked text for: JSON, JSON that was escaped once more, or JSON with mistakes.
Json blocks_of(std::string_view text) {
  text = python_strip(text);
  if (Result<Json> json = parse_json(text)) return std::move(*json);
  Result<Json> unescaped = parse_json('"' + std::string(text) + '"');
  if (unescaped && unescaped->is_string()) {
    if (Result<Json> json = parse_json(unescaped->get_ref<const std::string&>())) return std::move(*json);
  }
  Result<Json> json = parse_json(repair_json(text));
  return json ? std::move(*json) : Json();
}

void add_text(Json& parts, std::string_view text) {
  if (!text.empty()) parts.push_back(Object().set("type", "text").set("text", text));
}

/// The parts of a text; one text where nothing is marked.
Json parts_of(std::string_view text) {
  Json parts = Json::array();
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = text.find(start_mark, at);
    const std::size_t end = begin == text.npos ? begin : text.find(end_mark, begin + start_mark.size());
    if (end == text.npos) break;
    add_text(parts, text.substr(at, begin - at));
    const std::string_view inner = text.substr(begin + start_mark.size(), end - begin - start_mark.size());
    Json blocks = blocks_of(inner);
    if (blocks.is_array() && !blocks.empty()) {
      for (Json& block : blocks) parts.push_back(std::move(block));
    } else {
      add_text(parts, inner);
    }
    at = end + end_mark.size();
  }
  add_text(parts, text.substr(at));
  return parts;
}

}  // namespace

void expand_marked_texts(std::vector<Message>& messages) {
  for (Message& message : messages) {
    if (message.role != "user") continue;
    if (message.content.is_string()) {
      const auto& text = message.content.get_ref<const std::string&>();
      if (text.find(start_mark) != text.npos) message.content = parts_of(text);
      continue;
    }
    Json parts = Json::array();
    for (Json& part : message.content) {
      if (member(part, "type") != "text") {
        parts.push_back(std::move(part));
        continue;
      }
      for (Json& one : parts_of(text_member(part, "text"))) parts.push_back(std::move(one));
    }
    message.content = std::move(parts);
  }
}

}  // namespace strop
