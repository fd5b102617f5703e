#include "field_value.hpp"

#include <algorithm>
#include <strop/adapter/adapter.hpp>
#include <strop/schema/class_type.hpp>
#include <strop/schema/media.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/schema/tool_calls.hpp>
#include <strop/text/extent.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/value/dump_json.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>
#include <utility>

#include "common.hpp"
#include "conversation.hpp"

namespace strop::detail {
namespace {

using Kind = Type::Kind;

/// Whether values of the type are shown as they are.
bool is_plain(const Type& type) {
  if (!has_all) return true;
  return type.kind < Kind::named && std::all_of(type.arguments.begin(), type.arguments.end(), is_plain);
}

const Type any_type{Kind::any};

bool fits(const Json& value, const Type& type) {
  if (is_media(type)) return static_cast<bool>(media_blocks(value, type));
  if (!has_media(type)) return static_cast<bool>(validate(value, type, SchemaNames::fields));
  return type.kind == Kind::list || type.kind == Kind::set || type.kind == Kind::tuple ? value.is_array()
                                                                                       : value.is_object();
}

/// Whether the value is an instance of a model in Python, and no text in its place.
bool is_instance(const Json& value, const Type& type) {
  if (is_media(type)) return static_cast<bool>(media_blocks(value, type));
  return type.kind == Kind::named ? fits_class(value, *type.definition) : value.is_object();
}

/// Writes a value within which media may stand, as JSON but for these.
class Writer {
 public:
  /// Indented as pydantic does, with the keys of fields; else as json.dumps does, with their names.
  enum class Style { flat, indented };

  explicit Writer(Content& content, Style style = Style::flat) : content_(content), style_(style) {}

  void write(const Json& value, const Type& type) {
    const Type& own = type.kind == Kind::one_of ? choice_for(value, type) : type;
    std::string& text = content_.text;
    if (is_media(own) && !value.is_null()) {
      Result<Json> blocks = media_blocks(value, own);
      if (!blocks) return write_plain(value);
      text += '"';
      add(std::move(*blocks));
      text += '"';
    } else if (value.is_array() && has_media(own)) {
      begin('[');
      for (std::size_t k = 0; k < value.size(); ++k) {
        separate();
        write(value[k], item_type(own, k));
      }
      end(']');
    } else if (value.is_object() && own.kind == Kind::named && has_media(own)) {
      write_object(value, *own.definition);
    } else if (value.is_object() && own.kind == Kind::dict && has_media(own)) {
      begin('{');
      for (const auto& [name, item] : members(value)) write_member(name, item, item_type(own));
      end('}');
    } else {
      write_plain(shown(value, own, names()));
    }
  }

  void add(Json blocks) {
    for (Json& block : blocks) content_.blocks.push_back({content_.text.size(), std::move(block)});
    if (blocks.empty()) content_.blocks.push_back({content_.text.size(), nullptr});  // still ends the text before
  }

 private:
  SchemaNames names() const { return style_ == Style::indented ? SchemaNames::keys : SchemaNames::fields; }

  void begin(char bracket) {
    content_.text += bracket;
    first_ = true;
    ++depth_;
  }
  void separate() {
    const bool first = std::exchange(first_, false);
    if (!first) content_.text += style_ == Style::indented ? "," : ", ";
    if (style_ == Style::indented) break_line();
  }
  void end(char bracket) {
    --depth_;
    if (style_ == Style::indented && !std::exchange(first_, false)) break_line();
    first_ = false;
    content_.text += bracket;
  }
  void break_line() { (content_.text += '\n').append(2 * depth_, ' '); }

  /// Line ends within JSON are those of its layout: texts have theirs escaped.
  void write_plain(const Json& value) {
    if (style_ == Style::flat) return append_json(content_.text, value);
    for (const char c : dump_json(value, JsonStyle::indented)) {
      if (c == '\n')
        break_line();
      else
        content_.text += c;
    }
  }

  void write_member(std::string_view name, const Json& value, const Type& type) {
    separate();
    append_json_string(content_.text, name);
    content_.text += ": ";
    write(value, type);
  }

  void write_object(const Json& value, const ClassType& type) {
    begin('{');
    if (fits_class(value, type)) {
      for_each_field(value, type, [&](const ClassField& field, const Json& member) {
        write_member(names() == SchemaNames::keys ? field.key : field.name, in_class_value(member, field.type),
                     field.type);
      });
    } else {
      for (const auto& [name, item] : members(value)) write_member(name, item, any_type);
    }
    end('}');
  }

  Content& content_;
  Style style_;
  std::size_t depth_ = 0;
  bool first_ = false;
};

}  // namespace

const Type& item_type(const Type& type, std::size_t index) {
  if (type.arguments.empty()) return any_type;
  if (type.kind == Kind::dict) return type.arguments[1];
  const bool tuple = type.kind == Kind::tuple && type.arguments.back().kind != Kind::ellipsis;
  return type.arguments[tuple ? std::min(index, type.arguments.size() - 1) : 0];
}

const Type& choice_for(const Json& value, const Type& type) {
  for (const Type& choice : type.arguments) {
    if (choice.kind != Kind::null && fits(value, choice)) return choice;
  }
  return any_type;
}

const Json* field_in(const Json& object, const ClassField& field) {
  for (const std::string* name : {&field.key, &field.name}) {
    if (const auto found = object.find(*name); found != object.end()) return &*found;
  }
  return field.default_value ? &*field.default_value : nullptr;
}

bool fits_class(const Json& value, const ClassType& type) {
  if (!value.is_object() || type.kind == ClassType::Kind::enumeration) return false;
  std::size_t known = 0;
  for (const ClassField& field : type.fields) {
    if (value.contains(field.key) || value.contains(field.name))
      ++known;
    else if (field.required)
      return false;
  }
  return known == value.size();
}

Json in_class_value(const Json& value, const Type& type) {
  return type.kind == Kind::number && is_integer(value) ? Json(as_double(value)) : value;
}

bool is_model(const Type& type) {
  if (type.kind != Kind::named) return type.kind > Kind::named;
  const ClassType::Kind kind = type.definition->kind;
  return kind == ClassType::Kind::block ||
         (kind == ClassType::Kind::model && text_member(type.definition->definition, "kind") != "dataclass");
}

bool append_model(Content& content, const Json& value, const Type& type) {
  if (value.is_null()) return false;
  const Type& own = type.kind == Kind::one_of ? choice_for(value, type) : type;
  if (!is_model(own) || !is_instance(value, own)) return false;
  const Result<Json> read = validate(value, own, SchemaNames::fields);  // not where marked texts stand within it
  Writer(content, Writer::Style::indented).write(read ? *read : value, own);
  return true;
}

void Content::right_strip() {
  const std::size_t end = python_rstrip(text).size();
  text.resize(blocks.empty() ? end : std::max(end, blocks.back().at));
}

Json Content::finish() && {
  if (blocks.empty()) return std::move(text);
  Json parts = Json::array();
  const auto add_text = [&](std::size_t begin, std::size_t end) {
    if (begin < end) parts.push_back(Object().set("type", "text").set("text", text.substr(begin, end - begin)));
  };
  std::size_t at = 0;
  for (Block& block : blocks) {
    add_text(at, block.at);
    at = std::max(at, block.at);
    if (!block.block.is_null()) parts.push_back(std::move(block.block));
  }
  add_text(at, text.size());
  return parts;
}

Json shown(const Json& value, const Type& type, SchemaNames names) {
  if (value.is_null() || is_plain(type)) return value;
  if (is_media(type)) {
    if (value.is_string()) return value;
    const Result<Json> blocks = media_blocks(value, type);
    return blocks ? Json(marked_blocks(*blocks)) : value;
  }
  switch (type.kind) {
    case Kind::one_of:
      return shown(value, choice_for(value, type), names);
    case Kind::tool:
      return value.is_object() ? Json(tool_text(value)) : value;
    case Kind::code:
    case Kind::reasoning: {
      const Json& text = strop::member(value, type.kind == Kind::code ? "code" : "content");
      return text.is_string() ? text : value;
    }
    case Kind::tool_calls: {
      const Result<Json> calls = validate(value, type);
      if (!calls) return value;
      Json list = Json::array();
      for (const Json& call : (*calls)["tool_calls"])
        list.push_back(Object().set("name", call["name"]).set("args", call["args"]));
      Json result = Object().set("tool_calls", std::move(list));
      if (calls->contains("tool_call_results")) result["tool_call_results"] = (*calls)["tool_call_results"];
      return result;
    }
    case Kind::named: {
      if (!fits_class(value, *type.definition)) return value;
      Json object = Json::object();
      for_each_field(value, *type.definition, [&](const ClassField& field, const Json& member) {
        object[names == SchemaNames::keys ? field.key : field.name] =
            shown(in_class_value(member, field.type), field.type, names);
      });
      return object;
    }
    default:
      break;
  }
  if (value.is_array()) {
    Json items = Json::array();
    for (std::size_t k = 0; k < value.size(); ++k) items.push_back(shown(value[k], item_type(type, k), names));
    return items;
  }
  if (!value.is_object() || type.kind != Kind::dict) return value;
  Json object = Json::object();
  for (const auto& [name, item] : members(value)) object[name] = shown(item, item_type(type), names);
  return object;
}

void append_field_value(std::string& text, const Field& field, const Json& value) {
  if (is_plain(field.type)) return append_value(text, value, field.type.is_str());
  append_value(text, shown(value, field.type), false);
}

void append_field_value(Content& content, const Field& field, const Json& value) {
  if (!has_media(field.type) || value.is_null()) return append_field_value(content.text, field, value);
  const Type& own = field.type.kind == Kind::one_of ? choice_for(value, field.type) : field.type;
  Writer writer(content);
  if (is_media(own)) {
    if (Result<Json> blocks = media_blocks(value, own)) return writer.add(std::move(*blocks));
  } else if (value.is_structured()) {
    return writer.write(value, own);
  }
  append_value(content.text, value, false);
}

}  // namespace strop::detail

namespace strop {
namespace {

std::optional<std::string> objection(const Type& type, const Json& value) {
  if (value.is_null()) return std::nullopt;
  if (type.kind == Type::Kind::tool && value.is_string()) return std::nullopt;  // as DSPy describes one
  const bool shown_whole = is_media(type) || type.kind == Type::Kind::history || type.kind == Type::Kind::tool ||
                           type.kind == Type::Kind::tool_calls;
  if (shown_whole) {
    const Result<Json> read = is_media(type) ? media_blocks(value, type) : validate(value, type);
    if (!read) return read.error().message;
    if (type.kind == Type::Kind::history) return detail::objection_to_turns(value["messages"]);
    return std::nullopt;
  }
  if (type.kind != Type::Kind::list && type.kind != Type::Kind::set) return std::nullopt;
  if (type.arguments.empty() || !value.is_array()) return std::nullopt;
  for (std::size_t k = 0; k < value.size(); ++k) {
    if (auto found = objection(type.arguments[0], value[k])) return format("[{}]: {}", {k, *found});
  }
  return std::nullopt;
}

}  // namespace

std::optional<Failure> objection_to_inputs(const Signature& signature, const Json& inputs) {
  for (const Field& field : signature.inputs()) {
    const Json* value = detail::member(inputs, field.name);
    if (!value) continue;
    if (const auto found = objection(field.type, *value))
      return Failure{"bad_input", format("the input '{}' ({}): {}", {field.name, display_name(field.type), *found})};
  }
  return std::nullopt;
}

}  // namespace strop
