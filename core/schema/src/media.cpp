#include <strop/schema/class_type.hpp>
#include <strop/schema/media.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

namespace strop {
namespace {

using Kind = Type::Kind;

Failure bad_value(std::string_view wanted, const Json& value) {
  return {"bad_value", format("expected {}, found {}", {wanted, shortened(dump_json(value), 80)})};
}

bool is_address(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://", "gs://"}) {
    if (text.starts_with(scheme)) return text.size() > scheme.size() && text[scheme.size()] != '/';
  }
  return text.starts_with("data:");
}

struct DataUri {
  std::string_view type, data;
};

std::optional<DataUri> data_uri(std::string_view text) {
  if (!text.starts_with("data:")) return std::nullopt;
  const std::size_t comma = text.find(',');
  if (comma == text.npos) return std::nullopt;
  const std::string_view head = text.substr(5, comma - 5);
  if (!head.ends_with(";base64")) return std::nullopt;
  return DataUri{head.substr(0, head.find(';')), text.substr(comma + 1)};
}

Result<Json> read_image(const Json& value) {
  const Json& url = value.is_object() ? member(value, "url") : value;
  if (!url.is_string() || !is_address(url.get_ref<const std::string&>()))
    return bad_value("an image, {\"url\": an address or a data URI}", value);
  return Json(Object().set("url", url));
}

Result<Json> read_audio(const Json& value) {
  if (value.is_object() && member(value, "data").is_string()) {
    const Json& format = member(value, "audio_format");
    const Json& name = format.is_null() ? member(value, "format") : format;
    if (name.is_string()) return Json(Object().set("data", member(value, "data")).set("audio_format", name));
  }
  if (value.is_string()) {
    const auto uri = data_uri(value.get_ref<const std::string&>());
    if (uri && uri->type.starts_with("audio/")) {
      std::string_view format = uri->type.substr(6);
      if (format.starts_with("x-")) format.remove_prefix(2);
      return Json(Object().set("data", uri->data).set("audio_format", format));
    }
  }
  return bad_value("a recording, {\"data\": base64, \"audio_format\": \"wav\"}, or a data URI", value);
}

Result<Json> read_file(const Json& value) {
  Json file = Json::object();
  if (value.is_object()) {
    for (const char* name : {"file_data", "file_id", "filename"}) {
      if (const Json& text = member(value, name); text.is_string()) file[name] = text;
    }
  } else if (value.is_string() && data_uri(value.get_ref<const std::string&>())) {
    file["file_data"] = value;
  }
  if (file.empty())
    return bad_value("a file, {\"file_data\": data URI, \"file_id\", \"filename\"}, or a data URI", value);
  return file;
}

Result<Json> read_document(const Json& value) {
  if (value.is_string()) return Json(Object().set("data", value));
  if (!member(value, "data").is_string())
    return bad_value("a document, {\"data\": its text, \"title\"?}, or its text", value);
  Json document = Json::object();
  for (const char* name : {"data", "title", "media_type", "context"}) {
    if (const Json& text = member(value, name); text.is_string()) document[name] = text;
  }
  return document;
}

Result<Json> read_citations(const Json& value) {
  const Json* list = &value;
  Json one = Json::array();
  if (value.is_object()) {
    list = &member(value, "citations");
    if (value.contains("cited_text")) one.push_back(value), list = &one;
  }
  Json citations = Json::array();
  const Json& items = list->is_array() ? *list : one;
  for (const Json& item : items) {
    const bool complete =
        member(item, "cited_text").is_string() && member(item, "document_index").is_number_integer() &&
        member(item, "start_char_index").is_number_integer() && member(item, "end_char_index").is_number_integer();
    if (!complete)
      return bad_value("a citation with cited_text, document_index, start_char_index and end_char_index", item);
    Json citation = Object()
                        .set("type", text_member(item, "type", "char_location"))
                        .set("cited_text", member(item, "cited_text"))
                        .set("document_index", member(item, "document_index"))
                        .set("start_char_index", member(item, "start_char_index"))
                        .set("end_char_index", member(item, "end_char_index"));
    for (const char* name : {"document_title", "supported_text"}) {
      if (const Json& text = member(item, name); text.is_string() && text != "") citation[name] = text;
    }
    citations.push_back(std::move(citation));
  }
  if (!list->is_array()) return bad_value("citations, a list of objects with cited_text", value);
  return Json(Object().set("citations", std::move(citations)));
}

/// The blocks in a marked text; null where it is none.
Json blocks_in(const std::string& text) {
  if (!text.starts_with(start_mark) || !text.ends_with(end_mark) || text.size() < start_mark.size() + end_mark.size())
    return nullptr;
  const std::string_view inner(text.data() + start_mark.size(), text.size() - start_mark.size() - end_mark.size());
  const Result<Json> blocks = parse_json(inner);
  return blocks && blocks->is_array() ? *blocks : Json();
}

Json document_block(const Json& document) {
  const std::string media = text_member(document, "media_type", "text/plain");
  Json block = Object()
                   .set("type", "document")
                   .set("source", Object()
                                      .set("type", media == "application/pdf" ? "base64" : "text")
                                      .set("media_type", media)
                                      .set("data", document["data"]))
                   .set("citations", Object().set("enabled", true));
  for (const char* name : {"title", "context"}) {
    if (const std::string text = text_member(document, name); !text.empty()) block[name] = text;
  }
  return block;
}

Json block_of(const Json& value, const Type& type) {
  switch (type.kind) {
    case Kind::image:
      return Object().set("type", "image_url").set("image_url", value);
    case Kind::audio:
      return Object()
          .set("type", "input_audio")
          .set("input_audio", Object().set("data", value["data"]).set("format", value["audio_format"]));
    case Kind::file:
      return Object().set("type", "file").set("file", value);
    case Kind::document:
      return document_block(value);
    default: {
      const std::string name = ascii_lower(type.definition->name);
      return Object().set("type", name).set(name, value);
    }
  }
}

}  // namespace

bool is_media(const Type& type) {
  return (type.kind >= Kind::image && type.kind <= Kind::citations) ||
         (type.definition && type.definition->kind == ClassType::Kind::block);
}

Result<Json> read_media(const Json& value, const Type& type) {
  switch (type.kind) {
    case Kind::image:
      return read_image(value);
    case Kind::audio:
      return read_audio(value);
    case Kind::file:
      return read_file(value);
    case Kind::document:
      return read_document(value);
    case Kind::citations:
      return read_citations(value);
    default:
      return validate(value, type);
  }
}

Result<Json> media_blocks(const Json& value, const Type& type) {
  if (value.is_string()) {
    Json blocks = blocks_in(value.get_ref<const std::string&>());
    if (!blocks.is_null()) return blocks;
  }
  Result<Json> read = read_media(value, type);
  if (!read) return read;
  if (type.kind == Kind::citations) return std::move((*read)["citations"]);
  Json blocks = Json::array();
  blocks.push_back(block_of(*read, type));
  return blocks;
}

std::string marked_blocks(const Json& blocks) {
  std::string text(start_mark);
  append_json(text, blocks);
  return text += end_mark;
}

}  // namespace strop
