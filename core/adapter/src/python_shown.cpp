#include "python_shown.hpp"

#include <algorithm>
#include <cstdint>
#include <strop/schema/class_type.hpp>
#include <strop/schema/media.hpp>
#include <strop/schema/parse_value.hpp>
#include <strop/schema/tool_calls.hpp>
#include <strop/text/format.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/members.hpp>
#include <strop/value/number.hpp>
#include <strop/value/python_value.hpp>

#include "field_value.hpp"

namespace strop::detail {
namespace {

using Kind = Type::Kind;

enum class Form { str, repr };

/// The digits from `at` on as a number; moves `at` behind them.
std::int64_t digits_at(std::string_view text, std::size_t& at) {
  std::int64_t number = 0;
  for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) number = 10 * number + (text[at] - '0');
  return number;
}

/// The same, of the digits of a fraction: in millionths.
std::int64_t millionths_at(std::string_view text, std::size_t& at) {
  const std::size_t begin = at;
  std::int64_t number = digits_at(text, at);
  for (std::size_t count = at - begin; count < 6; ++count) number *= 10;
  return number;
}

/// repr() of a date, a time or both from what pydantic writes: "2020-01-02T03:04:05.600000+02:00".
std::string moment_repr(std::string_view text, Kind kind) {
  std::string result = kind == Kind::date   ? "datetime.date("
                       : kind == Kind::time ? "datetime.time("
                                            : "datetime.datetime(";
  std::size_t at = 0;
  const auto part = [&](const char* comma) {
    (result += comma) += std::to_string(digits_at(text, at));
    ++at;  // the sign behind it
  };
  if (kind != Kind::time) part(""), part(", "), part(", ");
  if (kind == Kind::date) return result += ')';
  part(kind == Kind::time ? "" : ", "), part(", ");
  const std::int64_t seconds = digits_at(text, at);
  std::int64_t micros = 0;
  if (at < text.size() && text[at] == '.') micros = millionths_at(text, ++at);
  if (seconds > 0 || micros > 0) (result += ", ") += std::to_string(seconds);
  if (micros > 0) (result += ", ") += std::to_string(micros);
  if (at < text.size()) {
    const char sign = text[at++];
    const std::int64_t hours = digits_at(text, at), minutes = digits_at(text, ++at);
    result += format(", tzinfo=TzInfo({}{})", {sign == '-' ? "-" : "", 3600 * hours + 60 * minutes});
  }
  return result += ')';
}

std::string moment_str(std::string text) {
  if (const std::size_t t = text.find('T'); t != text.npos) text[t] = ' ';
  if (text.ends_with('Z')) text.replace(text.size() - 1, 1, "+00:00");
  return text;
}

/// A timedelta from what pydantic writes, "-P1Y2DT3H4M5.6S", as Python keeps it.
std::string duration(std::string_view text, Form form) {
  constexpr std::int64_t million = 1'000'000, day = 86'400;
  std::size_t at = text.starts_with('-') ? 2 : 1;
  std::int64_t seconds = 0, micros = 0;
  bool in_time = false;
  while (at < text.size()) {
    if (text[at] == 'T') {
      in_time = true, ++at;
      continue;
    }
    const std::int64_t number = digits_at(text, at);
    if (at < text.size() && text[at] == '.') micros = millionths_at(text, ++at);
    const char unit = at < text.size() ? text[at++] : 'S';
    seconds += number * (unit == 'Y'              ? 365 * day
                         : unit == 'D'            ? day
                         : unit == 'H'            ? 3600
                         : in_time && unit == 'M' ? 60
                                                  : 1);
  }
  if (text.starts_with('-')) {
    seconds = -seconds - (micros > 0 ? 1 : 0);
    micros = (million - micros) % million;
  }
  const std::int64_t days = seconds / day - (seconds % day < 0 ? 1 : 0);
  seconds -= days * day;
  std::string result;
  if (form == Form::repr) {
    const auto add = [&](const char* name, std::int64_t number) {
      if (number != 0) result += format("{}{}={}", {result.empty() ? "" : ", ", name, number});
    };
    add("days", days), add("seconds", seconds), add("microseconds", micros);
    return format("datetime.timedelta({})", {result.empty() ? "0" : result});
  }
  const auto two = [](std::int64_t number) { return (number < 10 ? "0" : "") + std::to_string(number); };
  if (days != 0) result = format("{} day{}, ", {days, days == 1 || days == -1 ? "" : "s"});
  result += format("{}:{}:{}", {seconds / 3600, two(seconds / 60 % 60), two(seconds % 60)});
  if (micros > 0) result += '.' + std::to_string(million + micros).substr(1);
  return result;
}

std::string bytes_repr(std::string_view text) {
  const bool single = text.find('\'') != text.npos, both = single && text.find('"') != text.npos;
  const char quote = single && !both ? '"' : '\'';
  std::string result = "b";
  result += quote;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == quote || c == '\\')
      (result += '\\') += c;
    else if (c == '\n' || c == '\r' || c == '\t')
      (result += '\\') += c == '\n' ? 'n' : c == '\r' ? 'r' : 't';
    else if (byte < 0x20 || byte >= 0x7F)
      ((result += "\\x") += "0123456789abcdef"[byte >> 4]) += "0123456789abcdef"[byte & 15];
    else
      result += c;
  }
  return result += quote;
}

/// How many characters of base64 stand in a data URI.
std::size_t length_of_data(std::string_view uri) {
  constexpr std::string_view mark = "base64,";
  const std::size_t at = uri.find(mark);
  if (at == uri.npos) return count_code_points(uri);
  const std::string_view data = uri.substr(at + mark.size());
  return count_code_points(data.substr(0, data.find(mark)));
}

std::string_view between(std::string_view text, char begin, std::size_t end) {
  text = text.substr(0, end);
  return text.substr(text.rfind(begin) + 1);
}

std::string image_repr(const std::string& url) {
  if (url.find("base64,") == url.npos) return format("Image(url='{}')", {url});
  return format("Image(url=data:image/{};base64,<IMAGE_BASE_64_ENCODED({})>)",
                {between(url, '/', url.find(';')), length_of_data(url)});
}

std::string file_repr(const Json& file) {
  std::string parts;
  const auto add = [&](const std::string& part) { (parts += parts.empty() ? "" : ", ") += part; };
  if (const std::string data = text_member(file, "file_data"); !data.empty()) {
    const std::string_view head = std::string_view(data).substr(0, data.find(';'));
    add(head.starts_with("data:") ? format("file_data=<DATA_URI({}, {} chars)>",
                                           {head.substr(5, head.find(':', 5) - 5), length_of_data(data)})
                                  : format("file_data=<DATA({} chars)>", {count_code_points(data)}));
  }
  for (const char* name : {"file_id", "filename"}) {
    if (const std::string text = text_member(file, name); !text.empty()) add(format("{}='{}'", {name, text}));
  }
  return format("File({})", {parts});
}

class Writer {
 public:
  explicit Writer(std::string& text) : text_(text) {}

  void write(const Json& value, const Type& type, Form form) {
    const Type& own = type.kind == Kind::one_of ? choice(value, type) : type;
    if (value.is_null()) {
      text_ += "None";
    } else if (!write_own(value, own, form)) {
      text_ += form == Form::str ? python_str(value) : python_repr(value);
    }
  }

 private:
  /// Of a Union; a text stays one where there is such a choice.
  static const Type& choice(const Json& value, const Type& type) {
    for (const Type& each : type.arguments) {
      if (value.is_string() && each.is_str()) return each;
    }
    return choice_for(value, type);
  }

  /// False where the value is shown as JSON's values are.
  bool write_own(const Json& value, const Type& type, Form form) {
    if (is_media(type)) return write_media(value, type, form);
    switch (type.kind) {
      case Kind::bytes:
        if (!value.is_string()) return false;
        text_ += bytes_repr(value.get_ref<const std::string&>());
        return true;
      case Kind::datetime:
      case Kind::date:
      case Kind::time:
      case Kind::timedelta:
      case Kind::decimal:
      case Kind::uuid:
        return write_scalar(value, type, form);
      case Kind::list:
      case Kind::tuple:
      case Kind::set:
        return write_items(value, type);
      case Kind::dict:
        return write_dict(value, type);
      case Kind::named:
        return write_class(value, *type.definition, form);
      case Kind::history:
        if (!strop::member(value, "messages").is_array()) return false;
        in_class("History", form, [&] { (text_ += "messages=") += python_repr(strop::member(value, "messages")); });
        return true;
      case Kind::tool:
        if (!value.is_object()) return false;
        write_tool(value, form);
        return true;
      case Kind::tool_calls:
        return write_calls(value, form);
      case Kind::code:
        if (!value.is_string() || form == Form::str) return false;
        text_ += format("{}(code={})", {display_name(type), python_repr(value)});
        return true;
      default:
        return false;
    }
  }

  template <class Write>
  void in_class(std::string_view name, Form form, Write write) {
    if (form == Form::repr) (text_ += name) += '(';
    write();
    if (form == Form::repr) text_ += ')';
  }

  bool write_scalar(const Json& value, const Type& type, Form form) {
    const Result<Json> read = validate(value, type);
    if (!read || !read->is_string()) return false;
    const std::string& text = read->get_ref<const std::string&>();
    if (type.kind == Kind::timedelta)
      text_ += duration(text, form);
    else if (type.kind == Kind::decimal || type.kind == Kind::uuid)
      text_ += form == Form::str ? text : format("{}('{}')", {display_name(type), text});
    else
      text_ += form == Form::str ? moment_str(text) : moment_repr(text, type.kind);
    return true;
  }

  bool write_items(const Json& value, const Type& type) {
    if (!value.is_array()) return false;
    const bool frozen = type.kind == Kind::set && !type.name.empty();
    if (type.kind == Kind::set && value.empty()) return text_ += frozen ? "frozenset()" : "set()", true;
    text_ += frozen ? "frozenset({" : type.kind == Kind::set ? "{" : type.kind == Kind::tuple ? "(" : "[";
    for (std::size_t k = 0; k < value.size(); ++k) {
      if (k > 0) text_ += ", ";
      write(value[k], item_type(type, k), Form::repr);
    }
    if (type.kind == Kind::tuple && value.size() == 1) text_ += ',';
    text_ += frozen ? "})" : type.kind == Kind::set ? "}" : type.kind == Kind::tuple ? ")" : "]";
    return true;
  }

  bool write_dict(const Json& value, const Type& type) {
    if (!value.is_object() || type.arguments.empty()) return false;
    text_ += '{';
    const char* comma = "";
    for (const auto& [name, item] : members(value)) {
      text_ += comma;
      Result<Json> key = validate(name, type.arguments[0]);
      write(key ? *key : Json(name), type.arguments[0], Form::repr);
      text_ += ": ";
      write(item, type.arguments[1], Form::repr);
      comma = ", ";
    }
    text_ += '}';
    return true;
  }

  bool write_class(const Json& value, const ClassType& type, Form form) {
    if (type.kind == ClassType::Kind::enumeration) return write_member(value, type, form);
    if (!fits_class(value, type)) return false;
    const bool dict = type.kind == ClassType::Kind::dictionary;
    const bool plain = form == Form::str && !dict && text_member(type.definition, "kind") != "dataclass";
    if (!plain) text_ += dict ? "{" : type.name + '(';
    const char* gap = "";
    for_each_field(value, type, [&](const ClassField& field, const Json& member) {
      text_ += gap;
      if (dict)
        (text_ += python_repr(field.name)) += ": ";
      else
        (text_ += field.name) += '=';
      write(in_class_value(member, field.type), field.type, Form::repr);
      gap = plain ? " " : ", ";
    });
    if (!plain) text_ += dict ? '}' : ')';
    return true;
  }

  bool write_member(const Json& value, const ClassType& type, Form form) {
    for (const EnumMember& member : type.members) {
      if (member.name.empty() || !same_value(member.value, value)) continue;
      text_ += form == Form::str ? format("{}.{}", {type.name, member.name})
                                 : format("<{}.{}: {}>", {type.name, member.name, python_repr(value)});
      return true;
    }
    return false;
  }

  bool write_media(const Json& value, const Type& type, Form form) {
    if (type.kind == Kind::named && value.is_object()) return write_class(value, *type.definition, form);
    const Result<Json> blocks = media_blocks(value, type);
    if (!blocks || blocks->empty()) return false;
    const bool marked = type.kind == Kind::image || type.kind == Kind::audio || type.kind == Kind::file;
    if (form == Form::str && marked) return text_ += marked_blocks(*blocks), true;
    const Json& block = (*blocks)[0];
    switch (type.kind) {
      case Kind::image:
        text_ += image_repr(text_member(strop::member(block, "image_url"), "url"));
        return true;
      case Kind::audio: {
        const Json& audio = strop::member(block, "input_audio");
        text_ += format("Audio(data=<AUDIO_BASE_64_ENCODED({})>, audio_format='{}')",
                        {count_code_points(text_member(audio, "data")), text_member(audio, "format")});
        return true;
      }
      case Kind::file:
        text_ += file_repr(strop::member(block, "file"));
        return true;
      case Kind::document:
        write_document(block, form);
        return true;
      case Kind::citations:
        write_citations(*blocks, form);
        return true;
      default: {  // of a user's own class, a marked text
        const Json& inner = strop::member(block, text_member(block, "type"));
        return inner.is_object() && write_class(inner, *type.definition, form);
      }
    }
  }

  void write_document(const Json& block, Form form) {
    const Json& source = strop::member(block, "source");
    const Json &data = strop::member(source, "data"), &title = strop::member(block, "title");
    if (form == Form::repr) {
      text_ += format("Document(data={}, title={}, media_type={}, context={})",
                      {python_repr(data), python_repr(title), python_repr(strop::member(source, "media_type")),
                       python_repr(strop::member(block, "context"))});
      return;
    }
    text_ += "Document(";
    if (title.is_string()) ((text_ += '\'') += title.get_ref<const std::string&>()) += "': ";
    text_ += format("{} chars)", {count_code_points(text_member(source, "data"))});
  }

  void write_citations(const Json& blocks, Form form) {
    in_class("Citations", form, [&] {
      text_ += "citations=[";
      const char* gap = "";
      for (const Json& block : blocks) {
        (text_ += gap) += "Citation(";
        gap = "";
        for (const char* name : {"type", "cited_text", "document_index", "document_title", "start_char_index",
                                 "end_char_index", "supported_text"}) {
          text_ += format("{}{}={}", {gap, name, python_repr(strop::member(block, name))});
          gap = ", ";
        }
        text_ += ')';
      }
      text_ += ']';
    });
  }

  void write_tool(const Json& tool, Form form) {
    if (form == Form::str) {
      text_ += tool_text(tool);
      return;
    }
    text_ += format("Tool(name={}, desc={}, args={})",
                    {python_str(strop::member(tool, "name")), python_str(strop::member(tool, "desc")),
                     python_str(strop::member(tool, "args"))});
  }

  bool write_calls(const Json& value, Form form) {
    const Result<Json> calls = validate(value, Type{Kind::tool_calls});
    if (!calls) return false;
    in_class("ToolCalls", form, [&] {
      text_ += "tool_calls=[";
      const char* gap = "";
      for (const Json& call : (*calls)["tool_calls"]) {
        text_ += format("{}ToolCall(id={}, name={}, args={})", {gap, python_repr(strop::member(call, "id")),
                                                                python_repr(call["name"]), python_repr(call["args"])});
        gap = ", ";
      }
      ((text_ += ']') += form == Form::repr ? ", " : " ") += "tool_call_results=";
      write_results(strop::member(*calls, "tool_call_results"));
    });
    return true;
  }

  void write_results(const Json& results) {
    const Json& list = results.is_object() ? strop::member(results, "tool_call_results") : results;
    if (!list.is_array()) {
      text_ += "None";
      return;
    }
    text_ += "ToolCallResults(tool_call_results=[";
    const char* gap = "";
    for (const Json& result : list) {
      text_ += format(
          "{}ToolCallResult(call_id={}, name={}, value={}, is_error={})",
          {gap, python_repr(strop::member(result, "call_id")), python_repr(strop::member(result, "name")),
           python_repr(strop::member(result, "value")), strop::member(result, "is_error") == true ? "True" : "False"});
      gap = ", ";
    }
    text_ += "])";
  }

  std::string& text_;
};

}  // namespace

void append_python_str(std::string& text, const Json& value, const Type& type) {
  // An object's values are what its class has made of them.
  if (type.kind == Kind::named && !is_media(type)) {
    if (const Result<Json> read = validate(value, type, SchemaNames::fields))
      return Writer(text).write(*read, type, Form::str);
  }
  Writer(text).write(value, type, Form::str);
}

}  // namespace strop::detail
