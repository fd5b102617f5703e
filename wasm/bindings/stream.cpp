// Replies that come in pieces.
#include "json_io.hpp"

namespace strop::surface {
namespace {

Reply chunk_reply(const std::optional<ListenedChunk>& chunk) {
  if (!chunk) return std::string("null");
  return json_reply(Object().set("chunk", chunk->text).set("last", chunk->last));
}

std::optional<std::string_view> text_in(const Json& chunk, std::string_view name) {
  const Json& text = member(chunk, name);
  if (!text.is_string()) return {};
  return text.get_ref<const std::string&>();
}

}  // namespace

Result<StreamListenerHandle> StreamListenerHandle::make(std::string_view spec) {
  const auto json = parse_json(spec);
  if (!json) return json.error();
  const std::string field = text_member(*json, "field");
  if (field.empty()) return bad_input("a listener needs the name of a \"field\"");
  auto listener = StreamListener::make(
      text_member(*json, "adapter"), field,
      {.allow_reuse = member(*json, "allowReuse") == true, .reasoning = member(*json, "reasoning") == true});
  if (!listener) return listener.error();
  return StreamListenerHandle(std::move(*listener));
}

Reply StreamListenerHandle::push(std::string_view chunk) {
  const auto json = parse_json(chunk);
  if (!json) return json.error();
  return chunk_reply(listener_.push(text_in(*json, "content"), text_in(*json, "reasoning")));
}

Reply StreamListenerHandle::finish() { return chunk_reply(listener_.finish()); }

}  // namespace strop::surface
