#include <algorithm>
#include <initializer_list>
#include <strop/schema/class_type.hpp>
#include <strop/schema/media.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/parse_json.hpp>

namespace strop {
namespace {

using Kind = Type::Kind;

/// An address of the web, as DSPy's is_url has it, or a data URI.
bool is_address(std::string_view text) {
  if (text.starts_with("data:")) return true;
  const std::size_t colon = text.find("://");
  if (colon == text.npos) return false;
  const std::string scheme = ascii_lower(text.substr(0, colon));
  if (scheme != "http" && scheme != "https" && scheme != "gs") return false;
  const std::string_view rest = text.substr(colon + 3);
  return !rest.empty() && rest.front() != '/' && rest.front() != '?' && rest.front() != '#';
}

/// Whether the object has no members but those.
bool has_only(const Json& value, std::initializer_list<std::string_view> names) {
  const Json::object_t& all = members(value);
  return std::all_of(all.begin(), all.end(),
                     [&](const auto& one) { return std::find(names.begin(), names.end(), one.first) != names.end(); });
}

/// The text of the member goes to `to`, unless it is empty or null; false if it is something else.
bool copy_text(Json& to, const Json& from, std::string_view name) {
  const Json& text = member(from, name);
  if (text.is_null()) return true;
  if (!text.is_string()) return false;
  if (!text.get_ref<const std::string&>().empty()) to[std::string(name)] = text;
  return true;
}

Result<Json> read_image(const Json& value) {
  const Json& given = member(value, "url");
  if (given.is_string() && has_only(value, {"url"})) {
    const std::string_view url = given.get_ref<const std::string&>();
    if (is_address(url.starts_with("data:") ? url : python_lstrip(url)) &&
        (url == python_lstrip(url) || !python_lstrip(url).starts_with("data:")))
      return Json(Object().set("url", python_strip(url)));
  }
  return bad_value("an image, {\"url\": an address or a data URI}", value);
}

Result<Json> read_audio(const Json& value) {
  if (value.is_object() && has_only(value, {"data", "audio_format"}) && member(value, "data").is_string() &&
      member(value, "audio_format").is_string())
    return value;
  constexpr std::string_view start = "data:audio/";
  if (value.is_string() && value.get_ref<const std::string&>().starts_with(start)) {
    const std::string_view uri = value.get_ref<const std::string&>();
    const std::size_t comma = uri.find(',');
    const std::string_view head = uri.substr(start.size(), comma == uri.npos ? 0 : comma - start.size());
    std::string_view name = head.substr(0, head.find(';'));
    if (!name.empty()) {
      if (name.starts_with("x-")) name.remove_prefix(2);
      return Json(Object().set("data", uri.substr(comma + 1)).set("audio_format", name));
    }
  }
  return bad_value("a recording, {\"data\": base64, \"audio_format\": \"wav\"}, or a data URI", value);
}

Result<Json> read_file(const Json& value) {
  Json file = Json::object();
  bool right = false;
  if (value.is_object()) {
    right = !value.empty() && has_only(value, {"file_data", "file_id", "filename"});
    for (const char* name : {"file_data", "file_id", "filename"}) right = copy_text(file, value, name) && right;
  } else if (value.is_string() && value.get_ref<const std::string&>().starts_with("data:")) {
    file["file_data"] = value;
    right = true;
  }
  if (!right) return bad_value("a file, {\"file_data\": data URI, \"file_id\", \"filename\"}, or a data URI", value);
  return file;
}

Result<Json> read_document(const Json& value) {
  if (value.is_string()) return Json(Object().set("data", value));
  const Json& data = member(value, "data");
  const std::string media = text_member(value, "media_type", value.contains("media_type") ? "" : "text/plain");
  Json document = Object().set("data", data);
  bool right = data.is_string() && copy_text(document, value, "title");
  if (media == "application/pdf") document["media_type"] = media;
  right = right && copy_text(document, value, "context") && (media == "application/pdf" || media == "text/plain");
  if (!right) return bad_value("a document, {\"data\": its text, \"title\"?}, or its text", value);
  return document;
}

Result<Json> read_citation(const Json& value) {
  Json citation =
      Object().set("type", text_member(value, "type", "char_location")).set("cited_text", member(value, "cited_text"));
  bool right = member(value, "cited_text").is_string() && (!value.contains("type") || value["type"].is_string());
  for (const char* name : {"document_index", "start_char_index", "end_char_index"}) {
    Result<Json> index = validate(member(value, name), Type{Kind::integer});
    right = right && index;
    if (index) citation[name] = std::move(*index);
  }
  for (const char* name : {"document_title", "supported_text"}) right = copy_text(citation, value, name) && right;
  if (right) return citation;
  return bad_value("a citation with cited_text, document_index, start_char_index and end_char_index", value);
}

Result<Json> read_citations(const Json& value) {
  Json one = Json::array();
  const Json& given = value.is_object() ? member(value, "citations") : value;
  if (value.is_object() && !value.contains("citations") && value.contains("cited_text")) one.push_back(value);
  if (!given.is_array() && one.empty()) return bad_value("citations, a list of objects with cited_text", value);
  Json citations = Json::array();
  for (const Json& item : given.is_array() ? given : one) {
    Result<Json> citation = read_citation(item);
    if (!citation) return citation;
    citations.push_back(std::move(*citation));
  }
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
  // DSPy takes an image's address alone where a program gives it, not where a model does.
  const bool address = type.kind == Kind::image && value.is_string();
  Result<Json> read = read_media(address ? Json(Object().set("url", value)) : value, type);
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
