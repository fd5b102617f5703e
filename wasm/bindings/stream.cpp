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

Result<ReplyStreamHandle> ReplyStreamHandle::make(std::string_view spec) {
  const auto predictor = PredictorHandle::make(spec);
  if (!predictor) return predictor.error();
  const auto json = parse_json(spec);
  const bool eager = json && member(*json, "eager") == true;
  std::vector<std::string> names;
  for (const Field& field : predictor->signature().outputs()) names.push_back(field.name);
  return ReplyStreamHandle(
      std::move(names),
      predictor->adapter().stream(predictor->signature(), eager ? StreamMode::eager : StreamMode::certain,
                                  predictor->reading()));
}

Reply ReplyStreamHandle::reply(std::vector<FieldEvent> events) const {
  Json list = Json::array();
  for (FieldEvent& event : events) {
    Object object;
    object.set("field", names_[event.output]);
    if (event.value)
      object.set("value", std::move(*event.value));
    else
      object.set("delta", event.delta);
    list.push_back(object);
  }
  return json_reply(list);
}

Reply ReplyStreamHandle::push(std::string_view text) { return reply(stream_->push(text)); }

Reply ReplyStreamHandle::finish() { return reply(stream_->finish()); }

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
