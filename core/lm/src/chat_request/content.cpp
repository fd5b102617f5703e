#include "content.hpp"

#include <optional>
#include <strop/value/members.hpp>

#include "media.hpp"
#include "reader.hpp"

namespace strop {
namespace {

struct DataUri {
  std::string_view media_type, payload;
};

/// data:MEDIA-TYPE;base64,PAYLOAD
DataUri read_data_uri(std::string_view uri, const Place& place, Refusals& refusals) {
  constexpr std::string_view scheme = "data:", encoding = ";base64";
  const std::size_t comma = uri.find(',');
  if (uri.starts_with(scheme) && comma != std::string_view::npos && comma + 1 < uri.size()) {
    const std::string_view head = uri.substr(scheme.size(), comma - scheme.size());
    if (head.ends_with(encoding) && head.size() > encoding.size())
      return {head.substr(0, head.size() - encoding.size()), uri.substr(comma + 1)};
  }
  refusals.bad(place, "must be a data URI: data:<media type>;base64,<data>");
  return {};
}

Object media_part(std::string_view type, std::string_view media_type) {
  return Object().set("type", type).set("media_type", media_type);
}

Json inline_part(std::string_view type, std::string_view media_type, std::string_view data, const Place& place,
                 Refusals& refusals) {
  if (data.empty() || !is_base64(data)) refusals.bad(place, "must be base64");
  return media_part(type, media_type).set("data", data);
}

Json image_part(const Json& block, const Place& place, Refusals& refusals) {
  only_keys(block, {"type", "image_url", "prompt_cache_breakpoint"}, place, refusals);
  const Place spec_place{&place, "image_url"}, url_place{&spec_place, "url"};
  const Json& spec = need_object(member(block, "image_url"), spec_place, refusals);
  only_keys(spec, {"url", "detail"}, spec_place, refusals);
  const std::string& url = need_text(member(spec, "url"), url_place, refusals, false);
  Json part;
  if (url.starts_with("data:")) {
    const DataUri uri = read_data_uri(url, url_place, refusals);
    part = inline_part("image", uri.media_type, uri.payload, url_place, refusals);
  } else {
    const std::string guessed = image_type_of(url);
    part = media_part("image", guessed.empty() ? "image/png" : guessed).set("url", url);
  }
  if (const Json& detail = member(spec, "detail"); !detail.is_null()) {
    const Place detail_place{&spec_place, "detail"};
    if (!is_one_of(need_text(detail, detail_place, refusals), {"low", "high", "auto"}))
      refusals.bad(detail_place, "must be low, high or auto");
    part["detail"] = detail;
  }
  return part;
}

Json audio_part(const Json& block, const Place& place, Refusals& refusals) {
  only_keys(block, {"type", "input_audio", "prompt_cache_breakpoint"}, place, refusals);
  const Place spec_place{&place, "input_audio"}, format_place{&spec_place, "format"}, data_place{&spec_place, "data"};
  const Json& spec = need_object(member(block, "input_audio"), spec_place, refusals);
  only_keys(spec, {"data", "format"}, spec_place, refusals);
  const std::string& format = need_text(member(spec, "format"), format_place, refusals);
  if (format != "wav" && format != "mp3") refusals.bad(format_place, "must be wav or mp3");
  return inline_part("audio", format == "mp3" ? "audio/mpeg" : "audio/wav",
                     need_text(member(spec, "data"), data_place, refusals), data_place, refusals);
}

Json file_part(const Json& block, const Place& place, Refusals& refusals) {
  only_keys(block, {"type", "file", "prompt_cache_breakpoint"}, place, refusals);
  const Place spec_place{&place, "file"}, data_place{&spec_place, "file_data"}, id_place{&spec_place, "file_id"};
  const Json& spec = need_object(member(block, "file"), spec_place, refusals);
  only_keys(spec, {"file_data", "file_id", "filename"}, spec_place, refusals);
  if (!member(spec, "filename").is_null())
    refusals.unsupported({&spec_place, "filename"}, "has no place in a request: leave it out");
  const Json &data = member(spec, "file_data"), &id = member(spec, "file_id");
  if (data.is_null() == id.is_null()) return refusals.bad(spec_place, "needs one of file_data and file_id"), Json();
  if (data.is_null())
    return media_part("document", "application/pdf").set("file_id", need_text(id, id_place, refusals, false));
  const DataUri uri = read_data_uri(need_text(data, data_place, refusals), data_place, refusals);
  return inline_part("document", uri.media_type, uri.payload, data_place, refusals);
}

bool read_mark(const Json& block, const Place& place, Refusals& refusals) {
  const Json& mark = member(block, "prompt_cache_breakpoint");
  if (mark.is_null()) return false;
  const Place mark_place{&place, "prompt_cache_breakpoint"};
  if (!mark.is_object() || mark.size() != 1 || member(mark, "mode") != "explicit")
    refusals.bad(mark_place, R"(must be {"mode": "explicit"})");
  if (member(block, "type") != "text") refusals.bad(mark_place, "is for a block of text");
  return true;
}

Json read_block(const Json& block, std::string_view role, const Place& place, Refusals& refusals) {
  const std::string kind = text_member(block, "type");
  if (kind == "text") {
    only_keys(block, {"type", "text", "prompt_cache_breakpoint"}, place, refusals);
    return text_part(need_text(member(block, "text"), {&place, "text"}, refusals));
  }
  if (kind == "image_url" && (role == "user" || role == "tool")) return image_part(block, place, refusals);
  if (kind == "input_audio" && role == "user") return audio_part(block, place, refusals);
  if (kind == "file" && role == "user") return file_part(block, place, refusals);
  if (kind == "refusal" && role == "assistant") {
    only_keys(block, {"type", "refusal"}, place, refusals);
    const std::string& text = need_text(member(block, "refusal"), {&place, "refusal"}, refusals, false);
    return Object().set("type", "refusal").set("text", text);
  }
  refusals.unsupported(place, "is of a type that has no place in a message of this role");
  return nullptr;
}

}  // namespace

Json text_part(std::string_view text) { return Object().set("type", "text").set("text", text); }

Content read_content(const Json& content, std::string_view role, const Place& row, Refusals& refusals) {
  Content read;
  const Place place{&row, "content"};
  if (content.is_string()) {
    read.parts.push_back(text_part(content.get_ref<const std::string&>()));
    return read;
  }
  std::int64_t index = 0;
  for (const Json& given : need_list(content, place, refusals)) {
    const Place block_place{&place, {}, index++};
    const Json& block = need_object(given, block_place, refusals);
    if (read.marked) refusals.bad(block_place, "follows a prompt_cache_breakpoint, which is for the last block");
    read.marked = read_mark(block, block_place, refusals) || read.marked;
    read.parts.push_back(read_block(block, role, block_place, refusals));
  }
  return read;
}

}  // namespace strop
