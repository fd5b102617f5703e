#include "baml_schema.hpp"

#include <algorithm>
#include <span>
#include <strop/schema/class_type.hpp>
#include <strop/text/format.hpp>
#include <strop/text/python_text.hpp>
#include <strop/value/members.hpp>
#include <strop/value/python_value.hpp>

#include "field_value.hpp"

namespace strop::detail {
namespace {

using Kind = Type::Kind;

/// A class of DSPy's own.
struct OwnClass {
  struct Member {
    std::string_view name, type;      ///< as it is shown
    const OwnClass* items = nullptr;  ///< instead of the type: a list of these
  };

  std::span<const Member> members;
};

constexpr std::string_view text = "string", text_or_null = "string or null", open = "dict[string, Any]";

constexpr OwnClass::Member in_image[] = {{"url", text}};
constexpr OwnClass::Member in_audio[] = {{"data", text}, {"audio_format", text}};
constexpr OwnClass::Member in_file[] = {
    {"file_data", text_or_null}, {"file_id", text_or_null}, {"filename", text_or_null}};
constexpr OwnClass::Member in_document[] = {{"data", text},
                                            {"title", text_or_null},
                                            {"media_type", R"("text/plain" or "application/pdf")"},
                                            {"context", text_or_null}};
constexpr OwnClass::Member in_citation[] = {{"type", text},
                                            {"cited_text", text},
                                            {"document_index", "int"},
                                            {"document_title", text_or_null},
                                            {"start_char_index", "int"},
                                            {"end_char_index", "int"},
                                            {"supported_text", text_or_null}};
constexpr OwnClass citation{in_citation};
constexpr OwnClass::Member in_citations[] = {{"citations", "", &citation}};
constexpr OwnClass::Member in_history[] = {{"messages", "dict[string, Any][]"}};
constexpr OwnClass::Member in_tool[] = {{"func", "Callable"},
                                        {"name", text_or_null},
                                        {"desc", text_or_null},
                                        {"args", "dict[string, Any] or null"},
                                        {"arg_types", "dict[string, Any] or null"},
                                        {"arg_desc", "dict[string, string] or null"},
                                        {"has_kwargs", "boolean"}};
constexpr OwnClass::Member in_call[] = {{"id", text_or_null}, {"name", text}, {"args", open}};
constexpr OwnClass call{in_call};
constexpr OwnClass::Member in_calls[] = {{"tool_calls", "", &call}, {"tool_call_results", "Any or null"}};
constexpr OwnClass::Member in_code[] = {{"code", text}};
constexpr OwnClass::Member in_reasoning[] = {{"content", text}};

constexpr OwnClass image{in_image}, audio{in_audio}, file{in_file}, document{in_document}, citations{in_citations},
    history{in_history}, tool{in_tool}, tool_calls{in_calls}, code{in_code}, code_of_a_language{in_code},
    reasoning{in_reasoning};

/// A Tool has no JSON Schema that would say it, as DSPy's other classes have.
constexpr std::string_view tool_doc = R"doc(Tool class.
This class is used to simplify the creation of tools for tool calling (function calling) in LLMs. Only supports
functions for now.)doc";

const OwnClass* own_class(const Type& type) {
  switch (type.kind) {
    case Kind::image:
      return &image;
    case Kind::audio:
      return &audio;
    case Kind::file:
      return &file;
    case Kind::document:
      return &document;
    case Kind::citations:
      return &citations;
    case Kind::history:
      return &history;
    case Kind::tool:
      return &tool;
    case Kind::tool_calls:
      return &tool_calls;
    case Kind::code:
      return type.name.empty() ? &code : &code_of_a_language;
    case Kind::reasoning:
      return &reasoning;
    default:
      return nullptr;
  }
}

std::string doc_of(const Type& type) {
  if (type.kind == Kind::tool) return std::string(tool_doc);
  if (type.kind != Kind::named) return text_member(json_schema(type), "description");
  const ClassType& made = *type.definition;
  return made.kind == ClassType::Kind::block ? text_member(made.definition, "doc")
                                             : text_member(made.schema, "description");
}

/// What pydantic knows as the description of a field.
std::string description_in(const ClassType& type, const ClassField& field, std::size_t index) {
  if (!type.schema.is_null())
    return text_member(strop::member(strop::member(type.schema, "properties"), field.key), "description");
  const Json& fields = strop::member(type.definition, "fields");
  return index < fields.size() ? text_member(fields[index], "desc") : "";
}

/// The type, or what an Optional is if not None; null for a Union of more.
const Type* without_none(const Type& type) {
  if (type.kind != Kind::one_of) return &type;
  const Type* only = nullptr;
  for (const Type& choice : type.arguments) {
    if (choice.kind == Kind::null) continue;
    if (only) return nullptr;
    only = &choice;
  }
  return only;
}

class Writer {
 public:
  /// Which models the one that is being written has in it so far, itself included; null outside of models.
  using Seen = std::vector<const void*>;

  bool write(const Type& type, std::size_t indent, Seen* seen) {
    if (depth_ == max_depth) return fail(type, "nests too deep");
    ++depth_;
    const bool written = is_model(type) ? write_model(type, indent, seen) : write_other(type, indent, seen);
    --depth_;
    return written;
  }

  std::string result = {};
  std::string what = {};

 private:
  static constexpr std::size_t max_depth = 200;

  bool fail(const Type& type, std::string_view why) {
    what = format("{} {}", {display_name(type), why});
    return false;
  }

  bool write_other(const Type& type, std::size_t indent, Seen* seen) {
    switch (type.kind) {
      case Kind::string:
        return result += "string", true;
      case Kind::boolean:
        return result += "boolean", true;
      case Kind::one_of:
        return write_choices(type, indent, seen);
      case Kind::literal:
        write_values(type.values);
        return true;
      case Kind::list:
        if (type.arguments.empty()) break;
        return write_list(type.arguments[0], indent, seen);
      case Kind::dict:
        if (type.arguments.empty()) break;
        result += "dict[";
        if (!write(type.arguments[0], indent, seen)) return false;
        result += ", ";
        if (!write(type.arguments[1], indent, seen)) return false;
        result += ']';
        return true;
      default:
        break;
    }
    Type bare{type.kind};  // of tuples and sets only the name is shown
    bare.name = type.name;
    result += display_name(bare);
    return true;
  }

  bool write_choices(const Type& type, std::size_t indent, Seen* seen) {
    bool first = true, none = false;
    for (const Type& choice : type.arguments) {
      if (choice.kind == Kind::null) {
        none = true;
        continue;
      }
      if (!std::exchange(first, false)) result += " or ";
      if (!write(choice, indent, seen)) return false;
    }
    if (none) result += " or null";
    return true;
  }

  void write_values(const std::vector<Json>& values) {
    const char* gap = "";
    for (const Json& value : values) {
      result += gap;
      if (value.is_string())
        ((result += '"') += value.get_ref<const std::string&>()) += '"';
      else if (value.is_boolean())
        result += value.get<bool>() ? "true" : "false";
      else
        result += value.is_null() ? "null" : python_str(value);
      gap = " or ";
    }
  }

  bool write_list(const Type& item, std::size_t indent, Seen* seen) {
    if (!is_model(item)) {
      if (!write(item, indent, seen)) return false;
      result += "[]";
      return true;
    }
    result += "[\n";
    if (!write(item, indent + 1, seen)) return false;
    line(indent) += ']';
    return true;
  }

  bool write_model(const Type& type, std::size_t indent, Seen* seen) {
    Seen own;
    Seen& all = seen ? *seen : own;
    const OwnClass* own_type = own_class(type);
    const void* identity = own_type ? static_cast<const void*>(own_type) : type.definition.get();
    // Code["java"] is a new class each time.
    if (identity != &code_of_a_language) {
      if (std::find(all.begin(), all.end(), identity) != all.end())
        return fail(type, "contains itself, or occurs twice within a model");
    }
    all.push_back(identity);
    if (indent == 0) write_comments(doc_of(type), 0);
    pad(indent) += '{';
    if (own_type ? !write_members(*own_type, indent + 1) : !write_fields(*type.definition, indent + 1, all))
      return false;
    line(indent) += '}';
    return true;
  }

  bool write_fields(const ClassType& type, std::size_t indent, Seen& seen) {
    if (type.fields.empty()) line(indent) += "# No fields defined";
    for (std::size_t k = 0; k < type.fields.size(); ++k) {
      const ClassField& field = type.fields[k];
      if (const std::string description = description_in(type, field, k); !description.empty())
        (line(indent) += "# ") += description;
      else if (field.key != field.name)
        (line(indent) += "# alias: ") += field.key;
      result += '\n';
      if (const Type* own = without_none(field.type); own && is_model(*own)) write_comments(doc_of(*own), indent);
      (pad(indent) += field.name) += ": ";
      if (!write(field.type, indent, &seen)) return false;
      result += ',';
    }
    return true;
  }

  bool write_members(const OwnClass& type, std::size_t indent) {
    for (const OwnClass::Member& member : type.members) {
      (line(indent) += member.name) += ": ";
      if (member.items) {
        result += "[\n";
        pad(indent + 1) += '{';
        write_members(*member.items, indent + 2);
        line(indent + 1) += '}';
        line(indent) += ']';
      } else {
        result += member.type;
      }
      result += ',';
    }
    return true;
  }

  /// A line for each line that says something, each with its end.
  void write_comments(std::string_view doc, std::size_t indent) {
    while (!doc.empty()) {
      const std::size_t end = std::min(doc.find('\n'), doc.size());
      if (const std::string_view said = python_strip(doc.substr(0, end)); !said.empty())
        ((pad(indent) += "# ") += said) += '\n';
      doc.remove_prefix(std::min(end + 1, doc.size()));
    }
  }

  std::string& pad(std::size_t indent) { return result.append(2 * indent, ' '); }
  std::string& line(std::size_t indent) {
    result += '\n';
    return pad(indent);
  }

  std::size_t depth_ = 0;
};

}  // namespace

Result<std::string> baml_schema(const Type& type) {
  Writer writer;
  if (writer.write(type, 0, nullptr)) return std::move(writer.result);
  return Failure{"bad_output_type",
                 format("The baml adapter cannot show this type: {}. Use another adapter.", {writer.what})};
}

}  // namespace strop::detail
