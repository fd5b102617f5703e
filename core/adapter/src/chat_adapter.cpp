#include <strop/schema/parse_value.hpp>
#include <strop/text/python_text.hpp>
#include <strop/text/utf8.hpp>
#include <strop/value/python_value.hpp>

#include "common.hpp"
#include "conversation.hpp"

namespace strop {
namespace {

constexpr std::string_view end_marker = "[[ ## completed ## ]]";

/// The name in a header at the beginning of the line, and its length in characters; empty where there is no header.
std::string_view header_name(std::string_view line, std::size_t& length) {
  constexpr std::string_view open = "[[ ## ", close = " ## ]]";
  if (!line.starts_with(open)) return {};
  std::size_t end = open.size();
  for (std::size_t next = end; next < line.size() && is_word(next_code_point(line, next));) end = next;
  const std::string_view name = line.substr(open.size(), end - open.size());
  if (name.empty() || line.substr(end, close.size()) != close) return {};
  length = open.size() + count_code_points(name) + close.size();
  return name;
}

std::string_view without_characters(std::string_view line, std::size_t count) {
  std::size_t at = 0;
  for (; count > 0 && at < line.size(); --count) next_code_point(line, at);
  return line.substr(at);
}

class ChatAdapter final : public detail::Conversation {
 public:
  std::string_view name() const override { return "chat"; }

  Result<Json> parse(const Signature& signature, std::string_view reply) const override {
    detail::Outputs outputs(name(), signature, reply);
    const auto fields = signature.outputs();
    std::size_t current = fields.size();  // no section, or one that is of no interest
    std::string section;
    const auto end_section = [&] {
      if (current == fields.size() || outputs.has(current)) return true;
      const Field& field = fields[current];
      const std::string_view value = python_strip(section);
      if (detail::is_echo(field, value))
        return outputs.set(current, Failure{"bad_value", "it only repeats its placeholder"});
      return outputs.set(current, parse_value(Json(value), field.type));
    };
    for (const std::string_view line : python_splitlines(reply)) {
      std::size_t length = 0;
      const std::string_view header = header_name(python_strip(line), length);
      if (header.empty()) {
        if (current < fields.size()) (section += line) += '\n';
        continue;
      }
      if (!end_section()) return std::move(outputs).finish();
      current = 0;
      while (current < fields.size() && fields[current].name != header) ++current;
      // DSPy counts the header's length from the beginning of the line, even where blanks precede it.
      section = python_strip(without_characters(line, length));
      if (!section.empty()) section += '\n';
    }
    end_section();
    return std::move(outputs).finish();
  }

 protected:
  void append_structure(std::string& text, const Signature& signature) const override {
    detail::append_placeholders(text, signature.inputs());
    detail::append_placeholders(text += "\n\n", signature.outputs());
    (text += "\n\n") += end_marker;
  }

  void append_requirements(std::string& text, const Signature& signature) const override {
    text += "Respond with the corresponding output fields, starting with the field ";
    const char* then = "";
    for (const Field& field : signature.outputs()) {
      detail::append_header((text += then) += '`', field.name);
      detail::append_type_note(text += '`', field);
      then = ", then ";
    }
    ((text += ", and then ending with the marker for `") += end_marker) += "`.";
  }

  std::string reply(const Signature& signature, const Json& values, const Json& missing) const override {
    std::string text;
    text.reserve(detail::typical_message);
    const char* gap = "";
    for (const Field& field : signature.outputs()) {
      detail::append_header(text += gap, field.name);
      text += '\n';
      const Json* value = detail::member(values, field.name);
      detail::append_field_value(text, field, value ? *value : missing);
      gap = "\n\n";
    }
    detail::right_strip(text);
    ((text += "\n\n") += end_marker) += '\n';
    return text;
  }
};

}  // namespace

const Adapter& chat_adapter() {
  static const ChatAdapter adapter;
  return adapter;
}

}  // namespace strop
