#include <algorithm>
#include <cmath>
#include <map>
#include <strop/schema/class_type.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/text/xml.hpp>
#include <strop/value/members.hpp>
#include <strop/value/python_value.hpp>

#include "common.hpp"
#include "conversation.hpp"
#include "stream_common.hpp"
#include "tolerant.hpp"
#include "xml_value.hpp"

namespace strop {
namespace {

using Elements = std::vector<const XmlElement*>;

/// Whether outputs of the type are written as elements within elements: lists and dicts that say of what.
bool is_nested(const Type& type) {
  const Type* inner = &type;
  if (type.kind == Type::Kind::one_of) {
    const Type* only = nullptr;
    for (const Type& choice : type.arguments) {
      if (choice.kind == Type::Kind::null) continue;
      if (only) return false;
      only = &choice;
    }
    if (only) inner = only;
  }
  const Type& item = inner->kind == Type::Kind::list && !inner->arguments.empty() ? inner->arguments[0] : *inner;
  if (item.kind >= Type::Kind::image) return false;
  if (inner->kind == Type::Kind::named) {
    const ClassType& definition = *inner->definition;
    // To DSPy a dataclass is no such class.
    return definition.kind != ClassType::Kind::enumeration && text_member(definition.definition, "kind") != "dataclass";
  }
  return (inner->kind == Type::Kind::list || inner->kind == Type::Kind::dict) && !inner->arguments.empty();
}

/// The class that a schema refers to by name; null where it refers to none.
const Json& referred(const Json& schema, const Json& definitions) {
  const std::string reference = text_member(schema, "$ref");
  return reference.empty() ? member(Json(), "")
                           : member(definitions, std::string_view(reference).substr(reference.rfind('/') + 1));
}

/// The elements that a value of the schema has, without what is in them. `seen` are the classes around.
void append_skeleton(std::string& text, std::string_view tag, const Json& schema, const Json& definitions,
                     std::vector<const Json*>& seen) {
  if (const Json& target = referred(schema, definitions); !target.is_null()) {
    if (std::find(seen.begin(), seen.end(), &target) == seen.end()) {
      seen.push_back(&target);
      append_skeleton(text, tag, target, definitions, seen);
      seen.pop_back();
      return;
    }
    (((text += '<') += tag) += ">...</") += tag;
    text += '>';
    return;
  }
  if (const Json& choices = member(schema, "anyOf"); choices.is_array() && !choices.empty()) {
    const Json* first = &choices[0];
    for (const Json& choice : choices) {
      if (member(choice, "type") == "null") continue;
      first = &choice;
      break;
    }
    return append_skeleton(text, tag, *first, definitions, seen);
  }
  ((text += '<') += tag) += '>';
  const std::size_t begin = text.size();
  if (member(schema, "type") == "array")
    append_skeleton(text, "item", member(schema, "items"), definitions, seen);
  else
    for (const auto& [name, child] : members(member(schema, "properties")))
      append_skeleton(text, name, child, definitions, seen);
  if (text.size() == begin) text += "...";
  ((text += "</") += tag) += '>';
}

void append_skeleton(std::string& text, const Field& field) {
  const Json schema = json_schema(field.type, SchemaNames::fields);
  std::vector<const Json*> seen;
  append_skeleton(text, field.name, schema, member(schema, "$defs"), seen);
}

/// Whether an element may be called so: a Python identifier, but for dots and hyphens.
bool is_tag(std::string_view name) {
  bool first = true;
  for (std::size_t at = 0; at < name.size();) {
    const char32_t c = next_code_point(name, at);
    const bool digit = c >= '0' && c <= '9';
    if (!(is_word(c) && !(first && digit)) && !(!first && (c == '-' || c == '.'))) return false;
    first = false;
  }
  return !first;
}

bool is_null(const Json& value) {
  return value.is_null() || (value.is_number_float() && !std::isfinite(value.get<double>()));
}

void append_elements(std::string& text, const Json& value, std::string_view tag, const std::string* key = nullptr) {
  (text += '<') += tag;
  if (key) append_xml_attribute(text += " key=", *key);
  if (is_null(value) || (value.is_array() && value.empty())) {
    text += " />";
    return;
  }
  text += '>';
  if (value.is_array()) {
    for (const Json& item : value) append_elements(text, item, "item");
  } else if (value.is_object()) {
    for (const auto& [name, child] : members(value)) {
      if (is_tag(name))
        append_elements(text, child, name);
      else
        append_elements(text, child, "entry", &name);
    }
  } else {
    append_xml_text(text, python_str(value));
  }
  ((text += "</") += tag) += '>';
}

void append_output(std::string& text, const Field& field, const Json& value) {
  if (is_nested(field.type)) {
    const Json json = detail::shown(value, field.type);
    if (json.is_structured()) return append_elements(text, json, field.name);
  }
  ((text += '<') += field.name) += ">\n";
  if (field.type.is_str())
    append_xml_text(text, format_value(value, true));
  else
    detail::append_field_value(text, field, value);
  ((text += "\n</") += field.name) += '>';
}

void append_placeholder(std::string& text, const Field& field) {
  ((((text += '<') += field.name) += ">\n") += placeholder(field)) += "\n</";
  (text += field.name) += '>';
}

const std::string& name_of(const XmlElement& element) {
  if (element.tag == "entry") {
    for (const auto& [name, value] : element.attributes)
      if (name == "key") return value;
  }
  return element.tag;
}

/// The children by name, in the order in which each name comes first. n log n in the children.
std::vector<std::pair<std::string_view, Elements>> by_name(const XmlElement& element) {
  std::vector<std::pair<std::string_view, Elements>> groups;
  std::map<std::string_view, std::size_t> places;
  for (const XmlElement& child : element.children) {
    const auto [place, is_new] = places.emplace(name_of(child), groups.size());
    if (is_new) groups.push_back({place->first, {}});
    groups[place->second].second.push_back(&child);
  }
  return groups;
}

std::string stripped_text(const XmlElement& element) { return std::string(python_strip(element.text)); }

/// What the elements of one name mean where a value of that schema is expected; not yet a value of its type.
/// Source: DSPy's XMLAdapter._elements_to_value.
Json value_of(const Elements& elements, const Json& given, const Json& definitions) {
  const XmlElement& first = *elements[0];
  const bool has_children = !first.children.empty();
  const Json& target = referred(given, definitions);
  const Json* schema = target.is_null() ? &given : &target;
  if (const Json& choices = member(*schema, "anyOf"); choices.is_array() && !choices.empty()) {
    const Json* choice = nullptr;
    const Json* structured = nullptr;
    bool null = false;
    for (const Json& one : choices) {
      const Json& type = member(one, "type");
      null = null || (type == "null" && one.size() == 1);
      if (type == "null") continue;
      if (!choice) choice = &one;
      if (!structured && type != "string") structured = &one;
    }
    if (null && !has_children && stripped_text(first).empty()) return nullptr;
    if (choice) schema = has_children && structured ? structured : choice;
  }
  const Json& type = member(*schema, "type");
  if (type == "array") {
    const Elements* items = &elements;
    Elements inner;
    if (elements.size() == 1) {
      std::string text = stripped_text(first);
      if (!has_children && text.empty()) return Json::array();
      if (!has_children && text.starts_with('[')) return text;
      for (const XmlElement& child : first.children)
        if (name_of(child) == "item") inner.push_back(&child);
      if (!inner.empty()) items = &inner;
    }
    Json list = Json::array();
    for (const XmlElement* item : *items) list.push_back(value_of({item}, member(*schema, "items"), definitions));
    return list;
  }
  if (type == "string" && has_children) {
    std::string text = first.text;
    for (const XmlElement& child : first.children) append_xml(text, child);
    return text;
  }
  if (!has_children) {
    if (type == "object" && stripped_text(first).empty()) return Json::object();
    if (elements.size() == 1) return stripped_text(first);
    Json texts = Json::array();
    for (const XmlElement* element : elements) texts.push_back(stripped_text(*element));
    return texts;
  }
  const Json& rest = member(*schema, "additionalProperties");
  const Json schema_of_each = rest.is_object() ? rest : Json::object();
  Json object = Json::object();
  auto& members = static_cast<Json::object_t::Container&>(object.get_ref<Json::object_t&>());  // names are distinct
  const Json& properties = member(*schema, "properties");
  for (const auto& [name, items] : by_name(first)) {
    const auto own = properties.is_object() ? properties.find(name) : properties.end();
    members.emplace_back(name, value_of(items, own == properties.end() ? schema_of_each : *own, definitions));
  }
  return object;
}

/// Sets the output to what the elements say.
bool read_elements(detail::Outputs& outputs, std::size_t index, const Elements& elements, Reading reading) {
  const Field& field = outputs.fields()[index];
  const bool tolerant = reading == Reading::tolerant;
  const std::string text = stripped_text(*elements[0]);
  if (tolerant && elements.size() == 1 && detail::is_echo(field, text)) return outputs.read(index, text);
  Result<Json> result = detail::read_xml_value(elements, field);
  if (result || !tolerant) return outputs.set(index, std::move(result));
  const Json schema = json_schema(field.type, SchemaNames::fields);
  return outputs.read(index, value_of(elements, schema, member(schema, "$defs")));
}

/// As DSPy reads, but that an echo is no value where the reading is tolerant.
detail::Outputs read(detail::Outputs outputs, std::string_view reply, Reading reading) {
  const auto root = parse_xml(reply);
  if (!root) {
    outputs.fail(root.error().message);
    return outputs;
  }
  const auto fields = outputs.fields();
  for (const XmlElement& child : root->children)
    if (std::none_of(fields.begin(), fields.end(), [&](const Field& field) { return field.name == name_of(child); }))
      outputs.add_stranger(name_of(child));
  for (std::size_t i = 0; i < fields.size(); ++i) {
    Elements elements;
    for (const XmlElement& child : root->children)
      if (name_of(child) == fields[i].name) elements.push_back(&child);
    if (!elements.empty() && !read_elements(outputs, i, elements, reading)) break;
  }
  return outputs;
}

/// The text with references for & that begin none; also for < where `all` says so.
std::string with_references(std::string_view text, bool all) {
  constexpr std::size_t longest = 12;
  std::string result;
  result.reserve(text.size() + longest);
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '<' && all) {
      result += "&lt;";
    } else if (text[at] == '&') {
      const std::string_view name = text.substr(at + 1, longest);
      const std::size_t end = name.find_first_of(" \t\r\n&<;");
      result += end != name.npos && end > 0 && name[end] == ';' ? "&" : "&amp;";
    } else {
      result += text[at];
    }
  }
  return result;
}

/// The element with that content, which may be anything: what is not well-formed is text.
XmlElement element_of(const std::string& tag, std::string_view content) {
  auto root = parse_xml(content);
  for (const bool all : {false, true})
    if (!root) root = parse_xml(with_references(content, all));
  XmlElement element = root ? std::move(*root) : XmlElement{.text = std::string(content)};
  element.tag = tag;
  return element;
}

/// A tag with an output's name, in any spelling.
struct Tag {
  enum class Kind { open, close, empty } kind;
  std::size_t field, begin, end;
};

std::vector<Tag> tags_in(std::string_view text, const detail::Names& names) {
  std::vector<Tag> tags;
  for (std::size_t begin = text.find('<'); begin != text.npos; begin = text.find('<', begin + 1)) {
    const bool closes = text.substr(begin + 1).starts_with('/');
    const std::size_t name = begin + 1 + (closes ? 1 : 0);
    const std::size_t end = text.find_first_of("<>", name);
    if (end == text.npos) break;
    if (text[end] == '<') continue;
    std::string_view inner = text.substr(name, end - name);
    const bool empty = !closes && inner.ends_with('/');
    if (empty) inner.remove_suffix(1);
    std::size_t field = names.find(inner);
    if (field == names.none()) field = names.find(inner.substr(0, inner.find_first_of(" \t\r\n")));  // attributes
    if (field == names.none()) continue;
    tags.push_back({closes ? Tag::Kind::close : empty ? Tag::Kind::empty : Tag::Kind::open, field, begin, end + 1});
  }
  return tags;
}

/// Reads what is between tags, wherever they are, each output by itself. An element that is not closed ends where the
/// next output begins. False: there are none.
bool read_tags(detail::Outputs& outputs, const detail::Names& names, std::string_view text) {
  const std::vector<Tag> tags = tags_in(text, names);
  std::vector<std::size_t> closed_by(tags.size(), tags.size()), last(names.none(), tags.size());
  for (std::size_t k = tags.size(); k-- > 0;) {
    closed_by[k] = last[tags[k].field];
    if (tags[k].kind == Tag::Kind::close) last[tags[k].field] = k;
  }
  const bool fenced = !tags.empty() && text.substr(0, tags[0].begin).find("```") != text.npos;
  std::vector<std::vector<XmlElement>> found(names.none());
  for (std::size_t k = 0; k < tags.size(); ++k) {
    const Tag& tag = tags[k];
    if (tag.kind == Tag::Kind::close) continue;
    std::string_view content;
    if (tag.kind == Tag::Kind::open && closed_by[k] < tags.size()) {
      const std::size_t close = closed_by[k];
      content = text.substr(tag.end, tags[close].begin - tag.end);
      k = close;
    } else if (tag.kind == Tag::Kind::open) {
      std::size_t next = k + 1;
      while (next < tags.size() && tags[next].kind == Tag::Kind::close) ++next;
      content = python_strip(text.substr(tag.end, next < tags.size() ? tags[next].begin - tag.end : text.npos));
      if (fenced && content.ends_with("```")) content.remove_suffix(3);
    }
    found[tag.field].push_back(element_of(outputs.fields()[tag.field].name, content));
  }
  for (std::size_t i = 0; i < found.size(); ++i) {
    Elements elements;
    for (const XmlElement& element : found[i]) elements.push_back(&element);
    if (!elements.empty()) read_elements(outputs, i, elements, Reading::tolerant);
  }
  return !tags.empty();
}

class XmlAdapter final : public detail::Conversation {
 public:
  std::string_view name() const override { return "xml"; }

  Result<Json> parse(const Signature& signature, std::string_view reply, Reading reading) const override {
    const detail::Outputs none(name(), signature, reply, reading);
    if (reading == Reading::dspy) return read(none, reply, reading).finish();
    return detail::best_reading(
        none, reply, [=](const auto& outputs, const auto&, auto text) { return read(outputs, text, reading); },
        [](detail::Outputs outputs, const auto& names, auto text) {
          if (!read_tags(outputs, names, text)) detail::read_objects(outputs, names, text);
          return outputs;
        });
  }

  std::unique_ptr<ReplyStream> stream(const Signature& signature, StreamMode mode, Reading reading) const override {
    if (mode == StreamMode::eager) return detail::eager_xml_stream(*this, signature, reading);
    return Adapter::stream(signature, mode, reading);
  }

 protected:
  void append_structure(std::string& text, const Signature& signature) const override {
    const char* gap = "";
    for (const Field& field : signature.inputs()) append_placeholder(text += gap, field), gap = "\n\n";
    text += "\n\n";
    gap = "";
    for (const Field& field : signature.outputs()) {
      text += gap;
      if (is_nested(field.type))
        append_skeleton(text, field);
      else
        append_placeholder(text, field);
      gap = "\n\n";
    }
  }

  void append_input(detail::Content& content, const Field& field, const Json& value) const override {
    ((content.text += '<') += field.name) += ">\n";
    detail::append_field_value(content, field, value);
    ((content.text += "\n</") += field.name) += '>';
  }

  void append_requirements(std::string& text, const Signature& signature) const override {
    text += "Respond with the corresponding output fields wrapped in XML tags ";
    const char* then = "";
    std::string nested;
    for (const Field& field : signature.outputs()) {
      (((text += then) += "`<") += field.name) += ">`";
      then = ", then ";
      if (is_nested(field.type)) append_skeleton(nested += ' ', field);
    }
    text += '.';
    if (!nested.empty()) (text += " Use this nested XML structure:") += nested;
  }

  std::string reply(const Signature& signature, const Json& values, const Json& missing) const override {
    std::string text;
    text.reserve(detail::typical_message);
    const char* gap = "";
    for (const Field& field : signature.outputs()) {
      const Json* value = detail::member(values, field.name);
      append_output(text += gap, field, value ? *value : missing);
      gap = "\n\n";
    }
    return text;
  }
};

}  // namespace

Result<Json> detail::read_xml_value(const Elements& elements, const Field& field) {
  const Json schema = json_schema(field.type, SchemaNames::fields);
  const Json& definitions = strop::member(schema, "$defs");
  const auto read = [&](const Json& candidate) -> Result<Json> {
    const Json value = value_of(elements, candidate, definitions);
    Result<Json> result = parse_value(value, field.type);
    const bool is_enum = field.type.definition && field.type.definition->kind == ClassType::Kind::enumeration;
    return result || is_enum ? std::move(result) : validate(value, field.type, SchemaNames::fields);
  };
  Result<Json> result = read(schema);
  if (const Json& choices = strop::member(schema, "anyOf"); choices.is_array()) {
    for (std::size_t k = 0; k < choices.size() && !result; ++k) result = read(choices[k]);
  }
  return result;
}

const Adapter& xml_adapter() {
  static const XmlAdapter adapter;
  return adapter;
}

}  // namespace strop
